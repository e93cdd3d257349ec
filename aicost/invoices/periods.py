"""The time that an invoice covers, counted from its rows, and what of it a month is."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DAYS_PER_MONTH = 365 / 12
LEAST_DAYS = 7  # fewer say nothing of a month
LONGEST = 62  # days; what is paid for longer says nothing of the time that an invoice covers
DAY = timedelta(days=1)

Span = tuple[date, date]  # first and last day of a charge


@dataclass(frozen=True, slots=True)
class Period:
    """The time that an invoice covers: whole months, or days where they are not whole.

    `days` is 0 where it is taken by whole months; `months` is 0 where nothing is dated. `seen` is
    on how many days there are charges of a day, where they are too few to go by.
    """

    months: int = 0
    days: int = 0
    first: date | None = None
    last: date | None = None
    seen: int = 0

    @property
    def a_month(self) -> float:
        """What the sum of an invoice is to be multiplied by to be of a month.

        >>> Period(months=3).a_month, Period(months=2, days=30).a_month
        (0.3333333333333333, 1.0138888888888888)
        """
        return DAYS_PER_MONTH / self.days if self.days else 1 / max(self.months, 1)

    def words(self, months: Sequence[str]) -> str:
        """The time in a word: its days, or the months that rows name; nothing where undated.

        >>> Period(months=1).words(["2026-10"]), Period(months=3).words(["2026-08", "2026-10"])
        ('2026-10', '2026-08 to 2026-10')
        """
        dated = [month for month in months if month]
        ends = [f"{self.first}", f"{self.last}"] if self.days else [*dated[:1], *dated[-1:]]
        return " to ".join(dict.fromkeys(ends))


WHOLE = Period()  # of an invoice that says no time


def period(spans: Iterable[Span], months: Iterable[str]) -> Period:
    """The time that charges cover.

    Parameters
    ----------
    spans : the first and last day of each charge of usage.
    months : the months that rows name, such as "2026-07".

    Notes
    -----
    Charges of single days count where there are seven or more on half of the days from the first
    to the last: then the time is from the first to the last, whole months where it ends with them.
    Else charges of weeks and months count alike, and where there are none, the months that rows
    name. One day at either end is a time zone.
    """
    every = {span for span in spans if (span[1] - span[0]).days < LONGEST}
    named = len({month for month in months if month})
    single = {first for first, last in every if (last - first).days < 1}
    long = {span for span in every if (span[1] - span[0]).days >= 1}
    if len(single) >= LEAST_DAYS and 2 * len(single) > _length(min(single), max(single)):
        return _covered(min(single), max(single), named)
    if long and (not single or len(single) < LEAST_DAYS):
        first, last = min(a for a, _ in long), max(b for _, b in long)
        days = {a + i * DAY for a, b in long for i in range(_length(a, b))}
        if len(days) >= LEAST_DAYS and 2 * len(days) > _length(first, last):
            return _covered(first, last, named)
    return Period(months=named, seen=len(single))


def within(span: Span, billed: Span) -> Span | None:
    """What of a charge's time is in the period that it is billed in; none of what is before it.

    So a correction of an earlier period does not stretch the time that an invoice covers.

    >>> july, october = month_of(date(2026, 7, 5)), month_of(date(2026, 10, 1))
    >>> within(july, october), within(october, october) == october
    (None, True)
    """
    if _length(*span) > LONGEST:
        return span
    first, last = max(span[0], billed[0]), min(span[1], billed[1])
    return (first, last) if first <= last else None


def month_of(day: date) -> Span:
    """The month that a day is of.

    >>> month_of(date(2026, 2, 1))[1].isoformat()
    '2026-02-28'
    """
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def _length(first: date, last: date) -> int:
    return (last - first).days + 1


def _covered(first: date, last: date, named: int) -> Period:
    """Whole months where it begins and ends with them, to a day; else days."""
    begins, ends = _nearest_start(first), _nearest_start(last + DAY)
    if begins and ends and begins < ends:
        return Period(12 * (ends.year - begins.year) + ends.month - begins.month, 0, first, last)
    return Period(named, _length(first, last), first, last)


def _nearest_start(day: date) -> date | None:
    """The first of a month that a day is, or the day before or after it is."""
    near = (day, day - DAY, day + DAY)
    return next((one for one in near if one.day == 1), None)
