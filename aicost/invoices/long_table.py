"""An export of one row per charge: what each column says of it, and in which money."""

from __future__ import annotations

import re

from aicost.invoices.charges import Charges, Key
from aicost.invoices.dates import Dates
from aicost.invoices.invoice_cells import Cells, InvoiceError, name_in
from aicost.invoices.invoice_layouts import Layout
from aicost.invoices.money_of import Rates
from aicost.invoices.number_formats import plain_name
from aicost.invoices.periods import Span, month_of, within
from aicost.invoices.row_amounts import RowAmounts
from aicost.invoices.services import aside_of, vendor_of
from aicost.invoices.sheet import Cell, Sheet
from aicost.invoices.totals import is_carried, is_payment, is_tax, is_total

_ONE_CREDIT = re.compile(
    r"""["']?amount["']?\s*[:=]\s*["']?(-?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)"""
)
DAYS = ("from", "to", "through", "month", "billed to", "billed through")
MOST_KEPT = 100_000  # rows that may come again; where each has a name of its own, none does


def read_long(cells: Cells, sheet: Sheet, layout: Layout, charges: Charges, rates: Rates) -> None:
    """Read an export of rows: service, cost and what else its layout knows of."""
    _Long(cells, sheet, layout, charges, rates).read()


class _Long:
    def __init__(
        self, cells: Cells, sheet: Sheet, layout: Layout, charges: Charges, rates: Rates
    ) -> None:
        self.cells, self.sheet, self.layout, self.charges = cells, sheet, layout, charges
        names = [plain_name(cell) for cell in sheet.head]
        self.at = {role: layout.at(role, names) for role in layout.columns}
        self.amounts = RowAmounts(cells, sheet, layout, self.at, rates)
        self.cost = self.amounts.cost
        self.services = [
            (names.index(plain_name(column)), key.rstrip("}"))
            for column, _, key in (one.partition("{") for one in layout.named("service"))
            if plain_name(column) in names
        ]
        self.dates: dict[int, Dates] = {}
        read = [at for at, _ in self.services]
        roles = ("kind", "commitment", "vendor", "detail", *DAYS)
        self._tell = sorted({*read, *(at for role in roles for at in self.at.get(role, ()))})
        self._known: dict[tuple[str, ...], tuple[Key, Span | None]] = {}
        self._seen: set[str] = set()
        self._undated: dict[int, int] = {}  # rows without a date, which a total may be
        self._days: dict[tuple[int, str], Span | None] = {}

    # ---- reading

    def read(self) -> None:
        """Learn how the file writes its numbers and days, then read its rows."""
        self._learn()
        if self.cells.problems:
            raise InvoiceError(self.cells.problems)
        month = self._month_above()
        for line, row in self.cells.rows(self.sheet):
            self._row(line, row, month)
        if (stated := self.amounts.stated_above()) is not None:
            self.charges.due = stated
        self.cells.notes += self.charges.less_totals()
        for line in self._undated.keys() & set(self.charges.lines) if self._undated else ():
            at = self._undated[line]
            self.cells.days(self.sheet.cell(line, at, ""), self.dates[at])

    def _learn(self) -> None:
        places = {role: at for role in DAYS if (at := self.amounts.first(role)) is not None}
        costs, days, first = set[str](), {at: set[str]() for at in places.values()}, 0
        for line, row in self.cells.rows(self.sheet):
            first = first or line
            if _has_digits(row[self.cost]):
                costs.add(row[self.cost])
                if self._service(row) or self.layout.named("named"):
                    for at, texts in days.items():
                        texts.add(row[at].strip())
        cell = self.sheet.cell(first or self.sheet.line, self.cost, "")
        self.amounts.learn(costs, cell)
        every = set[str]().union(*days.values())
        self.dates = {
            at: self.cells.dates(texts, self.sheet.cell(cell.line, at, ""), every)
            for at, texts in days.items()
            if at != places.get("month") or not self._month_text()
        }

    def _service(self, row: list[str]) -> str:
        for at, key in self.services:
            text = value_in(row[at], key) if key else name_in(row[at])
            if text:
                return text
        return ""

    def _cost(self, line: int, row: list[str]) -> Cell:
        return self.sheet.cell(line, self.cost, row[self.cost])

    def _row(self, line: int, row: list[str], month: str) -> None:
        cell = self._cost(line, row)
        told = tuple([row[at] for at in self._tell])  # all but the amount: often the same again
        if cell.text.strip() and told in self._known:
            key, span = self._known[told]
            self.charges.add(line, key, self.amounts.usd(line, row, cell), span)
            return
        kind, service = self._kind(line, row), self._service(row)
        if not service:
            named = next(iter(self.layout.named("named")), "")
            service = named if _has_digits(cell.text) else ""
        self._shown(line, self.services[0][0], service)
        if not service:
            self._nameless(line, row, kind, month)
        elif self._settled(line, row, service, month):
            pass
        elif is_total(service) or is_total(kind):
            if _has_digits(cell.text):
                self.amounts.labelled(
                    self.sheet.cell(line, self.services[0][0], service), cell.text
                )
                usd = self.amounts.usd(line, row, cell)
                self.charges.total(line, self.charges.key(service, month), usd)
        elif cell.text.strip() or not self.layout.named("named"):
            span = self._span(line, row)
            month = month or self._month(line, row, span)
            vendor = next((row[at] for at in self.at.get("vendor", ()) if row[at].strip()), "")
            provider = self.layout.provider or vendor_of(vendor)
            detail = " ".join(row[at].strip() for at in self.at.get("detail", ()))
            self._shown(line, self.services[0][0], f"{vendor} {detail}")
            key = self.charges.key(service, month, kind, provider, detail)
            self.charges.add(line, key, self.amounts.usd(line, row, cell), span)
            self._credits(line, row, service, month)
            repeats = len(self._known) < MOST_KEPT
            if repeats and line not in self._undated and "credits" not in self.at:
                self._known[told] = key, span

    def _settled(self, line: int, row: list[str], label: str, month: str) -> bool:
        """Say whether a row is a payment or left open earlier, and keep it as that."""
        cell = self._cost(line, row)
        paid = is_payment(label)
        if not _has_digits(cell.text) or not (paid or is_carried(label)):
            return False
        usd = self.amounts.usd(line, row, cell)
        self.charges.settle(line, self.charges.key(label, month), -abs(usd) if paid else usd)
        return True

    def _kind(self, line: int, row: list[str]) -> str:
        """What a row says it is; a purchase is a commitment where it names one."""
        kind = " ".join(row[at].strip() for at in self.at.get("kind", ()))
        if kind.strip().lower() == "purchase" and self.layout.named("commitment"):
            at = self.amounts.first("commitment")
            return kind if at is not None and name_in(row[at]) else ""
        if kind:
            self._shown(line, self.at["kind"][0], kind)
        return kind.strip()

    def _shown(self, line: int, at: int, text: str) -> None:
        """Refuse a text that some of cannot be seen; looked at once."""
        if text not in self._seen:
            if len(self._seen) < MOST_KEPT:
                self._seen.add(text)
            self.cells.seen(self.sheet.cell(line, at, text))

    def _credits(self, line: int, row: list[str], service: str, month: str) -> None:
        """Take off what a row says was credited."""
        for at in self.at.get("credits", ()):
            cell = self.sheet.cell(line, at, row[at].strip())
            if name_in(cell.text) in ("", "[]", "{}"):
                continue
            found = _ONE_CREDIT.findall(cell.text)
            if not found and not re.fullmatch(
                r"[\[\](){}\s]*-?[0-9.,eE+-]+[\[\](){}\s]*", cell.text
            ):
                self.cells.note(cell, f"{cell.text[:40]!r} is no credit", "write its amount alone")
                continue
            kind = aside_of(cell.text.replace("_", " ")) or "credits"
            for text in found or [cell.text.strip("[](){} ")]:
                cell = cell._replace(text=text)
                usd = (
                    self.amounts.worth(line, row, float(text), cell)
                    if found
                    else self.amounts.usd(line, row, cell)
                )
                self.charges.add(line, (service, month, kind, ""), usd, None)

    # ---- rows without a service

    def _nameless(self, line: int, row: list[str], kind: str, month: str) -> None:
        """Read a row without a service: a total, a tax or the like by what else it says."""
        cell = self._cost(line, row)
        label = " ".join(c.strip() for c in row if re.search(r"[^\W\d_]", c))
        if self._settled(line, row, label, month):
            return
        if any(map(is_total, row)) or is_total(label):
            if _has_digits(cell.text):
                self.amounts.labelled(cell._replace(text=label), cell.text)
                usd = self.amounts.usd(line, row, cell)
                self.charges.total(line, self.charges.key(label, month), usd)
        elif aside_of(kind) or aside_of(label) or is_tax(label):
            if not _has_digits(cell.text):  # its label stands there
                others = map(Cell, [line] * len(row), self.sheet.head[::-1], row[::-1])
                cell = next((c for c in others if _has_digits(c.text)), cell)
            label = self.cells.seen(Cell(line, cell.column, label))
            if not month and (span := self._when(line, row, "month") or self._span(line, row)):
                month = f"{span[0]:%Y-%m}"
            key = self.charges.key(label, month, kind or label, self.layout.provider)
            self.charges.add(line, key, self.amounts.usd(line, row, cell), None)
        elif cell.text.strip():
            at = self.services[0][0]
            remedy = "write its service, or 'Total' if it is one"
            self.cells.note(self.sheet.cell(line, at, ""), "a cost without a service", remedy)

    # ---- when

    def _month_text(self) -> str:
        return self.amounts.above("month")[1]

    def _month_above(self) -> str:
        """The month an invoice is of, where it says so above its rows."""
        name, text = self.amounts.above("month")
        if not text:
            return ""
        cell = Cell(1, name, text)
        span = self.cells.days(cell, self.cells.dates([text], cell))
        return f"{span[0]:%Y-%m}" if span else ""

    def _when(self, line: int, row: list[str], role: str) -> Span | None:
        at = self.amounts.first(role)
        if at is None or at not in self.dates or not row[at].strip():
            return None
        key = at, row[at]
        if key not in self._days:
            days = self.cells.days(self.sheet.cell(line, at, row[at]), self.dates[at])
            monthly = "month" in self.sheet.head[at].lower()
            self._days[key] = month_of(days[0]) if days and monthly and days[1].day == 1 else days
        return self._days[key]

    def _span(self, line: int, row: list[str]) -> Span | None:
        """The first and the last day of a charge."""
        begins = self._when(line, row, "from")
        if begins is None:
            return None
        through = self._when(line, row, "through")
        last = through[1] if through else begins[1]
        at = self.amounts.first("to")
        if self._when(line, row, "to") and at is not None:
            last = self.dates[at].before(row[at])
        span, billed = (begins[0], max(last, begins[0])), self._billed(line, row)
        return within(span, billed) if billed else span

    def _billed(self, line: int, row: list[str]) -> Span | None:
        """The first and the last day of the period that a row is billed in, where it says so."""
        of, at = self._when(line, row, "month"), self.amounts.first("billed to")
        if of is None:
            return None
        if self._when(line, row, "billed to") and at is not None:
            return of[0], self.dates[at].before(row[at])
        if through := self._when(line, row, "billed through"):
            return of[0], through[1]
        return month_of(of[0]) if of[0].day == 1 else None

    def _month(self, line: int, row: list[str], span: Span | None) -> str:
        """The month of a charge, which has one where the export has a column for it."""
        of = self._when(line, row, "month") or span
        if of is not None:
            return f"{of[0]:%Y-%m}"
        dated = [at for role in ("month", "from") if (at := self.amounts.first(role)) in self.dates]
        if dated and not any(row[at].strip() for at in dated):
            self._undated[line] = dated[0]
        return ""


def _has_digits(text: str) -> bool:
    return re.search(r"[0-9]", text) is not None


def value_in(text: str, key: str) -> str:
    """The value of a key in a cell of names and values.

    >>> value_in('{"product_name":"Amazon Bedrock","sku":"A"}', "product_name")
    'Amazon Bedrock'
    >>> value_in("{sku=A, product_name=Amazon Bedrock}", "product_name")
    'Amazon Bedrock'
    """
    found = re.search(rf"""(?<!\w){re.escape(key)}["']?\s*[:=]\s*["']?([^,"'}}]+)""", text)
    return name_in(found[1]) if found else ""
