"""Invoices kept in a workbook are read as they are in a text file."""

import io
import random
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from aicost.invoices.invoice_reader import InvoiceError, read_invoice
from aicost.invoices.workbook import is_workbook, sheets_of
from aicost.values.table_file import TableError

ROWS = [
    ["Date", "ServiceName", "CostInUsd"],
    [date(2026, 10, 5), "Azure OpenAI", 900.004],
    [datetime(2026, 10, 6, 12, 30), "Azure Cognitive Search", 250],
]


def saved(folder: Path, sheets: dict[str, list[list[object]]], shown: str = "General") -> Path:
    """A workbook with its amounts shown in a way."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cells in sheet.iter_rows(min_row=2):
            for cell in cells:
                if isinstance(cell.value, (int, float)):
                    cell.number_format = shown
    path = folder / "october.xlsx"
    book.save(path)
    return path


def test_a_sheet_is_read_like_a_file(tmp_path: Path) -> None:
    found = read_invoice(saved(tmp_path, {"Sheet": [[], *ROWS, [None, "Total", 1150.004]]}))
    assert {row.service: row.amount for row in found.rows} == {
        "Azure OpenAI": 900.004,
        "Azure Cognitive Search": 250,
    }
    assert (found.months, found.totals) == (["2026-10"], (1150.004,))


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        ("#,##0.00 [$€-407]", "EUR"),
        ('#,##0.00\\ "CHF"', "CHF"),
        ("[$£-809]#,##0.00", "GBP"),
        ('"€"#,##0', "EUR"),
        ('"$"#,##0.00', "USD"),
        ("#,##0.00", "USD"),
    ],
)
def test_the_money_that_cells_are_shown_in_counts(tmp_path: Path, shown: str, code: str) -> None:
    rows: list[list[object]] = [["S", "C"], ["OpenAI", 100], ["Pinecone", 50.5]]
    found = read_invoice(saved(tmp_path, {"a": rows}, shown), "S,C")
    notes = " ".join(found.notes)
    assert (f"costs in {code}" in notes) is (code != "USD")
    assert (found.total == 150.5) is (code == "USD")


def test_the_sheet_that_holds_costs_is_found(tmp_path: Path) -> None:
    cover: list[list[object]] = [["Invoice of October"], ["Example Ltd"]]
    assert read_invoice(saved(tmp_path, {"cover": cover, "costs": ROWS})).lines == 2
    with pytest.raises(InvoiceError, match="the sheets 'a' and 'b' all hold costs; keep one"):
        read_invoice(saved(tmp_path, {"a": ROWS, "b": ROWS}))
    with pytest.raises(
        InvoiceError, match=":1: header: no export that is known, it has Invoice of"
    ):
        read_invoice(saved(tmp_path, {"cover": cover}))


def test_what_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("x.csv", "a,b\n")
    assert is_workbook(path)
    with pytest.raises(TableError, match="a zip archive that is no Excel workbook; unpack it"):
        sheets_of(path)
    path.write_text("a,b\n")
    assert not is_workbook(path)
    assert not is_workbook(tmp_path)
    assert not is_workbook(Path("a\0b"))


def test_a_damaged_workbook_is_one_line_or_read(tmp_path: Path) -> None:
    whole = saved(tmp_path, {"a": ROWS}).read_bytes()
    path, refused = tmp_path / "x.xlsx", 0
    read = 0
    for seed in range(60):
        rng, raw = random.Random(seed), bytearray(whole)
        for _ in range(rng.choice((1, 3, 30))):
            raw[rng.randrange(4, len(raw))] = rng.randrange(256)
        end = rng.choice((len(raw), rng.randrange(4, len(raw))))
        path.write_bytes(bytes(raw[:end]))
        try:
            found = read_invoice(path)
        except InvoiceError as error:
            refused += len(str(error).splitlines()) == 1
            continue
        read += 1
        assert found.total == 1150.004
    assert refused + read == 60
    assert refused


def test_parts_of_a_workbook_that_are_other_xml_are_refused(tmp_path: Path) -> None:
    path, out = saved(tmp_path, {"a": ROWS}), io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            bad = b"<x>" if name.endswith("sheet1.xml") else old.read(name)
            new.writestr(name, bad)
    path.write_bytes(out.getvalue())
    with pytest.raises(InvoiceError, match="a damaged Excel workbook; save it again, or as CSV"):
        read_invoice(path)
