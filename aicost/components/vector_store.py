"""What a collection takes in a vector store: bytes, writes, copies, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from aicost.components.flow import World
from aicost.components.meters import MILLION, Meter
from aicost.components.stage import Stage
from aicost.components.stores import GB, Measured, StorePrice, record_bytes
from aicost.components.unit_prices import stated
from aicost.formulas.vectors import KINDS, index_bytes, serving_memory
from aicost.values.charge import Basis, Charge, Count, Factor, UnitPrice, weakest
from aicost.values.quantities import Numeric, Value, quantity, word
from aicost.values.section import section

if TYPE_CHECKING:
    from aicost.book.book import Book


@dataclass(frozen=True, kw_only=True)
class VectorStore(Stage):
    """The part of a search that stands there at any usage: the documents in a store."""

    meant: ClassVar[Mapping[str, str]] = {
        "copies": "replicas: …",
        **dict.fromkeys(("redundancy", "redundant", "standby"), "replicas: 1 for none"),
        "partitions": "units: …",
    }

    store: str = word("store, as data/stores.csv names it", default="", service=True)
    price: StorePrice | None = section(StorePrice, "prices in place of the store's listed ones")
    dimensions: Value = quantity("dimensions", "dimensions of a vector", low=1, default=1536.0)
    metadata_bytes: Value = quantity("B", "bytes kept beside a vector", default=0.0)
    replicas: Value = quantity(
        "copies",
        "copies of the index that serve, in place of the store's own",
        low=1,
        default=None,
    )
    units: Value = quantity(
        "units",
        "units that run for each replica, in place of what the collection fills",
        default=None,
    )
    indexing_units: Value = quantity(
        "units", "units that write each copy, in place of the least the store runs", default=None
    )
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

    # ---- sizes

    def _record(self) -> Factor:
        size = record_bytes(dimensions=self.dimensions, metadata_bytes=self.metadata_bytes)
        return Factor("bytes per passage", size, "B", self.basis("dimensions"))

    def _bytes(self, world: World) -> Count:
        if world.corpus is None:
            return Count().times(Factor("no documents", 0.0, "B", "listed"))
        return world.corpus.passages().times(self._record())

    def memory(self, world: World, meter: Meter | None = None) -> Numeric:
        """The bytes a copy fills in memory: by the kind of index, else raw records. [B]"""
        passages, text = self._held(world), self.metadata_bytes
        if meter is not None:
            text = text * meter.figure("unit_metadata", 1.0)
        if not self.index or world.corpus is None:
            return passages * record_bytes(dimensions=self.dimensions, metadata_bytes=text)
        size = index_bytes(
            index=self.index, vectors=passages, dimensions=self.dimensions, links=self.links
        )  # a unit's size is what may be filled of it
        return serving_memory(index_bytes=size, payload_bytes=passages * text, usable_share=1.0)

    def _copies(self, meter: Meter | None = None) -> Factor:
        """The copies that serve: as stated, else as many as the store keeps."""
        if self.replicas is not None:
            return self.factor("replicas")
        return Factor("replicas", meter.figure("copies", 1.0) if meter else 1.0, "copies", "listed")

    def _held(self, world: World) -> Numeric:
        """The passages of the collection, none where there is no collection."""
        return world.corpus.passages().value if world.corpus is not None else 0.0

    def _basis(self, world: World, *fields: str) -> Basis:
        return weakest([*(f.basis for f in self._bytes(world).factors), *map(self.basis, fields)])

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
            each = self.factor("dimensions"), self._copies(meter)
            held["storage_dimensions"] = corpus.passages().times(*each)
        for parameter, count in held.items():
            if meter.has(parameter):
                item = parameter.removeprefix("storage_")
                yield from self._stored(world, count, meter.price(parameter), item)
        yield from self._metered_writes(world, meter)

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
                self._copies(),
                world.month.factor("hours", "hours"),
            )
            usd = stated(price, "unit_hour", unit="unit-hour")
            yield self.charge(
                units, usd, item="units", driver="hours", behaves="capacity", account=self.account
            )
        if price.million_writes is not None:
            usd = stated(price, "million_writes", unit="Mwrite", holds=MILLION)
            yield from self._writes(world, usd)

    def _writes(self, world: World, price: UnitPrice, *each: Factor) -> Iterator[Charge]:
        """Yield the upserts of all passages, of new and changed ones, and of a new model's."""
        corpus = world.corpus
        if corpus is None:
            return
        words = {"driver": "passages written", "behaves": "data", "account": self.account}
        changed, basis = corpus.changed_per_month, corpus.basis("changed_per_month")
        if world.rewritten is not None:  # with what is embedded again
            changed = changed * world.rewritten.value
            basis = weakest([basis, world.rewritten.basis])
        fresh = corpus.added_per_month + changed
        new = Factor("new or changed in a month", fresh, "share", basis)
        every = corpus.passages()
        yield self.charge(every.times(*each), price, item="first load", every="once", **words)
        yield self.charge(every.times(new, *each), price, item="writes", **words)
        if corpus.differs("months_between_models"):
            again = every.times(corpus.renewed(), *each)
            yield self.charge(again, price, item="re-index writes", **words)

    def _metered_writes(self, world: World, meter: Meter) -> Iterator[Charge]:
        each, priced = self._record(), "write_gb"
        if meter.has("write_units"):
            priced, per_kb = "write_units", meter.figure("write_units_per_kb")
            each = Factor("write units per passage", each.value / 1000 * per_kb, "", "listed")
        if meter.has(priced):
            yield from self._writes(world, meter.price(priced), each)

    def minimums(self, book: Book) -> Iterable[tuple[str, UnitPrice]]:
        if self.price is not None and self.price.minimum is not None:
            yield self.account, stated(self.price, "minimum", unit="month")
        elif self.price is None and Meter(book, self.store).has("minimum"):
            yield self.account, Meter(book, self.store).price("minimum")
