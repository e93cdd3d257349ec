"""How far two bills lie apart, over the same draws of what neither knows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aicost.analysis.uncertainty.expected import expected
from aicost.billing.case import Case
from aicost.values.formatting import about


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
