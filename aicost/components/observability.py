"""Traces and logs of every request, also of those a cache has answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from aicost.components.flow import Flow, World
from aicost.components.stage import Stage
from aicost.components.unit_prices import listed, missing, unknown_service, unlisted
from aicost.values.charge import Charge, Count, Factor
from aicost.values.quantities import Numeric, Value, quantity, word
from aicost.values.section import Concern

if TYPE_CHECKING:
    from aicost.book.book import Book
    from aicost.formulas.latency.call import Call

KB_PER_GB = 1e6


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
class Observability(Stage):
    """What it costs to see each request: events on a platform, gigabytes of logs."""

    component: ClassVar[str] = "observability"
    of_all: ClassVar[bool] = True

    platform: str = word("platform, as data/platforms.csv names it", service=True)
    events_per_request: Value = quantity("events", "traces, spans and scores", default=None)
    kb_per_request: Value = quantity(
        "KB", "kilobytes logged per request", default=0.0, plain=(0.0, 10_000.0)
    )
    kept_months: Value = quantity("months", "months a log is kept", default=1.0)

    @property
    def waited_for(self) -> bool:
        return False

    def call(self) -> Call:
        from aicost.formulas.latency.call import Call

        return Call()

    def gaps(self, flow: Flow, book: Book) -> Iterable[Concern]:
        sold = [*unknown_service(book, self.platform, "platform", ("event", "ingest"))]
        own = "Else write it under other: {NAME: {per_month: …}}, and this stage: none"
        sold = [replace(one, remedy=f"{one.remedy} {own}") for one in sold] or [
            *unlisted(
                lambda: book.in_force(self.platform, "event") or book.find(self.platform, "ingest"),
                "platform",
            )
        ]
        yield from sold
        if not sold and book.in_force(self.platform, "event") and self.events_per_request is None:
            yield missing("events_per_request", "0 if there are none")

    def standing(self, world: World, book: Book) -> Iterable[Charge]:
        if book.in_force(self.platform, "base"):
            one = Count().times(Factor("plan", 1.0, "", "listed"))
            price = listed(book.find(self.platform, "base"), sold="USD/month", unit="month")
            yield self.charge(one, price, item="plan", driver="months", behaves="fixed")

    def per_request(self, flow: Flow, book: Book) -> Iterable[Charge]:
        calls = self.calls(flow)
        if book.in_force(self.platform, "event"):
            yield from self._events(calls, book)
        if book.in_force(self.platform, "ingest"):
            logged = self.factor("kb_per_request", "KB per request")
            price = listed(
                book.find(self.platform, "ingest"), sold="USD/GB", unit="GB", holds=KB_PER_GB
            )
            yield self.charge(calls.times(logged), price, item="logs taken in", driver="logs")
            kept = self.factor("kept_months", "months kept")
            price = listed(
                book.find(self.platform, "stored"),
                sold="USD/GB-month",
                unit="GB-month",
                holds=KB_PER_GB,
            )
            yield self.charge(calls.times(logged, kept), price, item="logs kept", driver="logs")

    def _events(self, calls: Count, book: Book) -> Iterator[Charge]:
        """Yield one line per band of the graduated price."""
        events = calls.times(self.factor("events_per_request", "events per request"))
        rows = sorted(book.in_force(self.platform, "event"), key=lambda row: row.tier_gt)
        thresholds = tuple(float(row.tier_gt) for row in rows)
        shares = band_shares(quantity=events.value, thresholds=thresholds)
        for row, share in zip(rows, shares, strict=True):
            words = f"events beyond {row.tier_gt:,}" if row.tier_gt else "first events"
            part = events.times(Factor(f"of them {words}", share, "share", "listed"))
            price = listed(row, sold="USD/100k events", unit="100k events", holds=1e5)
            yield self.charge(part, price, item=words, driver="events")
