"""The scenario: a client's system as numbers, ranges and spreads, and how it is varied."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from scipy.special import ndtri

from aicost.components.flow import FLAT, Corpus, Flow, Month, Profile, Traffic, World
from aicost.components.stage import Stage
from aicost.scenario.problems import Problem, ScenarioError
from aicost.scenario.sections import Constraints, Goals, Growth, OtherLine, Pool
from aicost.values.charge import Count
from aicost.values.quantities import Numeric, Quantity, Range, Spread, Value
from aicost.values.section import Origin, Section, at_means
from aicost.values.suggest import nearest

DRAWS = 4096
SEED = 20261123

Kind = TypeVar("Kind", bound=Stage)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A client's system. Values are numbers, arrays, ranges or spreads; none is changed in place.

    `at` sets fields to numbers or to a sweep, `point` puts every range at its mean, `draw` at
    random draws along a last axis.
    """

    name: str
    kind: str = ""
    as_of: date | None = None
    path: Path | None = None
    traffic: Traffic
    month: Month = field(default_factory=Month)
    corpus: Corpus | None = None
    pipeline: tuple[Stage, ...] = ()
    pools: tuple[Pool, ...] = ()
    other: tuple[OtherLine, ...] = ()
    goals: Goals = field(default_factory=Goals)
    growth: Growth | None = None
    constraints: Constraints = field(default_factory=Constraints)
    routes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parallels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    profile: Profile = FLAT

    # ---- looking at it

    def sections(self) -> Iterator[tuple[str, Section]]:
        """Yield every section with the prefix of its fields."""
        for prefix in ("traffic", "month", "corpus", "goals", "growth", "constraints"):
            part = getattr(self, prefix)
            if part is not None:
                yield prefix, part
        for stage in self.pipeline:
            yield stage.name, stage
        for pool in self.pools:
            yield f"pools.{pool.name}", pool
        for line in self.other:
            yield f"other.{line.name}", line

    def fields(self) -> Iterator[tuple[str, Section, str, Value]]:
        """Yield (path, section, field, value) of every field."""
        for prefix, part in self.sections():
            yield from part.walk(prefix)

    def stage(self, name: str) -> Stage:
        """The stage called `name`. Raises KeyError with the nearest name."""
        for stage in self.pipeline:
            if stage.name == name:
                return stage
        known = [stage.name for stage in self.pipeline]
        raise KeyError(f"no stage {name!r} in {self.name}; {nearest(name, known)}")

    def stage_of(self, kind: type[Kind], name: str, wrong: str) -> Kind:
        """A stage that is of a kind. Raises ValueError with what is `wrong` where not."""
        stage = self.stage(name)
        if not isinstance(stage, kind):
            known = [s.name for s in self.pipeline if isinstance(s, kind)]
            raise ValueError(f"{name}: {wrong}; {nearest(name, known)}")
        return stage

    def get(self, path: str) -> Value:
        """The value at `path`, such as `users` or `answer.output_tokens`."""
        full, part = self._resolve(path)
        value = next(v for p, _, _, v in self.fields() if p == full)
        return getattr(value, part) if part else value

    def _resolve(self, path: str) -> tuple[str, str]:
        """The full path, and p50 or p95 where a part of a spread is meant."""
        names = [p for p, *_ in self.fields()]
        stem, _, part = path.rpartition(".")
        if part in ("p50", "p95"):
            return self._resolve(stem)[0], part
        found = [p for p in names if p == path] or [p for p in names if p.endswith(f".{path}")]
        if len(found) == 1:
            return found[0], ""
        why = f"is ambiguous: {', '.join(found)}" if found else nearest(path, names)
        raise KeyError(
            f"{path}: no such field in {self.name}; {why}"
            if not found
            else f"{path} {why}; write it in full"
        )

    @property
    def world(self) -> World:
        return World(self.month, self.profile, self.corpus)

    # ---- varying it

    def with_stage(self, stage: Stage) -> Scenario:
        """The scenario with a stage in place of the one of its name."""
        stages = (stage if s.name == stage.name else s for s in self.pipeline)
        return replace(self, pipeline=tuple(stages))

    def mapped(
        self, change: Callable[[str, Quantity, Value], Value], origin: Origin | None = None
    ) -> Scenario:
        """The scenario with `change` applied to every field, which `origin` asked for."""
        new: dict[str, Any] = {}
        for prefix in ("traffic", "month", "corpus", "goals", "growth", "constraints"):
            part = getattr(self, prefix)
            new[prefix] = part.mapped(prefix, change, origin) if part is not None else None
        new["pipeline"] = tuple(s.mapped(s.name, change, origin) for s in self.pipeline)
        new["pools"] = tuple(p.mapped(f"pools.{p.name}", change, origin) for p in self.pools)
        new["other"] = tuple(o.mapped(f"other.{o.name}", change, origin) for o in self.other)
        return replace(self, **new)

    def at(self, changes: Mapping[str, Value]) -> Scenario:
        """Set fields to numbers, or to arrays of one length: a sweep.

        Raises KeyError for a field that is not there, ScenarioError for a value out of bounds.
        """
        whole: dict[str, Any] = {}
        for path, value in changes.items():
            full, part = self._resolve(path)
            now = whole.get(full, self.get(full))
            whole[full] = replace(now, **{part: value}) if part else value  # type: ignore[type-var]
        return self.mapped(
            lambda path, meaning, value: (
                self._checked(path, meaning, whole[path]) if path in whole else value
            ),
            Origin("given", "what-if"),
        )

    def _checked(self, path: str, meaning: Quantity, value: Value) -> Value:
        """Return `value` if it lies within the field's bounds."""
        if not meaning.unit or value is None:
            return value
        if isinstance(value, (list, tuple)):
            value = np.asarray(value, dtype=float)
        parts = (value.p50, value.p95) if isinstance(value, Spread) else (value,)
        ends = [(p.low, p.high) if isinstance(p, Range) else (p, p) for p in parts]
        for end in chain(*ends):
            inside = (end >= meaning.low) & (end <= meaning.high)
            good = inside & (np.isfinite(end) | meaning.endless)
            if not np.all(good):
                first = np.asarray(end)[~np.asarray(good)].flat[0]
                wrong = f"{first:g} is outside {meaning.low:g} to {meaning.high:g}"
                self._refuse(path, wrong, "use a number inside")
        if any(np.any(low > high) for low, high in ends):
            self._refuse(path, "the range runs downwards", "put the smaller number first")
        if isinstance(value, Spread) and np.any(at_means(value.p95) < at_means(value.p50)):
            self._refuse(path, "p95 lies below p50", "set both")
        return float(value) if isinstance(value, int) else value

    def _refuse(self, path: str, wrong: str, remedy: str) -> None:
        raise ScenarioError([Problem(str(self.path or self.name), 0, path, wrong, remedy)])

    def point(self) -> Scenario:
        """Put every range at its mean; spreads keep their shape."""
        return self.mapped(lambda path, meaning, value: at_means(value))._routed()

    def draw(self, n: int = DRAWS, seed: int = SEED, *, only: str | None = None) -> Scenario:
        """Draw every range `n` times along a last axis (or `only` one, the others at their mean).

        Each field has a stream of its own, seeded by its path, so that leaving a stage out
        leaves the other draws alone. Each stream is stratified: one draw per 1/n of probability.
        """
        alone = _stream(only) if only is not None else None

        def drawn(path: str, meaning: Quantity, value: Value) -> Value:
            value = value if alone in (None, _stream(path)) else at_means(value)
            z = None if _plain(value) else _scores(n, f"{seed}:{_stream(path)}")

            def part(of: Value) -> Value:
                if isinstance(of, Range):
                    return np.clip(of.at(z), meaning.low, meaning.high)
                swept = isinstance(of, np.ndarray) and of.ndim == 1
                return of[:, None] if swept and meaning.unit else of

            if not isinstance(value, Spread):
                return part(value)
            p50, p95 = part(value.p50), part(value.p95)
            return Spread(p50, p95 if z is None else np.maximum(p50, p95))

        return self.mapped(drawn)._routed()

    def unknowns(self) -> list[str]:
        """The paths of all fields that hold a range, one for the steps of a loop."""
        found: dict[str, str] = {}
        for path, _, _, value in self.fields():
            if not _plain(value):
                found.setdefault(_stream(path), path)
        return [*found.values()]

    def _routed(self) -> Scenario:
        """Make the shares of each route add up to one, also where they were drawn."""
        if not self.routes:
            return self
        shares: dict[str, Numeric] = {}
        for members in self.routes.values():
            stated = {m: self.stage(m).share for m in members if self.stage(m).share is not None}
            whole = sum(stated.values())
            for member in members:
                rest = np.maximum(0.0, 1.0 - whole)
                size = np.maximum(1.0, whole) if len(stated) < len(members) else whole
                shares[member] = stated[member] / size if member in stated else rest
        stages = (
            replace(s, share=shares[s.name]) if s.name in shares else s for s in self.pipeline
        )
        return replace(self, pipeline=tuple(stages))


