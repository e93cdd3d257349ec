"""What a vector store meters: bytes of records, read units, and whole units to hold them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from aicost.formulas.vectors import fitted_exponent, growth_exponent, queries_at
from aicost.values.quantities import Numeric, Value, quantity
from aicost.values.section import Concern, Section

GB = 1e9
#: What a contract may price; the other fields of a price are sizes.
SOLD_BY_CONTRACT = ("unit_hour", "gb_month", "million_queries", "million_writes", "minimum")
#: What each is paid for, and the rows of data/stores.csv that ask for the same.
SOLD_BESIDE = {
    "unit_hour": ("units", "unit_hour"),
    "gb_month": ("storage", "storage", "storage_dimensions"),
    "million_queries": ("queries", "read_units", "query"),
    "million_writes": ("writes", "write_units", "write_gb"),
}


def record_bytes(*, dimensions: Numeric, metadata_bytes: Numeric) -> Numeric:
    """The bytes of one record: 4 d + metadata.

    Parameters
    ----------
    dimensions : dimensions of the vector, stored as 32-bit floats. [dimensions]
    metadata_bytes : id, text and metadata kept with it. [B]

    Returns
    -------
    Bytes per record. [B]

    References
    ----------
    docs.pinecone.io, understanding cost (read 2026-11-23): 1M records of 1,536 dimensions and
    1,000 B make 7.14 GB.

    Examples
    --------
    >>> record_bytes(dimensions=1536, metadata_bytes=1000)
    7144
    """
    return 4 * dimensions + metadata_bytes


def read_units(
    *, gb: Numeric, above_gb: Sequence[Numeric], per_gb: Sequence[float], minimum: Numeric
) -> Numeric:
    """The read units of one query: max(minimum, Σ GB in each band x its units per GB).

    Parameters
    ----------
    gb : size of the namespace searched. [GB]
    above_gb : where each band starts, the first at 0. [GB]
    per_gb : read units per gigabyte of each band. [units/GB]
    minimum : least units of a query. [units]

    Returns
    -------
    Read units per query. [units]

    Notes
    -----
    Bands are marginal: a gigabyte costs what its own band says, whatever lies above.

    References
    ----------
    docs.pinecone.io, understanding cost (read 2026-11-23): one band. turbopuffer.com/pricing.md,
    aws.amazon.com/s3/pricing, docs.zilliz.com serverless cluster cost (read 2026-11-24).

    Examples
    --------
    >>> float(read_units(gb=7.14, above_gb=[0], per_gb=[1.0], minimum=0.25))
    7.14
    >>> bands = {"above_gb": [0, 32, 128], "per_gb": [1.0, 0.2, 0.04]}
    >>> round(float(read_units(gb=200.0, minimum=1.28, **bands)), 2)
    54.08
    """
    ends = [*above_gb[1:], np.inf]
    bands = zip(above_gb, ends, per_gb, strict=True)
    scanned = sum(np.clip(gb - low, 0, high - low) * per for low, high, per in bands)
    return np.maximum(minimum, scanned)


def units_of_copy(*, filled_units: Numeric, least_units: Numeric) -> Numeric:
    """The units of one copy of an index: the least one where it is enough, else whole ones.

    Parameters
    ----------
    filled_units : units that a copy fills to the brim. [units]
    least_units : smallest size that is sold, maybe half a unit. [units]

    Returns
    -------
    Units that run. [units]

    References
    ----------
    aws.amazon.com, big data blog, OpenSearch Serverless at any scale (read 2026-11-27): half a
    unit, then one, then whole ones.

    Examples
    --------
    >>> [float(units_of_copy(filled_units=n, least_units=0.5)) for n in (0, 0.4, 0.6, 1.2)]
    [0.5, 0.5, 1.0, 2.0]
    """
    whole: Numeric = np.ceil(filled_units)
    units: Numeric = np.where(np.less_equal(filled_units, least_units), least_units, whole)
    return units[()]


@dataclass(frozen=True, kw_only=True)
class StorePrice(Section):
    """Prices of a store as a contract states them."""

    unit_hour: Value = quantity("USD/hour", "price of one unit for an hour", default=None)
    units: Value = quantity("units", "units that run for each replica", default=1.0)
    gb_month: Value = quantity("USD/GB", "price of a gigabyte stored for a month", default=None)
    gb: Value = quantity(
        "GB",
        "gigabytes stored, in place of what the corpus makes",
        default=None,
        plain=(0.0, 100_000.0),
    )
    million_queries: Value = quantity("USD/Mquery", "price of a million queries", default=None)
    million_writes: Value = quantity(
        "USD/Mwrite", "price of a million passages written", default=None
    )
    minimum: Value = quantity("USD/month", "least bill of the account", default=None)
    memory_gb: Value = quantity(
        "GB", "memory of one unit that may be filled", default=None, plain=(0.0, 4_096.0)
    )

    def gaps(self) -> Iterator[Concern]:
        """Yield what has a size and no price."""
        for size, price in (("units", "unit_hour"), ("gb", "gb_month")):
            if self.states(size) and getattr(self, price) is None:
                remedy = f"write it, or leave {size} out"
                yield Concern(f"price.{price}", "it is missing", remedy)
                return
        if all(getattr(self, price) is None for price in SOLD_BY_CONTRACT):
            remedy = f"write {', '.join(SOLD_BY_CONTRACT[:-1])} or {SOLD_BY_CONTRACT[-1]}"
            yield Concern("price", "it is empty", remedy)


@dataclass(frozen=True, kw_only=True)
class Measured(Section):
    """What a client measured on one unit: size, queries a second and recall, at one size or two."""

    vectors: Value = quantity("vectors", "vectors in the index that was measured", low=1)
    queries_per_s: Value = quantity("queries/s", "queries a second it answered", low=1e-6)
    recall: Value = quantity("share", "share of the true neighbours found", default=0.95)
    then_vectors: Value = quantity("vectors", "vectors at another size", low=1, default=None)
    then_queries_per_s: Value = quantity(
        "queries/s", "queries a second at that size, same recall", low=1e-6, default=None
    )

    def queries_at(self, passages: Numeric, exponent: Numeric | None = None) -> Numeric:
        """Queries a second at another size: by its own two sizes, its store's, or its recall."""
        power = growth_exponent(recall=self.recall) if exponent is None else exponent
        if self.then_vectors is not None and self.then_queries_per_s is not None:
            pairs = (self.vectors, self.then_vectors), (self.queries_per_s, self.then_queries_per_s)
            sizes, speeds = (np.stack(np.broadcast_arrays(*pair), axis=-1) for pair in pairs)
            power = fitted_exponent(vectors=sizes, queries_per_s=speeds)
        known = {"vectors": self.vectors, "queries_per_s": self.queries_per_s}
        return queries_at(**known, target_vectors=passages, exponent=power)

    def gaps(self) -> Iterator[Concern]:
        """Yield a second size that is half given, or the same."""
        given = [self.then_vectors, self.then_queries_per_s]
        if given.count(None) == 1:
            remedy = "write then_vectors and then_queries_per_s"
            yield Concern("measured", "half a second size", remedy)
        elif given[0] is not None and np.any(np.equal(self.vectors, given[0])):
            remedy = "write another, or leave it out"
            yield Concern("measured.then_vectors", "it is the same size", remedy)
