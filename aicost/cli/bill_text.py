"""What the command line prints: a system filled out, a bill, the making of a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from aicost.analysis.request_cost.report import RequestCost
from aicost.analysis.uncertainty.expected import NO_RANGE, Expected
from aicost.analysis.user_margins.report import UserMargins
from aicost.billing.bill import Bill
from aicost.billing.bill_table import making, shows
from aicost.billing.case import Case
from aicost.components.human_review import HumanReview
from aicost.invoices.calibration import Calibration
from aicost.scenario.problems import Problem
from aicost.scenario.scenario import Scenario
from aicost.timing.checks import fit_words
from aicost.values.charge import DOLLAR, Factor
from aicost.values.formatting import count, line_words, listing, money, percent, plural, share, usd
from aicost.values.money import spoken
from aicost.values.quantities import Numeric
from aicost.values.table import Row
from aicost.values.text_table import grid, paragraph

if TYPE_CHECKING:
    from aicost.invoices.reconcile import Reconciliation

MOST_DOUBTS = 4  # keys that are named one by one
LEAST = 0.005  # below it a line prints as $0.00


# ---- the file, filled out


def filled(case: Case) -> str:
    """Every line of a system, the kind's and the book's too, with where it is from."""
    notes = Notes(case.scenario)
    rows: list[Sequence[str] | str] = []
    for row in case.rows().rows:
        name, value, basis, source = row.cells
        if row.role == "head":
            rows += ["", name]
        else:
            rows.append([name, value, basis, notes.mark(source)])
    seen = fit_words(case)
    told = ["", paragraph(seen)] if seen else []
    return "\n".join([paragraph(case.sentence), grid(rows, "llll", (0, 1)), *notes.lines(), *told])


# ---- the bill


def lines_by_component(bill: Bill) -> str:
    """The lines of a month by component, costliest first, and what is paid once."""
    rows: list[Sequence[str] | str] = [
        ["#", "line", "quantity x unit price", spoken().code, "share", "basis"]
    ]
    for head, lines in _groups(bill):
        rows += _group(head, lines)
    hidden = sum(not shows(c) for c in bill.charges)
    if hidden:
        what = "1 line comes" if hidden == 1 else f"{hidden} lines come"
        rows += ["", f"  {what} to less than a cent; `aicost explain` lists them too."]
    return grid(rows, "rlrrrl", (1,))


def _groups(bill: Bill) -> Iterator[tuple[Row, list[Row]]]:
    """Yield each heading of a bill's table with the lines below it."""
    head: Row | None = None
    lines: list[Row] = []
    for row in bill.rows().rows:
        if row.role == "line":
            lines.append(row)
            continue
        if head is not None and head.role == "head":
            yield head, lines
        head, lines = row, []
    if head is not None and head.role == "head":
        yield head, lines


def _group(head: Row, lines: list[Row]) -> Iterator[Sequence[str]]:
    """Yield a heading with its sum and the lines below it; a stage all share is named once."""
    _, name, _, amount, part, _ = head.cells
    charges = [row.of for row in lines]
    stages = {c.stage for c in charges}
    alone = next(iter(stages)) if len(stages) == 1 else ""
    heading = name if alone in ("", name, charges[0].item) else f"{name}: {alone}"
    yield [""] * 6
    yield ["", heading, "", _cents(amount), _share(part), ""]
    for row, c in zip(lines, charges, strict=True):
        number, words, quantity, usd, share, basis = row.cells
        yield [
            number,
            f" {c.item if alone else words}",
            quantity,
            _cents(usd),
            _share(share),
            basis,
        ]


def _share(part: float | str) -> str:
    return part if isinstance(part, str) else share(part, 1.0)


def _cents(amount: Numeric) -> str:
    """An amount to the cent without its sign, as a column of a table has them."""
    value = float(spoken().of(amount))
    return "< 0.01" if 0 < value < LEAST else f"{value:,.2f}"


