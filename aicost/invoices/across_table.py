"""Tables with a column for each month or day: read as one row for each service and month."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from aicost.invoices.dates import is_date, month_called
from aicost.invoices.down_table import other_time
from aicost.invoices.invoice_cells import Cells
from aicost.invoices.invoice_layouts import Layout
from aicost.invoices.money_of import NoMoney, bare, code_in
from aicost.invoices.services import ASIDE, component_of, vendor_of
from aicost.invoices.sheet import Cell, Line, Sheet
from aicost.invoices.totals import CENT, is_total, of_words
from aicost.invoices.wide_table import sums_of_rows
from aicost.values.currencies import CODES, names_currency
from aicost.values.formatting import listing

LOOKED_AT = 200  # rows below a header
NAME, MONTH, COST = "a column for each month", "Month", "Cost"
_UNIT = re.compile(r"\s*\(([^()]*)\)\s*$")


def months_across(cells: Cells, sheet: Sheet) -> tuple[Sheet, Layout] | None:
    """The table with a row for each service and month, where its columns are months or days.

    Columns before the months are labels, the first of them the service; behind them may stand
    the sum of all. A row that is the sum of the others is their total.
    """
    days = [_day(cell) for cell in sheet.head]
    at = [i for i, day in enumerate(days) if day and i]
    if not at:
        _refuse_other_times(cells, sheet)
        return None
    labels = list(range(at[0]))
    rest = [i for i in range(at[0], len(days)) if i not in at]
    if not _heads(sheet, at, rest):
        return None
    if other := [sheet.head[i].strip() for i in rest if not is_total(_bare(sheet.head[i]))]:
        wrong = f"{listing([repr(name) for name in other])} beside columns of months"
        raise cells.fail(sheet.line, "header", wrong, "remove what is no month and no total")
    head = [sheet.head[i] for i in labels]
    said = any(map(names_currency, [*head, *sheet.above])) or _codes(sheet, labels)
    cost = f"{COST}{_unit(cells, sheet, at, said=said)}"
    service, vendor = _told(sheet, labels)
    rows = _Rows(cells, sheet, labels, at, days, rest, said=said, service=service).long()
    columns = {"service": (head[service],), "cost": (cost,), "from": (MONTH,)}
    columns |= {"vendor": (head[vendor],)} if vendor is not None else {}
    file = _Long([(sheet.line, [*head, MONTH, cost]), *rows])
    made = Sheet(file, sheet.delimiter, sheet.line, [*head, MONTH, cost], sheet.above, 1)
    return made, Layout(NAME, "", columns)


@dataclass(frozen=True, slots=True)
class _Long:
    """The rows that a table was turned into."""

    lines: Sequence[Line]

    def rows(self, delimiter: str = ",") -> Iterator[Line]:
        """Yield each of them; they are cut already, whatever the separator is."""
        yield from self.lines


@dataclass(frozen=True)
class _Rows:
    cells: Cells
    sheet: Sheet
    labels: Sequence[int]
    at: Sequence[int]
    days: Sequence[str]
    rest: Sequence[int]
    said: bool  # whether a column names the currency
    service: int  # which of the labels says what is charged for

    def long(self) -> list[Line]:
        """A row for each amount, and one for each total of all."""
        body = list(self.cells.rows(self.sheet))
        texts = [bare(row[i]) for _, row in body for i in (*self.at, *self.rest) if row[i].strip()]
        cell = Cell(body[0][0] if body else self.sheet.line, self.sheet.head[self.at[0]], "")
        numbers = self.cells.numbers(texts, cell, comma=self.sheet.comma)
        marks = {self._mark(line, row[i], i) for line, row in body for i in self.at} - {""}
        if not (self.said or marks or _UNIT.search(self.sheet.head[self.at[0]])):
            self.cells.notes.append("no currency is said of its amounts, they are taken as dollars")

        def amount(line: int, row: list[str], i: int) -> float:
            cell = self.sheet.cell(line, i, bare(row[i]))
            return self.cells.amount(numbers, cell) if row[i].strip() else 0.0

        read = [[amount(line, row, i) for i in self.at] for line, row in body]
        named = {k for k, (_, row) in enumerate(body) if self._total(row)}
        sums = named or set(sums_of_rows(read))
        made = list[Line]()
        for k, (line, row) in enumerate(body):
            for i in self.rest:
                if row[i].strip() and abs(amount(line, row, i) - sum(read[k])) > CENT * len(
                    self.at
                ):
                    cell = self.sheet.cell(line, i, row[i])
                    self.cells.note(
                        cell, f"{row[i].strip()} is not the sum of its months", "mend it"
                    )
            label = [row[i] for i in self.labels]
            if k not in sums:
                made += [(line, [*label, self.days[i], row[i]]) for i in self.at if row[i].strip()]
                continue
            if k not in named:
                name = next((cell.strip() for cell in label if cell.strip()), "unnamed")
                words = f"line {line}, {name}, is the sum of all others"
                self.cells.notes.append(f"{words} and was taken for their total")
            label[self.service] = "Total"
            whole = f"{sum(read[k]):.6f}".replace(".", "," if numbers.comma else ".")
            mark = next((m for i in self.at if (m := self._mark(line, row[i], i))), "")
            made.append((line, [*label, "", f"{mark} {whole}".strip()]))
        return made

    def _total(self, row: list[str]) -> bool:
        """Say whether a row is called a total, in any of its labels, and names no service."""
        labels = [row[i] for i in self.labels]
        own = labels[self.service]
        return is_total(own) or (any(map(is_total, labels)) and not own.strip())

    def _mark(self, line: int, text: str, at: int) -> str:
        """The currency that is written at an amount."""
        try:
            return code_in(text)
        except NoMoney as error:
            cell = self.sheet.cell(line, at, text)
            self.cells.note(cell, str(error), "name the currency by its code, such as EUR")
            return ""


def _told(sheet: Sheet, labels: Sequence[int]) -> tuple[int, int | None]:
    """Which label is the service, by how many of its texts are known, and which the vendor."""
    below = [row for _, row in islice(sheet.body(), LOOKED_AT)]
    texts = [{row[i].strip() for row in below if i < len(row)} - {""} for i in labels]
    known = [sum(component_of(text) not in ("", *ASIDE) for text in column) for column in texts]
    service = known.index(max(known))
    pairs = {i: {(row[service], row[i]) for row in below if len(row) > i} for i in labels}

    def sells(i: int) -> bool:
        """Say whether all services that are known are known as those of a label, too."""
        found = (component_of(one.strip(), vendor_of(by)) for one, by in pairs[i])
        return sum(name not in ("", *ASIDE) for name in found) >= known[service] > 0

    sold = (i for i in labels if i != service and sells(i))
    return service, next(sold, None)


def _bare(heading: str) -> str:
    return _UNIT.sub("", heading).strip()


def _day(heading: str) -> str:
    """The month or day that a heading names, beside words for an amount; nothing where none."""
    text = _bare(heading)
    if not is_date(text):
        text = " ".join(word for word in text.split() if not of_words(word)) if text else ""
    return text if is_date(text) and not re.fullmatch(r"[0-9]{8,}", text) else ""


def _unit(cells: Cells, sheet: Sheet, at: Sequence[int], *, said: bool) -> str:
    """What stands in brackets behind the months, which is one currency."""
    units = {found[1].strip() if (found := _UNIT.search(sheet.head[i])) else "" for i in at}
    if len(units) > 1:
        wrong = f"months in {listing(sorted(repr(unit) for unit in units))}"
        raise cells.fail(sheet.line, "header", wrong, "write one currency for all of them")
    unit = units.pop()
    if unit and said:
        wrong = f"{unit!r} behind the months, and a column that names a currency"
        raise cells.fail(sheet.line, "header", wrong, "keep one of the two")
    return f" ({unit})" if unit else ""


def _heads(sheet: Sheet, at: Sequence[int], rest: Sequence[int]) -> bool:
    """Say whether a row with days in it is the header: words beside them, amounts below."""
    below = [row for _, row in islice(sheet.body(), LOOKED_AT)]
    texts = [row[i].strip() for row in below for i in at if i < len(row)]
    words = all(re.search(r"[^\W\d_]", sheet.head[i]) for i in rest)
    return words and any(texts) and not any(map(is_date, texts))


def _codes(sheet: Sheet, labels: Sequence[int]) -> bool:
    """Say whether a column before the months holds codes of currencies."""
    below = [row for _, row in islice(sheet.body(), LOOKED_AT)]
    columns = [{row[i].strip().upper() for row in below if i < len(row)} - {""} for i in labels]
    return any(column and column <= CODES | {"USD"} for column in columns)


def _refuse_other_times(cells: Cells, sheet: Sheet) -> None:
    """Refuse columns of months that name no year, and of years or quarters."""
    heads = [_bare(cell) for cell in sheet.head[1:]]
    if any(map(_UNIT.search, sheet.head)):
        return
    if len(months := [cell for cell in heads if month_called(cell.strip("."))]) > 1:
        wrong = f"the columns {listing(months)} are months without a year"
        raise cells.fail(sheet.line, "header", wrong, "write them as 2026-09")
    times = [cell for cell in heads if other_time(cell)]
    if times and all(other_time(cell) or is_total(cell) for cell in heads):
        wrong = f"{listing(times)}: another time than a month"
        raise cells.fail(sheet.line, "header", wrong, "write a column for each month, as 2026-09")
