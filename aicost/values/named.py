"""Sections of one kind under names that the client chooses, such as the fees of a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

from aicost.values.quantities import Value
from aicost.values.section import Origin, Section


@dataclass(frozen=True, kw_only=True)
class Named(Section):
    """Sections by name; where a plain value stands for one, it is its field `short`."""

    of: ClassVar[type[Section]]
    short: ClassVar[str]

    parts: Mapping[str, Section] = field(
        default_factory=dict, metadata={"doc": "the sections by name"}
    )

    def walk(self, prefix: str) -> Iterator[tuple[str, Section, str, Value]]:
        for name, part in self.parts.items():
            here = f"{prefix}.{name}"
            for path, section, key, value in part.walk(here):
                yield here if path == f"{here}.{self.short}" else path, section, key, value

    def mapped(self, prefix: str, change: Any, said: Callable[[str], Origin] | None = None) -> Self:
        new = {name: self._mapped(f"{prefix}.{name}", name, change, said) for name in self.parts}
        same = all(new[name] is part for name, part in self.parts.items())
        return self if same else replace(self, parts=new)

    def _mapped(
        self, here: str, name: str, change: Any, said: Callable[[str], Origin] | None
    ) -> Section:
        def known(path: str) -> str:
            return here if path == f"{here}.{self.short}" else path

        told = said and (lambda path: said(known(path)))
        return self.parts[name].mapped(here, lambda path, *of: change(known(path), *of), told)

    def bills_like(self, other: Section) -> bool:
        if not isinstance(other, Named) or self.parts.keys() != other.parts.keys():
            return False
        return all(part.bills_like(other.parts[name]) for name, part in self.parts.items())

    @property
    def said(self) -> set[str]:
        """The names of which anything was said."""
        return {name for name, part in self.parts.items() if part.origins}

    def with_room(self, name: str) -> Self:
        """The same with nothing under a name where there is none yet."""
        nothing = self.of(**{self.short: 0.0})  # type: ignore[arg-type]  # a value, no origins
        return self if name in self.parts else replace(self, parts={**self.parts, name: nothing})


def pairs(a: Named, b: Named) -> Iterator[tuple[str, Section, Section]]:
    """Yield each name with what both have there; what one has not is as the other's, at nothing."""
    for name in dict.fromkeys([*a.parts, *b.parts]):
        sides = [side.parts.get(name) for side in (a, b)]
        there = next(part for part in sides if part is not None)
        nothing = replace(there, origins={}, **{a.short: 0.0})
        first, second = (nothing if part is None else part for part in sides)
        yield name, first, second
