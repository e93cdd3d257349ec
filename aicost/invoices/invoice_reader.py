"""An invoice by service: an export that data/invoice_layouts.csv knows, or named columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from aicost.book.book import Book
from aicost.invoices.across_table import months_across
from aicost.invoices.charges import Charges
from aicost.invoices.dates import is_date
from aicost.invoices.down_table import (
    amounts_across,
    other_time,
    parts_of_total,
    services_across,
    services_down,
)
from aicost.invoices.invoice_cells import Cells, InvoiceError
from aicost.invoices.invoice_layouts import Invoice, Layout, layouts
from aicost.invoices.long_table import DAYS, read_long
from aicost.invoices.money_of import Rates
from aicost.invoices.number_formats import plain_name
from aicost.invoices.periods import period
from aicost.invoices.sheet import Cell, Line, Sheet, TextRows, tops
from aicost.invoices.wide_table import read_wide
from aicost.invoices.workbook import is_workbook, sheets_of
from aicost.values.formatting import listing
from aicost.values.money import DOLLARS
from aicost.values.suggest import instead
from aicost.values.table_file import TableError, TableFile

__all__ = ["InvoiceError", "read_invoice"]

LONGEST_NAME, MOST_NAMES = 40, 20  # of a header that is told
LOOKED_AT = 200  # rows in which a column of dates is looked for


def read_invoice(
    path: str | Path,
    columns: str | Sequence[str] | None = None,
    book: Book | None = None,
    reckoned: str = DOLLARS.code,
) -> Invoice:
    """Read an invoice.

    Parameters
    ----------
    path : the file.
    columns : names of service, cost and, where there is one, the date, in a file of no known
        export.
    book : the models that its services may name and the rates of its currencies; without one the
        kit's.
    reckoned : the currency that its reader reckons in: where costs stand in dollars and in that,
        the latter are taken. '' is any but dollars.

    Raises
    ------
    InvoiceError : `file:line: column: what is wrong; remedy`, one line per problem.
    """
    named = columns.split(",") if isinstance(columns, str) else list(columns or ())
    rates = Rates(book or Book.load(), reckoned)
    return _Reader(Path(path), [name.strip() for name in named], rates).read()


class _Reader(Cells):
    """Reads one file and keeps a list of what is wrong with it."""

    def __init__(self, path: Path, columns: list[str], rates: Rates) -> None:
        super().__init__(path)
        self.columns = columns
        self.charges, self.rates = Charges(rates.book), rates

    def read(self) -> Invoice:
        if self.columns and len(self.columns) not in (2, 3):
            wrong = f"{len(self.columns)} names"
            remedy = "name service and cost, and the date if there is one"
            raise self.fail(1, "columns", wrong, remedy)
        try:
            return self._read()
        except TableError as error:
            raise self.fail(error.line, error.column, error.wrong, error.remedy) from None

    def _read(self) -> Invoice:
        sheet, layout, encoding = self._table()
        read = read_wide if layout.wide else read_long
        read(self, sheet, layout, self.charges, self.rates)
        if self.problems:
            raise InvoiceError(self.problems)
        if not self.charges.keys:
            wrong, remedy = "it has a header and no costs", "export a month that has some"
            raise self.fail(sheet.line, "file", wrong, remedy)
        if encoding == "cp1252":
            self.notes.append("it is not UTF-8 and was read as Windows-1252")
        self.notes += self.rates.notes()
        rows = self.charges.rows()
        covered = period(self.charges.spans, (row.month for row in rows))
        stated, lines = self.charges.stated, len(self.charges.keys)
        whose = layout.provider, self.rates.code
        return Invoice(layout.name, rows, stated, tuple(self.notes), lines, covered, *whose)

    # ---- which export it is

    def _table(self) -> tuple[Sheet, Layout, str]:
        """The table of the file, its layout and how it is written."""
        if not is_workbook(self.path):
            file = TableFile(self.path)
            if found := self._sheet(file):
                return *found, file.encoding
            raise self._unknown([file])
        sheets = sheets_of(self.path)
        every = [(one, found) for one in sheets if (found := self._sheet(one))]
        if len(every) > 1:
            names = listing([repr(one.name) for one, _ in every])
            wrong = f"the sheets {names} all hold costs"
            raise self.fail(1, "file", wrong, "keep one of them, or save them as CSV")
        for one, found in every:
            return *found, one.encoding
        raise self._unknown(sheets)

    def _sheet(self, file: TextRows) -> tuple[Sheet, Layout] | None:
        """The table of a file or of a sheet, and its layout."""
        for delimiter, rows in tops(file):
            for at, (line, head) in enumerate(rows):
                names = [plain_name(cell) for cell in head]
                above = {row[0].strip(): "".join(row[1:2]).strip() for _, row in rows[:at] if row}
                sheet = Sheet(file, delimiter, line, head, above, at + 1)
                known = next((layout for layout in layouts() if layout.fits(names)), None)
                if not (self.columns or known) and (found := months_across(self, sheet)):
                    return found
                if layout := self._layout(line, head, names, rows[at + 1 :]):
                    self._once(line, head, names, layout)
                    return sheet, layout
        return None

    def _layout(
        self, line: int, head: list[str], names: list[str], below: list[Line]
    ) -> Layout | None:
        known = next((layout for layout in layouts() if layout.fits(names)), None)
        if self.columns:
            if not all(plain_name(column) in names for column in self.columns):
                return None
            return self._mapped(self.columns, known, line, head, below)
        wide = services_across(head, below)
        if known:
            return _dated(known, names, head, below)
        if not (wide or amounts_across(head)):
            return None
        if wide or not services_down(head, below):
            return next(layout for layout in layouts() if layout.wide)
        first, *more = parts_of_total(head)
        if more:
            wrong = f"{1 + len(more)} columns of amounts, {listing([first, *more])}"
            remedy = f'name the one of a month: --columns "{head[0].strip()},{first.strip()}"'
            raise self.fail(line, "header", wrong, remedy)
        return self._mapped([head[0], first], None, line, head, below)

    def _mapped(
        self,
        named: Sequence[str],
        known: Layout | None,
        line: int,
        head: list[str],
        below: list[Line],
    ) -> Layout:
        """The columns a person named; what else is known of such a file stays so."""
        service, cost, *day = named
        if other := other_time(cost):
            wrong = f"{other!r} is another time than a month"
            remedy = "write what a month costs there, and call the column so"
            raise self.fail(line, cost.strip(), wrong, remedy)
        columns = dict(known.columns) if known else {}
        columns |= {"service": (service,), "cost": (cost,), "usd": ()}
        if not known:
            day = day or _column_of_dates(head, below)
            columns |= {"from": tuple(day)}
        elif day:
            columns |= {"from": tuple(day), "to": (), "through": (), "month": ()}
        return Layout("mapped columns", known.provider if known else "", columns)

    def _once(self, line: int, head: list[str], names: list[str], layout: Layout) -> None:
        """Refuse a column that stands there twice, where it would be read."""
        read = set(names[1:])
        if not layout.wide:
            read = {name for role in layout.plain.values() for name in role}
        for cell, name in zip(head, names, strict=True):
            if name in read and names.count(name) > 1:
                raise self.fail(line, cell.strip() or "header", "it stands twice", "remove one")
            self.seen(Cell(line, "header", cell))

    def _unknown(self, files: Sequence[TextRows]) -> InvoiceError:
        firsts = [rows[0] for file in files for _, rows in tops(file) if rows]
        line, head = max(firsts, key=lambda row: len(row[1]), default=(1, [""]))
        known = [cell.strip() for cell in head if cell.strip()]
        if self.columns:
            here = [plain_name(name) for name in known]
            absent = [column for column in self.columns if plain_name(column) not in here]
            column = absent[0] if absent else self.columns[0]
            return self.fail(line, column, "no such column", instead(column, known))
        told = [name for name in known if len(name) <= LONGEST_NAME][:MOST_NAMES]  # no prompts
        wrong = f"no export that is known, it has {', '.join(told) or 'no names'}"
        return self.fail(line, "header", wrong, "name two columns: --columns SERVICE,COST")


def _dated(layout: Layout, names: list[str], head: list[str], below: list[Line]) -> Layout:
    """An export, with the one column of dates that it has where none of its own is there."""
    if any(layout.at(role, names) for role in (*DAYS, "above month")):
        return layout
    day = _column_of_dates(head, below)
    return Layout(layout.name, layout.provider, {**layout.columns, "from": tuple(day)})


def _column_of_dates(head: list[str], below: list[Line]) -> list[str]:
    """The only column in which nothing but dates stand, with signs or letters between the parts.

    Where its name says that it is of a time, they may be digits alone.
    """
    found = []
    for at, name in enumerate(head):
        texts = [row[at].strip() for _, row in islice(below, LOOKED_AT) if at < len(row)]
        texts = [text for text in texts if text]
        said = re.search(r"date|day|month|period", name, re.IGNORECASE)
        parted = said or all(re.search(r"[-/.]|[^\W\d_]", text) for text in texts)
        if texts and parted and all(map(is_date, texts)):
            found.append(name)
    return found if len(found) == 1 else []
