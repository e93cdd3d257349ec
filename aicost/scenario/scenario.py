"""The scenario: a client's system as numbers, ranges and spreads, and how it is varied."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeVar

from aicost.components.flow import Corpus, Flow, World
from aicost.components.stage import Stage
from aicost.components.traffic import FLAT, Month, Profile, Traffic
from aicost.scenario.draws import DRAWS, SEED, apart, at_scores, drawn_value, in_row, is_plain
from aicost.scenario.head import Head
from aicost.scenario.pipeline import Loop, Pipeline, stages_of
from aicost.scenario.plans import Plan, per_user, served_share
from aicost.scenario.pool_section import Pool
from aicost.scenario.register import counted, inputs
from aicost.scenario.sections import (
    Caps,
    Constraints,
    Environment,
    Goals,
    Growth,
    Observed,
    Option,
    OtherLine,
)
from aicost.values.charge import Count
from aicost.values.money import DOLLARS, Money
from aicost.values.quantities import Numeric, Quantity, Spread, Value, at_means, scaled
from aicost.values.result import Result
from aicost.values.section import Origin, Section
from aicost.values.suggest import did_you_mean, instead
from aicost.values.table import Table

#: Usage at which every answer is given: users, or requests where users are not given.
SIZES = (100.0, 1_000.0, 10_000.0, 1_000_000.0)
#: Sections by names of the client's own, beside the pipeline.
BY_NAME = ("pools", "other", "environments", "plans")
#: Sections that say what a bill is held against, not what is on it.
NOT_BILLED = ("growth", "limits", "observed")
#: Sections of which there is one, by the key of a file.
SINGLE = ("traffic", "month", "corpus", "observed", "goals", "growth", "constraints", "limits")

OneStage = TypeVar("OneStage", bound=Stage)


def what_if(path: str) -> Origin:
    """Who said a value that was set otherwise."""
    return Origin("given", "what-if")


@dataclass(frozen=True, kw_only=True, repr=False)
class Scenario(Result):
    """A client's system. Values are numbers, arrays, ranges or spreads; none changes in place."""

    name: str
    kind: str = ""
    as_of: date | None = None
    money: Money = DOLLARS
    path: Path | None = None
    head: Head = field(default_factory=Head)
    traffic: Traffic
    month: Month = field(default_factory=Month)
    corpus: Corpus | None = None
    pipeline: Pipeline = field(default_factory=Pipeline)
    pools: tuple[Pool, ...] = ()
    other: tuple[OtherLine, ...] = ()
    environments: tuple[Environment, ...] = ()
    plans: tuple[Plan, ...] = ()
    observed: Observed | None = None
    goals: Goals = field(default_factory=Goals)
    growth: Growth | None = None
    constraints: Constraints = field(default_factory=Constraints)
    limits: Caps = field(default_factory=Caps)
    published: Mapping[str, str] = field(default_factory=dict)  # figures as they are printed
    invoiced: Mapping[str, Value] = field(default_factory=dict)  # USD a month, by component
    options: tuple[Option, ...] = ()
    profile: Profile = FLAT

    # ---- looking at it
    def sections(self) -> Iterator[tuple[str, Section]]:
        """Yield every section with the prefix of its fields."""
        for prefix in SINGLE:
            part = getattr(self, prefix)
            if part is not None:
                yield prefix, part
        yield from self.pipeline.sections()
        for kind in BY_NAME:
            yield from ((f"{kind}.{part.name}", part) for part in getattr(self, kind))

    def bills_like(self, other: Scenario) -> bool:
        """Say whether another scenario differs in nothing that can move a bill."""
        pairs = zip_longest(self.sections(), other.sections(), fillvalue=("", None))
        served = any(pool.serves for pool in self.pools)  # by units that are full at a goal
        beside = NOT_BILLED if served else (*NOT_BILLED, "goals")
        return (
            self.profile == other.profile
            and self.pipeline.forms == other.pipeline.forms
            and all(
                prefix in beside
                or (
                    prefix == same
                    and part is not None
                    and also is not None
                    and part.bills_like(also)
                )
                for (prefix, part), (same, also) in pairs
            )
        )

    @cached_property
    def fields(self) -> tuple[tuple[str, Section, str, Value], ...]:
        """(path, section, field, value) of every field."""
        return tuple(one for prefix, part in self.sections() for one in part.walk(prefix))

    def words(self) -> set[str]:
        """Every word that a section holds, such as the name of a model."""
        every = (vars(part).values() for _, part in self.sections())
        return {value for values in every for value in values if isinstance(value, str)}

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Every stage of the pipeline in order."""
        return self.pipeline.stages

    def stage(self, name: str) -> Stage:
        """The stage called `name`. Raises KeyError with the nearest name."""
        return self.pipeline.stage(name)

    def stage_of(self, kind: type[OneStage], name: str, wrong: str) -> OneStage:
        """A stage that is of a kind. Raises ValueError with what is `wrong` where not."""
        stage = self.stage(name)
        if not isinstance(stage, kind):
            known = [s.name for s in self.stages if isinstance(s, kind)]
            raise ValueError(f"{name}: {wrong}; {instead(name, known)}")
        return stage

    def get(self, path: str) -> Value:
        """The value at `path`, such as `users` or `answer.output_tokens`."""
        full, part = self.resolved(path)
        value = next(v for p, _, _, v in self.fields if p == full)
        if part and not isinstance(value, Spread):
            raise KeyError(f"{path}: it is no spread; ask for {full}")
        return getattr(value, part) if part else value

    def as_written(self, path: str) -> Value:
        """The value at `path` as a file has it: an amount in the scenario's own currency."""
        value, (full, _) = self.get(path), self.resolved(path)
        is_money = next(s.quantities()[f].is_money for p, s, f, _ in self.fields if p == full)
        return scaled(value, 1 / self.money.in_usd) if is_money else value

    def resolved(self, path: str) -> tuple[str, str]:
        """The full path, and p50 or p95 of a spread. Raises KeyError with what may be meant."""
        names = [p for p, *_ in self.fields]
        if not isinstance(path, str) or not path:
            raise KeyError(f"{path!r}: a field is called by its name, such as {names[0]}")
        stem, _, part = path.rpartition(".")
        if part in ("p50", "p95"):
            return self.resolved(stem)[0], part
        found = [p for p in names if p == path] or [
            p for p in names if p.endswith((f".{path}", f"/{path}"))
        ]
        if len(found) == 1:
            return found[0], ""
        if found:
            raise KeyError(f"{path}: this may be {', '.join(found)}; write one of them")
        raise KeyError(f"{path}: no such field in {self.name}; {self._meant(path, names)}")

    def _meant(self, path: str, names: Sequence[str]) -> str:
        """What may be meant by a path that leads nowhere."""
        owner = path.rpartition(".")[0]
        inside = [name for name in names if name.startswith(f"{path}.")]
        absent = [name for name in ("corpus", "observed", "growth") if getattr(self, name) is None]
        absent += [
            f"{prefix}.{name}"
            for prefix, part in self.sections()
            for name in part.nested()
            if getattr(part, name) is None
        ]
        if inside:
            return f"write a field of it, such as {inside[0]}"
        if {path, owner} & {*absent}:
            lacking = path if path in absent else owner
            return f"there is no {lacking}: in the file; write it there"
        ends = [name.rpartition(".")[2] for name in names]
        short = [end for end in dict.fromkeys(ends) if ends.count(end) == 1]
        return did_you_mean(path, [*short, *names]) or "`aicost show` lists what is there"

    def requests(self) -> Count:
        """The requests of a month that are served: all, but for those beyond the cap of a plan."""
        served = served_share(self.plans, self.traffic.requests_per_user_month)
        return self.traffic.requests(self.month).times(*([served] if served else []))

    @property
    def revenue_per_user(self) -> Numeric | None:
        """What a user (a request, where those are counted) brings in a month, at the mean. [USD]"""
        if not self.plans:
            return self.goals.price_per_user_month
        return per_user(self.plans, lambda plan: plan.brings(self.traffic.requests_per_user_month))

    @property
    def world(self) -> World:
        around = self.traffic.crest(), self.requests().value, *self.traffic.sharers()
        return World(self.month, self.profile, self.corpus, *around)

    @property
    def sentence(self) -> str:
        """How many of its numbers were counted, given and assumed."""
        kind = f" (kind {self.kind})" if self.kind else ""
        bases = counted(self.rows().rows)
        tally = ", ".join(f"{n} {basis}" for basis, n in bases.items())
        return f"{self.name}{kind}: {sum(bases.values())} inputs, {tally}."

    def rows(self) -> Table:
        """Every number that was stated or supplied, and who said so."""
        return inputs(self.sections())

    # ---- varying it

    def with_stage(self, stage: Stage) -> Scenario:
        """The scenario with a stage in place of the one of its name. Raises KeyError without."""
        return replace(self, pipeline=self.pipeline.with_stage(stage))

    def recounted(self, before: Scenario | None = None) -> Scenario:
        """The scenario with each stage's tokens as its model counts them.

        `before` is what it was made of: a model that is another there has what was counted for
        the earlier one. To be done once models are called what the book calls them.
        """
        earlier = before.corpus if before is not None else None
        was = {stage.name: stage for stage in before.stages} if before is not None else {}

        def counted(name: str, part: Section) -> Section:
            if not isinstance(part, Stage):
                return part
            return part.recounted(was.get(name), self.corpus, earlier)

        return replace(self, pipeline=self.pipeline.mapped(counted))

    def mapped(
        self,
        change: Callable[[str, Quantity, Value], Value],
        said: Callable[[str], Origin] | None = None,
    ) -> Scenario:
        """The scenario with `change` applied to every field, as `said` of its path."""
        new: dict[str, Any] = {}
        for prefix in SINGLE:
            part = getattr(self, prefix)
            new[prefix] = part.mapped(prefix, change, said) if part is not None else None
        new["pipeline"] = self.pipeline.mapped(lambda name, s: s.mapped(name, change, said))
        for kind in BY_NAME:
            parts = getattr(self, kind)
            new[kind] = tuple(p.mapped(f"{kind}.{p.name}", change, said) for p in parts)
        return replace(self, **new)

    def at(self, changes: Mapping[str, Value], said: Callable[[str], Origin] = what_if) -> Scenario:
        """Set fields to values as they are; arrays make a sweep. `Case.at` reads and checks them.

        Raises KeyError for a field that is not there.
        """
        whole: dict[str, Any] = {}
        for path, value in changes.items():
            full, part = self.resolved(path)
            now = whole.get(full, self.get(full))
            whole[full] = replace(now, **{part: value}) if part else value  # type: ignore[type-var]
        return self.mapped(lambda path, _, value: whole.get(path, value), said)

    def point(self) -> Scenario:
        """Put every range at its mean; spreads keep their shape."""
        return self.mapped(lambda path, meaning, value: at_means(value))._shared_out()

    def draw(
        self, n: int = DRAWS, seed: int = SEED, scores: Mapping[str, Numeric] | None = None
    ) -> Scenario:
        """Draw every range `n` times along a last axis, some at known scores by their paths.

        Each other has a stream of its own, seeded by its path, so that leaving a stage out leaves
        the other draws alone. Each stream is stratified: one draw per 1/n of probability.
        """

        def drawn(path: str, meaning: Quantity, value: Value) -> Value:
            swept = apart(value) if meaning.unit else value
            if scores and path in scores:
                return at_scores(swept, meaning, scores[path])
            return swept if is_plain(value) else drawn_value(swept, meaning, path, n, seed)

        return self.mapped(drawn)._shared_out()

    def draw_each(self, n: int = DRAWS, seed: int = SEED) -> Scenario:
        """Draw the unknowns one at a time, a row each as `unknowns` has them, others at means."""
        rows = {path: row for row, path in enumerate(self.unknowns())}

        def alone(path: str, meaning: Quantity, value: Value) -> Value:
            if is_plain(value):
                return value
            drawn = drawn_value(value, meaning, path, n, seed)
            return in_row(rows[path], len(rows), drawn, at_means(value))

        return self.mapped(alone)._shared_out()

    def unknowns(self) -> list[str]:
        """The paths of all fields that hold a range."""
        return [path for path, _, _, value in self.fields if not is_plain(value)]

    def _shared_out(self) -> Scenario:
        """Make the shares of each route add up to one, also where they were drawn."""
        shared = self.pipeline.shared_out()
        return self if shared is self.pipeline else replace(self, pipeline=shared)


def steps(scenario: Scenario, entry: Count) -> Iterator[tuple[Stage, Flow]]:
    """Yield every stage with the flow of requests that takes it, in order."""
    for stage, _, here in arrivals(scenario, entry):
        yield stage, here


def arrivals(scenario: Scenario, entry: Count) -> Iterator[tuple[Stage, Flow, Flow]]:
    """Yield every stage with the flow that arrives where it stands, and the one that takes it."""
    flow = Flow(entry, scenario.world, entry)
    for part in scenario.pipeline.parts:
        flow = replace(flow, loop=part.rounds if isinstance(part, Loop) else None)
        for stage in stages_of(part):
            here = stage.arriving(flow)
            yield stage, flow, here
            flow = stage.pass_on(flow).passed(stage.name, here.count)
