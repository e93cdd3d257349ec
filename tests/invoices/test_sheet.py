"""A sheet is read line by line, each cell with where it stands."""

from aicost.invoices.sheet import Cell, Sheet, rows_of


def test_blank_rows_are_passed_over_and_lines_are_counted() -> None:
    text = 'service,cost\n\n" ",\nsearch,"1,5"\n"two\nlines",3\n'
    assert [*rows_of(text, ",")] == [
        (1, ["service", "cost"]),
        (4, ["search", "1,5"]),
        (6, ["two\nlines", "3"]),
    ]


def test_a_semicolon_parts_cells_where_it_is_asked_to() -> None:
    assert [*rows_of("a;1,5\n", ";")] == [(1, ["a", "1,5"])]


def test_cells_of_a_column_know_their_line_and_heading() -> None:
    sheet = Sheet(("service", "cost"), [(4, ["search", "1.5"]), (7, ["tax", "2"])], {}, False)
    assert sheet.cells(1) == [Cell(4, "cost", "1.5"), Cell(7, "cost", "2")]
