"""A charge and its making: named factors whose product it is, times a unit price."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import mul
from typing import Literal

import numpy as np

from aicost.values.quantities import Numeric

Basis = Literal["stated", "given", "assumed", "listed"]
Behaves = Literal["usage", "data", "capacity", "fixed"]
Every = Literal["month", "once"]
#: What tokens of a line are priced as; nothing where a line is not of tokens.
Bucket = Literal[
    "input", "cache_read", "cache_write", "output", "thinking", "pictures", "sound", "video", ""
]
#: Staff on the bill, which no invoice shows.
HUMAN = "human review"
#: What the lines of environments beside production are paid by.
ENVIRONMENTS = "environments"

#: Every component of a bill, in the order of the argument; charts colour them alike everywhere.
COMPONENTS = (
    "inference",
    "embedding",
    "retrieval",
    "reranking",
    "human review",
    "caching",
    "observability",
    "hosting",
    "other",
)

#: The weakest word a product may claim, weakest first.
WEAKEST_FIRST: tuple[Basis, ...] = ("assumed", "given", "stated", "listed")


def weakest(bases: Iterable[Basis]) -> Basis:
    """The weakest of several bases.

    >>> weakest(["stated", "given", "listed"])
    'given'
    """
    held = set(bases)
    return next(b for b in WEAKEST_FIRST if b in held)


@dataclass(frozen=True, slots=True)
class Factor:
    """One named number in the making of a quantity.

    `parts` are what it is made of: they add up to it unless `joined` is another sign.
    """

    name: str
    value: Numeric
    unit: str = ""
    basis: Basis = "stated"
    source: str = ""
    note: str = ""
    parts: tuple[Factor, ...] = ()
    joined: str = " + "


def conversions(factor: Factor) -> Iterator[Factor]:
    """Yield what parts of a factor were multiplied by on their way to another unit."""
    for part in factor.parts:
        if part.unit == "times":
            yield part
        yield from conversions(part)


def summed(name: str, unit: str, parts: Sequence[Factor]) -> Factor:
    """A factor that is the sum of `parts`."""
    value = sum(f.value for f in parts)
    return Factor(name, value, unit, weakest(f.basis for f in parts), parts=tuple(parts))


@dataclass(frozen=True, slots=True)
class Count:
    """How many of something: named factors and their product."""

    factors: tuple[Factor, ...] = ()
    value: Numeric = 1.0

    def times(self, *more: Factor) -> Count:
        """Multiply by `more`, from left to right."""
        value = reduce(mul, (f.value for f in more), self.value)
        return Count(self.factors + more, value)


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """What one `unit` costs; a unit may hold many of what is counted (1 Mtok holds 1e6).

    `of` is the item of the book that it is the price of; '' where somebody stated it.
    """

    usd: Numeric
    unit: str
    holds: float = 1.0
    basis: Basis = "listed"
    source: str = ""
    of: str = ""


#: The price of a dollar, for lines that are an amount of money already.
DOLLAR = UnitPrice(1.0, "USD")


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of a bill: quantity x unit price = usd."""

    stage: str
    component: str
    item: str
    driver: str
    count: Count
    price: UnitPrice
    quantity: Numeric
    usd: Numeric
    every: Every
    behaves: Behaves
    account: str
    bucket: Bucket = ""
    #: What of it behaves in which way, in USD, where it is of lines that do not behave alike.
    mixed: tuple[tuple[Behaves, Numeric], ...] = ()
    #: What of it is of environments beside production. [USD]
    beside: Numeric = 0.0
    #: The components that an invoice has it under, in USD, where it is of lines of several.
    under: tuple[tuple[str, Numeric], ...] = ()

    @property
    def behaving(self) -> Mapping[Behaves, Numeric]:
        """What it comes to by how that behaves. [USD]"""
        return dict(self.mixed) or {self.behaves: self.usd}

    def invoiced_as(self, components: Collection[str]) -> Numeric:
        """What of it an invoice has under some components. [USD]"""
        of = self.under or ((self.component, self.usd),)
        return sum((usd for name, usd in of if name in components), start=np.float64(0.0))

    @property
    def components(self) -> set[str]:
        """The components that an invoice has it under."""
        return {name for name, _ in self.under} or {self.component}

    @property
    def factors(self) -> tuple[Factor, ...]:
        return self.count.factors

    @property
    def basis(self) -> Basis:
        return weakest([self.price.basis, *(f.basis for f in self.factors)])


def charge(
    count: Count,
    price: UnitPrice,
    *,
    stage: str,
    component: str,
    item: str,
    driver: str,
    every: Every = "month",
    behaves: Behaves = "usage",
    account: str = "",
    bucket: Bucket = "",
) -> Charge:
    """Price a count: quantity = count / what a unit holds, usd = quantity x unit price."""
    quantity = count.value / price.holds if price.holds != 1.0 else count.value
    usd = quantity * price.usd
    return Charge(
        stage, component, item, driver, count, price, quantity, usd, every, behaves, account, bucket
    )


def total(charges: Iterable[Charge], *, every: Every = "month") -> Numeric:
    """Add up what is paid every month (or once), in the order of the lines."""
    return sum((c.usd for c in charges if c.every == every), start=np.float64(0.0))
