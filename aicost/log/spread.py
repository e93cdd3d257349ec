"""How sure a figure of a log is: 95 % intervals from how days, or requests of a day, differ.

Each day is left out in turn (a jackknife), working days and weekends apart, and the spread of what
is left gives an interval of Student's t. A day's sums hold the chance of its requests already; to
draw these again within days that were drawn counts it twice.

Measured on 200 simulated logs each of two periods of 1, 2 and 4 weeks (all of
tests/log/test_change_coverage.py): of intervals meant to hold the truth in 95 % of cases 96.6, 95.0
and 95.2 % do. Percentiles of a bootstrap over the same days do in 87.3, 90.3 and 92.7 %: its spread
is that of n - 1 days of n, and few days have wide tails. Days and then requests within them, drawn
again, do in 99 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEVEL = 0.95
SATURDAY = 5


@dataclass(frozen=True)
class Left:
    """Weights of what is left where each unit of a period is left out in turn.

    weights : [unit left out, unit]. stratum : the group that each unit is left out of.
    """

    weights: Floats
    stratum: NDArray[np.intp]

    def variance(self, drawn: Floats) -> tuple[Floats, Floats]:
        """The variance of figures that were worked out for each draw, [figure, draw], and its own.

        The second is the sum of squares of each stratum's part over its degrees of freedom.
        """
        total, doubt = np.zeros(len(drawn)), np.zeros(len(drawn))
        for one in np.unique(self.stratum):
            part = drawn[:, self.stratum == one]
            many = part.shape[1]
            found = part.var(axis=1) * (many - 1)
            total += found
            doubt += found**2 / (many - 1)
        return total, doubt


def days_left(days: Sequence[date]) -> Left:
    """Leave out each day; weekends apart where both they and working days are two or more."""
    weekend = np.array([day.weekday() >= SATURDAY for day in days]).astype(int)
    apart = min(np.count_nonzero(weekend), np.count_nonzero(weekend == 0)) > 1
    return _left(weekend if apart else np.zeros_like(weekend), 1 / len(days))


def parts_left(many: int) -> Left:
    """Leave out each of some parts that the requests of a single day were dealt to."""
    return _left(np.zeros(many, dtype=int), 1.0)


def _left(stratum: NDArray[np.intp], weight: float) -> Left:
    sizes = np.bincount(stratum)[stratum]
    same = stratum[:, None] == stratum
    weights = np.where(same, sizes / np.maximum(sizes - 1, 1), 1.0)
    np.fill_diagonal(weights, 0.0)
    return Left(weights * weight, stratum)


def half_width(before: Left, without_a: Floats, after: Left, without_b: Floats) -> Floats:
    """How far each figure's interval goes to either side of it.

    Parameters
    ----------
    before, after : what was left out of each period.
    without_a, without_b : the figures with each unit left out of one of them: [figure, draw].

    Notes
    -----
    Degrees of freedom are Welch's and Satterthwaite's, figure by figure.
    """
    from scipy.special import stdtrit

    pairs = (before.variance(without_a), after.variance(without_b))
    variance, doubt = (np.add(*one) for one in zip(*pairs, strict=True))
    freedom = np.divide(variance**2, doubt, where=doubt > 0, out=np.ones_like(doubt))
    width: Floats = stdtrit(freedom, (1 + LEVEL) / 2) * np.sqrt(variance)
    return width
