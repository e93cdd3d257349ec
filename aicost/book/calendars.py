"""Weekly calendars: the hours of the week in which a price of its own applies."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

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
            known = ", ".join(sorted(self._windows)) or "none"
            raise LookupError(f"no schedule {name!r}; the book has {known}")
        return self._windows[name]


def read_calendars(path: Path) -> Calendars:
    """Read schedules.csv; a folder without one has no schedules.

    Raises
    ------
    LookupError : a line is malformed; the message says which and what is wrong.
    """
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    windows: dict[str, list[Window]] = {}
    reader = csv.DictReader(io.StringIO(text))
    for record in reader:
        where = f"{path.name}:{reader.line_num}"
        missing = [column for column in COLUMNS if record.get(column) is None]
        if missing:
            raise LookupError(f"{where}: {missing[0]}: is missing")
        windows.setdefault(record["name"], []).append(_window(record, where))
    return Calendars(windows, hashlib.sha256(text.encode()).hexdigest())


def _window(record: dict[str, str], where: str) -> Window:
    offset = re.fullmatch(r"([+-])(\d\d):(\d\d)", record["utc_offset"])
    if not offset or not re.fullmatch(r"[1-7]+", record["weekdays"]):
        raise LookupError(f"{where}: utc_offset, weekdays: write +08:00 and 12345 (1 = Monday)")
    sign = -1 if offset[1] == "-" else 1
    try:
        start, end = (_minute(record[column]) for column in ("start", "end"))
        since = date.fromisoformat(record["valid_from"]) if record["valid_from"] else date.min
    except ValueError:
        raise LookupError(f"{where}: start, end, valid_from: write 09:00 and 2026-08-23") from None
    days = tuple(sorted({int(day) - 1 for day in record["weekdays"]}))
    return Window(sign * (int(offset[2]) * 60 + int(offset[3])), days, start, end, since)


def _minute(text: str) -> int:
    hours, minutes = (int(part) for part in text.split(":"))
    if not (0 <= minutes < 60 and 0 <= hours * 60 + minutes <= 1440):
        raise ValueError(text)
    return hours * 60 + minutes
