"""bill.xlsx: a bill that is worked out in the sheet, from inputs on a sheet of their own."""

from __future__ import annotations

from io import BytesIO

from aicost.billing.case import Case
from aicost.show.export.bill_sheet import write_bill
from aicost.show.export.input_sheets import write_inputs, write_making, write_sources
from aicost.show.export.line_ranges import line_ranges
from aicost.show.export.live import live
from aicost.show.export.places import Places
from aicost.show.export.read_me import read_me
from aicost.show.export.sheets import Sheets


def workbook(case: Case, command: str) -> bytes:
    """The bytes of a workbook of a case, the same for the same case.

    Parameters
    ----------
    case : the system.
    command : what makes it again, to be said in it.

    Raises
    ------
    ImportError : xlsxwriter is not there.
    """
    raw = BytesIO()
    sheets, found = Sheets(raw, case), live(case)
    places = Places(found)
    *of_lines, month = line_ranges(case)
    write_bill(sheets, places, dict(zip(found.lines, of_lines, strict=True)), month)
    write_inputs(sheets, places)
    write_making(sheets, places)
    write_sources(sheets, places)
    pen = sheets.pen("Read me", [110.0])
    for row, (text, style) in enumerate(read_me(found, command)):
        pen.words(row, 0, text, style)
    sheets.close()
    return raw.getvalue()
