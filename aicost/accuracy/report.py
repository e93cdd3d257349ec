"""What an accuracy run found: errors of a formula on the rows of a case file, and the bar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aicost.values.table_file import Record, records


@dataclass(frozen=True, slots=True)
class Part:
    """Errors of one group of rows; `left_out` and `failed` say which row and why.

    One that is not `judged` is shown for comparison and has no bar.
    """

    name: str
    errors: Sequence[float]
    left_out: Sequence[str] = ()
    failed: Sequence[str] = ()
    judged: bool = True

    @property
    def passed(self) -> bool:
        """Whether no row is past the bar, nor an error that is no number."""
        return not self.judged or not (self.failed or np.isnan(self.errors).any())

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
        """Whether a row was judged, and none was past the bar."""
        judged = any(part.errors for part in self.parts if part.judged)
        return judged and all(part.passed for part in self.parts)

    def __str__(self) -> str:
        verdict = "passed" if self.passed else "NOT passed"
        if not any(part.errors for part in self.parts if part.judged):
            verdict += ", no row was held"
        lines = [f"{self.topic}, {self.file}: {verdict}; bar: {self.bar}"]
        for part in self.parts:
            lines.append(f"  {part.line()}")
            for text, times in Counter(part.left_out).items():
                lines.append(f"    left out: {text}" + (f" ({times} rows)" if times > 1 else ""))
            lines += [f"    past the bar: {text}" for text in part.failed]
        return "\n".join(lines)


def read_cases(path: Path, *needed: str) -> tuple[Record, ...]:
    """Rows of a case file, which has to have some columns.

    Raises TableError, a ValueError, for a file, a header or a row that cannot be read.
    """
    return tuple(records(path, needed, called=path.name))
