"""Plans that users are sold: seats with requests included, what more requests cost, pools of both.

An allowance without a price beyond it is a cap: what is beyond it is not served, and so not billed.
Users of every plan ask alike. A pool is taken over many seats, whose mean is that of all users.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from aicost.scenario.pipeline import shared_out
from aicost.values.charge import Factor, weakest
from aicost.values.quantities import Numeric, Value, flag, mean, quantity, split
from aicost.values.section import Section

TINY = 1e-300  # where nobody asks, nothing is left out


@dataclass(frozen=True, kw_only=True)
class Plan(Section):
    """What some of the users pay in a month, and which requests that holds."""

    silent_if_unknown = False  # what is left out is the rest, no end, or a cap

    name: str
    share: Value = quantity(
        "share", "share of the users; one plan may leave it out to be the rest", default=None
    )
    price_per_seat_month: Value = quantity(
        "USD/user", "what a user pays a month, asking or not, which is income", billed=False
    )
    seats_per_user: Value = quantity(
        "seats",
        "seats that are paid for each user who asks: above 1 where some are bought and not used",
        low=1,
        default=1.0,
    )
    requests_included: Value = quantity(
        "requests", "requests of a user in a month that this holds; all, if left out", default=None
    )
    price_per_extra_request: Value = quantity(
        "USD/request",
        "what each request beyond those pays; if left out, they are not served and not billed",
        default=None,
    )
    pooled: bool = flag("all users of the plan share what is included; else each has its own")

    @property
    def capped(self) -> bool:
        """Whether requests beyond those included are not served."""
        return self.requests_included is not None and self.price_per_extra_request is None

    def included(self, asked: Value) -> Numeric:
        """The requests of a user that it holds: E[min(x, a)], of a pool min(E[x], a x seats)."""
        most = self.requests_included
        if most is None:
            return mean(asked)
        if self.pooled:
            return np.minimum(mean(asked), most * self.seats_per_user)
        (below, within), (above, _) = split(asked, shift=0.0, breaks=[most])
        return below * within + above * most

    def served(self, asked: Value) -> Numeric:
        """The requests of a user that are served in a month."""
        return self.included(asked) if self.capped else mean(asked)

    def brings(self, asked: Value) -> Numeric:
        """What a user brings in a month: the seat, and what is beyond its requests. [USD/month]"""
        seats = self.price_per_seat_month * self.seats_per_user
        if self.price_per_extra_request is None:
            return seats
        extra = mean(asked) - self.included(asked)
        return seats + self.price_per_extra_request * extra


def per_user(plans: Sequence[Plan], of: Callable[[Plan], Numeric]) -> Numeric:
    """The mean over users of what `of` says of each plan."""
    return sum(share * of(plan) for share, plan in zip(shares(plans), plans, strict=True))


def shares(plans: Sequence[Plan]) -> list[Numeric]:
    """The share of the users that each plan has."""
    return list(shared_out(plans).values())


def served_share(plans: Sequence[Plan], asked: Value) -> Factor | None:
    """The share of requests that plans serve; None where none of them has a cap."""
    caps = [plan for plan in plans if plan.capped]
    if not caps:
        return None
    part = per_user(plans, lambda plan: plan.served(asked)) / np.maximum(mean(asked), TINY)
    said = [
        plan.basis(field)
        for plan in caps
        for field in ("share", "requests_included", "seats_per_user")
    ]
    return Factor("within what plans include", part, "share", weakest(said))
