"""Usage up and down: the bill at any size of any field, and month by month as usage grows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from aicost.analysis.viability.goals import grown_fields, left_over
from aicost.billing.walk import bill
from aicost.book.book import Book
from aicost.scenario.scenario import Scenario
from aicost.values.formatting import count, listing, money
from aicost.values.quantities import Numeric

if TYPE_CHECKING:
    import pandas as pd


# ---- growth


@dataclass(frozen=True)
class Outlook:
    """The bill month by month as usage and collection grow; `missed` is goal → first month."""

    frame: pd.DataFrame
    missed: Mapping[str, int | None]
    scenario: Scenario

    @property
    def sentence(self) -> str:
        """What the bill grows to and which goals are missed when."""
        first, last = self.frame.iloc[0], self.frame.iloc[-1]
        scale = self.scenario.traffic.scale
        kept = [goal for goal, month in self.missed.items() if month is None]
        said = [
            f"the {goal} goal is missed " + ("already now" if month == 0 else f"in month {month}")
            for goal, month in self.missed.items()
            if month is not None
        ]
        said += [f"the {listing(kept)} goal{'s' * (len(kept) > 1)} held"] if kept else []
        grown = (
            f"In {last['month']:.0f} months {count(round(first[scale]))} "
            f"{self.scenario.traffic.usage_units} become {count(round(last[scale]))} and "
            f"{money(first['usd'])} a month {money(last['usd'])}"
        )
        return "; ".join([grown, *said]) + "."


def growth(scenario: Scenario, book: Book) -> Outlook:
    """The bill of every month of the growth plan.

    usage(t) = usage x (1 + g)^t, documents(t) = documents x (1 + added a month)^t.

    Parameters
    ----------
    scenario : the system, with a growth plan; its ranges stand at their means.
    book : the price book; prices stay as they are today.

    Returns
    -------
    Its frame has one row a month from 0 (now): usage, documents, usd by component, usd with p5 and
    p95 of 4,096 draws (growth rates drawn too), revenue, margin.

    Raises
    ------
    ValueError : the scenario has no growth plan.

    Examples
    --------
    >>> import aicost
    >>> s = aicost.load("data/scenarios/help-desk.yaml")
    >>> months = growth(s, aicost.Book.load(as_of=s.as_of)).frame
    >>> len(months) == s.growth.months + 1
    True
    """
    import pandas as pd

    if scenario.growth is None:
        raise ValueError(f"{scenario.name}: no growth plan; write growth: {{users_per_month: 5 %}}")
    point = scenario.point()
    assert point.growth is not None
    t = np.arange(round(point.growth.months) + 1)
    grown = grown_fields(point, t)
    priced = bill(point.at(grown), book)
    columns: dict[str, Numeric] = {"month": t, **{p.split(".")[-1]: v for p, v in grown.items()}}
    columns |= {**priced.by("component"), "usd": priced.total}
    columns["p5"], columns["p95"] = _grown_interval(scenario, book, t, priced.total)
    price = point.goals.price_per_user_month
    if price is not None:
        columns["revenue"] = price * priced.users
        columns["margin"] = 1.0 - priced.total / columns["revenue"]
    missed = {goal: _first_below(left, t) for goal, left in left_over(priced).items()}
    frame = pd.DataFrame({name: np.broadcast_to(c, t.shape) for name, c in columns.items()})
    return Outlook(frame, missed, scenario)


def _grown_interval(
    scenario: Scenario, book: Book, months: np.ndarray, plan: Numeric
) -> tuple[np.ndarray, np.ndarray]:
    """P5 and p95 of each month's bill."""
    if not scenario.unknowns():
        return plan, plan
    drawn = scenario.draw()
    ends = [
        np.percentile(bill(drawn.at(grown_fields(drawn, t)), book).total, (5, 95)) for t in months
    ]
    low, high = np.array(ends).T
    return low, high


def _first_below(left: Numeric, months: np.ndarray) -> int | None:
    """The first month in which nothing is left of a goal."""
    below = np.flatnonzero(np.broadcast_to(left, months.shape) < 0)
    return int(months[below[0]]) if below.size else None
