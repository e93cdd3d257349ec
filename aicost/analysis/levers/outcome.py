"""What levers do, alone and together: to the bill, to its range, to the time of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aicost.analysis.levers.lever import Lever, in_order
from aicost.analysis.viability.goals import Goal, grown_fields, left_over
from aicost.billing.case import Case, kept
from aicost.book.rows import BookError
from aicost.formulas.attribution import shapley
from aicost.scenario.draws import DRAWS, SEED, drawn_value, is_plain
from aicost.scenario.problems import ScenarioError
from aicost.timing.batch_window import night
from aicost.timing.budgets import budgets
from aicost.timing.percentiles import Speed, speeds
from aicost.values.quantities import Numeric, Quantity, Value

TAIL = 5.0, 95.0  # of draws, per cent


@dataclass(frozen=True)
class Outcome:
    """A system before and after, with what it saves; people see what they see in `seen`.

    Attributes
    ----------
    before, after : the system without and with the change, ranges at their means.
    seen : the system whose people are on the bill after: a cache spares none of them.
    low, high : nine in ten draws save so much of the bill. [share]
    whole : p50 and p95 of the whole answer after, infinite where not all is served. [s]
    breaks : goals of time that are kept before and not after, in words.
    """

    before: Case
    after: Case
    seen: Case
    low: float
    high: float
    whole: tuple[float, float]
    breaks: tuple[str, ...]

    @property
    def usd(self) -> float:
        """The bill of a month after it. [USD]"""
        return float(self.before.bill.total) - self.saved

    @property
    def saved(self) -> float:
        """What it takes off the bill of a month. [USD]"""
        return float(self.saved_in(0.0))

    @property
    def part(self) -> float:
        """The same, of the bill. [share]"""
        return self.saved / float(self.before.bill.total)

    @property
    def keeps(self) -> tuple[Goal, ...]:
        """The goals of money that are missed without it and kept with it."""
        was, then = (left_over(case.bill) for case in (self.before, self.after))
        still = self.seen.bill.people - self.after.bill.people  # on the bill after it too
        spared = {goal: 0.0 if goal is Goal.CLOUD else still for goal in then}
        return tuple(goal for goal in then if was[goal] < 0 <= then[goal] - spared[goal])

    def saved_in(self, month: Numeric) -> Numeric:
        """What it takes off the bill of a month of the growth plan, 0 for now. [USD]"""
        before, after, seen = (in_month(c, month) for c in (self.before, self.after, self.seen))
        return sum(before) - after[0] - seen[1]

    def waiting(self, months: int) -> float:
        """What it costs to make it so many months later: all that it would have saved. [USD]"""
        return float(np.sum(self.saved_in(np.arange(months))))


def in_month(point: Case, month: Numeric) -> tuple[Numeric, Numeric]:
    """The bill of a month of the plan in USD, today's without one: machines, people."""
    return _in_months(point, tuple(np.ravel(month).tolist()), np.shape(month))


@kept
def _in_months(
    point: Case, months: tuple[float, ...], shape: tuple[int, ...]
) -> tuple[Numeric, Numeric]:
    """The same, worked out once: all levers are held against one bill before them."""
    month = np.reshape(months, shape)[()]
    growth, now = point.scenario.growth, not np.any(month)
    grown = point if growth is None or now else point.at(grown_fields(point.scenario, month))
    none, people = 0.0 * month, grown.bill.people
    return grown.bill.total - people + none, people + none


def pulled(case: Case, levers: Sequence[Lever]) -> Case:
    """A case at its means, or its draws, with some levers pulled in the order of their kinds."""
    settled = _as_drawn if _is_drawn(case) else _at_means
    for lever in sorted(levers, key=in_order):
        case = settled(lever.change(case))
    return case


def _is_drawn(case: Case) -> bool:
    """Whether ranges of a case are draws, and not at their means."""
    return case.point is not case


def _at_means(case: Case) -> Case:
    return case.point


