"""The margin of users who do not ask alike: by tenths of them, by plan, pooled or each alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from aicost.analysis.request_cost.report import seat_words
from aicost.analysis.user_margins.seats import Part, Seat, merged, quantile, seats
from aicost.billing.case import Case, kept, single
from aicost.values.charge import HUMAN
from aicost.values.formatting import count, listing, money
from aicost.values.formatting import share as part_of
from aicost.values.quantities import Spread
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table

TENTHS = tuple(k / 10 for k in range(1, 10))
HEAVIEST = 0.99  # share of the users that the heaviest 1 in 100 lie above


@dataclass(frozen=True)
class SoldPlan:
    """A plan (or the one price): the mean of its users, and where one costs more than they bring.

    `loses` are the requests a month, from and to; `losing` is the share of its own users.
    """

    name: str
    users: Part
    losing: float
    loses: tuple[tuple[float, float], ...]

    @property
    def words(self) -> str:
        """Where a user costs more than they bring, in words."""
        spans = [_span(low, high) for low, high in self.loses]
        return listing(spans) if spans else "at no number of requests"


def _span(low: float, high: float) -> str:
    if np.isinf(high):
        return f"beyond {_often(low)} requests a month" if low > 0 else "at any number of requests"
    ends = f"from {_often(low)} to" if low > 0 else "below"
    return f"{ends} {_often(high)} requests a month"


def _often(requests: float) -> str:
    """A number of requests that is no count of anything, to three digits."""
    return count(float(f"{requests:.3g}"))


@dataclass(frozen=True, repr=False)
class UserMargins(Result):
    """What users bring and cost, by how often they ask.

    `users` is the mean of all; `tenths` are groups of them by requests, each with the number up to
    which it goes, `heaviest` is 1 in 100 of them; both are empty where all ask alike. A request
    that is served costs `per_request`, and each user an `even_share` of what does not grow with
    requests. `pooled` and `alone` are what is left of a month with every allowance shared by the
    users of its plan, and with each user's own; None where there is none. [USD, USD/month, share]
    """

    name: str
    unit: str
    priced: bool
    per_request: float
    even_share: float
    users: Part
    tenths: tuple[tuple[float, Part], ...]
    heaviest: tuple[float, Part] | None
    plans: tuple[SoldPlan, ...]
    pooled: float | None = None
    alone: float | None = None
    seats: float = 0.0  # of the even share: people who are paid whether anybody asks or not

    @property
    def losing(self) -> float:
        """The share of the users that costs more than it brings."""
        return self.users.losing

    def of_bill(self, part: Part) -> float:
        """The share of the bill that some users are."""
        return part.share * part.costs / self.users.costs if self.users.costs else 0.0

    @property
    def sentence(self) -> str:
        """Who asks most, who costs more than they bring, and what pooling does."""
        return " ".join(filter(None, (self._differ, self._lose, self._unserved, self._pooling)))

    @property
    def _differ(self) -> str:
        made = f"Each request adds {money(self.per_request)}; each {self.unit} bears an even share "
        made += f"of {money(self.even_share)} of what does not grow with requests"
        made += f"{seat_words(self.seats)}."
        if self.heaviest is None:
            often = f"{_often(self.users.asked)} times a month for {money(self.users.costs)}"
            return (
                f"Every {self.unit} is taken to ask alike, {often}. {made} Write "
                "requests_per_user_month: {p50: …, p95: …} to say how they differ."
            )
        most, (_, few) = self.tenths[-1][1], self.heaviest
        asked = most.share * most.asked / self.users.asked
        return (
            f"The 1 in 10 {self.unit}s who ask most make {part_of(asked, 1.0)} of the requests and "
            f"are {part_of(self.of_bill(most), 1.0)} of the bill; the first 1 in 100 alone are "
            f"{part_of(self.of_bill(few), 1.0)}. {made}"
        )

    @property
    def _lose(self) -> str:
        if not self.priced:
            return f"Nothing says what a {self.unit} brings: write plans or price_per_user_month."
        words = f"No {self.unit} costs more than they bring"
        if self.losing > 0:
            words = f"{part_of(self.losing, 1.0)} of the {self.unit}s cost more than they bring"
        does = "one does" if self.losing > 0 else "one would"
        if len(self.plans) > 1:
            return f"{words}; {does} {listing([f'in {p.name} {p.words}' for p in self.plans])}."
        if "any number" in (when := self.plans[0].words):
            evenly = f", with {money(self.seats)} of people's seats a head" if self.seats else ""
            return f"No {self.unit} brings what they cost, {when}{evenly}."
        return (
            f"{words}, {when.replace(' no ', ' any ')}."
            if " no " in when
            else f"{words}; {does} {when}."
        )

    @property
    def _unserved(self) -> str:
        part = 1.0 - self.users.served / self.users.asked if self.users.asked else 0.0
        if not part > 0:
            return ""
        return (
            f"{part_of(part, 1.0)} of what is asked is beyond what is included: it is not served."
        )

    @property
    def _pooling(self) -> str:
        if self.pooled is None or self.alone is None:
            return ""
        return (
            f"With every allowance pooled {money(self.pooled)} a month is left, with each "
            f"{self.unit}'s own {money(self.alone)}."
        )

    def rows(self) -> Table:
        """Tenths of the users by requests, the heaviest 1 in 100, and all of them."""
        columns = [
            Column("Requests a month", key="who"),
            Column("mean", Form.COUNT, "asked"),
            Column("costs", Form.MONEY, "costs"),
            Column("of the bill", Form.SHARE, "of_bill"),
        ]
        if self.priced:
            columns += [
                Column("brings", Form.MONEY, "brings"),
                Column("left", Form.MONEY, "left"),
                Column("at a loss", Form.SHARE, "losing"),
            ]
        return Table(tuple(columns), tuple(self._row(columns, *line) for line in self._lines()))

    def _lines(self) -> Iterator[tuple[str, Part]]:
        low = 0.0
        for high, part in self.tenths:
            ends = f"over {_often(low)}" if np.isinf(high) else f"{_often(low)} to {_often(high)}"
            yield ends if low else f"up to {_often(high)}", part
            low = high
        if self.heaviest is not None:
            yield f"1 in 100: over {_often(self.heaviest[0])}", self.heaviest[1]
        if len(self.plans) > 1:
            yield from ((plan.name, plan.users) for plan in self.plans)
        yield "all", self.users

    def _row(self, columns: Sequence[Column], who: str, part: Part) -> Row:
        losing = part.losing / part.share if part.share else 0.0
        cells = {"who": who, "of_bill": self.of_bill(part), "losing": losing}
        known = [cells[c.key] if c.key in cells else getattr(part, c.key) for c in columns]
        return Row(tuple(known), role="sum" if who == "all" else "line", of=part)


def told(case: Case) -> bool:
    """Say whether a file says anything of how its users differ, or of what they are sold.

    Parameters
    ----------
    case : the system. [Case]
    """
    point = case.point.scenario
    mixed = isinstance(point.traffic.requests_per_user_month, Spread)
    return (mixed or bool(point.plans)) and bool(case.bill.users > 0)


@kept
def user_margins(case: Case) -> UserMargins:
    """What users bring and cost, by how often they ask.

    A user who asks x times costs c x + F: c is what grows with requests, over those that are
    served, F an even share of all else. Plans say what they bring, or the price does.

    Parameters
    ----------
    case : the system; ranges stand at their means. [Case]

    Returns
    -------
    UserMargins

    Raises
    ------
    ValueError : no users are given, or there are none; or a sweep or draws.

    Notes
    -----
    Exact for a lognormal `requests_per_user_month`: between what is included and the numbers at
    which nothing is left all is straight in x, so that the mean of each band is enough. Of tiered
    prices c is the mean, not the next request. Users of every plan are taken to ask alike, and a
    pool to have many of them.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> case = load("data/scenarios/help-desk.yaml")
    >>> mixed = case.at({"requests_per_user_month": Spread(12.0, 90.0)})
    >>> len(user_margins(mixed).tenths), user_margins(case).tenths
    (10, ())
    """
    single(case, "a margin of users")
    point, bill = case.point.scenario, case.bill
    if point.traffic.users is None or not float(bill.users) > 0:
        raise ValueError(f"{case.name}: margins of users need users; write traffic.users")
    asking = float(bill.requests)
    month = [c for c in bill.charges if c.every == "month" and c.driver != "users"]
    grows, staff = (
        float(sum(c.behaving.get("usage", 0.0) for c in some)) if asking else 0.0
        for some in (month, [c for c in month if c.component == HUMAN])
    )
    per_request = grows / asking if asking else 0.0
    even_share = (float(bill.total) - grows) / float(bill.users)
    sold = seats(point, per_request, even_share)
    asked = point.traffic.requests_per_user_month
    tenths, heaviest = _groups(sold, asked)
    return UserMargins(
        case.name,
        point.traffic.usage_unit,
        point.revenue_per_user is not None,
        per_request,
        even_share,
        merged([part for seat in sold for _, part in seat.parts()]),
        tenths,
        heaviest,
        tuple(_sold(seat) for seat in sold),
        _left(case, pooled=True),
        _left(case, pooled=False),
        (float(bill.people) - staff) / float(bill.users),
    )


def _sold(seat: Seat) -> SoldPlan:
    users = merged([part for _, part in seat.parts()])
    return SoldPlan(
        seat.plan.name, users, users.losing / users.share if users.share else 0.0, seat.loses
    )


def _groups(
    sold: Sequence[Seat], asked: object
) -> tuple[tuple[tuple[float, Part], ...], tuple[float, Part] | None]:
    """Tenths of the users, each with the requests up to which it goes, and the heaviest."""
    if not isinstance(asked, Spread) or not asked.p95 > asked.p50:
        return (), None
    edges = [quantile(asked, share) for share in (*TENTHS, HEAVIEST)]
    groups: list[list[Part]] = [[] for _ in (*edges, np.inf)]
    for seat in sold:
        for place, part in seat.parts(edges):
            groups[place].append(part)
    few = merged(groups.pop())
    groups[-1].append(few)
    tenths = zip([*edges[:-1], np.inf], map(merged, groups), strict=True)
    return tuple(tenths), (edges[-1], few)


def _left(case: Case, *, pooled: bool) -> float | None:
    """What is left of a month with every allowance shared, or each user's own. [USD/month]"""
    point = case.point.scenario
    if not any(plan.requests_included is not None for plan in point.plans):
        return None
    plans = tuple(
        plan if plan.requests_included is None else replace(plan, pooled=pooled)
        for plan in point.plans
    )
    bill = case.of(replace(point, plans=plans)).bill
    return float(bill.scenario.revenue_per_user * bill.users - bill.total)
