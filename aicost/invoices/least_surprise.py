"""The likeliest point of what is unknown, given figures that are known: by Gauss-Newton."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MOST = 3.0  # scores that an input moves to at most: a range leaves 1 in 370 beyond them
STEPS = (0.4, 0.2, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05)  # of a slope: wide first, over whole units
LONGEST = 2.0  # scores that one input moves in a step
FLAT = 1e-6  # slopes: such as below an account's least bill
TRIED = (1.0, 0.5, 0.2)  # parts of a step
BLOCK = 1 << 14  # points at a time


@dataclass(frozen=True)
class Figures:
    """Figures that depend on unknowns, and what was seen of them, all as logarithms.

    `logs` takes points, a row each and a column an unknown in standard-normal scores, and gives a
    row of figures for each; `slack` is how far what was seen may lie off. `wide` is by how much
    each rises with each unknown over all of its range, for points around which it does not.
    """

    logs: Callable[[Floats], Floats]
    seen: Floats
    slack: Floats
    wide: Floats | None = None

    def at(self, points: Floats) -> Floats:
        """The figures at points, some of them at a time."""
        blocks = range(0, len(points), BLOCK)
        return np.concatenate([self.logs(points[at : at + BLOCK]) for at in blocks])

    def slopes(self, points: Floats, step: float) -> Floats:
        """By how much each figure of a point rises with each unknown: point, figure, unknown."""
        many, unknowns = points.shape
        moved = np.eye(unknowns) * step
        ends = [(points[:, None, :] + sign * moved).reshape(-1, unknowns) for sign in (1, -1)]
        up, down = (self.at(end).reshape(many, unknowns, -1) for end in ends)
        slopes: Floats = np.swapaxes((up - down) / (2 * step), 1, 2)
        if self.wide is None:
            return slopes
        flat = np.abs(slopes).max(axis=2, keepdims=True) < FLAT
        return np.where(flat, self.wide, slopes)

    def with_wide(self, points: Floats) -> Figures:
        """The same with slopes over all of some points."""
        logs = self.at(points)
        apart = points - points.mean(axis=0)
        slopes, *_ = np.linalg.lstsq(apart, logs - logs.mean(axis=0), rcond=None)
        return replace(self, wide=slopes.T)


def nearest(figures: Figures, centre: Floats, start: Floats, seen: Floats | None = None) -> Floats:
    """The point next to each centre at which the figures are what was seen.

    min |z - centre|^2 + |(seen - figures(z)) / slack|^2, with |z| <= 3

    Parameters
    ----------
    figures : what is known, and how it depends on what is not.
    centre : points, a row each. [scores]
    start : where to look from, one for each. [scores]
    seen : what was seen for each of them, if not for all the same. [log]

    Notes
    -----
    Linear in the logarithms, as products of lognormal inputs are, it takes one step. A figure that
    goes in whole units is followed by wide slopes first; a step that makes it worse is shortened.
    """
    goal = np.broadcast_to(figures.seen if seen is None else seen, (len(centre), len(figures.seen)))
    point = np.clip(start, -MOST, MOST)
    found = figures.at(point)
    worth = _surprise(figures, centre, point, found, goal)
    for step in STEPS:
        way = _toward(figures, centre, point, found, goal, figures.slopes(point, step)) - point
        longest = np.abs(way).max(axis=1, keepdims=True)
        way *= np.minimum(1.0, LONGEST / np.maximum(longest, 1e-12))
        tried = np.stack([point + part * way for part in TRIED])
        logs = figures.at(tried.reshape(-1, point.shape[1])).reshape(*tried.shape[:2], -1)
        worths = np.stack(
            [_surprise(figures, centre, *one, goal) for one in zip(tried, logs, strict=True)]
        )
        best, rows = worths.argmin(axis=0), np.arange(len(point))
        better = worths[best, rows] < worth
        point = np.where(better[:, None], tried[best, rows], point)
        found = np.where(better[:, None], logs[best, rows], found)
        before, worth = worth, np.where(better, worths[best, rows], worth)
        if step == STEPS[-1] and np.all(before - worth <= 1e-3 * np.maximum(worth, 1.0)):
            break
    return point


def _surprise(
    figures: Figures, centre: Floats, point: Floats, found: Floats, goal: Floats
) -> Floats:
    """How unlikely points are, less a constant."""
    missed = (goal - found) / figures.slack
    return np.square(point - centre).sum(axis=1) + np.square(missed).sum(axis=1)


def _toward(
    figures: Figures, centre: Floats, point: Floats, found: Floats, goal: Floats, slopes: Floats
) -> Floats:
    """The best points if figures were linear; what would leave its range stays at its end."""
    free, held = np.ones(point.shape, dtype=bool), point
    ahead = goal - found + _applied(slopes, point)
    slack = np.diag(np.square(figures.slack))
    for _ in range(3):
        own = np.where(free[:, None, :], slopes, 0.0)
        rest = ahead - _applied(slopes, np.where(free, centre, held))
        weights = np.linalg.solve(own @ np.swapaxes(own, 1, 2) + slack, rest[..., None])
        moved = centre + (np.swapaxes(own, 1, 2) @ weights)[..., 0]
        new: Floats = np.where(free, moved, held)
        beyond = np.abs(new) > MOST
        if not beyond.any():
            break
        held = np.clip(new, -MOST, MOST)
        free &= ~beyond
    return np.clip(new, -MOST, MOST)


def _applied(slopes: Floats, points: Floats) -> Floats:
    """What figures rise by from the origin to points."""
    return (slopes @ points[..., None])[..., 0]
