"""A file typed again with one number wrong, so that the bill rises by little and nobody wonders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aicost.billing.case import Case, kept
from aicost.scenario.problems import ScenarioError
from aicost.values.quantities import Spread, scaled

LITTLE = (0.02, 0.15)  # of the bill: enough to be found, too little to be seen
TIMES = (10.0, 2.0)  # a digit too many; where that shows at once, a number counted twice
NO_PART = ("traffic", "goals", "growth", "month", "constraints")


@dataclass(frozen=True)
class Mistyped:
    """A case with one field so many times too large, and how much that adds to the bill."""

    path: str
    times: float
    case: Case
    rise: float


@kept
def mistyped(case: Case) -> Mistyped:
    """The slip of a number that raises a bill most, of those that raise it by little.

    Raises ValueError where each slip shows at once.

    >>> from aicost.billing.case import load
    >>> slip = mistyped(load("data/scenarios/contract-search-billed.yaml"))
    >>> slip.times, slip.rise < 0.15
    (10.0, True)
    """
    for times in TIMES:
        small = [s for s in _slips(case.point, times) if LITTLE[0] <= s.rise <= LITTLE[1]]
        if small:
            return max(small, key=lambda slip: slip.rise)
    raise ValueError(f"{case.name}: no number of it can be mistyped unseen")


def _slips(point: Case, times: float) -> Iterator[Mistyped]:
    now = float(point.bill.total)
    for path, part, name, value in point.scenario.fields:
        number = isinstance(value, (float, Spread)) and part.quantities()[name].unit != "share"
        if not number or name not in part.origins or path.split(".")[0] in NO_PART:
            continue
        other = _larger(point, path, times)
        if other is not None:
            yield Mistyped(path, times, other, float(other.bill.total) / now - 1 if now else 0.0)


def _larger(point: Case, path: str, times: float) -> Case | None:
    """The case with a value so many times as large, or nothing where it cannot be."""
    try:
        return point.at({path: scaled(point.scenario.as_written(path), times)})
    except ScenarioError:
        return None
