"""How providers write their exports of usage and of costs: the rows of data/usage_layouts.csv."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aicost.book.data_files import made_of
from aicost.log.columns import TOKENS, Kind
from aicost.log.layouts import LogError, Path, Place, at, names_of, steps
from aicost.values.table_file import Record

FILE = "usage_layouts.csv"
ANY = "any"  # the rows that are of no export: what words of a line mean
SAYS, SOLD, TIMES = "says:", "sold:", "times:"
USAGE, COST = "usage", "cost"
#: Kinds of tokens as exports bill them: what is thought is output.
BILLED = TOKENS[:-1]
#: What an export says of a row, and what stands there.
FIELDS: Mapping[str, Kind] = {
    "start": "moment",
    "end": "moment",
    "model": "text",
    "words": "text",
    "service": "text",
    "kind": "text",
    "requests": "number",
    **dict.fromkeys(BILLED, "number"),
    "batch": "flag",
    "service_tier": "text",
    "usd": "number",
    "currency": "text",
    "rate": "number",
    "quantity": "number",
    "quantity_unit": "text",
    "credits": "text",
}


@dataclass(frozen=True, slots=True)
class ExportLayout:
    """One export: of usage or of costs, whose, its marks, and where each field may stand.

    `inside` says that its input holds what a cache read and wrote.
    """

    name: str
    form: str
    provider: str
    inside: bool
    signs: tuple[tuple[Path, ...], ...]
    fields: Mapping[str, tuple[Place, ...]]

    def fits(self, record: Any) -> bool:
        """Say whether a record has all its marks."""
        return all(any(at(record, path) is not None for path in sign) for sign in self.signs)


@dataclass(frozen=True, slots=True)
class ExportLayouts:
    """All exports that are known, and what the words of their lines mean, the first that fits."""

    known: tuple[ExportLayout, ...]
    says: tuple[tuple[str, re.Pattern[str]], ...]

    def bucket(self, words: str) -> str:
        """Which tokens a line is of; nothing where it is of none."""
        return self._said(words, BILLED)

    def sold(self, words: str) -> str:
        """How what a line is of was sold: batch, a tier, or nothing."""
        found = (name for name, of in self.says if name.startswith(SOLD) and of.search(words))
        return next(found, "").removeprefix(SOLD)

    def times(self, unit: str) -> float | None:
        """How many tokens one of a unit is; None where it is of something else."""
        found = (n for n, of in self.says if n.startswith(TIMES) and of.search(unit.strip()))
        return next((float(name.removeprefix(TIMES)) for name in found), None)

    def _said(self, words: str, names: Sequence[str]) -> str:
        plain = ((n, of) for n, of in self.says if not n.startswith((SOLD, TIMES)))
        name = next((name for name, of in plain if of.search(words)), "")
        return name if name in names else ""


def export_layouts() -> ExportLayouts:
    """Every export that is known."""
    return made_of(FILE, _made)


def export_layout(records: Sequence[Any], called: str) -> ExportLayout:
    """The layout of an export by its first records.

    Raises
    ------
    LogError : an export that nobody knows; says what is known.
    """
    known = export_layouts().known
    for layout in known:
        if any(layout.fits(record) for record in records):
            return layout
    found = names_of(records)
    holds = f"it holds {found}" if found else "it holds no whole record"
    names = ", ".join(layout.name for layout in known)
    raise LogError(f"{called}: no export that is known here; {holds}; export one of these: {names}")


def _made(rows: tuple[Record, ...]) -> ExportLayouts:
    by_name: dict[str, list[Record]] = {}
    says = []
    for row in rows:
        if row["layout"] == ANY:
            pattern = re.compile(row["path"], re.IGNORECASE)
            says.append((row["field"].removeprefix(SAYS), pattern))
        else:
            by_name.setdefault(row["layout"], []).append(row)
    return ExportLayouts(tuple(_layout(name, of) for name, of in by_name.items()), tuple(says))


def _layout(name: str, rows: Sequence[Record]) -> ExportLayout:
    fields: dict[str, tuple[Place, ...]] = {}
    said = {"form": USAGE, "provider": "", "cached": ""}
    signs = []
    for row in rows:
        field, path = row["field"], row["path"]
        if field == "sign":
            signs.append(tuple(map(steps, path.split("|"))))
        elif field in said:
            said[field] = path
        elif field in FIELDS:
            fields[field] = (*fields.get(field, ()), Place(steps(path), row["unit"]))
        else:
            raise row.error("field", f"no field {field!r}", f"write one of {', '.join(FIELDS)}")
    inside = said["cached"] == "inside"
    return ExportLayout(name, said["form"], said["provider"], inside, tuple(signs), fields)
