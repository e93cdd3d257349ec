"""Where a system ends: its goals of money and of time and its limits, side by side.

What a page, a card, a table or a file for machines says first is asked here, so that all of them
name the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from aicost.analysis.viability.goals import Goal
from aicost.analysis.viability.inflection import Inflections, inflections
from aicost.billing.case import Case, kept
from aicost.formulas.crossings import farthest
from aicost.timing.batch_window import BATCH_CEILING_HOURS, night
from aicost.timing.budgets import BudgetStanding, standings
from aicost.timing.ceilings import LimitReached, limits_reached
from aicost.values.formatting import count, listing, seconds_words
from aicost.values.quantities import SECONDS_PER_HOUR
from aicost.values.result import Result
from aicost.values.table import Row, Table

TIMES_TODAY = 1_000  # beyond it a system is another one


@dataclass(frozen=True)
class End:
    """A goal or a limit: whether it holds today, and the first usage above today at which not.

    `name` is its field, `noun` what it is in a sentence, `words` the start of a sentence that says
    where it is kept, `why` what ends it. `at` is None where it holds at every size looked at, or
    is missed today. `usual` marks what is usual for its kind, where the file states no such goal;
    `promised` is no where it may well hold, and nobody says that it will.
    """

    name: str
    noun: str
    words: str
    met_now: bool
    at: int | None
    why: str = ""
    usual: bool = False
    promised: bool = True

    @property
    def last(self) -> int | None:
        """The last usage up to which it holds."""
        return None if self.at is None else self.at - 1


@dataclass(frozen=True, repr=False)
class Ends(Result):
    """Every goal and limit of a system, in the order money, time, limits."""

    money: Inflections
    every: tuple[End, ...]
    now: float
    unit: str
    far: int

    @property
    def counted(self) -> tuple[End, ...]:
        """Those that the system is held against: what is usual only where no goal is stated."""
        stated = any("." not in end.name and not end.usual for end in self.every)
        return tuple(end for end in self.every if not (stated and end.usual))

    @property
    def missed(self) -> tuple[End, ...]:
        """Of those, the ones that do not hold today."""
        return tuple(end for end in self.counted if not end.met_now)

    @property
    def next(self) -> End | None:
        """Of those that hold today, the one that fails at the least usage above."""
        ahead = [end for end in self.counted if end.met_now and end.at is not None]
        return min(ahead, key=lambda end: end.at or 0, default=None)

    @property
    def first(self) -> End | None:
        """What fails first: what is missed today, else what fails at the least usage above."""
        return next(iter(self.missed), self.next)

    @property
    def reach(self) -> str:
        """How far was looked, in a size that somebody may reach."""
        if self.far >= TIMES_TODAY * self.now:
            return f"{count(TIMES_TODAY)} times today's size"
        return f"{count(self.far)} {self.unit}"

    @property
    def sentence(self) -> str:
        """What is missed today, and up to which usage all else holds."""
        return self.told()

    def told(self, when: str = "") -> str:
        """The sentence, with when the first of what still holds is missed, where that is known."""
        if not self.every:
            return "No goal is stated, so nothing says when it stops being viable."
        said = f"{self._said.removesuffix('.')}, {when}." if when else self._said
        open_ones = [end.noun for end in self.counted if not end.promised]
        said += f" Nobody promises {listing(open_ones)}." if open_ones else ""
        if all(end.usual for end in self.every):
            return f"No goal is stated; {said[0].lower()}{said[1:]}"
        return said

    @property
    def _said(self) -> str:
        ahead = self.next
        if not self.missed:
            if ahead is None:
                every = "Every goal"
                if all(end.usual for end in self.every):
                    every = "What is usual for its kind"
                return f"{every} holds up to {self.reach}."
            return (
                f"Its goals hold up to {count(ahead.last or 0)} {self.unit}; there {ahead.noun} "
                "gives way first."
            )
        words = f"At this size it misses {listing([end.noun for end in self.missed])}"
        if len(self.missed) == len(self.counted):
            return f"{words}."
        if ahead is None:
            return f"{words}; nothing else gives way before {self.reach}."
        return (
            f"{words}; all else holds up to {count(ahead.last or 0)} {self.unit}, where "
            f"{ahead.noun} gives way first."
        )

    def rows(self) -> Table:
        """Each goal and limit: where it is kept, what ends it and how sure that is."""
        table = self.money.rows()
        later = self.every[len(self.money) :]
        return replace(table, rows=(*table.rows, *map(_row, later)))


def _row(end: End) -> Row:
    met = "not today"
    if not end.promised:
        met = "nobody promises it"
    elif end.met_now:
        met = "at every size" if end.last is None else f"up to {end.last:,}"
    return Row((end.words, met, end.why, "", None), of=end)


@kept
def ends(case: Case) -> Ends:
    """Every goal and limit of a system, and which of them fails first.

    Goals of money as `inflections` finds them, goals of time (those that are usual for its kind
    where the file states none, which is said) and the limits of providers and machines.

    Parameters
    ----------
    case : the system; its ranges stand at their means.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> found = ends(load("data/scenarios/contract-search-billed.yaml"))
    >>> [end.name for end in found.missed], found.next.name
    (['first_word_p95', 'whole_answer_p95'], 'budget')
    """
    money = inflections(case)
    every = (*_of_money(money, planned=bool(case.scenario.plans)), *_of_time(case))
    return Ends(money, every, case.usage, case.scenario.traffic.usage_units, farthest(case.usage))


def _of_money(money: Inflections, *, planned: bool) -> Iterator[End]:
    for found in money:
        point = found.point
        at = point.at if found.met_now and point is not None and not point.met else None
        noun = found.goal.noun
        if found.goal is Goal.CONTRIBUTION and planned:
            noun = "the price of its plans"
        yield End(str(found.goal), noun, found.words, found.met_now, at)


def _of_time(case: Case) -> Iterator[End]:
    found = standings(case)
    yield from map(_of_budget, found)
    yield from _of_night(case)
    if night(case) is None or found:
        yield from (_of_limit(case, limit) for limit in limits_reached(case))


def _of_budget(standing: BudgetStanding) -> End:
    budget = standing.budget
    usual = " (usual for its kind)" if budget.basis == "assumed" else ""
    due = seconds_words(budget.seconds)
    noun = f"the {due} to the {budget.what}{usual}"
    words = f"95 % have the {budget.what} within {due}{usual}"
    why = f"p95 is {seconds_words(standing.p95)}, {standing.in_time} are in time"
    if standing.served < 1:
        why = "not every call is served"
    elif standing.met and standing.missed_from is not None:
        why = f"above {standing.missed_from - 1:,}: calls wait for one another"
    at = standing.missed_from if standing.met else None
    return End(budget.field, noun, words, standing.met, at, why, bool(usual))


def _of_night(case: Case) -> Iterator[End]:
    """Yield whether a night's work is done by its time, where limits say how long it takes."""
    found = night(case)
    if found is None:
        return
    due = seconds_words(found.hours * SECONDS_PER_HOUR)
    met, at, why = found.least_hours <= found.hours, None, "no limit of a provider is stated"
    if found.least_hours > 0:
        at = int(case.usage * found.hours / found.least_hours) + 1 if met else None
        why = f"the limits let it be done in {seconds_words(found.least_hours * SECONDS_PER_HOUR)}"
    promised = found.promised or not met
    if not promised:
        why = f"a batch is promised within {BATCH_CEILING_HOURS:g} h"
    yield End(
        name="done_within",
        noun=f"the {due} of a night",
        words=f"A night's work is done in {due}",
        met_now=met,
        at=at,
        why=why,
        usual=found.basis == "assumed",
        promised=promised,
    )


def _of_limit(case: Case, limit: LimitReached) -> End:
    met = limit.at is None or limit.at > case.usage
    at = limit.at if met else None
    words = f"{limit.noun[0].upper()}{limit.noun[1:]} is enough"
    why = "" if limit.at is None else f"above {limit.at - 1:,}: {limit.after}"
    return End(f"{limit.stage}.{limit.what}", limit.noun, words, met, at, why)
