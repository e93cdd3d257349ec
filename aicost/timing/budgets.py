"""Times beside their budgets: what is kept, from which usage on it is not, what waiting costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from aicost.billing.case import Case, kept
from aicost.components.unit_prices import trust
from aicost.formulas.crossings import farthest
from aicost.formulas.latency import Latency
from aicost.timing.percentiles import Speed, speeds
from aicost.timing.walk import Answer
from aicost.values.charge import Basis
from aicost.values.formatting import percent, seconds_words
from aicost.values.table import Column, Form, Table, table

LEVEL = 0.95
GRID = 49

#: Goals of time by their field: which time they are about, and what it is called.
TIMES: dict[str, tuple[str, Callable[[Answer], Latency]]] = {
    "first_word_p95": ("first word", lambda answer: answer.first),
    "whole_answer_p95": ("whole answer", lambda answer: answer.whole),
}


@dataclass(frozen=True)
class Budget:
    """Seconds within which 95 % of answers have begun, or are whole, and who says so."""

    field: str
    seconds: float
    basis: Basis
    source: str
    note: str = ""

    @property
    def what(self) -> str:
        """What has the budget: the first word or the whole answer."""
        return TIMES[self.field][0]

    @property
    def sentence(self) -> str:
        """What it is for, how long it is, and who says so."""
        words = f"{self.what}: {seconds_words(self.seconds)}, says {self.source}"
        return f"{words}; {self.note}." if self.note else f"{words}."

    def of(self, answer: Answer) -> Latency:
        """The time that the budget is for."""
        return TIMES[self.field][1](answer)


def budgets(case: Case) -> Iterator[Budget]:
    """Yield the budgets a case states, and those usual for its kind where it is silent."""
    for field in TIMES:
        goal = goal_of(case, field)
        if goal is not None:
            yield Budget(field, *goal)


def goal_of(case: Case, field: str) -> tuple[float, Basis, str, str] | None:
    """A goal of time with its basis, source and note: stated, else usual for the kind."""
    scenario, book = case.point.scenario, case.book
    stated = getattr(scenario.goals, field)
    if stated is not None:
        made = scenario.goals.origins[field]
        return float(stated), made.basis, made.source, ""
    item = f"budget/{scenario.kind}"
    if not book.has(item) or not book.in_force(item, field):
        return None
    row = book.find(item, field)
    return row.value, trust(row), row.source, row.note


@dataclass(frozen=True)
class BudgetStanding:
    """How a budget stands: p95, the share within it, and the first usage at which it is missed.

    `missed_from` is None where it is kept at every size that was looked at. `within` is 0
    where more is asked for than can be done: then there is no such share.
    """

    budget: Budget
    p95: float
    within: float
    missed_from: int | None
    served: float = 1.0

    @property
    def in_time(self) -> str:
        """The share within it in whole percent; where some are late it is never all."""
        return "over 99 %" if 0.995 <= self.within < 1 else percent(round(self.within, 2))

    @property
    def met(self) -> bool:
        """Say whether 95 % of answers are within the budget."""
        return self.within >= LEVEL

    @property
    def left(self) -> float:
        """The seconds of the budget that are left at p95; below zero where it is missed."""
        return self.budget.seconds - self.p95

    @property
    def apart(self) -> str:
        """How far p95 is from the budget, of the two as they are printed."""
        shown = float(f"{self.p95:.2g}") if self.p95 < 99.5 else round(self.p95)
        return seconds_words(abs(shown - self.budget.seconds))


def standing_rows(found: Sequence[BudgetStanding], units: str) -> Table:
    """Each budget with p95 beside it, and the first usage at which it is missed."""
    columns = (
        Column("budget"),
        Column("at most", Form.SECONDS),
        Column("p95", Form.SECONDS),
        Column("within it", Form.PERCENT),
        Column("missed from"),
    )
    said = {None: "no size", 1: "any size"}
    rows = []
    for k in found:
        missed = said.get(k.missed_from, f"{k.missed_from or 0:,} {units}")
        p95 = k.p95 if np.isfinite(k.p95) else "none"
        rows.append((k.budget.what, k.budget.seconds, p95, round(k.within, 3), missed))
    return table(columns, rows)


@kept
def standings(case: Case) -> tuple[BudgetStanding, ...]:
    """How each budget stands in the busiest hour at the case's own usage.

    F(budget) >= 0.95, tested at 49 sizes of equal ratio, from today's on where it is kept and from
    1 where not; between the last one that keeps it and the first that does not, by halving.

    Parameters
    ----------
    case : the system; ranges stand at their means.

    Notes
    -----
    Where nothing depends on the load a budget is kept or missed at every size. A budget that is
    missed only between two of the sizes is not seen.
    """
    (speed,) = speeds(case, [case.usage])
    found = []
    for budget in budgets(case):
        within = _within(budget, speed)
        p95 = (speed.first if budget.field == "first_word_p95" else speed.whole)[1]
        missed = _missed_from(case, budget, within >= LEVEL)
        found.append(BudgetStanding(budget, p95, within, missed, speed.served))
    return tuple(found)


def _within(budget: Budget, speed: Speed) -> float:
    """The share of requests within a budget."""
    return 0.0 if speed.over else float(budget.of(speed.answer).within(budget.seconds))


def _missed_from(case: Case, budget: Budget, met: bool) -> int | None:
    """The first usage at which a budget is missed, above today's where it is met today."""

    known: dict[int, bool] = {}  # most sizes have the same answer, which the case keeps

    def holds(usage: int) -> bool:
        (speed,) = speeds(case, [usage])
        if speed.over:
            return False
        key = id(speed.answer)
        if key not in known:
            known[key] = _within(budget, speed) >= LEVEL
        return known[key]

    start = int(case.usage) if met and case.usage >= 1 else 1
    sizes = np.unique(np.geomspace(start, farthest(case.usage), GRID).round().astype(int)).tolist()
    missed = next((i for i, usage in enumerate(sizes) if not holds(usage)), None)
    if missed is None or missed == 0:
        return None if missed is None else 1
    low, high = sizes[missed - 1], sizes[missed]
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return int(high)


# ---- what waiting costs


@dataclass(frozen=True)
class Lost:
    """Users' requests given up before the first word, of all, and what they would have brought.

    `usd` is a month's, `usd_per_second` what one more second would add to it, None where no price
    is stated.
    """

    share: float
    usd: float | None
    usd_per_second: float | None


def lost(case: Case, speed: Speed) -> Lost | None:
    """What waiting loses by the client's own curve of abandonment, or nothing without one.

    E[a(T)] with a(t) the share lost after t seconds, straight between the points given, 0 at 0 and
    constant behind the last. What is not served is lost as well.
    """
    scenario = case.point.scenario
    curve = scenario.goals.abandonment
    if not curve:
        return None
    now, later = (
        1.0 - speed.served * (1.0 - _given_up(speed.answer.first, curve, more))
        for more in (0.0, 1.0)
    )
    price, usage = scenario.revenue_per_user, scenario.traffic.usage(scenario.month)
    if price is None:
        return Lost(now, None, None)
    revenue = float(price) * float(usage)
    return Lost(now, now * revenue, (later - now) * revenue)


def _given_up(first: Latency, curve: Sequence[tuple[float, float]], more_s: float) -> float:
    """E[a(T + more)]: the slope of each piece times the mean time spent on it."""
    times, shares = (np.array(column) for column in zip((0.0, 0.0), *curve, strict=True))
    spent = np.minimum(times - more_s, first.capped_mean(times - more_s))
    return float(np.sum(np.diff(shares) / np.diff(times) * np.diff(spent)))
