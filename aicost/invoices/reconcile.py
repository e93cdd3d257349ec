"""A bill beside what somebody else says: a published table, or a cloud invoice by service."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from aicost.billing.bill import Bill
from aicost.billing.case import Case, expect_case
from aicost.invoices.invoice_layouts import Invoice
from aicost.invoices.invoice_reader import read_invoice
from aicost.invoices.mistakes import amount, dollars, mistakes
from aicost.invoices.published import Scope, figures_of, mean_of_all, printed, scope_of
from aicost.invoices.services import ASIDE
from aicost.values.charge import COMPONENTS, HUMAN
from aicost.values.formatting import count, line_words, percent, usd
from aicost.values.result import Result
from aicost.values.suggest import instead
from aicost.values.table import Column, Form, Row, Table, table

CLOSE = 1e-3  # figures this close agree, whatever their print
MOST_GUESSES = 2


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure of the bill beside theirs, and what would make the two agree."""

    name: str
    ours: float
    theirs: float
    said: str = ""
    agrees: bool = False

    @property
    def gap(self) -> float:
        return self.theirs - self.ours

    @property
    def apart(self) -> str:
        """How far theirs is from ours, and what would make the two agree."""
        if self.agrees:
            return "agrees"
        if not self.theirs:
            return "not on this invoice"
        words = (
            f"{self.gap / self.ours:+.1%}".replace("%", " %") if self.ours else "not on the bill"
        )
        return f"{words}; {self.said}" if self.said else words


@dataclass(frozen=True, repr=False)
class Reconciliation(Result):
    """Figures of a bill beside somebody else's, the furthest apart first.

    `tied` is the share of theirs that the bill explains; `aside` are lines of their own (tax,
    support, credits, commitments), which no bill of a design has; `notes` say what was left out.
    `parts` is whether theirs are the parts of one invoice, which add up.
    """

    ties: tuple[Comparison, ...]
    tied: float
    aside: tuple[Comparison, ...]
    notes: tuple[str, ...]
    text: str
    parts: bool = False

    @property
    def sentence(self) -> str:
        """How much of theirs is on the bill, or the figure that is furthest apart."""
        return f"{self.text.splitlines()[0]}."

    def rows(self) -> Table:
        """Each figure of the bill beside theirs, and their sums where they are parts of a whole."""
        columns = (
            Column("a month"),
            Column("bill", Form.USD, "ours"),
            Column("theirs", Form.USD),
            Column("apart"),
        )
        rows = [Row((c.name, c.ours or "-", c.theirs or "-", c.apart), of=c) for c in self.ties]
        own = "a line of its own"
        rows += [Row((c.name, "-", c.theirs, own), of=c) for c in self.aside]
        if self.parts:
            both = [*self.ties, *self.aside]
            ours, theirs = sum(c.ours for c in both), sum(c.theirs for c in both)
            rows.append(Row(("in all", ours, theirs, ""), role="sum"))
        return replace(table(columns, rows), notes=self.notes)


