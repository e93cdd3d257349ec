"""A seeded log of any size with causes planted in it, and the key that says which."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from errno import EIO, ENOSPC
from os import strerror
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from aicost.book.book import Book
from aicost.book.price_rows import PICO
from aicost.book.token_prices import price_requests, total_usd
from aicost.log.columns import BY_NAME
from aicost.log.sample_calls import JUDGES, MODELS, OPERATIONS, STAGES, Drawn
from aicost.log.sample_causes import Cause, first_day, planted
from aicost.log.sample_system import (
    FEATURES,
    WEEKDAYS,
    Column,
    calls_of_a_session,
    requests_of_a_day,
)
from aicost.values.new_file import write_new

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 200_000  # calls that are in memory at a time, nearly
MEMORY = "512MB"  # that a file is written with
LEAST_ROWS = 1_000
ENDINGS = (".parquet", ".csv")


@dataclass(frozen=True)
class Sample:
    """What a sample log is to be: its size, its seed, and the causes planted in it."""

    rows: int = 100_000
    days: int = 42
    seed: int = 1
    scored: float = 0.1
    causes: tuple[Cause, ...] | None = None

    def __post_init__(self) -> None:
        if self.rows < LEAST_ROWS:
            raise ValueError(f"rows: {self.rows} is less than {LEAST_ROWS:,}")
        if not 0 <= self.scored <= 1:
            raise ValueError(f"scored: {self.scored} is not a share between 0 and 1")
        if self.causes is None:
            object.__setattr__(self, "causes", planted(self.days))
        first_day(self.days)  # says what is wrong with them

    @property
    def first(self) -> np.datetime64:
        """Its first day."""
        return first_day(self.days)

    def chunks(self) -> Iterator[tuple[np.datetime64, np.random.Generator, int, int]]:
        """The day, the random numbers, the sessions and the place of each part of the log."""
        weights = np.resize(WEEKDAYS, self.days)
        per_day = self.rows / calls_of_a_session() * weights / weights.sum()
        for number, sessions in enumerate(np.maximum(1, np.rint(per_day)).astype(int)):
            parts = 1 + int(sessions * calls_of_a_session()) // CHUNK
            for part in range(parts):
                rng = np.random.default_rng([self.seed, number, part])
                some = (sessions * (part + 1)) // parts - (sessions * part) // parts
                yield self.first + np.timedelta64(number, "D"), rng, int(some), part


@dataclass
class Key:
    """What the causes of a log did, added up while it is drawn: the truth about it."""

    causes: tuple[Cause, ...]
    calls: int = 0
    usd: float = 0.0
    effects: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    marked: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, effect: float, calls: int, marked: int = 0) -> None:
        """Add what a cause did in a part of the log."""
        self.effects[name] = self.effects.get(name, 0.0) + effect
        self.counts[name] = self.counts.get(name, 0) + calls
        self.marked[name] = self.marked.get(name, 0) + marked

    def rows(self) -> list[dict[str, Any]]:
        """A row for each cause: when, where, and what it did."""
        return [self._row(one) for one in self.causes]

    def _row(self, one: Cause) -> dict[str, Any]:
        calls, effect = self.counts.get(one.cause, 0), self.effects.get(one.cause, 0.0)
        row: dict[str, Any] = {
            "cause": one.cause,
            "from": str(one.start.astype("datetime64[D]")),
            "to": str(one.end.astype("datetime64[D]")),
            "slice": dict(one.slice),
            "calls": calls,
        }
        if one.cause in MARKS:
            every = self.marked.get(one.cause, 0)
            points = {"effect": round(100 * one.size, 6), "unit": "points of 100 where it fell"}
            return {**row, **points, "of_all": round(100 * effect / max(every, 1), 6)}
        return {**row, "effect": round(effect, 6), "unit": "USD"}


MARKS = ("judge change", "quality drop")


def frames(sample: Sample, key: Key | None = None) -> Iterator[pd.DataFrame]:
    """The calls of a log, a part at a time in the order of time; a key adds up what was planted.

    >>> parts = frames(Sample(rows=1_000, days=28))
    >>> next(parts)["stage"].iloc[:3].tolist()
    ['embed', 'rerank', 'answer']
    """
    book = Book.load()
    for day, rng, sessions, part in sample.chunks():
        number = int((day - sample.first).astype(int))
        requests = requests_of_a_day(rng, sessions, number)
        drawn = Drawn(rng, requests, day, sample.causes or (), sample.scored)
        yield _frame(drawn, f"{number:03d}-{part}-", book, sample, key)


def _frame(drawn: Drawn, prefix: str, book: Book, sample: Sample, key: Key | None) -> pd.DataFrame:
    import pandas as pd

    calls, request = drawn.calls, drawn.calls["request"]
    moment = drawn.moment[request] + (calls["late"] * 1e6).astype("timedelta64[us]")
    order = np.lexsort((calls["attempt"], calls["stage"], moment))
    calls = {name: column[order] for name, column in calls.items()}
    request, moment = calls["request"], moment[order]
    names = np.array([f"{provider}/{model}" for provider, model in MODELS], dtype=object)
    priced = _Priced(book, names[calls["model"]], moment, calls)
    stale = priced.cost(at=np.minimum(moment, sample.first))
    if key is not None:
        _tell(key, drawn, calls, moment, priced)
    asked = drawn.requests
    tenant = drawn.words["tenant"].astype(object)
    user = tenant + np.array([f"-{n:02d}" for n in range(100)], dtype=object)[asked["user"]]
    version = np.array([f"{one.name} 1.{n}" for one in FEATURES for n in range(100)], dtype=object)

    def words(prefix: str, codes: Column) -> Column:
        return np.array([f"{prefix}{n}" for n in range(int(codes.max()) + 1)], dtype=object)[codes]

    provider, model = (np.array(column, dtype=object) for column in zip(*MODELS, strict=True))
    made: Mapping[str, Any] = {
        "moment": moment,
        "call": words(f"c{prefix}", np.arange(moment.size)),
        "request": words(f"r{prefix}", request),
        "session": words(f"s{prefix}", asked["session"])[request],
        "tenant": tenant[request],
        "user": user[request],
        "feature": drawn.words["feature"].astype(object)[request],
        "stage": np.array(STAGES, dtype=object)[calls["stage"]],
        "operation": np.array(OPERATIONS, dtype=object)[calls["stage"]],
        "provider": provider[calls["model"]],
        "model": model[calls["model"]],
        "input_tokens": calls["input"],
        "cache_read_tokens": calls["read"],
        "cache_write_5m_tokens": calls["write"],
        "cache_write_1h_tokens": np.zeros_like(calls["write"]),
        "output_tokens": calls["output"],
        "thinking_tokens": calls["thinking"],
        "units": np.full(moment.size, np.nan),
        "batch": np.zeros(moment.size, dtype=bool),
        "service_tier": np.full(moment.size, None, dtype=object),
        "region": drawn.words["region"].astype(object)[request],
        "status": np.array(["ok", "error"], dtype=object)[calls["error"].astype(int)],
        "attempt": calls["attempt"],
        "from_cache": calls["from_cache"],
        "whole_s": np.round(calls["whole"], 3),
        "first_s": np.round(calls["first"], 3),
        "quality": calls["quality"],
        "judge": np.array([*JUDGES, None], dtype=object)[calls["judge"]],
        "reviewed": calls["reviewed"],
        "version": version[100 * asked["feature"] + asked["version"]][request],
        "logged_usd": stale / PICO,
    }
    return pd.DataFrame(made)[list(BY_NAME)]


@dataclass(frozen=True)
class _Priced:
    """Calls at the prices of the book, with more or less of some of their tokens."""

    book: Book
    model: Column
    moment: Column
    calls: Mapping[str, Column]

    def cost(self, rows: Any = slice(None), at: Column | None = None, **more: Column) -> Column:
        """Pico-dollars of some rows; `read`, `write` and `input` are added to what they have."""
        calls = {name: self.calls[name][rows] for name in ("input", "read", "write")}
        calls = {name: count + more.get(name, 0) for name, count in calls.items()}
        return price_requests(
            self.book,
            model=self.model[rows],
            at=self.moment[rows] if at is None else at,
            input_tokens=calls["input"],
            cache_read_tokens=calls["read"],
            cache_write_5m_tokens=calls["write"],
            output_tokens=self.calls["output"][rows] + self.calls["thinking"][rows],
        )


def _tell(
    key: Key, drawn: Drawn, calls: Mapping[str, Column], moment: Column, priced: _Priced
) -> None:
    """Add what each cause did: the cost as it is, less the cost had it not been there."""
    cost = priced.cost()
    key.calls += moment.size
    key.usd += float(total_usd(cost))
    marked = ~np.isnan(calls["quality"])
    of_calls = {name: column[calls["request"]] for name, column in drawn.words.items()}
    of_calls["model"] = np.array([model for _, model in MODELS])[calls["model"]]
    for one in key.causes:
        rows, without = np.zeros(moment.size, dtype=bool), None
        if one.cause == "price change":
            rows = one.hits(moment, of_calls)
            before = np.full(int(rows.sum()), one.start - np.timedelta64(1, "D"))
            without = priced.cost(rows, at=before)
        elif one.cause == "lost cache":
            rows, lost = calls["lost"] > 0, calls["lost"][calls["lost"] > 0]
            from_write = np.minimum(lost, calls["write"][rows])
            without = priced.cost(rows, read=lost, write=-from_write, input=from_write - lost)
        elif one.cause == "tier cliff":
            rows = calls["grown"] > 0
            without = priced.cost(rows, input=-calls["grown"][rows])
        elif one.cause in ("retry storm", "runaway agent"):
            rows = calls[one.cause.split()[0].replace("retry", "storm")]
        elif one.cause in MARKS:
            asked = one.hits(drawn.moment, drawn.words)[calls["request"]]
            rows = marked & asked
            if one.cause == "judge change":
                rows &= calls["judge"] == 1
            every = int((marked & one.during(drawn.moment)[calls["request"]]).sum())
            key.add(one.cause, one.size * int(rows.sum()), int(rows.sum()), every)
            continue
        effect = total_usd(cost[rows]) - (total_usd(without) if without is not None else 0)
        key.add(one.cause, float(effect), int(rows.sum()))


def write_sample(out: Path, sample: Sample) -> tuple[Key, Path]:
    """Write a log as Parquet or CSV, and its key beside it; both are new files.

    Raises
    ------
    ValueError : an ending that is neither; no such folder.
    OSError : FileExistsError where there is something, another where a file cannot be written.
    """
    try:
        import duckdb
    except ImportError:
        raise ValueError("writing a log takes duckdb; run: pip install 'aicost-kit[kit]'") from None
    if out.suffix not in ENDINGS:
        raise ValueError(f"{out}: a log is written as .parquet or .csv; name it so")
    beside = out.with_suffix(".key.json")
    for path in (out, beside):
        if path.exists():
            raise FileExistsError(17, "something is there; name another file", str(path))
    if not out.parent.is_dir():
        raise ValueError(f"{out}: there is no folder {out.parent}; make it first")
    key = Key(sample.causes or ())
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".sample-") as folder:
        made = Path(folder) / f"calls{out.suffix}"
        with duckdb.connect() as held:
            held.execute("SET threads = 1")  # so that the same calls are the same bytes
            held.execute(f"SET memory_limit = '{MEMORY}'")
            try:
                parts: list[str] = []
                for frame in frames(
                    sample, key
                ):  # each waits in a file: a table would hold them all
                    parts.append(str(Path(folder) / f"part-{len(parts)}.parquet"))
                    held.from_df(frame).project(_TYPED).write_parquet(parts[-1])
                whole = held.read_parquet(parts)
                if out.suffix == ".parquet":
                    whole.write_parquet(str(made), compression="zstd")
                else:
                    whole.write_csv(str(made), header=True)
            except duckdb.IOException as problem:
                why = ENOSPC if "No space left" in str(problem) else EIO
                raise OSError(why, strerror(why), str(out)) from None
        made.rename(out)
    text = {
        "calls": key.calls,
        "usd": round(key.usd, 6),
        "days": [str(sample.first), str(sample.first + np.timedelta64(sample.days, "D"))],
        "seed": sample.seed,
        "causes": key.rows(),
    }
    write_new(beside, json.dumps(text, indent=2) + "\n")
    return key, beside


_SQL = {
    "moment": "TIMESTAMP",
    "text": "VARCHAR",
    "count": "BIGINT",
    "number": "DOUBLE",
    "flag": "BOOLEAN",
}
#: Numbers that are nowhere are null in a file, not what pandas has for them.
_TYPED = ", ".join(
    f'CASE WHEN isnan("{name}") THEN NULL ELSE "{name}" END::DOUBLE AS "{name}"'
    if column.kind == "number"
    else f'"{name}"::{_SQL[column.kind]} AS "{name}"'
    for name, column in BY_NAME.items()
)
