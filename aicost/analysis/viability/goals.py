"""Goals of money: what each is called, and what is left of it at any usage."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from aicost.billing.bill import Bill
from aicost.billing.case import Case
from aicost.formulas.crossings import Rows
from aicost.scenario.scenario import Scenario
from aicost.values.formatting import count, money, percent, plural
from aicost.values.quantities import Numeric


class Goal(StrEnum):
    """A goal of money, with the words for it wherever it is spoken of."""

    CONTRIBUTION = "contribution"
    MARGIN = "margin"
    BUDGET = "budget"
    CLOUD = "cloud_budget"

    @property
    def noun(self) -> str:
        """What it is, in a sentence: the price, the margin, the budget."""
        return "the price" if self is Goal.CONTRIBUTION else f"the {self._called}"

    @property
    def ends(self) -> str:
        """What happens where it is met no longer."""
        return "price no longer covers it" if self is Goal.CONTRIBUTION else f"{self._called} ends"

    @property
    def missed(self) -> str:
        """What a bill is called that misses it."""
        return {
            Goal.CONTRIBUTION: "costs more than it earns",
            Goal.MARGIN: "below the margin wanted",
            Goal.BUDGET: "over budget",
            Goal.CLOUD: "over the budget for cloud",
        }[self]

    @property
    def _called(self) -> str:
        return "budget for cloud" if self is Goal.CLOUD else str(self)

    def words(self, scenario: Scenario) -> str:
        """The goal as the start of a sentence that says where it is met."""
        goals = scenario.goals
        if self is Goal.CONTRIBUTION:
            each = scenario.traffic.usage_unit
            what = "mean price" if scenario.plans else "price"
            price = f"{money(scenario.revenue_per_user)} per {each}{price_from(scenario)}"
            return f"The {what} of {price} covers the cost"
        if self is Goal.MARGIN:
            return f"The margin of {percent(goals.margin)} is kept"
        if self is Goal.CLOUD:
            return f"The budget for cloud of {money(goals.cloud_budget_per_month)} a month is kept"
        return f"The budget of {money(goals.budget_per_month)} a month is kept"


def price_from(scenario: Scenario) -> str:
    """What the mean price of a user is made of, in brackets; nothing where it was stated so."""
    if len(scenario.plans) > 1:
        return f" (the mean of {len(scenario.plans)} plans)"
    for plan in scenario.plans:
        seats = count(plan.seats_per_user)
        paid = f"{seats} {plural('seat', seats)} at {money(plan.price_per_seat_month)}"
        if plan.price_per_extra_request is not None:
            return f" ({paid}, and what is asked beyond the plan)"
        return f" ({paid})" if seats != "1" else ""
    return ""


def left_over(bill: Bill) -> dict[Goal, Numeric]:
    """The dollars a month left of each goal the scenario sets; at zero it is still met.

    contribution = revenue - cost; margin = revenue (1 - m) - cost; budget = budget - cost;
    cloud = budget for cloud - (cost - review staff).
    """
    goals, cost = bill.scenario.goals, bill.total
    left: dict[Goal, Numeric] = {}
    price = bill.scenario.revenue_per_user
    if price is not None:
        revenue = price * bill.users
        left[Goal.CONTRIBUTION] = revenue - cost
        if goals.margin is not None:
            left[Goal.MARGIN] = revenue * (1.0 - goals.margin) - cost
    if goals.budget_per_month is not None:
        left[Goal.BUDGET] = goals.budget_per_month - cost
    if goals.cloud_budget_per_month is not None:
        left[Goal.CLOUD] = goals.cloud_budget_per_month - (cost - bill.people)
    return left


def grown_fields(scenario: Scenario, t: Numeric) -> dict[str, Numeric]:
    """Usage and documents after `t` months, for a scenario at its means or drawn."""
    assert scenario.growth is not None
    scale = scenario.traffic.scale
    now = scenario.traffic.usage(scenario.month)
    grown = {f"traffic.{scale}": now * np.power(1.0 + scenario.growth.users_per_month, t)}
    if scenario.corpus is not None:
        added = np.power(1.0 + scenario.corpus.added_per_month, t)
        grown["corpus.documents"] = scenario.corpus.documents * added
    return grown


def left_at(case: Case) -> Rows:
    """A function from usage to what is left of each goal, one row a goal."""

    def left(usage: np.ndarray) -> np.ndarray:
        asked = case.scenario.at({f"traffic.{case.scenario.traffic.scale}": usage})
        return stacked(case.of(asked).bill)

    return left


def stacked(bill: Bill) -> np.ndarray:
    """What is left of each goal as one array, goals first."""
    return np.stack(np.broadcast_arrays(*left_over(bill).values(), bill.users)[:-1])
