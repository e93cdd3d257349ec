"""A cloud invoice by service, as AWS, Azure and Google Cloud export it or from two columns."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from aicost.invoices.invoice_layouts import LAYOUTS, Charged, Invoice, Layout
from aicost.invoices.number_formats import Numbers, is_date, month_of, plain_name
from aicost.invoices.services import ASIDE, aside_of, component_of
from aicost.invoices.sheet import Cell, Sheet, rows_of
from aicost.scenario.problems import Problem, ScenarioError
from aicost.values.suggest import instead

MOST_PROBLEMS = 20
HEADER_WITHIN = 40  # rows before the header: Google's cost table starts with eight of its own
TOTAL = re.compile(r"\b(sub|grand )?total(s|es)?\b|\btotaux\b|\bgesamt", re.IGNORECASE)


class InvoiceError(ScenarioError):
    """An invoice that cannot be read, one line per problem."""


WIDE = "AWS Cost Explorer"


def read_invoice(path: str | Path, columns: str | Sequence[str] | None = None) -> Invoice:
    """Read an invoice; `columns` names service, cost and, where there is one, the date.

    Raises InvoiceError with `file:line: column: what is wrong; remedy`.
    """
    named = columns.split(",") if isinstance(columns, str) else list(columns or ())
    return _Reader(Path(path), [name.strip() for name in named]).read()


# ---- the file


class _Reader:
    """Reads one file and keeps a list of what is wrong with it."""

    def __init__(self, path: Path, columns: list[str]) -> None:
        self.path, self.columns = path, columns
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self.stated: list[float] = []

    def fail(self, line: int, column: str, wrong: str, remedy: str) -> InvoiceError:
        return InvoiceError([Problem(str(self.path), line, column, wrong, remedy)])

    def note(self, cell: Cell, wrong: str, remedy: str) -> None:
        self.problems.append(Problem(str(self.path), cell.line, cell.column, wrong, remedy))
        if len(self.problems) >= MOST_PROBLEMS:
            raise InvoiceError(self.problems)

    def read(self) -> Invoice:
        if self.columns and len(self.columns) not in (2, 3):
            raise self.fail(
                1,
                "columns",
                f"{len(self.columns)} names",
                "name service and cost, and the date if there is one",
            )
        text = self._text()
        try:
            return self._read(text)
        except csv.Error as error:
            raise self.fail(1, "file", f"not a CSV file ({error})", "export it again") from None

    def _read(self, text: str) -> Invoice:
        for delimiter in (",", ";", "\t", "|"):
            table = list(rows_of(text, delimiter))
            start, layout = self._layout(table)
            if start is not None:
                break
        else:
            raise self._unknown(text)
        body = [(line, row) for line, row in table[start + 1 :] if any(map(str.strip, row))]
        above = {row[0].strip(): row[1].strip() for _, row in table[:start] if len(row) > 1}
        sheet = Sheet(table[start][1], body, above, comma=delimiter == ";")
        self._whole(sheet)
        charged = self._wide(sheet) if layout is None else self._long(layout, sheet)
        rows = tuple(charged)
        if self.problems:
            raise InvoiceError(self.problems)
        if not rows:
            raise self.fail(
                table[start][0],
                "file",
                "it has a header and no costs",
                "export a month that has some",
            )
        name = layout.name if layout else WIDE
        return Invoice(name, rows, tuple(self.stated), tuple(self.notes))

    def _text(self) -> str:
        try:
            raw = self.path.read_bytes()
        except OSError as error:
            what = (error.strerror or "cannot be read").lower()
            raise self.fail(1, "file", what, "check the path") from None
        if raw[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
            raise self.fail(1, "file", "an Excel workbook", "save it as CSV")
        coding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        try:
            text = raw.decode(coding)
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise self.fail(line, "file", "not UTF-8 text", "save it as CSV UTF-8") from None
        if not text.strip():
            raise self.fail(1, "file", "it is empty", "export the invoice again")
        if "\0" in text:
            raise self.fail(1, "file", "not a text file", "save it as CSV")
        return text

    # ---- which export it is

    def _layout(self, table: list[tuple[int, list[str]]]) -> tuple[int | None, Layout | None]:
        """The row of the header and the layout, None for AWS' one column per service."""
        for at, (_, row) in enumerate(table[:HEADER_WITHIN]):
            names = [plain_name(cell) for cell in row]
            if self.columns:
                if all(plain_name(column) in names for column in self.columns):
                    return at, self._mapped(names)
                continue
            for layout in LAYOUTS:
                if set(layout.service) & set(names) and set(layout.cost) & set(names):
                    return at, layout
            money = [cell for cell in row[1:] if re.search(r"\([^()\d]{1,3}\)\s*$", cell)]
            if len(row) > 1 and len(money) == len(row) - 1:
                return at, None
        return None, None

    def _mapped(self, names: list[str]) -> Layout:
        service, cost, *date = [plain_name(column) for column in self.columns]
        return Layout("mapped columns", "", (service,), (cost,), tuple(date), (), ("currency",))

    def _unknown(self, text: str) -> InvoiceError:
        line, head = next(rows_of(text, max(",;\t|", key=text.split("\n", 1)[0].count)))
        known = [cell.strip() for cell in head if cell.strip()]
        if self.columns:
            absent = [
                c for c in self.columns if plain_name(c) not in [plain_name(k) for k in known]
            ]
            column = absent[0] if absent else self.columns[0]
            return self.fail(line, column, "no such column", instead(column, known))
        wrong = f"no export of AWS Cost Explorer, Azure or Google Cloud, it has {', '.join(known)}"
        return self.fail(line, "header", wrong, "name two columns: --columns SERVICE,COST")

    def _whole(self, sheet: Sheet) -> None:
        """Refuse rows of another length than the header: their cells stand under wrong names."""
        for line, row in sheet.body:
            if len(row) != len(sheet.head):
                self.note(
                    Cell(line, "row", ""),
                    f"{len(row)} fields where the header has {len(sheet.head)}",
                    "quote texts that hold a comma",
                )
        if self.problems:
            raise InvoiceError(self.problems)

    # ---- amounts

    def _numbers(self, cells: Sequence[Cell], *, comma: bool) -> Numbers:
        numbers = Numbers([cell.text for cell in cells], comma=comma)
        if numbers.clash:
            first, second = numbers.clash
            raise self.fail(
                cells[0].line,
                cells[0].column,
                f"{first} and {second} in one file",
                "write all decimals with a point",
            )
        if numbers.doubtful:
            value = numbers.read(numbers.doubtful)
            self.notes.append(f"{numbers.doubtful} was read as {value:,.12g}")
        return numbers

    def _amount(self, numbers: Numbers, cell: Cell) -> float:
        try:
            return numbers.read(cell.text)
        except ValueError:
            self.note(cell, f"{cell.text!r} is not an amount", "write it as 1234.56")
            return 0.0

    # ---- one column per service

    def _wide(self, sheet: Sheet) -> Iterator[Charged]:
        """Read AWS: services across, months (or days) down, totals in the first row and column."""
        head, body = sheet.head, sheet.body
        self._one_currency({re.findall(r"\(([^()]*)\)\s*$", cell)[0] for cell in head[1:]})
        names = [re.sub(r"\s*\([^()]*\)\s*$", "", cell).strip() for cell in head]
        cells = [
            Cell(line, head[i], row[i])
            for line, row in body
            for i in range(1, len(row))
            if row[i].strip()
        ]
        numbers = self._numbers(cells, comma=sheet.comma)
        dated = [(line, row) for line, row in body if is_date(row[0])]
        summed = [(line, row) for line, row in body if not is_date(row[0])]
        for line, row in dated or summed[:1]:
            month = month_of(row[0], day_first=False) if dated else ""
            for i in range(1, len(row)):
                if row[i].strip() and not TOTAL.search(names[i]):
                    amount = self._amount(numbers, Cell(line, names[i], row[i]))
                    yield self._charged(names[i], amount, month, "", "aws")
        for line, row in summed[:1]:
            column = next((i for i, name in enumerate(names) if i and TOTAL.search(name)), None)
            if column is not None and row[column].strip():
                self.stated.append(self._amount(numbers, Cell(line, names[column], row[column])))

    # ---- one row per charge

    def _long(self, layout: Layout, sheet: Sheet) -> Iterator[Charged]:
        """Read an export of rows: service, cost and, where there are such, date and kind."""
        names = [plain_name(cell) for cell in sheet.head]

        def column(choices: tuple[str, ...]) -> int | None:
            return next((names.index(c) for c in choices if c in names), None)

        service, cost, when = (column(c) for c in (layout.service, layout.cost, layout.month))
        assert service is not None  # the layout was chosen by them
        assert cost is not None
        self._one_currency(_marks(sheet, cost, column(layout.currency), names[cost]))
        cells = sheet.cells(cost)
        numbers = self._numbers([c for c in cells if _has_digits(c)], comma=sheet.comma)
        month = self._months(sheet, when)
        kinds = [names.index(k) for k in layout.kind if k in names]
        for cell, (line, row) in zip(cells, sheet.body, strict=True):
            kind, name = " ".join(row[k].strip() for k in kinds), row[service].strip()
            label = name or " ".join(c.strip() for c in row if re.search(r"[A-Za-z]", c))
            if TOTAL.search(label if not name else f"{kind} {name}") and not aside_of(kind):
                if _has_digits(cell):
                    self.stated.append(self._amount(numbers, cell))
            elif not name and not aside_of(label):
                remedy = "write its service, or 'Total' if it is one"
                self.note(Cell(line, sheet.head[service], ""), "a cost without a service", remedy)
            else:
                if not name and not _has_digits(cell):  # its label stands there
                    others = map(Cell, [line] * len(row), sheet.head, row[::-1])
                    cell = next((c for c in others if _has_digits(c)), cell)
                amount = self._amount(numbers, cell)
                day = month(line, row) if name else self._invoiced(sheet)
                yield self._charged(name or label, amount, day, kind or label, layout.provider)

    def _months(self, sheet: Sheet, when: int | None) -> Callable[[int, list[str]], str]:
        """A function from a row to its month: the invoice's own, else that of the row's date."""
        invoiced = self._invoiced(sheet)
        day_first = when is not None and any(
            re.match(r"(1[3-9]|2\d|3[01])/", row[when].strip()) for _, row in sheet.body
        )

        def month(line: int, row: list[str]) -> str:
            if invoiced or when is None:
                return invoiced
            try:
                return month_of(row[when], day_first=day_first)
            except ValueError:
                wrong = f"{row[when]!r} is not a date"
                self.note(Cell(line, sheet.head[when], ""), wrong, "write it as 2026-07-31")
                return ""

        return month

    def _invoiced(self, sheet: Sheet) -> str:
        """The month an invoice is of, where it says so above its rows."""
        text = sheet.above.get("Invoice date", "")
        try:
            return month_of(text, day_first=False) if text else ""
        except ValueError:
            raise self.fail(
                1, "Invoice date", f"{text!r} is not a date", "write it as 2026-07-31"
            ) from None

    def _charged(
        self, service: str, amount: float, month: str, kind: str, provider: str
    ) -> Charged:
        component = component_of(service, provider)
        aside = aside_of(kind)
        if aside in ("tax", "rounding") or (aside and component not in ASIDE):
            component = aside
        return Charged(service, amount, month, component)

    def _one_currency(self, marks: set[str]) -> None:
        """Refuse what is not in dollars: the bill is."""
        others = sorted(marks - {"$", "USD", "US$", ""})
        if others:
            raise self.fail(
                1,
                "currency",
                f"costs in {', '.join(others)}, the bill is in dollars",
                "export it in USD, or convert the column",
            )


def _has_digits(cell: Cell) -> bool:
    return re.search(r"\d", cell.text) is not None


def _marks(sheet: Sheet, cost: int, currency: int | None, name: str) -> set[str]:
    """The currencies that a table names: in the heading of its cost, or row by row."""
    marks = set(re.findall(r"\(([^()]*)\)\s*$", sheet.head[cost]))
    if currency is not None and not name.endswith("usd"):
        marks |= {row[currency].strip() for _, row in sheet.body}
    return marks
