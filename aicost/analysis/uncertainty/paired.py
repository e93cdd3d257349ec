"""How far two bills lie apart, over the same draws of what neither knows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from aicost.analysis.uncertainty.expected import expected
from aicost.billing.agreed_draws import figure
from aicost.billing.case import Case
from aicost.values.formatting import about
from aicost.values.quantities import at_means


@dataclass(frozen=True)
class Apart:
    """How much more a month costs than another, in USD: the mean of the draws, and nine in ten."""

    mean: float
    low: float
    high: float

    @property
    def words(self) -> str:
        """More or less, and between which two amounts."""
        if not (self.mean or self.low or self.high):
            return "the same"
        words = _moved(self.mean)
        if about(self.low) == about(self.high):
            return words
        if self.low * self.high < 0:
            return f"{words} ({_moved(self.low)} to {_moved(self.high)})"
        near, far = sorted((abs(self.low), abs(self.high)))
        return f"{words} ({about(near)} to {about(far)})"


def _moved(usd: float) -> str:
    return f"{about(abs(usd))} {'less' if usd < 0 else 'more'}"


def apart(case: Case, other: Case) -> Apart:
    """How much more a month of `other` costs than one of `case`, draw by draw.

    A field that both have is drawn alike in both, so that what they share widens nothing.

    Parameters
    ----------
    case, other : two systems, with their ranges.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> case = load("data/scenarios/help-desk.yaml")
    >>> apart(case, case).words
    'the same'
    """
    usd = expected(other).totals - expected(case).totals
    low, high = np.percentile(usd, (5, 95)).tolist()
    return Apart(float(usd.mean()), low, high)


def alike(one: Case, other: Case) -> tuple[Case, Case]:
    """Two files at the prices of the second, with what is unknown drawn alike in both.

    An invoice shows the system that it is of. Where a file has one, the side whose bill is nearest
    to it is drawn as the invoice ties its inputs, and the other side at the same draws.

    Parameters
    ----------
    one, other : two systems, with their ranges.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> case = load("data/scenarios/help-desk.yaml")
    >>> [bool(side.bill.total == case.bill.total) for side in alike(case, case)]
    [True, True]
    """
    sides = [one if one.book is other.book else Case(one.scenario, other.book), other]
    shown = [side for side in sides if side.scenario.invoiced]
    if not shown:
        return sides[0], sides[1]
    first = min(shown, key=_off)
    every = [replace(side.scenario, invoiced=first.scenario.invoiced) for side in sides]
    before, after = (
        side if side is first else first.of(as_it) for side, as_it in zip(sides, every, strict=True)
    )
    return before, after


def _off(case: Case) -> float:
    """How far the bill is from what was invoiced, of all figures, in logarithms."""
    pairs = ((figure(case.bill, name), of) for name, of in case.scenario.invoiced.items())
    return sum(float(abs(np.log(max(ours, 1e-9) / at_means(of)))) for ours, of in pairs)
