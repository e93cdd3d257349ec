"""People in the loop, who check answers or answer themselves: paid hours, or a desk of whole seats.

Without `answer_within` reviews are done some time: people turn to other work in between, and of an
hour at work all but a few minutes go into reviews. With it a desk is attended: its seats are paid
whether anything arrives or not. Up to an hour each hour of the day is staffed by itself; a longer
promise lets work wait for the seats of a later hour, or of the next day.

The quantity of the line is hours that are paid, its price what such an hour costs: the wage with
the employer's cost on top. A `rate_per_hour` is the cost of an hour of review, all in, and a
`price_per_review` that of a review; nothing multiplies them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from aicost.components.demand import Queue
from aicost.components.desk_hours import OF_A_DESK, DeskHours
from aicost.components.flow import Flow
from aicost.components.unit_prices import stated
from aicost.formulas.queueing.staffing import staff_on_payroll
from aicost.formulas.review.desk import (
    desk_queue,
    paid_per_worked,
    seat_hours_per_week,
)
from aicost.formulas.review.shifts import in_shifts
from aicost.values.charge import HUMAN, Behaves, Charge, Count, Factor, UnitPrice, summed, weakest
from aicost.values.formatting import percent, plural
from aicost.values.quantities import (
    DAYS_PER_WEEK,
    MINUTES_PER_HOUR,
    SECONDS_PER_HOUR,
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


SHIFTS = tuple(map(str, range(2, 13)))
OF_TWO = ("agreement", "adjudication_minutes")


@dataclass(frozen=True, kw_only=True)
class HumanReview(DeskHours):
    """People who look at a share of the answers."""

    component: ClassVar[str] = HUMAN
    rostered: ClassVar[bool] = True
    slows_down: ClassVar[bool] = False
    who: ClassVar[str] = "reviewers"

    minutes: Value = quantity("minutes", "minutes per review", spread=True, plain=(0.0, 480.0))
    reviewers_per_item: Value = quantity("people", "people who each review it", low=1, default=1.0)
    agreement: Value = quantity("share", "share of items that they agree on", default=1.0)
    adjudication_minutes: Value = quantity(
        "minutes",
        "minutes to decide where they do not, if not those of a review",
        default=None,
        plain=(0.0, 480.0),
    )
    level: Value = quantity(
        "share", "share of reviews begun in time", low=0.01, high=0.9999, default=0.95
    )
    desks: Value = quantity("desks", "desks that do not help each other", low=1, default=1.0)
    least_seats: Value = quantity(
        "seats", "seats filled in every hour that the desk is open, whatever arrives", default=0.0
    )
    shift_hours: str = word(
        "hours for which whoever comes to the desk stays; as the work asks, if left out",
        default="",
        choices=SHIFTS,
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

    @property
    def unasked(self) -> bool:
        """Whether a kind of system has room for people, and nobody said how many they see."""
        return self.basis("share") == "assumed" and not np.any(mean(self.share))

    @property
    def in_hand(self) -> Value:
        """What one person has in hand at the same time."""
        return 1.0

    @property
    def disputed(self) -> Numeric:
        """The share of items that somebody has to decide: it takes two to differ."""
        return (1.0 - self.agreement) * np.clip(self.reviewers_per_item - 1.0, 0.0, 1.0)

    def gaps(self, flow: Flow, book: Book) -> Iterable[Concern]:
        yield from self.unpriced(book)
        yield from self.hour_gaps(flow)
        if self.answer_within is not None and np.any(np.less_equal(mean(self.minutes), 0)):
            wrong = "no desk is needed for work of no time"
            yield Concern("minutes", wrong, "write more than 0")

    def warnings(self, flow: Flow, book: Book) -> Iterable[Concern]:
        if self.unasked:
            wrong = "nobody checks an answer on this bill: the file does not say how many are seen"
            remedy = f"write {self.name}: {{share: 2 %, minutes: 5}} with your own numbers, or "
            yield Concern("share", wrong, f"{remedy}{self.name}: none")
        written = {name for name, origin in self.origins.items() if origin.line is not None}
        no_desk = "it does nothing without a desk", "write answer_within: …"
        alone = "it takes two to differ", "write reviewers_per_item: 2"
        for fields, idle, (wrong, remedy) in (
            (OF_A_DESK, self.answer_within is None, no_desk),
            (OF_TWO, np.all(self.reviewers_per_item < 2), alone),
        ):
            for field in fields:
                if field in written and idle:
                    yield Concern(field, wrong, f"{remedy}, or leave it out")
        yield from self.misread(written)
        yield from self.hour_warnings(flow)

    def per_request(self, flow: Flow, book: Book) -> Iterable[Charge]:
        if self.unasked:
            return
        if self.price_per_review is not None:
            price = stated(self, "price_per_review", unit="review")
            yield self._reviewers(self.calls(flow).times(*self._looks()), price, "usage")
        elif self.answer_within is None:
            each = (self.minutes_per_item(), *self.shared(), *self._paid_per_worked())
            paid = self.calls(flow).times(*each)
            yield self._reviewers(paid, self.hour(book, MINUTES_PER_HOUR), "usage")

    def _paid_per_worked(self) -> Iterable[Factor]:
        if self.all_in or not (self.states("occupancy") or self.states("shrinkage")):
            return
        ratio = paid_per_worked(occupancy=self.occupancy, shrinkage=self.shrinkage)
        basis = weakest([self.basis("occupancy"), self.basis("shrinkage")])
        busy, away = (percent(float(np.mean(v))) for v in (self.occupancy, self.shrinkage))
        note = f"{busy} of an hour at work on reviews, {away} of paid time away"
        yield Factor("hours paid per hour of review", ratio, "", basis, note=note)

    def sized_by_peak(self, book: Book) -> bool:
        return self.answer_within is not None and self.price_per_review is None

    def capacity(self, peak: Flow, book: Book) -> Iterable[Charge]:
        if not self.sized_by_peak(book):
            return
        profile, month = peak.world.profile, peak.world.month
        seats = self.seats(profile.hours, **self._desk(peak))
        hours = seat_hours_per_week(
            seats=seats,
            days_per_week=self.days_open(profile.days_per_week),
            always_filled=self._always,
        )
        names = ("answer_within", "level", "occupancy", "desks")
        made = (*peak.count.factors, self.minutes_per_item())
        basis = weakest([*(f.basis for f in made), *map(self.basis, names)])
        most = f"{float(np.mean(seats.max(axis=0))):.3g}"
        note = f"busiest hour: {most} {plural('seat', most)}"
        if np.any(np.greater(self.answer_within, SECONDS_PER_HOUR)):
            note += ", work carried over to later ones"
        attended = Factor("hours of seats a week", hours, "", basis, note=note)
        weeks = Factor("weeks", month.days / DAYS_PER_WEEK, "", month.basis("days"))
        count = Count().times(*self._paid(attended), weeks)
        yield self._reviewers(count, self.hour(book), "capacity")

    @property
    def _always(self) -> Numeric:
        """The seats that are filled in every hour of the week."""
        return np.maximum(self.desks, self.least_seats) if self.cover == "24x7" else 0.0

    def seats(self, hours: Sequence[float], **desk: Any) -> Numeric:
        """The seats of each hour of a working day: what the promise takes, presence and shifts."""
        least = np.multiply.outer(self.least_seats, self.is_open(hours))  # hours last
        least = np.maximum(least, np.expand_dims(self._always, -1))
        seats = np.maximum(self.promised_seats(hours, desk).T, least).T
        if not self.shift_hours:
            return seats
        return in_shifts(seats=np.ceil(seats), shift_hours=int(self.shift_hours))

    def shared(self) -> Iterable[Factor]:
        """Yield the share of a person that one item takes, where several are in hand at once."""
        return ()

    def _paid(self, attended: Factor) -> tuple[Factor, ...]:
        """The hours paid in a week as factors: those of seats, or of whole people."""
        away = self.basis("shrinkage")
        if self.all_in or (self.hours_per_week is None and not self.states("shrinkage")):
            return (attended,)
        if self.hours_per_week is None:
            note = f"{percent(float(np.mean(self.shrinkage)))} of paid time away"
            ratio = paid_per_worked(occupancy=1.0, shrinkage=self.shrinkage)
            return attended, Factor("hours paid per hour of a seat", ratio, "", away, note=note)
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
        filled = self.seats(peak.world.profile.hours, **desk) / self.desks
        known = {key: desk[key] for key in ("service_s", "target_s", "level", "at_once")}
        known |= {"load": desk["load"] / self.desks, "hour_weights": peak.world.profile.hours}
        return Queue(*desk_queue(seats=filled, **known))

    def _desk(self, peak: Flow) -> dict[str, Numeric]:
        """What seats are to be found for."""
        profile = peak.world.profile
        minutes, disputed = self.minutes_per_item().value, self.disputed
        return {
            "load": self.calls(peak).value * minutes / MINUTES_PER_HOUR,
            "service_s": minutes / (self.reviewers_per_item + disputed) * SECONDS_PER_MINUTE,
            "target_s": self.answer_within,
            "level": self.level,
            "max_occupancy": self.occupancy,
            "desks": self.desks,
            "days_per_week": profile.days_per_week,
            "at_once": self.in_hand,
        }

    def minutes_per_item(self) -> Factor:
        """The minutes an item takes, of all who look at it and of who decides."""
        if not self.differs("reviewers_per_item") and not self.differs("agreement"):
            return self.factor("minutes", "minutes per review")
        one, people = self.factor("minutes"), self.factor("reviewers_per_item")
        last = self.adjudication_minutes
        decided = self.disputed * (one.value if last is None else last)
        bases = weakest([self.basis("agreement"), self.basis("adjudication_minutes")])
        parts = (
            Factor("of review", people.value * one.value, "", weakest([one.basis, people.basis])),
            Factor("of adjudication", decided, "", bases),
        )
        return summed("minutes per item", "minutes", parts)

    def _looks(self) -> Iterable[Factor]:
        """Yield the reviews of an item, where it has more than one: of all, and of who decides."""
        if not (self.states("reviewers_per_item") or self.states("agreement")):
            return
        looks = self.reviewers_per_item + self.disputed
        basis = weakest([self.basis("reviewers_per_item"), self.basis("agreement")])
        yield Factor("reviews per item", looks, "", basis)

    def _reviewers(self, count: Count, price: UnitPrice, behaves: Behaves) -> Charge:
        return self.charge(count, price, item=self.who, driver=self.done, behaves=behaves)


@dataclass(frozen=True, kw_only=True)
class HandOff(HumanReview):
    """People who take over a share of the conversations.

    What a review is to those who check answers, a conversation is to them: `minutes` are those of
    one, `price_per_review` its price by the piece.
    """

    component: ClassVar[str] = HUMAN
    who: ClassVar[str] = "people who answer"
    done: ClassVar[str] = "conversations"
    samples: ClassVar[bool] = False

    turns: Value = quantity(
        "turns",
        "turns of a conversation, which is handed over once",
        low=1,
        spread=True,
        default=1.0,
    )
    conversations_at_once: Value = quantity(
        "conversations",
        "conversations that one person holds at the same time; `minutes` are how long each lasts",
        low=1,
        default=1.0,
    )

    @property
    def in_hand(self) -> Value:
        return self.conversations_at_once

    def shared(self) -> Iterable[Factor]:
        if self.states("conversations_at_once"):
            basis = self.basis("conversations_at_once")
            yield Factor("of a person", 1.0 / self.conversations_at_once, "", basis)

    def calls(self, flow: Flow) -> Count:
        count = super().calls(flow)
        if not self.states("turns"):
            return count
        each = 1.0 / mean(self.turns)
        basis = self.basis("turns")
        return count.times(Factor("conversations per request", each, "", basis))
