"""The kit's one row format: a value with unit, validity, context, source, read from CSV files."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path

from aicost.values.suggest import did_you_mean

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
CONFIDENCES = ("checked", "listed", "imported", "secondary", "assumed")


class BookError(LookupError):
    """A row that is missing, ambiguous or malformed: what is wrong, and what to do about it."""

    def __init__(self, wrong: str, remedy: str = "") -> None:
        super().__init__(f"{wrong}; {remedy}" if remedy else wrong)
        self.wrong, self.remedy = wrong, remedy


class NotInForceError(BookError):
    """A price that exists, but not on the day asked for."""


@dataclass(frozen=True, slots=True)
class Row:
    """One cell of the book: a value with its unit, validity and source.

    `text` is the exact decimal, `value` the float; `valid_to` is the first day on which the row
    no longer holds; `tier_gt` is a strict threshold on a request's total input; `original` is
    the amount before conversion to USD ('' where none took place).
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

    def day(column: str) -> date | None:
        text = fields.get(column, "")
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise BookError(f"{where}: {column}: {text!r} is no date", "write 2026-11-23") from None

    for column in REQUIRED:
        if not fields.get(column, ""):
            raise BookError(f"{where}: {column}: is empty", "every row needs one")
    try:
        amount = Decimal(fields["value"])
        tier = int(fields.get("tier_gt") or 0)
    except (InvalidOperation, ValueError):
        raise BookError(f"{where}: value, tier_gt: not plain numbers") from None
    if not amount.is_finite() or amount < 0 or tier < 0:
        raise BookError(f"{where}: value, tier_gt: must be finite and not negative")
    confidence = fields.get("confidence") or "listed"
    if confidence not in CONFIDENCES:
        raise BookError(f"{where}: confidence: {confidence!r} is none of {', '.join(CONFIDENCES)}")
    start, end, read_on = day("valid_from"), day("valid_to"), day("read_on")
    if start and end and end < start:
        raise BookError(f"{where}: valid_to: {end} is before valid_from {start}")
    assert read_on is not None  # required above
    return Row(
        item=fields["item"],
        parameter=fields["parameter"],
        text=fields["value"],
        unit=fields["unit"],
        currency=fields.get("currency", ""),
        valid_from=start,
        valid_to=end,
        context=fields.get("context", ""),
        tier_gt=tier,
        schedule=fields.get("schedule", ""),
        source=fields["source"],
        read_on=read_on,
        confidence=confidence,
        corrects=fields.get("corrects", ""),
        note=fields.get("note", ""),
        layer=layer,
        line=line,
    )


def read_text(path: Path) -> str:
    """Text of a CSV file, gzipped or not, with one kind of line end."""
    raw = path.read_bytes()
    raw = gzip.decompress(raw) if path.suffix == ".gz" else raw
    return raw.decode("utf-8-sig").replace("\r\n", "\n")


class RowFile:
    """One CSV file, its records grouped by item and turned into rows only when asked for."""

    def __init__(self, path: Path) -> None:
        text = read_text(path)
        self.path, self.name = path, path.name
        self.digest = hashlib.sha256(text.encode()).hexdigest()
        reader = csv.reader(io.StringIO(text, newline=""))
        self.columns = next(reader, [])
        self._check_columns()
        self.records: dict[str, list[tuple[int, list[str]]]] = {}
        item = self.columns.index("item")
        newest = self.columns.index("read_on")
        self.read_on = ""
        for record in reader:
            if len(record) != len(self.columns):
                raise BookError(
                    f"{self.name}:{reader.line_num}: {len(record)} fields where the header has "
                    f"{len(self.columns)}",
                    "quote texts that hold a comma",
                )
            self.records.setdefault(record[item], []).append((reader.line_num, record))
            self.read_on = max(self.read_on, record[newest])
        self._rows: dict[str, tuple[Row, ...]] = {}

    def _check_columns(self) -> None:
        for column in self.columns:
            if column not in COLUMNS:
                raise BookError(
                    f"{self.name}:1: no column {column!r}", did_you_mean(column, COLUMNS)
                )
        for column in REQUIRED:
            if column not in self.columns:
                raise BookError(f"{self.name}:1: column {column!r} is missing")

    def rows(self, item: str) -> tuple[Row, ...]:
        """Rows of an item, without those that a row further down corrects."""
        if item not in self._rows:
            rows = [
                parse_row(
                    dict(zip(self.columns, record, strict=True)),
                    where=f"{self.name}:{line}",
                    layer=self.name,
                    line=line,
                )
                for line, record in self.records.get(item, ())
            ]
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
                    f"{self.name}:{row.line}: corrects: {row.item} has no row {old} above"
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
    except OSError:
        raise BookError(f"{path}: no such file") from None
    return _read(path, (stat.st_ino, stat.st_size, stat.st_mtime_ns))
