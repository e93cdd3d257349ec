"""Weekly calendars: the hours of the week in which a price of its own applies."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aicost.book.rows import MOST_BYTES, BookError, book_errors, read_text
from aicost.values.suggest import instead
from aicost.values.table_file import Record, records

MINUTES = 7 * 24 * 60
COLUMNS = ("name", "utc_offset", "weekdays", "start", "end", "valid_from", "source", "read_on")


@dataclass(frozen=True, slots=True)
class Window:
    """[start, end) on some weekdays (0 = Monday) of a fixed offset; minutes of the local day."""

    offset: int
    weekdays: tuple[int, ...]
    start: int
    end: int
    valid_from: date

    def minutes(self) -> NDArray[np.int64]:
        """Minutes of the week in UTC, Monday 00:00 = 0, that the window covers."""
        length = (self.end - self.start) % 1440 or 1440  # an end before the start is tomorrow's
        starts = np.array(self.weekdays)[:, None] * 1440 + self.start - self.offset
        return (starts + np.arange(length)).ravel() % MINUTES


class Calendars:
    """The windows of a file of schedules, by name."""

    def __init__(self, windows: dict[str, list[Window]], digest: str) -> None:
        self._windows, self.digest = windows, digest

    @property
    def names(self) -> tuple[str, ...]:
        """The schedules there are, sorted."""
        return tuple(sorted(self._windows))

    def changes(self, name: str) -> tuple[date, ...]:
        """Days on which a schedule starts to be another, oldest first."""
        return tuple(sorted({w.valid_from for w in self._of(name)} - {date.min}))

    def covers(self, name: str, on: date) -> NDArray[np.bool_]:
        """Whether a schedule holds, for each minute of a week in UTC from Monday, on a day.

        Windows of one `valid_from` hold together, until those of a later one replace them.
        """
        table = np.zeros(MINUTES, dtype=bool)
        known = [w for w in self._of(name) if w.valid_from <= on]
        latest = max((w.valid_from for w in known), default=None)
        for window in known:
            if window.valid_from == latest:
                table[window.minutes()] = True
        return table

    def _of(self, name: str) -> list[Window]:
        if name not in self._windows:
            raise BookError(f"no schedule {name!r} in the book", instead(name, self.names))
        return self._windows[name]


def read_calendars(path: Path) -> Calendars:
    """Read schedules.csv.

    Raises
    ------
    BookError : the file is not there, or a line is malformed; the message says what is wrong.
    """
    windows: dict[str, list[Window]] = {}
    with book_errors():
        for record in records(path, COLUMNS, most_bytes=MOST_BYTES, called=path.name):
            windows.setdefault(record["name"], []).append(_window(record))
    return Calendars(windows, hashlib.sha256(read_text(path).encode()).hexdigest())


def _window(record: Record) -> Window:
    offset = re.fullmatch(r"([+-])([0-9]{2}):([0-9]{2})", record["utc_offset"])
    if not offset:
        raise record.error("utc_offset", f"{record['utc_offset']!r} is none", "write +08:00")
    if not re.fullmatch(r"[1-7]+", record["weekdays"]):
        raise record.error("weekdays", f"{record['weekdays']!r}", "write 12345 (1 = Monday)")
    sign = -1 if offset[1] == "-" else 1
    start, end = (_minute(record, column) for column in ("start", "end"))
    text = record["valid_from"]
    try:
        since = date.fromisoformat(text) if text else date.min
    except ValueError:
        raise record.error("valid_from", f"{text!r} is no date", "write 2026-08-23") from None
    days = tuple(sorted({int(day) - 1 for day in record["weekdays"]}))
    return Window(sign * (int(offset[2]) * 60 + int(offset[3])), days, start, end, since)


def _minute(record: Record, column: str) -> int:
    found = re.fullmatch(r"([0-9]{2}):([0-5][0-9])", record[column])
    minute = 60 * int(found[1]) + int(found[2]) if found else -1
    if not 0 <= minute <= 1440:
        raise record.error(column, f"{record[column]!r} is no time of day", "write 09:00")
    return minute