def reconcile(
    case: Case, theirs: Mapping[str, Any] | str | Path, columns: str | Sequence[str] | None = None
) -> Reconciliation:
    """Compare a bill with an invoice, or with published figures, and say where they part.

    Parameters
    ----------
    case : the system; sweeps and draws enter at their mean.
    theirs : an invoice as a file, or published figures.
        A file is a CSV as AWS Cost Explorer, Azure's cost exports, Google Cloud's cost table and
        reports or a FOCUS export write it. Figures are dollars by name: `monthly`, `once`,
        `per_user`, `per_request`, `daily`, a component, a stage or "stage: item"; `_usd` at the end
        does not count. Numbers, or text with the digits as they are printed. What is not understood
        is listed in `notes`.
    columns : names of the columns of any other file: service, cost and, where there is one, the
        date.

    Returns
    -------
    Dollars a month; several months of an invoice enter at their mean.

    Raises
    ------
    InvoiceError : `file:line: column: what is wrong; remedy`, one line per problem.
    TypeError : neither a file nor figures by name.

    Notes
    -----
    A published figure agrees within half a unit of its last printed digit, or 0.1 %. Where it does
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
        return _with_published(case.bill, theirs)
    return _with_invoice(case.bill, read_invoice(_path(theirs), columns))


def _path(theirs: object) -> str | Path:
    if not isinstance(theirs, str | Path):
        told = "reconcile takes the path of an invoice, or figures by name such as {'monthly': 950}"
        raise TypeError(f"{told}; this is a {type(theirs).__name__}")
    return theirs


# ---- a published table


def _with_published(bill: Bill, published: Mapping[str, Any]) -> Reconciliation:
    ties: list[Comparison] = []
    scopes: list[Scope] = []
    notes: list[str] = []
    for name, value in published.items():
        scope = scope_of(bill, name) if isinstance(name, str) else None
        try:
            theirs, slack = printed(value)
        except ValueError as error:
            notes.append(f"not compared: {name}, {error}")
            continue
        if scope is None:
            meant = instead(str(name), figures_of(bill))
            notes.append(f"not compared: {name}, no figure of this bill; {meant}")
            continue
        scopes.append(scope)
        ties.append(_tie(bill, scope, theirs, slack))
    ties = [_where(tie, ties, scope) for tie, scope in zip(ties, scopes, strict=True)]
    ties.sort(key=lambda tie: -abs(tie.gap))
    tied = sum(min(t.ours, t.theirs) for t in ties) / (sum(t.theirs for t in ties) or math.inf)
    text = "\n".join([*(_sentence(tie) for tie in ties), *notes]) or "nothing to compare"
    return Reconciliation(tuple(ties), tied, (), tuple(notes), text)


def _tie(bill: Bill, scope: Scope, theirs: float, half_unit: float) -> Comparison:
    ours = amount(scope.lines) * scope.scale
    slack = max(half_unit, CLOSE * abs(ours))
    if abs(theirs - ours) <= slack:
        return Comparison(scope.name, ours, theirs, agrees=True)
    held = any(line.every == "once" for line in scope.lines)
    once = 0.0 if held else amount([c for c in bill.charges if c.every == "once"])
    near = min(slack, abs(theirs - ours) / 2)
    tried = ((abs(w * scope.scale - theirs), said) for w, said in mistakes(scope.lines, once))
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
    ratio = tie.theirs / tie.ours if tie.ours else math.inf
    if ratio >= 1.5 or (0 < ratio <= 1 / 1.5):
        size = count(ratio if ratio > 1 else 1 / ratio)
        apart += f" ({size} x {'ours' if ratio > 1 else 'less'})"
    else:
        apart += f" ({percent(tie.gap / tie.ours)})"
    words = f"{tie.name}: published {dollars(tie.theirs)} is {apart}"
    return f"{words}; {tie.said}" if tie.said else words


# ---- a cloud invoice


def _with_invoice(bill: Bill, invoice: Invoice) -> Reconciliation:
    months = [month for month in invoice.months if month] or [""]
    by_service: dict[tuple[str, str], float] = {}
    for row in invoice.rows:
        key = (row.component or "other", row.service)
        by_service[key] = by_service.get(key, 0.0) + row.amount / len(months)
    unknown = {row.service for row in invoice.rows if not row.component}
    billed = bill.by("component")
    if not any(component == HUMAN for component, _ in by_service):  # on no invoice
        billed.pop(HUMAN, None)
    groups = _groups({component for component, _ in by_service if component not in ASIDE})
    ties = []
    for group in groups:
        ours = sum(mean_of_all(billed.get(name, 0.0)) for name in group)
        theirs = sum(cost for (c, _), cost in by_service.items() if set(c.split(" + ")) <= group)
        if ours or theirs:
            ties.append(Comparison(" + ".join(n for n in COMPONENTS if n in group), ours, theirs))
    ties.sort(key=lambda tie: -abs(tie.gap))
    aside = tuple(
        Comparison(name, 0.0, sum(cost for (c, _), cost in by_service.items() if c == name))
        for name in ASIDE
        if any(c == name for c, _ in by_service)
    )
    services = sum(tie.theirs for tie in ties)
    explained = sum(min(tie.ours, tie.theirs) for tie in ties if tie.theirs > 0)
    tied = explained / services if services > 0 else 0.0
    notes = tuple(_notes(bill, invoice, months, by_service, unknown))
    first = (
        f"{usd(explained)} of the {usd(services)} a month invoiced for services is on the bill "
        f"({percent(round(tied, 3))})"
    )
    over = sum(tie.ours - max(tie.theirs, 0.0) for tie in ties if tie.ours > tie.theirs)
    if over:
        first += f"; {usd(over)} of the bill is not on the invoice"
    rows = [_row(tie) for tie in ties]
    own = [f"{tie.name}: {usd(tie.theirs)}, a line of its own" for tie in aside]
    text = "\n".join([first, *rows, *own, *notes])
    return Reconciliation(tuple(ties), tied, aside, notes, text, parts=True)


def _groups(named: set[str]) -> list[set[str]]:
    """Join components that one service is billed for together."""
    groups = [{name} for name in COMPONENTS]
    for together in named:
        parts = set(together.split(" + "))
        joined = [group for group in groups if group & parts]
        groups = [group for group in groups if not group & parts] + [set().union(*joined)]
    return sorted(groups, key=lambda group: min(COMPONENTS.index(name) for name in group))


def _row(tie: Comparison) -> str:
    words = f"{tie.name}: bill {usd(tie.ours)}, invoice {usd(tie.theirs)}"
    if not tie.theirs:
        return f"{words}; not on this invoice"
    if not tie.ours:
        return f"{words}; not on the bill"
    if math.isclose(tie.ours, tie.theirs, rel_tol=0.005):
        return words
    apart = percent(round(abs(tie.gap) / tie.ours, 3))
    return f"{words}, {apart} {'above' if tie.gap > 0 else 'below'} the bill"


def _notes(
    bill: Bill,
    invoice: Invoice,
    months: list[str],
    by_service: Mapping[tuple[str, str], float],
    unknown: set[str],
) -> Iterator[str]:
    """Yield what has to be known beside the figures."""
    sums = {m: sum(r.amount for r in invoice.rows if r.month == m) for m in months}
    if len(months) > 1:
        each = ", ".join(f"{month} {usd(sums[month])}" for month in months)
        yield f"{len(months)} months, their mean is taken: {each}"
    elif not months[0]:
        yield "the file has no dates and is taken for one month"
    if unknown:
        listed = ((by_service["other", name], name) for name in unknown)
        names = ", ".join(f"{name} {usd(cost)}" for cost, name in sorted(listed, reverse=True))
        yield f"not in data/invoice_services.csv, taken as other: {names}"
    added = sum(row.amount for row in invoice.rows)
    cents = 0.01 * invoice.lines + 1e-4 * abs(added)  # each line may be rounded
    said = (*invoice.totals, sum(invoice.totals))  # of all, or of parts that make it up
    if invoice.totals and all(abs(stated - added) > cents for stated in said):
        words = f"the file states a total of {usd(invoice.totals[-1])}"
        yield f"{words}, its lines add up to {usd(added)}"
    if np.any(bill.people) and not any(c == HUMAN for c, _ in by_service):
        yield f"review staff of {usd(bill.people)} is on no invoice and left out"
    if np.any(bill.once):
        yield f"what is paid once ({usd(bill.once)}) is left out"
    yield from invoice.notes
