"""The bill month by month as usage and collection grow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from aicost.analysis.scaling.sweep import ROWS_AT_ONCE
from aicost.analysis.viability.goals import Goal, grown_fields, left_over
from aicost.billing.case import Case, kept, single
from aicost.values.formatting import count, listing, money
from aicost.values.quantities import Numeric
from aicost.values.result import Result
from aicost.values.table import Column, Form, Table, table

if TYPE_CHECKING:
    import pandas as pd


#: What a month does to a goal, in the words of who reads a plan.
MISSED = {
    Goal.CONTRIBUTION: "the price does not cover the cost",
    Goal.MARGIN: "the margin is missed",
    Goal.BUDGET: "the budget is missed",
    Goal.CLOUD: "the budget for cloud is missed",
}
KEPT = {
    Goal.CONTRIBUTION: "the price covers the cost",
    Goal.MARGIN: "the margin is kept",
    Goal.BUDGET: "the budget is kept",
    Goal.CLOUD: "the budget for cloud is kept",
}


@dataclass(frozen=True, repr=False)
class Outlook(Result):
    """The bill month by month as usage and collection grow.

    `missed` is goal → the first month in which it is missed, `again` → the one from which it is
    kept to the end of the plan; None for none.
    """

    frame: pd.DataFrame
    missed: Mapping[Goal, int | None]
    again: Mapping[Goal, int | None]
    case: Case

    @property
    def sentence(self) -> str:
        """What the bill grows to and which goals are missed when."""
        first, last = self.frame.iloc[0], self.frame.iloc[-1]
        traffic = self.case.scenario.traffic
        held = [goal for goal, month in self.missed.items() if month is None]
        said = [
            f"{MISSED[goal]} {self._while(goal, month)}"
            for goal, month in self.missed.items()
            if month is not None
        ]
        said += [f"{listing([KEPT[goal] for goal in held])} throughout"] if held else []
        plan = self.case.scenario.growth
        looked = f"In {last['month']:.0f} months"
        if plan is not None and plan.basis("months") == "assumed":
            looked += " (assumed: the file does not say for how many)"
        grown = (
            f"{looked} {count(round(first[traffic.scale]))} "
            f"{traffic.usage_units} become {count(round(last[traffic.scale]))} and "
            f"{money(first['usd'])} a month {money(last['usd'])}"
        )
        return "; ".join([grown, *said]) + "."

    def _while(self, goal: Goal, first: int) -> str:
        """In which months a goal is missed, and from when on it is kept."""
        since, again = "today" if first == 0 else f"month {first}", self.again[goal]
        if again is None:
            return f"from {since} on"
        last = "" if again - 1 == first else f" to month {again - 1}"
        return f"from {since}{last}, and from month {again} on {KEPT[goal]}"

    def month_of(self, usage: float) -> int | None:
        """The first month that has grown to a usage; None for none of the plan."""
        grown = self.frame[self.frame[self.case.scenario.traffic.scale] >= usage]["month"]
        return None if grown.empty else int(grown.iloc[0])

    def missed_in(self, goal: str) -> int | None:
        """The first month in which a goal of money is missed; None for none of the plan."""
        return next((month for each, month in self.missed.items() if each == goal), None)

    def rows(self) -> Table:
        """Usage, cost with its range, and what is earned, month by month."""
        traffic = self.case.scenario.traffic
        columns = [
            Column("month", Form.COUNT),
            Column(traffic.usage_units, Form.COUNT, traffic.scale),
            Column("a month", Form.MONEY, "usd"),
            Column("from", Form.MONEY, "p5"),
            Column("to", Form.MONEY, "p95"),
        ]
        columns += [Column("earns", Form.MONEY, "revenue")] if "revenue" in self.frame else []
        columns += [Column("margin", Form.SHARE)] if "margin" in self.frame else []
        cells = self.frame.assign(**{traffic.scale: self.frame[traffic.scale].round()})
        return table(columns, cells[[c.key or c.name for c in columns]].to_numpy().tolist())


@kept
def growth(case: Case) -> Outlook:
    """The bill of every month of the growth plan.

    usage(t) = usage x (1 + g)^t, documents(t) = documents x (1 + added a month)^t.

    Parameters
    ----------
    case : the system, with a growth plan; its ranges and prices stay as they are today.

    Returns
    -------
    Its frame has one row a month from 0 (now): usage, documents, usd by component, usd with
    p5 and p95 of 4,096 draws (growth rates drawn too), revenue, margin.

    Raises
    ------
    ValueError : the system has no growth plan.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> case = load("data/scenarios/help-desk.yaml")
    >>> len(growth(case).frame) == case.scenario.growth.months + 1
    True
    """
    import pandas as pd

    single(case, "a growth plan")
    point = case.point
    if point.scenario.growth is None:
        raise ValueError(
            f"{case.name}: no growth plan; write growth: {{users_per_month: 5 %, months: 24}}"
        )
    t = np.arange(round(point.scenario.growth.months) + 1)
    grown = grown_fields(point.scenario, t)
    bill = point.of(point.scenario.at(grown)).bill
    columns: dict[str, Numeric] = {"month": t, **{p.split(".")[-1]: v for p, v in grown.items()}}
    columns |= {**bill.by("component"), "usd": bill.total}
    columns["p5"], columns["p95"] = _interval(case, t, bill.total)
    price = bill.scenario.revenue_per_user
    if price is not None:
        columns["revenue"] = price * bill.users
        columns["margin"] = 1.0 - bill.total / columns["revenue"]
    missed = {goal: _first_below(left, t) for goal, left in left_over(bill).items()}
    frame = pd.DataFrame({name: np.broadcast_to(c, t.shape) for name, c in columns.items()})
    again = {goal: _kept_from(left, t) for goal, left in left_over(bill).items()}
    return Outlook(frame, missed, again, case)


def _interval(case: Case, months: np.ndarray, plan: Numeric) -> tuple[np.ndarray, np.ndarray]:
    """p5 and p95 of each month's bill."""
    if not case.scenario.unknowns():
        return plan, plan
    drawn, ends = case.draw(), []
    for start in range(0, len(months), ROWS_AT_ONCE):
        t = months[start : start + ROWS_AT_ONCE, None]
        later = drawn.scenario.at(grown_fields(drawn.scenario, t))
        usd = drawn.of(later).bill.total
        ends.append(np.percentile(np.broadcast_to(usd, (len(t), usd.shape[-1])), (5, 95), axis=1))
    low, high = np.concatenate(ends, axis=1)
    return low, high


def _first_below(left: Numeric, months: np.ndarray) -> int | None:
    """The first month in which nothing is left of a goal."""
    below = np.flatnonzero(np.broadcast_to(left, months.shape) < 0)
    return int(months[below[0]]) if below.size else None


def _kept_from(left: Numeric, months: np.ndarray) -> int | None:
    """The month from which a goal that was missed is kept to the end."""
    below = np.flatnonzero(np.broadcast_to(left, months.shape) < 0)
    return int(months[below[-1] + 1]) if below.size and below[-1] + 1 < months.size else None
