"""One option measured: its bill, its times, its goals, and what has to be true for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from aicost.analysis.options.ways import Way
from aicost.analysis.uncertainty.expected import Expected, expected
from aicost.analysis.uncertainty.paired import Apart, apart
from aicost.analysis.viability.ends import End, Ends, ends
from aicost.analysis.viability.goals import Goal, left_over
from aicost.billing.case import Case
from aicost.scenario.checks import warnings
from aicost.timing.batch_window import night
from aicost.timing.budgets import standings
from aicost.timing.ceilings import limits_reached
from aicost.timing.percentiles import Speed, speeds
from aicost.values.formatting import count, money, percent, seconds_words
from aicost.values.quantities import SECONDS_PER_HOUR, Value

#: Fields of a stage that can change what an answer says.
MOVES_ANSWERS = ("model", "store", "top_k", "keep", "output_tokens", "thinking_tokens")


@dataclass(frozen=True)
class Standing:
    """An option beside the system: costs over the same draws, times at the peak, goals.

    `people` is the part of the mean that is review staff, `beside` how much more it costs than the
    system as it is, `over` by which share of itself each goal that is missed is missed, and
    `short` the same in dollars, points or seconds. [USD/month]
    """

    name: str
    change: str
    case: Case
    cost: Expected
    people: float
    beside: Apart
    speed: Speed
    ends: Ends
    over: Mapping[str, float]
    short: Mapping[str, str]
    success: float | None
    needs: tuple[str, ...]

    @property
    def misses(self) -> tuple[End, ...]:
        """The goals that it misses today, as it is held against them."""
        return self.ends.missed

    @property
    def rank(self) -> tuple[int, float, float]:
        """Fewest goals missed, then by least, then the least cost."""
        worst = max((self.over.get(end.name, np.inf) for end in self.misses), default=0.0)
        return len(self.misses), worst, self.usd

    @property
    def usd(self) -> float:
        """The bill of a month with every input at its mean, as all else says it. [USD]"""
        return float(self.case.bill.total)

    @property
    def waits(self) -> bool:
        """Whether anybody waits for an answer: work that is due by a time has no such user."""
        return self.speed.whole[-1] > 0 and (night(self.case) is None or bool(standings(self.case)))


def standing(way: Way, case: Case, first: Case) -> Standing:
    """An option, whose system is `case`, measured beside the system as it is."""
    found, cost = ends(case), expected(case)
    people = float(np.mean(case.draw().bill.people))
    (speed,) = speeds(case, [case.usage])
    success = case.point.scenario.traffic.success_share
    over = [*_over(case)]
    known = success is not None and (way.says_success or not moves_answers(first, case))
    return Standing(
        way.name,
        way.change,
        case,
        cost,
        people,
        apart(first, case),
        speed,
        found,
        {name: share for name, share, _ in over},
        {name: words for name, _, words in over if words},
        float(np.mean(success)) if known and success is not None else None,
        tuple(_needs(case, first, found, known=known)),
    )


def moves_answers(first: Case, case: Case) -> bool:
    """Whether another system may answer otherwise: by a model, what it is given, how much it says.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> case = load("data/scenarios/help-desk.yaml")
    >>> moves_answers(case, case.at({"users": 9_000})), moves_answers(
    ...     case, case.at({"answer.model": "anthropic/claude-haiku-5-5"})
    ... )
    (False, True)
    """
    return _answers(first) != _answers(case)


def _answers(case: Case) -> dict[str, Value]:
    fields = case.scenario.fields
    return {path: value for path, _, name, value in fields if name in MOVES_ANSWERS}


def _over(case: Case) -> Iterator[tuple[str, float, str]]:
    """Yield by which share of itself each goal and limit is overshot, where it is, and in words."""
    bill, unit = case.point.bill, case.scenario.traffic.usage_units
    for goal, left in left_over(bill).items():
        held = bill.total - bill.people if goal is Goal.CLOUD else bill.total
        most = float(left + held)
        if left < 0:
            words = f"{money(-left)} a month"
            if goal is Goal.MARGIN:
                earned = most / (1.0 - float(bill.scenario.goals.margin or 0.0))
                points = -100.0 * float(left) / earned if earned > 0 else 0.0
                words = f"{count(_short(points))} points" if points else ""
            yield str(goal), -float(left) / most if most > 0 else np.inf, words
    for one in standings(case):
        if not one.met:
            words = one.apart if np.isfinite(one.p95) and one.left < 0 else ""
            yield one.budget.field, one.p95 / one.budget.seconds - 1.0, words
    found = night(case)
    if found is not None and found.least_hours > found.hours:
        late = found.least_hours - found.hours
        words = seconds_words(late * SECONDS_PER_HOUR) if np.isfinite(late) else ""
        yield "done_within", found.least_hours / found.hours - 1.0, words
    for limit in limits_reached(case):
        if limit.at is not None and limit.at <= case.usage:
            words = f"{count(_short(case.usage - limit.at + 1))} {unit}"
            yield f"{limit.stage}.{limit.what}", case.usage / max(limit.at, 1) - 1.0, words


def _short(value: float) -> float:
    return float(f"{value:.3g}")


def _needs(case: Case, first: Case, found: Ends, *, known: bool) -> Iterator[str]:
    """Yield what has to be true for an option and is not known of it."""
    here = {(one.key, one.wrong) for one in warnings(first.scenario, first.book)}
    for one in warnings(case.scenario, case.book):
        if (one.key, one.wrong) not in here:
            yield f"{one.key}: {one.wrong}"
    for end in found.counted:
        if not end.promised:
            yield f"somebody promises {end.noun}"
    usd, before = float(case.bill.total), float(first.bill.total)
    if not known and usd < before and moves_answers(first, case):
        still = percent(round(usd / before, 3))
        yield f"{still} of the answers that help now still do; otherwise one that helps costs more"
