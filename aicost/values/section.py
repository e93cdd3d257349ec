"""A section of a scenario: declared fields that remember where their values come from."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, ClassVar, Self

import numpy as np

from aicost.values.charge import Basis, Factor, weakest
from aicost.values.quantities import Quantity, Spread, Value, fields, mean


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from: its basis, its source, the line that states it and its words."""

    basis: Basis
    source: str = ""
    line: int | None = None
    written: str = ""


@dataclass(frozen=True, slots=True)
class Concern:
    """What is wrong, or looks wrong, with a field of a section, and what to do about it."""

    field: str
    wrong: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a scenario file; values are numbers, arrays, ranges, spreads or names."""

    #: What some call a field otherwise, and what to write for it.
    meant: ClassVar[Mapping[str, str]] = {}
    #: Whether leaving a field out says that nobody knows it; else it says something else.
    silent_if_unknown: ClassVar[bool] = True

    origins: Mapping[str, Origin] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def quantities(cls) -> Mapping[str, Quantity]:
        """The declared fields by name."""
        return fields(cls)  # type: ignore[arg-type]  # classes are hashable, whatever __eq__ says

    @classmethod
    def usual_field(cls, name: str, said: Container[str]) -> str:
        """The field of data/defaults.csv that stands in for `name` where nobody wrote it.

        `said` are the fields that hold something; '' where none of it leaves anything to fill.
        """
        return name

    @classmethod
    def nothing_of(cls, said: Collection[str]) -> tuple[str, ...]:
        """The fields that are 0 where nobody wrote them, for what else was said: as FIELD.FIELD."""
        return ()

    @classmethod
    def billed_sections(cls) -> Mapping[str, type[Section]]:
        """The nested sections that can move a bill."""
        return _sections_of(cls, "billed")  # type: ignore[arg-type]  # as above

    @classmethod
    def nested(cls) -> Mapping[str, type[Section]]:
        """The fields that hold a section of their own."""
        return _sections_of(cls, "section")  # type: ignore[arg-type]  # as above

    def bills_like(self, other: Section) -> bool:
        """Say whether another section differs in nothing that can move a bill."""
        if self is other:
            return True
        if type(self) is not type(other):
            return False
        plain = (name for name, meaning in self.quantities().items() if meaning.billed)
        return all(_same(getattr(self, name), getattr(other, name)) for name in plain) and all(
            _bills_like(getattr(self, name), getattr(other, name))
            for name in self.billed_sections()
        )

    def factor(self, name: str, label: str = "", *, unit: str = "") -> Factor:
        """The field `name` as a factor, at its mean over requests."""
        meaning = self.quantities()[name]
        origin = self.origins.get(name, Origin("listed"))
        words = label or name.replace("_", " ")
        value = mean(getattr(self, name))
        note = f"mean of {origin.written}" if origin.written else ""
        return Factor(words, value, unit or meaning.unit, origin.basis, origin.source, note)

    def differs(self, name: str) -> bool:
        """Say whether the field holds anything but the default that leaves all as it is."""
        value, neutral = getattr(self, name), type(self).__dataclass_fields__[name].default
        return isinstance(value, np.ndarray) or (value is not neutral and value != neutral)

    def states(self, name: str) -> bool:
        """Say whether the field belongs into the making of a figure: it differs, or was written.

        A neutral value that somebody wrote is shown; it multiplies by one and adds nothing.
        """
        return name in self.origins or self.differs(name)

    def basis(self, name: str) -> Basis:
        """Who said what a field holds; a neutral default takes nothing away."""
        return self.origins[name].basis if name in self.origins else "listed"

    def _no_better(self, name: str, basis: Basis) -> Basis:
        return weakest([self.basis(name), basis])

    def walk(self, prefix: str) -> Iterator[tuple[str, Section, str, Value]]:
        """Yield (path, section, field, value) of every declared field, nested ones too."""
        for name in self.quantities():
            yield f"{prefix}.{name}", self, name, getattr(self, name)
        for name in self.nested():
            inner = getattr(self, name)
            if inner is not None:
                yield from inner.walk(f"{prefix}.{name}")

    def mapped(self, prefix: str, change: Any, said: Callable[[str], Origin] | None = None) -> Self:
        """The section with `change(path, quantity, value)` applied to every field.

        What it changes is remembered to come from `said(path)`, where that is given; a weaker
        basis stays.
        """
        new = {
            name: change(f"{prefix}.{name}", meaning, getattr(self, name))
            for name, meaning in self.quantities().items()
        }
        for name in self.nested():
            inner = getattr(self, name)
            if inner is not None:
                new[name] = inner.mapped(f"{prefix}.{name}", change, said)
        changed = {k: v for k, v in new.items() if v is not getattr(self, k)}
        if said is not None and changed:
            own = {name: said(f"{prefix}.{name}") for name in changed if name in self.quantities()}
            kept = {
                name: replace(origin, basis=self._no_better(name, origin.basis))
                for name, origin in own.items()
            }
            changed["origins"] = {**self.origins, **kept}
        return replace(self, **changed) if changed else self


@cache
def _sections_of(cls: type[Section], told: str) -> Mapping[str, type[Section]]:
    every = dataclasses.fields(cls)
    return {f.name: f.metadata["section"] for f in every if f.metadata.get(told)}


def _same(a: Value, b: Value) -> bool:
    """Say whether two values are the same; arrays only where they are one."""
    if isinstance(a, Spread) and isinstance(b, Spread):
        return _same(a.p50, b.p50) and _same(a.p95, b.p95)
    return a is b or (not isinstance(a, np.ndarray) and not isinstance(b, np.ndarray) and a == b)


def _bills_like(a: Section | None, b: Section | None) -> bool:
    return a is b or (a is not None and b is not None and a.bills_like(b))


def section(
    cls: type[Section], doc: str, *, billed: bool = True, default: Section | None = None
) -> Any:
    """Declare a field that holds a section of its own, or nothing."""
    told = {"section": cls, "doc": doc, "billed": billed}
    return dataclasses.field(default=default, metadata=told)
