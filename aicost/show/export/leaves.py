"""The numbers that a bill is made of: fields of the scenario, rows of the book."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from aicost.billing.case import Case
from aicost.book.book import Book
from aicost.book.rows import Row
from aicost.components.unit_prices import listed
from aicost.scenario.register import heading, in_order
from aicost.scenario.scenario import Scenario
from aicost.show.export.traced import Traced
from aicost.values.charge import Basis
from aicost.values.quantities import Quantity, Range, Spread, Value
from aicost.values.section import Origin, Section

#: Times what it is that an input is set to; steps that few users leave show with many.
NEAR, FAR = (2.0, 0.5, 10.0, 0.1), (100.0, 0.01)


@dataclass(frozen=True, eq=False)
class Input:
    """A number that a person may set: of the scenario by its path, or a row of the book."""

    path: str
    leaf: Traced
    unit: str
    basis: Basis
    source: str
    words: str = ""
    low: float | None = None
    high: float | None = None
    bounds: tuple[float, float] = (0.0, math.inf)
    money: bool = False
    row: Row | None = None
    section: str = ""  # of the scenario; '' for a price
    said: bool = False  # by the file or the kind, whether a line has it or not

    def tries(self, times: Sequence[float] = NEAR) -> list[float]:
        """What it is set to, to see whether lines follow it; away from zero where it is none."""
        value, (low, high) = float(self.leaf.value), self.bounds
        others = [factor * value for factor in times] if value else [0.1, 1.0]
        return [other for other in others if low <= other <= high]


def leaves(case: Case) -> tuple[Scenario, list[Input]]:
    """The scenario with a leaf in place of every number, and those that were said or are used."""
    ranges = {path: value for path, _, _, value in case.scenario.fields}
    found: dict[str, Traced] = {}

    def traced(path: str, meaning: Quantity, value: Value) -> Value:
        if isinstance(value, Spread):
            ends = (("p50", value.p50), ("p95", value.p95))
            return Spread(*(traced(f"{path}.{name}", meaning, end) for name, end in ends))
        number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
        if not meaning.unit or not number or not np.isfinite(value):
            return value
        found[path] = Traced(float(value), name=path)
        return found[path]

    scenario = case.point.scenario.mapped(traced)
    inputs: list[Input] = []
    for prefix, part in in_order(case.point.scenario.sections()):
        for path, section, name, value in part.walk(prefix):
            ends = {path: ""} | {f"{path}.{end}": end for end in ("p50", "p95")}
            for full, end in ends.items():
                if full in found:
                    said = getattr(ranges[path], end) if end else ranges[path]
                    made = _field(full, found[full], section, name, said, _other_end(value, end))
                    inputs.append(replace(made, section=heading(prefix, part)))
    return scenario, inputs


def _other_end(value: Value, end: str) -> tuple[float, float]:
    """What one end of a spread may be beside the other."""
    if not end:
        return 0.0, math.inf
    return (0.0, float(value.p95)) if end == "p50" else (float(value.p50), math.inf)


def _field(
    path: str,
    leaf: Traced,
    section: Section,
    name: str,
    value: Value,
    beside: tuple[float, float],
) -> Input:
    meaning, said = section.quantities()[name], name in section.origins
    origin = section.origins.get(name, Origin("listed", "the kit, where nobody says more"))
    low, high = (value.low, value.high) if isinstance(value, Range) else (None, None)
    bounds = max(meaning.low, beside[0]), min(meaning.high, beside[1])
    return Input(
        path,
        leaf,
        meaning.unit,
        origin.basis,
        origin.source,
        meaning.doc,
        low,
        high,
        bounds,
        meaning.is_money,
        said=said,
    )


def listed_input(row: Row, leaf: Traced) -> Input:
    """A row of the book as an input."""
    price = listed(row, sold=row.unit, unit=row.unit)
    words = ", ".join(filter(None, (row.parameter.replace("_", " "), row.context, row.schedule)))
    if row.tier_gt:
        words += f" above {row.tier_gt:,}"
    return Input(f"{row.item}: {words}", leaf, row.unit, price.basis, row.source, words, row=row)


class _HandedRow(Row):
    """A row whose value is another number than its text says."""

    __slots__ = ("number",)
    number: Any

    @property
    def value(self) -> Any:
        return self.number


class Handed(Book):
    """The same book, whose rows hand out another number in place of theirs."""

    def __init__(self, book: Book, number: Callable[[Row], Any]) -> None:
        self.__dict__.update(book.__dict__)
        self._number = number
        self._numbers: dict[Row, Any] = {}

    def note(self, row: Row) -> Row:
        """A row on its way out."""
        parts = {one.name: getattr(row, one.name) for one in dataclasses.fields(Row)}
        other = _HandedRow(**parts)
        if row not in self._numbers:
            self._numbers[row] = self._number(row)
        object.__setattr__(other, "number", self._numbers[row])
        return other

    def handed_out(self) -> list[tuple[Row, Any]]:
        """Every row that was handed out, with its number."""
        return list(self._numbers.items())
