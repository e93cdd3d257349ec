"""A bill beside what somebody else says: a published table, or a cloud invoice by service."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from aicost.billing.bill import Bill
from aicost.billing.case import Case, expect_case
from aicost.invoices.beside_invoice import beside_invoice
from aicost.invoices.comparison import Comparison, Part, Reconciliation
from aicost.invoices.invoice_reader import read_invoice
from aicost.invoices.mistakes import amount, dollars, mistakes
from aicost.invoices.money_of import Rates, bare, code_in
from aicost.invoices.published import MONTH, Scope, drawn, figures_of, printed, range_of, scope_of
from aicost.values.formatting import count, line_words, percent
from aicost.values.money import Money
from aicost.values.suggest import instead

NOT_COMPARED = "not compared"
CLOSE = 1e-3  # figures this close agree, whatever their print
MOST_GUESSES = 2


def reconcile(
    case: Case, theirs: Mapping[str, Any] | str | Path, columns: str | Sequence[str] | None = None
) -> Reconciliation:
    """Compare a bill with an invoice, or with published figures, and say where they part.

    Parameters
    ----------
    case : the system; sweeps and draws enter at their mean.
    theirs : an invoice as a file, or published figures.
        A file is an export that data/invoice_layouts.csv knows: of AWS, Azure, Google Cloud,
        OpenAI, Anthropic, OpenRouter, or by FOCUS. Figures are amounts by name: `monthly`, `once`,
        `per_user`, `per_request`, `daily`, a component, a stage or "stage: item"; `_usd` at the end
        does not count. They are in the currency of the scenario unless another is written at them.
        Numbers, or text with the digits as they are printed. What is not understood
        is listed in `notes`.
    columns : names of the columns of any other file: service, cost and, where there is one, the
        date.

    Returns
    -------
    Dollars a month; several months of an invoice enter at their mean, days by their number.

    Raises
    ------
    InvoiceError : `file:line: column: what is wrong; remedy`, one line per problem.
    TypeError : neither a file nor figures by name.

    Notes
    -----
    A published figure agrees within half a unit of its last printed digit, or 0.1 %; noughts at
    the end of a whole number are no digits, beyond two that are kept. Where it does
    not, each line is tried ten, a hundred, a thousand times as large or small, left out and
    doubled; one-off lines are tried in the month, cached tokens at the price of input.

    data/invoice_services.csv says which service of an invoice is which component. A service that
    sells several (one line for models that answer and embed) puts them into one row. Services that
    are not in the file are `other` lines and listed. Review staff is on no invoice and left out.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> case = load("data/scenarios/contract-search-planned.yaml")
    >>> reconcile(case, {"monthly": round(float(case.bill.total) + 1180)}).ties[0].said
    'it fits if api servers is counted twice ($2,360.00 in place of $1,180.00)'
    """
    expect_case(case, "reconcile")
    if isinstance(theirs, Mapping):
        return _with_published(case, theirs)
    reckoned = case.scenario.money.code
    return beside_invoice(case, read_invoice(_path(theirs), columns, case.book, reckoned))


def _path(theirs: object) -> str | Path:
    if not isinstance(theirs, str | Path):
        told = "reconcile takes the path of an invoice, or figures by name such as {'monthly': 950}"
        raise TypeError(f"{told}; this is a {type(theirs).__name__}")
    return theirs


# ---- a published table


def _with_published(case: Case, published: Mapping[str, Any]) -> Reconciliation:
    bill, over = case.bill, drawn(case)
    ties: list[Comparison] = []
    scopes: list[Scope] = []
    slacks: list[float] = []
    rates = Rates(case.book)
    notes: list[str] = []
    for name, value in published.items():
        scope = scope_of(bill, name) if isinstance(name, str) else None
        try:
            money = _money_of(case, rates, value)
            theirs, slack = (money.in_usd * one for one in printed(_bare(value)))
            if theirs < 0:
                raise ValueError(f"{value!r} is less than nothing; write what was charged")
        except ValueError as error:
            notes.append(f"{NOT_COMPARED}: {name}, {error}")
            continue
        if scope is None:
            meant = instead(str(name), figures_of(bill))
            notes.append(f"{NOT_COMPARED}: {name}, no figure of this bill; {meant}")
            continue
        scopes.append(scope)
        slacks.append(slack)
        places = {id(line): at for at, line in enumerate(bill.charges)}
        lines = tuple(places[id(c)] for c in scope.lines)
        part = Part(lines, scope.scale, scope.per, slack, scope.components)
        tie = replace(_tie(bill, scope, theirs, slack), part=part)
        if over:
            mine = {id(line) for line in scope.lines}
            pairs = zip(bill.charges, over.charges, strict=True)
            low, high = range_of([scope.of(d) for c, d in pairs if id(c) in mine], scope.scale)
            tie = replace(tie, low=low, high=high)
        ties.append(tie)
    notes += rates.notes()
    notes += _sums(list(zip(ties, scopes, slacks, strict=True)))
    ties = [_where(tie, ties, scope) for tie, scope in zip(ties, scopes, strict=True)]
    ties.sort(key=lambda tie: -abs(tie.gap))
    tied = sum(min(t.ours, t.theirs) for t in ties) / (sum(t.theirs for t in ties) or math.inf)
    text = "\n".join([*(_sentence(tie) for tie in ties), *notes]) or "nothing to compare"
    return Reconciliation(tuple(ties), tied, (), tuple(notes), text)


def _sums(stated: Sequence[tuple[Comparison, Scope, float]]) -> Iterator[str]:
    """Yield what is wrong with a table whose components are not what its total says."""
    parts = [one for one in stated if one[1].components]
    told, added = {scope.name for _, scope, _ in parts}, sum(tie.theirs for tie, *_ in parts)
    for tie, scope, half_unit in (one for one in stated if one[1].name == MONTH and parts):
        every = all(c.components <= told for c in scope.lines if np.any(c.usd))
        slack = half_unit + sum(half for *_, half in parts) + CLOSE * tie.theirs
        if added - tie.theirs > slack or (every and tie.theirs - added > slack):
            gap = abs(added - tie.theirs)
            words = f"their components add up to {dollars(added)}, their total says "
            words += (
                f"{dollars(tie.theirs)}: {dollars(gap)} {'more' if added > tie.theirs else 'less'}"
            )
            as_much = [one.name for one, *_ in parts if abs(one.theirs - gap) <= slack]
            yield words + (f", as much as {as_much[0]}" if as_much else "")


def _money_of(case: Case, rates: Rates, value: Any) -> Money:
    """The currency of a figure: the one written at it, else that of the client's file.

    Raises NoMoney for one that is unknown, or has no rate.
    """
    code = code_in(value) if isinstance(value, str) else ""
    own = case.scenario.money
    return own if code in ("", own.code) else rates.money(code)


def _bare(value: Any) -> Any:
    return bare(value) if isinstance(value, str) else value


def _tie(bill: Bill, scope: Scope, theirs: float, half_unit: float) -> Comparison:
    own = [line for line in scope.lines if not (scope.components and line.under)]
    ours = sum(float(np.mean(scope.of(line))) for line in scope.lines) * scope.scale
    beside = ours - amount(own) * scope.scale  # environments, which repeat what is wrong elsewhere
    slack = max(half_unit, CLOSE * abs(ours))
    if abs(theirs - ours) <= slack * (1 + 1e-9):  # 0.03075 is rounded to 0.0308, and to 0.0307
        return Comparison(scope.name, ours, theirs, agrees=True)
    held = any(line.every == "once" for line in scope.lines)
    once = 0.0 if held else amount([c for c in bill.charges if c.every == "once"])
    near = min(slack, abs(theirs - ours) / 2) if theirs else 0.0  # what is small is not nothing
    tried = ((abs(w * scope.scale + beside - theirs), said) for w, said in mistakes(own, once))
    fits = [(off, said) for off, said in tried if off <= near]
    exact = [(off, said) for off, said in fits if off <= half_unit]  # to the last printed digit
    said = ", or if ".join(said for _, said in (exact or fits)[:MOST_GUESSES])
    return Comparison(scope.name, ours, theirs, f"it fits if {said}" if said else "")


def _where(tie: Comparison, ties: Sequence[Comparison], scope: Scope) -> Comparison:
    """Say where to look when no single mistake explains a difference."""
    if tie.said or tie.agrees:
        return tie
    same = [o.name for o in ties if o is not tie and abs(o.gap - tie.gap) <= CLOSE * abs(tie.gap)]
    inner = [name for name in same if name in {c.component for c in scope.lines} - {scope.name}]
    if inner:
        return replace(tie, said=f"{inner[0]} is apart by as much")
    paid = [line for line in scope.lines if np.any(line.usd)]
    if len(paid) < 2:
        return tie
    closest = min(paid, key=lambda c: abs(amount([c]) * scope.scale - abs(tie.gap)))
    size = dollars(amount([closest]) * scope.scale)
    said = f"no mistake in one line explains it; nearest in size is {line_words(closest)} ({size})"
    return replace(tie, said=said)


def _sentence(tie: Comparison) -> str:
    if tie.agrees:
        return f"{tie.name}: {dollars(tie.theirs)} agrees with {dollars(tie.ours)}"
    apart = (
        f"{dollars(abs(tie.gap))} {'above' if tie.gap > 0 else 'below'} ours of {dollars(tie.ours)}"
    )
    ratio = tie.theirs / tie.ours if tie.ours else 0.0
    if ratio >= 1.5 or (0 < ratio <= 1 / 1.5):
        size = count(ratio if ratio > 1 else 1 / ratio)
        apart += f" ({size} x {'ours' if ratio > 1 else 'less'})"
    elif tie.ours:
        apart += f" ({percent(tie.gap / tie.ours)})"
    words = f"{tie.name}: published {dollars(tie.theirs)} is {apart}"
    if tie.unknown:
        words += f", {tie.verdict} ({tie.range})"
    return f"{words}; {tie.said}" if tie.said else words
