"""Vector storage and search: metered or by whole units, and the context it hands on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from aicost.components.flow import Corpus, Flow, World
from aicost.components.meters import MILLION, Meter
from aicost.components.stage import Stage, on_average
from aicost.components.stores import GB, Measured, StorePrice, record_bytes, units_for
from aicost.components.unit_prices import figure_of, missing, stated, trust, unlisted
from aicost.formulas.vectors import KINDS, index_bytes, serving_memory
from aicost.values.charge import Basis, Charge, Count, Factor, UnitPrice, weakest
from aicost.values.quantities import SECONDS_PER_HOUR, Numeric, Value, quantity, word
from aicost.values.section import Concern, section

if TYPE_CHECKING:
    from aicost.book.book import Book
    from aicost.book.rows import Row

LEAST_MEASURED = 1e6  # vectors below which no growth was published: no faster than there


@dataclass(frozen=True, kw_only=True)
class Retrieval(Stage):
    """A search in the vector store; it hands `top_k` passages on."""

    component: ClassVar[str] = "retrieval"

    store: str = word("store, as data/stores.csv names it", default="", service=True)
    price: StorePrice | None = section(StorePrice, "prices in place of the store's listed ones")
    top_k: Value = quantity(
        "passages", "passages handed on, in place of those found before", default=None
    )
    dimensions: Value = quantity("dimensions", "dimensions of a vector", low=1, default=1536.0)
    metadata_bytes: Value = quantity("B", "bytes kept beside a vector", default=0.0)
    replicas: Value = quantity("copies", "copies of the index that serve", low=1, default=1.0)
    namespaces: Value = quantity(
        "namespaces", "parts the passages are kept in; a query searches one", low=1, default=1.0
    )
    reindex_days: Value = quantity(
        "days", "days that old and new vectors stand side by side at a change of model", default=0.0
    )
    index: str = word(
        "kind of index held in memory, in place of the store's rating of raw vectors",
        default="",
        choices=KINDS,
    )
    links: Value = quantity("links", "links of a vector in the graph (M)", low=2, default=16.0)
    measured: Measured | None = section(Measured, "what the client measured on one unit")

    def gaps(self, flow: Flow, book: Book) -> Iterable[Concern]:
        if self.price is not None:
            yield from self.price.gaps()
        elif not self.store:
            yield missing("store", "price: {unit_hour: …}")
        else:
            yield from unlisted(lambda: self._sold(book), "store")
        if self.measured is not None:
            yield from self.measured.gaps()
        if flow.world.corpus is None:
            for field in [name for name in ("top_k", "store") if self.states(name)][:1]:
                remedy = "write corpus: {documents: …}"
                yield Concern(field, "the documents are not described", remedy)

    def warnings(self, flow: Flow, book: Book) -> Iterable[Concern]:
        corpus, price, needless = flow.world.corpus, self.price, "leave it out"
        asked = self.top_k or 0.0
        if corpus is not None and asked > (held := corpus.passages().value):
            wrong = f"the documents make only {held:,.0f} passages"
            yield Concern("top_k", wrong, "write less")
        fitted = price is not None and price.memory_gb is not None
        if not (fitted or self.sized_by_peak(book)) and self.states("index"):
            remedy = f"{needless}, or write price: {{memory_gb: …}}"
            yield Concern("index", "no memory is sized by it", remedy)
        if self.measured is not None and not self.sized_by_peak(book):
            remedy = f"{needless}, or name a store of units"
            yield Concern("measured", "no units are bought by what was measured", remedy)
        if self.states("links") and not self.index.startswith(("hnsw", "pgvector")):
            remedy = f"write index: hnsw, or {needless}"
            yield Concern("links", "only a graph has links", remedy)
        metered = price is None and figure_of(book, self.store, "read_units") is not None
        if self.states("namespaces") and not metered:
            yield Concern("namespaces", "no query is billed by what it searches", needless)
        if price is not None and price.memory_gb is not None:
            yield from self._too_full(price, flow.world)

    def _too_full(self, price: StorePrice, world: World) -> Iterator[Concern]:
        holds, needs = price.units * price.memory_gb, self.memory(world) / GB
        if needs > holds:
            wrong = f"the index fills {needs:,.3g} GB of memory, the units have {holds:,.3g}"
            remedy = "searches slow down at a step: write more units"
            yield Concern("price.memory_gb", wrong, remedy)

    def _sold(self, book: Book) -> Row:
        """The row that makes an item a store: storage or whole units. Raises BookError."""
        kinds = {row.parameter for row in book.all_rows(self.store)}
        return book.find(self.store, "storage" if "storage" in kinds else "unit_hour")

    # ---- sizes

    def _record(self) -> Factor:
        size = record_bytes(dimensions=self.dimensions, metadata_bytes=self.metadata_bytes)
        return Factor("bytes per passage", size, "B", self.basis("dimensions"))

    def _bytes(self, world: World) -> Count:
        if world.corpus is None:
            return Count().times(Factor("no documents", 0.0, "B", "listed"))
        return world.corpus.passages().times(self._record())

    def memory(self, world: World) -> Numeric:
        """The bytes a copy fills in memory: by the kind of index, else raw records. [B]"""
        corpus = world.corpus
        if not self.index or corpus is None:
            return self._bytes(world).value
        passages = corpus.passages().value
        size = index_bytes(
            index=self.index, vectors=passages, dimensions=self.dimensions, links=self.links
        )
        text = passages * self.metadata_bytes  # a unit's size is what may be filled of it
        return serving_memory(index_bytes=size, payload_bytes=text, usable_share=1.0)

    def _basis(self, world: World, *fields: str) -> Basis:
        return weakest([*(f.basis for f in self._bytes(world).factors), *map(self.basis, fields)])

    # ---- money

    @property
    def account(self) -> str:
        """The account its charges and its minimum go to: the store's, else its own."""
        return self.store or self.name

    def standing(self, world: World, book: Book) -> Iterable[Charge]:
        if self.price is not None:
            yield from self._stated(world)
            return
        meter, held = Meter(book, self.store), {"storage": self._bytes(world)}
        corpus = world.corpus
        if corpus is not None:
            each = self.factor("dimensions"), self.factor("replicas")
            held["storage_dimensions"] = corpus.passages().times(*each)
        for parameter, count in held.items():
            if meter.has(parameter):
                item = parameter.removeprefix("storage_")
                yield from self._stored(world, count, meter.price(parameter), item)
        if corpus is not None:
            yield from self._writes(corpus, meter)

    def _side_by_side(self, world: World) -> Factor | None:
        """The part of the time that old and new vectors both stand there."""
        corpus = world.corpus
        if corpus is None or not corpus.differs("months_between_models"):
            return None
        share = np.minimum(corpus.renewed().value * self.reindex_days / world.month.days, 1.0)
        basis = weakest([corpus.renewed().basis, self.basis("reindex_days")])
        return Factor("of the time side by side", share, "share", basis)

    def _stored(
        self, world: World, held: Count, price: UnitPrice, item: str = "storage"
    ) -> Iterator[Charge]:
        words = {"driver": "gigabytes", "behaves": "data", "account": self.account}
        yield self.charge(held, price, item=item, **words)
        twice = self._side_by_side(world)
        if twice is not None:
            yield self.charge(held.times(twice), price, item=f"{item} while re-indexing", **words)

    def _stated(self, world: World) -> Iterator[Charge]:
        price = self.price
        assert price is not None
        if price.gb_month is not None:
            if price.gb is not None:
                held = Count().times(price.factor("gb", "GB held"))
                usd = stated(price, "gb_month", unit="GB-month")
                yield self.charge(
                    held,
                    usd,
                    item="storage",
                    driver="gigabytes",
                    behaves="data",
                    account=self.account,
                )
            else:
                usd = stated(price, "gb_month", unit="GB-month", holds=GB)
                yield from self._stored(world, self._bytes(world), usd)
        if price.unit_hour is not None:
            units = Count().times(
                price.factor("units"),
                self.factor("replicas"),
                world.month.factor("hours", "hours"),
            )
            usd = stated(price, "unit_hour", unit="unit-hour")
            yield self.charge(
                units, usd, item="units", driver="hours", behaves="capacity", account=self.account
            )

    def _writes(self, corpus: Corpus, meter: Meter) -> Iterator[Charge]:
        """Yield the upserts of all passages, of new and changed ones, and of a new model's."""
        each, priced = self._record(), "write_gb"
        if meter.has("write_units"):
            priced, per_kb = "write_units", meter.figure("write_units_per_kb")
            each = Factor("write units per passage", each.value / 1000 * per_kb, "", "listed")
        if not meter.has(priced):
            return
        words = {"driver": "passages written", "behaves": "data", "account": self.account}
        price, written = meter.price(priced), corpus.passages().times(each)
        fresh = corpus.added_per_month + corpus.changed_per_month
        new = Factor("new or changed in a month", fresh, "share", corpus.basis("changed_per_month"))
        yield self.charge(written, price, item="first load", every="once", **words)
        yield self.charge(corpus.passages().times(new, each), price, item="writes", **words)
        if corpus.differs("months_between_models"):
            again = corpus.passages().times(corpus.renewed(), each)
            yield self.charge(again, price, item="re-index writes", **words)

    def per_request(self, flow: Flow, book: Book) -> Iterable[Charge]:
        queries, words = self.calls(flow), {"driver": "queries", "account": self.account}
        if self.price is not None:
            if self.price.million_queries is not None:
                usd = stated(self.price, "million_queries", unit="Mquery", holds=MILLION)
                yield self.charge(queries, usd, item="queries", **words)
            return
        meter = Meter(book, self.store)
        if meter.has("read_units"):
            units = self._read_units(flow.world, meter)
            yield self.charge(
                queries.times(units), meter.price("read_units"), item="queries", **words
            )
        if meter.has("query"):
            yield self.charge(queries, meter.price("query"), item="query fee", **words)
        if meter.has("returned") and self.top_k is not None:
            handed = self.factor("top_k", "passages"), self.factor("metadata_bytes", "bytes each")
            yield self.charge(
                queries.times(*handed), meter.price("returned"), item="returned", **words
            )

    def _read_units(self, world: World, meter: Meter) -> Factor:
        kept = self.metadata_bytes * meter.figure("scanned_metadata", 1.0)
        size = record_bytes(dimensions=self.dimensions, metadata_bytes=kept)
        units = meter.read_units(passages=_passages(world) / self.namespaces, scanned_bytes=size)
        return Factor("read units per query", units, "", self._basis(world, "namespaces"))

    def sized_by_peak(self, book: Book) -> bool:
        return self.price is None and Meter(book, self.store).has("unit_hour")

    def capacity(self, peak: Flow, book: Book) -> Iterable[Charge]:
        meter, world = Meter(book, self.store), peak.world
        held, busy = self.memory(world) / GB, 0.0
        basis = self._basis(world, "links")
        speed = self._queries_per_s(world, meter)
        if speed is not None:
            busy = units_for(needed=self.calls(peak).value / SECONDS_PER_HOUR, per_unit=speed.value)
            basis = weakest([basis, speed.basis, *(f.basis for f in peak.count.factors)])
        copies, least = self.replicas * meter.figure("copies"), meter.figure("minimum_units")

        def of_a_copy(gb: Numeric) -> Numeric:
            return np.maximum(units_for(needed=gb, per_unit=meter.figure("unit_gb")), busy)

        needed = of_a_copy(held)
        run = np.maximum(least, needed * copies)
        made = (
            f"{float(np.mean(copies)):g} copies of {float(np.mean(needed)):g} to hold "
            f"{float(np.mean(held)):.3g} GB and the peak hour, at least {least:g}"
        )
        hours, price = world.month.factor("hours", "hours"), meter.price("unit_hour")
        words = {"driver": "hours", "behaves": "capacity", "account": self.account}
        count = Count().times(Factor("units", run, "units", basis, note=made), hours)
        yield self.charge(count, price, item="units", **words)
        twice = self._side_by_side(world)
        if twice is not None:
            both = np.maximum(least, of_a_copy(2 * held) * copies)
            more = Factor("units more for two indexes", both - run, "units", basis)
            count = Count().times(more, hours, twice)
            yield self.charge(count, price, item="units while re-indexing", **words)

    def _queries_per_s(self, world: World, meter: Meter) -> Factor | None:
        """What one unit answers at this size: the client's point, else the published one."""
        passages = _passages(world)
        if self.measured is not None:
            own, basis = self.measured, self.measured.basis("queries_per_s")
            found = own.queries_at(np.maximum(passages, 1.0))
        elif meter.has("unit_queries_per_s"):
            row = meter.book.find(self.store, "unit_queries_per_s")
            found, basis = row.value, trust(row)
            if meter.has("unit_vectors"):
                sized, recall = meter.figure("unit_vectors"), meter.figure("unit_recall")
                point = Measured(vectors=sized, queries_per_s=found, recall=recall)
                found = point.queries_at(np.maximum(passages, LEAST_MEASURED))
        else:
            return None
        return Factor("queries a second of a unit", found, "queries/s", basis)

    def minimums(self, book: Book) -> Iterable[tuple[str, UnitPrice]]:
        if self.price is not None and self.price.minimum is not None:
            yield self.account, stated(self.price, "minimum", unit="month")
        elif self.price is None and Meter(book, self.store).has("minimum"):
            yield self.account, Meter(book, self.store).price("minimum")

    def pass_on(self, flow: Flow) -> Flow:
        if self.top_k is None or flow.world.corpus is None:
            return flow
        each = flow.world.corpus.factor("chunk_tokens", "tokens per passage")
        found = on_average(self, self.factor("top_k", "passages"), flow.passages)
        return replace(flow, passages=found, passage_tokens=each)


def _passages(world: World) -> Numeric:
    return world.corpus.passages().value if world.corpus is not None else 0.0
