"""The tables of a review: plain words and numbers, computed from a bill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from aicost.analysis.attribution.bridge import Bridge
from aicost.analysis.scaling.sweep import Sweep
from aicost.analysis.uncertainty.tornado import Unknown
from aicost.analysis.viability.inflection import Inflection
from aicost.billing.bill import Bill, sentence
from aicost.book.book import Book
from aicost.scenario.scenario import Scenario
from aicost.show.charts.theme import COMPONENT_COLOURS
from aicost.values.charge import Charge
from aicost.values.formatting import (
    count,
    line_words,
    listing,
    money,
    percent,
    share,
    usd,
    value_words,
)

BASIS_WORDS = {
    "measured": "counted by the client",
    "given": "the client's estimate",
    "assumed": "assumed by the kit",
    "listed": "price lists alone",
}
CENT = 0.005  # what is less is $0.00 in print
BEHAVES_WORDS = {
    "usage": "grows with usage",
    "data": "grows with the documents",
    "capacity": "whole units, in steps",
    "fixed": "there at any usage",
}


@dataclass(frozen=True)
class Table:
    """A table as text; `numeric` columns stand right, a `stacked` row is a card on a phone."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    stacked: bool = False


def bill_groups(bill: Bill) -> list[dict[str, Any]]:
    """The lines by component, dearest first; lines of nothing are left out."""
    total = float(bill.total)
    groups = []
    for name, amount in sorted(bill.by("component").items(), key=lambda kv: -float(kv[1])):
        lines = [c for c in bill.charges if c.component == name and c.every == "month"]
        shown = sorted((c for c in lines if c.usd >= CENT), key=lambda c: -float(c.usd))
        if shown:
            groups.append(
                {
                    "name": name,
                    "usd": usd(amount),
                    "share": share(amount, total),
                    "colour": COMPONENT_COLOURS[name],
                    "lines": [_line(c, total) for c in shown],
                }
            )
    return groups


def _line(line: Charge, total: float) -> dict[str, Any]:
    return {
        "item": line_words(line),
        "basis": line.basis,
        "making": sentence(line),
        "usd": usd(max(CENT * 2, float(line.usd))),
        "share": share(line.usd, total),
        "sources": sources(line),
    }


def hidden_words(bill: Bill) -> str:
    """How many lines are too small to print, as a sentence, or nothing."""
    small = [c for c in bill.charges if c.every == "month" and 0 < c.usd < CENT]
    if not small:
        return ""
    number = "One line comes" if len(small) == 1 else f"{len(small)} lines come"
    return f"{number} to less than a cent: {listing([line_words(c) for c in small])}."


def sources(line: Charge) -> list[str]:
    """Where each number of a line comes from, one sentence each."""
    found = [f"{f.name}: {f.basis}, {f.source}" for f in line.factors if f.source]
    if line.price.source:
        found.append(f"price per {line.price.unit}: {line.price.basis}, {line.price.source}")
    return list(dict.fromkeys(found))


def once_table(bill: Bill) -> Table | None:
    """What is paid once, or nothing where nothing is."""
    lines = [c for c in bill.charges if c.every == "once" and c.usd > 0]
    if not lines:
        return None
    rows = tuple((line_words(c), sentence(c), usd(c.usd)) for c in lines)
    return Table(("Line", "Its making", "once"), rows, (2,), stacked=True)


def behaves_table(bill: Bill) -> Table:
    """The bill by what makes it grow."""
    total = float(bill.total)
    rows = []
    for word, amount in sorted(bill.by("behaves").items(), key=lambda kv: -float(kv[1])):
        lines = [c for c in bill.charges if c.behaves == word and c.every == "month" and c.usd > 0]
        largest = sorted(lines, key=lambda c: -float(c.usd))[:3]
        names = ", ".join(dict.fromkeys(c.stage for c in largest))
        if lines:
            rows.append((BEHAVES_WORDS[word], names, usd(amount), share(amount, total)))
    return Table(("What makes it grow", "mostly", "a month", "share"), tuple(rows), (2, 3))


def basis_shares(bill: Bill) -> dict[str, float]:
    """The share of the bill that rests on each basis, weakest factor of a line first."""
    sums, total = bill.by("basis"), float(bill.total)
    return {word: float(sums.get(word, 0.0)) / total if total else 0.0 for word in BASIS_WORDS}


def confidence(bill: Bill) -> str:
    """How much of the bill was counted, estimated and assumed, as a sentence."""
    parts = [
        f"{percent(round(part, 2))} {BASIS_WORDS[word]}"
        for word, part in basis_shares(bill).items()
        if part >= 0.005
    ]
    return f"Of this bill, line by line at its weakest number: {', '.join(parts)}."


