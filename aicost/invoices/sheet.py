"""A table of text as an invoice has it: a header, rows with their lines, and what stands above."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Line = tuple[int, list[str]]  # number of a line in the file, and its cells


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell by its line and the heading of its column."""

    line: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The header and the rows of an export, what stands above them, and how decimals are marked."""

    head: Sequence[str]
    body: Sequence[Line]
    above: Mapping[str, str]
    comma: bool

    def cells(self, column: int) -> list[Cell]:
        """The cells of a column, from top to bottom."""
        return [Cell(line, self.head[column], row[column]) for line, row in self.body]


def rows_of(text: str, delimiter: str) -> Iterator[Line]:
    """Yield line number and cells of each row that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for row in reader:
        if any(cell.strip() for cell in row):
            yield reader.line_num, row
