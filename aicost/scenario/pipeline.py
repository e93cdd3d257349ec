"""The pipeline of a system as a tree: stages one after another, and routes, parallels and loops.

Built once by the reader of a file and walked by the bill, the times and the comparison. A stage
inside a group is named `group/stage`; the stroke is there for people, nothing is read from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from aicost.components.flow import Rounds
from aicost.components.stage import Stage
from aicost.values.quantities import Numeric
from aicost.values.section import Section
from aicost.values.suggest import instead


@dataclass(frozen=True)
class Route:
    """Stages of which each request takes one, by their shares."""

    form: ClassVar[str] = "route"
    name: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True)
class Parallel:
    """Stages that are done at the same time."""

    form: ClassVar[str] = "parallel"
    name: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True)
class Loop:
    """Stages that are done one after another, round by round."""

    form: ClassVar[str] = "loop"
    name: str
    stages: tuple[Stage, ...]
    rounds: Rounds


Group = Route | Parallel | Loop
Part = Stage | Group
Changed = Callable[[str, Section], Any]  # from the prefix of a section and itself to another


@dataclass(frozen=True)
class Pipeline:
    """The parts of a pipeline in the order in which a request passes them."""

    parts: tuple[Part, ...] = ()

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """Every stage, those inside groups too, in order."""
        return tuple(stage for part in self.parts for stage in stages_of(part))

    @cached_property
    def groups(self) -> dict[str, Group]:
        """The routes, parallels and loops by name."""
        return {part.name: part for part in self.parts if not isinstance(part, Stage)}

    @property
    def loops(self) -> list[Loop]:
        """The loops in order."""
        return [part for part in self.parts if isinstance(part, Loop)]

    @property
    def forms(self) -> list[tuple[str, str]]:
        """The names of the parts and what each of them is."""
        return [(part.name, getattr(part, "form", "stage")) for part in self.parts]

    @cached_property
    def _group_of(self) -> dict[str, Group]:
        return {stage.name: group for group in self.groups.values() for stage in group.stages}

    def group_of(self, stage: str) -> Group | None:
        """The group that a stage stands in, if any."""
        return self._group_of.get(stage)

    def stage(self, name: str) -> Stage:
        """The stage of a name. Raises KeyError with the nearest one."""
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise KeyError(f"no stage {name!r}; {instead(name, [s.name for s in self.stages])}")

    def sections(self) -> Iterator[tuple[str, Section]]:
        """Yield every stage and the numbers of every loop, with the prefix of their fields."""
        for part in self.parts:
            if isinstance(part, Loop):
                yield part.name, part.rounds
            yield from ((stage.name, stage) for stage in stages_of(part))

    def mapped(self, change: Changed) -> Pipeline:
        """The pipeline with each of its sections changed."""
        return Pipeline(tuple(_mapped(part, change) for part in self.parts))

    def with_stage(self, stage: Stage) -> Pipeline:
        """The pipeline with a stage in place of the one of its name. Raises KeyError without."""
        self.stage(stage.name)
        return self.mapped(lambda name, part: stage if name == stage.name else part)

    def with_first(self, stage: Stage) -> Pipeline:
        """The pipeline with a stage in front of all others."""
        return Pipeline((stage, *self.parts))

    def in_place_of(self, name: str, parts: Sequence[Part]) -> Pipeline:
        """The pipeline with parts where one of a name stood."""
        kept = ((part,) if part.name != name else tuple(parts) for part in self.parts)
        return Pipeline(tuple(part for several in kept for part in several))

    def shared_out(self) -> Pipeline:
        """The pipeline with the shares of each route adding up to one; None stands for the rest."""
        shares: dict[str, Numeric] = {}
        for group in self.groups.values():
            if isinstance(group, Route):
                shares |= shared_out(group.stages)
        if not shares:
            return self

        def shared(name: str, part: Section) -> Section:
            if isinstance(part, Stage) and name in shares:
                return replace(part, share=shares[name])
            return part

        return self.mapped(shared)

    @staticmethod
    def regrouped(stages: Iterable[tuple[Stage, Group | None]]) -> Pipeline:
        """The pipeline of stages, each with a group that it stands in; groups of a name are one."""
        inside: dict[str, list[Stage]] = {}
        parts: dict[str, Part] = {}
        for stage, group in stages:
            part = group or stage
            parts.setdefault(part.name, part)
            inside.setdefault(part.name, []).append(stage)
        return Pipeline(
            tuple(
                part if isinstance(part, Stage) else replace(part, stages=tuple(inside[name]))
                for name, part in parts.items()
            )
        )


def stages_of(part: Part) -> tuple[Stage, ...]:
    """The stages of a part: itself, or those of a group."""
    return (part,) if isinstance(part, Stage) else part.stages


def _mapped(part: Part, change: Changed) -> Part:
    if isinstance(part, Stage):
        return change(part.name, part)
    changed = replace(part, stages=tuple(change(stage.name, stage) for stage in part.stages))
    if isinstance(changed, Loop):
        return replace(changed, rounds=change(part.name, changed.rounds))
    return changed


def shared_out(branches: Sequence[Any]) -> dict[str, Numeric]:
    """The share of each branch of a route, or plan; more than all is brought back to all of it."""
    stated = {stage.name: stage.share for stage in branches if stage.share is not None}
    whole = sum(stated.values())
    rest = np.maximum(0.0, 1.0 - whole)
    size = np.maximum(1.0, whole) if len(stated) < len(branches) else whole
    return {s.name: stated[s.name] / size if s.name in stated else rest for s in branches}
