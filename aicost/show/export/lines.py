"""The lines of a bill that was worked out on numbers which remember how they were made."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import mul
from typing import Any

from aicost.billing.bill import Bill
from aicost.show.export.leaves import Input
from aicost.show.export.traced import Traced, plain
from aicost.values.charge import DOLLAR, Charge

SAME = 1e-9  # what a product in another order may differ by


@dataclass(frozen=True, eq=False)
class Line:
    """A line of the bill as a product of its factors, times a unit price."""

    charge: Charge
    multiplied: bool  # whether its count is the product of its factors
    quantity: Any
    price: Any
    usd: Any

    @property
    def numbers(self) -> tuple[Any, ...]:
        """What it comes to, and its factors."""
        return self.usd, *(factor.value for factor in self.charge.factors)


def lines_of(priced: Bill) -> tuple[list[Line], list[Input]]:
    """The lines of a traced bill, and the prices that are neither in the file nor in the book."""
    lines, stated = [], dict[tuple[str, str, float], Input]()
    for one in priced.charges:
        price = one.price.usd
        if one.price is not DOLLAR and not isinstance(price, Traced):
            key = one.price.source, one.price.unit, float(price)
            if key not in stated:
                path = f"{one.price.of or f'{one.stage}: {one.item}'}: price"
                leaf = Traced(float(price), name=path)
                unit, basis = f"USD/{one.price.unit}", one.price.basis
                stated[key] = Input(path, leaf, unit, basis, one.price.source, money=True)
            price = stated[key].leaf
        count = reduce(mul, (f.value for f in one.factors), 1.0)
        whole = plain(one.count.value)
        multiplied = bool(one.factors) and math.isclose(plain(count), whole, rel_tol=SAME)
        quantity = count if multiplied else one.count.value
        quantity = quantity / one.price.holds if one.price.holds != 1.0 else quantity
        usd = quantity * price if one.price is not DOLLAR else quantity
        lines.append(Line(one, multiplied, quantity, price, usd))
    return lines, list(stated.values())


def keyed_charges(charges: Sequence[Charge]) -> Iterator[tuple[tuple[Any, ...], Charge]]:
    """Yield each charge with what tells it from the others."""
    seen: Counter[tuple[str, ...]] = Counter()
    for one in charges:
        key = one.stage, one.component, one.item, one.every
        seen[key] += 1
        yield (*key, seen[key]), one


def keyed(lines: Sequence[Line]) -> Iterator[tuple[tuple[Any, ...], Line]]:
    """Yield each line with what tells it from the others."""
    charges = [line.charge for line in lines]
    for (key, _), line in zip(keyed_charges(charges), lines, strict=True):
        yield key, line
