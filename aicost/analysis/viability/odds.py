"""Where a goal stops being met across the draws of what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from aicost.analysis.viability.goals import grown_fields, left_at, stacked
from aicost.billing.walk import bill
from aicost.book.book import Book
from aicost.formulas.crossings import Rows
from aicost.scenario.scenario import Scenario
from aicost.values.formatting import percent

DRAWS = 512
GRIDS = (129, 17, 17)  # points of the first grid across the draws and of its refinements


@dataclass(frozen=True)
class Chances:
    """A goal across the draws.

    `middle`, with `low` to `high` (5 % to 95 %), is the usage at which the goal is missed again
    once it is met: inf for nowhere, 0 where it is never met. For a goal that at the means is only
    begun to be met (`starts`) it is the usage at which it is first met: inf for nowhere.
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

    def _short(self, value: float) -> str:
        if not np.isfinite(value):
            return "never" if self.starts else "without end"
        return f"{float(f'{value:.2g}'):,.0f}"


def chances_of(
    scenario: Scenario, book: Book, starts: Sequence[bool], far: int
) -> list[Chances | None]:
    """How each goal stands across the draws."""
    if not scenario.unknowns():
        return [None for _ in starts]
    drawn = scenario.draw(DRAWS)
    f = left_at(drawn, book)
    usage = getattr(drawn.traffic, drawn.traffic.scale)
    met_now = (f(np.broadcast_to(usage, (1, DRAWS))) >= 0).mean(axis=(1, 2))
    plan: Sequence[float | None] = [None for _ in starts]
    if drawn.growth is not None:
        t = np.arange(round(float(np.mean(drawn.growth.months))) + 1)[:, None]
        path = stacked(bill(drawn.at(grown_fields(drawn, t)), book)) >= 0
        plan = path.all(axis=1).mean(axis=1).tolist()
    found: list[Chances | None] = []
    for goal, begins in enumerate(starts):
        places = _places(f, goal, begins, far)
        low, middle, high = np.percentile(places, (5, 50, 95), method="inverted_cdf").tolist()
        found.append(Chances(begins, low, middle, high, float(met_now[goal]), plan[goal]))
    return found


def _places(f: Rows, goal: int, starts: bool, far: int) -> np.ndarray:
    """Per draw the usage at which a goal is first met, or missed again once it is met."""
    low, high, column = np.ones(DRAWS), np.full(DRAWS, float(far)), np.arange(DRAWS)
    never = some = np.zeros(DRAWS, dtype=bool)
    for points in GRIDS:
        grid = np.geomspace(low, high, points)
        met = f(grid)[goal] >= 0
        if points == GRIDS[0] and not starts:
            never = ~met.any(axis=0)
            met |= ~np.logical_or.accumulate(met, axis=0)  # not met yet is not missed again
        turned = met if starts else ~met
        if points == GRIDS[0]:
            some = turned.any(axis=0)
        first = turned.argmax(axis=0)
        high = np.where(some, grid[first, column], high)
        low = np.where(some, grid[np.maximum(first - 1, 0), column], low)
    return np.where(never, 0.0, np.where(some, high, np.inf))
