"""What is wrong with a file, one line each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aicost.values.hidden import plain


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file, and what to do about it."""

    file: str
    line: int
    key: str
    wrong: str
    remedy: str

    def __str__(self) -> str:
        """Return it as one line, whatever the file had in it."""
        where = f"{self.file}:{self.line}" if self.line else self.file  # code has no lines
        return plain(f"{where}: {self.key}: {self.wrong}; {self.remedy}")


def expect(value: object, kind: type | tuple[type, ...], told: str) -> None:
    """Raise TypeError with what is `told` where a value of Python is of another kind."""
    if not isinstance(value, kind):
        raise TypeError(f"{told}; this is of type {type(value).__name__}")


class ScenarioError(ValueError):
    """A scenario that cannot be used, one line per independent problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.file, p.line)))
        super().__init__("\n".join(str(p) for p in self.problems))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)  # a pool of processes hands it on