def steps(scenario: Scenario, entry: Count) -> Iterator[tuple[Stage, Flow]]:
    """Yield every stage with the flow of requests that takes it, in order."""
    flow = Flow(entry, scenario.world, entry)
    for stage in scenario.pipeline:
        here = stage.arriving(flow)
        yield stage, here
        flow = stage.pass_on(flow).passed(stage.name, here.count)


def _plain(value: Value) -> bool:
    """Say whether a value holds no range."""
    if isinstance(value, Spread):
        return not isinstance(value.p50, Range) and not isinstance(value.p95, Range)
    return not isinstance(value, Range)


def _stream(path: str) -> str:
    """What a field is drawn as: the numbers of a loop are one unknown in all its steps."""
    return re.sub(r"/[^.]*(?=\.(?:rounds|grows_tokens_per_round)$)", "", path)


def _scores(n: int, seed: str) -> np.ndarray:
    """N standard-normal scores, one per stratum, in an order of their own."""
    key = int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=8).digest(), "big")
    return np.random.default_rng(key).permutation(_strata(n))


@lru_cache(maxsize=4)
def _strata(n: int) -> np.ndarray:
    return ndtri((np.arange(n) + 0.5) / n)


__all__ = [
    "DRAWS",
    "SEED",
    "Constraints",
    "Goals",
    "Growth",
    "OtherLine",
    "Pool",
    "Scenario",
    "steps",
]
