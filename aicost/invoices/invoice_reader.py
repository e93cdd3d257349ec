"""A cloud invoice by service, as AWS, Azure and Google Cloud export it or from two columns."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aicost.invoices.invoice_cells import Cells, InvoiceError, name_in
from aicost.invoices.invoice_layouts import LAYOUTS, Charged, Invoice, Layout
from aicost.invoices.number_formats import Dates, Numbers, is_date, plain_name
from aicost.invoices.services import ASIDE, aside_of, component_of
from aicost.invoices.sheet import Cell, Columns, Line, Sheet, tops
from aicost.invoices.totals import CENT, is_tax, is_total, says_total, sum_of_others
from aicost.values.currencies import is_dollars
from aicost.values.suggest import instead
from aicost.values.table_file import TableError, TableFile

__all__ = ["InvoiceError", "read_invoice"]

WIDE = "AWS Cost Explorer"
UNSAID = "if it is their total, call it 'Total'"

Key = tuple[str, str, str]  # service, month, component


def read_invoice(path: str | Path, columns: str | Sequence[str] | None = None) -> Invoice:
    """Read an invoice; `columns` names service, cost and, where there is one, the date.

    Raises InvoiceError with `file:line: column: what is wrong; remedy`.
    """
    named = columns.split(",") if isinstance(columns, str) else list(columns or ())
    return _Reader(Path(path), [name.strip() for name in named]).read()


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet of one row per charge: its layout, which columns are read, and how they write."""

    sheet: Sheet
    layout: Layout
    service: int
    cost: int
    when: int | None
    kinds: tuple[int, ...]
    money: tuple[int, ...]

    def cell(self, line: int, at: int, text: str) -> Cell:
        return Cell(line, self.sheet.head[at], text)


