"""What looks wrong in a client's own prices beside the listed ones: slips, and what they leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aicost.book.book import Book
from aicost.book.rates import UNITS
from aicost.book.rows import Row
from aicost.book.sellers import other_sellers
from aicost.book.terms import PER_CENT, TOKENS, is_rule
from aicost.book.validity import in_force_on

FAR = 10.0  # times the listed price: no contract is that far from it
#: How many times too low a price per thousand tokens, and per token, is; give or take a discount.
SLIPS = {"per thousand tokens": (300.0, 3_000.0), "per token": (3e5, 3e6)}
USUAL = 0.001, 1_000.0  # USD/Mtok: no listed price of tokens is outside
MOVED = 1.5  # times another rate of the same currency: more than years bring
TURNED = 1.1  # times, where one is above a dollar and one below: perhaps the wrong way round
SMALL = 1.0  # %: below it a share was perhaps meant


@dataclass(frozen=True)
class Doubt:
    """What looks wrong with a row of the client's own, and what to do."""

    row: Row
    wrong: str
    remedy: str


def doubts(book: Book) -> Iterator[Doubt]:
    """Yield what looks wrong with the client's own prices, line by line.

    Parameters
    ----------
    book : the prices with the client's own, watched while a bill was made.
    """
    own = in_force_on(book.own_rows, book.as_of)
    billed: dict[str, list[Row]] = {}
    for row in book.handed:
        if row.parameter in UNITS and not _is_own(row, book):
            billed.setdefault(row.item, []).append(row)
    for row in sorted(own, key=lambda row: row.line):
        if row.parameter in PER_CENT:
            yield from _small(row)
        elif row.parameter == "usd_per_unit":
            yield from _odd_rate(book, row)
        elif row.currency and not is_rule(row):
            paid = book.in_usd(row, book.as_of)
            far = [*_far_off(book, paid)]
            yield from far or _out_of_order(book, paid)
            yield from _hides(book, row)
            if row.parameter in UNITS:
                yield from _left_at_list(book, paid, billed.pop(row.item, ()))


def _small(row: Row) -> Iterator[Doubt]:
    if 0 < row.value < SMALL:
        meant = f"{100 * row.value:g}"
        yield Doubt(row, f"{row.text} %: is it {meant} %?", f"write {meant}, which is in % already")


def _odd_rate(book: Book, row: Row) -> Iterator[Doubt]:
    """Yield an exchange rate that no market moved to, or that is upside down."""
    for listed in _listed(book, row.item):
        apart = max(row.value / listed.value, listed.value / row.value) if row.value else MOVED + 1
        across = (row.value - 1) * (listed.value - 1) < 0
        if apart > (TURNED if across else MOVED):
            code, who = row.item.partition("/")[2], listed.source.partition(",")[0]
            wrong = f"1 {code} is {row.text} USD here, and {listed.text} by {who}"
            yield Doubt(row, wrong, f"write what one {code} is worth in USD")


def _is_own(row: Row, book: Book) -> bool:
    return book.overlay is not None and row.layer == book.overlay.name


def _listed(book: Book, item: str) -> tuple[Row, ...]:
    """The kit's rows of an item in force; none where it has none."""
    if book.listed_as(item) not in book.kit_items:
        return ()
    kit = (row for row in book.all_rows(item) if not _is_own(row, book))
    return in_force_on(kit, book.as_of)


def _like(book: Book, paid: Row) -> tuple[list[Row], str]:
    """The listed prices that a price is held against, and whose they are.

    Those of its own cell; else of its parameter; where it is not listed, of the same model at
    other sellers, or of its provider.
    """
    same = [one for one in _listed(book, paid.item) if one.parameter == paid.parameter]
    if same:
        return [one for one in same if one.key == paid.key] or same, "the listed price"
    provider = f"{paid.item.partition('/')[0]}/"
    families = {
        "the listed price of that model": other_sellers(book, paid.item),
        f"any listed price of {provider[:-1]}": [i for i in book.sold if i.startswith(provider)],
    }
    for words, items in families.items():
        rows = [one for item in items for one in _listed(book, item)]
        found = [one for one in rows if one.parameter == paid.parameter]
        if found:
            return found, words
    return [], ""


