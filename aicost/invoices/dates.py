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
_MONTH_ALONE = re.compile(r"(0?[1-9]|1[0-2])[-/.]([0-9]{4})")
_NAMED = re.compile(
    r"(?:(?P<day>[0-9]{1,2})\.?[-/ ]+)?(?P<month>[^\W\d_]{3,})\.?"
    r"(?:[-/ ]+(?P<next>[0-9]{1,2}),)?[-/ ]*(?P<year>[0-9]{4}|'?[0-9]{2})"
    r"|(?P<first>[0-9]{4})[-/ ]+(?P<behind>[^\W\d_]{3,})\.?"
)
_NAMES = re.findall(
    r"\S+",
    """
    january february march april may june july august september october november december
    januar februar märz april mai juni juli august september oktober november dezember
    janvier février mars avril mai juin juillet août septembre octobre novembre décembre
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
    janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
    januari februari maart april mei juni juli augustus september oktober november december
""",
)
_SHORT = {"mrz": 3, "mrt": 3}  # beside the first letters of a name
MONTHS = 12
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
        of = {m["month"].lower() for t in every if (m := _NAMED.fullmatch(t)) and m["month"]}
        short = {t: m["month"].lower() for t in every if (m := _NAMED.fullmatch(t)) and _short(m)}
        twice = [t for t, month in short.items() if [*short.values()].count(month) > 1]
        self.bare = twice[0] if twice and len(of) < MONTHS else ""  # Sep-24 beside Sep-25
        clocks = {clock for text in every if (clock := _clock(text)) is not None}
        apart = max(clocks, default=0) - min(clocks, default=0)
        self.begins = min(clocks) if clocks and apart <= 60 else 0  # an hour: summer time
        self.shift = DAY if self.begins >= NOON else timedelta()

    def settle(self, other: Dates) -> None:
        """Take from other dates of a file which part of a date is the day."""
        if not other.doubtful:
            self.doubtful, self.clash, self.day_first = "", other.clash, other.day_first

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

    >>> [is_date(text) for text in ("2026-07", "31/12/2026", "Sep-26", "1790812800", "Total")]
    [True, True, True, True, False]
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
    if found := _MONTH_ALONE.fullmatch(text):
        return int(found[2]), int(found[1]), 0, ""
    if (found := _NAMED.fullmatch(text)) and (
        number := month_called(found["month"] or found["behind"])
    ):
        year = int((found["year"] or found["first"]).strip("'"))
        of_month = int(found["day"] or found["next"] or 0)
        return year + 2000 * (year < 100), number, of_month, ""
    if found := _BY_SLASH.fullmatch(text):
        day, month = (found[1], found[2]) if day_first else (found[2], found[1])
    elif found := _BY_POINT.fullmatch(text):
        day, month = found[1], found[2]
    else:
        raise ValueError(text)
    if not int(day):
        raise ValueError(text)
    return int(found[3]), int(month), int(day), found[4] or ""


def month_called(word: str) -> int:
    """The number of a month by its name, or by three letters and more that no other begins with.

    >>> month_called("Sept"), month_called("août"), month_called("Mrz"), month_called("jui")
    (9, 8, 3, 0)
    """
    word = word.lower()
    found = {at % MONTHS + 1 for at, name in enumerate(_NAMES) if name.startswith(word)}
    return found.pop() if len(found) == 1 and len(word) > 2 else _SHORT.get(word, 0)


def _short(found: re.Match[str]) -> bool:
    """Whether a named month has two digits behind it and no day."""
    return bool(found["month"] and len(found["year"]) == 2 and not found["day"])


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
