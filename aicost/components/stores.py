"""What a vector store meters: bytes of records, read units, and whole units to hold them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from aicost.quantities import Numeric, Value, quantity
from aicost.section import Section

GB = 1e9


def record_bytes(*, dimensions: Numeric, metadata_bytes: Numeric) -> Numeric:
    """Return the bytes of one record: 4 d + metadata.

    Parameters
    ----------
    dimensions : scalar or array
        Dimensions of the vector, stored as 32-bit floats. [dimensions]
    metadata_bytes : scalar or array
        Id, text and metadata kept with it. [B]

    Returns
    -------
    scalar or array
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


def read_units(*, gb: Numeric, per_gb: Numeric, minimum: Numeric) -> Numeric:
    """Return the read units of one query: max(minimum, GB x units per GB).

    Parameters
    ----------
    gb : scalar or array
        Size of the namespace searched. [GB]
    per_gb : scalar or array
        Read units per gigabyte. [units/GB]
    minimum : scalar or array
        Least units of a query. [units]

    Returns
    -------
    scalar or array
        Read units per query. [units]

    References
    ----------
    docs.pinecone.io, understanding cost (read 2026-11-23).

    Examples
    --------
    >>> float(read_units(gb=7.14, per_gb=1.0, minimum=0.25))
    7.14
    """
    return np.maximum(minimum, gb * per_gb)


def units_for(*, needed: Numeric, per_unit: Numeric) -> Numeric:
    """Return the whole units that carry a need: ceil(needed / per unit).

    Parameters
    ----------
    needed : scalar or array
        What has to be carried: gigabytes, queries a second. [any]
    per_unit : scalar or array
        What one unit carries, in the same measure. [any]

    Returns
    -------
    scalar or array
        Whole units. [units]

    Examples
    --------
    >>> float(units_for(needed=12.1, per_unit=6.0))
    3.0
    """
    return np.ceil(needed / per_unit)


@dataclass(frozen=True, kw_only=True)
class StorePrice(Section):
    """Prices of a store as a contract states them."""

    unit_hour: Value = quantity("USD/hour", "price of one unit for an hour", default=None)
    units: Value = quantity("units", "units that run", default=1.0)
    gb_month: Value = quantity("USD/GB", "price of a gigabyte stored for a month", default=None)
    gb: Value = quantity("GB", "gigabytes stored, in place of what the corpus makes", default=None)
    million_queries: Value = quantity("USD/Mquery", "price of a million queries", default=None)
    minimum: Value = quantity("USD/month", "least bill of the account", default=None)

    def gaps(self) -> Iterator[tuple[str, str]]:
        """Yield (field, what is wrong; remedy) for what has a size and no price."""
        for size, price in (("units", "unit_hour"), ("gb", "gb_month")):
            if self.states(size) and getattr(self, price) is None:
                yield f"price.{price}", f"it is missing; write it, or leave {size} out"
                return
        if self.unit_hour is self.gb_month is self.million_queries is self.minimum is None:
            yield "price", "it is empty; write unit_hour, gb_month, million_queries or minimum"
