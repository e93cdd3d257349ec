"""What a contract adds to a month beside its prices: the least it commits to, and credits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from aicost.book.book import Book
from aicost.book.rows import Row
from aicost.book.terms import covers, specific
from aicost.book.validity import in_force_on
from aicost.components.unit_prices import listed
from aicost.scenario.scenario import Scenario
from aicost.values.charge import DOLLAR, Charge, Count, Factor, UnitPrice, charge, total
from aicost.values.formatting import usd
from aicost.values.quantities import Numeric


def contract_lines(scenario: Scenario, book: Book, lines: Sequence[Charge]) -> list[Charge]:
    """What a contract adds to the lines of a month, and then takes off them.

    A commitment tops up what the lines of its models come to; a credit takes off no more than
    that. The narrower pattern is settled first, so that what it adds counts for the wider one.

    Parameters
    ----------
    scenario : the system that is billed.
    book : its prices, with the client's own.
    lines : all other lines of the bill.
    """
    rules = {name: _agreed(book, name) for name in ("minimum_commitment", "credit")}
    if not any(rules.values()):
        return []
    named = {stage.name: {item for _, item in stage.sold_as()} for stage in scenario.stages}
    sold = {*book.sold}.union(*named.values())
    known = [
        (line, {line.price.of} & sold or named.get(line.stage, set()))
        for line in lines
        if line.every == "month"
    ]
    found: list[Charge] = []
    for parameter, agreed in rules.items():
        for row in agreed:
            own = [line for line, items in known if any(covers(row.item, i) for i in items)]
            if own:
                price = listed(book.note(row), sold="USD/month", unit="month")
                spent = total(own)
                short = np.maximum(price.usd - spent, 0.0)
                usd = short if parameter == "minimum_commitment" else -np.minimum(spent, price.usd)
                added = list(_lines(row, price, own, usd))
                known += [(line, {row.item}) for line in added]
                found += added
    return found


def _agreed(book: Book, parameter: str) -> list[Row]:
    """The client's rules of a kind that are in force, the narrowest first."""
    rules = (row for row in book.own_rows if row.parameter == parameter)
    live = [book.in_usd(row, book.as_of) for row in in_force_on(rules, book.as_of)]
    return sorted(live, key=lambda row: (specific(row.item), row.item), reverse=True)


def _lines(row: Row, price: UnitPrice, own: Sequence[Charge], whole: Numeric) -> Iterator[Charge]:
    """Yield an amount, in each component as much as that has of the lines it is for."""
    item = row.parameter.replace("_", " ")
    spent, words = total(own), f"{item} of {usd(price.usd)} a month for {row.item}"
    components = list(dict.fromkeys(line.component for line in own))
    for component in components:
        part = total(line for line in own if line.component == component)
        even = np.full_like(spent, 1 / len(components))
        share = np.divide(part, spent, out=even, where=np.greater(spent, 0))
        yield charge(
            Count().times(Factor(words, whole * share, "USD", price.basis, price.source)),
            DOLLAR,
            stage=row.item,
            component=component,
            item=item if len(components) == 1 else f"{item}, {component}",
            driver="months",
            behaves="fixed",
        )
