"""What an amount of another line is paid by, and how many of that there are in a month."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial, reduce
from typing import Any

import numpy as np

from aicost.components.flow import Flow
from aicost.components.stage import Stage
from aicost.scenario.pipeline import stages_of
from aicost.scenario.scenario import Scenario, arrivals
from aicost.scenario.sections import OtherLine
from aicost.values.charge import Behaves, Count, Every, Factor, summed, weakest
from aicost.values.formatting import count as count_words
from aicost.values.quantities import MTOK
from aicost.values.section import Concern
from aicost.values.suggest import instead

#: A stage, the requests that arrive where it stands, and those of them that take it.
Passing = tuple[Stage, Flow, Flow]


@dataclass(frozen=True)
class Usage:
    """A system and the requests of a month."""

    scenario: Scenario
    entry: Count

    @cached_property
    def passing(self) -> Sequence[Passing]:
        """Every stage with its requests."""
        return tuple(arrivals(self.scenario, self.entry))


Parts = Callable[[Usage], Mapping[str, Sequence[Passing]]]


@dataclass(frozen=True)
class Measure:
    """A way to be paid: the field of the price, its unit, and how many units a line has."""

    field: str
    unit: str
    driver: str
    count: Callable[[OtherLine, Usage], Count]
    behaves: Behaves = "usage"
    every: Every = "month"
    holds: float = 1.0
    item: str = ""
    parts: Parts | None = None  # what a line may be `of`, by name
    of_documents: bool = False


# ---- how many there are


def _once(line: OtherLine, usage: Usage) -> Count:
    return Count().times(Factor("line", 1.0, "", "listed"))


def _units(line: OtherLine, usage: Usage) -> Count:
    """The units of a line beyond those that are free."""
    units, free = line.factor("units"), line.factor("free_units", "free units")
    words = f"units beyond {count_words(free.value)} free" if line.states("free_units") else "units"
    paid = np.maximum(units.value - free.value, 0.0)
    basis = weakest([units.basis, free.basis])
    return Count().times(Factor(words, paid, "units", basis, units.source))


def _documents(line: OtherLine, usage: Usage, *, fields: Sequence[str], again: bool) -> Count:
    """The documents that are read, or their pages: all at first, then what is added and changed."""
    scenario, corpus = usage.scenario, usage.scenario.corpus
    if corpus is None:  # half way between a system with documents and one without
        return Count().times(Factor("documents", 0.0, "documents", "listed"))
    count = Count().times(*(corpus.factor(field, field.replace("_", " ")) for field in fields))
    if not again:
        return count
    new = corpus.factor("added_per_month", "added in a month")
    changed = corpus.factor("changed_per_month", "changed in a month")
    more = reduce(lambda world, stage: stage.prepared(world), scenario.stages, scenario.world)
    if (often := more.rewritten) is not None:
        basis = weakest([changed.basis, often.basis])
        value, made = changed.value * often.value, (changed, often)
        changed = Factor("read for changes", value, "share", basis, parts=made, joined=" x ")
    return count.times(summed("read in a month", "share", [new, changed]))


def _stages(usage: Usage, *, tokens: bool) -> dict[str, list[Passing]]:
    """Stages, groups and components that make calls, or whose calls have tokens."""
    has = [one for one in usage.passing if not tokens or one[0].tokens_per_call(one[2]) is not None]
    known, alike = {one[0].name: one for one in has}, dict[str, list[Passing]]()
    for one in has:
        alike.setdefault(one[0].component, []).append(one)
    groups = {
        part.name: [known[stage.name] for stage in stages_of(part) if stage.name in known]
        for part in usage.scenario.pipeline.parts
    }
    every = {**{name: [one] for name, one in known.items()}, **groups}
    return {name: those for name, those in {**alike, **every}.items() if those}


def _loops(usage: Usage) -> dict[str, list[Passing]]:
    """Loops, each by its first stage: who arrives there goes round."""
    known = {one[0].name: one for one in usage.passing}
    return {loop.name: [known[loop.stages[0].name]] for loop in usage.scenario.pipeline.loops}


def _of_parts(
    line: OtherLine, usage: Usage, *, parts: Parts, each: Callable[[Passing], Count], what: str
) -> Count:
    """What a line is paid by, of all that it is `of`."""
    found = [(one[0].name, each(one)) for one in parts(usage).get(line.of, ())]
    if len(found) == 1:
        return found[0][1]
    several = [
        Factor(name, count.value, what, weakest(factor.basis for factor in count.factors))
        for name, count in found
    ] or [Factor("nothing", 0.0, what, "listed")]
    return Count().times(summed(f"{what} of {line.of}", what, several))


def _calls(one: Passing) -> Count:
    stage, _, here = one
    return stage.calls(here)


def _tokens(one: Passing) -> Count:
    stage, _, here = one
    each = stage.tokens_per_call(here)
    return stage.calls(here).times(each) if each is not None else Count(value=0.0)


def _rounds(one: Passing) -> Count:
    _, arriving, _ = one
    assert arriving.loop is not None
    return arriving.count.times(arriving.loop.factor("rounds"))


# ---- the table


def _by_part(
    field: str, unit: str, driver: str, parts: Parts, each: Callable[[Passing], Count]
) -> Measure:
    count = partial(_of_parts, parts=parts, each=each, what=driver)
    holds = MTOK if driver == "tokens" else 1.0
    return Measure(field, unit, driver, count, holds=holds, parts=parts)


def _by_document(field: str, unit: str, fields: Sequence[str]) -> Iterator[Measure]:
    for again, every, item in ((True, "month", ""), (False, "once", "first reading")):
        count = partial(_documents, fields=fields, again=again)
        words: dict[str, Any] = {"every": every, "item": item, "of_documents": True}
        yield Measure(field, unit, f"{unit}s", count, "data", **words)


MEASURES = (
    Measure("per_month", "month", "months", _once, "fixed"),
    Measure(
        "per_user_month",
        "user",
        "users",
        lambda line, usage: Count().times(usage.scenario.traffic.factor("users")),
    ),
    Measure("per_request", "request", "requests", lambda line, usage: usage.entry),
    _by_part("per_call", "call", "calls", partial(_stages, tokens=False), _calls),
    _by_part("per_round", "round", "rounds", _loops, _rounds),
    _by_part("per_mtok", "Mtok", "tokens", partial(_stages, tokens=True), _tokens),
    *_by_document("per_page", "page", ("documents", "pages_per_document")),
    *_by_document("per_document", "document", ("documents",)),
    Measure("per_unit", "unit", "months", _units, "fixed"),
    Measure("once", "item", "once", _once, "fixed", "once"),
)


def used(line: OtherLine) -> Iterator[Measure]:
    """Yield the measures that a line is paid by."""
    return (measure for measure in MEASURES if getattr(line, measure.field) is not None)


def uncounted(scenario: Scenario) -> Iterator[tuple[OtherLine, Concern]]:
    """Yield the lines that are paid by what there is none of, each with what to write."""
    usage = Usage(scenario, scenario.requests())
    for line in scenario.other:
        for measure in used(line):
            if measure.of_documents and measure.every == "month" and scenario.corpus is None:
                remedy = "write corpus: {documents: …}, or per_unit and units"
                yield line, Concern(measure.field, "there is no corpus", remedy)
            elif measure.parts is not None:
                known = measure.parts(usage)
                if not line.of:
                    remedy = f"write of: …, {instead('', known)}"
                    yield line, Concern(measure.field, f"{measure.driver} of what?", remedy)
                elif line.of not in known:
                    wrong = f"{line.of!r} has no {measure.driver}"
                    yield line, Concern("of", wrong, instead(line.of, known))