def _as_drawn(case: Case) -> Case:
    """The case with what a lever brought that is not known, such as a count of tokens, drawn."""

    def drawn(path: str, meaning: Quantity, value: Value) -> Value:
        return value if is_plain(value) else drawn_value(value, meaning, path, DRAWS, SEED)

    return case.of(case.scenario.mapped(drawn))


def outcome(case: Case, levers: Sequence[Lever]) -> Outcome:
    """What some levers do together, alone where it is one.

    Parameters
    ----------
    case : the system. [Case]
    levers : those that are pulled. [Lever]
    """
    before = case.point
    after = pulled(before, levers)
    seen = pulled(before, [lever for lever in levers if lever.of_people])
    low, high = _range_of(case, levers)
    speed = speed_of(after)
    whole = speed.whole[0], speed.whole[1]
    return Outcome(before, after, seen, low, high, whole, tuple(_broken(before, after)))


def _range_of(case: Case, levers: Sequence[Lever]) -> tuple[float, float]:
    """Between which shares of the bill nine in ten draws save, the same draws before and after."""
    drawn = _drawn(case)
    before, after = drawn.bill, pulled(drawn, levers).bill
    seen = pulled(drawn, [lever for lever in levers if lever.of_people]).bill
    saved = before.total - (after.total - after.people) - seen.people
    whole = np.where(before.total, before.total, 1.0)  # of nothing nothing is saved
    low, high = np.percentile(saved / whole, TAIL)
    return float(low), float(high)


@kept
def _drawn(case: Case) -> Case:
    """The draws of a case, those of the range of its bill."""
    return case.draw()


def speed_of(case: Case) -> Speed:
    """How fast a system answers in its busiest hour."""
    return speeds(case, [case.usage])[0]


def _broken(before: Case, after: Case) -> list[str]:
    """The goals of time that a change breaks, in words."""
    was, then = speed_of(before), speed_of(after)

    def p95(budget_field: str, speed: Speed) -> float:
        return (speed.first if budget_field == "first_word_p95" else speed.whole)[1]

    broken = [
        f"the {one.what} within {one.seconds:g} s"
        for one in budgets(before)
        if p95(one.field, was) <= one.seconds < p95(one.field, then)
    ]
    nights = [night(case) for case in (before, after)]
    if all(nights) and nights[0].promised and not nights[1].promised:  # type: ignore[union-attr]
        broken.append("the hour at which its work is due, which no batch promises")
    return broken


def worths(case: Case, levers: Sequence[Lever]) -> NDArray[np.float64]:
    """What each set of levers saves a month in USD, bit i of an index for lever i.

    Parameters
    ----------
    case : the system. [Case]
    levers : in the order of `in_order`. [Lever]

    Raises
    ------
    ScenarioError, BookError : a set of them cannot be billed.
    """
    cases = [case.point]
    for lever in levers:
        cases += [pulled(one, [lever]) for one in cases]
    bills = [one.bill for one in cases]
    people = np.array([float(bill.people) for bill in bills])
    machines = np.array([float(bill.total) for bill in bills]) - people
    of_people = sum(1 << i for i, lever in enumerate(levers) if lever.of_people)
    seen = people[np.arange(len(cases)) & of_people]
    return machines[0] + people[0] - machines - seen


def parts(case: Case, levers: Sequence[Lever]) -> tuple[float, ...]:
    """What each lever makes of what all save together: its gain, in the mean over every order.

    Parameters
    ----------
    case : the system. [Case]
    levers : those that are pulled, in any order. [Lever]

    Returns
    -------
    A part a lever, in the order of `levers`; they add up to the joint saving. [USD/month]
    """
    ordered = sorted(levers, key=in_order)
    value = shapley(worth=worths(case, ordered))
    by_name = {lever.name: float(usd) for lever, usd in zip(ordered, value, strict=True)}
    return tuple(by_name[lever.name] for lever in levers)


def billed(case: Case, levers: Sequence[Lever]) -> bool:
    """Whether some levers can be pulled together: what they make has prices for all of it."""
    try:
        return bool(np.isfinite(pulled(case.point, levers).bill.total))
    except (ScenarioError, BookError, KeyError):
        return False
