"""The cells of an invoice read and checked: amounts in dollars, dates, names; problems kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from aicost.invoices.number_formats import Dates, Numbers, month_of
from aicost.invoices.sheet import Cell, Sheet
from aicost.scenario.problems import Problem, ScenarioError
from aicost.values.currencies import foreign, is_dollars, names_currency
from aicost.values.hidden import hidden

MOST_PROBLEMS = 20
#: What programs write into a cell that holds nothing.
NOTHING = {"nan", "null", "none", "n/a", "#n/a", "<na>", "nat", "nil"}


def name_in(text: str) -> str:
    """The name that a cell holds; "" where a program wrote that there is none."""
    name = text.strip()
    return "" if name.casefold() in NOTHING else name


class InvoiceError(ScenarioError):
    """An invoice that cannot be read, one line per problem."""


class Cells:
    """Reads cells of one file, and keeps what is wrong with them and what has to be known."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.notes: list[str] = []

    def fail(self, line: int, column: str, wrong: str, remedy: str) -> InvoiceError:
        """What is wrong with the whole file, to be raised."""
        return InvoiceError([Problem(str(self.path), line, column, wrong, remedy)])

    def note(self, cell: Cell, wrong: str, remedy: str) -> None:
        """Keep what is wrong with a cell; raise it all where there is too much of it."""
        self.problems.append(Problem(str(self.path), cell.line, cell.column, wrong, remedy))
        if len(self.problems) >= MOST_PROBLEMS:
            raise InvoiceError(self.problems)

    def seen(self, cell: Cell) -> str:
        """The text of a cell that will be shown, refused where some of it cannot be seen."""
        if letter := hidden(cell.text):
            self.note(cell, f"a letter that cannot be seen, {letter}", "remove it")
        return cell.text.strip()

    # ---- amounts

    def numbers(self, texts: Iterable[str], first: Cell, *, comma: bool) -> Numbers:
        """How a column writes its amounts. Raises InvoiceError where in two ways, or in euros."""
        every = sorted(set(texts))
        for text in every:
            if mark := foreign(text):
                raise self.not_dollars(mark, Cell(first.line, first.column, text.strip()))
        numbers = Numbers(every, comma=comma)
        if numbers.clash:
            wrong = f"{numbers.clash[0]} and {numbers.clash[1]} in one file"
            raise self.fail(first.line, first.column, wrong, "write all decimals with a point")
        if numbers.doubtful:
            value = numbers.read(numbers.doubtful)
            self.notes.append(f"{numbers.doubtful} was read as {value:,.12g}")
        return numbers

    def amount(self, numbers: Numbers, cell: Cell) -> float:
        """A cell as dollars."""
        try:
            return numbers.read(cell.text)
        except ValueError:
            self.note(cell, f"{cell.text!r} is not an amount", "write it as 1234.56")
            return 0.0

    def not_dollars(self, currency: str, cell: Cell) -> InvoiceError:
        """What is wrong with other money, to be raised."""
        wrong = f"costs in {currency}, the bill is in dollars"
        if cell.text and cell.text != currency:
            wrong = f"{cell.text!r}: {wrong}"
        remedy = "export it in USD, or convert the amounts and write USD"
        return self.fail(cell.line, cell.column, wrong, remedy)

    def currencies(self, sheet: Sheet, cost: int, own: int | None) -> list[int]:
        """The columns that name the currency of the costs, none where their heading does.

        Raises InvoiceError where the heading, or what stands above it, is of other money.
        """
        heading = sheet.head[cost]
        if mark := foreign(heading):
            raise self.not_dollars(mark, Cell(sheet.line, heading, ""))
        if re.search(r"usd\W*$|\$", heading, re.IGNORECASE):
            return []
        for name, text in sheet.above.items():
            if names_currency(name) and not is_dollars(text):
                raise self.not_dollars(text, Cell(1, name, ""))
        named = [i for i, name in enumerate(sheet.head) if names_currency(name)]
        return named if own is None else [own]

    # ---- dates

    def dates(self, texts: Iterable[str], first: Cell) -> Dates:
        """How a column writes its dates. Raises InvoiceError where that cannot be known."""
        dates = Dates(sorted(set(texts)))
        wrong = ""
        if dates.clash:
            wrong = f"{dates.clash[0]} begins with its day, {dates.clash[1]} with its month"
        elif dates.doubtful:
            wrong = f"{dates.doubtful} may begin with its day or its month, and no date says which"
        if wrong:
            raise self.fail(first.line, first.column, wrong, "write dates as 2026-07-31")
        return dates

    def month(self, cell: Cell, dates: Dates) -> str:
        """The month of a date."""
        try:
            return month_of(cell.text, day_first=dates.day_first)
        except ValueError:
            self.note(cell, f"{cell.text!r} is not a date", "write it as 2026-07-31")
            return ""

    def invoiced(self, sheet: Sheet) -> str:
        """The month an invoice is of, where it says so above its rows."""
        cell = Cell(1, "Invoice date", sheet.above.get("Invoice date", ""))
        return self.month(cell, self.dates([cell.text], cell)) if cell.text else ""
