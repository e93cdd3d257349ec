"""A charge and its making: named factors whose product it is, times a unit price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import mul
from typing import Literal

import numpy as np

from aicost.quantities import Numeric

Basis = Literal["measured", "given", "assumed", "listed"]
Behaves = Literal["usage", "data", "capacity", "fixed"]

#: The weakest word a product may claim, weakest first.
WEAKEST_FIRST: tuple[Basis, ...] = ("assumed", "given", "measured", "listed")


@dataclass(frozen=True, slots=True)
class Factor:
    """One named number in the making of a quantity."""

    name: str
    value: Numeric
    unit: str = ""
    basis: Basis = "measured"
    source: str = ""


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """What one `unit` costs; a unit may hold many of what the factors count (1 Mtok = 1e6)."""

    usd: Numeric
    unit: str
    holds: float = 1.0
    basis: Basis = "listed"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of a bill: quantity x unit price = usd."""

    stage: str
    component: str
    item: str
    driver: str
    factors: tuple[Factor, ...]
    price: UnitPrice
    quantity: Numeric
    usd: Numeric
    every: Literal["month", "once"]
    behaves: Behaves
    account: str = ""
    people: bool = False

    @property
    def unit(self) -> str:
        return self.price.unit

    @property
    def unit_price(self) -> Numeric:
        return self.price.usd

    @property
    def basis(self) -> Basis:
        """Return the weakest basis among what the line is made of."""
        held = {f.basis for f in self.factors} | {self.price.basis}
        return next(b for b in WEAKEST_FIRST if b in held)

    @property
    def source(self) -> str:
        return self.price.source


def charge(
    *,
    stage: str,
    component: str,
    item: str,
    driver: str,
    factors: Sequence[Factor],
    price: UnitPrice,
    every: Literal["month", "once"] = "month",
    behaves: Behaves = "usage",
    account: str = "",
    people: bool = False,
    known: Numeric = None,
) -> Charge:
    """Make a charge: quantity = product of the factors / what a unit holds.

    `known` is the product of all factors but the last, where the caller has it already.
    """
    made = tuple(factors)
    last = made[-1].value if known is not None else product(made)
    counted = last if known is None else known * last
    quantity = counted / price.holds
    return Charge(
        stage, component, item, driver, made, price, quantity, quantity * price.usd,
        every, behaves, account, people,
    )  # fmt: skip


def product(factors: Sequence[Factor]) -> Numeric:
    """Multiply the values of `factors` from left to right; nothing is one."""
    return reduce(mul, (f.value for f in factors), 1.0)


def total(charges: Sequence[Charge], every: str = "month") -> Numeric:
    """Add up what is paid every month (or once), in the order of the lines."""
    return sum((c.usd for c in charges if c.every == every), start=np.float64(0.0))


__all__ = ["Basis", "Behaves", "Charge", "Factor", "UnitPrice", "charge", "product", "total"]
