"""What belongs together in a pipeline: stages in order, routes, loops and parallels as one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from aicost.components.caching import ResponseCache
from aicost.components.flow import Flow
from aicost.components.human_review import HumanReview
from aicost.components.observability import Observability
from aicost.components.stage import Stage
from aicost.scenario.scenario import Scenario
from aicost.values.charge import Count, Factor


@dataclass(frozen=True)
class Step:
    """A stage, the share of the requests arriving there that take it, and what follows for them."""

    stage: Stage
    share: float
    then: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Group:
    """Stages that belong together: one of a route, all of a parallel, a loop's round."""

    form: str
    steps: tuple[Step, ...]


def pipeline_nodes(scenario: Scenario) -> tuple[Step | Group, ...]:
    """The pipeline of a scenario at its point, its stages put together.

    A stage that is for the requests of an earlier one which not all take (`of:`) stands behind
    that one.
    """
    steps = {name: step for name, step in _steps(scenario).items() if not _fallback(scenario, name)}
    for name in reversed([*steps]):
        of = steps[name].stage.of
        if of in steps and _stands_behind(scenario, name, steps[of]):
            inner = replace(steps.pop(name), share=_own_share(scenario.stage(name)))
            if _waited_for(inner.stage):
                steps[of] = replace(steps[of], then=(inner, *steps[of].then))
    nodes: dict[str, Step | Group] = {}
    for name, step in steps.items():
        group = _group(name)
        if not _waited_for(step.stage):
            continue
        if not group:
            nodes[name] = step
            continue
        before = nodes.get(group)
        inside = (*(before.steps if isinstance(before, Group) else ()), step)
        nodes[group] = Group(_form(scenario, group), inside)
    return tuple(nodes.values())


def _steps(scenario: Scenario) -> dict[str, Step]:
    """Each stage with the share of the requests arriving there that take it."""
    entry = Count().times(Factor("request", 1.0, "", "listed"))
    flow, found = Flow(entry, scenario.world, entry), {}
    for stage in scenario.pipeline:
        here = stage.arriving(flow)
        share = float(here.requests / flow.requests) if flow.requests else 0.0
        found[stage.name] = Step(stage, min(share, 1.0))
        flow = stage.pass_on(flow).passed(stage.name, here.count)
    return found


def _own_share(stage: Stage) -> float:
    return float(stage.share)


def _fallback(scenario: Scenario, name: str) -> bool:
    return any(s.timeout is not None and s.timeout.fallback == name for s in scenario.pipeline)


def _waited_for(stage: Stage) -> bool:
    """Say whether anybody waits for a stage; a log is written, and some reviews made, meanwhile."""
    if isinstance(stage, HumanReview):
        return stage.when == "before_answer"
    return not isinstance(stage, Observability)


def _stands_behind(scenario: Scenario, name: str, whose: Step) -> bool:
    """Say whether a stage stands behind the one whose requests it is for, or where it is written.

    A stage of a group stays in it, and what comes after a loop is not done in each round of it. A
    hit spares all that is written behind a cache.
    """
    if isinstance(whose.stage, ResponseCache) or isinstance(scenario.stage(name), ResponseCache):
        return False
    own, other = _group(name), _group(whose.stage.name)
    if own == other:
        return bool(own) or whose.share < 1
    return not own and _form(scenario, other) != "loop" and (bool(other) or whose.share < 1)


def _group(name: str) -> str:
    """The route, loop or parallel that a stage is in."""
    return name.partition("/")[0] if "/" in name else ""


def _form(scenario: Scenario, group: str) -> str:
    if group in scenario.routes:
        return "route"
    return "parallel" if group in scenario.parallels else "loop"
