"""What the rows of an export charge in dollars: which money they are in, how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from aicost.invoices.invoice_cells import Cells, InvoiceError
from aicost.invoices.invoice_layouts import Layout
from aicost.invoices.money_of import NoMoney, Rates, bare, code_in, shared
from aicost.invoices.number_formats import Numbers, plain_name
from aicost.invoices.sheet import Cell, Sheet
from aicost.values.currencies import CODES, foreign_code, names_currency

LOOKED_AT = 200  # rows in which a column of currencies is looked for
_PLAINLY = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


@dataclass
class RowAmounts:
    """The amounts of an export's rows.

    A currency is said by the column of the cost, by a column of its own, by what stands above the
    header, or by the sign at an amount; two that do not agree are refused, and one that is named
    beside amounts which none of these speaks of.
    """

    cells: Cells
    sheet: Sheet
    layout: Layout
    at: Mapping[str, list[int]]
    rates: Rates
    cost: int = field(init=False)
    code: str = field(init=False)
    money: int | None = field(init=False)
    _beside: int | None = field(init=False, default=None)
    _numbers: Numbers = field(init=False)
    _read: dict[str, tuple[float, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        dollars = self.first("usd")
        self.scale = float(next(iter(self.layout.named("scale")), 1.0))
        if dollars is not None and not self._reckoned():
            self.cost, self.code, self.money = dollars, "USD", None
        else:
            self._in_its_own()

    def first(self, role: str) -> int | None:
        """Where the preferred column of a role stands."""
        return next(iter(self.at.get(role, ())), None)

    def above(self, role: str) -> tuple[str, str]:
        """What stands above the header under one of the names of a role, behind that name."""
        names = self.layout.named(f"above {role}")
        known = ((name, text) for name, text in self.sheet.above.items() if text)
        own = ((n, t) for n, t in known if n in names or (role == "currency" and names_currency(n)))
        return next(own, ("", ""))

    def learn(self, texts: Iterable[str], first: Cell) -> None:
        """Learn how amounts are written from all of them. Raises InvoiceError where in two ways."""
        every = sorted(set(texts))
        for text in every:
            if not _PLAINLY.fullmatch(text):
                self._code(text, first._replace(text=text))
        if not any(self._code(text, first) for text in every):
            for name, text in self.sheet.above.items():
                self.labelled(Cell(1, "file", f"{name} {text}".strip()), "")
        self._numbers = self.cells.numbers(map(bare, every), first, comma=self.sheet.comma)

    def usd(self, line: int, row: list[str], cell: Cell) -> float:
        """The amount of a cell in dollars."""
        if cell.text not in self._read:
            mark = "" if _PLAINLY.fullmatch(cell.text) else self._code(cell.text, cell)
            try:
                self._read[cell.text] = self._numbers.read(bare(cell.text)), mark
            except ValueError:
                return self.cells.amount(self._numbers, cell)
        value, mark = self._read[cell.text]
        return self.worth(line, row, value, cell, mark)

    def worth(self, line: int, row: list[str], value: float, cell: Cell, mark: str = "") -> float:
        """What an amount of a row is in dollars; `mark` is the currency written at it."""
        code = self.code
        if not code and self.money is not None and row[self.money].strip():
            named = self.sheet.cell(line, self.money, "")
            code = self._code(row[self.money], named)
            if not code:
                raise self._refused(f"{row[self.money].strip()!r} is no currency", named)
        if code and mark and mark != code and not shared(cell.text, code):
            raise self._refused(f"{cell.text.strip()!r} in a row of {code}", cell)
        if not code and not mark and self._beside is not None:
            beside = self.sheet.cell(line, self._beside, row[self._beside].strip().upper())
            if beside.text and beside.text != "USD":
                raise self._unspoken(beside, beside.text)
        return value * self.scale * self._rate(line, row, code or mark or "USD")

    def labelled(self, label: Cell, amount: str) -> None:
        """Refuse a label that names other money than dollars, where its amount names none."""
        if self.code or self.money is not None or self._code(amount, label):
            return
        if code := foreign_code(label.text):
            raise self._unspoken(label, code)

    def stated_above(self) -> float | None:
        """The total that stands above the header, in dollars."""
        name, text = self.above("total")
        if not text:
            return None
        cell = Cell(1, name, text)
        code = self.code or self._code(text, cell) or "USD"
        value = self.cells.amount(
            Numbers([bare(text)], comma=self.sheet.comma), cell._replace(text=bare(text))
        )
        return value * self._rate(self.sheet.line, [""] * len(self.sheet.head), code)

    # ---- which money

    def _in_its_own(self) -> None:
        """Take the costs that stand in the currency of their rows."""
        self.cost = self.at["cost"][0]
        self.code = self._written_above()
        self.money = self._currency_column()
        if not self.code and self.money is None:
            self._beside = self._column_of_codes()

    def _reckoned(self) -> bool:
        """Say whether the costs beside those in dollars are in the currency that is reckoned in."""
        if self.rates.reckoned == "USD" or not self.at.get("cost"):
            return False
        self._in_its_own()
        codes = {self.code}
        if self.money is not None:
            codes = {row[self.money].strip().upper() for _, row in self.cells.rows(self.sheet)}
        return len(codes - {""}) == 1 and self.rates.reckoned in {"", *codes}

    def _written_above(self) -> str:
        """The currency of all costs, where their heading says it or what stands above."""
        heading = self.sheet.head[self.cost]
        name, text = self.above("currency")
        above = self._code(text, Cell(1, name, "")) if text else ""
        if text and not above:
            raise self._refused(f"{text!r} is no currency", Cell(1, name, ""))
        mine = self._code(heading, Cell(self.sheet.line, heading.strip(), ""))
        if above and mine and above != mine and not shared(heading, above):
            wrong = f"costs in {mine} below {name} {above}"
            raise self.cells.fail(self.sheet.line, heading.strip(), wrong, "keep one of the two")
        if not above and "$" in heading and "USD" not in heading.upper():
            return ""  # a column may say which dollars
        return above or mine

    def _currency_column(self) -> int | None:
        """The column that names the currency of a row's cost."""
        if self.code:
            return None
        if (known := self.first("currency")) is not None:
            return known
        heads = enumerate(self.sheet.head)
        named = [i for i, name in heads if i != self.cost and names_currency(name)]
        heading = plain_name(self.sheet.head[self.cost])
        own = [i for i in named if plain_name(self.sheet.head[i]).removesuffix("code") in heading]
        return next(iter(own or named), None)

    def _column_of_codes(self) -> int | None:
        """The first column of nothing but codes of currencies, whatever it is called."""
        first = [row for _, row in islice(self.sheet.body(), LOOKED_AT)]
        for at in range(len(self.sheet.head)):
            texts = {row[at].strip().upper() for row in first if at < len(row)} - {""}
            if texts and texts <= CODES | {"USD"}:
                return at
        return None

    def _rate(self, line: int, row: list[str], code: str) -> float:
        """What one of a currency is in dollars, as the row, the file or the book says."""
        if code == "USD":
            return 1.0
        at, (name, text) = self.first("rate"), self.above("rate")
        cell = self.sheet.cell(line, at, row[at]) if at is not None else Cell(1, name, text)
        stated = 0.0
        if cell.text.strip():
            stated = self.cells.amount(Numbers([cell.text], comma=self.sheet.comma), cell)
        try:
            return self.rates.money(code, max(stated, 0.0)).in_usd
        except NoMoney as error:
            where = self.sheet.cell(line, self.cost, "")
            raise self._refused(f"costs in {code}, {error}", where) from None

    def _code(self, text: str, cell: Cell) -> str:
        try:
            return code_in(text)
        except NoMoney as error:
            raise self._refused(str(error), cell) from None

    def _unspoken(self, cell: Cell, code: str) -> InvoiceError:
        heading = self.sheet.head[self.cost].strip()
        wrong = f"{cell.text!r} beside costs that no currency is said of"
        remedy = f"write '{heading} ({code})' or '{heading} (USD)' in place of '{heading}'"
        return self.cells.fail(cell.line, cell.column, wrong, remedy)

    def _refused(self, wrong: str, cell: Cell) -> InvoiceError:
        remedy = "name the currency by its code, such as EUR, or export it in USD"
        return self.cells.fail(cell.line, cell.column, wrong, remedy)
