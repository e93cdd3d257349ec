"""Every scenario between two: some of its inputs as in the one, the rest as in the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np

from aicost.components.stage import Stage
from aicost.scenario.scenario import Scenario
from aicost.scenario.sections import OtherLine
from aicost.values.quantities import Spread, Value
from aicost.values.section import at_means

AMOUNTS = ("per_month", "per_user_month", "per_request", "once")

#: By the key of an input (the path of a field, the name of a stage): whether it stands as in b.
#: An array asks for many scenarios at once.
Chosen = Mapping[str, Any]


class Between:
    """Two scenarios with every range at its mean, and all scenarios between them.

    A pipeline is compared by its elements. An element is a stage; or a whole route or loop, where
    it is on one side only or of another form on the other: a *block*.
    """

    def __init__(self, a: Scenario, b: Scenario) -> None:
        # The shares of a route are made to add up for each scenario between, not before.
        self.a, self.b = (s.mapped(lambda path, meaning, v: at_means(v)) for s in (a, b))
        forms = [{unit(s): form(side, unit(s)) for s in side.pipeline} for side in self.sides]
        self.blocks = {u for u in {**forms[0], **forms[1]} if forms[0].get(u) != forms[1].get(u)}
        self.names = self._elements(self.a), self._elements(self.b)

    @property
    def sides(self) -> tuple[Scenario, Scenario]:
        return self.a, self.b

    def order(self, side: int) -> list[str]:
        """The elements that both have, in the order of one."""
        return [name for name in self.names[side] if name in self.names[1 - side]]

    def _elements(self, side: Scenario) -> list[str]:
        names = (unit(s) if unit(s) in self.blocks else s.name for s in side.pipeline)
        return list(dict.fromkeys(names))

    def stages(self, name: str) -> tuple[list[Stage], list[Stage]]:
        """The stages of an element, in a and in b."""
        of = unit if name in self.blocks else _name
        a, b = ([s for s in side.pipeline if of(s) == name] for side in self.sides)
        return a, b

    def routed(self, name: str) -> bool:
        """Say whether an element is a route or a branch of one."""
        members = {m for side in self.sides for route in side.routes.values() for m in route}
        return any(stage.name in members for part in self.stages(name) for stage in part)

    def scenario(self, chosen: Chosen) -> Scenario:
        """The scenario whose chosen inputs stand as in b, the others as in a.

        Where the two differ in the order of their stages it is an input, "order". A stage of one
        side stays behind what it followed there.
        """
        pipeline = tuple(self._pipeline(chosen))
        parts = {
            part: _either(getattr(self.a, part), getattr(self.b, part), part, chosen)
            for part in ("traffic", "month", "corpus")
        }
        return replace(
            self.b,
            pipeline=pipeline,
            routes=self._routes(pipeline),
            **parts,
            profile=self.sides[bool(chosen.get("traffic.profile"))].profile,
            pools=tuple(self._parts("pools", chosen)),
            other=tuple(self._parts("other", chosen)),
        )

    def _pipeline(self, chosen: Chosen) -> Iterator[Stage]:
        seen = {"requests", ""}
        for name in merged(*self.names, self.order(bool(chosen.get("order")))):
            a, b = self.stages(name)
            for stage in self._switched(a, b, name, chosen):
                here = stage.of in seen  # nobody took a stage that is not there
                yield stage if here else with_share(replace(stage, of=""), 0.0)
                seen.add(stage.name)

    def _switched(
        self, a: list[Stage], b: list[Stage], name: str, chosen: Chosen
    ) -> Iterable[Stage]:
        """The stages of an element as they stand in a, in b, or between them."""
        if a and b and name not in self.blocks and type(a[0]) is type(b[0]):
            return [blend(a[0], b[0], name, chosen)]
        side = chosen.get(name, False)
        if isinstance(side, bool):
            return b if side else a
        return [with_share(stage, stage.share * (side == bool(b))) for stage in a or b]

    def _routes(self, pipeline: Sequence[Stage]) -> dict[str, tuple[str, ...]]:
        routes = {}
        for route in {**self.a.routes, **self.b.routes}:
            members = {*self.a.routes.get(route, ()), *self.b.routes.get(route, ())}
            routes[route] = tuple(s.name for s in pipeline if s.name in members)
        return {route: members for route, members in routes.items() if members}

    def _parts(self, kind: str, chosen: Chosen) -> Iterator[Any]:
        """Yield the pools, or the other lines."""
        a, b = ({part.name: part for part in getattr(side, kind)} for side in self.sides)
        for name in dict.fromkeys([*b, *a]):
            part = _either(a.get(name), b.get(name), f"{kind}.{name}", chosen)
            if part is not None:
                yield part


def unit(stage: Stage) -> str:
    """The name of the stage, route or loop as the file has it."""
    return stage.name.partition("/")[0]


def _name(stage: Stage) -> str:
    return stage.name


def with_share(stage: Stage, share: Value) -> Stage:
    """A stage that another share of the requests takes."""
    return replace(stage, share=share)


def form(scenario: Scenario, name: str) -> str:
    """Whether a name of the pipeline is a stage, a route or a loop."""
    if name in scenario.routes:
        return "route"
    return "stage" if any(s.name == name for s in scenario.pipeline) else "loop"


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


def blend(a: Any, b: Any, prefix: str, chosen: Chosen) -> Any:
    """Section `a` with the chosen fields as in section `b`."""
    new: dict[str, Any] = {}
    origins = dict(a.origins)
    for name in a.quantities():
        side = chosen.get(f"{prefix}.{name}")
        if side is not None and side is not False:
            new[name] = _pick(side, getattr(a, name), getattr(b, name))
            origins.pop(name, None)
            origins |= {name: b.origins[name]} if name in b.origins else {}
    for name in a.nested():
        inner, other = getattr(a, name), getattr(b, name)
        if inner is not None and other is not None:
            new[name] = blend(inner, other, f"{prefix}.{name}", chosen)
        elif chosen.get(f"{prefix}.{name}"):
            new[name] = other
    return replace(a, **new, origins=origins) if new else a


def _pick(side: Any, a: Value, b: Value) -> Value:
    """B, or an array that is b where `side` says so."""
    if side is True:
        return b
    if isinstance(a, Spread):
        return Spread(np.where(side, b.p50, a.p50), np.where(side, b.p95, a.p95))
    return np.where(side, b, a)


def _either(a: Any, b: Any, key: str, chosen: Chosen) -> Any:
    """A section as it stands in a, in b, or between them."""
    if a is not None and b is not None:
        return blend(a, b, key, chosen)
    side = chosen.get(key, False)
    if isinstance(side, bool):
        return b if side else a
    return _scaled(a or b, side == (b is not None))


def _scaled(line: OtherLine, there: np.ndarray) -> OtherLine:
    """An other line that costs nothing where it is not there."""
    amounts = {name: getattr(line, name) for name in AMOUNTS}
    return replace(line, **{n: v * there for n, v in amounts.items() if v is not None})
