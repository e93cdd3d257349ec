"""Who asks, how often, and how that falls on a month, a week and a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np

from aicost.values.charge import Count, Factor
from aicost.values.quantities import (
    DAYS_PER_WEEK,
    Numeric,
    Quantity,
    Value,
    at_means,
    flag,
    quantity,
    word,
)
from aicost.values.section import Origin, Section

HOURS_PER_MONTH = 730.0
DAYS_PER_MONTH = 365.0 / 12
#: Two ways to say how many requests there are; a traffic holds one of them.
BY_REQUEST = ("requests_per_month", "requests_per_day")


WEEKS = 52.0  # of a year
TINY = 1e-12


@dataclass(frozen=True, kw_only=True)
class Month(Section):
    """How long a month is on this bill."""

    days: Value = quantity("days", "days in a month", low=1, high=31, default=DAYS_PER_MONTH)
    hours: Value = quantity("hours", "hours in a month", low=24, high=744, default=HOURS_PER_MONTH)


@dataclass(frozen=True, slots=True)
class Profile:
    """How a day's requests fall on its 24 hours (UTC), and on how many days of a week."""

    hours: tuple[float, ...]
    days_per_week: float = 7.0
    source: str = ""

    def peak_share(self, days_per_month: Numeric) -> Numeric:
        """The share of a month's requests that falls in one peak hour."""
        days = days_per_month * self.days_per_week / DAYS_PER_WEEK
        return max(self.hours) / sum(self.hours) / days

    def served(self, in_peak: Numeric) -> Numeric:
        """The share of a month of mean days that is served where so much of its peak hour is.

        Σ min(w, p max w) / Σ w over the hours of a day.

        >>> [round(float(Profile(h).served(0.5)), 3) for h in ((0.0, 1.0, 2.0), (1.0, 1.0))]
        [0.667, 0.5]
        """
        most = in_peak * max(self.hours)
        return sum(np.minimum(hour, most) for hour in self.hours) / sum(self.hours)


FLAT = Profile((1.0,) * 24)


