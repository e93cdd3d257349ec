"""A bill beside a cloud invoice, component by component, with the bill's own range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from aicost.billing.bill import Bill
from aicost.billing.case import Case
from aicost.invoices.comparison import Comparison, Part, Reconciliation, row_words, told
from aicost.invoices.invoice_layouts import Invoice
from aicost.invoices.periods import DAYS_PER_MONTH, LEAST_DAYS
from aicost.invoices.published import drawn, mean_of_all, range_of
from aicost.invoices.services import ASIDE, component_of
from aicost.values.charge import COMPONENTS, ENVIRONMENTS, HUMAN
from aicost.values.formatting import listing, percent, plural, usd
from aicost.values.quantities import at_means

Sums = Mapping[tuple[str, str, str], float]  # component, service, meter: USD a month
#: Lines of a bill that a meter of an invoice is for, by a word of theirs.
METERS = {"web searches": "search", "file searches": "file", "code execution": "code"}
MOST_NAMED = 6


def beside_invoice(case: Case, invoice: Invoice) -> Reconciliation:
    """Hold the bill of a month against what an invoice makes of one."""
    bill, a_month = case.bill, invoice.period.a_month
    sums: dict[tuple[str, str, str], float] = {}
    for row in invoice.rows:
        key = (row.component or "other", row.service, row.meter)
        sums[key] = sums.get(key, 0.0) + row.amount * a_month
    unknown = {row.service for row in invoice.rows if not row.component}
    ties = _ties(case, sums)
    aside = tuple(
        Comparison(name, 0.0, sum(cost for (c, *_), cost in sums.items() if c == name))
        for name in ASIDE
        if any(c == name for c, *_ in sums) and name not in {tie.name for tie in ties}
    )
    services = sum(tie.theirs for tie in ties)
    explained = sum(min(tie.ours, tie.theirs) for tie in ties if tie.theirs > 0)
    charged = sum(max(tie.theirs, 0.0) for tie in ties)
    tied = explained / charged if charged else 0.0
    paid = ["services", *(tie.name for tie in ties if tie.name in ASIDE and tie.theirs > 0)]
    notes = tuple(_notes(bill, invoice, sums, unknown))
    first = (
        f"{usd(explained)} of the {usd(charged)} a month invoiced for {listing(paid)} is on the "
        f"bill ({percent(round(tied, 3))})"
    )
    over = sum(tie.ours - max(tie.theirs, 0.0) for tie in ties if tie.ours > tie.theirs)
    if told(charged - services, charged):
        first += f"; {usd(charged - services)} of credits are taken off it"
    if told(over, charged):
        first += f"; {usd(over)} of the bill is not on the invoice"
    if beyond := [tie.name for tie in ties if tie.unknown and tie.theirs and not tie.inside]:
        verb = "is" if len(beyond) == 1 else "are"
        first += f"; {listing(beyond)} {verb} outside what we said"
    elif any(tie.unknown and tie.theirs for tie in ties):
        first += "; each part that is not known exactly is inside its range"
    if told(uncovered := sum(tie.theirs for tie in _uncovered(ties)), charged):
        first += f"; no line covers {usd(uncovered)}"
    rows = [row_words(one) for tie in ties for one in (tie, *tie.parts)]
    own = [f"{tie.name}: {usd(tie.theirs)}, a line of its own" for tie in aside]
    text = "\n".join([first, *rows, *own, *notes])
    covers = invoice.period.words(invoice.months)
    return Reconciliation(tuple(ties), tied, aside, notes, text, parts=True, covers=covers)


def _uncovered(ties: list[Comparison]) -> Iterator[Comparison]:
    """Yield what is invoiced and on no line of the bill."""
    for tie in ties:
        if not tie.ours and tie.theirs > 0:
            yield tie
        else:
            yield from (part for part in tie.parts if not part.ours and part.theirs > 0)


def _ties(case: Case, sums: Sums) -> list[Comparison]:
    """Each component, or several that one service is billed for, the furthest apart first."""
    invoiced = {component for component, *_ in sums if component not in ASIDE}
    staff = {HUMAN} if HUMAN not in invoiced else set()  # on no invoice
    bill, over, named = case.bill, drawn(case), _own_names(case, sums)
    month = [at for at, c in enumerate(bill.charges) if c.every == "month"]
    ties = []
    for group in [*_groups(invoiced), *({name} for name in dict.fromkeys(named.values()))]:
        if aside := group & {*ASIDE}:
            part = Part(tuple(at for at in month if named.get(bill.charges[at].stage) in aside))
        else:
            held = frozenset(group - staff)
            free = (at for at in month if bill.charges[at].stage not in named)
            part = Part(
                tuple(at for at in free if held & bill.charges[at].components), components=held
            )
        mine = mean_of_all(part.of(bill))
        theirs = sum(cost for (c, *_), cost in sums.items() if set(c.split(" + ")) <= group)
        if not (mine or theirs):
            continue
        name = " + ".join(n for n in (*COMPONENTS, *ASIDE) if n in group)
        low, high = range_of([part.of(over)] if over else [])
        parts = tuple(_meters(bill, sums, group))
        tie = Comparison(name, mine, theirs, low=low, high=high, parts=parts, part=part)
        ties.append(replace(tie, services=tuple(_services(sums, group))))
    return sorted(ties, key=lambda tie: -abs(tie.gap))


def _own_names(case: Case, sums: Sums) -> dict[str, str]:
    """Lines of the file that an invoice has apart from services, by name: support, tax, credits.

    A share of other lines that adds to them is one; an amount is where the invoice has such a line.
    """
    found, invoiced = {}, {component for component, *_ in sums}
    for line in case.scenario.other:
        kind, share = component_of(line.name), line.share_of_lines
        adds = share is not None and mean_of_all(at_means(share)) > 0
        if kind in ASIDE and line.component != HUMAN and (kind in invoiced or adds):
            found[line.name] = kind
    return found


def _services(sums: Sums, group: set[str]) -> Iterator[tuple[str, float]]:
    """Yield what some components were charged for, meters with their own price apart."""
    found: dict[str, float] = {}
    for (component, service, meter), cost in sums.items():
        if set(component.split(" + ")) <= group and not meter:
            found[service] = found.get(service, 0.0) + cost
    yield from sorted(found.items(), key=lambda pair: -pair[1])


def _meters(bill: Bill, sums: Sums, group: set[str]) -> Iterator[Comparison]:
    """Yield what of some components is paid for beside tokens, with the bill's lines for it."""
    for meter, word in METERS.items():
        theirs = sum(
            c for (k, _, m), c in sums.items() if m == meter and set(k.split(" + ")) <= group
        )
        lines = [c.usd for c in bill.charges if c.driver == "fees" and word in c.item]
        if theirs:
            yield Comparison(meter, sum(map(mean_of_all, lines)), theirs)


