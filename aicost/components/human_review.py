"""People in the loop: minutes of review turned into paid hours, or into a desk of whole seats.

Without `answer_within` reviews are done some time and only their minutes are paid. With it a desk
is attended, hour by hour: its seats are paid whether anything arrives or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from aicost.components.flow import Flow
from aicost.components.stage import Queue, Stage
from aicost.components.unit_prices import listed, missing, stated, unlisted
from aicost.formulas.queueing.staffing import least_servers, staff_on_payroll
from aicost.values.charge import HUMAN, Behaves, Charge, Count, Factor, UnitPrice, summed, weakest
from aicost.values.quantities import (
    DAYS_PER_WEEK,
    HOURS_PER_DAY,
    MINUTES_PER_HOUR,
    SECONDS_PER_MINUTE,
    Numeric,
    Value,
    mean,
    quantity,
    scaled,
    word,
)
from aicost.values.section import Concern

if TYPE_CHECKING:
    from aicost.book.book import Book
    from aicost.formulas.latency.call import Call


def paid_per_worked(*, occupancy: Numeric, shrinkage: Numeric) -> Numeric:
    """The hours paid per hour of review: 1 / (occupancy x (1 - shrinkage)).

    Parameters
    ----------
    occupancy : share of an attended hour spent on reviews. [share]
    shrinkage : share of paid time away from the desk: leave, training, breaks. [share]

    Returns
    -------
    Paid hours per worked hour. [ratio]

    Notes
    -----
    Occupancy is a given share here; a desk that answers in time sets its own.

    Examples
    --------
    >>> round(paid_per_worked(occupancy=0.85, shrinkage=0.30), 4)
    1.6807
    """
    return 1.0 / (occupancy * (1.0 - shrinkage))


def seats_by_hour(
    *,
    load: Numeric,
    hour_weights: Numeric,
    service_s: Numeric,
    target_s: Numeric,
    level: Numeric,
    max_occupancy: Numeric,
    desks: Numeric,
) -> Numeric:
    """The seats of each hour: desks x least servers for load x weight / largest / desks.

    Parameters
    ----------
    load : offered load of the busiest hour, all desks together. [erlang]
    hour_weights : weight of each hour, in any unit. [any]
    service_s : mean time of one review. [s]
    target_s : time within which a review is to be begun. [s]
    level : share of the reviews begun within it. [share]
    max_occupancy : most of their time that people may be busy. [share]
    desks : desks that the load is split over evenly, which do not help each other. [desks]

    Returns
    -------
    Whole seats; 0 in hours in which nothing arrives. [servers]

    Notes
    -----
    Each hour stands alone, as if its arrivals had always come (Erlang C: exponential service).
    Where the target is longer than an hour, work could wait for a quieter one: a small desk is then
    an upper bound.

    Examples
    --------
    >>> desk = {"service_s": 240, "level": 0.8, "max_occupancy": 1.0, "desks": 1}
    >>> seats_by_hour(load=20 / 3, hour_weights=[0, 1, 2], target_s=20, **desk)
    array([ 0,  6, 10])
    >>> seats_by_hour(load=20 / 3, hour_weights=[0, 1, 2], target_s=3_600, **desk)
    array([0, 4, 7])
    """
    weights, back = np.unique(np.asarray(hour_weights, float), return_inverse=True)
    rest = (service_s, target_s, level, max_occupancy)
    shape = np.broadcast_shapes(*(np.shape(value) for value in (load, desks, *rest)))
    each = np.broadcast_to(np.divide(load, desks), shape)
    seats = least_servers(
        load=np.multiply.outer(weights / weights.max(), each),
        service_s=service_s,
        target_s=target_s,
        level=level,
        max_occupancy=max_occupancy,
    )
    return (seats * desks)[back]


def seat_hours_per_week(*, seats: Numeric, days_per_week: float, always_filled: Numeric) -> Numeric:
    """The attended hours of a week: working days as `seats` says, other days the least.

    Parameters
    ----------
    seats : seats of each hour of a working day, 24 hours first. [servers]
    days_per_week : working days. [days]
    always_filled : seats filled in every hour of the week, whatever arrives; 0 for none. [servers]

    Returns
    -------
    Seat-hours a week. [hours]

    Examples
    --------
    >>> seats = np.array([0] * 9 + [2] * 8 + [0] * 7)
    >>> int(seat_hours_per_week(seats=seats, days_per_week=5, always_filled=0))
    80
    >>> int(seat_hours_per_week(seats=seats, days_per_week=5, always_filled=1))
    208
    """
    attended = np.maximum(seats, always_filled).sum(axis=0)
    idle_days = DAYS_PER_WEEK - days_per_week
    return days_per_week * attended + idle_days * HOURS_PER_DAY * always_filled


OF_A_DESK = ("level", "desks", "cover", "hours_per_week")
OF_TWO = ("agreement", "adjudication_minutes")


@dataclass(frozen=True, kw_only=True)
class HumanReview(Stage):
    """People who look at a share of the answers."""

    component: ClassVar[str] = HUMAN
    slows_down: ClassVar[bool] = False

    minutes: Value = quantity("minutes", "minutes per review", spread=True)
    wage_per_hour: Value = quantity("USD/hour", "hourly wage, if not the role's", default=None)
    role: str = word("role, as data/wages.csv names it", default="")
    overhead: Value = quantity("times", "cost of an hour per dollar of wage", low=1, default=1.0)
    occupancy: Value = quantity(
        "share",
        "share of the hour spent reviewing; at a desk the most it may be",
        low=0.01,
        default=1.0,
    )
    shrinkage: Value = quantity("share", "paid time away from the desk", high=0.95, default=0.0)
    reviewers_per_item: Value = quantity("people", "people who each review it", low=1, default=1.0)
    agreement: Value = quantity("share", "share of items that they agree on", default=1.0)
    adjudication_minutes: Value = quantity(
        "minutes", "minutes to decide where they do not, if not those of a review", default=None
    )
    answer_within: Value = quantity("s", "time within which a review is begun", default=None)
    level: Value = quantity(
        "share", "share of reviews begun in time", low=0.01, high=0.9999, default=0.95
    )
    desks: Value = quantity("desks", "desks that do not help each other", low=1, default=1.0)
    cover: str = word(
        "hours that the desk is open: those with traffic, or all of the week",
        default="open_hours",
        choices=("open_hours", "24x7"),
    )
    hours_per_week: Value = quantity(
        "hours",
        "paid hours of one person's week, where whole people are employed",
        low=1,
        high=80,
        default=None,
    )
    when: str = word(
        "before or after the user has the answer",
        choices=("before_answer", "after_answer"),
        billed=False,
    )

    def gaps(self, flow: Flow, book: Book) -> Iterable[Concern]:
        if self.wage_per_hour is None and not self.role:
            yield missing("role", "wage_per_hour: …")
        elif self.wage_per_hour is None:
            yield from unlisted(lambda: book.find(self.role, "hour"), "role")
        if self.answer_within is not None and np.any(np.less_equal(mean(self.minutes), 0)):
            wrong = "no desk is needed for work of no time"
            yield Concern("minutes", wrong, "write more than 0")

    def warnings(self, flow: Flow, book: Book) -> Iterable[Concern]:
        written = {name for name, origin in self.origins.items() if origin.line is not None}
        for field in OF_A_DESK:
            if field in written and self.answer_within is None:
                remedy = "write answer_within: …, or leave it out"
                yield Concern(field, "it does nothing without a desk", remedy)
        for field in OF_TWO:
            if field in written and self.reviewers_per_item < 2:
                remedy = "write reviewers_per_item: 2, or leave it out"
                yield Concern(field, "it takes two to differ", remedy)

    def per_request(self, flow: Flow, book: Book) -> Iterable[Charge]:
        if self.answer_within is not None:
            return
        reviews = self.calls(flow).times(self.minutes_per_item())
        ratio = paid_per_worked(occupancy=self.occupancy, shrinkage=self.shrinkage)
        basis = weakest([self.basis("occupancy"), self.basis("shrinkage")])
        paid = reviews.times(Factor("paid per worked hour", ratio, "", basis))
        yield self._reviewers(paid, self.wage(book, MINUTES_PER_HOUR), "usage")

    def sized_by_peak(self, book: Book) -> bool:
        return self.answer_within is not None

    def capacity(self, peak: Flow, book: Book) -> Iterable[Charge]:
        profile, month = peak.world.profile, peak.world.month
        seats = seats_by_hour(hour_weights=profile.hours, **self._desk(peak))
        hours = seat_hours_per_week(
            seats=seats,
            days_per_week=profile.days_per_week,
            always_filled=self.desks if self.cover == "24x7" else 0.0,
        )
        names = ("answer_within", "level", "occupancy", "desks")
        made = (*peak.count.factors, self.minutes_per_item())
        basis = weakest([*(f.basis for f in made), *map(self.basis, names)])
        note = f"busiest hour: {float(np.mean(seats.max(axis=0))):.3g} seats"
        attended = Factor("hours of seats a week", hours, "", basis, note=note)
        weeks = Factor("weeks", month.days / DAYS_PER_WEEK, "", month.basis("days"))
        count = Count().times(*self._paid(attended), weeks)
        yield self._reviewers(count, self.wage(book), "capacity")

    def _paid(self, attended: Factor) -> tuple[Factor, Factor]:
        """The hours paid in a week as two factors: those of seats, or of whole people."""
        away = self.basis("shrinkage")
        if self.hours_per_week is None:
            return attended, Factor("paid per hour", 1.0 / (1.0 - self.shrinkage), "", away)
        people = staff_on_payroll(
            seats=attended.value / self.hours_per_week, shrinkage=self.shrinkage
        )
        basis = weakest([attended.basis, away])
        payroll = Factor("people on the payroll", people, "", basis, note=attended.note)
        return payroll, self.factor("hours_per_week", "paid hours a week")

    @property
    def waited_for(self) -> bool:
        return self.when == "before_answer"

    @property
    def times(self) -> tuple[str, ...]:
        return ()  # `minutes` is not of time alone: it is paid

    def call(self) -> Call:
        from aicost.formulas.latency.call import whole_call

        return whole_call(seconds=scaled(self.minutes, SECONDS_PER_MINUTE))

    def at_once(self) -> Self:
        return replace(super().at_once(), minutes=0.0)

    def queue(self, peak: Flow) -> Queue | None:
        if self.answer_within is None:
            return None
        desk = self._desk(peak)
        (seats,) = seats_by_hour(hour_weights=[1.0], **desk)
        return Queue(seats / self.desks, desk["load"] / self.desks, desk["service_s"])

    def _desk(self, peak: Flow) -> dict[str, Numeric]:
        """The busiest hour as a queue."""
        minutes, disputed = self.minutes_per_item().value, 1.0 - self.agreement
        return {
            "load": self.calls(peak).value * minutes / MINUTES_PER_HOUR,
            "service_s": minutes / (self.reviewers_per_item + disputed) * SECONDS_PER_MINUTE,
            "target_s": self.answer_within,
            "level": self.level,
            "max_occupancy": self.occupancy,
            "desks": self.desks,
        }

    def minutes_per_item(self) -> Factor:
        """The minutes an item takes, of all who look at it and of who decides."""
        if not self.differs("reviewers_per_item") and not self.differs("agreement"):
            return self.factor("minutes", "minutes per review")
        one, people = self.factor("minutes"), self.factor("reviewers_per_item")
        last = self.adjudication_minutes
        decided = (1.0 - self.agreement) * (one.value if last is None else last)
        bases = weakest([self.basis("agreement"), self.basis("adjudication_minutes")])
        parts = (
            Factor("of review", people.value * one.value, "", weakest([one.basis, people.basis])),
            Factor("of adjudication", decided, "", bases),
        )
        return summed("minutes per item", "minutes", parts)

    def _reviewers(self, count: Count, wage: UnitPrice, behaves: Behaves) -> Charge:
        if self.states("overhead"):
            count = count.times(self.factor("overhead", "with employer cost"))
        return self.charge(count, wage, item="reviewers", driver="reviews", behaves=behaves)

    def wage(self, book: Book, holds: float = 1.0) -> UnitPrice:
        """The wage of an hour, which `holds` so many of what is counted."""
        if self.wage_per_hour is not None:
            return stated(self, "wage_per_hour", unit="hour", holds=holds)
        row = book.find(self.role, "hour")
        return listed(row, sold="USD/hour", unit="hour", holds=holds)
