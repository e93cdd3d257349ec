"""What the command line prints: a scenario filled out, a bill, the making of a line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from aicost.analysis.uncertainty.expected import Expected
from aicost.billing.bill import Bill, sentence
from aicost.components.stage import Stage
from aicost.scenario.scenario import Scenario
from aicost.values.charge import DOLLAR, Charge, Factor
from aicost.values.formatting import count, line_words, money, percent, share, usd, value_words
from aicost.values.quantities import Numeric, Quantity, Value
from aicost.values.section import Section
from aicost.values.text_table import grid, paragraph

if TYPE_CHECKING:
    from aicost.invoices.reconcile import Reconciliation, Tie

LEAST = 0.005  # below it a line prints as $0.00
NO_UNIT = ("", "share", "times")


# ---- the file, filled out


def filled(bill: Bill, scenario: Scenario) -> str:
    """Every line of a scenario, the kind's and the book's too, with where it is from."""
    notes = Notes(scenario)
    rows: list[Sequence[str] | str] = []
    bases: Counter[str] = Counter()
    for head, lines in _sections(bill, scenario):
        rows += ["", head]
        for name, value, basis, source in lines:
            bases[basis] += 1
            rows.append([name, value, basis, notes.mark(source)])
    kind = f" (kind {scenario.kind})" if scenario.kind else ""
    tally = ", ".join(f"{n} {basis}" for basis, n in bases.most_common())
    head = f"{scenario.name}{kind}: {sum(bases.values())} lines, {tally}"
    return "\n".join([paragraph(head), grid(rows, "llll", (0, 1)), *notes.lines()])


def _sections(bill: Bill, scenario: Scenario) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Yield heading and lines of each section: what is asked, the stages in order, the rest."""
    sections = list(scenario.sections())
    early = ("traffic", "month", "corpus")
    first = [pair for pair in sections if pair[0] in early]
    rest = [pair for pair in sections if pair[0] in ("goals", "growth", "constraints")]
    middle = [pair for pair in sections if pair not in first and pair not in rest]
    for prefix, part in [*first, *middle, *rest]:
        lines = list(_stated(part, prefix))
        head = prefix
        if isinstance(part, Stage):
            head = f"{prefix} ({part.billed_as or part.component})"
            lines += _listed(bill, prefix)
        if lines:
            yield head, lines


def _stated(part: Section, prefix: str) -> Iterator[tuple[str, ...]]:
    """Yield the fields that the file or the kind states."""
    for path, section, field, value in part.walk(prefix):
        if field in section.origins:
            made = section.origins[field]
            words = with_unit(value, section.quantities()[field])
            yield path.removeprefix(f"{prefix}."), words, made.basis, made.source


def with_unit(value: Value, meaning: Quantity) -> str:
    """A value as a file would spell it, with its unit.

    >>> with_unit(6000.0, Quantity("", "users")), with_unit(0.05, Quantity("", "share"))
    ('6,000 users', '5 %')
    """
    words = value_words(value, meaning)
    if isinstance(value, str | bool) or meaning.unit in NO_UNIT:
        return words
    money_per = re.fullmatch(r"USD(?:/(.+))?", meaning.unit)
    if money_per:
        return f"{words} per {money_per[1]}" if money_per[1] else words
    return f"{words} {meaning.unit}"


def _listed(bill: Bill, stage: str) -> list[tuple[str, ...]]:
    """The prices of the book that a stage is billed at, one line a price."""
    items: dict[tuple[str, ...], list[str]] = {}
    for c in bill.charges:
        if c.stage == stage and c.price is not DOLLAR and c.price.basis in ("listed", "assumed"):
            price = f"{usd(c.price.usd, price=True)} per {c.price.unit}"
            items.setdefault((price, c.price.basis, c.price.source), []).append(c.item)
    return [
        (f"price of {names[0]}" if len(names) == 1 else "price", *price)
        for price, names in items.items()
    ]


# ---- the bill


