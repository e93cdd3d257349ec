"""The one table of a result: cells as words, columns picked, lines as a frame."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.values.table import Column, Form, Row, Table, table

NUMBERS = st.floats(0, 1e9)
HEADS = ("users", Column("a month", Form.MONEY, "usd"), Column("share", Form.SHARE), Column("why"))
ROLES = st.sampled_from(["line", "head", "sum"])


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Return a table of the columns above, with rows of every role."""
    cells = st.tuples(st.text(max_size=9), NUMBERS, st.floats(0, 1), st.text(max_size=9))
    rows = draw(st.lists(st.builds(Row, cells, role=ROLES, of=st.integers()), max_size=6))
    return replace(table(HEADS, rows), notes=("a note",))


@pytest.mark.parametrize(
    ("form", "cell", "words"),
    [
        (Form.TEXT, "as it is", "as it is"),
        (Form.COUNT, 6_000.0, "6,000"),
        (Form.MONEY, 1_234.5, "$1,234"),
        (Form.USD, 0.00042, "$0.00042"),
        (Form.CENTS, 0.00042, "$0.00"),
        (Form.CENTS, -1_234.5, "-$1,234.50"),
        (Form.PERCENT, 0.05, "5 %"),
        (Form.SHARE, 1 / 3, "33.3 %"),
        (Form.SECONDS, 128.0, "2 min 8 s"),
    ],
)
def test_cells_as_a_reader_sees_them(form: Form, cell: Any, words: str) -> None:
    assert form.words(cell) == words


@pytest.mark.parametrize("form", Form)
def test_nothing_is_nothing_and_text_is_text_in_any_column(form: Form) -> None:
    assert [form.words(cell) for cell in (None, math.nan, np.float64(math.nan), "")] == [""] * 4
    assert form.words("all of them") == "all of them"


@given(st.sampled_from(Form), NUMBERS)
def test_a_number_is_never_left_out(form: Form, number: float) -> None:
    assert form.words(number).strip()


def test_only_text_stands_to_the_left() -> None:
    assert [form for form in Form if not Column("x", form).numeric] == [Form.TEXT]


@given(tables(), st.lists(st.sampled_from([0, 1, 2, 3]), min_size=1, unique=True))
def test_some_columns_in_another_order(whole: Table, places: list[int]) -> None:
    part = whole.only(*(whole.columns[i].name for i in places))
    assert part.columns == tuple(whole.columns[i] for i in places)
    assert part.texts() == [tuple(texts[i] for i in places) for texts in whole.texts()]
    kept = [(row.making, row.role, row.of) for row in part.rows]
    assert kept == [(row.making, row.role, row.of) for row in whole.rows]
    assert part.notes == whole.notes
    assert part == whole.only(*(whole.columns[i].key or whole.columns[i].name for i in places))


@given(tables())
def test_a_frame_has_the_lines_under_the_names_of_a_program(whole: Table) -> None:
    frame = whole.frame()
    assert list(frame.columns) == ["users", "usd", "share", "why"]
    lines = [row.cells for row in whole.rows if row.role == "line"]
    assert [tuple(row) for row in frame.itertuples(index=False)] == lines


def test_plain_rows_and_headings_are_made_into_columns_and_lines() -> None:
    row = Row(("b", 2.0), making=("2 x 1",), role="sum")
    made = table(["name", Column("n", Form.COUNT)], [("a", 1.0), row], stacked=False)
    assert made.columns == (Column("name"), Column("n", Form.COUNT))
    assert made.rows == (Row(("a", 1.0)), row)
    assert not made.stacked
    assert made.texts() == [("a", "1"), ("b", "2")]


def test_a_row_of_another_length_is_no_row() -> None:
    with pytest.raises(ValueError, match="zip"):
        table(["a", "b"], [("one",)]).texts()


def test_a_table_is_printed_as_text_and_whole() -> None:
    rows = [(str(n), float(n), 0.5, "so") for n in range(60)]
    text = str(table(HEADS, rows))
    assert text == repr(table(HEADS, rows))
    assert text.splitlines()[0].split() == ["users", "a", "month", "share", "why"]
    assert len(text.splitlines()) == 61
    assert "more line" not in text
