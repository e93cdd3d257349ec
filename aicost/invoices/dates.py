"""How a file writes its days, whatever country and time zone it comes from."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

_BY_YEAR = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})(?:[-/]([0-9]{1,2})(?:[T ](.*))?)?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})?")
_BY_SLASH = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?:[ T](.*))?")
_BY_POINT = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})(?: (.*))?")
_EPOCH = re.compile(r"[12][0-9]{9}(?:[0-9]{3})?")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?\s*(Z|UTC|[+-][0-9:]+)?")
NOON = 12 * 60  # minutes of a day
DAY = timedelta(days=1)


class Dates:
    """How a column writes its dates; all of them settle which part is the day.

    Days that begin at one hour in UTC, not at midnight, are days of another time zone: east of
    Greenwich they begin on the evening before.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        every = [text.strip() for text in texts]
        slashed = {t: m for t in every if (m := _BY_SLASH.fullmatch(t))}
        days = [t for t, m in slashed.items() if int(m[1]) > 12]
        months = [t for t, m in slashed.items() if int(m[2]) > 12]
        open_ = [t for t, m in slashed.items() if m[1].zfill(2) != m[2].zfill(2)]
        self.day_first = bool(days)
        self.clash = (days[0], months[0]) if days and months else None
        self.doubtful = open_[0] if open_ and not days and not months else ""
        clocks = {clock for text in every if (clock := _clock(text)) is not None}
        apart = max(clocks, default=0) - min(clocks, default=0)
        self.begins = min(clocks) if clocks and apart <= 60 else 0  # an hour: summer time
        self.shift = DAY if self.begins >= NOON else timedelta()

    def days(self, text: str) -> tuple[date, date]:
        """The first and last day that a text names: a month has many. Raises ValueError."""
        year, month, day, clock = _parts(text, self.day_first)
        try:
            first = date(year, month, day or 1)
        except ValueError:
            raise ValueError(text) from None
        if not 1990 <= year <= 2100:
            raise ValueError(text)
        if not day:
            return first, date(year, month, monthrange(year, month)[1])
        if _minute(clock) is not None:
            first += self.shift
        return first, first

    def before(self, text: str) -> date:
        """The last day before a moment. Raises ValueError."""
        _, last = self.days(text)
        minute = _minute(_parts(text, self.day_first)[3])
        return last if minute is not None and not 0 <= minute - self.begins <= 60 else last - DAY

    def month(self, text: str) -> str:
        """The month of a date as 2026-07. Raises ValueError."""
        return f"{self.days(text)[0]:%Y-%m}"


def is_date(text: str) -> bool:
    """Say whether a text is a date.

    >>> is_date("2026-07"), is_date("31/12/2026"), is_date("1790812800"), is_date("Total")
    (True, True, True, False)
    """
    for day_first in (False, True):
        try:
            year, month, day, _ = _parts(text, day_first)
            date(year, month, day or 1)
        except ValueError:
            continue
        return 1990 <= year <= 2100
    return False


def _parts(text: str, day_first: bool) -> tuple[int, int, int, str]:
    """Year, month, day (0 of a whole month) and time of day. Raises ValueError."""
    text = text.strip()
    if _EPOCH.fullmatch(text):
        moment = datetime.fromtimestamp(int(text[:10]), UTC)
        return moment.year, moment.month, moment.day, f"{moment:%H:%M:%S}Z"
    if found := _BY_YEAR.fullmatch(text) or _COMPACT.fullmatch(text):
        time = found[4] or "" if found.re is _BY_YEAR else ""
        if found[3] == "00":
            raise ValueError(text)
        return int(found[1]), int(found[2]), int(found[3] or 0), time
    if found := _BY_SLASH.fullmatch(text):
        day, month = (found[1], found[2]) if day_first else (found[2], found[1])
    elif found := _BY_POINT.fullmatch(text):
        day, month = found[1], found[2]
    else:
        raise ValueError(text)
    if not int(day):
        raise ValueError(text)
    return int(found[3]), int(month), int(day), found[4] or ""


def _clock(text: str) -> int | None:
    """The minute of the day of a moment in UTC; none of a date."""
    try:
        return _minute(_parts(text, day_first=False)[3])
    except ValueError:
        return None


def _minute(time: str) -> int | None:
    """The minute of the day that a time says in UTC; none where it is another time zone's."""
    found = _CLOCK.match(time)
    if not found or (found[4] and not re.fullmatch(r"Z|UTC|[+-]00(:?00)?", found[4])):
        return None
    return 60 * int(found[1]) + int(found[2])
