"""Traces and logs of every request, also of those a cache has answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from aicost.book.validity import sold_in
from aicost.components.flow import Flow, World
from aicost.components.stage import Stage
from aicost.components.unit_prices import listed, missing, unknown_service, unlisted
from aicost.components.unwaited import Unwaited
from aicost.values.charge import Charge, Count, Factor, UnitPrice
from aicost.values.quantities import Numeric, Value, quantity, word
from aicost.values.section import Concern

if TYPE_CHECKING:
    from aicost.book.book import Book
    from aicost.book.rows import Row

#: What a platform counts, by how its rows sell it: the words, and how many one price is for.
EVENTS = {
    "USD/100k events": ("100k events", 1e5),
    "USD/10k LLM spans": ("10k LLM spans", 1e4),
    "USD/1k traces": ("1k traces", 1e3),
    "USD/request": ("request", 1.0),
}
#: Kilobytes in what is taken in, and in what is kept for a month.
TAKEN_IN = {"USD/GB": ("GB", 1e6), "USD/GiB": ("GiB", 1.073741824e6)}
KEPT = {f"{sold}-month": (f"{unit}-month", kb) for sold, (unit, kb) in TAKEN_IN.items()}


def band_shares(*, quantity: Numeric, thresholds: tuple[float, ...]) -> list[Any]:
    """The share of a quantity that falls in each band of a graduated price.

    Parameters
    ----------
    quantity : what is counted in the month. [any]
    thresholds : where each band starts, the first at 0. [any]

    Returns
    -------
    Shares, adding up to 1 where there is anything. [share]

    Examples
    --------
    >>> [float(s) for s in band_shares(quantity=400.0, thresholds=(0.0, 100.0))]
    [0.25, 0.75]
    """
    ends = (*thresholds[1:], np.inf)
    whole = np.where(np.equal(quantity, 0), 1.0, quantity)
    return [
        (np.clip(quantity, low, high) - low) / whole
        for low, high in zip(thresholds, ends, strict=True)
    ]


@dataclass(frozen=True, kw_only=True)
class Observability(Unwaited, Stage):
    """What it costs to see each request: events on a platform, gigabytes of logs."""

    component: ClassVar[str] = "observability"
    of_all: ClassVar[bool] = True

    platform: str = word("platform, as data/platforms.csv names it", service=True)
    events_per_request: Value = quantity(
        "events",
        "what the platform counts of one request: traces, spans and scores, or one of them",
        default=None,
    )
    kb_per_request: Value = quantity(
        "KB", "kilobytes logged per request", default=0.0, plain=(0.0, 10_000.0)
    )
    kept_months: Value = quantity("months", "months a log is kept", default=1.0)
    seats: Value = quantity(
        "seats", "people who look, where a platform asks by the seat", default=None
    )

    # ---- what does not fit

    def gaps(self, flow: Flow, book: Book) -> Iterable[Concern]:
        unknown = [*unknown_service(book, self.platform, "platform", ("event", "ingest"))]
        own = "Else write it under other: {NAME: {per_month: …}}, and this stage: none"
        unknown = [replace(one, remedy=f"{one.remedy} {own}") for one in unknown] or [
            *unlisted(lambda: self._prices(book), "platform")
        ]
        yield from unknown
        if unknown:
            return
        rows = self._rows(book, "event")
        usual = rows[:1] and rows[0].unit == next(iter(EVENTS))  # what a kind assumes is in events
        if rows and (self.events_per_request is None or (not usual and self._nobody_counted)):
            counted = EVENTS[rows[0].unit][0].partition(" ")[2] or "requests to models"
            yield missing("events_per_request", f"0 if there are none, as it counts {counted}")
        if self._rows(book, "seat") and self.seats is None:
            yield missing("seats", "0 if nobody has one")

    @property
    def _nobody_counted(self) -> bool:
        return self.basis("events_per_request") == "assumed"

    def _prices(self, book: Book) -> None:
        """Raise BookError where the platform sells nothing, or in another unit."""
        if not self._rows(book, "event"):
            book.find(self.platform, "ingest")
        for parameter, units in (("event", EVENTS), ("ingest", TAKEN_IN), ("stored", KEPT)):
            for row in self._rows(book, parameter):
                _priced(row, units)

    def warnings(self, flow: Flow, book: Book) -> Iterable[Concern]:
        kept = self._rows(book, "keeps")
        if self.states("kept_months") and not self._rows(book, "stored"):
            days = f", {kept[0].text} days" if kept else ""
            wrong = f"{self.platform} sells no time: it keeps what its plan says{days}"
            yield Concern("kept_months", wrong, "leave it out, or take another platform or plan")

    # ---- what it costs

    def _rows(self, book: Book, parameter: str) -> list[Row]:
        rows = book.in_force(self.platform, parameter)
        return sorted(rows, key=lambda row: row.tier_gt)

    def standing(self, world: World, book: Book) -> Iterable[Charge]:
        if book.in_force(self.platform, "base"):
            one = Count().times(Factor("plan", 1.0, "", "listed"))
            price = listed(book.find(self.platform, "base"), sold="USD/month", unit="month")
            yield self.charge(one, price, item="plan", driver="months", behaves="fixed")
        if book.in_force(self.platform, "seat"):
            seats = Count().times(self.factor("seats"))
            price = listed(
                book.find(self.platform, "seat"), sold="USD/seat-month", unit="seat-month"
            )
            yield self.charge(seats, price, item="seats", driver="seats", behaves="fixed")

    def per_request(self, flow: Flow, book: Book) -> Iterable[Charge]:
        calls = self.calls(flow)
        if rows := self._rows(book, "event"):
            events = calls.times(self.factor("events_per_request", "events per request"))
            for row, part, price in _bands(events, rows, EVENTS, 1.0):
                words = f"events beyond {row.tier_gt:,}" if row.tier_gt else "first events"
                yield self.charge(part, price, item=words, driver="events")
        logged = calls.times(self.factor("kb_per_request", "KB per request"))
        if rows := self._rows(book, "ingest"):
            _, holds = TAKEN_IN[rows[0].unit]
            for row, part, price in _bands(logged, rows, TAKEN_IN, holds):
                beyond = f" beyond {row.tier_gt:,} {price.unit}" if row.tier_gt else ""
                yield self.charge(part, price, item=f"logs taken in{beyond}", driver="logs")
        for row in self._rows(book, "stored"):
            kept = logged.times(self._kept(book))
            yield self.charge(kept, _priced(row, KEPT), item="logs kept", driver="logs")

    def _kept(self, book: Book) -> Factor:
        """The months that a log is kept and paid for, beyond those that come with taking it in."""
        kept = self.factor("kept_months", "months kept")
        if not book.in_force(self.platform, "kept_free"):
            return kept
        free = book.find(self.platform, "kept_free").value
        paid = np.maximum(0.0, kept.value - free)
        return replace(kept, name=f"months kept beyond {free:g} that come with it", value=paid)


def _priced(row: Row, units: Mapping[str, tuple[str, float]]) -> UnitPrice:
    """The price of a row by how it sells. Raises BookError where that is another unit."""
    unit, holds = units[sold_in(row, row.unit if row.unit in units else next(iter(units))).unit]
    return listed(row, sold=row.unit, unit=unit, holds=holds)


def _bands(
    count: Count, rows: list[Row], units: Mapping[str, tuple[str, float]], holds: float
) -> Iterator[tuple[Row, Count, UnitPrice]]:
    """Yield what falls in each band of a graduated price, whose bounds hold `holds` of a count."""
    thresholds = tuple(float(row.tier_gt) for row in rows)
    shares = band_shares(quantity=count.value / holds, thresholds=thresholds)
    for row, share in zip(rows, shares, strict=True):
        price = _priced(row, units)
        if len(rows) == 1:
            yield row, count, price
            continue
        words = f"of them beyond {row.tier_gt:,}" if row.tier_gt else "of them the first"
        yield row, count.times(Factor(words, share, "share", "listed")), price
