"""What to change first: levers by themselves and together, and what each month of waiting costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from aicost.analysis.levers.lever import SAME, Lever, in_order
from aicost.analysis.levers.of_calls import of_calls
from aicost.analysis.levers.of_search import of_search
from aicost.analysis.levers.of_work import of_answers, of_machines, of_people
from aicost.analysis.levers.outcome import (
    Outcome,
    billed,
    in_month,
    outcome,
    parts,
    speed_of,
    worths,
)
from aicost.billing.case import Case, kept, single
from aicost.timing.call_times import timed
from aicost.timing.remedies import stays, unseen_words
from aicost.values.formatting import count, listing, money, percent, seconds_words
from aicost.values.quantities import Numeric
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table, table

HALF_A_YEAR = 6
LEAST = 1e-3  # of the bill: what saves less is no lever
MOST = 8
MORE = 1.005  # times its own saving: a part that is read as more
SOURCES = of_calls, of_search, of_answers, of_people, of_machines


@dataclass(frozen=True)
class Gain:
    """A lever with what it does by itself, and its `part` in USD of what all save together."""

    lever: Lever
    alone: Outcome
    part: float

    @property
    def name(self) -> str:
        """What is done."""
        return self.lever.name

    @property
    def saved(self) -> float:
        """What it takes off the bill of a month, by itself. [USD]"""
        return self.alone.saved

    def waiting(self, months: int) -> float:
        """What it costs to pull it so many months later. [USD]"""
        return self.alone.waiting(months)

    def behind(self, other: Gain) -> float:
        """What it takes off the bill of a month where another is pulled already. [USD]"""
        two = sorted((self.lever, other.lever), key=in_order)
        return float(worths(self.alone.before, two)[-1]) - other.saved

    @property
    def unproven(self) -> bool:
        """Whether it changes the answers, and nobody says how many help, now or then."""
        return self.lever.unmeasured and self.alone.before.scenario.traffic.success_share is None

    @property
    def quality(self) -> str:
        """What is known of the answers after it."""
        own = self.lever.quality
        if not self.lever.unmeasured:
            return own
        still, share = 1.0 - self.alone.part, self.alone.before.scenario.traffic.success_share
        words = "" if own == SAME else f"{own} "
        words += (
            "Nobody has measured how many would still help; for one that helps to cost no more, "
        )
        if share is None:
            return f"{words}{percent(round(still, 3))} of those that help now would have to."
        least = percent(round(float(np.mean(share)) * still, 3))
        return f"{words}{least} of them would have to, against {percent(share)} now."

    @property
    def notes(self) -> tuple[str, ...]:
        """What is assumed, what people would see less of, and what goals of time it breaks."""
        bills = self.alone.seen.bill, self.alone.after.bill
        said = [self.lever.note, unseen_words(*bills)]
        said += [f"it breaks a goal: {goal}" for goal in self.alone.breaks]
        return tuple(filter(None, said))

    @property
    def sentence(self) -> str:
        """What it saves, as a range, and what an answer takes then."""
        words = f"{self.name} saves {saves(self.alone)} of the bill, {money(self.saved)} a month"
        return f"{words}{_times(self.alone)}."


@dataclass(frozen=True, repr=False)
class Levers(Result):
    """Levers by themselves, the one that saves most first, and all of them together.

    What they save together is shared out among them, each saving counted once. Behind the others
    stand those that are not ranked: what their answers are worth is unproven. `whole_s` are p50
    and p95 of the whole answer as it is.
    """

    gains: tuple[Gain, ...]
    together: Outcome
    whole_s: tuple[float, float]
    months: int

    @property
    def first(self) -> Gain | None:
        """The one that saves most, of those that are ranked."""
        return next((gain for gain in self.gains if not gain.unproven), None)

    @property
    def unproven(self) -> float:
        """What of the joint saving is of changes that are not ranked. [USD]"""
        return float(sum(gain.part for gain in self.gains if gain.unproven))

    @property
    def now(self) -> float:
        """The bill of a month as it is. [USD]"""
        return float(self.together.before.bill.total)

    @property
    def sentence(self) -> str:
        """The lever that saves most, what all save together, and what waiting costs."""
        if not self.gains:
            return "No change that the kit knows makes this bill smaller."
        return " ".join([*self._of_first(), *self._of_all(), *self._of_unproven()])

    def _of_first(self) -> Iterator[str]:
        first = self.first
        if first is not None:
            note = f" ({'; '.join(first.notes)})" if first.notes else ""
            yield f"The largest saving: {first.name}{note}."
            yield f"It takes {saves(first.alone)} off the bill, {money(first.saved)} a month."
            yield f"{_delay(first, self.months)}."

    def _of_all(self) -> Iterator[str]:
        if len(self.gains) > 1:
            joint, apart = self.together.saved, sum(gain.saved for gain in self.gains)
            alike = money(apart) == money(joint)
            summed = "" if alike else f"; one by one they would add up to {money(apart)}"
            yield f"All {count(len(self.gains))} together take {saves(self.together)} off the bill,"
            yield f"{money(joint)} a month{summed}."
            if more := [f"'{gain.name}'" for gain in self.gains if gain.part > gain.saved * MORE]:
                save, its = ("saves", "its") if len(more) == 1 else ("save", "their")
                yield f"Combined with the others, {listing(more)} {save} more than alone,"
                yield f"which is why {its} part of the joint saving exceeds {its} own saving."
        if self.unproven > 0 and self.first is not None:
            comes = f"{money(self.unproven)} comes from those that are not ranked"
            yield f"Of the joint saving, {comes}."

    def _of_unproven(self) -> Iterator[str]:
        gains = [gain for gain in self.gains if gain.unproven]
        if gains:
            yield "Not ranked, as the file does not say how many answers help:"
            yield f"{gains[0].name}, which takes {money(gains[0].saved)} off. {gains[0].quality}"

    @property
    def reading(self) -> str:
        """How its table is read."""
        return (
            "Each is pulled by itself: what it saves a month with every input at its mean, and the "
            "share of the bill that nine in ten draws save. What two of them would both save "
            "counts once in the column of parts, which add up to what all save together: a part is "
            "the mean of what a lever adds over every order of pulling them. Times are of the "
            "whole answer in the busiest hour."
        )

    def rows(self) -> Table:
        columns = (
            Column("Lever", key="lever"),
            Column("saved", Form.MONEY),
            Column("of the bill", Form.PERCENT, "share"),
            Column("its part", Form.MONEY, "part"),
            Column("p50", Form.SECONDS),
            Column("p95", Form.SECONDS),
        )
        rows = [Row(("as it is", None, "", None, *_read(self.whole_s)))]
        rows += [self._row(gain) for gain in self.gains]
        if self.gains:
            name = "all together"
            if self.unproven and self.first is not None:
                name += ", those not ranked too"
            rows.append(self._cells(name, self.together, self.together.saved, "sum"))
        return table(columns, rows)

    def _row(self, gain: Gain) -> Row:
        name = f"{gain.name} (not ranked)" if gain.unproven else gain.name
        one = gain.lever
        others = [f"Instead of this, not beside it: {words}." for words in one.instead]
        assumed = [f"Assumed: {'; '.join(gain.notes)}."] if gain.notes else []
        late = f"{_delay(gain, self.months)}."
        said = f"Answers: {gain.quality}", f"Rests on: {one.rests_on}", f"Takes: {one.costs}"
        making = *assumed, *said, late, *others
        return replace(self._cells(name, gain.alone, gain.part), making=making, of=gain)

    def _cells(self, name: str, of: Outcome, part: float, role: str = "line") -> Row:
        cells = name, of.saved, saves(of), part, *_read(of.whole)
        return Row(cells, role=role, of=of)  # type: ignore[arg-type]


def _delay(gain: Gain, months: int) -> str:
    late = "a month" if months == 1 else f"{months} months"
    return f"Putting it off for {late} costs {money(gain.waiting(months))}"


def saves(of: Outcome) -> str:
    """The share of the bill that nine in ten draws save: 18 to 31 %."""
    digits = 2 if of.high >= 0.1 else 3
    low, high = (percent(round(share, digits)).removesuffix(" %") for share in (of.low, of.high))
    return f"{low} %" if low == high else f"{low} to {high} %"


def _read(times: Sequence[float]) -> list[float | str]:
    """Times as cells: there is no percentile of what is not served."""
    return [time if np.isfinite(time) else "none" for time in times]


def _times(of: Outcome) -> str:
    """What an answer takes then, where one can tell."""
    if not np.all(np.isfinite(of.whole)):
        return ""
    p50, p95 = map(seconds_words, of.whole)
    return f"; half of the answers are then complete within {p50}, 95 % within {p95}"


@kept
def levers(case: Case, months: int = HALF_A_YEAR) -> Levers:
    """The changes that make a bill smaller, one by one and together, with what waiting costs.

    part = mean over every order of pulling them of what a lever adds to the saving (Shapley);
    waiting = sum over the months of bill(t) - bill under the change(t), usage and documents grown
    by the plan where there is one.

    Parameters
    ----------
    case : the system; its ranges are drawn for the range of each saving, and stand at their means
        for all else.
    months : how much later. [months]

    Notes
    -----
    At most eight, each of which can work for this system: no cache where a question comes once, no
    batch where somebody waits, nothing that may not run where data has to stay, no model that does
    not hold a large call. Of several that settle the same, the one that saves most. What a lever
    costs to make, and whether the answers stay as good, is said as far as somebody published it.
    Without `traffic.success_share` one that changes answers is not ranked.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> found = levers(load("data/scenarios/contract-search-billed.yaml"))
    >>> found.first.name, found.first.alone.waiting(6) > 6 * found.first.saved
    ('a cache that answers 30 % of requests', True)
    >>> abs(sum(gain.part for gain in found.gains) - found.together.saved) < 1e-9 * found.now
    True
    >>> found.together.saved < sum(gain.saved for gain in found.gains)
    True
    """
    single(case, "what to change first")
    chosen = candidates(case) if case.bill.total > 0 else []
    shares = parts(case, chosen)
    alone = [outcome(case, [lever]) for lever in chosen]
    gains = [Gain(*each) for each in zip(chosen, alone, shares, strict=True)]
    ranked = sorted(gains, key=lambda gain: (gain.unproven, -gain.saved))
    now = speed_of(case.point)
    whole_s = now.whole[0], now.whole[1]
    return Levers(tuple(ranked), outcome(case, chosen), whole_s, months)


def candidates(case: Case) -> list[Lever]:
    """The levers that save something and can be pulled together, those that save most first.

    Parameters
    ----------
    case : the system. [Case]
    """
    now, saved = float(case.bill.total), dict[str, float]()
    found: dict[str, Lever] = {}
    known = timed(case)
    for lever in (lever for source in SOURCES for lever in source(known)):
        usd = float(worths(case, [lever])[1]) if billed(case, [lever]) else 0.0
        if usd > LEAST * now and stays(known.point, lever.change(known.point)):
            saved[lever.name], found[lever.name] = usd, lever
    chosen: list[Lever] = []
    for lever in sorted(found.values(), key=lambda one: -saved[one.name]):
        other = next((one for one in chosen if not _both(case, one, lever)), None)
        if other is None and len(chosen) < MOST:
            chosen.append(lever)
        elif other is not None:
            words = f"{lever.name} saves {money(saved[lever.name])} a month"
            chosen[chosen.index(other)] = replace(other, instead=(*other.instead, words))
    return chosen


def _both(case: Case, one: Lever, other: Lever) -> bool:
    """Whether two levers can both be pulled."""
    return one.decides != other.decides and billed(case, [one, other])


def saved_by_first(case: Case) -> Callable[[Numeric], Numeric]:
    """What the first lever saves in a month of the plan; a tenth of the bill where none is ranked.

    Parameters
    ----------
    case : the system; ranges stand at their means.

    Returns
    -------
    A function of the month, 0 for now. [USD/month]

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> saved_in = saved_by_first(load("data/scenarios/contract-search-billed.yaml"))
    >>> bool(saved_in(0) < saved_in(1))
    True
    """
    found = levers(case)
    if found.first is not None:
        return found.first.alone.saved_in
    return lambda month: 0.1 * sum(in_month(case.point, month))
