"""Vector storage and search: metered or by whole units, and the context it hands on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from aicost.charge import Charge, Count, Factor, UnitPrice, weakest
from aicost.components.base import (
    Stage,
    listed,
    missing,
    on_average,
    stated,
    trust,
    unlisted,
)  # fmt: skip
from aicost.components.stores import GB, StorePrice, read_units, record_bytes, units_for
from aicost.flow import Flow, World
from aicost.quantities import Value, quantity, word
from aicost.section import section

if TYPE_CHECKING:
    from aicost.book import Book, Row

MILLION = 1e6
#: The units that data/stores.csv prices in.
SOLD = {
    "storage": "USD/GB-month", "read_units": "USD/M read units",
    "write_units": "USD/M write units", "unit_hour": "USD/unit-hour", "minimum": "USD/month",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Retrieval(Stage):
    """A search in the vector store; it hands `top_k` passages on."""

    component: ClassVar[str] = "retrieval"

    store: str = word("store, as data/stores.csv names it", default="")
    price: StorePrice | None = section(StorePrice, "prices in place of the store's listed ones")
    top_k: Value = quantity("passages", "passages handed on", default=0.0)
    dimensions: Value = quantity("dimensions", "dimensions of a vector", low=1, default=1536.0)
    metadata_bytes: Value = quantity("B", "bytes kept beside a vector", default=0.0)
    replicas: Value = quantity("copies", "copies of the index that serve", low=1, default=1.0)

    def gaps(self, book: Book) -> Iterable[tuple[str, str]]:
        if self.price is not None:
            yield from self.price.gaps()
        elif not self.store:
            yield missing("store", "price: {unit_hour: …}")
        else:
            yield from unlisted(lambda: self._sold(book), "store")

    def _sold(self, book: Book) -> Row:
        """Return the row that makes an item a store: storage or whole units. Raises BookError."""
        kinds = {row.parameter for row in book.all_rows(self.store)}
        return book.find(self.store, "storage" if "storage" in kinds else "unit_hour")

    # ---- sizes

    def _bytes(self, world: World) -> Count:
        corpus = world.corpus
        if corpus is None:
            return Count().times(Factor("no documents", 0.0, "B", "listed"))
        size = record_bytes(dimensions=self.dimensions, metadata_bytes=self.metadata_bytes)
        each = Factor("bytes per passage", size, "B", self.basis("dimensions"))
        return corpus.passages().times(each)

    def _has(self, book: Book, parameter: str) -> bool:
        return bool(book.rows(self.store, parameter))

    def _row(self, book: Book, parameter: str, unit: str, holds: float = 1.0) -> UnitPrice:
        row = book.find(self.store, parameter)
        return listed(row, sold=SOLD[parameter], unit=unit, holds=holds)

    # ---- money

    @property
    def account(self) -> str:
        """Return the account its charges and its minimum go to: the store's, else its own."""
        return self.store or self.name

    def standing(self, world: World, book: Book) -> Iterable[Charge]:
        words = {"driver": "gigabytes", "behaves": "data", "account": self.account}
        if self.price is not None:
            yield from self._stated(world)
        elif self._has(book, "storage"):
            price = self._row(book, "storage", "GB-month", GB)
            yield self.charge(self._bytes(world), price, item="storage", **words)
        if self.price is None and world.corpus is not None and self._has(book, "write_units"):
            yield from self._writes(world, book)

    def _stated(self, world: World) -> Iterator[Charge]:
        price = self.price
        assert price is not None
        if price.gb_month is not None:
            if price.gb is not None:
                held, holds = Count().times(price.factor("gb", "GB held")), 1.0
            else:
                held, holds = self._bytes(world), GB
            usd = stated(price, "gb_month", unit="GB-month", holds=holds)
            yield self.charge(held, usd, item="storage", driver="gigabytes", behaves="data",
                              account=self.account)  # fmt: skip
        if price.unit_hour is not None:
            units = Count().times(
                price.factor("units"), self.factor("replicas"),
                world.month.factor("hours", "hours"),
            )  # fmt: skip
            usd = stated(price, "unit_hour", unit="unit-hour")
            yield self.charge(units, usd, item="units", driver="hours", behaves="capacity",
                              account=self.account)  # fmt: skip

    def _writes(self, world: World, book: Book) -> Iterator[Charge]:
        """Yield the upserts of new and changed passages."""
        corpus = world.corpus
        assert corpus is not None
        size = record_bytes(dimensions=self.dimensions, metadata_bytes=self.metadata_bytes)
        per_kb = book.find(self.store, "write_units_per_kb").value
        units = Factor("write units per passage", size / 1000 * per_kb, "", "listed")
        fresh = corpus.added_per_month + corpus.changed_per_month
        new = Factor("new or changed in a month", fresh, "share", corpus.basis("changed_per_month"))
        words = {"driver": "passages written", "behaves": "data", "account": self.account}
        price = self._row(book, "write_units", "Mwrite", MILLION)
        yield self.charge(corpus.passages().times(units), price, item="first load",
                          every="once", **words)  # fmt: skip
        yield self.charge(corpus.passages().times(new, units), price, item="writes", **words)

    def per_request(self, flow: Flow, book: Book) -> Iterable[Charge]:
        queries = self.calls(flow)
        if self.price is not None:
            if self.price.million_queries is not None:
                usd = stated(self.price, "million_queries", unit="Mquery", holds=MILLION)
                yield self.charge(
                    queries, usd, item="queries", driver="queries", account=self.account
                )
        elif self._has(book, "read_units"):
            units = read_units(
                gb=self._bytes(flow.world).value / GB,
                per_gb=book.find(self.store, "read_units_per_gb").value,
                minimum=book.find(self.store, "read_units_minimum").value,
            )
            basis = weakest(f.basis for f in self._bytes(flow.world).factors)
            each = Factor("read units per query", units, "", basis)
            price = self._row(book, "read_units", "Mread", MILLION)
            yield self.charge(
                queries.times(each), price, item="queries", driver="queries", account=self.account
            )

    def sized_by_peak(self, book: Book) -> bool:
        return self.price is None and self._has(book, "unit_hour")

    def capacity(self, peak: Flow, book: Book) -> Iterable[Charge]:
        per_unit = book.find(self.store, "unit_gb").value
        held = self._bytes(peak.world)
        needed = units_for(needed=held.value / GB, per_unit=per_unit)
        basis = weakest(f.basis for f in held.factors)
        if self._has(book, "unit_queries_per_s"):
            rate = self.calls(peak).value / 3600
            speed = book.find(self.store, "unit_queries_per_s")
            needed = np.maximum(needed, units_for(needed=rate, per_unit=speed.value))
            basis = weakest([basis, trust(speed), *(f.basis for f in peak.count.factors)])
        copies = self.replicas * book.find(self.store, "copies").value
        least = book.find(self.store, "minimum_units").value
        units = np.maximum(least, needed * copies)
        made = (
            f"{float(np.mean(copies)):g} copies of {float(np.mean(needed)):g} to hold "
            f"{float(np.mean(held.value)) / GB:.3g} GB and the peak hour, at least {least:g}"
        )
        count = Count().times(
            Factor("units", units, "units", basis, note=made),
            peak.world.month.factor("hours", "hours"),
        )
        price = self._row(book, "unit_hour", "unit-hour")
        yield self.charge(
            count, price, item="units", driver="hours", behaves="capacity", account=self.account
        )

    def minimum(self, book: Book) -> Iterable[tuple[str, UnitPrice]]:
        """Yield the least bill of the account, where it has one."""
        if self.price is not None and self.price.minimum is not None:
            yield self.account, stated(self.price, "minimum", unit="month")
        elif self.price is None and self._has(book, "minimum"):
            yield self.account, self._row(book, "minimum", "month")

    def pass_on(self, flow: Flow) -> Flow:
        if not self.states("top_k") or flow.world.corpus is None:
            return flow
        each = flow.world.corpus.factor("chunk_tokens", "tokens per passage")
        found = on_average(self, self.factor("top_k", "passages"), flow.passages)
        return replace(flow, passages=found, passage_tokens=each)
