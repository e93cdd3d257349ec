"""The kit's one row format: a value with unit, validity, context, source, read from CSV files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from aicost.values.currencies import CODES
from aicost.values.suggest import instead
from aicost.values.table_file import (
    TableError,
    TableFile,
    check_header,
    check_row,
    plain_number,
    separated,
)

MOST_BYTES = 64_000_000  # of a file of prices, unpacked: forty times the kit's largest
COLUMNS = (
    "item",
    "parameter",
    "value",
    "unit",
    "currency",
    "valid_from",
    "valid_to",
    "context",
    "tier_gt",
    "schedule",
    "source",
    "read_on",
    "confidence",
    "corrects",
    "note",
)
REQUIRED = ("item", "parameter", "value", "unit", "source", "read_on")
FREE_OF_BREAKS = ("item", "parameter", "unit", "context", "schedule")  # names, on one line
#: What some lists have a second name for: one thing, which is never billed under both.
ONE_NAME = {"input_audio_hour": "audio_hour"}
CONFIDENCES = ("checked", "listed", "imported", "secondary", "assumed")


class BookError(LookupError):
    """A row that is missing, ambiguous or malformed: what is wrong, and what to do about it."""

    def __init__(self, wrong: str, remedy: str = "") -> None:
        super().__init__(f"{wrong}; {remedy}" if remedy else wrong)
        self.wrong, self.remedy = wrong, remedy

    def __reduce__(self) -> tuple[type[BookError], tuple[str, str]]:
        return type(self), (self.wrong, self.remedy)  # a pool of processes hands it on


class NotInForceError(BookError):
    """A price that exists, but not on the day asked for."""


@contextmanager
def book_errors() -> Iterator[None]:
    """Turn what is wrong with a table into a BookError."""
    try:
        yield
    except TableError as error:
        wrong = f"{error.file}:{error.line}: {error.column}: {error.wrong}"
        raise BookError(wrong, error.remedy) from None


@dataclass(frozen=True, slots=True)
class Row:
    """One cell of the book: a value with its unit, validity and source.

    `text` is the exact decimal, `value` the float; `valid_to` is the first day on which the row
    no longer holds; `tier_gt` is a strict threshold on a request's total input; `original` is
    the amount before conversion to USD ('' where none took place), or before the `rules` of a
    contract and of a place, which are the rows that it was changed by.
    """

    item: str
    parameter: str
    text: str
    unit: str
    currency: str
    valid_from: date | None
    valid_to: date | None
    context: str
    tier_gt: int
    schedule: str
    source: str
    read_on: date
    confidence: str
    corrects: str
    note: str
    layer: str
    line: int
    original: str = ""
    rules: tuple[Row, ...] = ()

    @property
    def value(self) -> float:
        """The value as a float."""
        return float(self.text)

    @property
    def key(self) -> tuple[str, str, str, int, str]:
        """What one row at most answers for on any one day."""
        return (self.item, self.parameter, self.context, self.tier_gt, self.schedule)

    @property
    def id(self) -> str:
        """Ten hex digits that stay the same wherever the row is read; `corrects` names them."""
        parts = (*self.key, self.text, self.unit, self.currency, self.valid_from, self.valid_to)
        text = "|".join("" if part is None else str(part) for part in parts)
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    def holds_on(self, day: date) -> bool:
        """Whether the row is in force on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )


def parse_row(fields: dict[str, str], *, where: str, layer: str, line: int) -> Row:
    """A `Row` from one CSV record, checked; BookError says file, line, column and remedy."""
    for column, text in fields.items():
        if text != text.strip():
            raise BookError(
                f"{where}: {column}: {text!r} has a space at its end", f"write {text.strip()!r}"
            )
    for column in FREE_OF_BREAKS:
        if not fields.get(column, "").isprintable():
            wrong = f"{where}: {column}: {fields[column]!r} has a break in it"
            raise BookError(wrong, "write it on one line, with blanks")
    for column in REQUIRED:
        if not fields.get(column, ""):
            raise BookError(f"{where}: {column}: is empty", "every row needs one")
    check_number(fields["value"], f"{where}: value")
    tier = check_number(fields.get("tier_gt") or "0", f"{where}: tier_gt")
    if tier != int(tier):
        raise BookError(f"{where}: tier_gt: {fields['tier_gt']!r} is not whole", "write 200000")
    confidence = fields.get("confidence") or "listed"
    if confidence not in CONFIDENCES:
        raise BookError(
            f"{where}: confidence: {confidence!r} is none of {', '.join(CONFIDENCES)}",
            "write listed",
        )
    start, end, read_on = (
        _day(fields.get(column, ""), f"{where}: {column}")
        for column in ("valid_from", "valid_to", "read_on")
    )
    if start and end and end < start:
        raise BookError(
            f"{where}: valid_to: {end} is before valid_from {start}", "write a later day"
        )
    check_currency(fields.get("currency", ""), fields["unit"], where)
    assert read_on is not None  # required above
    return Row(
        item=fields["item"],
        parameter=ONE_NAME.get(fields["parameter"], fields["parameter"]),
        text=fields["value"],
        unit=fields["unit"],
        currency=fields.get("currency", ""),
        valid_from=start,
        valid_to=end,
        context=fields.get("context", ""),
        tier_gt=int(tier),
        schedule=fields.get("schedule", ""),
        source=fields["source"],
        read_on=read_on,
        confidence=confidence,
        corrects=fields.get("corrects", ""),
        note=fields.get("note", ""),
        layer=layer,
        line=line,
    )


