"""Lines that are a share of other lines: of which, and where what environments cost is shown."""

from __future__ import annotations

from collections.abc import Sequence

from aicost.scenario.pipeline import Pipeline
from aicost.scenario.pool_section import Pool
from aicost.scenario.sections import AMOUNTS, Environment, OtherLine
from aicost.values.charge import COMPONENTS, HUMAN
from aicost.values.formatting import listing

#: What a line stands as on a bill: the name of a stage, a pool or another line, and its component.
On = tuple[str, str]


def parts(pipeline: Pipeline, pools: Sequence[Pool], other: Sequence[OtherLine]) -> list[On]:
    """All that a month is billed for by itself, not as a share of something else."""
    paid = [amount for amount in AMOUNTS if amount not in ("share_of_lines", "once")]
    machines = {pool.name for pool in pools if not pool.overflow}
    billed = (stage for stage in pipeline.stages if stage.runs_on not in machines)
    found = [(stage.name, stage.billed_as or stage.component) for stage in billed]
    found += [(pool.name, pool.component) for pool in pools]
    lines = (o for o in other if any(getattr(o, amount) is not None for amount in paid))
    return [*found, *((line.name, line.component) for line in lines)]


def called(pipeline: Pipeline, every: Sequence[On]) -> list[str]:
    """The names by which lines can be called: their components, groups, and their own."""
    held = {component for _, component in every}
    groups = [
        name for name in pipeline.groups if any(falls_under(pipeline, name, on) for on in every)
    ]
    components = (component for component in COMPONENTS if component in held)
    return [*dict.fromkeys([*components, *groups, *(name for name, _ in every)])]


def falls_under(pipeline: Pipeline, name: str, on: On) -> bool:
    """Say whether a line is one of those that are called by a name; all but people by none.

    Parameters
    ----------
    pipeline : the stages and groups of the system.
    name : a component, a stage, a group of them, or another line; '' is all but people.
    on : what the line stands as.
    """
    stage, component = on
    if not name:
        return component != HUMAN
    group = pipeline.groups.get(name)
    inside = {one.name for one in group.stages} if group is not None else set()
    return name in (component, stage) or stage in inside


def shared(environment: Environment, pipeline: Pipeline, every: Sequence[On]) -> list[On]:
    """Those lines that an environment is a share of.

    Parameters
    ----------
    environment : what is run beside production.
    pipeline : the stages and groups of the system.
    every : what the lines of production stand as.
    """
    names = environment.of or (environment.component,)
    found = [on for on in every if any(falls_under(pipeline, name, on) for name in names)]
    return [on for on in found if environment.component in ("", on[1])]


def shown_as(environment: Environment, pipeline: Pipeline, every: Sequence[On]) -> On:
    """What an environment stands as: under the component of all its lines, else under hosting."""
    components = {component for _, component in shared(environment, pipeline, every)}
    return environment.name, components.pop() if len(components) == 1 else "hosting"


def share_words(environment: Environment) -> str:
    """What an environment is a share of, in words."""
    if not environment.of:
        return environment.component or "all but people"
    names = listing(environment.of)
    return f"{names}, its {environment.component}" if environment.component else names
