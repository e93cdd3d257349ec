"""A bill as a table: its lines by component, each over the numbers that it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from aicost.values.charge import COMPONENTS, DOLLAR, Charge, conversions, total
from aicost.values.formatting import (
    count,
    line_words,
    listing,
    plural,
    quantity_words,
    share,
    usd,
)
from aicost.values.quantities import Numeric
from aicost.values.table import Column, Form, Row, Table

CENT = 0.005  # what is less is $0.00 in print
COLUMNS = (
    Column("#", Form.COUNT, "number"),
    Column("line"),
    Column("quantity x unit price", Form.COUNT, "quantity"),
    Column("a month", Form.CENTS, "usd"),
    Column("share", Form.SHARE),
    Column("basis"),
)


def bill_table(charges: Sequence[Charge]) -> Table:
    """The lines of a month by component, costliest first, and what is paid once.

    Lines that come to less than a cent are left out and counted in a note.
    """
    month, once = total(charges), total(charges, every="once")
    numbered = list(enumerate(charges, start=1))
    names = dict.fromkeys([*COMPONENTS, *(c.component for c in charges)])
    groups = {
        name: [(n, c) for n, c in numbered if c.component == name and c.every == "month"]
        for name in names
    }
    sums = {name: total(c for _, c in lines) for name, lines in groups.items()}
    rows: list[Row] = []
    for name in sorted(names, key=lambda name: -float(np.mean(sums[name]))):
        rows += _group(name, groups[name], sums[name], month)
    rows.append(Row(("", "each month", "", _plain(month), 1.0 if charges else "", ""), role="sum"))
    paid_once = [(n, c) for n, c in numbered if c.every == "once"]
    rows += _group("paid once", paid_once, once, None)
    return Table(COLUMNS, tuple(rows), notes=(*_several(charges), *_hidden(charges)))


def _group(
    name: str, lines: Sequence[tuple[int, Charge]], amount: Numeric, whole: Numeric | None
) -> Iterator[Row]:
    """Yield a heading with its sum and the lines below it, costliest first."""
    shown = sorted((p for p in lines if shows(p[1])), key=lambda pair: -_plain(pair[1].usd))
    if not shown:
        return
    yield Row(("", name, "", _plain(amount), _part(amount, whole), ""), role="head")
    for number, c in shown:
        cells = (str(number), line_words(c), quantity_price(c), _plain(c.usd))
        told = (making(c), *sources(c))
        yield Row((*cells, _part(c.usd, whole), c.basis), making=told, of=c)


def shows(line: Charge) -> bool:
    """Say whether a line comes to half a cent or more."""
    return abs(_plain(line.usd)) >= CENT


def how_many(charges: Sequence[Charge]) -> int:
    """How many bills there are in one: those of a sweep or of draws."""
    return int(np.prod(np.broadcast_shapes(*(np.shape(c.usd) for c in charges)), dtype=int))


def _several(charges: Sequence[Charge]) -> Iterator[str]:
    """Yield that figures are means, where they are."""
    if (number := how_many(charges)) > 1:
        yield f"Each figure is the mean of {number:,} bills."


def _hidden(charges: Sequence[Charge]) -> Iterator[str]:
    """Yield how many lines of a month are too small to print."""
    small = [c for c in charges if c.every == "month" and 0 < _plain(c.usd) < CENT]
    if small:
        number = "One line comes" if len(small) == 1 else f"{len(small)} lines come"
        yield f"{number} to less than a cent: {listing([line_words(c) for c in small])}."


def _plain(amount: Numeric) -> float:
    return float(np.mean(amount))


def _part(amount: Numeric, whole: Numeric | None) -> float | str:
    return "" if whole is None else _plain(amount) / (_plain(whole) or 1.0)


def quantity_price(line: Charge) -> str:
    """How many units at which price; nothing where the line is an amount of money."""
    if line.price is DOLLAR:
        return ""
    number, unit = count(line.quantity), line.price.unit
    times = " x " if unit[:1].isdigit() else " "
    return f"{number}{times}{plural(unit, number)} x {usd(line.price.usd, price=True)}"


def making(line: Charge) -> str:
    """The making of a line as a sentence that can be multiplied by hand."""
    made = [quantity_words(f) for f in line.factors if not np.array_equal(f.value, 1.0)]
    if line.price is not DOLLAR:
        made.append(f"{usd(line.price.usd, price=True)} per {line.price.unit}")
    return f"{' x '.join(made)} = {usd(line.usd)}"


def sources(line: Charge) -> list[str]:
    """Where each number of a line comes from, one sentence each."""
    told = (one for f in line.factors for one in (f, *conversions(f)))
    found = [f"{f.name}: {f.basis}, {f.source}" for f in told if f.source]
    if line.price.source:
        found.append(f"price per {line.price.unit}: {line.price.basis}, {line.price.source}")
    return list(dict.fromkeys(found))


def largest_parts(by: Mapping[str, Numeric], whole: Numeric) -> str:
    """Where the money goes, the largest parts first."""
    ranked = sorted(by.items(), key=lambda pair: -_plain(pair[1]))
    if not ranked:
        return "Nothing is billed."
    (first, amount), *rest = ranked
    words = f"{first.capitalize()} is the largest part with {share(_plain(amount), _plain(whole))}"
    then = [f"{name} {share(_plain(u), _plain(whole))}" for name, u in rest[:3] if _plain(u) > 0]
    return f"{words}, then {listing(then)}." if then else f"{words}."
