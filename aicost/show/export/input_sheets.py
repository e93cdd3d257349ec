"""The sheets behind a bill: its inputs, the making of its lines, the sources of its prices."""

from __future__ import annotations

from aicost.show.export.leaves import Input
from aicost.show.export.places import (
    INPUT_FIRST,
    INPUT_HEAD,
    MAKING_FIRST,
    MAKING_HEAD,
    PRICES,
    Places,
)
from aicost.show.export.sheets import Pen, Sheets, digits_of
from aicost.show.export.traced import Traced, plain
from aicost.values.charge import Factor
from aicost.values.formatting import line_words, path_words

INPUTS = (
    ("What", 44.0),
    ("Name in formulas", 40.0),
    ("Value", 14.0),
    ("Unit", 16.0),
    ("5 %", 11.0),
    ("95 %", 11.0),
    ("Basis", 10.0),
    ("Source", 44.0),
    ("Read on", 11.0),
    ("When it is changed", 44.0),
    ("changed", 9.0),
    ("as made", 9.0),
)
MAKING = (
    ("Line", 30.0),
    ("Factor", 34.0),
    ("Value", 14.0),
    ("Unit", 14.0),
    ("Basis", 10.0),
    ("Source", 44.0),
    ("Note", 34.0),
)
SOURCES = (
    ("Item", 36.0),
    ("What", 30.0),
    ("Value", 12.0),
    ("Unit", 20.0),
    ("Source", 70.0),
    ("Read on", 12.0),
    ("Confidence", 12.0),
    ("Row", 13.0),
)
FIGURES = ("Value", "5 %", "95 %")
FOLLOWED, IDLE = "all lines follow", "moves no line of this bill"
UNTRIED = "not tried: run aicost again with another"


def _sheet(
    sheets: Sheets, name: str, told: str, columns: tuple[tuple[str, float], ...], head: int
) -> Pen:
    pen = sheets.pen(name, [width for _, width in columns])
    pen.words(0, 0, name, "title")
    pen.words(1, 0, told, "soft")
    for column, (words, _) in enumerate(columns):
        pen.words(head, column, words, "head right" if words in FIGURES else "head")
    return pen


def write_inputs(sheets: Sheets, places: Places) -> None:
    """Write the sheet Inputs."""
    told = "Change a number in the column Value: the sheet Bill is worked out anew."
    pen, section = _sheet(sheets, "Inputs", told, INPUTS, INPUT_HEAD), None
    if places.rate:
        _rate(pen, places)
    for one, row in places.inputs.items():
        if (one.section or PRICES) != section:
            section = one.section or PRICES
            pen.row(row - 1, [section, *[""] * (len(INPUTS) - 1)], "group")
        _input(pen, places, row, one)
    pen.hidden(10, 11)
    pen.frozen(INPUT_FIRST, 1, (INPUT_HEAD, INPUT_HEAD))


def _rate(pen: Pen, places: Places) -> None:
    """What the client's currency is in dollars, in which prices are listed."""
    row, ours = INPUT_FIRST, places.money
    pen.row(row, ["currency", *[""] * (len(INPUTS) - 1)], "group")
    words = (f"US dollars for one {ours.code}", places.rate, "", f"USD/{ours.code}", "", "")
    pen.row(row + 1, (*words, "listed", ours.source, ours.since, FOLLOWED), "plain")
    pen.number(row + 1, 2, ours.in_usd, f"input {digits_of(ours.in_usd, 4)}")
    pen.name(places.rate, row + 1, 2)


