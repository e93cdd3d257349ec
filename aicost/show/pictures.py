"""The pictures of a review: each chart drawn for a page and for a phone, with its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aicost.bill import Bill
from aicost.bridge import Bridge
from aicost.inflection import Inflection
from aicost.scaling import Outlook, Sweep, sweep
from aicost.show import charts
from aicost.show.renderer import Chart, has_pictures, spec_of, to_svg
from aicost.uncertainty import Expected

WIDE, NARROW = 720, 340


@dataclass(frozen=True)
class Picture:
    """A chart as two SVGs, and what it shows in words where no table beside it does."""

    wide: str
    narrow: str
    caption: str


def picture(draw: Callable[..., Chart], *, tabled: bool = False) -> Picture:
    """Return a chart at both widths; without a converter its description stands alone."""
    wide = draw(width=WIDE)
    words = str(spec_of(wide).get("description", ""))
    if not has_pictures():
        return Picture("", "", f"{words} (Install vl-convert-python to see it drawn.)")
    return Picture(to_svg(wide), to_svg(draw(width=NARROW)), "" if tabled else words)


def components(bill: Bill) -> Picture:
    """Draw where the money goes."""
    frame = charts.component_frame(bill)
    frame = frame[frame["usd"] > 0]
    return picture(lambda width: charts.components_bar(frame, width=width), tabled=True)


def usage(at: Sweep, today: float) -> Picture:
    """Draw the cost a month against usage."""
    frame = at.frame().rename(columns={at.field: "users"})
    unit = _unit(at)
    return picture(
        lambda width: charts.usage_curve(frame, today=today, unit=unit, width=width), tabled=True
    )


def _unit(at: Sweep) -> str:
    return at.scenario.traffic.unit if at.field == "users" else "request"


def per_user(bill: Bill, points: Sequence[Inflection]) -> Picture:
    """Draw the cost of one user against usage, the price, and where goals end."""
    s, today = bill.scenario, float(bill.users)
    marks = [(p.point.at, _goal(p)) for p in points if p.point is not None and not p.point.met]
    ends = [100.0, 1e6, today, *(float(at) for at, _ in marks)]
    sizes = np.unique([*np.geomspace(min(ends), max(ends), 81).round(), *ends])
    at = sweep(s, bill.book, values=sizes.tolist())
    table = at.totals()
    frame = pd.DataFrame({"users": table[at.field], "per_user": table["per_user"]})
    crossings = pd.DataFrame(marks, columns=["users", "label"]) if marks else None
    price = s.goals.price_per_user_month
    return picture(lambda width: charts.cost_per_user(
        frame, price=None if price is None else float(price), today=today, crossings=crossings,
        unit=_unit(at), width=width))  # fmt: skip


def _goal(point: Inflection) -> str:
    assert point.point is not None
    words = {"contribution": "price no longer covers it", "margin": "margin ends",
             "budget": "budget ends"}  # fmt: skip
    return f"{words[point.goal]} at {point.point.at:,}"


def months(plan: Outlook) -> Picture:
    """Draw the cost month by month along the growth plan."""
    kept = [c for c in ("month", "usd", "revenue") if c in plan.frame]
    budget = plan.scenario.goals.budget_per_month
    limit = None if budget is None else float(budget)
    return picture(lambda width: charts.growth_lines(plan.frame[kept], budget=limit, width=width))


def spread(cost: Expected) -> Picture | None:
    """Draw how far the bill may go, where anything is unknown."""
    if cost.p95 <= cost.p5:
        return None
    frame = pd.DataFrame({"usd": cost.totals})
    return picture(lambda width: charts.bill_range(frame, plan=cost.plan, width=width))


def bridge(found: Bridge) -> Picture:
    """Draw the way from the plan to the bill."""
    frame: Any = found.frame()
    return picture(lambda width: charts.bridge_waterfall(frame, width=width), tabled=True)
