"""What is left of each goal of money, at any usage."""

from __future__ import annotations

import numpy as np

from aicost.billing.bill import Bill
from aicost.billing.walk import bill
from aicost.book.book import Book
from aicost.formulas.crossings import Rows
from aicost.scenario.scenario import Scenario
from aicost.values.quantities import Numeric


def left_over(priced: Bill) -> dict[str, Numeric]:
    """The dollars a month left of each goal the scenario sets; at zero it is still met.

    contribution = revenue - cost; margin = revenue (1 - m) - cost; budget = budget - cost.
    """
    goals, cost = priced.scenario.goals, priced.total
    left: dict[str, Numeric] = {}
    if goals.price_per_user_month is not None:
        revenue = goals.price_per_user_month * priced.users
        left["contribution"] = revenue - cost
        if goals.margin is not None:
            left["margin"] = revenue * (1.0 - goals.margin) - cost
    if goals.budget_per_month is not None:
        left["budget"] = goals.budget_per_month - cost
    return left


def grown_fields(scenario: Scenario, t: Numeric) -> dict[str, Numeric]:
    """Usage and documents after `t` months, for a scenario at its means or drawn."""
    assert scenario.growth is not None
    scale = scenario.traffic.scale
    now = getattr(scenario.traffic, scale)
    grown = {f"traffic.{scale}": now * np.power(1.0 + scenario.growth.users_per_month, t)}
    if scenario.corpus is not None:
        added = np.power(1.0 + scenario.corpus.added_per_month, t)
        grown["corpus.documents"] = scenario.corpus.documents * added
    return grown


def left_at(scenario: Scenario, book: Book) -> Rows:
    """A function from usage to what is left of each goal, one row a goal."""

    def left(usage: np.ndarray) -> np.ndarray:
        return stacked(bill(scenario.at({f"traffic.{scenario.traffic.scale}": usage}), book))

    return left


def stacked(priced: Bill) -> np.ndarray:
    """What is left of each goal as one array, goals first."""
    return np.stack(np.broadcast_arrays(*left_over(priced).values(), priced.users)[:-1])