class _Reader(Cells):
    """Reads one file and keeps a list of what is wrong with it."""

    def __init__(self, path: Path, columns: list[str]) -> None:
        super().__init__(path)
        self.columns = columns
        self.stated: list[float] = []
        self.lines, self.amounts = array("L"), array("d")
        self.keys: list[Key] = []
        self._keyed: dict[tuple[str, ...], Key] = {}

    def read(self) -> Invoice:
        if self.columns and len(self.columns) not in (2, 3):
            raise self.fail(
                1,
                "columns",
                f"{len(self.columns)} names",
                "name service and cost, and the date if there is one",
            )
        try:
            return self._read(TableFile(self.path))
        except TableError as error:
            raise self.fail(error.line, error.column, error.wrong, error.remedy) from None

    def _read(self, file: TableFile) -> Invoice:
        sheet, layout = self._sheet(file)
        if layout is None:
            self._wide(sheet)
        else:
            self._long(self._table(sheet, layout))
        if self.problems:
            raise InvoiceError(self.problems)
        if not self.keys:
            wrong, remedy = "it has a header and no costs", "export a month that has some"
            raise self.fail(sheet.line, "file", wrong, remedy)
        if file.encoding == "cp1252":
            self.notes.append("it is not UTF-8 and was read as Windows-1252")
        sums: dict[Key, float] = {}
        for key, usd in zip(self.keys, self.amounts, strict=True):
            sums[key] = sums.get(key, 0.0) + usd
        rows = tuple(Charged(name, usd, month, part) for (name, month, part), usd in sums.items())
        called = layout.name if layout else WIDE
        return Invoice(called, rows, tuple(self.stated), tuple(self.notes), len(self.keys))

    def _rows(self, sheet: Sheet) -> Iterator[Line]:
        """Yield the rows below the header; one of another length has cells under wrong names."""
        width = len(sheet.head)
        for line, row in sheet.body():
            if len(row) != width:
                wrong = f"{len(row)} fields where the header has {width}"
                self.note(Cell(line, "row", ""), wrong, "quote texts that hold a comma")
            else:
                yield line, row

    def _add(self, line: int, key: Key, usd: float) -> None:
        self.lines.append(line)
        self.keys.append(key)
        self.amounts.append(usd)

    def _key(self, service: str, month: str, kind: str, provider: str) -> Key:
        """What a charge is added up under; worked out once for all that are alike."""
        asked = service, month, kind, provider
        if asked not in self._keyed:
            component = "tax" if is_tax(service) else component_of(service, provider)
            aside = aside_of(kind)
            if aside in ("tax", "rounding") or (aside and component not in ASIDE):
                component = aside
            self._keyed[asked] = service, month, component
        return self._keyed[asked]

    # ---- which export it is

    def _sheet(self, file: TableFile) -> tuple[Sheet, Layout | None]:
        """The table of the file and its layout, None for AWS' one column per service."""
        for delimiter, rows in tops(file):
            for at, (line, head) in enumerate(rows):
                names = [plain_name(cell) for cell in head]
                known, layout = self._layout(head, names)
                if known:
                    above = {row[0].strip(): row[1].strip() for _, row in rows[:at] if len(row) > 1}
                    self._once(line, head, names, layout)
                    return Sheet(file, delimiter, line, head, above, at + 1), layout
        raise self._unknown(file)

    def _layout(self, head: list[str], names: list[str]) -> tuple[bool, Layout | None]:
        if self.columns:
            found = all(plain_name(column) in names for column in self.columns)
            return found, self._mapped()
        for layout in LAYOUTS:
            if set(layout.service) & set(names) and set(layout.cost) & set(names):
                return True, layout
        money = [cell for cell in head[1:] if re.search(r"\([^()\d]{1,3}\)\s*$", cell)]
        return len(head) > 1 and len(money) == len(head) - 1, None

    def _mapped(self) -> Layout:
        service, cost, *date = [plain_name(column) for column in self.columns]
        return Layout("mapped columns", "", (service,), (cost,), tuple(date), (), ())

    def _once(self, line: int, head: list[str], names: list[str], layout: Layout | None) -> None:
        """Refuse a column that stands there twice, where it would be read."""
        read = set(names[1:])
        if layout:
            read = {*layout.service, *layout.cost, *layout.month, *layout.kind, *layout.currency}
        for cell, name in zip(head, names, strict=True):
            if name in read and names.count(name) > 1:
                raise self.fail(line, cell.strip() or "header", "it stands twice", "remove one")
            self.seen(Cell(line, "header", cell))

    def _unknown(self, file: TableFile) -> InvoiceError:
        firsts = [rows[0] for _, rows in tops(file) if rows]
        line, head = max(firsts, key=lambda row: len(row[1]), default=(1, [""]))
        known = [cell.strip() for cell in head if cell.strip()]
        if self.columns:
            here = [plain_name(name) for name in known]
            absent = [column for column in self.columns if plain_name(column) not in here]
            column = absent[0] if absent else self.columns[0]
            return self.fail(line, column, "no such column", instead(column, known))
        wrong = f"no export of AWS Cost Explorer, Azure or Google Cloud, it has {', '.join(known)}"
        return self.fail(line, "header", wrong, "name two columns: --columns SERVICE,COST")

    # ---- one column per service

    def _wide(self, sheet: Sheet) -> None:
        """Read AWS: services across, months (or days) down, totals in the first row and column."""
        head, body = sheet.head, list(self._rows(sheet))
        for cell in head[1:]:
            mark = re.findall(r"\(([^()]*)\)\s*$", cell)[0]
            if not is_dollars(mark):
                raise self.not_dollars(mark, Cell(sheet.line, "currency", ""))
        names = [re.sub(r"\s*\([^()]*\)\s*$", "", cell).strip() for cell in head]
        first = body[0][0] if body else sheet.line
        texts = [cell for _, row in body for cell in row[1:] if cell.strip()]
        numbers = self.numbers(texts, Cell(first, head[1], ""), comma=sheet.comma)
        dates = self.dates([row[0] for _, row in body], Cell(first, head[0], ""))
        dated = [(line, row) for line, row in body if is_date(row[0])]
        summed = [(line, row) for line, row in body if not is_date(row[0])]

        def usd(line: int, row: list[str], i: int) -> float:
            return self.amount(numbers, Cell(line, names[i], row[i])) if row[i].strip() else 0.0

        used = dated or summed[:1]
        read = [[usd(line, row, i) for i in range(1, len(row))] for line, row in used]
        totals = self._total_columns(names, read)
        for (line, row), amounts in zip(used, read, strict=True):
            month = self.month(Cell(line, head[0], row[0]), dates) if dated else ""
            for i in range(1, len(row)):
                if row[i].strip() and i not in totals:
                    self._add(line, self._key(names[i], month, "", "aws"), amounts[i - 1])
        for line, row in summed[:1]:
            self.stated += [usd(line, row, i) for i in totals if row[i].strip()][:1]

    def _total_columns(self, names: list[str], amounts: list[list[float]]) -> list[int]:
        """The columns that are totals: by their names, else the last where it is the sum."""
        named = [i for i, name in enumerate(names) if i and is_total(name)]
        last = len(names) - 1
        adds_up = all(abs(row[-1] - sum(row[:-1])) <= CENT for row in amounts)
        if named or last < 3 or not adds_up or not any(map(any, amounts)):
            return named
        if component_of(names[last], "aws"):
            self.notes.append(f"{names[last]} is as much as all others together; {UNSAID}")
            return []
        self.notes.append(f"{names[last]} is the sum of the others and was taken for their total")
        return [last]

    # ---- one row per charge

    def _table(self, sheet: Sheet, layout: Layout) -> _Table:
        names = [plain_name(cell) for cell in sheet.head]

        def column(choices: tuple[str, ...]) -> int | None:
            return next((names.index(c) for c in choices if c in names), None)

        service, cost, when = (column(c) for c in (layout.service, layout.cost, layout.month))
        assert service is not None  # the layout was chosen by them
        assert cost is not None
        money = self.currencies(sheet, cost, column(layout.currency))
        kinds = tuple(names.index(kind) for kind in layout.kind if kind in names)
        return _Table(sheet, layout, service, cost, when, kinds, tuple(money))

    def _long(self, table: _Table) -> None:
        """Read an export of rows: service, cost and, where there are such, date and kind."""
        read = self._columns(table)
        if self.problems:
            raise InvoiceError(self.problems)
        start = read.lines[0] if read.lines else table.sheet.line
        costs = (text for text in read.costs if _has_digits(text))
        first = table.cell(start, table.cost, "")
        numbers = self.numbers(costs, first, comma=table.sheet.comma)
        invoiced, dates = self.invoiced(table.sheet), Dates([])
        if table.when is not None and not invoiced:
            dates = self.dates(read.dates, table.cell(start, table.when, ""))
        months: dict[str, str] = {"": ""}
        provider = table.layout.provider
        for i, line in enumerate(read.lines):
            cell = table.cell(line, table.cost, read.costs[i])
            name, kind, date = read.names[i], read.kinds[i], read.dates[i]
            if i in read.nameless:
                self._nameless(table, read.nameless[i], kind, cell, numbers, invoiced)
            elif is_total(name) or is_total(kind):
                if _has_digits(cell.text):
                    self.stated.append(self.amount(numbers, cell))
            else:
                usd = self.amount(numbers, cell)
                if table.when is not None and not invoiced and not months.get(date):
                    months[date] = self.month(table.cell(line, table.when, date), dates)
                self._add(
                    line, self._key(name, invoiced or months.get(date, ""), kind, provider), usd
                )
        self._less_totals()

    def _columns(self, table: _Table) -> Columns:
        """The cells that are read of every row; a text that comes again is kept once."""
        read, once = Columns(), dict[str, str]()
        dollars: set[str] = set()
        service, cost, when, kinds = table.service, table.cost, table.when, table.kinds
        for line, row in self._rows(table.sheet):
            name, kind = name_in(row[service]), " ".join([row[k].strip() for k in kinds])
            for at, text in ((service, name), (kinds[0] if kinds else service, kind)):
                if text not in once:
                    once[text] = self.seen(table.cell(line, at, text))
            for at in table.money:
                if row[at] not in dollars:
                    if not is_dollars(row[at]):
                        raise self.not_dollars(row[at].strip(), table.cell(line, at, ""))
                    dollars.add(row[at])
            if not name:
                read.nameless[len(read.lines)] = row
            date = row[when].strip() if when is not None and name else ""
            read.lines.append(line)
            read.costs.append(row[cost])
            read.names.append(once[name])
            read.kinds.append(once[kind])
            read.dates.append(once.setdefault(date, date))
        return read

    def _nameless(
        self, table: _Table, row: list[str], kind: str, cell: Cell, numbers: Numbers, month: str
    ) -> None:
        """Read a row without a service: a total, a tax or the like by what else it says."""
        label = " ".join(c.strip() for c in row if re.search(r"[^\W\d_]", c))
        if any(map(is_total, row)) or is_total(label):
            if _has_digits(cell.text):
                self.stated.append(self.amount(numbers, cell))
        elif not (aside_of(kind) or aside_of(label) or is_tax(label)):
            remedy = "write its service, or 'Total' if it is one"
            empty = table.cell(cell.line, table.service, "")
            self.note(empty, "a cost without a service", remedy)
        else:
            if not _has_digits(cell.text):  # its label stands there
                others = map(Cell, [cell.line] * len(row), table.sheet.head, row[::-1])
                cell = next((c for c in others if _has_digits(c.text)), cell)
            label = self.seen(Cell(cell.line, cell.column, label))
            key = self._key(label, month, kind or label, table.layout.provider)
            self._add(cell.line, key, self.amount(numbers, cell))

    def _less_totals(self) -> None:
        """Take a row out that is the sum of all others, where nothing else is known of it."""
        for at in sum_of_others(self.amounts)[:1]:
            name, _, component = self.keys[at]
            line, usd = self.lines[at], self.amounts[at]
            ends = at in (0, len(self.keys) - 1)
            if component or not (ends or says_total(name)):
                words = f"line {line}, {name}, is as much as all others together ({usd:,.2f})"
                self.notes.append(f"{words}; {UNSAID}")
                return
            words = f"line {line}, {name}, is the sum of all others ({usd:,.2f})"
            self.notes.append(f"{words} and was taken for their total")
            self.stated.append(usd)
            for kept in (self.keys, self.lines, self.amounts):
                del kept[at]


def _has_digits(text: str) -> bool:
    return re.search(r"[0-9]", text) is not None