def bill_text(bill: Bill) -> str:
    """The lines of a month by component, dearest first, and what is paid once."""
    total = float(bill.total)
    rows: list[Sequence[str] | str] = [
        ["#", "line", "quantity x unit price", "USD", "share", "basis"]
    ]
    for component, amount in sorted(bill.by("component").items(), key=lambda kv: -float(kv[1])):
        lines = [(n, c) for n, c in _shown(bill, "month") if c.component == component]
        rows += _group(component, amount, lines, total)
    rows += _group("paid once", bill.once, _shown(bill, "once"), 0.0)
    hidden = sum(not _counts(c) for c in bill.charges)
    if hidden:
        what = "1 line comes" if hidden == 1 else f"{hidden} lines come"
        rows += ["", f"  {what} to less than a cent; `aicost explain` lists them too."]
    return grid(rows, "rlrrrl", (1,))


def _shown(bill: Bill, every: str) -> list[tuple[int, Charge]]:
    """The numbered lines that do not come to nothing, dearest first."""
    lines = [(n, c) for n, c in numbered(bill) if c.every == every and _counts(c)]
    return sorted(lines, key=lambda pair: -float(pair[1].usd))


def _counts(line: Charge) -> bool:
    return abs(float(line.usd)) >= LEAST


def _group(
    name: str, amount: Numeric, lines: list[tuple[int, Charge]], total: float
) -> Iterator[Sequence[str]]:
    """Yield a heading with its sum and the lines below it; a stage all share is named once."""
    stages = {c.stage for _, c in lines}
    if not lines:
        return
    part = share(amount, total) if total else ""
    alone = next(iter(stages)) if len(stages) == 1 else ""
    heading = name if alone in ("", name, lines[0][1].item) else f"{name}: {alone}"
    yield [""] * 6
    yield ["", heading, "", _cents(amount), part, ""]
    for number, c in lines:
        item = c.item if alone else line_words(c)
        part = share(c.usd, total) if total else ""
        yield [str(number), f" {item}", quantity_price(c), _cents(c.usd), part, c.basis]


def _cents(amount: Numeric) -> str:
    """Dollars to the cent without their sign, as a column of a table has them."""
    value = float(amount)
    return "< 0.01" if 0 < value < LEAST else f"{value:,.2f}"


def numbered(bill: Bill) -> list[tuple[int, Charge]]:
    """The lines with the numbers that `aicost explain` takes, from 1."""
    return list(enumerate(bill.charges, start=1))


def quantity_price(line: Charge) -> str:
    """How many units at which price; nothing where the line is an amount of money."""
    if line.price is DOLLAR:
        return ""
    number, unit = count(line.quantity), line.price.unit
    times = " x " if unit[:1].isdigit() else " "
    return f"{number}{times}{plural(unit, number)} x {usd(line.price.usd, price=True)}"


def plural(unit: str, number: str) -> str:
    """A unit in the plural where there is not one of it.

    >>> plural("search", "3"), plural("hour", "1"), plural("Mquery", "2.5"), plural("Mtok", "7")
    ('searches', 'hour', 'Mqueries', 'Mtok')
    """
    if number == "1" or unit in ("Mtok", "GB") or unit.endswith("s"):
        return unit
    if unit.endswith("y"):
        return f"{unit[:-1]}ies"
    return f"{unit}es" if unit.endswith("ch") else f"{unit}s"


def totals_text(bill: Bill) -> str:
    """The totals: a month, per user, per request, review staff, once."""
    scenario = bill.scenario
    rows = [["total a month", usd(bill.total), ""]]
    if bill.people > 0:
        rows.append(["  of it people", usd(bill.people), "review staff, which no invoice shows"])
    if scenario.traffic.users is not None and bill.users > 0:
        who = f"{count(bill.users)} {plural(scenario.traffic.unit, count(bill.users))}"
        rows.append([f"per {scenario.traffic.unit}", money(bill.per_user), who])
    if bill.requests > 0:
        rows.append(["per request", money(bill.per_request), f"{bill.requests:,.0f} requests"])
        if bill.per_success is not None:
            rows.append(["per answer that helps", money(bill.per_success), ""])
    if bill.once > 0:
        rows.append(["paid once", usd(bill.once), ""])
    return grid(rows, "lrl")


