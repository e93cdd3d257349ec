"""The sheet Bill: each line its quantity times its unit price, summed up by component."""

from __future__ import annotations

from collections.abc import Mapping

from aicost.show.export.line_ranges import Ends
from aicost.show.export.lines import Line
from aicost.show.export.places import BILL_FIRST, BILL_HEAD, Group, Places
from aicost.show.export.sheets import Pen, Sheets, digits_of
from aicost.show.export.traced import plain
from aicost.values.charge import DOLLAR
from aicost.values.formatting import line_words

NOT_RECOMPUTED = "not recomputed"
FOLLOWS = "Every line follows the inputs as they stand."
CAREFUL = "CAREFUL: not every line follows what was changed. Run aicost again with these inputs."
SEVERAL = "Each line follows each changed input by itself; run aicost again to be sure of several."
BEHAVES = {"usage": "usage", "data": "documents", "capacity": "whole units", "fixed": "nothing"}
WIDTHS = (2.0, 42.0, 13.0, 16.0, 13.0, 16.0)
OURS, BEHIND = (16.0,), (8.0, 14.0, 14.0, 13.0, 11.0, 16.0)


def write_bill(sheets: Sheets, places: Places, ranges: Mapping[Line, Ends], month: Ends) -> None:
    """Write the sheet.

    Parameters
    ----------
    ranges : how far each line may lie. [USD]
    month : how far the month may lie. [USD]
    """
    pen = sheets.pen("Bill", (*WIDTHS, *(OURS if places.rate else ()), *BEHIND))
    _Bill(pen, places, ranges).fill(month)


