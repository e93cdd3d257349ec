"""The columns of an invoice that are read, from a file that may have a million rows."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from aicost.values.table_file import TableError, TableFile

HEADER_WITHIN = 40  # rows before the header: Google's cost table starts with eight of its own
DELIMITERS = (",", ";", "\t", "|")
Line = tuple[int, list[str]]  # number of a line in the file, and its cells


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell by its line and the heading of its column."""

    line: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The header of an export, what stands above it, and where its rows are."""

    file: TableFile
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


@dataclass(slots=True)
class Columns:
    """The cells that are read of many rows, each text kept once; rows without a service whole."""

    lines: array[int] = field(default_factory=lambda: array("L"))
    costs: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    nameless: dict[int, list[str]] = field(default_factory=dict)


def tops(file: TableFile) -> Iterator[tuple[str, list[Line]]]:
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