def _day(text: str, where: str) -> date | None:
    try:
        if text and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError(text)
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BookError(f"{where}: {text!r} is no date", "write 2026-11-23") from None


def check_number(text: str, where: str) -> float:
    """The number of a cell: finite, not negative, below 1e15. Raises BookError."""
    value = plain_number(text)
    if value is None:
        raise BookError(f"{where}: {text!r} is not a plain number", "write it as 1234.56")
    if value < 0:
        raise BookError(f"{where}: {text!r} is negative", "write 0 or more")
    return value


def check_currency(currency: str, unit: str, where: str) -> None:
    """Raise BookError for a currency that is no code, or a unit in another one."""
    if currency not in CODES | {"", "USD"}:
        raise BookError(
            f"{where}: currency: {currency!r} is no currency", "write its code, such as USD or EUR"
        )
    sold = re.match(r"[A-Z]{3}(?=/)|[€£¥]", unit)
    if sold and sold[0] in CODES | {"USD", *"€£¥"} and sold[0] != (currency or "USD"):
        remedy = f"write {sold[0]} in both" if sold[0].isalpha() else "write a code such as EUR"
        raise BookError(f"{where}: unit: {unit} beside the currency {currency or 'USD'}", remedy)


def read_text(path: Path) -> str:
    """Text of a CSV file, gzipped or not, with one kind of line end. Raises BookError."""
    with book_errors():
        return TableFile(path, most_bytes=MOST_BYTES, called=path.name).text()


class RowFile:
    """One CSV file, its records grouped by item and turned into rows only when asked for."""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.name
        self.records: dict[str, list[tuple[int, list[str]]]] = {}
        self.read_on = ""
        self._rows: dict[str, tuple[Row, ...]] = {}
        self._said: dict[str, frozenset[str]] = {}
        with book_errors():
            self._read(TableFile(path, most_bytes=MOST_BYTES, called=path.name))

    def _read(self, table: TableFile) -> None:
        text = table.text()
        self.digest = hashlib.sha256(text.encode()).hexdigest()
        plain = text.isascii() and text.replace("\n", "").isprintable()  # looked at as a whole
        lines = table.rows()
        first, self.columns = next(lines, (1, []))
        self._check_columns(first, table)
        item, newest = self.columns.index("item"), self.columns.index("read_on")
        value = self.columns.index("value")
        days: dict[str, int] = {}
        values: set[str] = set()
        for line, record in lines:
            if not plain or len(record) != len(self.columns):
                check_row(table, line, record, self.columns)
            if record[value] not in values:
                check_number(record[value].strip() or "0", f"{self.name}:{line}: value")
                values.add(record[value])
            self.records.setdefault(record[item], []).append((line, record))
            days.setdefault(record[newest], line)
        for text, line in days.items():
            _day(text, f"{self.name}:{line}: read_on")
        self.read_on = max(days, default="")

    def _check_columns(self, line: int, table: TableFile) -> None:
        for column in self.columns:
            if column not in COLUMNS:
                remedy = separated(self.columns) or instead(column, COLUMNS)
                raise BookError(f"{self.name}:{line}: no column {column!r}", remedy)
        check_header(table, line, self.columns, REQUIRED)

    def said(self, column: str) -> frozenset[str]:
        """Every text that a column holds."""
        if column not in self.columns:
            return frozenset({""})
        if column not in self._said:
            at, found = self.columns.index(column), self.records.values()
            self._said[column] = frozenset(record[at] for each in found for _, record in each)
        return self._said[column]

    def having(self, parameters: Collection[str]) -> list[str]:
        """Items with a row of one of these parameters."""
        at = self.columns.index("parameter")
        return [
            i for i, found in self.records.items() if any(r[at] in parameters for _, r in found)
        ]

    def rows(self, item: str) -> tuple[Row, ...]:
        """Rows of an item, without those that a row further down corrects."""
        if item not in self._rows:
            rows: list[Row] = []
            for line, record in self.records.get(item, ()):
                fields = dict(zip(self.columns, record, strict=True))
                where = f"{self.name}:{line}"
                row = parse_row(fields, where=where, layer=self.name, line=line)
                again = row.parameter != fields["parameter"] and row.id in {r.id for r in rows}
                if not again:  # said under its second name too
                    rows.append(row)
            self._rows[item] = self._corrected(rows)
        return self._rows[item]

    def _corrected(self, rows: list[Row]) -> tuple[Row, ...]:
        """Rows in force of a file: a row takes those above it away that its `corrects` names."""
        if not any(row.corrects for row in rows):
            return tuple(rows)
        left: list[tuple[str, Row]] = []
        seen: set[str] = set()
        for row in rows:
            gone = set(row.corrects.split())
            for old in gone - seen:
                raise BookError(
                    f"{self.name}:{row.line}: corrects: {row.item} has no row {old} above",
                    "`aicost prices show` prints the id of each row in brackets",
                )
            left = [(name, one) for name, one in left if name not in gone]
            left.append((row.id, row))
            seen.add(row.id)
        return tuple(row for _, row in left)


@lru_cache(maxsize=64)
def _read(path: Path, stamp: tuple[int, ...]) -> RowFile:
    """A file, read once for as long as its `stamp` (inode, size, time of change) stays the same."""
    return RowFile(path)


def read_rows(path: Path) -> RowFile:
    """The rows of a CSV file, gzipped or not."""
    try:
        stat = path.stat()
    except (OSError, ValueError):
        raise BookError(f"{path}:1: file: no such file", "check the path") from None
    return _read(path, (stat.st_ino, stat.st_size, stat.st_mtime_ns))
