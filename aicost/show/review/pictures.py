"""The pictures of a review: each chart drawn for a page and for a phone, with its words."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aicost.analysis.attribution.bridge import Bridge
from aicost.analysis.scaling.growth import Outlook
from aicost.analysis.scaling.sweep import Sweep, sweep
from aicost.analysis.uncertainty.expected import Expected
from aicost.analysis.viability.inflection import Inflections
from aicost.billing.bill import Bill
from aicost.billing.case import Case
from aicost.scenario.scenario import SIZES
from aicost.show.charts.frames import component_frame
from aicost.show.review.next_door import Drawn, Order, next_door
from aicost.values.money import spoken


@dataclass(frozen=True)
class Picture:
    """A chart as two SVGs, and what it shows in words where no table beside it does."""

    drawn: Future[Drawn]
    tabled: bool = False

    @property
    def wide(self) -> str:
        """The chart as wide as a page."""
        return self.drawn.result().wide

    @property
    def narrow(self) -> str:
        """The chart as narrow as a phone."""
        return self.drawn.result().narrow

    @property
    def caption(self) -> str:
        """What it shows, where nothing else says it; without a converter that stands alone."""
        if not self.wide:
            words = self.drawn.result().words
            return f"{words} (Install vl-convert-python to see it drawn.)"
        return "" if self.tabled else self.drawn.result().words


def picture(chart: str, frame: pd.DataFrame, *, tabled: bool = False, **given: Any) -> Picture:
    """A chart of `aicost.show.charts` at both widths, in the currency that is spoken.

    It is made next door, so that the figures of the next chart are worked out meanwhile.
    """
    return Picture(next_door().draw(Order(chart, frame, given, spoken())), tabled)


def components(bill: Bill) -> Picture:
    """Draw where the money goes."""
    frame = component_frame(bill)
    frame = frame[frame["usd"] > 0]
    return picture("components_bar", frame, tabled=True)


def sizes(case: Case, points: Inflections) -> Sweep:
    """The bill at all sizes that a page draws or tells of, in one pass.

    They run from a hundred (or less) to a million (or more), today and the ends of goals among
    them.
    """
    ends = [*SIZES, case.usage, *(float(at) for at, _ in _marks(points))]
    drawn = np.geomspace(min(ends), max(ends), 41).round()
    return sweep(case, values=np.unique([*drawn[drawn > 0], *ends]).tolist())


def _marks(points: Inflections) -> list[tuple[int, str]]:
    """The last usage at which each goal is kept, with the words for it."""
    ends = [(p.point.at, p.goal.ends) for p in points if p.point is not None and not p.point.met]
    return [(at - 1, f"{words} after {at - 1:,}") for at, words in ends]


def usage(at: Sweep) -> Picture:
    """Draw the cost a month against usage."""
    frame = at.frame().rename(columns={at.field: "users"})
    unit, today = at.case.scenario.traffic.usage_unit, at.case.usage
    return picture("usage_curve", frame, tabled=True, today=today, unit=unit)


def per_user(case: Case, at: Sweep, points: Inflections) -> Picture:
    """Draw the cost of one user against usage with its range, the price, and where goals end."""
    marks = _marks(points)
    table = at.totals().rename(columns={at.field: "users"})
    frame = table[["users", "per_user"]].copy()
    if case.scenario.unknowns():
        frame["p5"], frame["p95"] = (table[end] / table["users"] for end in ("p5", "p95"))
    crossings = pd.DataFrame(marks, columns=["users", "label"]) if marks else None
    price = case.point.scenario.revenue_per_user
    return picture(
        "cost_per_user",
        frame,
        price=None if price is None else float(price),
        today=case.usage,
        crossings=crossings,
        unit=case.scenario.traffic.usage_unit,
    )


def months(plan: Outlook) -> Picture:
    """Draw the cost month by month along the growth plan."""
    kept = [c for c in ("month", "usd", "p5", "p95", "revenue") if c in plan.frame]
    budget = plan.case.point.scenario.goals.budget_per_month
    limit = None if budget is None else float(budget)
    missed = {goal.missed: month for goal, month in plan.missed.items()}
    again = {goal.missed: month for goal, month in plan.again.items()}
    return picture("growth_lines", plan.frame[kept], budget=limit, missed=missed, again=again)


def spread(cost: Expected) -> Picture | None:
    """Draw how far the bill may go, where anything is unknown."""
    if cost.certain:
        return None
    frame = pd.DataFrame({"usd": cost.totals})
    return picture("bill_range", frame, plan=cost.plan)


def bridge(found: Bridge) -> Picture:
    """Draw the way from the plan to the bill."""
    frame: Any = found.frame()
    return picture("bridge_waterfall", frame, tabled=True)
