"""Where a goal stops being met across the draws of what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from aicost.analysis.viability.goals import grown_fields, left_at, stacked
from aicost.billing.case import Case
from aicost.formulas.crossings import Rows
from aicost.values.formatting import percent

DRAWS = 512
GRIDS = (129, 17, 17)  # points of the first grid across the draws and of its refinements


@dataclass(frozen=True)
class Odds:
    """A goal across the draws.

    `middle`, with `low` to `high` (5 % to 95 %), is the usage at which the goal is missed again
    once it is met: inf for nowhere, 0 where it is never met. For a goal that at the means is met at
    last (`starts`) it is the usage from which on it is met: inf for nowhere.
    `met_now` is the share of draws that meet it at today's usage, `plan` in every month of the
    growth plan.
    """

    starts: bool
    low: float
    middle: float
    high: float
    met_now: float
    plan: float | None

    @property
    def words(self) -> Iterator[str]:
        """Yield what the draws say, in plain words."""
        low, middle, high = (self._short(v) for v in (self.low, self.middle, self.high))
        if not np.isfinite(self.high):
            yield f"with what is unknown, from about {low} on (middle {middle}), at times {high}"
        elif low != high:
            yield f"with what is unknown, about {low} to {high} (middle {middle})"
        if self.plan is not None:
            yield f"{percent(round(self.plan, 2))} of draws keep it through the growth plan"

    @property
    def short(self) -> str:
        """Nine draws in ten, in a cell of a table."""
        low, high = self._short(self.low), self._short(self.high)
        return (
            (f"about {low}" if np.isfinite(self.low) else low)
            if low == high
            else f"{low} to {high}"
        )

    def _short(self, value: float, endless: str = "without end") -> str:
        if not np.isfinite(value):
            return "never" if self.starts else endless
        return f"{float(f'{value:.2g}'):,.0f}"


def odds_of(case: Case, starts: Sequence[bool], far: int) -> list[Odds | None]:
    """How each goal stands across the draws."""
    if not case.scenario.unknowns():
        return [None for _ in starts]
    drawn = case.draw(DRAWS)
    places, met_now = _places(drawn, starts, far)
    plan = _kept_through_plan(drawn, len(starts))
    found: list[Odds | None] = []
    for goal, begins in enumerate(starts):
        ends = np.percentile(places[goal], (5, 50, 95), method="inverted_cdf")
        low, middle, high = ends.tolist()
        found.append(Odds(begins, low, middle, high, float(met_now[goal]), plan[goal]))
    return found


def _kept_through_plan(drawn: Case, goals: int) -> Sequence[float | None]:
    """The share of draws that meet each goal in every month of the growth plan."""
    scenario = drawn.scenario
    if scenario.growth is None:
        return [None] * goals
    t = np.arange(round(float(np.mean(scenario.growth.months))) + 1)[:, None]
    later = scenario.at(grown_fields(scenario, t))
    kept = stacked(drawn.of(later).bill) >= 0
    shares: list[float | None] = kept.all(axis=1).mean(axis=1).tolist()
    return shares


def _places(drawn: Case, starts: Sequence[bool], far: int) -> tuple[np.ndarray, np.ndarray]:
    """Per goal and draw the usage from which on it is met, or at which it is missed once it is met.

    A grid of usage is looked at, then twice the gap in which it turns. With it the share of draws
    that meet each goal at today's usage.
    """
    f: Rows = left_at(drawn)
    usage, goals = drawn.scenario.traffic.usage(drawn.scenario.month), len(starts)
    today = np.broadcast_to(usage, (1, DRAWS))
    first = np.geomspace(np.ones(DRAWS), np.full(DRAWS, float(far)), GRIDS[0])
    met = f(np.concatenate([first, today])) >= 0
    met_now, met = met[:, -1].mean(axis=1), met[:, :-1]
    begins = np.array(starts)[:, None, None]
    never = ~met.any(axis=1) & ~begins[:, 0]
    for_good = np.logical_and.accumulate(met[:, ::-1], axis=1)[:, ::-1]
    turned = np.where(begins, for_good, ~(met | ~np.logical_or.accumulate(met, axis=1)))
    some = turned.any(axis=1)
    low, high = _gap(np.broadcast_to(first, met.shape), turned)
    for points in GRIDS[1:]:
        grid = np.geomspace(low, high, points, axis=1)
        seen = f(grid.reshape(-1, DRAWS)).reshape(goals, goals, points, DRAWS)
        met = np.stack([seen[goal, goal] for goal in range(goals)]) >= 0
        low, high = _gap(grid, np.where(begins, met, ~met))
    return np.where(never, 0.0, np.where(some, high, np.inf)), met_now


def _gap(grid: np.ndarray, turned: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two points of each goal's and draw's grid between which it turns first."""
    at = turned.argmax(axis=1)[:, None]
    before = np.take_along_axis(grid, np.maximum(at - 1, 0), axis=1)
    return before[:, 0], np.take_along_axis(grid, at, axis=1)[:, 0]
