"""The table of an invoice: which rows stand above its header, and what stands below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, Protocol

from aicost.values.table_file import TableError

HEADER_WITHIN = 40  # rows before the header: Google's cost table starts with eight of its own
DELIMITERS = (",", ";", "\t", "|")
Line = tuple[int, list[str]]  # number of a line in the file, and its cells


class TextRows(Protocol):
    """A table: a file of text cut at a separator, or a sheet of a workbook."""

    def rows(self, delimiter: str = ",") -> Iterator[Line]:
        """Yield the line where each row begins and its cells."""
        ...


class Cell(NamedTuple):
    """A cell by its line and the heading of its column."""

    line: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The header of an export, what stands above it, and where its rows are."""

    file: TextRows
    delimiter: str
    line: int
    head: Sequence[str]
    above: Mapping[str, str]
    skipped: int  # rows up to the header, itself among them

    @property
    def comma(self) -> bool:
        """Whether decimals are likely to follow a comma, since cells do not."""
        return self.delimiter == ";"

    def body(self) -> Iterator[Line]:
        """Yield every row below the header."""
        return islice(self.file.rows(self.delimiter), self.skipped, None)

    def cell(self, line: int, at: int, text: str) -> Cell:
        """A cell of a row by where its column stands."""
        return Cell(line, self.head[at].strip(), text)


def tops(file: TextRows) -> Iterator[tuple[str, list[Line]]]:
    """Yield the first rows of a file as each separator cuts them.

    Raises TableError where none of them cuts it.
    """
    first: TableError | None = None
    cut = False
    for delimiter in DELIMITERS:
        try:
            found = list(islice(file.rows(delimiter), HEADER_WITHIN))
        except TableError as error:
            first = first or error
            continue
        cut = True
        yield delimiter, found
    if first and not cut:
        raise first
