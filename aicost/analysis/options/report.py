"""Options side by side: which of them keeps all goals, at what cost, and what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from aicost.analysis.options.standing import Standing, standing
from aicost.analysis.options.ways import Way, ways
from aicost.analysis.viability.ends import End
from aicost.billing.case import Case, single
from aicost.scenario.option_reader import AS_IT_IS
from aicost.timing.call_times import assumed_times
from aicost.values.formatting import about, count, listing, money, percent, seconds_words
from aicost.values.result import Result
from aicost.values.table import Row, Table, table

ALIKE = 1e-9  # of the cost: two options that cost the same but for the last digits
NOTHING = "–"
MODELS_OWN = "ttft", "tpot"


@dataclass(frozen=True, repr=False)
class Options(Result):
    """A system and its options, over the same draws; those that are ruled out have no price."""

    every: tuple[Standing, ...]
    barred: tuple[Way, ...]
    unit: str

    def __iter__(self) -> Iterator[Standing]:
        return iter(self.every)

    def __len__(self) -> int:
        return len(self.every)

    def __getitem__(self, name: str) -> Standing:
        """The option of a name."""
        return next(one for one in self.every if one.name == name)

    @property
    def best(self) -> tuple[Standing, ...]:
        """What keeps all goals at the least cost, else misses least; several where they tie."""
        first = min(self.every, key=lambda one: one.rank)
        near = ALIKE * abs(first.usd)
        return tuple(
            one
            for one in self.every
            if one.rank[:2] == first.rank[:2] and one.usd - first.usd <= near
        )

    @property
    def sentence(self) -> str:
        """What is ruled out and why, then which option to take and what it costs beside today."""
        out = [f"'{way.name}' is ruled out: {way.why}." for way in self.barred]
        needs = self.best[0].needs
        so = [f"For that to hold: {'; '.join(needs)}."] if needs else []
        kept = self._keeps(self.best[0]) if self.best[0].misses else ()
        return " ".join([*out, self._choice, *so, *kept])

    @property
    def _choice(self) -> str:
        best, (first, *_) = self.best, self.best
        names = listing([_named(one) for one in best])
        verb = ("comes", "keeps", "costs") if len(best) == 1 else ("come", "keep", "cost")
        price = f"{money(first.usd)} a month"
        price += f" {'each' if best[1:] else ''}".rstrip()
        beside, _, drawn = self._beside(first).partition(" (")
        if first.name != AS_IT_IS and beside != "the same":
            price += f", {beside} than as it is{f' ({drawn}' if drawn else ''}"
        many = f"Of these {len(self.every)} " if len(self.every) > 1 else ""
        names = names if many else f"{names[0].upper()}{names[1:]}"
        if not any(one.ends.counted for one in self.every):
            return f"No goal is stated. {many}{names} {verb[2]} least: {price}."
        if not first.misses:
            kept = sum(not one.misses for one in self.every)
            only = "alone " if kept == 1 and len(self.every) > 1 else ""
            most = " at the least cost" if kept > 1 else ""
            return f"{many}{names} {only}{verb[1]} all goals{most}: {price}."
        missed, first_name = self._missed_by(first), f"{names[0].upper()}{names[1:]}"
        if len(self.every) > 1 and {self._missed_by(one) for one in self.every} == {missed}:
            least = f"{first_name} {verb[2]} least: {price}."
            return f"No option keeps all goals: each misses {missed}. {least}"
        none = "No option keeps" if len(self.every) > 1 else "It does not keep"
        return f"{none} all goals. {first_name} {verb[0]} closest, missing {missed}; {price}."

    def _keeps(self, first: Standing) -> Iterator[str]:
        """Yield each goal that some options keep and others miss, with those that keep it."""
        for goal in dict.fromkeys(end.name for one in self.every for end in one.misses):
            kept = [one for one in self.every if goal not in {end.name for end in one.misses}]
            if kept and kept != [first]:
                noun = next(e.noun for one in self.every for e in one.misses if e.name == goal)
                words = listing([_named(one) for one in kept])
                verb = "keeps" if len(kept) == 1 else "keep"
                yield f"{words[0].upper()}{words[1:]} {verb} {noun}."

    @staticmethod
    def _missed_by(one: Standing) -> str:
        """Which goals an option misses, and by how much."""
        return listing([f"{end.noun}{_by(one, end)}" for end in one.misses])

    def rows(self) -> Table:
        """What is asked of each option, a line a question, a column an option."""
        lines = [Row((f"{label[0].upper()}{label[1:]}", *cells)) for label, cells in self._lines()]
        columns = ("Option", *(one.name for one in self.every))
        return Table(table(columns, lines).columns, tuple(lines), notes=tuple(self._notes()))

    def _lines(self) -> Iterator[tuple[str, list[str]]]:
        def of(write: Callable[[Standing], str]) -> list[str]:
            return [write(one) for one in self.every]

        yield "a month", of(lambda one: money(one.usd))
        yield "nine draws in ten", of(_range)
        if any(one.people > 0 for one in self.every):
            yield "of it cloud", of(lambda one: money(one.case.bill.total - one.case.bill.people))
            yield "of it staff", of(lambda one: money(one.case.bill.people))
        yield "beside as it is", of(self._beside)
        yield f"per {self.unit}", of(lambda one: money(one.usd / float(one.case.bill.users)))
        if any(one.waits for one in self.every):
            yield "half have the answer within", of(lambda one: _within(one, 0))
            yield "95 % have it within", of(lambda one: _within(one, 1))
        for name in dict.fromkeys(end.name for one in self.every for end in one.ends.counted):
            held = [{end.name: end for end in one.ends.counted} for one in self.every]
            found = [ends.get(name) for ends in held]
            said = list(dict.fromkeys(end.words for end in found if end))
            alike, pairs = len(said) == 1, zip(self.every, found, strict=True)
            label = said[0] if alike else name.replace("_", " ")
            yield label, [_goal(one, end, alike=alike) for one, end in pairs]
        yield "all goals hold up to", of(_until)
        yield "answers that help", of(_helps)
        if any(float(one.case.bill.once) > 0 for one in self.every):
            yield "paid once", of(lambda one: money(one.case.bill.once))

    def _beside(self, one: Standing) -> str:
        """How much more it costs than the system as it is, with the range over the draws."""
        if one.name == AS_IT_IS:
            return NOTHING
        return replace(one.beside, mean=one.usd - self[AS_IT_IS].usd).words

    def _notes(self) -> Iterator[str]:
        """Yield whose times those are, why an option is ruled out, what each other rests on."""
        ours = {one.name: _our_times(one) for one in self.every if one.waits}
        times = sorted({*chain(*ours.values())})
        if times and len({_models(one) for one in self.every}) > 1:
            whose = listing([_named(self[name]) for name, some in ours.items() if some])
            yield (
                f"Times: {listing(times)} of {whose} are the kit's own ranges and the same for "
                "every model, so a faster model does not show."
            )
        yield from self[AS_IT_IS].case.off_invoice
        for way in self.barred:
            said = f"{way.name}: {way.change}. It is ruled out: {way.why}."
            yield f"{said} To let it in, {way.instead}."
        for one in self.every:
            parts = [f"{one.change}."] if one.change else []
            parts += [f"What has to hold: {'; '.join(one.needs)}."] if one.needs else []
            if parts:
                yield f"{one.name}: {' '.join(parts)}"


def options(case: Case, *files: str | Path) -> Options:
    """The options that a file names, and other files, beside the system as it is.

    Parameters
    ----------
    case : the system; its `options` are fields set otherwise, or files beside its own.
    files : scenario files of other options, billed at the prices of `case`. [Path]

    Returns
    -------
    Each option with its bill over the draws that all of them share, its times at the peak, its
    goals, and what has to be true for it. What may not run where data has to stay has no price.

    Raises
    ------
    ScenarioError : a change or a file that cannot be, one line per problem.

    Notes
    -----
    A file that states no goals, or no residency, is held to those of `case`. A field that two
    options share is drawn alike in both: their difference is that of what they do not share.

    Examples
    --------
    >>> from aicost.billing.case import case
    >>> found = options(case(
    ...     kind="rag-chat", as_of="2026-11-23", users=6_000, goals={"budget_per_month": 9_000},
    ...     options={"fewer": {"users": "3_000"}},
    ... ))
    >>> [one.name for one in found], found.best[0].name
    (['as it is', 'fewer'], 'fewer')
    """
    single(case, "an option")
    every = ways(case, [Path(file) for file in files])
    here = Way(AS_IT_IS, "", case)
    found = [standing(way, way.case, case) for way in (here, *every) if way.case is not None]
    out = tuple(way for way in every if way.case is None)
    return Options(tuple(found), out, case.scenario.traffic.usage_unit)


def _named(one: Standing) -> str:
    return "the system as it is" if one.name == AS_IT_IS else f"'{one.name}'"


def _range(one: Standing) -> str:
    cost = one.cost
    return "certain" if cost.certain else f"{about(cost.p5)} to {about(cost.p95)}"


def _models(one: Standing) -> tuple[str, ...]:
    return tuple(str(getattr(stage, "model", "")) for stage in one.case.scenario.stages)


def _our_times(one: Standing) -> list[str]:
    """The times of models that are what is usual for such a stage, whatever its model."""
    paths = (path for path, *_ in assumed_times(one.case))
    return [path for path in paths if path.rpartition(".")[2] in MODELS_OWN]


def _within(one: Standing, place: int) -> str:
    """The time that half, or 95 %, of answers take at the peak; the share that is served."""
    if not one.waits:
        return "nobody waits"
    if one.speed.over:
        return f"{percent(round(one.speed.served, 2))} served"
    return seconds_words(one.speed.whole[place])


def _goal(one: Standing, end: End | None, *, alike: bool) -> str:
    if end is None:
        return NOTHING
    words = "yes" if end.promised else "nobody promises it"
    words = words if end.met_now else f"no,{_by(one, end)}".removesuffix(",")
    return words if alike else f"{words}: {end.words[0].lower()}{end.words[1:]}"


def _by(one: Standing, end: End) -> str:
    short = one.short.get(end.name, "")
    return f" by {short}" if short else ""


def _until(one: Standing) -> str:
    ahead = one.ends.next
    if one.misses:
        return "missed today"
    if not one.ends.counted:
        return "no goal"
    if ahead is None:
        return one.ends.reach
    return f"{count(ahead.last or 0)}, then {ahead.noun}"


def _helps(one: Standing) -> str:
    return "not measured" if one.success is None else percent(one.success)
