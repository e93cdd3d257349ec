"""Every system between two: some of its inputs as in the one, the rest as in the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np

from aicost.components.stage import Stage
from aicost.scenario.pipeline import Group, Loop, Pipeline
from aicost.scenario.scenario import Scenario
from aicost.scenario.sections import AMOUNTS, Environment, OtherLine
from aicost.values.named import Named, pairs
from aicost.values.quantities import Spread, Value, at_means, scaled
from aicost.values.section import Section

#: By the key of an input (the path of a field, the name of a stage): whether it stands as in b.
#: An array asks for many scenarios at once.
Chosen = Mapping[str, Any]


class Blend:
    """Two scenarios with every range at its mean, and all scenarios between them.

    A pipeline is compared by its elements. An element is a stage; or a whole route, parallel or
    loop, where it is on one side only or something else on the other: a *block*.
    """

    def __init__(self, a: Scenario, b: Scenario) -> None:
        # The shares of a route are made to add up for each scenario between, not before.
        self.a, self.b = (s.mapped(lambda path, meaning, v: at_means(v)) for s in (a, b))
        forms = [dict(side.pipeline.forms) for side in self.sides]
        names = {**forms[0], **forms[1]}
        self.blocks = {name for name in names if forms[0].get(name) != forms[1].get(name)}
        self.names = self._elements(self.a), self._elements(self.b)

    @property
    def sides(self) -> tuple[Scenario, Scenario]:
        return self.a, self.b

    def order(self, side: int) -> list[str]:
        """The elements that both have, in the order of one."""
        return [name for name in self.names[side] if name in self.names[1 - side]]

    def _elements(self, side: Scenario) -> list[str]:
        names = (self._element(side, stage) for stage in side.stages)
        return list(dict.fromkeys(names))

    def _element(self, side: Scenario, stage: Stage) -> str:
        """The element that a stage is, or is part of."""
        group = side.pipeline.group_of(stage.name)
        return group.name if group is not None and group.name in self.blocks else stage.name

    def stages(self, name: str) -> tuple[list[Stage], list[Stage]]:
        """The stages of an element, in a and in b."""
        a, b = (
            [stage for stage in side.stages if self._element(side, stage) == name]
            for side in self.sides
        )
        return a, b

    def group(self, name: str) -> str:
        """The group that an element is in, or its own name."""
        for side in self.sides:
            if (group := side.pipeline.group_of(name)) is not None:
                return group.name
        return name

    def routed(self, name: str) -> bool:
        """Say whether an element is a route or a branch of one."""
        return any(
            group.form == "route"
            for side in self.sides
            for group in side.pipeline.groups.values()
            if name == group.name or name in {stage.name for stage in group.stages}
        )

    def loops(self) -> Iterator[tuple[str, Section, Section]]:
        """Yield the loops that both have, by name, with the numbers of each."""
        for name, group in self.a.pipeline.groups.items():
            other = self.b.pipeline.groups.get(name)
            if isinstance(group, Loop) and isinstance(other, Loop):
                yield name, group.rounds, other.rounds

    def scenario(self, chosen: Chosen) -> Scenario:
        """The scenario whose chosen inputs stand as in b, the others as in a.

        Where the two differ in the order of their stages it is an input, "order". A stage of one
        side stays behind what it followed there.
        """
        parts = {
            part: _either(getattr(self.a, part), getattr(self.b, part), part, chosen)
            for part in ("traffic", "month", "corpus", "constraints")
        }
        return replace(
            self.b,
            pipeline=self._pipeline(chosen),
            **parts,
            profile=self.sides[bool(chosen.get("traffic.profile"))].profile,
            pools=tuple(self._parts("pools", chosen)),
            other=tuple(self._parts("other", chosen)),
            environments=tuple(self._parts("environments", chosen)),
            plans=self.sides[bool(chosen.get("plans"))].plans,
        )

    def _pipeline(self, chosen: Chosen) -> Pipeline:
        loops = {name: _blend(a, b, name, chosen) for name, a, b in self.loops()}

        def grown(group: Group | None) -> Group | None:
            if isinstance(group, Loop) and group.name in loops:
                return replace(group, rounds=loops[group.name])
            return group

        pairs = self._stages(chosen)
        return Pipeline.regrouped((stage, grown(group)) for stage, group in pairs)

    def _stages(self, chosen: Chosen) -> Iterator[tuple[Stage, Group | None]]:
        """Yield the stages in order, each with the group that it stands in."""
        seen = {"requests", ""}
        for name in merged(*self.names, self.order(bool(chosen.get("order")))):
            for stage, side in self._switched(*self.stages(name), name, chosen):
                here = stage.of in seen  # nobody took a stage that is not there
                one = stage if here else replace(stage, of="", share=0.0)
                yield one, side.pipeline.group_of(stage.name)
                seen.add(stage.name)

    def _switched(
        self, a: list[Stage], b: list[Stage], name: str, chosen: Chosen
    ) -> Iterable[tuple[Stage, Scenario]]:
        """The stages of an element as they stand in a, in b, or between them, with their side."""
        if a and b and name not in self.blocks and type(a[0]) is type(b[0]):
            return [(_blend(a[0], b[0], name, chosen), self.b)]
        side = chosen.get(name, False)
        if isinstance(side, bool):
            return [(stage, self.sides[side]) for stage in (b if side else a)]
        there = side == bool(b)
        return [
            (replace(stage, share=stage.share * there), self.sides[bool(b)]) for stage in a or b
        ]

    def _parts(self, kind: str, chosen: Chosen) -> Iterator[Any]:
        """Yield the pools, the other lines, or the environments."""
        a, b = ({part.name: part for part in getattr(side, kind)} for side in self.sides)
        for name in dict.fromkeys([*b, *a]):
            part = _either(a.get(name), b.get(name), f"{kind}.{name}", chosen)
            if part is not None:
                yield part


def merged(a: Sequence[str], b: Sequence[str], backbone: Sequence[str]) -> list[str]:
    """Put what is on one side only behind what it followed there; the same for (b, a).

    >>> merged(["read", "old", "answer"], ["read", "answer", "new"], ["read", "answer"])
    ['read', 'old', 'answer', 'new']
    """
    tails: list[dict[str, list[str]]] = []
    for names in (a, b):
        behind: dict[str, list[str]] = {name: [] for name in ("", *backbone)}
        anchor = ""
        for name in names:
            if name in behind:
                anchor = name
            else:
                behind[anchor].append(name)
        tails.append(behind)
    order = [*chain(*sorted(tail[""] for tail in tails))]
    for anchor in backbone:
        order += [anchor, *chain(*sorted(tail[anchor] for tail in tails))]
    return order


def _blend(a: Any, b: Any, prefix: str, chosen: Chosen, short: str = "") -> Any:
    """Section `a` with the chosen fields as in section `b`; `short` is called by the prefix."""
    new: dict[str, Any] = {}
    origins = dict(a.origins)
    for name in a.quantities():
        side = chosen.get(prefix if name == short else f"{prefix}.{name}")
        if side is not None and side is not False:
            new[name] = _pick(side, getattr(a, name), getattr(b, name))
            origins.pop(name, None)
            origins |= {name: b.origins[name]} if name in b.origins else {}
    for name in a.nested():
        inner, other = getattr(a, name), getattr(b, name)
        if isinstance(inner, Named):
            parts = {
                one: _blend(x, y, f"{prefix}.{name}.{one}", chosen, inner.short)
                for one, x, y in pairs(inner, other)
            }
            new |= {name: replace(inner, parts=parts)} if parts else {}
        elif inner is not None and other is not None:
            new[name] = _blend(inner, other, f"{prefix}.{name}", chosen)
        elif chosen.get(f"{prefix}.{name}"):
            new[name] = other
    return replace(a, **new, origins=origins) if new else a


def _pick(side: Any, a: Value, b: Value) -> Value:
    """The value of b, or an array that is b where `side` says so."""
    if side is True:
        return b
    if isinstance(a, Spread):
        return Spread(np.where(side, b.p50, a.p50), np.where(side, b.p95, a.p95))
    return np.where(side, b, a)


def _either(a: Any, b: Any, key: str, chosen: Chosen) -> Any:
    """A section as it stands in a, in b, or between them."""
    if a is not None and b is not None:
        return _blend(a, b, key, chosen)
    side = chosen.get(key, False)
    if isinstance(side, bool):
        return b if side else a
    return _scaled(a or b, side == (b is not None))


def _scaled(line: OtherLine | Environment, there: np.ndarray) -> OtherLine | Environment:
    """An other line or an environment that costs nothing where it is not there."""
    fields = AMOUNTS if isinstance(line, OtherLine) else ("share",)
    amounts = {name: getattr(line, name) for name in fields}
    return replace(line, **{n: scaled(v, there) for n, v in amounts.items() if v is not None})
