"""What a calibration found: the inputs that moved, what stays off, what no line covers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isclose

from aicost.billing.case import Case
from aicost.invoices.calibrated_head import told_of
from aicost.values.charge import Basis
from aicost.values.formatting import count, digits, listing, path_words, usd, value_words
from aicost.values.money import Money
from aicost.values.quantities import Quantity, Range, Spread, Value, at_means, ends, mean
from aicost.values.result import Result
from aicost.values.spelling import spelled
from aicost.values.table import Column, Row, Table, table

SHOWN = 3  # digits of what an input is taken for
NAMED = 3  # inputs that a sentence names
TOLD = 0.02  # of the cost of review staff, that it moves by before it is said
#: What would tell an input apart from others, by its path; the first that fits.
TELLING = (
    (r"^traffic\.users", "the users who were active"),
    (r"^traffic\.requests", "a count of requests"),
    (r"^corpus\.", "a count of documents and passages"),
    (r"tokens", "a token count"),
    (r"minutes|shrinkage|occupancy", "a timesheet"),
    (r"wage|overhead|rate_per_hour", "the payroll"),
    (r"reindex|months_between", "the record of past re-indexing"),
    (r"", "a log of requests"),
)


@dataclass(frozen=True)
class Moved:
    """An input that has to be another than the file says, and how sure that is.

    `was` is what the bill takes it for, `taken` the range that the file has; `now` explains the
    invoice, and is the mean of `known`, which holds it nine times in ten. `by` is how far it moved,
    in standard deviations of `taken`.
    """

    path: str
    meaning: Quantity
    was: Value
    now: Value
    taken: Value
    known: Value
    basis: Basis
    by: float

    @property
    def words(self) -> str:
        """What it is called."""
        return path_words(self.path)

    @property
    def beyond(self) -> bool:
        """Whether it is beyond its own range."""
        known, now = ends(self.taken)[0], ends(self.now)[0]
        return isinstance(known, Range) and not known.low <= now <= known.high

    @property
    def sentence(self) -> str:
        """It in plain words: how much for how much; of a range its mean, as the file has it."""
        both = [float(mean(one)) for one in (at_means(self.known), self.was)]
        new, old = (_few(one, self.meaning, both) for one in both)
        new += " on average" if isinstance(ends(self.taken)[0], Range) else ""
        return f"{self.words}, {new} for {old} {self.basis}"

    def spelled(self, money: Money) -> Value:
        """What a file says of it then."""
        known = [_short(end, money) if self.meaning.is_money else end for end in ends(self.known)]
        texts = [spelled(end, self.meaning, money) for end in known]
        return Spread(*texts) if isinstance(self.known, Spread) else texts[0]


@dataclass(frozen=True)
class Off:
    """A figure of an invoice that no point within the ranges explains.

    Amounts are in USD a month. `able` is whether any unknown input moves it, `reach` what it comes
    to with all of them at their ends; `slips` would bring it into the bill's range.
    """

    name: str
    ours: float
    theirs: float
    able: bool
    reach: float
    slips: tuple[str, ...] = ()

    @property
    def gap(self) -> float:
        return self.theirs - self.ours

    @property
    def sentence(self) -> str:
        """By how much it stays off, and which slip would explain it."""
        side, most = ("above", "most") if self.gap > 0 else ("below", "least")
        why = "no unknown input moves it"
        if self.able:
            why = f"no values within the ranges explain it: they reach {usd(self.reach)} at {most}"
            if (self.reach - self.theirs) * self.gap >= 0:
                why = "no values within the ranges explain it together with the other figures"
        words = (
            f"{self.name}: the invoice stays {usd(abs(self.gap))} {side} {usd(self.ours)}, {why}"
        )
        slips = ", or if ".join(self.slips)
        return f"{words}; it would fit if {slips}" if slips else words


@dataclass(frozen=True)
class Rest:
    """What is invoiced and on no line of the bill: a line of its own, in USD a month.

    `above` are the components that have lines, which come to less.
    """

    name: str
    component: str
    usd: float
    above: str = ""


@dataclass(frozen=True, repr=False)
class Calibration(Result):
    """The inputs that explain an invoice with the least surprise, the furthest moved first.

    `alike` are groups of them that the invoice cannot tell apart, by their paths; `figures` how
    many of the invoice's it rests on; `people` what review staff, which no invoice shows, costs
    before and after, in USD a month; `held` what a copy of the file carries of the invoice.
    """

    case: Case
    moved: tuple[Moved, ...]
    alike: tuple[tuple[str, ...], ...]
    off: tuple[Off, ...]
    rests: tuple[Rest, ...]
    figures: int
    people: tuple[float, float] = (0.0, 0.0)
    held: Mapping[str, Value] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What explains the invoice best, or why nothing does."""
        if self.moved:
            named = [one.sentence for one in self.moved[:NAMED]]
            more = len(self.moved) - len(named)
            words = f"Most likely: {'; '.join(named)}"
            moves = "moves" if more == 1 else "move"
            return words + (f"; and {more} more that {moves} less." if more else ".")
        if self.off:
            return "No unknown input explains what is apart."
        if self._before:
            return "What the invoice shows agrees with the bill, for the file was calibrated to it."
        if self.figures:
            return "What the invoice shows agrees with the bill within 2 %: no input has to move."
        return "The invoice shows nothing that is on the bill: no input is told by it."

    @property
    def _before(self) -> tuple[str, ...]:
        """What the file says of its calibration, where that was to this invoice."""
        return () if self.is_new else told_of(self.case.scenario.path)

    def rows(self) -> Table:
        """Each input that moves: what it is taken for, what explains the invoice, its range."""
        columns = (
            Column("input"),
            Column("the file has"),
            Column("explains it", key="now"),
            Column("range given the invoice", key="known"),
            Column("", key="beyond"),
        )
        rows = [row for one in self.moved for row in _lines(one)]
        found = replace(table(columns, rows), notes=tuple(self.notes()))
        if any(one.beyond for one in self.moved):
            return found
        return found.only(*(c.key or c.name for c in columns[:-1]))

    def notes(self) -> Iterator[str]:
        """Yield what cannot be told apart, what stays off, and what no line covers."""
        yield from self._before
        words = {one.path: one.words for one in self.moved}
        for group in self.alike:
            told = listing([words[path] for path in group])
            yield (
                f"the invoice cannot tell {told} apart, which move what it shows in one "
                f"proportion; {telling(group)} would"
            )
        if len(self.moved) > self.figures:
            many, few = count(float(len(self.moved))), count(float(self.figures))
            figures = "figure" if self.figures == 1 else "figures"
            yield f"{many} inputs rest on {few} {figures}: others explain them too, less likely"
        before, after = self.people
        if abs(after - before) > TOLD * before:
            yield (
                f"the same inputs take review staff from {usd(before)} to {usd(after)} a month, "
                "which no invoice shows: ask how many reviews there were, and correct the file "
                "before a copy is written"
            )
        yield from (one.sentence for one in self.off)
        if self.rests:
            none = [f"{one.name} {usd(one.usd)}" for one in self.rests if not one.above]
            more = [f"{one.above} {usd(one.usd)}" for one in self.rests if one.above]
            said = [f"no line covers {', '.join(none)}"] if none else []
            yield "; ".join(said + ([f"above its lines is {', '.join(more)}"] if more else []))

    @property
    def is_new(self) -> bool:
        """Whether it says anything that the file does not: an input, a line, what was invoiced."""
        had = self.case.scenario.invoiced
        known = (
            name in had and isclose(at_means(had[name]), at_means(value), rel_tol=1e-6)
            for name, value in self.held.items()
        )
        return bool(self.moved or self.rests) or not all(known)

    def values(self) -> Mapping[str, Value]:
        """What a file says of the inputs that moved, by their paths."""
        return {one.path: one.spelled(self.case.scenario.money) for one in self.moved}


