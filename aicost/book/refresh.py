"""Keep the imported layers of the price book current: compare, choose, append.

Nothing is deleted or overwritten. A price that changed is a new row whose `corrects` names the
rows it replaces; a price that vanished gets a copy of its row with an end. Each refresh leaves a
row of its own, which says on which day the whole layer was compared and how much still differs.
The rules of names are no prices: they are taken over as a whole.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from aicost.book.book import Book
from aicost.book.calendars import read_calendars
from aicost.book.data_files import COMPARED, NAMES_FILE, SCHEDULE_FILE
from aicost.book.flat import Flat, Record
from aicost.book.name_rules import COLUMNS as RULE_COLUMNS
from aicost.book.rows import COLUMNS, BookError, Row, read_rows, read_text
from aicost.paths import data_dir
from aicost.values.suggest import did_you_mean
from aicost.values.table_file import records

EVERY = "all"  # in place of the changes that are taken over
SCHEDULE_COLUMNS = (
    "name",
    "utc_offset",
    "weekdays",
    "start",
    "end",
    "valid_from",
    "source",
    "read_on",
    "note",
)

Happened = Literal["new", "changed", "gone"]
Cell = tuple[str, str, str, int, str]  # item, parameter, context, tier_gt, schedule
Said = tuple[str, str, str, str, str]  # value, unit, currency, valid_from, valid_to


@dataclass(frozen=True, slots=True)
class Change:
    """How one cell differs between an imported layer and the list that it is from.

    `id` is made of the cell and of both sides: the same on every machine, another one as soon
    as either side changes.
    """

    id: str
    kind: Happened
    cell: Cell
    ours: tuple[Row, ...]
    theirs: tuple[Record, ...]

    @property
    def item(self) -> str:
        """The item whose price it is."""
        return self.cell[0]

    def __str__(self) -> str:
        item, parameter, context, tier, schedule = self.cell
        words = (item, parameter, context, f">{tier}" if tier else "", schedule)
        ours = ", ".join(sorted(_period(_row_says(row)) for row in self.ours))
        theirs = ", ".join(sorted(_period(_record_says(record)) for record in self.theirs))
        where = " ".join(word for word in words if word)
        return f"{self.id}  {self.kind:7}  {where}: {ours or 'none'} -> {theirs or 'none'}"


@dataclass(frozen=True, slots=True)
class Stale:
    """An item (or an imported layer) with rows in force that were read too long ago."""

    item: str
    rows: int
    age_days: int
    source: str


def compare(flat: Flat, *, directory: Path | None = None) -> tuple[Change, ...]:
    """Cells whose prices or periods differ, sorted; source and reading date do not count.

    Parameters
    ----------
    flat : what `read_installed` or `read_litellm` gave.
    directory : folder of the imported layers, the kit's own where None.

    Notes
    -----
    A price that ended here and is not there any more is history, not a difference.
    """
    ours: dict[Cell, list[Row]] = {}
    for row in _imported(directory or data_dir(), flat):
        ours.setdefault(row.key, []).append(row)
    theirs: dict[Cell, list[Record]] = {}
    for record in flat.prices:
        theirs.setdefault(_cell(record), []).append(record)
    changes = []
    for cell in sorted({*ours, *theirs}):
        mine, other = ours.get(cell, []), theirs.get(cell, [])
        left, right = sorted(map(_row_says, mine)), sorted(map(_record_says, other))
        if left == right or (not other and all(row.valid_to for row in mine)):
            continue
        kind: Happened = "new" if not mine else "changed" if other else "gone"
        name = hashlib.sha256(repr((cell, left, right)).encode()).hexdigest()[:8]
        changes.append(Change(name, kind, cell, tuple(mine), tuple(other)))
    return tuple(changes)


def choose(changes: Sequence[Change], words: Iterable[str]) -> tuple[Change, ...]:
    """Changes named by id, by item or by a provider with its slash (`openai/`), or `all`.

    Raises
    ------
    BookError : a word names no change.
    """
    chosen: dict[str, Change] = {}
    for word in words:
        found = [
            c
            for c in changes
            if word in (EVERY, c.id, c.item) or (word.endswith("/") and c.item.startswith(word))
        ]
        if not found:
            names = {name for c in changes for name in (c.id, c.item)}
            raise BookError(f"--accept {word}: no such change", did_you_mean(word, names))
        chosen |= {c.id: c for c in found}
    return tuple(chosen.values())


def accept(
    flat: Flat, words: Iterable[str], *, read_on: date, directory: Path | None = None
) -> tuple[Change, ...]:
    """Append the rows of the chosen changes and one row that records the comparison.

    Parameters
    ----------
    flat : what `read_installed` or `read_litellm` gave, its rows dated `read_on`.
    words : see `choose`; none records that the layer was compared and nothing taken over.
    read_on : the day of the comparison, on which prices that vanished end.

    Returns
    -------
    The changes that were written.
    """
    folder = directory or data_dir()
    changes = compare(flat, directory=folder)
    chosen = choose(changes, words)
    records = [record for change in chosen for record in _rows_toappend(change, read_on)]
    records.append(_log_row(folder, flat, len(changes) - len(chosen), read_on))
    append(folder / flat.file, COLUMNS, records)
    _append_schedules(folder / SCHEDULE_FILE, flat, {record["schedule"] for record in records})
    if flat.names:
        _write(folder / NAMES_FILE, RULE_COLUMNS, flat.names)
    return chosen


def rules_differ(flat: Flat, *, directory: Path | None = None) -> int:
    """How many rules of names were added, changed or dropped since the last refresh."""
    if not flat.names:
        return 0
    path = (directory or data_dir()) / NAMES_FILE
    said = [_rule(record) for record in records(path, RULE_COLUMNS)] if path.exists() else []
    now = [_rule(record) for record in flat.names]
    return 0 if said == now else max(len({*said} ^ {*now}), 1)  # 1: their order alone


def stale(book: Book, days: int) -> tuple[Stale, ...]:
    """Items with rows in force at the book's date that were read more than `days` before it.

    A file that was taken over, which is compared as a whole, is one entry.
    """
    old: dict[str, list[Row]] = {}
    for item in book.items():
        for row in book.active(item):
            if book.age_days([row]) > days:
                old.setdefault(row.layer if row.layer in COMPARED else item, []).append(row)
    found = [_stale(book, entry, rows) for entry, rows in old.items()]
    return tuple(sorted(found, key=lambda s: (-s.age_days, s.item)))


def _stale(book: Book, item: str, rows: Sequence[Row]) -> Stale:
    worst = min(rows, key=book.read_on)
    return Stale(item, len(rows), book.age_days([worst]), worst.source.split(";")[0])


def _imported(folder: Path, flat: Flat) -> list[Row]:
    path = folder / flat.file
    if not path.exists():
        return []
    file = read_rows(path)
    return [row for item in file.records if item != flat.log_item for row in file.rows(item)]


def _cell(record: Record) -> Cell:
    tier = int(record["tier_gt"] or 0)
    return record["item"], record["parameter"], record["context"], tier, record["schedule"]


def _record_says(record: Record) -> Said:
    value, unit, currency = record["value"], record["unit"], record["currency"]
    return value, unit, currency, record["valid_from"], record["valid_to"]


def _row_says(row: Row) -> Said:
    start, end = (day.isoformat() if day else "" for day in (row.valid_from, row.valid_to))
    return row.text, row.unit, row.currency, start, end


def _period(said: Said) -> str:
    value, _, _, start, end = said
    return value + (f" from {start}" if start else "") + (f" to {end}" if end else "")


def _rows_toappend(change: Change, read_on: date) -> list[Record]:
    """Rows that make our side say what theirs says, without touching a row that is there."""
    if change.kind == "gone":
        return [
            _record(row, read_on)
            | {"valid_to": max(read_on, row.valid_from or read_on).isoformat(), "corrects": row.id}
            for row in change.ours
            if row.valid_to is None
        ]
    theirs = {_record_says(record) for record in change.theirs}
    ours = {_row_says(row) for row in change.ours}
    fresh = [dict(record) for record in change.theirs if _record_says(record) not in ours]
    gone = [row for row in change.ours if _row_says(row) not in theirs]
    if gone and not fresh:  # some row has to name those that hold no longer
        kept = next(row for row in change.ours if _row_says(row) in theirs)
        fresh, gone = [_record(kept, read_on)], [*gone, kept]
    if gone:
        fresh[0]["corrects"] = " ".join(row.id for row in gone)
    return fresh


def _record(row: Row, read_on: date) -> Record:
    """A row as a CSV record, read again on a day."""
    value, unit, currency, start, end = _row_says(row)
    return {
        "item": row.item,
        "parameter": row.parameter,
        "value": value,
        "unit": unit,
        "currency": currency,
        "valid_from": start,
        "valid_to": end,
        "context": row.context,
        "tier_gt": str(row.tier_gt or ""),
        "schedule": row.schedule,
        "source": row.source,
        "read_on": read_on.isoformat(),
        "confidence": row.confidence,
        "corrects": "",
        "note": row.note,
    }


def _log_row(folder: Path, flat: Flat, left: int, read_on: date) -> Record:
    path = folder / flat.file
    log = read_rows(path).rows(flat.log_item) if path.exists() else ()
    today = [row.id for row in log if row.valid_from == read_on]
    return dict.fromkeys(COLUMNS, "") | {
        "item": flat.log_item,
        "parameter": "differences_left",
        "value": str(left),
        "unit": "cells",
        "valid_from": read_on.isoformat(),
        "source": f"{flat.package} {flat.version}",
        "read_on": read_on.isoformat(),
        "confidence": "checked",
        "corrects": " ".join(today),
        "note": "the whole layer was compared on this day",
    }


def _rule(record: Mapping[str, str]) -> tuple[str, ...]:
    """What a rule says, wherever and whenever it was read."""
    return tuple(record[name] for name in RULE_COLUMNS if name not in ("source", "read_on"))


def append(path: Path, columns: Sequence[str], records: Sequence[Record]) -> None:
    """Add records at the end of a CSV file, gzipped or not; the same records, the same bytes."""
    _write(path, columns, records, read_text(path) if path.exists() else "")


def _write(path: Path, columns: Sequence[str], records: Sequence[Record], before: str = "") -> None:
    """Write records to a CSV file, behind the text that was there before."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n", restval="")
    if not before:
        writer.writeheader()
    writer.writerows(records)
    raw = (before + buffer.getvalue()).encode()
    beside = path.with_name(f".{path.name}.new")  # replaced in one step, never half written
    beside.write_bytes(gzip.compress(raw, 9, mtime=0) if path.suffix == ".gz" else raw)
    beside.replace(path)


def _append_schedules(path: Path, flat: Flat, used: set[str]) -> None:
    """Add the calendars that new rows name; a name says its hours, so none ever changes."""
    known = read_calendars(path).names if path.exists() else ()
    fresh = [s for s in flat.schedules if s["name"] in used.difference(known)]
    if fresh or not path.exists():
        append(path, SCHEDULE_COLUMNS, fresh)
