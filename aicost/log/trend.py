"""A figure of each day, by the days of the week and a line: how it grows, and days to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEVEL = 0.9
WEEK = 7
OF_A_TREND = 3 * WEEK  # days from which on a trend is told from a week
MONTH = 30.0  # days that a trend is told for


@dataclass(frozen=True)
class Trend:
    """A figure of each day: its days to come added up, with their range, and how it grows.

    `sum`, `low` and `high` are those of the first day, of the first two, and so on; `growth` is
    by how much of its mean it grows in 30 days, None of a log too short to tell.
    """

    sum: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    growth: float | None
    growth_low: float
    growth_high: float

    @property
    def told(self) -> bool:
        """Whether it grows, or shrinks, by more than chance may make of it."""
        return self.growth is not None and not self.growth_low <= 0 <= self.growth_high


def trend_of(days: Sequence[date], seen: Floats, ahead: Sequence[date] = ()) -> Trend:
    """The days ahead added up, as a week and a line let expect.

    Parameters
    ----------
    days : one after another.
    seen : the figure of each.
    ahead : days to come.

    Notes
    -----
    Least squares: a mean for each day of a week, and a line, from three weeks on. The range is
    Student's, of days to come and of what is fitted together.

    Examples
    --------
    >>> days = [date.fromordinal(739_500 + n) for n in range(28)]
    >>> found = trend_of(days, 100.0 + 2 * np.arange(28) + np.arange(28) % 5)
    >>> round(found.growth, 2), found.told
    (0.47, True)
    """
    from scipy.special import stdtrit

    line = len(days) >= OF_A_TREND
    middle = days[0] + (days[-1] - days[0]) / 2

    def design(some: Sequence[date]) -> Floats:
        week = np.eye(WEEK)[np.array([day.weekday() for day in some], dtype=int)]
        late = np.array([(day - middle).days for day in some], dtype=np.float64)
        return np.column_stack([week, late]) if line else week

    x = design(days)
    inverse = np.linalg.pinv(x.T @ x)
    fitted = inverse @ x.T @ seen
    free = len(days) - x.shape[1]
    variance = float(((seen - x @ fitted) ** 2).sum() / free)
    width = float(stdtrit(free, (1 + LEVEL) / 2))
    upto = np.cumsum(design(ahead), axis=0)  # of the first day, of the first two, …
    many = np.arange(1, len(ahead) + 1)
    doubt = np.sqrt(variance * (many + np.einsum("ij,jk,ik->i", upto, inverse, upto)))
    whole = np.maximum(upto @ fitted, 0.0)
    low, high = np.maximum(whole - width * doubt, 0.0), whole + width * doubt
    sums, lows, highs = (tuple(map(float, each)) for each in (whole, low, high))
    if not line or not seen.mean():
        return Trend(sums, lows, highs, None, 0.0, 0.0)
    grows = round(MONTH * fitted[-1] / seen.mean(), 9)  # what adding up leaves over is none
    wide = MONTH * width * float(np.sqrt(variance * inverse[-1, -1])) / seen.mean()
    return Trend(sums, lows, highs, float(grows), float(grows - wide), float(grows + wide))
