"""A list of prices as an installed package has it, flattened into records of the book's files."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from aicost.book.data_files import ROW_FILES

MAX_DECIMALS = 6  # of a price per Mtok; more is float noise from a feed

Record = dict[str, str]


@dataclass(frozen=True, slots=True)
class Flat:
    """Rows of the files of prices, schedules and rules of names, as CSV records.

    `package` is the list that they are from, `layer` that of the book that they belong to.
    """

    prices: list[Record]
    schedules: list[Record]
    version: str
    names: list[Record] = field(default_factory=list)
    package: str = "genai-prices"
    layer: str = "imported"

    @property
    def file(self) -> str:
        """The file of prices of its layer."""
        (name,) = ROW_FILES[self.layer]
        return name

    @property
    def log_item(self) -> str:
        """The item whose rows say when the whole list was compared."""
        return f"refresh/{self.package}"


def order(record: Record) -> tuple[str, str, str, int, str, str]:
    """What records of prices are sorted by: their cell, then the day they begin."""
    cell = (record["item"], record["parameter"], record["context"], int(record["tier_gt"] or 0))
    return (*cell, record["schedule"], record["valid_from"])


def plain(amount: Decimal) -> str:
    """A decimal without exponent or trailing zeros.

    >>> plain(Decimal("1.50")), plain(Decimal("1E+2"))
    ('1.5', '100')
    """
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def token_price(usd_per_mtok: Decimal) -> Record:
    """A price of a million tokens, rounded to `MAX_DECIMALS`, which the note then says.

    >>> token_price(Decimal("0.0833333333333333"))
    {'value': '0.083333', 'note': 'rounded from 0.0833333333333333'}
    """
    rounded = round(usd_per_mtok, MAX_DECIMALS)
    if rounded == usd_per_mtok:
        return {"value": plain(usd_per_mtok)}
    return {"value": plain(rounded), "note": f"rounded from {plain(usd_per_mtok)}"}
