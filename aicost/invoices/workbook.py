"""A sheet of an Excel workbook, read as a table of text is."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from aicost.values.table_file import MOST_BYTES, TableError

START = b"PK\x03\x04"
INSTALL = "pip install 'aicost-kit[kit]', or save it as CSV"
_IN_BRACKETS = re.compile(r"\[\$([^\]-]+)[^\]]*\]")
_QUOTED = re.compile(r'"\s*([^"\s]{1,4})\s*"')
#: What a damaged archive, and the XML in it, makes the library raise.
_DAMAGED = (
    BadZipFile,
    zlib.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    EOFError,
    OSError,
    RuntimeError,
    SyntaxError,
)


class WorkbookSheet:
    """The rows of one sheet, as texts."""

    encoding = "xlsx"

    def __init__(self, name: str, rows: list[tuple[int, list[str]]]) -> None:
        self.name = name
        width = max((len(row) for _, row in rows), default=0)
        self._rows = [(line, [*row, *[""] * (width - len(row))]) for line, row in rows]

    def rows(self, delimiter: str = "") -> Iterator[tuple[int, list[str]]]:
        """Yield the number of each row that holds something, and its cells."""
        yield from ((line, list(row)) for line, row in self._rows)


def is_workbook(path: Path) -> bool:
    """Say whether a file begins as a workbook does."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(START)) == START
    except (OSError, ValueError):
        return False


def sheets_of(path: Path) -> list[WorkbookSheet]:
    """The sheets of a workbook that are shown and hold something.

    Raises TableError for what is no workbook, or a damaged one.
    """

    def error(wrong: str, remedy: str) -> TableError:
        return TableError(str(path), 1, "file", wrong, remedy)

    try:
        from openpyxl import load_workbook
    except ImportError:
        raise error("an Excel workbook, and openpyxl is not installed", INSTALL) from None
    try:
        with ZipFile(path) as packed:
            if "xl/workbook.xml" not in packed.namelist():
                raise error("a zip archive that is no Excel workbook", "unpack it")
            if sum(part.file_size for part in packed.infolist()) > MOST_BYTES:
                raise error(f"more than {MOST_BYTES / 1e6:,.0f} MB unpacked", "save it as CSV")
        book = load_workbook(path, read_only=True, data_only=True)
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        found = [WorkbookSheet(sheet.title, [*_rows(sheet)]) for sheet in shown]
        book.close()
    except TableError:
        raise
    except _DAMAGED:
        raise error("a damaged Excel workbook", "save it again, or as CSV") from None
    return [sheet for sheet in found if any(True for _ in sheet.rows())]


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    for line, row in enumerate(sheet.iter_rows(), start=1):
        texts = [_text(cell.value, getattr(cell, "number_format", "")) for cell in row]
        while texts and not texts[-1].strip():
            texts.pop()
        if texts:
            yield line, texts


def _text(value: object, shown_as: str) -> str:
    """A cell as a text file would hold it, with the sign of its currency.

    >>> _text(12.5, '#,##0.00 [$€-407]'), _text(900.004, "General"), _text(None, "")
    ('€12.5000', '900.0040', '')
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        whole = value.time() == time() and value.microsecond == 0
        return value.date().isoformat() if whole else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, int):
        return f"{_sign(shown_as)}{value}"
    text = f"{value:.12f}".rstrip("0")  # never three decimals, which may be thousands
    return f"{_sign(shown_as)}{text + '0' * (4 - len(text.partition('.')[2]))}"


def _sign(shown_as: str) -> str:
    """The sign or code of the currency that a cell is shown with."""
    first = (shown_as or "").partition(";")[0]
    if found := _IN_BRACKETS.search(first):
        return found[1].strip()
    if found := re.search(r"[A-Z]{3}", " ".join(_QUOTED.findall(first))):
        return f"{found[0]} "
    return next((letter for letter in first if unicodedata.category(letter) == "Sc"), "")