def _input(pen: Pen, places: Places, row: int, one: Input) -> None:
    ours = places.money if one.money else None
    name, value = places.names[one], float(one.leaf.value)
    shown = float(ours.of(value)) if ours else value
    label = path_words(one.path) if one.section else one.path
    unit = one.unit.replace("USD", ours.code) if ours else one.unit
    is_share = one.unit == "share"
    pen.row(row, (label, name, "", unit, "", "", one.basis), "plain")
    pen.words(row, 7, one.source, "wrap")
    pen.words(row, 8, str(one.row.read_on) if one.row is not None else "", "plain")
    pen.number(row, 2, shown, f"input {'share' if is_share else digits_of(shown)}")
    pen.name(name, row, 2)
    for column, end in ((4, one.low), (5, one.high)):
        if end is not None:
            end = float(ours.of(end)) if ours else end
            pen.number(row, column, end, "share" if is_share else digits_of(end))
    told = _told(places, one)
    pen.words(row, 9, told, "wrap" if told in (FOLLOWED, IDLE) else "wrap red")
    pen.formula(row, 10, f"=IF(C{row + 1}=L{row + 1},0,1)", 0.0, "plain")
    pen.number(row, 11, shown, "plain")


def _told(places: Places, one: Input) -> str:
    """What the sheet does when an input is changed."""
    live = places.live
    if one in live.untried or not one.tries():
        return UNTRIED
    if not (lost := live.lost.get(one, ())):
        return FOLLOWED if one.leaf in live.used else IDLE
    new = "a line that is not here yet"
    names = [line_words(line.charge) if line is not None else new for line in lost]
    return f"NOT followed by: {', '.join(names)}"


def write_making(sheets: Sheets, places: Places) -> None:
    """Write the sheet Making."""
    told = "The factors of each line: their product, in units of its price, is its quantity."
    pen = _sheet(sheets, "Making", told, MAKING, MAKING_HEAD)
    for line, rows in places.factors.items():
        if rows:
            pen.row(rows[0] - 1, [line_words(line.charge), *[""] * (len(MAKING) - 1)], "group")
        for row, factor in zip(rows, line.charge.factors, strict=True):
            _factor(pen, places, row, factor)
    if places.steps:
        told = "Steps: parts of formulas that are too long for one cell"
        pen.row(places.first_step - 1, [told, *[""] * (len(MAKING) - 1)], "group")
        for row, one in enumerate(places.steps, start=places.first_step):
            value = float(plain(one))
            text = places.text(one, f"Making!$C${row + 1}")
            pen.formula(row, 2, text, value, digits_of(value))
    if decided := places.live.decided:
        told = "The formulas hold while each of these stays as it is; 0 says that it does"
        pen.row(places.first_decision - 1, [told, *[""] * (len(MAKING) - 1)], "group")
        for row, one in enumerate(decided, start=places.first_decision):
            text = places.text(one)[1:]
            pen.words(row, 1, f"{text} is {'true' if one.value else 'false'}", "wrap")
            marks = "0,1" if one.value else "1,0"
            pen.formula(row, 2, f"=IF({text},{marks})", 0.0, "places-0")
    pen.frozen(MAKING_FIRST, 1, (MAKING_HEAD, MAKING_HEAD))


def _factor(pen: Pen, places: Places, row: int, factor: Factor) -> None:
    value = float(plain(factor.value))
    style = "share" if factor.unit == "share" else digits_of(value)
    pen.row(row, ("", factor.name, "", factor.unit, factor.basis), "plain")
    if isinstance(factor.value, Traced):
        pen.formula(row, 2, places.text(factor.value, f"Making!$C${row + 1}"), value, style)
    else:
        pen.number(row, 2, value, style)
    pen.words(row, 5, factor.source, "wrap")
    pen.words(row, 6, factor.note, "wrap")


def write_sources(sheets: Sheets, places: Places) -> None:
    """Write the sheet Sources."""
    told = "Every row of the price book that the bill uses."
    pen = _sheet(sheets, "Sources", told, SOURCES, 3)
    rows = [(one, one.row) for one in places.live.inputs if one.row is not None]
    for number, (one, row) in enumerate(rows, start=4):
        value = float(one.leaf.value)
        pen.row(number, (row.item, one.words, "", row.unit), "plain")
        pen.formula(number, 2, f"={places.names[one]}", value, digits_of(value))
        pen.words(number, 4, row.source, "wrap")
        for column, text in enumerate((str(row.read_on), row.confidence, row.id), start=5):
            pen.words(number, column, text, "plain")
    pen.frozen(4, 0, (3, 3))
