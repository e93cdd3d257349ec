"""An export of one column per service, as AWS Cost Explorer writes it in any language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aicost.invoices.charges import UNSAID, Charges
from aicost.invoices.dates import is_date
from aicost.invoices.invoice_cells import Cells
from aicost.invoices.invoice_layouts import Layout
from aicost.invoices.money_of import NoMoney, Rates, code_in
from aicost.invoices.number_formats import Numbers
from aicost.invoices.services import component_of
from aicost.invoices.sheet import Cell, Line, Sheet
from aicost.invoices.totals import CENT, is_total
from aicost.values.currencies import foreign


def read_wide(cells: Cells, sheet: Sheet, layout: Layout, charges: Charges, rates: Rates) -> None:
    """Read services across and months or days down; the totals are told by adding up."""
    head, body = sheet.head, list(cells.rows(sheet))
    rate = _rate(cells, sheet, rates)
    names = [re.sub(r"\s*\([^()]*\)\s*$", "", cell).strip() for cell in head]
    first = body[0][0] if body else sheet.line
    texts = [cell for _, row in body for cell in row[1:] if cell.strip()]
    numbers = cells.numbers(texts, Cell(first, head[1], ""), comma=sheet.comma)
    dates = cells.dates([row[0] for _, row in body], Cell(first, head[0], ""))
    for line, row in body:
        cells.seen(Cell(line, head[0], row[0]))
    read = [_amounts(cells, numbers, names, line, row) for line, row in body]
    dated = [i for i, (_, row) in enumerate(body) if is_date(row[0])]
    summed = [i for i in range(len(body)) if i not in dated]
    used = dated or [i for i in summed if i not in sums_of_rows(read)]
    own = any(component_of(name, layout.provider) for name in names[1:])
    provider = layout.provider if own else ""
    last = _total_column(cells, names, [read[i] for i in used], provider)
    for i in used:
        line, row = body[i]
        span = cells.days(Cell(line, head[0], row[0]), dates) if dated else None
        month = f"{span[0]:%Y-%m}" if span else ""
        for at in range(1, len(row)):
            if row[at].strip() and at != last:
                key = charges.key(names[at], month, "", provider)
                charges.add(line, key, rate * read[i][at - 1], span)
    for i in summed if dated else sums_of_rows(read):
        _check(cells, body[i], read[i], [read[k] for k in used])
        charges.total(body[i][0], charges.key(body[i][1][0], ""), rate * _total_of(read[i], last))


def _rate(cells: Cells, sheet: Sheet, rates: Rates) -> float:
    """What one of the currency in the headings is in dollars."""
    codes = set()
    if not any(re.search(r"\)\s*$", cell) for cell in sheet.head[1:]):
        _refuse_signs(cells, sheet)
        cells.notes.append("no currency is said of its amounts, they are taken as dollars")
        return 1.0
    for at in range(1, len(sheet.head)):
        mark = re.findall(r"\(([^()]*)\)\s*$", sheet.head[at])[0]
        try:
            codes.add(code_in(mark) or _none(mark))
            if len(codes) > 1:
                raise NoMoney(f"columns in {' and '.join(sorted(codes))}")
            rate = rates.money(next(iter(codes))).in_usd
        except NoMoney as error:
            remedy = "export it in USD, or in one currency that there is a rate of"
            raise cells.fail(sheet.line, sheet.head[at], str(error), remedy) from None
    return rate


def _refuse_signs(cells: Cells, sheet: Sheet) -> None:
    """Refuse amounts with the sign of a currency below headings that name none."""
    for line, row in cells.rows(sheet):
        for at in range(1, len(row)):
            name, text = sheet.head[at].strip(), row[at].strip()
            if sign := foreign(text):
                remedy = f"write the amounts alone and '{name} ({sign})' above them"
                raise cells.fail(line, name, f"{text!r} below a heading without it", remedy)


def _none(mark: str) -> str:
    raise NoMoney(f"{mark!r} is no currency")


def _amounts(
    cells: Cells, numbers: Numbers, names: Sequence[str], line: int, row: list[str]
) -> list[float]:
    return [
        cells.amount(numbers, Cell(line, names[at], row[at])) if row[at].strip() else 0.0
        for at in range(1, len(row))
    ]


def sums_of_rows(rows: list[list[float]]) -> list[int]:
    """Which row without a date is the sum of all others: the first, or the last."""
    for at in (0, len(rows) - 1):
        others = [row for i, row in enumerate(rows) if i != at]
        if len(others) > 1 and all(
            abs(total - sum(column)) <= CENT * len(others)
            for total, column in zip(rows[at], zip(*others, strict=True), strict=True)
        ):
            return [at]
    return []


def _check(cells: Cells, row: Line, total: list[float], parts: list[list[float]]) -> None:
    """Keep what is wrong with a row that has no date and is not the sum of those that have one."""
    whole = [sum(column) for column in zip(*parts, strict=True)] or total
    cents = CENT * (len(parts) + 1) + 1e-6 * max(map(abs, whole), default=0.0)
    if any(abs(a - b) > cents for a, b in zip(total, whole, strict=True)) and any(total):
        line, texts = row
        cell = Cell(line, texts[0].strip() or "row", "")
        cells.note(cell, "neither a date nor the sum of the other rows", "export it again")


def _total_of(row: list[float], last: int) -> float:
    return row[last - 1] if last else sum(row)


def _total_column(
    cells: Cells, names: Sequence[str], amounts: list[list[float]], provider: str
) -> int:
    """The column of totals, 0 where there is none: the last, where it is the sum of the others."""
    last = len(names) - 1
    adds_up = all(abs(row[-1] - sum(row[:-1])) <= CENT * last for row in amounts)
    if last < 2 or not adds_up or not any(map(any, amounts)):
        named = [at for at, name in enumerate(names) if at and is_total(name)]
        return named[-1] if named else 0
    if component_of(names[last], provider):
        cells.notes.append(f"{names[last]} is as much as all others together; {UNSAID}")
        return 0
    return last
