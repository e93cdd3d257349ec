"""What one request costs: its percentiles over requests, and what the costly ones spend it on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Any

import numpy as np

from aicost.analysis.request_cost.chances import Floats
from aicost.analysis.request_cost.spent import On, Spent
from aicost.analysis.request_cost.walk import DrawnWalk
from aicost.billing.case import Case, kept, single
from aicost.billing.pools import overflow_lines
from aicost.billing.settle import environment_lines, other_lines, share_lines
from aicost.billing.walk import walk
from aicost.scenario.scenario import Scenario
from aicost.values.charge import HUMAN, Charge, total
from aicost.values.formatting import count, listing, money, percent
from aicost.values.formatting import share as part_of
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table

DRAWN = 2**18  # requests: p99 of six samples is within 0.3 % of forty times as many
PROBE = 64  # requests that show whether anything differs
SURE = 1.96  # standard errors that hold 19 in 20
BY_REQUEST = ("requests", "calls", "rounds", "tokens")  # what other lines are paid by, of those
UNSURE = 0.5  # of a percentile: with ends so far off, the draws say nothing of it
LEAST = 1e-6  # USD: less is what rounding leaves
COSTLY = 0.05  # the share of requests whose spending is looked at
WORDS = {
    0.5: "half cost no more than",
    0.95: "19 in 20 no more than",
    0.99: "99 in 100 no more than",
    0.999: "999 in 1,000 no more than",
}


@dataclass(frozen=True)
class Percentile:
    """What a share of requests cost no more than, in USD, and its ends 19 times in 20."""

    share: float
    usd: float
    low: float
    high: float

    @property
    def error(self) -> float:
        """How far its ends lie from it. [share]"""
        return max(self.high - self.usd, self.usd - self.low) / self.usd if self.usd else 0.0


@dataclass(frozen=True)
class Capped:
    """What a cap on a request's spending does.

    `strikes` is the share of requests that it stops, which stay undone; `saved` and `mean` are of
    all requests, `stopped_at` of those it stops, without review staff. [USD]
    """

    usd: float
    strikes: float
    saved: float
    mean: float
    stopped_at: float
    requests: float
    percentiles: tuple[Percentile, ...]

    @property
    def sentence(self) -> str:
        """How often it strikes, what it saves, and what it cannot do."""
        if not self.strikes:
            return f"A cap of {money(self.usd)} a request stops none of those drawn."
        many = count(round(self.strikes * self.requests))
        words = f"A cap of {money(self.usd)} a request stops {part_of(self.strikes, 1.0)} of them, "
        words += f"{many} a month, which stay undone, and saves {money(self.saved * self.requests)}"
        words += " a month. It is looked at between two rounds of a loop: the round that crosses it"
        return f"{words} is paid, and a stopped request costs {money(self.stopped_at)} on average."


@dataclass(frozen=True, repr=False)
class RequestCost(Result):
    """What one request costs, over requests that differ.

    `mean` is the bill's usage lines over its requests, `of_people` the part of it that is review
    staff, `even_share` what all pay together, over the same requests. `machines` are percentiles
    without the staff. `exact` says that they are worked out, else they are of `drawn` requests.
    `costly` says what the 5 % that cost most spend, by stage, and `costly_share` which part of all
    spending that is. `cap` is what the file's limit does to that, where it has one. [USD, share]
    """

    name: str
    mean: float
    of_people: float
    even_share: float
    percentiles: tuple[Percentile, ...]
    machines: tuple[Percentile, ...]
    exact: bool
    drawn: int
    costly: tuple[tuple[str, float], ...]
    costly_share: float
    cap: Capped | None = None
    seats: float = 0.0  # of the even share: people who are paid whether anybody asks or not

    def quantile(self, share: float) -> float:
        """What a share of the requests cost no more than: 0.5, 0.95, 0.99 or 0.999. [USD]"""
        return next(p.usd for p in self.percentiles if p.share == share)

    @cached_property
    def same(self) -> bool:
        """Whether every request costs the same."""
        first, last = self.percentiles[0].usd, self.percentiles[-1].usd
        return bool(np.isclose(first, last, rtol=1e-9))

    @property
    def ends(self) -> str:
        """The percentiles in words."""
        words = listing([f"{WORDS[p.share]} {money(p.usd)}" for p in self.percentiles])
        alone = f" (without review staff {money(self.machines[-1].usd)})"
        return f"{words}{alone if self.of_people > 0 else ''}"

    @property
    def beside(self) -> str:
        """What no request pays by itself, in words; nothing where there is none."""
        if not self.even_share > 0:
            return ""
        words = f", plus an even share of {money(self.even_share)} of what all pay together"
        return words + seat_words(self.seats)

    @property
    def sentence(self) -> str:
        """The mean and the percentiles, and what costly requests spend it on."""
        words = f"A request costs {money(self.mean)} on average"
        if self.same:
            words = f"Every request costs the same, {money(self.mean)}"
        words += self.beside
        if self.same:
            return f"{words}: nothing in the file says how requests differ."
        words += f". Of all requests, {self.ends}"
        if self.costly:
            (stage, part), held = self.costly[0], percent(round(self.costly_share, 2))
            words += f". The 5 in 100 that cost most spend {held} of it"
            words += f", {percent(round(part, 2))} of that on {stage}"
        return f"{words}. {self.cap.sentence if self.cap else ''}".rstrip()

    def rows(self) -> Table:
        """Mean and percentiles, with and without review staff, and the even share beside them."""
        columns = [Column("One request", key="what"), Column("costs", Form.MONEY, "usd")]
        if self.of_people > 0:
            columns.append(Column("without review staff", Form.MONEY, "machines"))
        if not self.exact:
            columns.append(Column("±, 19 times in 20", Form.SHARE, "error"))
        if self.cap is not None:
            columns.append(Column("with the cap", Form.MONEY, "capped"))

        def row(*cells: Any) -> tuple[Any, ...]:
            keys = ("what", "usd", "machines", "capped", "error")
            known = dict(zip_longest(keys, cells, fillvalue=np.nan))
            return tuple(known[column.key] for column in columns)

        made = tuple(f"of the 5 in 100 that cost most: {n} {percent(s)}" for n, s in self.costly)
        capped = self.cap.percentiles if self.cap else self.percentiles
        held = self.cap.mean if self.cap else self.mean
        lines = [Row(row("on average", self.mean, self.mean - self.of_people, held), made)]
        for whole, own, stopped in zip(self.percentiles, self.machines, capped, strict=True):
            error = whole.error if whole.error < UNSURE else np.nan  # then the draws say nothing
            cells = (WORDS[whole.share], whole.usd, own.usd, stopped.usd, error)
            lines.append(Row(row(*cells), of=whole))
        lines.append(Row(row("an even share of what all pay together", self.even_share)))
        how = "worked out, for no more than one thing differs on the way of a request"
        if not self.exact:
            how = f"of {count(self.drawn)} requests drawn, the same ones each time"
        return Table(tuple(columns), tuple(lines), notes=(f"The percentiles are {how}.",))


@kept
def request_cost(case: Case, drawn: int = DRAWN) -> RequestCost:
    """What one request costs, from the spreads of tokens, rounds, choices and tries.

    Parameters
    ----------
    case : the system; ranges stand at their means, spreads are drawn.
    drawn : requests that are drawn. [requests]

    Raises
    ------
    ValueError : a sweep or draws, or a system that nobody asks.

    Notes
    -----
    Who takes a stage, how often it is called, tokens, rounds and turns are drawn for each request
    by itself; a stage's passages, its prompt cache's share and prices that fall with the month's
    volume are the bill's means. Calls of one request are independent, as for the times. Against
    ten million requests simulated apart, p50, p95 and p99 are within 1 %.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> cost = request_cost(load("data/scenarios/research-agent.yaml"))
    >>> bool(cost.quantile(0.5) < cost.mean < cost.quantile(0.99))
    True
    """
    single(case, "the cost of a request")
    point = case.point
    requests = float(point.bill.requests)
    if requests <= 0:
        raise ValueError("nobody asks, and no request has a cost; write users: 1 or more")
    lines = per_request(case)
    mean, people = (float(total(found)) / requests for found in (lines, _staff(lines)))
    beside = float(point.bill.total) / requests - mean
    way, spent = _walked(case, drawn)
    whole, machines = spent.whole, spent.machines
    exact = way.chances.exact
    slack = way.chances.ways if exact else 0
    costly, part = _costly(spent.lines, whole)
    return RequestCost(
        case.name,
        mean,
        people,
        beside,
        _percentiles(whole, slack),
        _percentiles(machines, slack),
        exact,
        drawn,
        costly,
        part,
        _capped(point.scenario, spent, whole, machines, mean, slack),
        float(point.bill.people) / requests - people,
    )


def seat_words(usd: float) -> str:
    """What of an even share is people's seats, in brackets; nothing where there are none.

    Parameters
    ----------
    usd : what the seats cost, over the same requests or users. [USD]
    """
    return f" (of it {money(usd)} for people's seats)" if usd > LEAST else ""


def _walked(case: Case, drawn: int) -> tuple[DrawnWalk, Spent]:
    """A walk of many requests; where a few show that nothing differs, of those alone."""
    limit = case.point.scenario.limits.usd_per_request
    cap = np.inf if limit is None else float(limit)
    way = DrawnWalk(case, min(drawn, PROBE), cap)
    spent = way.through()
    if not way.chances.differ:
        return way, spent
    way = DrawnWalk(case, drawn, cap)
    return way, way.through()


def _capped(
    point: Scenario, spent: Spent, whole: Floats, machines: Floats, mean: float, slack: int
) -> Capped | None:
    if point.limits.usd_per_request is None:
        return None
    stopped, saved = spent.stopped, float(spent.saved.mean())
    paid = machines - spent.saved_of_machines
    return Capped(
        float(spent.cap),
        float(stopped.mean()),
        saved,
        mean - saved,
        float(paid[stopped].mean()) if stopped.any() else 0.0,
        float(point.requests().value),
        _percentiles(whole - spent.saved, slack),
    )


def per_request(case: Case) -> list[Charge]:
    """The lines of a month that are paid by the request.

    Parameters
    ----------
    case : the system; ranges stand at their means.
    """
    point, entry = case.point, case.point.scenario.requests()
    beside = (c for c in other_lines(point.scenario, entry) if c.driver in BY_REQUEST)
    walked = walk(point.scenario, point.book, entry)
    lines = [*walked, *overflow_lines(point.scenario, point.book, entry), *beside]
    lines += environment_lines(point.scenario, lines)
    return [*lines, *share_lines(point.scenario, lines)]


def _staff(lines: Sequence[Charge]) -> list[Charge]:
    return [line for line in lines if line.component == HUMAN]


def _percentiles(usd: Floats, slack: int) -> tuple[Percentile, ...]:
    """Percentiles with their ends: places of a sorted sample, or as many as there are ways."""
    ordered, n = np.sort(usd), usd.size
    found = []
    for share in WORDS:
        off = slack or SURE * np.sqrt(n * share * (1 - share))
        places = np.clip(np.ceil([n * share, n * share - off, n * share + off]) - 1, 0, n - 1)
        found.append(Percentile(share, *(float(ordered[int(at)]) for at in places)))
    return tuple(found)


def _costly(
    lines: Mapping[On, Floats], whole: Floats
) -> tuple[tuple[tuple[str, float], ...], float]:
    """The lines by their part of what costly requests spend, and the part of all that this is."""
    most = np.argpartition(whole, -int(whole.size * COSTLY))[-int(whole.size * COSTLY) :]
    spent, all_spent = float(whole[most].sum()), float(whole.sum())
    if spent <= 0:
        return (), 0.0
    parts = {on: float(usd[most].sum()) / spent for on, usd in lines.items()}
    ranked = sorted(parts.items(), key=lambda part: -part[1])
    return tuple((name, part) for (name, _), part in ranked if part > 0), spent / all_spent
