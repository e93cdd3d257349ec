"""Results of other tools' benchmarks: vLLM's, GuideLLM's, AIPerf's, by layouts kept as data."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from aicost.book.data_files import data_rows
from aicost.measure.loads import NOT_SEEN, Load, Loads, Seen
from aicost.values.table_file import TableError, TableFile, plain_number

MOST_BYTES, MOST_LOADS = 512_000_000, 1_000  # GuideLLM keeps every request in its file
#: What a time may be written in, and what it is in seconds.
SECONDS = {"s": 1.0, "sec": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
CSV_HEAD = "metric"
REACHED = 0.95  # of a rate that was asked for: below it, requests at once were the load
LONGEST_S, LONGEST_TOKENS = 1e5, 1e8
FORMS = "a JSON of `vllm bench serve`, GuideLLM or AIPerf, or AIPerf's CSV"


class Layout(NamedTuple):
    """Where one tool writes what: fields, each with the paths that it may stand at."""

    tool: str
    paths: Mapping[str, tuple[tuple[str, ...], ...]]
    units: Mapping[str, str]


def read_benchmark(path: Path) -> Loads:
    """The loads of a file that a benchmark of another tool wrote.

    Parameters
    ----------
    path : the file, JSON or CSV. [Path]

    Raises
    ------
    TableError : a ValueError: no such file, another tool's, or a result that is none.
    """
    file = TableFile(path, most_bytes=MOST_BYTES, called=path.name)
    text = file.text()
    trees = _trees(file, text)
    layout = _layout(file, trees[0])
    points = [point for tree in trees for point in _points(layout, tree)]
    if not 1 <= len(points) <= MOST_LOADS:
        wrong = "it has no load in it" if not points else f"more than {MOST_LOADS:,} loads"
        raise file.error(1, "file", wrong, f"take {FORMS}")
    found = tuple(_load(file, layout, number, one) for number, one in enumerate(points, 1))
    model = _first(layout, "model", points[0]) or _first(layout, "model", trees[0])
    return Loads(f"{layout.tool}, {path.name}", model if isinstance(model, str) else "", found)


def _trees(file: TableFile, text: str) -> list[Any]:
    """What a file holds: JSON, one or one a line; of a CSV of metrics the same, by their names."""
    if text.lstrip().lower().startswith(CSV_HEAD + ","):
        return [dict(_metrics(file))]
    try:
        return [json.loads(text)]
    except RecursionError:
        raise file.error(1, "file", "it is nested too deep", f"take {FORMS}") from None
    except json.JSONDecodeError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        with suppress(json.JSONDecodeError, RecursionError):
            return [json.loads(line) for line in lines or [""]]
        wrong = f"neither JSON ({error.msg.lower()}) nor a CSV of metrics"
        raise file.error(error.lineno, "file", wrong, f"take {FORMS}") from None


def _metrics(file: TableFile) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each metric of a CSV as its JSON has it: statistics by name, the unit beside them."""
    head: list[str] = []
    for line, row in file.rows():
        if row[0].strip().lower() == CSV_HEAD:
            head = [cell.strip().lower() for cell in row]
            continue
        if len(row) > len(head):
            raise file.error(line, "row", "more cells than its header has", "export it again")
        name, _, unit = row[0].strip().lower().partition(" (")
        said = {
            k: plain_number(c.replace(",", "")) for k, c in zip(head[1:], row[1:], strict=False)
        }
        stats: dict[str, Any] = {"avg" if k == "value" else k: v for k, v in said.items()}
        yield "_".join(name.split()), {**stats, "unit": unit.removesuffix(")")}


def _layouts() -> tuple[list[Layout], list[tuple[str, str]]]:
    """The layouts that are taken, and the signs of tools that are only named."""
    paths: dict[str, dict[str, list[tuple[str, ...]]]] = {}
    units: dict[str, dict[str, str]] = {}
    others = []
    for row in data_rows("benchmark_layouts.csv"):
        if row["field"] == "other":
            others.append((row["tool"], row["path"]))
            continue
        place = tuple(row["path"].split(">"))
        paths.setdefault(row["tool"], {}).setdefault(row["field"], []).append(place)
        units.setdefault(row["tool"], {})[row["field"]] = row["unit"]
    every = [
        Layout(tool, {name: tuple(all_) for name, all_ in of.items()}, units[tool])
        for tool, of in paths.items()
    ]
    return every, others


def _layout(file: TableFile, everything: Any) -> Layout:
    """Whose result it is, by its signs. Raises TableError, which says whose it looks like."""
    every, others = _layouts()
    for layout in every:
        if all(_at(everything, sign) is not None for sign in layout.paths["sign"]):
            return layout
    looks = next((f"it looks like {tool}" for tool, sign in others if _has(everything, sign)), "")
    if not looks:
        looks = "no benchmark that is known here: "
        if isinstance(everything, dict):
            keys = ", ".join(map(repr, [*everything][:4]))
            looks += f"an object with {keys or 'nothing in it'}"
        else:
            looks += "a list" if isinstance(everything, list) else "a single value"
    raise file.error(1, "file", looks, f"take {FORMS}")


def _has(everything: Any, sign: str) -> bool:
    return isinstance(everything, dict) and sign in everything


