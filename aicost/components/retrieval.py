"""Vector storage and search: metered or by whole units, and the context it hands on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from aicost.components.flow import Flow, World
from aicost.components.meters import MILLION, SOLD, Meter
from aicost.components.stage import on_average
from aicost.components.stores import (
    GB,
    SOLD_BESIDE,
    Measured,
    record_bytes,
    units_of_copy,
)
from aicost.components.unit_prices import (
    figure_of,
    missing,
    stated,
    trust,
    unknown_service,
    unlisted,
)
from aicost.components.vector_store import VectorStore
from aicost.values.charge import Charge, Count, Factor, weakest
from aicost.values.formatting import listing, plural
from aicost.values.quantities import SECONDS_PER_HOUR, Numeric, Value, quantity
from aicost.values.section import Concern

if TYPE_CHECKING:
    from aicost.book.book import Book
    from aicost.book.rows import Row
    from aicost.components.stores import StorePrice

LEAST_MEASURED = 1e6  # vectors below which no growth was published: no faster than there


#: What a store is told by first, of all that it asks.
BY = ("unit_hour", "read_units", "storage", "storage_dimensions")
OWN_STORE = "Else write what it costs as price: {unit_hour: …} or {gb_month: …}"


@dataclass(frozen=True, kw_only=True)
class Retrieval(VectorStore):
    """A search in the vector store; it hands `top_k` passages on."""

    component: ClassVar[str] = "retrieval"

    top_k: Value = quantity(
        "passages", "passages handed on, in place of those found before", default=None
    )

    def gaps(self, flow: Flow, book: Book) -> Iterable[Concern]:
        if self.price is not None:
            yield from self.price.gaps()
        elif not self.store:
            yield missing("store", "price: {unit_hour: …}")
        else:
            unknown = [*unknown_service(book, self.store, "store", BY)]
            unknown = [replace(one, remedy=f"{one.remedy} {OWN_STORE}") for one in unknown]
            unknown = unknown or [*unlisted(lambda: self._sold(book), "store")]
            yield from unknown or self._unsized(book)
        if self.measured is not None:
            yield from self.measured.gaps()
        if flow.world.corpus is None:
            for field in [name for name in ("top_k", "store") if self.states(name)][:1]:
                remedy = "write corpus: {documents: …}"
                yield Concern(field, "the documents are not described", remedy)

    def _unsized(self, book: Book) -> Iterator[Concern]:
        """Yield what is bought in units where nobody says how many, nor what one holds."""
        counted = self.units is not None or not self.sized_by_peak(book)
        if not counted and figure_of(book, self.store, "unit_gb") is None:
            wrong = f"nobody says what a unit of {self.store} holds"
            yield Concern("units", wrong, "write units: 3, or a row unit_gb in --prices")

    def warnings(self, flow: Flow, book: Book) -> Iterable[Concern]:
        corpus, price, needless = flow.world.corpus, self.price, "leave it out"
        asked = self.top_k or 0.0
        if corpus is not None and asked > (held := corpus.passages().value):
            wrong = f"the documents make only {held:,.0f} passages"
            yield Concern("top_k", wrong, "write less")
        if price is not None and (idle := self._unpaid(price, book)):
            wrong = f"price: stands in place of all of {self.store}'s prices, and says nothing of "
            wrong += f"its {listing([what for what, _ in idle])}"
            zeros = ", ".join(f"{field}: …" for _, field in idle)
            yield Concern("price", wrong, f"write {zeros} below it, 0 where nothing is paid")
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
        if self.units is not None and not self.sized_by_peak(book):
            yield Concern(
                "units", "no units are bought by it", f"{needless}, or price: {{units: …}}"
            )
        if self.states("indexing_units") and figure_of(book, self.store, "indexing_units") is None:
            wrong = "its units write and answer alike"
            yield Concern("indexing_units", wrong, needless)
        most = figure_of(book, self.store, "most_units")
        if (
            self.units is None
            and most is not None
            and (full := self._filled(flow.world, book)) > most
        ):
            wrong = (
                f"the collection takes {full:,.0f} units of each copy, {self.store} sells {most:g}"
            )
            yield Concern("store", wrong, "choose a store of larger units")
        metered = price is None and figure_of(book, self.store, "read_units") is not None
        if self.states("namespaces") and not metered:
            yield Concern("namespaces", "no query is billed by what it searches", needless)
        if price is not None and price.memory_gb is not None:
            yield from self._too_full(price, flow.world)

    def _unpaid(self, price: StorePrice, book: Book) -> list[tuple[str, str]]:
        """What its store sells and a contract has no price of: in words, and the field."""
        return [
            (what, field)
            for field, (what, *rows) in SOLD_BESIDE.items()
            if getattr(price, field) is None
            and any(figure_of(book, self.store, row) is not None for row in rows)
        ]

    def _filled(self, world: World, book: Book) -> Numeric:
        """The units that the collection fills in a copy. [units]"""
        meter = Meter(book, self.store)
        return np.ceil(self.memory(world, meter) / GB / meter.figure("unit_gb"))

    def _too_full(self, price: StorePrice, world: World) -> Iterator[Concern]:
        holds, needs = price.units * price.memory_gb, self.memory(world) / GB
        if needs > holds:
            wrong = f"the index fills {needs:,.3g} GB of memory, the units have {holds:,.3g}"
            remedy = "searches slow down at a step: write more units"
            yield Concern("price.memory_gb", wrong, remedy)

    def _sold(self, book: Book) -> Row:
        """The row that makes an item a store: what it charges for. Raises BookError."""
        kinds = {row.parameter for row in book.all_rows(self.store)}
        return book.find(self.store, next((kind for kind in SOLD if kind in kinds), "unit_hour"))

    # ---- money

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
        searched = self._held(world) / self.namespaces
        units = meter.read_units(passages=searched, scanned_bytes=size)
        return Factor("read units per query", units, "", self._basis(world, "namespaces"))

    def sized_by_peak(self, book: Book) -> bool:
        return self.price is None and Meter(book, self.store).has("unit_hour")

    def capacity(self, peak: Flow, book: Book) -> Iterable[Charge]:
        meter, world = Meter(book, self.store), peak.world
        held, busy = self.memory(world, meter) / GB, 0.0
        basis = self._basis(world, "links", "replicas")
        speed = self._queries_per_s(world, meter)
        if speed is not None:
            busy = self.calls(peak).value / SECONDS_PER_HOUR / speed.value
            basis = weakest([basis, speed.basis, *(f.basis for f in peak.count.factors)])
        copies, least = self._copies(meter).value, meter.figure("minimum_units", 1.0)
        if self.units is None:
            row = book.find(self.store, "unit_gb")
            basis = weakest([basis, trust(row)])
        else:
            basis = weakest([self.basis("units"), self.basis("replicas")])

        def of_a_copy(gb: Numeric) -> Numeric:
            if self.units is not None:
                return self.units
            return units_of_copy(filled_units=np.maximum(gb / row.value, busy), least_units=least)

        run = copies * of_a_copy(held)
        many = f"{float(np.mean(copies)):g}"
        made = f"{many} {plural('copy', many)} of {float(np.mean(of_a_copy(held))):g}"
        if self.units is None:
            made += (
                f" to hold {float(np.mean(held)):.3g} GB and the peak hour, at least {least:g} each"
            )
        hours, price = world.month.factor("hours", "hours"), meter.price("unit_hour")
        words = {"driver": "hours", "behaves": "capacity", "account": self.account}
        count = Count().times(Factor("units", run, "units", basis, note=made), hours)
        yield self.charge(count, price, item="units", **words)
        if meter.has("indexing_units"):
            yield self.charge(self._indexing(meter).times(hours), price, item="indexing", **words)
        twice = self._side_by_side(world)
        if twice is not None:
            both = copies * of_a_copy(2 * held)
            more = Factor("units more for two indexes", both - run, "units", basis)
            count = Count().times(more, hours, twice)
            yield self.charge(count, price, item="units while re-indexing", **words)

    def _indexing(self, meter: Meter) -> Count:
        """The units that write, counted apart from those that answer; how many is no rule's."""
        if self.indexing_units is not None:
            return Count().times(self.factor("indexing_units"), self._copies(meter))
        least = Factor("least to index", meter.figure("indexing_units"), "units", "listed")
        return Count().times(least, self._copies(meter))

    def _queries_per_s(self, world: World, meter: Meter) -> Factor | None:
        """What one unit answers at this size: the client's point, else the published one."""
        passages = self._held(world)
        power = figure_of(meter.book, self.store, "growth_exponent")
        if self.measured is not None:
            own, basis = self.measured, self.measured.basis("queries_per_s")
            found = own.queries_at(np.maximum(passages, 1.0), power)
        elif meter.has("unit_queries_per_s"):
            row = meter.book.find(self.store, "unit_queries_per_s")
            found, basis = row.value, trust(row)
            if meter.has("unit_vectors"):
                sized, recall = meter.figure("unit_vectors"), meter.figure("unit_recall")
                point = Measured(vectors=sized, queries_per_s=found, recall=recall)
                found = point.queries_at(np.maximum(passages, LEAST_MEASURED), power)
        else:
            return None
        return Factor("queries a second of a unit", found, "queries/s", basis)

    def pass_on(self, flow: Flow) -> Flow:
        if flow.world.corpus is None:
            return flow
        if self.top_k is None:
            return flow if flow.passages is not None else replace(flow, uncounted=self.name)
        each = flow.world.corpus.factor("chunk_tokens", "tokens per passage")
        found = on_average(self, self.factor("top_k", "passages"), flow.passages)
        return replace(flow, passages=found, passage_tokens=each)