@dataclass(frozen=True, kw_only=True)
class Traffic(Section):
    """Who asks, and how often."""

    meant: ClassVar[Mapping[str, str]] = {
        "requests": "requests_per_day: … or requests_per_month: …",
        "requests_per_user_day": "requests_per_user_month: …",
        **dict.fromkeys(("requests_per_hour", "requests_per_week"), "requests_per_day: …"),
    }

    users: Value = quantity("users", "people (or units) active in the month", default=None)
    requests_per_user_month: Value = quantity(
        "requests", "requests of one user in a month", spread=True, default=None, plain=(0.0, 1e7)
    )
    requests_per_month: Value = quantity(
        "requests", "requests a month, in place of users", default=None
    )
    requests_per_day: Value = quantity(
        "requests",
        "the same by the day: as many on the mean of all days of the month",
        default=None,
    )
    asked_again: Value = quantity(
        "share",
        "requests made once more, of those above: each is a request of its own, with its own wait",
        high=100.0,
        default=0.0,
    )
    users_per_tenant: Value = quantity(
        "users", "users of one tenant, where caches are kept apart", low=1, default=None
    )
    profile: str = word(
        "hours of the day: flat, office (7 to 20, five days a week), consumer or 24 numbers, alike "
        "on all seven days; the kind's if left out",
        default="flat",
    )
    busiest_day: Value = quantity(
        "times",
        "the busiest day of a week, in times the mean of the days on which anybody asks",
        low=1,
        high=7,
        default=1.0,
    )
    busiest_week: Value = quantity(
        "times", "the busiest week of the year, in times its mean week", low=1, high=52, default=1.0
    )
    burst: Value = quantity(
        "times",
        "the busiest minutes of the busiest hour, in times its mean minute",
        low=1,
        high=60,
        default=1.0,
        only_asked=True,
    )
    each_once: bool = flag(
        "what is asked comes once, such as a claim: no answer given before fits it", billed=False
    )
    slow_day: Value = quantity(
        "times",
        "how slow all machines are together, beside their usual day",
        low=0.1,
        spread=True,
        default=None,
        billed=False,
    )
    unit: str = word("what the client counts: user, document, case", default="user", billed=False)
    success_share: Value = quantity(
        "share",
        "share of answers that help, by the client's own evaluation",
        low=1e-6,
        default=None,
        billed=False,
    )

    @property
    def scale(self) -> str:
        """The field that usage is measured in: users, or requests where none are given."""
        return "users" if self.users is not None else "requests_per_month"

    @property
    def usage_unit(self) -> str:
        """What usage counts, one of it: user, claim, request."""
        return self.unit if self.scale == "users" else "request"

    @property
    def usage_units(self) -> str:
        """What usage counts, many of it: users, claims, requests."""
        return f"{self.usage_unit}s"

    def sharers(self) -> tuple[Numeric | None, Numeric | None]:
        """The users of a month and those of one tenant, as far as they are given."""
        return at_means(self.users), at_means(self.users_per_tenant)

    def usage(self, month: Month) -> Numeric:
        """What a month counts, at the mean: users, or requests where none are given."""
        if self.requests_per_day is not None:
            return at_means(self.requests_per_day) * at_means(month.days)
        return at_means(getattr(self, self.scale))

    def requests(self, month: Month) -> Count:
        """The requests of a month: users x requests per user, or as given; x (1 + asked again)."""
        if self.requests_per_day is not None:
            a_day = self.factor("requests_per_day", "requests a day")
            return Count().times(a_day, month.factor("days"), *self._again())
        if self.users is None:
            return Count().times(self.factor("requests_per_month", "requests"), *self._again())
        per_user = self.factor("requests_per_user_month", f"requests per {self.unit} and month")
        return Count().times(self.factor("users", f"{self.unit}s"), per_user, *self._again())

    def mapped(
        self,
        prefix: str,
        change: Callable[[str, Quantity, Value], Value],
        said: Callable[[str], Origin] | None = None,
    ) -> Self:
        """The traffic with `change` applied to every field; a new count of requests is the one."""
        new = super().mapped(prefix, change, said)
        if all(getattr(new, field) is not None for field in BY_REQUEST):
            (before,) = (field for field in BY_REQUEST if getattr(self, field) is not None)
            origins = {name: origin for name, origin in new.origins.items() if name != before}
            new = replace(new, origins=origins, **dict[str, Any]({before: None}))
        return new

    def _again(self) -> Iterator[Factor]:
        if self.differs("asked_again"):
            asked = self.factor("asked_again")
            words = "with those asked again"
            yield replace(asked, name=words, value=1.0 + asked.value, unit="times")

    def busiest(self) -> tuple[Factor, ...]:
        """What a day is above the mean day at most, where that is said."""
        return self._stated(("busiest_day", "on the busiest day"), ("busiest_week", "in that week"))

    def days(self, days_per_week: float) -> tuple[tuple[Numeric, Numeric], ...]:
        """The days of a year by how much is asked on them: the share of days, times a mean day.

        One day of a week is the busiest and one week of a year; the others are alike.
        """
        week, year = (
            ((1.0 / of, most), (1.0 - 1.0 / of, (of - most) / max(of - 1.0, TINY)))
            for of, said in ((days_per_week, self.busiest_day), (WEEKS, self.busiest_week))
            for most in (np.minimum(said, of),)
        )
        return tuple((a * b, day * of) for a, day in week for b, of in year)

    def crest(self) -> tuple[Factor, ...]:
        """What the busiest minutes are above the busiest hour of a mean day, where that is said."""
        return (*self.busiest(), *self._stated(("burst", "in its busiest minutes")))

    def _stated(self, *fields: tuple[str, str]) -> tuple[Factor, ...]:
        return tuple(self.factor(name, label) for name, label in fields if self.differs(name))
