"""A sheet is read line by line, each cell with where it stands."""

from pathlib import Path

import pytest
from invoiced import invoice

from aicost.invoices.sheet import Cell, Sheet, tops
from aicost.values.table_file import TableError, TableFile


def test_the_body_is_what_stands_below_the_header(tmp_path: Path) -> None:
    file = TableFile(invoice(tmp_path, "Currency;USD\n\nservice;cost\nsearch;1,5\n\ntax;2\n"))
    sheet = Sheet(file, ";", 3, ("service", "cost"), {"Currency": "USD"}, skipped=2)
    assert sheet.comma
    assert [*sheet.body()] == [(4, ["search", "1,5"]), (6, ["tax", "2"])]
    assert [*sheet.body()] == [*sheet.body()]
    assert sheet.cell(4, 1, "1,5") == Cell(4, "cost", "1,5")


def test_a_file_is_cut_at_each_separator_that_cuts_it(tmp_path: Path) -> None:
    file = TableFile(invoice(tmp_path, '"a";"b"\n1;2\n'))
    assert dict(tops(file)) == {";": [(1, ["a", "b"]), (2, ["1", "2"])]}
    with pytest.raises(TableError, match="a quote is opened and never closed"):
        dict(tops(TableFile(invoice(tmp_path, '"a'))))
