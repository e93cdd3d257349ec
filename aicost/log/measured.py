"""A value that a log has measured, and the range that leaving out each day gives it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aicost.log.spread import LEVEL, Left
from aicost.values.quantities import Spread

Floats = NDArray[np.float64]
LEAST_DAYS = 4  # from which on days tell how sure a share is


@dataclass(frozen=True)
class Measured:
    """One field of a part: its value, the range that holds it in 95 % of cases, and of how many.

    `low` and `high` are those of the value, or of a spread's median and 95th percentile; `mean` is
    that of what differs from call to call, 0 of what does not.
    """

    part: str
    field: str
    value: float | Spread
    low: tuple[float, ...]
    high: tuple[float, ...]
    n: int
    unit: str
    mean: float = 0.0


def interval(value: float, left: Left, drawn: Floats) -> tuple[float, float]:
    """The range of a figure that was worked out with each day left out; no number of few days."""
    if len(drawn) < LEAST_DAYS:
        return float("nan"), float("nan")
    from scipy.special import stdtrit

    variance, doubt = left.variance(drawn[None, :])
    if doubt[0] == 0:
        return value, value
    width = float(stdtrit(variance[0] ** 2 / doubt[0], (1 + LEVEL) / 2) * np.sqrt(variance[0]))
    return max(0.0, value - width), value + width
