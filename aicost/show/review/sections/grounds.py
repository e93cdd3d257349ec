"""What a review rests on: what was looked at, what was assumed, and what must be kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aicost.analysis.uncertainty.tornado import Unknown
from aicost.book.terms import place_of
from aicost.invoices.calibrated_head import told_of
from aicost.scenario.residency import said_of_place
from aicost.show.review import pictures
from aicost.show.review.facts import BASIS_WORDS
from aicost.show.review.look import Look
from aicost.values.formatting import count, listing, money, path_words, percent, with_unit
from aicost.values.table import Column, Form, Row, table

OPEN = "open"
UNKNOWN = "unknown"
MOST_ROWS = 8


def scope(look: Look) -> str:
    """What was looked at, in a line."""
    scenario = look.case.point.scenario
    parts = [stage.name for stage in scenario.stages]
    words = f"One month of {count(look.case.usage)} {scenario.traffic.usage_units}"
    words += f" and {count(round(float(look.bill.requests)))} requests"
    if scenario.corpus is not None:
        words += f" over {count(scenario.corpus.documents)} documents"
    words += f": {listing(parts)}" if parts else ""
    if scenario.other:
        words += f"; beside them {listing([line.name for line in scenario.other])}"
    if scenario.environments:
        words += f"; with {listing([one.name for one in scenario.environments])}"
    place = place_of(scenario.constraints.residency)
    where = f"data are to stay in {place.upper()}" if place else "data may be anywhere"
    unsaid = [part for _, part, kept, _ in _residency(look) if kept == UNKNOWN]
    where += f" (nobody says it of {listing(unsaid)})" if unsaid else ""
    ours = scenario.money.code
    return f"{words}. Prices of {look.case.book.as_of}, in {ours}; {where}."


def register(look: Look) -> dict[str, Any]:
    """Every range by how far it moves the bill, with who confirms it."""
    found = look.unknowns
    left = len(found) - MOST_ROWS
    slight = f" {left} that move it less are not in the table." if left > 0 else ""
    told = [*_ranges(look), *_confirmed(look)]
    named = sum(row.cells[-1] != OPEN for row in told)
    words = f"{look.widest.sentence}{slight}"
    if told:
        words += f" {_of_named(named, len(told))}"
    columns = (
        Column("Assumption"),
        Column("counted with"),
        Column("range"),
        Column("basis"),
        Column("moves the bill by", Form.ABOUT, "width"),
        Column("who confirms, by when"),
    )
    chart = pictures.spread(look.cost)
    return {"answer": words, "chart": chart, "table": table(columns, told) if told else None}


def _of_named(named: int, of: int) -> str:
    """For how many somebody is named who confirms them."""
    if named == of:
        return "Who confirms each of them is named."
    return (
        f"Who confirms them is named for {named} of {of}."
        if named
        else "Nobody is named yet who confirms them."
    )


def _ranges(look: Look) -> Iterator[Row]:
    """Yield a row for each range that moves the bill, the one that moves it most first."""
    for unknown in _widest(look):
        value, basis = _stated(look, unknown.path)
        who = _who(look).get(unknown.path, OPEN)
        cells = (unknown.words, value, unknown.taken, basis, unknown.width, who)
        yield Row(cells, of=unknown.path)


def _widest(look: Look) -> list[Unknown]:
    """The ranges that move the bill most, whatever an invoice shows of it."""
    return sorted(look.unknowns, key=lambda one: -one.width)[:MOST_ROWS]


def _confirmed(look: Look) -> Iterator[Row]:
    """Yield a row for each other input that somebody is to confirm."""
    told = {unknown.path for unknown in _widest(look)}
    for path, who in _who(look).items():
        if path not in told:
            value, basis = _stated(look, path)
            yield Row((path_words(path), value, "none", basis, None, who), of=path)


def _who(look: Look) -> dict[str, str]:
    scenario = look.case.scenario
    return {scenario.resolved(path)[0]: who for path, who in scenario.head.confirm.items()}


def _stated(look: Look, path: str) -> tuple[str, str]:
    """The mean of a field with its unit, and on what it rests."""
    point = look.case.point.scenario
    _, part, name, value = next(found for found in point.fields if found[0] == path)
    origin = part.origins.get(name)
    basis = BASIS_WORDS[origin.basis] if origin is not None else "usual"
    if any(line.startswith(f"{path_words(path)}, ") for line in told_of(look.case.scenario.path)):
        basis = "fitted to the invoice"
    return with_unit(value, part.quantities()[name]), basis


def constraints(look: Look) -> dict[str, Any] | None:
    """What rules parts out before price does: what each asks, what keeps it, how that is known."""
    rows = [*_residency(look), *_caps(look)]
    if not rows:
        return None
    columns = ("What is asked", "part", "kept", "how it is known")
    unsaid = [str(row[1]) for row in rows if row[2] == UNKNOWN]
    words = "Every part that is sold by somebody is offered so; a contract has to promise it."
    if unsaid:
        words = f"Nobody says it of {listing(unsaid)}: unknown, which is not the same as allowed."
    return {"answer": words, "table": table(columns, rows)}


def _residency(look: Look) -> Iterator[tuple[str, str, str, str]]:
    scenario, book = look.case.scenario, look.case.book
    place = place_of(scenario.constraints.residency)
    if not place:
        return
    asked = f"Data stay in {place.upper()}"
    told: set[str] = set()
    for stage in scenario.stages:
        for _, item in stage.sold_as():
            rule = book.terms.placed(item, book.as_of)
            if item not in told:
                kept = UNKNOWN if rule is None else "is offered there"
                yield asked, f"{stage.name}: {item}", kept, said_of_place(item, rule, book)
            told.add(item)
    yield asked, "people, logs, machines of one's own", "not looked at", "ask who runs them"


def _caps(look: Look) -> Iterator[tuple[str, str, str, str]]:
    cap = look.case.point.scenario.limits.usd_per_request
    found = look.request.cap if cap is not None and look.request else None
    if found is not None:
        asked = f"A request costs {money(cap)} at most"
        yield asked, "every loop", f"strikes in {percent(found.strikes)}", "computed from the walk"
