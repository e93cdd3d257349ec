"""The cells of an invoice read and checked: amounts, dates, names; problems kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from aicost.invoices.dates import Dates
from aicost.invoices.number_formats import Numbers
from aicost.invoices.sheet import Cell, Line, Sheet
from aicost.scenario.problems import Problem, ScenarioError
from aicost.values.formatting import plural
from aicost.values.hidden import hidden

MOST_PROBLEMS = 20
#: What programs write into a cell that holds nothing.
NOTHING = {"nan", "null", "none", "n/a", "#n/a", "<na>", "nat", "nil"}
OTHER_MONEY = "export it in USD, or name a currency that there is a rate of"


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

    def rows(self, sheet: Sheet) -> Iterator[Line]:
        """Yield the rows below the header; one of another length has cells under wrong names."""
        width = len(sheet.head)
        for line, row in sheet.body():
            if len(row) != width:
                wrong = f"{len(row)} {plural('field', str(len(row)))} where the header has {width}"
                self.note(Cell(line, "row", ""), wrong, "quote texts that hold a comma")
            else:
                yield line, row

    def seen(self, cell: Cell) -> str:
        """The text of a cell that will be shown, refused where some of it cannot be seen."""
        if letter := hidden(cell.text):
            self.note(cell, f"a letter that cannot be seen, {letter}", "remove it")
        return cell.text.strip()

    def numbers(self, texts: Iterable[str], first: Cell, *, comma: bool) -> Numbers:
        """How a column writes its amounts. Raises InvoiceError where it does so in two ways."""
        numbers = Numbers(sorted(set(texts)), comma=comma)
        if numbers.clash:
            wrong = f"{numbers.clash[0]} and {numbers.clash[1]} in one file"
            raise self.fail(first.line, first.column, wrong, "write all decimals with a point")
        if numbers.doubtful:
            value = numbers.read(numbers.doubtful)
            self.notes.append(f"{numbers.doubtful} was read as {value:,.12g}")
        return numbers

    def amount(self, numbers: Numbers, cell: Cell) -> float:
        """A cell as an amount."""
        try:
            return numbers.read(cell.text)
        except ValueError:
            self.note(cell, f"{cell.text!r} is not an amount", "write it as 1234.56")
            return 0.0

    def dates(self, texts: Iterable[str], first: Cell, beside: Iterable[str] = ()) -> Dates:
        """How a column writes its dates. Raises InvoiceError where that cannot be known.

        Where its own leave open which part is the day, those of the columns beside it say so.
        """
        dates = Dates(sorted(set(texts)))
        if dates.doubtful:
            dates.settle(Dates(sorted(set(beside))))
        wrong = ""
        if dates.clash:
            wrong = f"{dates.clash[0]} begins with its day, {dates.clash[1]} with its month"
        elif dates.doubtful:
            wrong = f"{dates.doubtful} may begin with its day or its month, and no date says which"
        elif dates.bare:
            wrong = f"{dates.bare} may be a day or a year, and no month says which"
        if wrong:
            raise self.fail(first.line, first.column, wrong, "write dates as 2026-07-31")
        return dates

    def days(self, cell: Cell, dates: Dates) -> tuple[date, date] | None:
        """The first and last day that a cell names; none where it is no date."""
        try:
            return dates.days(cell.text)
        except ValueError:
            self.note(cell, f"{cell.text!r} is not a date", "write it as 2026-07-31")
            return None
