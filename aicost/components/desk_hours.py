"""The hours that a desk is open, where they are not those in which anybody asks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from aicost.components.spared_work import SparedWork
from aicost.formulas.review.desk import desk_seats
from aicost.formulas.review.own_hours import closed_share, own_hours_seats
from aicost.values.formatting import percent, seconds_words
from aicost.values.quantities import HOURS_PER_DAY, SECONDS_PER_HOUR, Numeric, word
from aicost.values.section import Concern

if TYPE_CHECKING:
    from aicost.components.flow import Flow
    from aicost.components.traffic import Profile

#: What only a desk has a use for.
OF_A_DESK = (
    "level",
    "desks",
    "cover",
    "hours_per_week",
    "least_seats",
    "shift_hours",
    "open",
    "open_days",
)
QUIET, LONG_NIGHT = 0.25, 6  # of the mean hour; hours of a day that are as quiet
_FROM_TO = re.compile(r"(\d{1,2})(?::00)?\s*(?:to|-|–)\s*(\d{1,2})(?::00)?")
_HOURS = "open: 8 to 18, open_days: 5"


@dataclass(frozen=True, kw_only=True)
class DeskHours(SparedWork):
    """What is known of when a desk is open; the other fields of people stand below."""

    if TYPE_CHECKING:  # declared where they stand among the fields of each
        level: Numeric

    meant: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("hours", "opening_hours", "open_hours", "shift", "shifts"), _HOURS),
        **dict.fromkeys(("days", "days_per_week", "weekdays"), "open_days: 5"),
    }

    cover: str = word(
        "hours that the desk is open: those with traffic, or all of the week",
        default="open_hours",
        choices=("open_hours", "24x7"),
    )
    open: str = word(
        "hours of the day that the desk is open, as 8 to 18, if not those with traffic: what comes "
        "while it is closed waits, and counts against the promise",
        default="",
    )
    open_days: str = word(
        "days of the week that it is open, if not those with traffic",
        default="",
        choices=tuple("1234567"),
    )

    @property
    def own_hours(self) -> bool:
        """Whether it is said when the desk is open."""
        return bool(self.open or self.open_days) and self.answer_within is not None

    def is_open(self, hours: Sequence[float]) -> Numeric:
        """Whether it is open in each of the 24 hours, of which `hours` are the traffic."""
        told = _from_to(self.open) if self.own_hours and self.open else None
        return np.greater(hours, 0) if told is None else told

    def days_open(self, asked_days: float) -> float:
        """The days of a week on which it is open."""
        return float(self.open_days) if self.own_hours and self.open_days else asked_days

    def promised_seats(self, hours: Sequence[float], desk: Mapping[str, Any]) -> Numeric:
        """The seats of each hour of an open day that the promise takes."""
        if not self.own_hours:
            return desk_seats(hour_weights=hours, **desk)
        known = {name: value for name, value in desk.items() if name != "days_per_week"}
        return own_hours_seats(
            hour_weights=hours, **self._days(hours, desk["days_per_week"]), **known
        )

    def _days(self, hours: Sequence[float], asked_days: float) -> dict[str, Any]:
        return {
            "asked_days": round(asked_days),
            "open_hours": self.is_open(hours),
            "open_days": round(self.days_open(asked_days)),
        }

    # ---- what does not fit

    def hour_gaps(self, flow: Flow) -> Iterator[Concern]:
        """Yield hours that cannot be read, and those in which no promise can be kept."""
        if self.open and _from_to(self.open) is None:
            yield Concern("open", f"{self.open!r} names no hours of a day", "write open: 8 to 18")
            return
        if self.own_hours and self.cover == "24x7":
            field = "open" if self.open else "open_days"
            yield Concern(field, "cover: 24x7 is open in all of the week", "keep one of the two")
        elif self.own_hours:
            never, level = self._never(flow.world.profile), float(np.mean(self.level))
            if never > 1.0 - level + 1e-9:
                yield Concern("open" if self.open else "open_days", *self._not_kept(never, level))

    def _never(self, profile: Profile) -> float:
        days = self._days(profile.hours, profile.days_per_week)
        within = float(np.mean(self.answer_within))
        return closed_share(hour_weights=profile.hours, target_s=within, **days)

    def _not_kept(self, never: float, level: float) -> tuple[str, str]:
        within = seconds_words(float(np.mean(self.answer_within)))
        if never >= 1.0:
            wrong = f"what comes on closed days is not begun within {within}, and takes the next"
            return wrong, "write a longer answer_within, or open_days: 7"
        wrong = f"{percent(round(never, 3))} of the work comes while the desk is closed or just "
        wrong += f"open, too early to be begun within {within}; {percent(level)} are promised"
        lower = int(100 * (1.0 - never))
        less = f"level: {lower} %, " if lower else ""
        return wrong, f"write {less}a longer answer_within, or longer hours"

    def hour_warnings(self, flow: Flow) -> Iterator[Concern]:
        """Yield a desk that is open in quiet nights because some ask, and times without nights."""
        profile = flow.world.profile
        if self.own_hours:
            if self.waited_for and not np.all(
                self.is_open(profile.hours)[np.greater(profile.hours, 0)]
            ):
                wrong = "users wait for these people, and no time holds the hours they are away"
                field = "open" if self.open else "open_days"
                yield Concern(field, wrong, "read the times as those of open hours")
        elif self.answer_within is not None and self.cover != "24x7":
            yield from self._quiet_nights(profile)

    def _quiet_nights(self, profile: Profile) -> Iterator[Concern]:
        hours = np.asarray(profile.hours)
        quiet = (hours < QUIET * hours.mean()) & (hours > 0)
        each = np.any(np.less_equal(self.answer_within, SECONDS_PER_HOUR))  # hour is staffed
        if quiet.sum() < LONG_NIGHT or self.price_per_review is not None or not each:
            return
        busy = np.flatnonzero(hours >= QUIET * hours.mean())
        week = float(np.count_nonzero(hours) * profile.days_per_week)
        share = float(hours[quiet].sum() / hours.sum())
        wrong = f"somebody sits there {week:g} hours a week, those with traffic, though "
        wrong += f"{quiet.sum()} hours of a day bring {percent(round(share, 3))} of the work"
        remedy = f"write open: {busy[0]} to {busy[-1] + 1} and a lower level or a longer "
        remedy += "answer_within, if that may wait till morning"
        yield Concern("answer_within", wrong, remedy)


def _from_to(text: str) -> Numeric | None:
    """The 24 hours of a day that a text names, past midnight too; None where it names none."""
    found = _FROM_TO.fullmatch(text.strip())
    first, last = (int(part) for part in found.groups()) if found else (0, 0)
    if first == last or max(first, last) > HOURS_PER_DAY:
        return None
    hours = np.arange(int(HOURS_PER_DAY))
    after, before = hours >= first, hours < last
    return after & before if first < last else after | before
