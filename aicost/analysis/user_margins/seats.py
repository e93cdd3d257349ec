"""One user of a plan: what they bring and cost at any number of requests, and means of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import ndtri

from aicost.scenario.plans import TINY, Plan, shares
from aicost.scenario.scenario import Scenario
from aicost.values.quantities import Numeric, Spread, Value, mean, split


@dataclass(frozen=True)
class Part:
    """Some of the users: their share of all, and the mean of each figure over them.

    `left` is what they bring less what they cost, `losing` the share of all users that is among
    them and costs more than it brings. [requests, USD/month]
    """

    share: float
    asked: float
    served: float
    brings: float
    left: float
    losing: float

    @property
    def costs(self) -> float:
        """What one of them costs. [USD/month]"""
        return self.brings - self.left


@dataclass(frozen=True)
class Seat:
    """A user of a plan, by the requests asked in a month: lines that turn at what is included.

    A pool is shared by many: each of its users pays the same for what is beyond it, and is served
    the same part of what was asked. A user costs `per_request` for each request that is served,
    and an even share of all else. [USD, USD/month]
    """

    plan: Plan
    share: float
    asked: Value
    per_request: float
    even_share: float

    def served(self, x: Numeric) -> Numeric:
        """The requests that are served of `x` that are asked."""
        if not self.plan.capped:
            return x
        if self.plan.pooled:
            return x * (self.plan.included(self.asked) / np.maximum(mean(self.asked), TINY))
        return np.minimum(x, self.plan.requests_included)

    def brings(self, x: Numeric) -> Numeric:
        """What a user brings who asks `x` times. [USD/month]"""
        if self.plan.pooled or self.plan.price_per_extra_request is None:
            return self.plan.brings(self.asked) + 0.0 * x
        return self.plan.brings(x)

    def left(self, x: Numeric) -> Numeric:
        """What is left of it. [USD/month]"""
        return self.brings(x) - self.per_request * self.served(x) - self.even_share

    @property
    def kinks(self) -> tuple[float, ...]:
        """The number of requests at which a further one brings, or costs, another amount."""
        own = self.plan.requests_included
        return () if own is None or self.plan.pooled or own <= 0 else (float(own),)

    @property
    def turns(self) -> tuple[float, ...]:
        """The numbers of requests at which nothing is left, and more or less on either side."""
        found = []
        for low, high in pairwise([0.0, *self.kinks, np.inf]):
            step = min(high - low, 1.0)
            left, slope = self.left(low), (self.left(low + step) - self.left(low)) / step
            root = low - left / slope if slope else low
            if low < root <= high:
                found.append(float(root))
        return tuple(found)

    @property
    def loses(self) -> tuple[tuple[float, float], ...]:
        """The requests a month, from and to, at which a user costs more than they bring."""
        spans = pairwise([0.0, *self.turns, np.inf])
        return tuple((a, b) for a, b in spans if self.left((a + min(b, a + 2.0)) / 2) < 0)

    def parts(self, edges: Sequence[float] = ()) -> Iterator[tuple[int, Part]]:
        """Yield users who stand on one line, each with the place of their group between `edges`."""
        breaks = sorted({*edges, *self.kinks, *self.turns})
        bands = split(self.asked, shift=0.0, breaks=breaks)
        for high, (of_them, x) in zip([*breaks, np.inf], bands, strict=True):
            share, left = self.share * float(of_them), float(self.left(x))
            one = Part(
                share,
                asked=float(x),
                served=float(self.served(x)),
                brings=float(self.brings(x)),
                left=left,
                losing=share * (left < 0),
            )
            yield int(np.searchsorted(edges, high)), one


def merged(parts: Sequence[Part]) -> Part:
    """Several parts as one.

    >>> one = merged([Part(0.3, 10, 10, 5.0, 1.0, 0.0), Part(0.1, 50, 50, 5.0, -1.0, 0.1)])
    >>> round(one.share, 3), round(one.asked, 3), round(one.left, 3), one.losing
    (0.4, 20.0, 0.5, 0.1)
    """
    share = sum(part.share for part in parts)
    weights = [part.share / share if share else 0.0 for part in parts]

    def over(name: str) -> float:
        each = (getattr(part, name) for part in parts)
        return float(sum(weight * value for weight, value in zip(weights, each, strict=True)))

    losing = sum(part.losing for part in parts)
    return Part(share, over("asked"), over("served"), over("brings"), over("left"), losing)


def seats(point: Scenario, per_request: float, even_share: float) -> tuple[Seat, ...]:
    """A user of each plan; where there is one price, or none, of a plan that holds all requests.

    Parameters
    ----------
    point : the scenario at its means, with users. [Scenario]
    per_request : what a request costs that is served. [USD]
    even_share : what a user costs beside their requests. [USD/month]
    """
    plans = point.plans or (Plan(name="", price_per_seat_month=point.revenue_per_user or 0.0),)
    asked = point.traffic.requests_per_user_month
    return tuple(
        Seat(plan, float(share), asked, per_request, even_share)
        for plan, share in zip(plans, shares(plans), strict=True)
    )


def quantile(asked: Spread, share: float) -> float:
    """The requests that a share of the users stay below.

    Parameters
    ----------
    asked : the requests of a user in a month. [requests]
    share : of the users. [share]

    Examples
    --------
    >>> round(quantile(Spread(12.0, 90.0), 0.95), 6)
    90.0
    """
    return float(asked.p50 * np.exp(asked.sigma * ndtri(share)))
