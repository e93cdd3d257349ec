"""A table of text in a file: found, unpacked, decoded and cut into cells.

All tables that people hand in are read here: prices, invoices, cases, and the kit's own data. What
is wrong with one is one line that names file, line, column and remedy. A file is UTF-8, UTF-16 with
its mark, or Windows-1252 (which Excel writes in the west, and which holds Latin-1); gzipped or not.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import math
import re
import stat
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from aicost.values.formatting import plural
from aicost.values.hidden import hidden, plain
from aicost.values.suggest import nearest

MOST_BYTES = 256_000_000  # of a table, unpacked: two million rows of an invoice
CHUNK = 1 << 20
#: How files begin that are no tables of text.
NO_TABLES = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive", "save it as CSV"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook", "save it as CSV"),
    (b"%PDF", "a PDF", "export it as CSV"),
    (b"PAR1", "a Parquet file", "export it as CSV"),
)
_MARKED = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PAIR = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")  # a letter in UTF-8, next to none in Windows-1252
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,40})?([eE][-+]?[0-9]{1,3})?")
MOST = 1e15  # beyond any price, amount or size
#: What the csv module says of a row, and what we say.
_BROKEN = (
    ("unexpected end", "a quote is opened and never closed", "close it, or write it twice"),
    ("expected after", "more text after a closing quote", "write a quote inside a text twice"),
    ("field limit", "a field of more than 131,072 letters", "shorten it, or close its quote"),
)


class TableError(ValueError):
    """A table that cannot be read: where, what is wrong, and what to do about it."""

    def __init__(self, file: str, line: int, column: str, wrong: str, remedy: str) -> None:
        super().__init__(plain(f"{file}:{line}: {column}: {wrong}; {remedy}"))
        self.file, self.line, self.column = file, line, column
        self.wrong, self.remedy = wrong, remedy


class TableFile:
    """The bytes of a table, checked to be text of one encoding; its rows are cut when asked for."""

    def __init__(self, path: Path, *, most_bytes: int = MOST_BYTES, called: str = "") -> None:
        self.path, self.called = path, called or str(path)
        self._raw = self._unpacked(self._read(most_bytes), most_bytes)
        self.encoding = self._encoding()

    def error(self, line: int, column: str, wrong: str, remedy: str) -> TableError:
        """What is wrong with this file, to be raised."""
        return TableError(self.called, line, column, wrong, remedy)

    def text(self) -> str:
        """All of it, with one kind of line end."""
        return self._raw.decode(self.encoding).replace("\r\n", "\n")

    def rows(self, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
        """Yield the line where each row begins and its cells; blank rows are passed over."""
        stream = io.TextIOWrapper(io.BytesIO(self._raw), encoding=self.encoding, newline="")
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        line = 1
        try:
            for row in reader:
                if row and (row[0].strip() or any(map(str.strip, row))):
                    yield line, row
                line = reader.line_num + 1
        except csv.Error as error:
            said = ((w, r) for sign, w, r in _BROKEN if sign in str(error))
            raise self.error(line, "row", *next(said, (f"{error}", "export it again"))) from None

    # ---- from a path to text

    def _read(self, most: int) -> bytes:
        try:
            found = self.path.stat()
            if stat.S_ISDIR(found.st_mode):
                raise self.error(1, "file", "it is a folder", "name a file in it")
            if not stat.S_ISREG(found.st_mode):
                raise self.error(1, "file", "it is no file on a disk", "save it to a file first")
            if found.st_size > most:
                raise self._too_large(most)
            with self.path.open("rb") as file:
                return file.read(most + 1)
        except OSError as error:
            wrong = (error.strerror or "cannot be read").lower()
        except ValueError as error:
            if isinstance(error, TableError):
                raise
            wrong = "no name of a file"  # a NUL in it
        raise self.error(1, "file", wrong, "check the path")

    def _unpacked(self, raw: bytes, most: int) -> bytes:
        if raw.startswith(b"\x1f\x8b"):
            try:
                with gzip.GzipFile(fileobj=io.BytesIO(raw)) as packed:
                    raw = packed.read(most + 1)
            except EOFError:
                raise self.error(1, "file", "it ends half-way", "copy it again") from None
            except (OSError, zlib.error):
                raise self.error(1, "file", "a damaged gzip file", "copy it again") from None
        elif self.path.suffix == ".gz":
            raise self.error(1, "file", "no gzip file", "name it without .gz, or copy it again")
        if len(raw) > most:
            raise self._too_large(most)
        for start, what, remedy in NO_TABLES:
            if raw.startswith(start):
                raise self.error(1, "file", what, remedy)
        return raw

    def _too_large(self, most: int) -> TableError:
        wrong = f"more than {most / 1e6:,.0f} MB of text"
        return self.error(1, "file", wrong, "cut it into parts, or group its rows")

    def _encoding(self) -> str:
        """How it is written: as its mark says, else in UTF-8, else in Windows-1252."""
        if not self._raw[:CHUNK].strip(b"\xef\xbb\xbf\xff\xfe\0 ,;\t\r\n"):
            raise self.error(1, "file", "it is empty", "export it again")
        first = "utf-16" if self._raw[:2] in _MARKED else "utf-8-sig"
        at = self._undecodable(first)
        if at is None:
            return first
        unmarked = first == "utf-8-sig" and not _PAIR.search(self._raw)
        if unmarked and self._undecodable("cp1252") is None:
            return "cp1252"
        line = self._raw.count(b"\n", 0, at) + 1
        wrong = "neither UTF-8, UTF-16 nor Windows-1252 text"
        raise self.error(line, "file", wrong, "save it as CSV UTF-8")

    def _undecodable(self, coding: str) -> int | None:
        """About which byte is no letter of an encoding, or a NUL; none where all are."""
        decoder = codecs.getincrementaldecoder(coding)()
        for start in range(0, len(self._raw) + 1, CHUNK):
            part, last = self._raw[start : start + CHUNK], start + CHUNK > len(self._raw)
            try:
                text = decoder.decode(part, last)
            except UnicodeDecodeError as error:
                return start + error.start
            if "\0" in text:
                return start + max(part.find(b"\0"), 0)
        return None


# ---- columns and cells


class Record(dict[str, str]):
    """The cells of a row by the names of its columns, with its place in a file."""

    def __init__(self, table: TableFile, line: int, cells: dict[str, str]) -> None:
        super().__init__(cells)
        self.table, self.line = table, line

    def error(self, column: str, wrong: str, remedy: str) -> TableError:
        """What is wrong with a cell, to be raised."""
        return self.table.error(self.line, column, wrong, remedy)

    def number(self, column: str, *, low: float = -MOST, high: float = MOST) -> float:
        """A cell as a finite number within bounds. Raises TableError."""
        value = plain_number(self.get(column, ""))
        if value is None:
            said = repr(self[column]) if self.get(column) else "an empty cell"
            raise self.error(column, f"{said} is not a number", "write it as 1234.56")
        if not low <= value <= high:
            wrong = f"{self[column]} is too {'small' if value < low else 'large'}"
            bound = f"{low:.12g} or more" if value < low else f"{high:.12g} or less"
            raise self.error(column, wrong, f"write {bound}")
        return value

    def whole(self, column: str, *, low: int = 0) -> int:
        """A cell as a whole number. Raises TableError."""
        value = self.number(column, low=low)
        if value != int(value):
            raise self.error(column, f"{self[column]} is not whole", "write a whole number")
        return int(value)


def plain_number(text: str) -> float | None:
    """A number of ASCII digits with a point, below 1e15; None for any other text.

    >>> plain_number("1e3"), plain_number("1e400"), plain_number("nan"), plain_number("12 EUR")
    (1000.0, None, None, None)
    """
    value = float(text) if _NUMBER.fullmatch(text) else math.inf
    return value if abs(value) <= MOST else None


def records(
    path: Path,
    needed: Iterable[str],
    *,
    most_bytes: int = MOST_BYTES,
    called: str = "",
    prose: bool = False,
) -> Iterator[Record]:
    """Yield the rows of a table of named columns, separated by commas.

    Parameters
    ----------
    path : the file. [Path]
    needed : columns that have to be there; others may. [names]
    most_bytes : size above which it is refused. [B]
    called : what the file is called in an error, its path where empty. [name]
    prose : whether cells are texts of people, whose lines and blanks become one blank each. [flag]

    Raises
    ------
    TableError : what is wrong with the file, its header or a row.
    """
    table = TableFile(path, most_bytes=most_bytes, called=called)
    rows = table.rows()
    line, head = next(rows, (1, []))
    check_header(table, line, head, needed)
    for line, row in rows:
        row = [" ".join(cell.split()) for cell in row] if prose else row
        check_row(table, line, row, head)
        yield Record(table, line, dict(zip(head, row, strict=True)))


def check_header(table: TableFile, line: int, head: list[str], needed: Iterable[str]) -> None:
    """Raise TableError for a column that is missing, stands there twice or has no name."""
    for column in head:
        if head.count(column) > 1:
            named = f"column {column!r}" if column else "a column without a name"
            raise table.error(line, column or "header", f"{named} stands twice", "remove one")
    for column in needed:
        if column not in head:
            near = nearest(column, head)
            remedy = f"rename {near[0]!r}" if near else separated(head) or "add it"
            raise table.error(line, column, "no such column", remedy)


def separated(head: list[str]) -> str:
    """What to do about a header whose cells are parted by another sign than a comma."""
    other = next((sign for sign in ";\t|" if len(head) == 1 and sign in head[0]), "")
    named = {";": "semicolons", "\t": "tabs", "|": "bars"}
    return f"save it with commas in place of {named[other]}" if other else ""


def check_row(table: TableFile, line: int, row: list[str], head: list[str]) -> None:
    """Raise TableError for a row of another length, or with letters that cannot be seen."""
    if len(row) != len(head):
        wrong = f"{len(row)} {plural('field', str(len(row)))} where the header has {len(head)}"
        raise table.error(line, "row", wrong, "quote texts that hold a comma, fill short rows up")
    whole = "".join(row)
    if whole.isascii() and whole.isprintable():
        return
    for column, cell in zip(head, row, strict=True):
        if letter := hidden(cell):
            raise table.error(line, column, f"a letter that cannot be seen, {letter}", "remove it")