class _Bill:
    def __init__(self, pen: Pen, places: Places, ranges: Mapping[Line, Ends]) -> None:
        self.pen, self.places, self.ranges = pen, places, ranges
        self.money, self.bill = places.money, places.live.case.bill
        self.own = "own" if places.rate else "usd"
        self.share = 7 if places.rate else 6  # the column behind the amounts

    def fill(self, month: Ends) -> None:
        pen, sums = self.pen, []
        pen.words(0, 1, self.bill.scenario.name, "title")
        told = f"What a month costs, in {self.money.code}; change the numbers on the sheet Inputs."
        pen.words(1, 1, told, "soft")
        self._heads()
        row = BILL_FIRST
        for group in self.places.groups:
            if group.every == "month":
                sums.append(f"F{row + 1}")
            self._group(row, group)
            row += 1 + len(group.lines)
        self._total(f"={'+'.join(sums) or '0'}", month)
        self._status()
        pen.frozen(BILL_FIRST, 2, (BILL_HEAD, BILL_HEAD))

    def _heads(self) -> None:
        ours = [f"A month, {self.money.code}"] if self.places.rate else []
        plain_heads = {"", "Line", "Unit", "Grows with", "Basis", "Recomputed"}
        heads = ["", "Line", "Quantity", "Unit", "Unit price, USD", "A month, USD", *ours]
        heads += ["Share", "5 %", "95 %", "Grows with", "Basis", "Recomputed"]
        for column, head in enumerate(heads):
            self.pen.words(BILL_HEAD, column, head, "head" if head in plain_heads else "head right")

    def _group(self, row: int, group: Group) -> None:
        usd = sum(float(plain(line.usd)) for line in group.lines)
        for column in range(1, self.share + 6):
            self.pen.words(row, column, group.name if column == 1 else "", "group")
        self.pen.colour(row, 0, group.name)
        text = f"=SUM(F{row + 2}:F{row + 1 + len(group.lines)})"
        self._amounts(row, text, usd, " group", shared=group.every == "month")
        for line in group.lines:
            self.pen.colour(self.places.lines[line], 0, group.name)
            self._line(self.places.lines[line], line)

    def _amounts(self, row: int, text: str, usd: float, style: str, *, shared: bool) -> None:
        """An amount in dollars, in the client's currency, and as a share of the month."""
        self.pen.formula(row, 5, text, usd, f"usd{style}")
        if self.places.rate:
            ours = float(self.money.of(usd))
            self.pen.formula(row, 6, f"=F{row + 1}/{self.places.rate}", ours, f"own{style}")
        if shared and (total := float(self.bill.total)):
            whole = f"$F${self.places.total + 1}"
            text = f"=IF({whole}=0,0,F{row + 1}/{whole})"
            self.pen.formula(row, self.share, text, usd / total, f"share{style}")

    def _line(self, row: int, line: Line) -> None:
        pen, charge = self.pen, line.charge
        quantity, price = float(plain(line.quantity)), float(plain(line.price))
        pen.words(row, 1, line_words(charge), "line")
        pen.formula(row, 2, self._quantity(line), quantity, digits_of(quantity))
        pen.words(row, 3, charge.price.unit, "plain")
        if charge.price is not DOLLAR:
            pen.formula(row, 4, self.places.text(line.price), price, digits_of(price, 2))
        else:
            pen.number(row, 4, 1.0, digits_of(1.0, 2))
        usd = float(plain(line.usd))
        self._amounts(row, f"=C{row + 1}*E{row + 1}", usd, "", shared=charge.every == "month")
        self._ends(row, self.ranges[line], self.own)
        pen.words(row, self.share + 3, BEHAVES[charge.behaves], "plain")
        pen.words(row, self.share + 4, charge.basis, "plain")
        if changed := self.places.changed(self.places.losers(line)):
            text = f'=IF({changed}>0,"{NOT_RECOMPUTED}","")'
            pen.formula(row, self.share + 5, text, "", "warn")

    def _quantity(self, line: Line) -> str:
        if not line.multiplied:
            return self.places.text(line.quantity)
        product = "*".join(f"Making!C{row + 1}" for row in self.places.factors[line])
        holds = line.charge.price.holds
        return f"={product}" + (f"/{holds:.15g}" if holds != 1.0 else "")

    def _ends(self, row: int, ends: Ends, style: str) -> None:
        for column, end in enumerate(ends, start=self.share + 1):
            self.pen.number(row, column, float(self.money.of(end)), style)

    def _total(self, text: str, month: Ends) -> None:
        pen, live, row = self.pen, self.places.live, self.places.total
        for column in range(1, self.share + 6):
            pen.words(row, column, "A month" if column == 1 else "", "total")
        total = float(self.bill.total)
        self._amounts(row, text, total, " total", shared=True)
        self._ends(row, month, f"{self.own} total")
        unit = live.case.scenario.traffic.usage_unit
        for words, number in {unit: live.users, "request": live.requests}.items():
            if (count := float(plain(number))) > 0:
                row += 1
                pen.words(row, 1, f"Per {words}", "line")
                each = f"=F{self.places.total + 1}/({self.places.text(number)[1:]})"
                self._amounts(row, each, total / count, "", shared=False)

    def _status(self) -> None:
        """Say at the head whether all of it follows what was changed."""
        column, live = "ABCDEFGHIJKLMNOP"[self.share + 5], self.places.live
        rows = f"{column}{BILL_FIRST + 1}:{column}{self.places.total}"
        parts = [
            f'COUNTIF({rows},"{NOT_RECOMPUTED}")',
            self.places.changed(self.places.losers(None)),
        ]
        if live.decided:
            first = self.places.first_decision + 1
            parts.append(f"SUM(Making!$C${first}:$C${first + len(live.decided) - 1})")
        places = [row + 1 for row in self.places.inputs.values()]
        several = f"SUM(Inputs!$K${min(places)}:$K${max(places)})>1"
        followed = f'IF({several},"{SEVERAL}","{FOLLOWS}")'
        text = f'=IF({"+".join(filter(None, parts))}>0,"{CAREFUL}",{followed})'
        self.pen.formula(2, 1, text, FOLLOWS, "status")