def _groups(named: set[str]) -> list[set[str]]:
    """Join components that one service is billed for together."""
    groups = [{name} for name in COMPONENTS]
    for together in named:
        parts = set(together.split(" + "))
        joined = [group for group in groups if group & parts]
        groups = [group for group in groups if not group & parts] + [set().union(*joined)]
    return sorted(groups, key=lambda group: min(COMPONENTS.index(name) for name in group))


# ---- what has to be known beside the figures


def _notes(bill: Bill, invoice: Invoice, sums: Sums, unknown: set[str]) -> Iterator[str]:
    yield _time(invoice)
    today, last = bill.book.as_of, invoice.months[-1] if invoice.months else ""
    if invoice.period.months > 1 and not invoice.period.last and last == f"{today:%Y-%m}":
        yield f"{last} had not ended on {today}: where it has but begun, export it by days"
    if unknown:
        cost = {name: sum(v for (_, s, _), v in sums.items() if s == name) for name in unknown}
        names = sorted(((v, name) for name, v in cost.items()), reverse=True)
        said = [f"{name} {usd(v)}" for v, name in names[:MOST_NAMED]]
        if len(names) > MOST_NAMED:
            rest = sum(v for v, _ in names[MOST_NAMED:])
            many = len(names) - MOST_NAMED
            said.append(f"{many} {plural('other', str(many))} {usd(rest)}")
        yield f"not in data/invoice_services.csv, taken as other: {', '.join(said)}"
    added = invoice.total
    cents = 0.005 * (invoice.lines + 2) + 1e-9 * abs(added)  # each line may be rounded
    said_totals = (*invoice.totals[-1:], sum(invoice.totals))  # of all, or of parts of it
    if invoice.totals and all(abs(stated - added) > cents for stated in said_totals):
        stated = invoice.totals[-1]
        words = f"the file states a total of {usd(stated)}, its lines add up to {usd(added)}"
        yield f"{words}: {usd(abs(stated - added))} {'more' if stated > added else 'less'}"
    if np.any(bill.people) and not any(c == HUMAN for c, *_ in sums):
        yield f"review staff of {usd(bill.people)} is on no invoice and left out"
    if beside := [c for c in bill.charges if c.driver == ENVIRONMENTS and np.any(c.usd)]:
        told = listing([f"{c.stage} {usd(c.usd)}" for c in beside])
        one = len(beside) == 1
        runs = f"{'is' if one else 'are'} counted with what {'it runs' if one else 'they run'} on"
        yield f"{told} {runs}, as an invoice has it"
    if np.any(bill.once):
        yield f"what is paid once ({usd(bill.once)}) is left out"
    yield from invoice.notes


def _time(invoice: Invoice) -> str:
    """The time that the invoice covers, and what was made of it."""
    covers, months = invoice.period, [month for month in invoice.months if month]
    if covers.days:
        words = f"the file covers {covers.days} days, {covers.first} to {covers.last}"
        whole = f"{usd(invoice.total)} in all"
        return f"{words}, {whole}: a month of {DAYS_PER_MONTH:.2f} days is taken from it"
    if covers.months > 1:
        of = {m: sum(r.amount for r in invoice.rows if r.month == m) for m in months}
        each = ", ".join(f"{month} {usd(cost)}" for month, cost in of.items())
        if len(months) == covers.months:
            return f"{covers.months} months, their mean is taken: {each}"
        return f"{covers.months} months to {covers.last}, their mean is taken: {each}"
    if not months:
        return "the file has no dates and is taken for one month"
    if 0 < covers.seen < LEAST_DAYS:
        days = "one day" if covers.seen == 1 else f"{covers.seen} days"
        return f"it has charges of {days} of {months[0]} and is taken for that month"
    return f"it covers {months[-1]}"
