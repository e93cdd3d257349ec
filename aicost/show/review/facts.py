"""The tables of a review: plain words and numbers, computed from results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aicost.analysis.attribution.bridge import Bridge
from aicost.analysis.own_prices import OwnPrices
from aicost.analysis.scaling.sweep import Sweep
from aicost.billing.bill import Bill
from aicost.billing.bill_table import CENT, making
from aicost.book.book import Book
from aicost.scenario.scenario import SIZES
from aicost.show.charts.theme import COMPONENT_COLOURS
from aicost.values.formatting import line_words, money, signed, usd
from aicost.values.table import Column, Form, Table, table

BASIS_WORDS = {
    "stated": "stated by the client",
    "given": "an estimate",
    "assumed": "assumed by the kit",
    "listed": "price lists alone",
}
BEHAVES_WORDS = {
    "usage": "grows with usage",
    "data": "grows with the documents",
    "capacity": "whole units, in steps",
    "fixed": "there at any usage",
}


def groups(lines: Table) -> list[dict[str, Any]]:
    """The lines of a month by component, as the page folds them."""
    found: list[dict[str, Any]] = []
    for row, texts in zip(lines.rows, lines.texts(), strict=True):
        _, name, _, usd, part, basis = texts
        if row.role == "sum":
            break
        if row.role == "head":
            group = {"name": name, "usd": usd, "share": part, "colour": COMPONENT_COLOURS[name]}
            found.append({**group, "lines": []})
        else:
            line = {"item": name, "basis": basis, "making": row.making, "usd": usd, "share": part}
            found[-1]["lines"].append(line)
    return found


def once_table(bill: Bill) -> Table | None:
    """What is paid once, or nothing where nothing is."""
    lines = [c for c in bill.charges if c.every == "once" and c.usd > 0]
    columns = ("Line", "Its making", Column("once", Form.USD))
    return (
        table(columns, [(line_words(c), making(c), float(c.usd)) for c in lines]) if lines else None
    )


def behaves_table(bill: Bill) -> Table:
    """The bill by what makes it grow."""
    total = float(bill.total)
    rows = []
    for word, amount in sorted(bill.by("behaves").items(), key=lambda kv: -float(kv[1])):
        month = [c for c in bill.charges if c.every == "month"]
        parts = ((c.stage, usd) for c in month for how, usd in c.behaving.items() if how == word)
        lines = [(stage, float(usd)) for stage, usd in parts if usd > 0]
        largest = sorted(lines, key=lambda part: -part[1])[:3]
        names = ", ".join(dict.fromkeys(stage for stage, _ in largest))
        if lines:
            rows.append((BEHAVES_WORDS[word], names, float(amount), float(amount) / total))
    sums = Column("a month", Form.USD), Column("share", Form.SHARE)
    return table(("What makes it grow", "mostly", *sums), rows, stacked=False)


def basis_shares(bill: Bill) -> dict[str, float]:
    """The share of the bill that rests on each basis, weakest factor of a line first."""
    sums, total = bill.by("basis"), float(bill.total)
    return {word: float(sums.get(word, 0.0)) / total if total else 0.0 for word in BASIS_WORDS}


def confidence(bill: Bill) -> str:
    """How much of the bill was stated, estimated and assumed, as a sentence."""
    parts = [
        f"{part} % {BASIS_WORDS[word]}"
        for word, part in _whole(basis_shares(bill)).items()
        if part > 0
    ]
    return f"Of this bill, line by line at its weakest number: {', '.join(parts)}."


def _whole(shares: Mapping[str, float]) -> dict[str, int]:
    """Shares as whole per cent that add up as they do: the largest remainders are rounded up."""
    exact = {word: 100 * share for word, share in shares.items()}
    whole = {word: int(part) for word, part in exact.items()}
    left = round(sum(exact.values())) - sum(whole.values())
    for word in sorted(exact, key=lambda word: whole[word] - exact[word])[:left]:
        whole[word] += 1
    return whole


def price_table(bill: Bill) -> Table:
    """Every listed price that the bill rests on, with its lines and its source."""
    lines: dict[tuple[str, str], list[str]] = {}
    for c in sorted(bill.charges, key=lambda c: (c.every, -float(c.usd))):  # a month, then once
        if c.usd >= CENT and c.price.source and c.price.basis != "stated":
            price = f"{usd(c.price.usd, price=True)} per {c.price.unit}"
            lines.setdefault((price, c.price.source), []).append(line_words(c))
    rows = [(", ".join(names), price, source) for (price, source), names in lines.items()]
    return table(("Lines", "Price", "Source"), rows)


def told_sizes(at: Sweep) -> list[float]:
    """The sizes of a sweep that a page tells of: those of every answer, and today's."""
    return sorted({*SIZES, at.case.usage})


def usage_table(at: Sweep) -> Table:
    """Cost a month, per user and per request at the sizes told of, with their range."""
    every, sizes = at.rows(), told_sizes(at)
    return replace(every, rows=tuple(row for row in every.rows if row.of in sizes))


def bridge_table(found: Bridge) -> Table:
    """What moved the bill, from what to what, the largest first."""
    rows = [("; ".join(bar.changes), signed(bar.usd)) for bar in found.bars]
    if found.neutral:
        rows.append((f"{', '.join(found.neutral)}: differ and cost nothing", money(0.0)))
    rows.append(("Difference", signed(found.difference)))
    return table(("What differs", Column("a month", Form.MONEY)), rows, stacked=False)


def book_words(book: Book) -> str:
    """The price book's identity and age as a sentence."""
    age = book.age_days()
    words = f"Prices are those of {book.as_of} from price book {book.hash}, last read "
    words += f"{book.newest}, {age} days earlier." if age else f"{book.newest}."
    if age > 90:
        return f"{words} That is too old to quote: refresh it first."
    return f"{words} Refresh it before quoting." if age > 45 else words


def own_figures(own: OwnPrices) -> dict[str, Any]:
    """What of the client's own prices was used, by line, where there are any."""
    if not own.found:
        return {}
    used = [row.line for row, why in own.found if not why]
    unused = {str(row.line): why for row, why in own.found if why}
    return {"own_prices": {"file": own.file, "used_lines": used, "not_used": unused}}