def range_text(cost: Expected) -> str:
    """What the month comes to over draws of everything that is a range."""
    if cost.p5 == cost.p95:
        return "every number was counted: there is no range"
    return paragraph(f"expected: {cost.sentence}")


# ---- beside an invoice


def reconciled_text(found: Reconciliation) -> str:
    """The bill and an invoice side by side, what stands aside, and what was noticed."""
    rows: list[Sequence[str] | str] = [["a month", "bill", "invoice", "apart"]]
    rows += [
        [
            tie.name,
            _cents(tie.ours) if tie.ours else "-",
            _cents(tie.theirs) if tie.theirs else "-",
            _apart(tie),
        ]
        for tie in found.ties
    ]
    rows += [[tie.name, "-", _cents(tie.theirs), "a line of its own"] for tie in found.aside]
    both = [*found.ties, *found.aside]
    ours, theirs = sum(tie.ours for tie in both), sum(tie.theirs for tie in both)
    rows += ["", ["in all", _cents(ours), _cents(theirs), ""]]
    first, *_ = found.text.splitlines()
    notes = (paragraph(note, "- ", "  ") for note in found.notes)
    return "\n\n".join([paragraph(f"{first}."), grid(rows, "lrrl", (0,)), "\n".join(notes)])


def _apart(tie: Tie) -> str:
    if not tie.theirs:
        return "not on this invoice"
    return f"{tie.gap / tie.ours:+.1%}".replace("%", " %") if tie.ours else "not on the bill"


# ---- the making of a line


def lines_text(bill: Bill) -> str:
    """Every line with its number."""
    rows: list[Sequence[str] | str] = [["#", "line", "USD", "paid", "basis"]]
    rows += [[str(n), line_words(c), _cents(c.usd), c.every, c.basis] for n, c in numbered(bill)]
    return grid(rows, "rlrll", (1,))


def making_text(bill: Bill, number: int) -> str:
    """How a line is made: one sentence, then each number with its basis and source."""
    line = bill.charges[number - 1]
    often = "a month" if line.every == "month" else "once"
    notes = Notes(bill.scenario)
    rows: list[Sequence[str] | str] = [
        [f"{deep}{f.name}", _factor_value(f), f.basis, notes.mark(f.source), f.note]
        for deep, f in _factors(line.factors)
    ]
    if line.price is not DOLLAR:
        price = usd(line.price.usd, price=True)
        mark = notes.mark(line.price.source)
        rows.append([f"price per {line.price.unit}", price, line.price.basis, mark, ""])
    parts = [
        f"{number}  {line_words(line)} ({line.component}): {usd(line.usd)} {often}",
        "",
        paragraph(sentence(line), "  ", "  "),
        "",
        grid(rows, "lrlll", (0, 4)),
        *notes.lines(),
    ]
    return "\n".join(parts)


def _factors(factors: Iterable[Factor], deep: str = "") -> Iterator[tuple[str, Factor]]:
    """Yield every factor, what a sum is made of after it and deeper."""
    for factor in factors:
        yield deep, factor
        yield from _factors(factor.parts, f"{deep}  ")


def _factor_value(factor: Factor) -> str:
    if factor.unit == "share":
        return percent(factor.value)
    return usd(factor.value) if factor.unit == "USD" else count(factor.value)


class Notes:
    """Sources as numbered notes below a table; a line of the scenario's file is named as such."""

    def __init__(self, scenario: Scenario) -> None:
        self._file = scenario.path.name if scenario.path else ""
        self._numbers: dict[str, int] = {}

    def mark(self, source: str) -> str:
        """What stands in the table for a source."""
        file, _, line = source.rpartition(":")
        if file and file == self._file:
            return f"line {line}"
        return f"[{self._numbers.setdefault(source, len(self._numbers) + 1)}]" if source else ""

    def lines(self) -> list[str]:
        """The notes, after a free line."""
        found = [paragraph(text, f"  {f'[{n}]':<5}", " " * 7) for text, n in self._numbers.items()]
        return ["", *found] if found else []
