"""What an accuracy run found: errors of a formula on the rows of a case file, and the bar."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True, slots=True)
class Part:
    """Errors of one group of rows; `left_out` and `failed` say which row and why."""

    name: str
    errors: Sequence[float]
    left_out: Sequence[str] = ()
    failed: Sequence[str] = ()

    def line(self) -> str:
        """Rows held, median, 90th percentile and worst error in one line."""
        found = np.asarray(self.errors or [np.nan])
        middle, high = (np.quantile(found, q, method="higher") for q in (0.5, 0.9))
        return (
            f"{self.name}: n {len(self.errors)}, left out {len(self.left_out)}, median "
            f"{middle:.3g}, p90 {high:.3g}, worst {found.max():.3g}, past the bar "
            f"{len(self.failed)}"
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What one run found, part by part."""

    topic: str
    file: str
    bar: str
    parts: tuple[Part, ...]

    @property
    def passed(self) -> bool:
        """Whether there was a row and none was past the bar."""
        return any(part.errors for part in self.parts) and not any(p.failed for p in self.parts)

    def __str__(self) -> str:
        verdict = "passed" if self.passed else "NOT passed"
        lines = [f"{self.topic}, {self.file}: {verdict}; bar: {self.bar}"]
        for part in self.parts:
            lines.append(f"  {part.line()}")
            lines += [f"    left out: {text}" for text in part.left_out]
            lines += [f"    past the bar: {text}" for text in part.failed]
        return "\n".join(lines)


def read_cases(path: Path, *needed: str) -> Iterator[dict[str, str]]:
    """Rows of a case file, which has to have some columns."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [column for column in needed if column not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"{path.name}:1: no column {', '.join(missing)}")
        yield from reader
