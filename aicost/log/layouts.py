"""How each source of a log writes a call: the rows of data/log_layouts.csv."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from aicost.book.data_files import made_of
from aicost.log.columns import BY_NAME, Kind
from aicost.values.suggest import instead
from aicost.values.table_file import Record

Path = tuple[str, ...]
Side = Literal["inside", "beside"]
LAYOUTS = "log_layouts.csv"
OWN = "mapped columns"
CONSTANT = "="  # begins what a source leaves unsaid, for it is the same in all its rows
#: What sources write of a call beside the columns of calls, from which those are worked out.
BESIDE: Mapping[str, Kind] = {
    "cache_write_tokens": "count",
    "total_tokens": "count",
    "ended": "moment",
    "first_at": "moment",
    "error": "text",
}
KINDS: Mapping[str, Kind] = {**{name: column.kind for name, column in BY_NAME.items()}, **BESIDE}
#: What one of a unit is in the unit of the column.
UNITS = {"": 1.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
UNITS |= {"USD": 1.0, "cent": 1e-2, "nUSD": 1e-9, "%": 1e-2}
SIDES = ("cached", "thought")
LONGEST_NAME = 40  # letters of a column's name that is told


class LogError(ValueError):
    """A log that cannot be read, or of which nobody says what it holds: one line."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field may stand: steps into a record, and what its number counts."""

    path: Path
    unit: str = ""

    @property
    def factor(self) -> float:
        """What one of its unit is in the unit of the column."""
        return UNITS[self.unit]

    @property
    def constant(self) -> str | None:
        """What all rows of the source have there, None where they say it themselves."""
        only = self.path[0] if len(self.path) == 1 else ""
        return only.removeprefix(CONSTANT) if only.startswith(CONSTANT) else None


@dataclass(frozen=True, slots=True)
class Layout:
    """One source: how its rows are dug out, its marks, and where each field may stand.

    `cached` says whether its input holds what a cache read and wrote, `thought` whether its output
    holds what was thought: inside, or beside.
    """

    name: str
    form: str
    signs: tuple[tuple[Path, ...], ...]
    cached: Side
    thought: Side
    fields: Mapping[str, tuple[Place, ...]]

    def seen_in(self, heads: Sequence[Any]) -> bool:
        """Whether some record has all its marks."""
        return any(
            all(any(at(head, path) is not None for path in sign) for sign in self.signs)
            for head in heads
        )

    def mapped(self, columns: Mapping[str, str]) -> Layout:
        """The same, some fields where a client has them. Raises LogError for an unknown field."""
        fields, sides = dict(self.fields), dict[str, Any]()
        for name, said in columns.items():
            if name in SIDES:
                if said not in ("inside", "beside"):
                    raise LogError(f"{name}={said}: write {name}=inside or {name}=beside")
                sides[name] = said
            elif name not in KINDS:
                raise LogError(f"{name}={said}: no such column; {instead(name, KINDS)}")
            else:
                fields[name] = (_place(said), *fields.get(name, ()))
        return replace(self, fields=fields, **sides)


@dataclass(frozen=True, slots=True)
class Layouts:
    """All sources that are read, those that are known and are no log, and what their words mean."""

    read: tuple[Layout, ...]
    elsewhere: tuple[tuple[str, Path], ...]
    says: Mapping[str, str]


def layouts() -> Layouts:
    """Every source that is known, in the order in which they are looked for."""
    return made_of(LAYOUTS, _made)


def recognised(heads: Sequence[Any], columns: Mapping[str, str], called: str) -> Layout:
    """The layout of a log by its first records, with a client's own columns put before it.

    Raises
    ------
    LogError : nobody's log that is known, or an export that is none; says what to do.
    """
    known = layouts()
    for name, path in known.elsewhere:
        if any(at(head, path) is not None for head in heads):
            raise LogError(
                f"{called}: it is the {name}: sums of many requests, no log of single ones; hold a "
                "log against it with `aicost log match`, a bill with `aicost reconcile`"
            )
    for layout in known.read:
        if layout.seen_in(heads):
            return layout.mapped(columns)
    if any(at(head, ("hash_ids",)) is not None for head in heads):
        raise LogError(
            f"{called}: a trace of lengths and of blocks of prompts: its times count from its own "
            "start and no model is named, so nothing in it has a price; name the log it is made of"
        )
    if "moment" not in columns:
        found = names_of(heads)
        holds = f"it holds {found}" if found else "it holds no records"
        raise LogError(
            f"{called}: the log of no source that is known here; {holds}; say where its columns "
            "are: --column moment=…, --column model=…, --column input_tokens=…"
        )
    if "cached" not in columns and any(name.startswith("cache_") for name in columns):
        raise LogError(
            f"{called}: nobody says whether its input holds what was read from a cache; "
            "write --column cached=inside or --column cached=beside"
        )
    return Layout(OWN, "lines", (), "beside", "inside", {}).mapped(columns)


def at(tree: Any, path: Path) -> Any:
    """What stands at a place of a record, None where nothing does; JSON in a text is read."""
    for step in path:
        if isinstance(tree, str) and tree[:1] in ("{", "["):
            tree = _loaded(tree)
        if isinstance(tree, Mapping):
            tree = tree.get(step)
        elif isinstance(tree, list) and step.isdecimal() and int(step) < len(tree):
            tree = tree[int(step)]
        else:
            return None
    return tree


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def steps(text: str) -> Path:
    """The steps of a place as it is written: metadata>usage is two.

    >>> steps("metadata>usage"), steps("gen_ai.usage.input_tokens")
    (('metadata', 'usage'), ('gen_ai.usage.input_tokens',))
    """
    return tuple(text.split(">"))


def _place(said: str) -> Place:
    """A place as a client writes it, its unit in brackets behind it: `took [ms]`."""
    text, _, unit = said.strip().partition(" [")
    unit = unit.removesuffix("]")
    if unit not in UNITS:
        raise LogError(f"{said}: {unit!r} is no unit here; {instead(unit, filter(None, UNITS))}")
    return Place(steps(text), unit)


def names_of(heads: Iterable[Any]) -> str:
    """The first names of a record, in quotes; what is too long for one may be a prompt."""
    first = next(iter(heads), None)
    names = [str(name) for name in first] if isinstance(first, Mapping) else []
    return ", ".join(f"'{name}'" for name in names[:6] if len(name) <= LONGEST_NAME)


def _made(rows: tuple[Record, ...]) -> Layouts:
    """The layouts, of the rows of their file."""
    by_name: dict[str, list[Record]] = {}
    elsewhere, says = [], {}
    for row in rows:
        field, path = row["field"], row["path"]
        if field == "elsewhere":
            elsewhere.append((row["layout"], steps(path)))
        elif field.startswith("says:"):
            says[path] = field.removeprefix("says:")
        else:
            by_name.setdefault(row["layout"], []).append(row)
    return Layouts(tuple(_layout(name, of) for name, of in by_name.items()), tuple(elsewhere), says)


def _layout(name: str, rows: Sequence[Record]) -> Layout:
    fields: dict[str, tuple[Place, ...]] = {}
    said: dict[str, Any] = {}
    signs = []
    for row in rows:
        field, path = row["field"], row["path"]
        if field == "sign":
            signs.append(tuple(map(steps, path.split("|"))))
        elif field in ("form", *SIDES):
            said[field] = path
        else:
            fields[field] = (*fields.get(field, ()), Place(steps(path), row["unit"]))
    return Layout(name=name, signs=tuple(signs), fields=fields, **said)
