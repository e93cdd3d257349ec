"""Sheets as they are written: their text disarmed, their formats by name, their print set up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from io import BytesIO
from typing import Any

from aicost.billing.case import Case
from aicost.show.charts.theme import COMPONENT_COLOURS, INK
from aicost.values.cells import plain
from aicost.values.money import Money

LONGEST = 32_000  # letters that a cell holds: 32,767
SOFT, RULE, PAPER, BLUE, RED = "#5d6d7e", "#d5d8dc", "#f4f6f7", "#1a5276", "#c0392b"
GREY = "#bdc3c7"
MOST_PLACES = 9


def money_format(money: Money) -> str:
    """How a sheet writes an amount.

    >>> money_format(Money("EUR", 1.1)), money_format(Money("CHF", 1.2))
    ('[$€]#,##0.00', '[$CHF ]#,##0.00')
    """
    return f"[${money.sign}]#,##0.00"


class Sheets:
    """A workbook of a case while it is written."""

    def __init__(self, raw: BytesIO, case: Case) -> None:
        import xlsxwriter  # of the extra [kit]

        self.money = case.scenario.money
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(raw, options)
        day = datetime.combine(case.book.as_of, time())
        about = {"title": plain(case.name), "created": day, "comments": "made by aicost"}
        self._book.set_properties(about)
        self._formats: dict[str, Any] = {}

    def pen(self, name: str, widths: Sequence[float]) -> Pen:
        """A new sheet."""
        sheet = self._book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        sheet.set_footer("&L&8&A&R&8&P / &N")
        return Pen(self, sheet)

    def format(self, words: str) -> Any:
        """A format by its words, such as `usd total`."""
        if words not in self._formats:
            style: dict[str, Any] = {"font_name": "Arial", "font_size": 10, "font_color": INK}
            style |= {"valign": "top"}
            for word in words.split():
                style |= self._style(word)
            self._formats[words] = self._book.add_format(style)
        return self._formats[words]

    def _style(self, word: str) -> dict[str, Any]:
        if word in COLOURS:
            return {"bg_color": COLOURS[word]}
        number = {"usd": "[$$]#,##0.00", "own": money_format(self.money)}
        if word in number:
            return {"num_format": number[word]}
        return STYLES[word]

    def name(self, name: str, sheet: str, row: int, column: int) -> None:
        """Give a cell a name that formulas use."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        place = xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)
        self._book.define_name(name, f"={sheet}!{place}")

    def close(self) -> None:
        """Write it out."""
        self._book.close()


def _places(places: int) -> str:
    return f"#,##0.{'0' * places}" if places else "#,##0"


def digits_of(value: float, least: int = 0) -> str:
    """The style of a number: whole above 1,000, four digits of it below, `least` places anyway.

    >>> digits_of(12_345.6), digits_of(27.672), digits_of(0.0025, 2), digits_of(30.0)
    ('places-0', 'places-2', 'places-4', 'places-0')
    """
    size, short = abs(value), float(f"{value:.4g}")
    if size >= 1_000:
        return f"places-{least}"
    needed = next((n for n in range(MOST_PLACES) if round(short, n) == short), MOST_PLACES)
    return f"places-{max(needed, least)}"


STYLES: dict[str, dict[str, Any]] = {
    "plain": {},
    "line": {"indent": 1},
    "title": {"bold": True, "font_size": 16},
    "soft": {"font_color": SOFT},
    "status": {"bold": True, "font_color": BLUE},
    "head": {"bold": True, "bottom": 1, "bottom_color": GREY, "text_wrap": True},
    "right": {"align": "right"},
    "group": {"bold": True, "bg_color": PAPER, "top": 1, "top_color": RULE},
    "total": {"bold": True, "top": 2, "bottom": 1, "font_size": 11},
    "red": {"font_color": RED},
    "warn": {"bold": True, "font_color": RED},
    "wrap": {"text_wrap": True, "font_size": 9},
    "text": {"text_wrap": True},
    "share": {"num_format": "0.0#%"},
    "input": {"font_color": BLUE, "bg_color": "#eaf2f8"},
    **{f"places-{places}": {"num_format": _places(places)} for places in range(MOST_PLACES + 1)},
}
COLOURS = {f"colour-{name.replace(' ', '-')}": shade for name, shade in COMPONENT_COLOURS.items()}


class Pen:
    """Writes the cells of one sheet."""

    def __init__(self, sheets: Sheets, sheet: Any) -> None:
        self._sheets, self._sheet = sheets, sheet

    def words(self, row: int, column: int, text: str, style: str) -> None:
        """Text, cleaned and never run."""
        if not text:
            self._sheet.write_blank(row, column, None, self._sheets.format(style))
            return
        clean = plain(text)
        shown = clean if len(clean) <= LONGEST else f"{clean[:LONGEST]} …"
        self._sheet.write_string(row, column, shown, self._sheets.format(style))

    def number(self, row: int, column: int, value: float, style: str) -> None:
        """A number."""
        self._sheet.write_number(row, column, value, self._sheets.format(style))

    def formula(self, row: int, column: int, text: str, value: float | str, style: str) -> None:
        """A formula, with what it comes to as long as nobody changes anything."""
        self._sheet.write_formula(row, column, text, self._sheets.format(style), value)

    def row(self, row: int, texts: Sequence[str], style: str) -> None:
        """Texts beside each other, from the first column on."""
        for column, text in enumerate(texts):
            self.words(row, column, text, style)

    def name(self, name: str, row: int, column: int) -> None:
        """Give a cell a name that formulas use."""
        self._sheets.name(name, self._sheet.get_name(), row, column)

    def colour(self, row: int, column: int, component: str) -> None:
        """A cell in the colour of a component, as on the page."""
        style = f"colour-{component.replace(' ', '-')}"
        self._sheet.write_blank(
            row, column, None, self._sheets.format(style if style in COLOURS else "plain")
        )

    def hidden(self, first: int, last: int) -> None:
        """Hide columns that only the sheet itself needs."""
        self._sheet.set_column(first, last, None, None, {"hidden": True})

    def frozen(self, row: int, column: int, heads: tuple[int, int]) -> None:
        """Keep what is above and left in sight, and print the head on every page."""
        self._sheet.freeze_panes(row, column)
        self._sheet.repeat_rows(*heads)