def totals(bill: Bill) -> str:
    """The totals: a month, per user, per request, review staff, once."""
    scenario = bill.scenario
    rows = [["total a month", usd(bill.total), ""]]
    if bill.people > 0:
        rows.append(["  of it people", usd(bill.people), "staff, on no provider's invoice"])
    if bill.others:
        rows.append(["  production", usd(bill.total - bill.environments), ""])
        rows.append(["  other environments", usd(bill.environments), bill.others])
    for stage in bill.scenario.stages:
        if isinstance(stage, HumanReview) and stage.unasked:
            how = f"nobody checks; write {stage.name}: {{share: 2 %, minutes: 5}} or none"
            rows.append([f"  {stage.name}", "not on it", how])
    if scenario.traffic.users is not None and bill.users > 0:
        who = f"{count(bill.users)} {plural(scenario.traffic.unit, count(bill.users))}"
        rows.append([f"per {scenario.traffic.unit}", money(bill.per_user), who])
    if bill.requests > 0:
        rows.append(["per request", money(bill.per_request), f"{bill.requests:,.0f} requests"])
        if bill.per_success is not None:
            rows.append(["per answer that helps", money(bill.per_success), ""])
    goals, cloud = bill.scenario.goals, bill.total - bill.people
    if (most := goals.budget_per_month) is not None:
        rows.append(["budget a month", usd(most), beside_budget(most, bill.total)])
    if (most := goals.cloud_budget_per_month) is not None:
        rows.append(["budget for cloud", usd(most), beside_budget(most, cloud)])
    if bill.once > 0:
        rows.append(["paid once", usd(bill.once), ""])
    return grid(rows, "lrl")


def beside_budget(budget: Numeric, costs: Numeric) -> str:
    """How far a month is over its budget, or how much of that is left."""
    most, total = float(np.mean(budget)), float(costs)
    if total <= most:
        return f"{money(most - total)} left"
    times = f", {total / most:.3g} times the budget" if most > 0 else ""
    return f"over by {money(total - most)}{times}"


def range_words(cost: Expected) -> str:
    """What the month comes to over draws of everything that is a range."""
    if cost.certain:
        return NO_RANGE
    return paragraph(f"expected: {cost.sentence}")


def request_words(cost: RequestCost) -> str:
    """What one request costs, of which the bill has the mean."""
    words = f"Of all requests, {cost.ends}"
    if cost.same:
        words = f"Every request costs the same, {money(cost.mean)}"
    words += f"{cost.beside}."
    if cost.cap is not None:
        words += f" {cost.cap.sentence} The bill is without it."
    return paragraph(words)


def doubt_words(found: Sequence[Problem], file: Path) -> str:
    """What `check` has to say of a file that is billed as it stands."""
    keys = list(dict.fromkeys(one.key for one in found))
    said = [*keys[:MOST_DOUBTS], *(["others"] if len(keys) > MOST_DOUBTS else [])]
    many = "a warning" if len(found) == 1 else f"{len(found)} warnings"
    return paragraph(f"check: {many}, of {listing(said)}; see `aicost check {file}`.")


def user_words(found: UserMargins) -> str:
    """Who asks most, and who costs more than they bring."""
    return paragraph(found.sentence)


# ---- beside an invoice


def reconciled(found: Reconciliation) -> str:
    """The bill and an invoice side by side, or figures that were stated, and what was noticed."""
    if not found.parts:
        return "\n".join(paragraph(line, "- ", "  ") for line in found.text.splitlines())
    shown = found.rows()
    heads = [column.name for column in shown.columns]
    rows: list[Sequence[str] | str] = [heads]
    for row in shown.rows:
        rows += [""] if row.role == "sum" else []
        rows.append([cell if isinstance(cell, str) else _cents(cell) for cell in row.cells])
    notes = (paragraph(note, "- ", "  ") for note in found.notes)
    told = [
        paragraph(found.sentence),
        grid(rows, "l" + "r" * (len(heads) - 2) + "l", (0,)),
        "\n".join(notes),
    ]
    return "\n\n".join(told)


def calibrated(found: Calibration) -> str:
    """Which inputs explain an invoice, and what it does not tell."""
    table = found.rows()
    heads = [column.name for column in table.columns]
    parts = [paragraph(found.sentence)]
    if table.rows:
        parts.append(grid([heads, *table.texts()], "lrrrl"[: len(heads)], (0,)))
    parts.append("\n".join(paragraph(note, "- ", "  ") for note in table.notes))
    return "\n\n".join(filter(None, parts))


# ---- the making of a line


def every_line(bill: Bill) -> str:
    """Every line with its number."""
    rows: list[Sequence[str] | str] = [["#", "line", spoken().code, "paid", "basis"]]
    rows += [
        [str(n), line_words(c), _cents(c.usd), c.every, c.basis]
        for n, c in enumerate(bill.charges, start=1)
    ]
    return grid(rows, "rlrll", (1,))


def making_of(bill: Bill, number: int) -> str:
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
        paragraph(making(line), "  ", "  "),
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
