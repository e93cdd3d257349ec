"""The pipeline as time passes it: who takes a stage, and what waits behind it for them alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from aicost.components.stage import Stage
from aicost.scenario.pipeline import Group, Loop
from aicost.scenario.scenario import Scenario, arrivals
from aicost.values.charge import Count, Factor


@dataclass(frozen=True)
class Step:
    """A stage, the share of the requests arriving there that take it, and what follows for them."""

    stage: Stage
    share: float
    then: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Together:
    """The steps of a route, a parallel or a loop that are waited for."""

    group: Group
    steps: tuple[Step, ...]


Node = Step | Together


def pipeline_nodes(scenario: Scenario) -> tuple[Node, ...]:
    """The pipeline of a scenario at its point, as a request passes it.

    A stage that is for the requests of an earlier one which not all take (`of:`) stands behind
    that one; what answers in place of a call that takes too long belongs to that call.
    """
    instead = {s.timeout.fallback for s in scenario.stages if s.timeout is not None}
    taken = {name: step for name, step in _steps(scenario).items() if name not in instead}
    for name in reversed([*taken]):
        whose = taken.get(taken[name].stage.of)
        if whose is not None and _stands_behind(scenario, taken[name].stage, whose):
            inner = replace(taken.pop(name), share=float(scenario.stage(name).share))
            if inner.stage.waited_for:
                taken[whose.stage.name] = replace(whose, then=(inner, *whose.then))
    return tuple(_nodes(scenario, (step for step in taken.values() if step.stage.waited_for)))


def last_waited(scenario: Scenario) -> tuple[Stage, ...]:
    """The stages that a user waits for last: one, or those of a route or of what runs side by side.

    Only their words can be shown as they are written. There are none where a loop comes last: each
    of its rounds works for the next.
    """
    *_, last = (None, *pipeline_nodes(scenario))
    if isinstance(last, Together):
        return () if isinstance(last.group, Loop) else tuple(step.stage for step in last.steps)
    return () if last is None else (last.stage,)


def _nodes(scenario: Scenario, taken: Iterable[Step]) -> Iterable[Node]:
    """Yield steps, those of one group as one."""

    def group_name(step: Step) -> str:
        group = scenario.pipeline.group_of(step.stage.name)
        return group.name if group is not None else ""

    for name, members in groupby(taken, key=group_name):
        if name:
            yield Together(scenario.pipeline.groups[name], tuple(members))
        else:
            yield from members


def _steps(scenario: Scenario) -> dict[str, Step]:
    """Each stage with the share of the requests arriving there that take it."""
    entry = Count().times(Factor("request", 1.0, "", "listed"))
    found: dict[str, Step] = {}
    for stage, arriving, here in arrivals(scenario, entry):
        share = float(here.requests / arriving.requests) if arriving.requests else 0.0
        found[stage.name] = Step(stage, min(share, 1.0))
    return found


def _stands_behind(scenario: Scenario, stage: Stage, whose: Step) -> bool:
    """Say whether a stage stands behind the one whose requests it is for, or where it is written.

    A stage of a group stays in it, and what comes after a loop is not done in each round of it. A
    hit spares all that is written behind a cache.
    """
    if whose.stage.ends_requests or stage.ends_requests:
        return False
    own, other = (scenario.pipeline.group_of(name) for name in (stage.name, whose.stage.name))
    if own is other:
        return own is not None or whose.share < 1
    return own is None and not isinstance(other, Loop) and (other is not None or whose.share < 1)