def _points(layout: Layout, everything: Any) -> list[Any]:
    """The loads of a file, each a tree: one, or a list of them."""
    if "points" not in layout.paths:
        return [everything]
    found = _at(everything, layout.paths["points"][0])
    return found if isinstance(found, list) else []


def _at(tree: Any, place: tuple[str, ...]) -> Any:
    """What stands at a place, None where nothing does."""
    for step in place:
        if isinstance(tree, dict):
            tree = tree.get(step)
        elif isinstance(tree, list) and step.isdecimal() and int(step) < len(tree):
            tree = tree[int(step)]
        else:
            return None
    return tree


def _first(layout: Layout, field: str, tree: Any) -> Any:
    """The first of a field's places where something stands."""
    found = (_at(tree, place) for place in layout.paths.get(field, ()))
    return next((value for value in found if value is not None), None)


class _Reader(NamedTuple):
    """One load of a file, read field by field."""

    file: TableFile
    layout: Layout
    number: int
    tree: Any

    def error(self, field: str, wrong: str, remedy: str) -> TableError:
        """What is wrong with a field, to be raised; the place that it has in the file is named."""
        place = ">".join(self.layout.paths[field][0])
        where = f"load {self.number}, {place}" if self.number > 1 else place
        return self.file.error(1, where, wrong, remedy)

    def number_at(self, field: str, high: float = LONGEST_TOKENS) -> float:
        """A field as a number from 0 on; nan where it is not there."""
        value = _first(self.layout, field, self.tree)
        if value is None or (isinstance(value, str) and value.lower() in ("inf", "nan", "n/a", "")):
            return NOT_SEEN
        if isinstance(value, str):
            value = plain_number(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(field, "it is not a number", "run the benchmark again")
        if math.isinf(value) or math.isnan(value):
            return NOT_SEEN
        if not 0 <= value <= high:
            raise self.error(field, f"{value:.6g} cannot be", "run the benchmark again")
        return float(value)

    def seconds(self, field: str) -> float:
        """A time in seconds, whatever it is written in."""
        places = self.layout.paths.get(field, ())
        found = next((p for p in places if _at(self.tree, p) is not None), None)
        own = _at(self.tree, (*found[:-1], "unit")) if found else None
        unit = own if isinstance(own, str) and own else self.layout.units.get(field, "")
        if found and unit not in SECONDS:
            raise self.error(field, f"a time in {unit!r}", "write it in ms, or s")
        value = self.number_at(field, high=LONGEST_S / SECONDS.get(unit, 1.0))
        return value * SECONDS.get(unit, 1.0)

    def seen(self, of: str) -> Seen:
        """Mean, median and 95th percentile of a time; none of what was never above zero."""
        found = (self.seconds(f"{of}_{name}") for name in Seen._fields)
        return Seen(*(value if value > 0 else NOT_SEEN for value in found))


def _load(file: TableFile, layout: Layout, number: int, tree: Any) -> Load:
    """One load. Raises TableError for what is missing or cannot be."""
    one = _Reader(file, layout, number, tree)
    missing = [p for p in layout.paths.get("point_sign", ()) if _at(tree, p) is None]
    if missing:
        raise file.error(1, f"load {number}", f"no {'>'.join(missing[0])} in it", f"take {FORMS}")
    requests = one.number_at("requests")
    if not requests >= 1:
        raise one.error("requests", "no request was answered", "look at why, and run it again")
    lengths = []
    for side in ("input", "output"):
        total, each = one.number_at(f"{side}_total", 1e15), one.number_at(f"{side}_tokens")
        lengths.append(total / requests if math.isfinite(total) else each)
        if not lengths[-1] >= 1:
            field = f"{side}_total" if f"{side}_total" in layout.paths else f"{side}_tokens"
            raise one.error(field, f"no {side} tokens", "run it with tokens counted")
    at_once, rate = _asked(one, requests)
    speed, first, token = one.number_at("tokens_per_s"), one.seen("first"), one.seen("token")
    if not any(value > 0 for value in (speed, first.mean, token.mean)):
        raise one.error("tokens_per_s", "neither tokens a second nor a time", "run it again")
    failed = one.number_at("failed")
    return Load(
        requests=requests,
        input_tokens=lengths[0],
        output_tokens=lengths[1],
        concurrency=at_once,
        requests_per_s=rate,
        tokens_per_s=speed if speed > 0 else NOT_SEEN,
        first=first,
        token=token,
        failed=failed if math.isfinite(failed) else 0.0,
    )


def _asked(one: _Reader, requests: float) -> tuple[float, float]:
    """The load: requests at once, or a second where that many were served.

    Where a file says neither, all came at once, or so many were under way on average as Little's
    law has it.
    """
    at_once, rate = one.number_at("concurrency"), one.number_at("requests_per_s")
    served = one.number_at("served_per_s")
    if rate > 0 and not served < REACHED * rate:
        return NOT_SEEN, rate
    if at_once >= 1:
        return at_once, NOT_SEEN
    met, whole = one.number_at("met"), one.seconds("whole_s")
    found = met if math.isfinite(met) else served * whole
    return max(found, 1.0) if math.isfinite(found) else requests, NOT_SEEN
