"""When a mean changed: likelihoods over days, how sure a date is, and what a sample can show.

Arrays have a row for each slice and a column for each day: `n` marks, their sum `s`, and the sum
of their squares `q`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]
LEAST = 30  # marks on each side of a change, so that means are nearly normal
LEAST_VARIANCE = 1e-9  # of marks that are all alike
BORROWED = 20  # degrees of freedom that a slice borrows for its variance from all marks


@dataclass(frozen=True)
class Days:
    """Marks of some slices by day: how many, their sum, and the sum of their squares."""

    n: Floats
    s: Floats
    q: Floats

    def variance(self, all_marks: float) -> Floats:
        """Variance of marks within a day, by slice, drawn towards that of all marks."""
        within = (self.q - self.s**2 / np.maximum(self.n, 1)).sum(axis=1)
        free = np.maximum(self.n - 1, 0).sum(axis=1)
        return np.maximum((within + BORROWED * all_marks) / (free + BORROWED), LEAST_VARIANCE)


def scan(days: Days, variance: Floats) -> Floats:
    """Standard errors by which the mean after each day differs from the mean before it.

    z = (mean after - mean before) / sqrt(variance * (1 / n before + 1 / n after)), by slice and by
    first day of the later period; 0 where fewer than `LEAST` marks stand on a side. The gain in
    log-likelihood of a change there is z^2 / 2.

    Examples
    --------
    >>> n = np.full((1, 4), 50.0)
    >>> z = scan(Days(n, n * [[0.8, 0.8, 0.6, 0.6]], n), np.array([0.04]))
    >>> z.round(1).tolist()
    [[0.0, -4.1, -7.1, -4.1]]
    """
    n0, s0 = (np.cumsum(x, axis=1) - x for x in (days.n, days.s))
    n1, s1 = days.n.sum(axis=1, keepdims=True) - n0, days.s.sum(axis=1, keepdims=True) - s0
    safe0, safe1 = np.maximum(n0, 1), np.maximum(n1, 1)
    spread = np.sqrt(variance[:, None] * (1 / safe0 + 1 / safe1))
    enough = (n0 >= LEAST) & (n1 >= LEAST)
    return np.where(enough, (s1 / safe1 - s0 / safe0) / spread, 0.0)


def beyond_chance(whole: Days) -> float:
    """How many times the variance between days is what marks within days let expect; at least 1.

    From differences between one day and the next, so that a single change counts for little.
    """
    held = whole.n[0] > 1
    n, s = whole.n[0][held], whole.s[0][held]
    if n.size < 8:
        return 1.0
    apart = np.diff(s / n) / np.sqrt(whole.variance(0.0)[0] * (1 / n[1:] + 1 / n[:-1]))
    usual = float(ndtri(0.75))  # the median of the size of a standard normal number
    return max(1.0, float(np.median(np.abs(apart)) / usual) ** 2)


def dated(z: Floats, sure: float = 0.95) -> tuple[int, int]:
    """First and last of the likeliest days that hold the change with a probability.

    >>> dated(np.array([0.0, -4.1, -7.1, -4.1]))
    (2, 2)
    """
    tried = z != 0
    weight = np.where(tried, np.exp((z**2 - (z**2).max()) / 2), 0.0)
    order = np.argsort(-weight, kind="stable")
    within = np.cumsum(weight[order]) / weight.sum()
    best = order[: int(np.searchsorted(within, sure)) + 1]
    return int(best.min()), int(best.max())


def false_alarms(p: Floats) -> Floats:
    """Benjamini-Hochberg: by each finding, the share of false ones among those no less sure.

    >>> false_alarms(np.array([0.001, 0.5, 0.02])).tolist()
    [0.003, 0.5, 0.03]
    """
    order = np.argsort(p)
    ranked = p[order] * p.size / np.arange(1, p.size + 1)
    found = np.empty_like(p)
    found[order] = np.minimum.accumulate(ranked[::-1])[::-1].clip(max=1)
    return found


def chance(z: Floats, tries: int) -> Floats:
    """Chance that the largest of some tries is as large where nothing changed; an upper bound."""
    return np.minimum(1.0, 2 * tries * ndtr(-np.abs(z)))


def power(
    drop: float, per_day: float, days: float, before: float, sd: float, alarms: float, tries: int
) -> float:
    """Chance that a drop is seen from the marks of some days, with so many marks before them.

    P = Phi(drop / (sd * sqrt(1 / (per_day * days) + 1 / before)) - z), where z is what `tries`
    days of an unchanged log pass in a share `alarms` of cases.

    >>> round(power(0.04, 400, 1, 12_000, 0.2, 0.05, 42), 2)
    0.76
    """
    bar = -float(ndtri(alarms / 2 / tries))
    apart = drop / (sd * math.sqrt(1 / (per_day * days) + 1 / before))
    return float(ndtr(apart - bar))