def _short(value: Value, money: Money) -> Value:
    """An amount with the digits that a file shows of it, in its currency."""
    if isinstance(value, Range):
        low, high = (float(f"{money.of(of):.6g}") for of in (value.low, value.high))
        return Range(low * money.in_usd, high * money.in_usd, value.ceiling)
    return value


def _few(value: float, meaning: Quantity, apart: Sequence[float]) -> str:
    """A number in as few digits as it takes to tell some apart, three or more."""
    for kept in range(SHOWN, 15):
        cut = {one: float(digits(one, kept)) for one in apart}
        if len({*cut.values()}) == len({*apart}):
            return value_words(cut[value], meaning)
    return value_words(value, meaning)


def _lines(one: Moved) -> Iterator[Row]:
    """A line for an input, or one for each end of a mix."""
    names = ("p50", "p95") if isinstance(one.known, Spread) else ("",)
    sides = zip(names, ends(one.taken), ends(one.now), ends(one.known), strict=True)
    for name, *values in sides:
        known, now, then = values
        now = at_means(then) if isinstance(then, Range) else now  # as the file will have it
        told = (
            value_words(known, one.meaning),
            _few(now, one.meaning, [now])
            if isinstance(now, float)
            else value_words(now, one.meaning),
            value_words(then, one.meaning),
        )
        words = f"{one.words} {name}".rstrip()
        yield Row((words, *told, "beyond its range" if one.beyond else ""), of=one)


def telling(paths: Sequence[str]) -> str:
    """What would tell some inputs apart, each once."""
    found = {next(what for form, what in TELLING if re.search(form, path)) for path in paths}
    *first, last = (what for _, what in TELLING if what in found)
    return f"{', '.join(first)} or {last}" if first else last