def price_table(bill: Bill) -> Table:
    """Every listed price that the bill rests on, with its lines and its source."""
    lines: dict[tuple[str, str], list[str]] = {}
    for c in bill.charges:
        if c.usd >= CENT and c.price.source and c.price.basis != "measured":
            price = f"{usd(c.price.usd, price=True)} per {c.price.unit}".replace(" ", "\u00a0")
            lines.setdefault((price, c.price.source), []).append(line_words(c))
    rows = tuple((", ".join(names), price, source) for (price, source), names in lines.items())
    return Table(("Lines", "Price", "Source"), rows, stacked=True)


def input_table(scenario: Scenario) -> Table:
    """Every stated or supplied input with its value, basis and source."""
    rows = []
    for path, section, field, value in scenario.fields():
        if field in section.origins and value is not None:
            made = section.origins[field]
            text = value_words(value, section.quantities()[field])
            rows.append((path, text, made.basis, made.source))
    return Table(("Input", "Value", "Basis", "Source"), tuple(rows), stacked=True)


def people_words(bill: Bill) -> str:
    """What review staff costs, or nothing where there is none."""
    return usd(bill.people) if float(bill.people) > 0 else ""


def usage_table(at: Sweep, today: float) -> Table:
    """Cost a month, per user and per request at several sizes, with their range."""
    unit = at.scenario.traffic.usage_unit
    totals = at.totals()
    same = bool(np.allclose(totals["per_user"], totals["per_request"]))
    per = (f"per {unit}",) if same else (f"per {unit}", "per request")
    rows = []
    for row in totals.to_dict("records"):
        size = row[at.field]
        label = f"{count(size)}{' (today)' if size == today else ''}"
        wide = f"{money(row['p5'])} to {money(row['p95'])}"
        largest = f"{row['largest']} {share(row['largest_share'], 1.0)}"
        each = (money(row["per_user"]), money(row["per_request"]))
        rows.append((label, money(row["usd"]), wide, *each[: len(per)], largest))
    columns = (f"{unit}s", "a month", "nine in ten", *per, "largest part")
    return Table(columns, tuple(rows), tuple(range(1, len(columns) - 1)), stacked=True)


def inflection_table(points: Sequence[Inflection]) -> Table:
    """Each goal with where it is met, what ends it and how sure that is."""
    rows = []
    for p in points:
        spans = [_span(low, high) for low, high in p.intervals] or ["nowhere"]
        more = f" and {len(spans) - 2} more" if len(spans) > 2 else ""
        why = "none"
        if p.point is not None:
            what = f"{p.point.line} ({money(p.point.line_usd)})"
            why = f"from {p.point.at:,}: {what} takes it over"
            if p.point.met:
                why = f"below {p.point.at:,}: {what} is not yet borne"
        kept = p.chances.plan if p.chances else None
        plan = "" if kept is None else percent(round(kept, 2))
        rows.append((p.words, " and ".join(spans[:2]) + more, why, _wide(p), plan))
    columns = ("Goal", "met", "turning point", "nine draws in ten", "kept along the plan")
    return Table(columns, tuple(rows), (4,), stacked=True)


def _span(low: int, high: int | None) -> str:
    if high is None:
        return f"from {low:,}" if low > 1 else "at every size"
    return f"up to {high:,}" if low == 1 else f"{low:,} to {high:,}"


def _wide(p: Inflection) -> str:
    if p.chances is None:
        return "all is counted"
    ends = (p.chances.low, p.chances.high)
    words = [f"{float(f'{v:.2g}'):,.0f}" if np.isfinite(v) else "no end" for v in ends]
    return f"{words[0]} to {words[1]}"


def unknown_table(widest: Sequence[Unknown], scenario: Scenario) -> Table | None:
    """The unknowns that widen the bill most, with what each does alone."""
    if not widest:
        return None
    held = {path: (value, part.quantities()[name]) for path, part, name, value in scenario.fields()}
    rows = tuple(
        (u.words, value_words(*held[u.path]), f"{money(u.low)} to {money(u.high)}", money(u.width))
        for u in widest
    )
    columns = ("Unknown", "now taken as", "the bill then", "apart")
    return Table(columns, rows, (2, 3), stacked=True)


def bridge_table(found: Bridge) -> Table:
    """What moved the bill, from what to what, the largest first."""
    rows = [("; ".join(bar.changes), _moved(bar.usd)) for bar in found.bars]
    if found.neutral:
        rows.append((f"{', '.join(found.neutral)}: differ and cost nothing", "$0"))
    rows.append(("Difference", _moved(found.difference)))
    return Table(("What differs", "a month"), tuple(rows), (1,))


def _moved(amount: float) -> str:
    return f"+{money(amount)}" if amount >= 0 else money(amount)


def book_words(book: Book) -> str:
    """The price book's identity and age as a sentence."""
    age = book.age_days()
    words = f"Prices are those of {book.as_of} from price book {book.hash}, last read "
    words += f"{book.newest}, {age} days earlier." if age else f"{book.newest}."
    if age > 90:
        return f"{words} That is too old to quote: refresh it first."
    return f"{words} Refresh it before quoting." if age > 45 else words