def _far_off(book: Book, paid: Row) -> Iterator[Doubt]:
    """Yield a price that is so far from the listed one that its unit is another."""
    rows, words = _like(book, paid)
    listed = [one.value for one in rows if one.value and one.unit == paid.unit]
    far = FAR
    if not listed and paid.unit == TOKENS:
        listed, words, far = [*USUAL], "any price of tokens", 1.0
    if not listed:
        return
    if not paid.value:
        remedy = "write what is paid; what is given is a discount or a credit"
        yield Doubt(paid, f"a price of 0 where {words} is {listed[0]:g} {paid.unit}", remedy)
        return
    low, high = min(listed), max(listed)
    below, above = low / paid.value, paid.value / high
    times, way, beside = (below, "below", low) if below > above else (above, "above", high)
    if times > far:
        per = (unit for unit, (least, most) in SLIPS.items() if least <= times <= most)
        slip = next(per, "") if way == "below" and paid.unit == TOKENS else ""
        asked = f"is it {slip}? " if slip else ""
        wrong = f"{times:,.0f} times {way} {words}, {beside:g} {paid.unit}"
        yield Doubt(paid, wrong, f"{asked}write the price in {paid.unit}")


def _out_of_order(book: Book, paid: Row) -> Iterator[Doubt]:
    """Yield a price that is above one that it is never above, where the listed ones are not."""
    for low, high in (("input", "output"), ("cache_read", "input")):
        other = {low: high, high: low}.get(paid.parameter)
        if other is None:
            continue
        beside = _cell(book.active(paid.item), paid, parameter=other)
        if beside is None or (_is_own(beside, book) and paid.parameter != high):
            continue  # said at the other row
        least, most = (paid, beside) if paid.parameter == low else (beside, paid)
        if least.value > most.value and not _listed_so(book, paid, low, high):
            wrong = f"{high} at {most.text} is below {low} at {least.text} {paid.unit}"
            yield Doubt(paid, wrong, "are the two the right way round?")
    if paid.context == "processing=batch":
        beside = _cell(book.active(paid.item), paid, context="")
        if beside is not None and beside.value < paid.value:
            wrong = f"in a batch {paid.text}, at once {beside.text} {paid.unit}"
            yield Doubt(paid, wrong, "are the two the right way round?")


def _cell(
    rows: Iterable[Row], like: Row, *, parameter: str = "", context: str | None = None
) -> Row | None:
    """The row of a cell that differs from another in its parameter or context."""
    context = like.context if context is None else context
    key = (like.item, parameter or like.parameter, context, like.tier_gt, like.schedule)
    return next((row for row in rows if row.key == key), None)


def _listed_so(book: Book, paid: Row, low: str, high: str) -> bool:
    """Say whether the listed prices of a cell stand the same way round."""
    rows = _listed(book, paid.item)
    least, most = (_cell(rows, paid, parameter=name) for name in (low, high))
    return least is not None and most is not None and least.value > most.value


def _hides(book: Book, row: Row) -> Iterator[Doubt]:
    """Yield the listed prices above a size, or at an hour, that a row takes the place of."""
    keys = {one.key for one in book.active(row.item)}
    cell = (row.parameter, row.context)
    hidden = [
        one
        for one in _listed(book, row.item)
        if (one.parameter, one.context) == cell and one.key not in keys
    ]
    if hidden and not (row.tier_gt or row.schedule):
        one = hidden[0]
        when = f"above {one.tier_gt:,} tokens" if one.tier_gt else f"in {one.schedule}"
        wrong = f"it takes the place of the listed price {when} too, {one.text} {one.unit}"
        column = f"tier_gt {one.tier_gt}" if one.tier_gt else f"schedule {one.schedule}"
        yield Doubt(row, wrong, f"add the contract's row with {column}, or write a discount in %")


def _left_at_list(book: Book, paid: Row, billed: Sequence[Row]) -> Iterator[Doubt]:
    """Yield what else of an item is billed at the listed price, beside a price of the client's."""
    left = [one for one in billed if _follows(one, book) and not _discounted(one)]
    if not left:
        return
    what = dict.fromkeys(f"{one.parameter} {one.context}".strip() for one in left)
    listed = _cell(_listed(book, paid.item), paid)
    less = 100 * (1 - paid.value / listed.value) if listed is not None and listed.value else 0.0
    meant = f"{less:.4g}" if 0 < less < 100 else "25"
    wrong = f"beside it batch, cache and tiers stay as listed; billed so: {', '.join(what)}"
    yield Doubt(paid, wrong, f"add {paid.item},discount,{meant},% to take it off these too")


def _follows(one: Row, book: Book) -> bool:
    """Say whether a listed price is of a batch, a tier or a cache whose base is agreed."""
    if not (one.context or one.parameter.startswith("cache")):
        return False
    bases = {(one.parameter, ""), ("input", one.context), ("input", "")}
    return any(
        row.item == one.item and (row.parameter, row.context) in bases and not is_rule(row)
        for row in in_force_on(book.own_rows, book.as_of)
    )


def _discounted(one: Row) -> bool:
    return any(rule.parameter in PER_CENT for rule in one.rules)
