"""Text tables: nothing is lost, nothing runs over."""

from hypothesis import given
from hypothesis import strategies as st

from aicost.values.text_table import WIDTH, grid, paragraph, wrapped

WORDS = st.lists(st.text("abcé-/.", min_size=1, max_size=14), min_size=1, max_size=12).map(" ".join)


@given(st.lists(st.tuples(WORDS, WORDS, st.integers(0, 10**9).map("{:,}".format)), min_size=1))
def test_grid_keeps_every_word_and_the_width(rows: list[tuple[str, str, str]]) -> None:
    lines = grid(rows, "llr", (0, 1)).splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert sorted(" ".join(lines).split()) == sorted(" ".join(map(" ".join, rows)).split())


@given(st.lists(st.tuples(WORDS, st.integers(0, 10**9).map("{:,}".format)), min_size=1))
def test_numbers_end_in_one_column(rows: list[tuple[str, str]]) -> None:
    text = grid([(name, f"{number};") for name, number in rows], "lr", (0,))
    assert len({line.index(";") for line in text.splitlines() if ";" in line}) == 1


@given(WORDS)
def test_paragraphs_hang_where_they_are_told_to(text: str) -> None:
    first, *rest = paragraph(text, "  1. ", "     ").splitlines()
    assert first.startswith("  1. ")
    assert all(line.startswith("     ") for line in rest)


def test_cell_runs_on_into_an_empty_one() -> None:
    rows = [["observability: traces", "", "9"], ["plan", "1 month", "9"]]
    assert grid(rows, "lrr", (0,)).splitlines()[0] == "  observability: traces           9"
    assert wrapped("  deep words", 8) == ["  deep", "    words"]
