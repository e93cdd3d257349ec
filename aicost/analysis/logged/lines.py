"""Stages of a bill, each with what nine in ten draws lie between, beside what a log has of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aicost.billing.bill import Bill
from aicost.billing.case import Case

EVEN = 0.01  # of a figure: nothing is said of less
LOW, HIGH = 5, 95


@dataclass(frozen=True)
class Line:
    """A stage, or a component, in dollars a month: as it was said, with its range, and as it is."""

    name: str
    component: str
    said: float
    low: float
    high: float
    actual: float

    @property
    def inside(self) -> bool:
        """Whether the log lies in the range that was said."""
        return self.low * (1 - EVEN) <= self.actual <= self.high * (1 + EVEN)


def lines_of(case: Case, actual: Mapping[str, float], only: set[str] | None) -> Iterator[Line]:
    """Yield the stages of a bill that are meant, each with its range and what was logged."""
    drawn = case.draw().bill
    for name in dict.fromkeys(c.stage for c in case.bill.charges):
        mine = [c for c in case.bill.charges if c.stage == name and c.every == "month"]
        if mine and (only is None or name in only):
            said = sum(float(np.mean(c.usd)) for c in mine)
            low, high = _range(drawn, {name})
            yield Line(name, mine[0].component, said, low, high, actual.get(name, 0.0))


def _range(drawn: Bill, names: set[str]) -> tuple[float, float]:
    """What nine in ten draws of some stages lie between."""
    mine = (c for c in drawn.charges if c.stage in names and c.every == "month")
    low, high = np.percentile(sum(np.asarray(c.usd) for c in mine), (LOW, HIGH))
    return float(low), float(high)


def summed(case: Case, name: str, stages: Sequence[Line]) -> Line:
    """Stages added up, with the range of their sum."""
    low, high = _range(case.draw().bill, {line.name for line in stages})
    said, actual = (sum(getattr(one, of) for one in stages) for of in ("said", "actual"))
    return Line(name, "", said, low, high, actual)


def components_of(case: Case, stages: Sequence[Line]) -> Iterator[Line]:
    """Yield the components of some stages."""
    for name in dict.fromkeys(line.component for line in stages):
        yield summed(case, name, [line for line in stages if line.component == name])
