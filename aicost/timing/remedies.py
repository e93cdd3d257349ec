"""What each remedy does to the median and to the tail, apart, and to the bill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from aicost.billing.bill import Bill
from aicost.billing.case import Case, kept
from aicost.components.caching import HITS, in_front
from aicost.components.stage import Faster, Stage
from aicost.scenario.checks import unplaced
from aicost.scenario.pipeline import Parallel, Route
from aicost.scenario.scenario import Scenario, steps
from aicost.timing.budgets import goal_of
from aicost.timing.cache_saving import cache_of, repeats
from aicost.timing.call_times import timed
from aicost.timing.ceilings import overloads
from aicost.timing.percentiles import Speed
from aicost.timing.pool_waits import pool_uses
from aicost.timing.waits import peak_waits
from aicost.timing.walk import Conditions, time_of
from aicost.values.charge import HUMAN, Count, Factor
from aicost.values.formatting import count, money, percent, seconds_words

TIMED = "first_word_p95", "whole_answer_p95"


@dataclass(frozen=True)
class Remedy:
    """A change, with p50 and p95 of first word and whole answer and the bill under it.

    Times in seconds, the bill in USD a month; `note` says what is assumed.
    """

    name: str
    first: tuple[float, float]
    whole: tuple[float, float]
    usd: float
    note: str = ""
    last: tuple[float, float] = (np.inf, np.inf)  # p99 of first word and whole answer


@dataclass(frozen=True)
class Change:
    """A remedy before it is tried; `again` is a stage whose late calls are sent a second time.

    `people_usd` is what the people of a month cost less under it, for they would see fewer answers;
    that is no saving of the remedy, and its bill is with them.
    """

    name: str
    case: Case
    note: str = ""
    again: tuple[str, float] | None = None
    people_usd: float = 0.0

    @property
    def usd(self) -> float:
        """The bill of a month under it, where people see as many answers as before. [USD]"""
        return float(self.case.point.bill.total) + self.people_usd


@kept
def remedies(case: Case) -> tuple[Remedy, ...]:
    """The system as it is, and under each remedy that brings something, one at a time.

    Parameters
    ----------
    case : the system; ranges stand at their means.

    Returns
    -------
    The first is the system as it is.

    Notes
    -----
    A cache in front answers 30 % of requests, one that is there 20 points more; none is put in
    front of what comes once, such as claims or a night's records. The others are about the call
    that takes longest: p95 of its answers halfway to their median (by ratio), a second call where
    the first word is late (hedged at its p95, where that is before a goal of time), a batch called
    at once, the provider's cheapest model, and what some ask twice, at the same time. What stands
    in a route is changed in all its branches. One at a time; they do not add up.
    """
    now = _tried(Change("as it is", timed(case).point))
    tried = (_noted(_tried(change), now) for change in changes(case))
    return (now, *(remedy for remedy in tried if remedy is not None))


def _noted(tried: Remedy, now: Remedy) -> Remedy | None:
    """A remedy that saves money or time; where only the last see it, that is said. None else."""
    if tried.usd < now.usd or _sooner((*tried.first, *tried.whole), (*now.first, *now.whole)):
        return tried
    late = [
        f"p99 of the {what} from {seconds_words(was)} to {seconds_words(p99)}"
        for what, p99, was in zip(("first word", "whole answer"), tried.last, now.last, strict=True)
        if _sooner((p99,), (was,))
    ]
    note = "; ".join(filter(None, (tried.note, *late)))
    return replace(tried, note=note) if late else None


def _sooner(tried: Sequence[float], now: Sequence[float]) -> bool:
    """Whether any time is shorter, as it is read."""
    pairs = zip(tried, now, strict=True)
    return any(seen < was and seconds_words(seen) != seconds_words(was) for seen, was in pairs)


def _tried(option: Change) -> Remedy:
    point = option.case.point
    hedges = {} if option.again is None else dict([option.again])
    answer = time_of(point.scenario, Conditions(peak_waits(point.scenario), hedges))
    speed = Speed(point.usage, answer, tuple(overloads(point.scenario)))
    usd = option.usd + sum(_twice(point, name, s) for name, s in hedges.items())
    first, whole = speed.first, speed.whole
    return Remedy(option.name, first[:2], whole[:2], usd, option.note, (first[2], whole[2]))


def _twice(point: Case, name: str, after_s: float) -> float:
    """What the second calls of a hedged stage cost: a share of what the stage costs."""
    late = 1.0 - float(point.scenario.stage(name).call().first.within(after_s))
    return late * float(point.bill.by("stage").get(name, 0.0))


def changes(case: Case) -> Iterator[Change]:
    """Yield what might make a system faster, each as the case it would be.

    Where people would then look at fewer answers, the note says how many hours that is.
    """
    point = timed(case).point
    for change in (one for one in _fitting(point) if stays(point, one.case)):
        bills = point.bill, change.case.point.bill
        unseen = unseen_words(*bills)
        if unseen:
            note = f"{change.note}; {unseen}" if change.note else unseen
            spared = float(bills[0].people - bills[1].people)
            change = replace(change, note=note, people_usd=spared)
        yield change


def stays(before: Case, after: Case) -> bool:
    """Whether a change puts nothing where nobody says that data stay as they have to."""
    known = {problem.wrong for problem in unplaced(before.scenario, before.book)}
    return all(problem.wrong in known for problem in unplaced(after.scenario, after.book))


def unseen_words(before: Bill, after: Bill) -> str:
    """What people would cost less after a change, for they would see fewer answers; none is ''."""
    unseen = float(before.people) - float(after.people)
    if unseen < 1.0:
        return ""
    hours = count(round(_hours(before) - _hours(after)))
    words = (
        f"people see as many answers as before; {hours} of their hours, {money(unseen)} a month,"
    )
    return f"{words} are saved too where nobody checks what the cache answers"


def _hours(bill: Bill) -> float:
    """The paid hours of people on a bill."""
    lines = (c for c in bill.charges if c.component == HUMAN and c.price.unit.endswith("hour"))
    return sum(float(line.quantity) for line in lines)


def _fitting(point: Case) -> Iterator[Change]:
    if cache_of(point.scenario) is not None or repeats(point):
        yield from _cached(point)
    stage = _longest(point.scenario)
    if stage is not None:
        due = [goal[0] for field in TIMED if (goal := goal_of(point, field)) is not None]
        for change in stage.faster(point.book):
            if change.again_after_s is None or change.again_after_s < min(due, default=np.inf):
                yield _option(point, _alike(point, stage, change))
        yield from _side_by_side(point, stage)
    yield from _more_machines(point)


def _more_machines(point: Case) -> Iterator[Change]:
    """Yield one unit more in each pool whose calls wait."""
    for use in pool_uses(point.scenario):
        more = float(use.pool.spare) + 1.0
        if use.units < float(use.pool.at_most) and (use.full or use.waits > 0.01):
            words = f"{use.pool.name}: one machine more (spare: {more:g})"
            yield Change(words, point.at({f"pools.{use.pool.name}.spare": more}))


def _option(point: Case, changes: Sequence[Faster]) -> Change:
    """What is changed in a stage, or in all stages of one route alike."""
    change, *more = changes
    again = None if change.again_after_s is None else (change.stage.name, change.again_after_s)
    switched, words = point.scenario, change.words
    for one in changes:
        switched = switched.with_stage(one.stage)
    group = point.scenario.pipeline.group_of(change.stage.name)
    if more and group is not None:
        words = f"{group.name}: {_does(change)}"
    changed = timed(point.of(switched.recounted(point.scenario)))
    return Change(words, changed, change.note, again)


def _does(change: Faster) -> str:
    """What is done to a stage, without its name and its figures."""
    return change.words.removeprefix(f"{change.stage.name}: ").partition(",")[0]


def _alike(point: Case, stage: Stage, change: Faster) -> list[Faster]:
    """A change with the same of the other branches of a route: a request takes any of them."""
    group = point.scenario.pipeline.group_of(stage.name)
    if not isinstance(group, Route) or change.again_after_s is not None:
        return [change]
    every = (other for s in group.stages if s.name != stage.name for other in s.faster(point.book))
    same = [one for one in every if one.again_after_s is None and _does(one) == _does(change)]
    return [change, *same]


def _longest(scenario: Scenario) -> Stage | None:
    """The stage that is at work for longest in a mean request, of those that might be faster."""
    entry = Count().times(Factor("request", 1.0, "", "listed"))
    here = {stage.name: flow for stage, flow in steps(scenario, entry)}

    def busy(stage: Stage) -> float:
        loop = here[stage.name].loop
        rounds = loop.factor("rounds").value if loop is not None else 1.0
        return float(stage.call().done.mean * stage.share * stage.repeat * rounds)

    return max((s for s in scenario.stages if s.writes or s.batched), key=busy, default=None)


def _cached(point: Case) -> Iterator[Change]:
    there = cache_of(point.scenario)
    if there is not None:
        yield from (_option(point, [change]) for change in there.faster(point.book))
        return
    words = f"a cache that answers {percent(HITS)} of requests"
    pipeline = point.scenario.pipeline.with_first(in_front(HITS))
    front = timed(point.of(replace(point.scenario, pipeline=pipeline)))
    yield Change(words, front, "what the cache itself costs is not in the bill")


def _side_by_side(point: Case, stage: Stage) -> Iterator[Change]:
    """Yield what is done twice by some, done at the same time."""
    scenario, again = point.scenario, float(stage.repeat) - 1.0
    named = {
        *(s.of for s in scenario.stages),
        *(s.timeout.fallback for s in scenario.stages if s.timeout is not None),
    }
    inside = scenario.pipeline.group_of(stage.name) is not None
    if inside or stage.name in named or not 0 < again <= 1:
        return
    group = f"{stage.name} twice"
    one = replace(stage, name=f"{group}/first", repeat=1.0)
    other = replace(one, name=f"{group}/second", share=again)
    both = scenario.pipeline.in_place_of(stage.name, [Parallel(group, (one, other))])
    note = f"{percent(round(again, 2))} of requests call twice; it fits only where the second call "
    note += "needs nothing from the first"
    words = f"{stage.name}: a second call beside the first, not after it"
    yield Change(words, point.of(replace(scenario, pipeline=both)), note)
