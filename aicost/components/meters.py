"""What a metered store charges on a day, as its rows say: piecewise linear, one for all vendors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aicost.components.stores import GB, read_units
from aicost.components.unit_prices import listed
from aicost.values.charge import UnitPrice
from aicost.values.quantities import Numeric

if TYPE_CHECKING:
    from aicost.book.book import Book

MILLION = 1e6
#: Parameters that are prices: what data/stores.csv sells them by, the unit and what it holds.
SOLD = {
    "storage": ("USD/GB-month", "GB-month", GB),
    "storage_dimensions": ("USD/M dimensions-month", "Mdimension-month", MILLION),
    "write_units": ("USD/M write units", "Mwrite", MILLION),
    "write_gb": ("USD/GB", "GB", GB),
    "read_units": ("USD/M read units", "Mread", MILLION),
    "query": ("USD/M queries", "Mquery", MILLION),
    "returned": ("USD/GB", "GB", GB),
    "unit_hour": ("USD/unit-hour", "unit-hour", 1.0),
    "minimum": ("USD/month", "month", 1.0),
}


@dataclass(frozen=True, slots=True)
class Meter:
    """The rows of one store in force on the book's day."""

    book: Book
    store: str

    def has(self, parameter: str) -> bool:
        """Say whether the store states a parameter."""
        return bool(self.book.in_force(self.store, parameter))

    def price(self, parameter: str) -> UnitPrice:
        """What it charges for a parameter. Raises BookError where it is in another unit."""
        sold, unit, holds = SOLD[parameter]
        return listed(self.book.find(self.store, parameter), sold=sold, unit=unit, holds=holds)

    def figure(self, parameter: str, default: float | None = None) -> float:
        """A figure that is no price, or `default`. Raises BookError without either."""
        if default is not None and not self.has(parameter):
            return default
        return self.book.find(self.store, parameter).value

    def read_units(self, *, passages: Numeric, scanned_bytes: Numeric) -> Numeric:
        """The read units of a query over `passages` records of `scanned_bytes` each."""
        rows = sorted(
            self.book.in_force(self.store, "read_units_per_gb"), key=lambda row: row.tier_gt
        )
        by_vectors = any(row.unit.endswith("by vectors") for row in rows)
        per_tier = scanned_bytes / GB if by_vectors else 1e-3  # GB of a vector, or of a megabyte
        return read_units(
            gb=passages * scanned_bytes / GB,
            above_gb=[row.tier_gt * per_tier for row in rows],
            per_gb=[row.value for row in rows],
            minimum=self.figure("read_units_minimum", 0.0),
        )
