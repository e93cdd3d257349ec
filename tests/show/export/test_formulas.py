"""Trees as formulas, worked out by another program."""

import re

import betteroffice_xlsx as office
import numpy as np
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from aicost.show.export.formulas import LONG, cell_name, formula, steps
from aicost.show.export.traced import Traced, plain

X, Y = Traced(7.25, name="x"), Traced(0.4, name="y")
CELLS = {X: "in.x", Y: "in.y"}
FINE = st.sampled_from([X, Y, 1.0, 0.0, 2.5, 1e-9, -3.0])


def trees(parts: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Trees over parts, of all that a formula may hold."""
    two = st.sampled_from([np.add, np.subtract, np.multiply, np.minimum, np.maximum])
    one = st.sampled_from(
        [np.ceil, np.floor, np.abs, np.negative, lambda x: ndtr(np.minimum(x, 5.0))]
    )
    safe = st.builds(lambda a, b: a / (1.0 + np.square(b)), parts, parts)
    raised = st.builds(lambda a: np.exp(np.minimum(a, 3.0)) ** 2, parts)
    chosen = st.builds(lambda a, b: np.where(np.greater(a, b), a, b - 1), parts, parts)
    return st.one_of(
        st.builds(lambda f, a, b: f(a, b), two, parts, parts),
        st.builds(lambda f, a: f(a), one, parts),
        safe,
        raised,
        chosen,
    )


def computed(texts: list[str], folder: str) -> list[object]:
    """Work out formulas of x and y in a workbook of another program."""
    path = f"{folder}/formulas.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("In")
    for row, (leaf, name) in enumerate(CELLS.items()):
        sheet.write_number(row, 0, leaf.value)
        book.define_name(name, f"=In!$A${row + 1}")
    for row, text in enumerate(texts):
        sheet.write_formula(row, 1, f"={text}")
    book.close()
    opened = office.Workbook.open_path(path)
    opened.recalculate()
    return [opened.value("In", f"B{row + 1}") for row in range(len(texts))]


@settings(max_examples=25, deadline=None)
@given(made=st.lists(st.recursive(FINE, trees, max_leaves=8), min_size=40, max_size=40))
def test_a_formula_comes_to_what_its_tree_does(
    made: list[object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    texts = [formula(one, CELLS) for one in made]
    found = computed(texts, str(tmp_path_factory.mktemp("book")))
    for text, one, number in zip(texts, made, found, strict=True):
        assert number == pytest.approx(float(plain(one)), rel=1e-9, abs=1e-9), text


def test_what_leaves_a_number_as_it_is_goes_and_brackets_stay() -> None:
    assert formula(1.0 * X * Y, CELLS) == "in.x*in.y"
    assert formula(np.minimum(X + 0.0, np.inf), CELLS) == "in.x"
    assert formula(2.0 - (X - Y), CELLS) == "2-(in.x-in.y)"
    assert formula(X / (Y * 3.0), CELLS) == "in.x/(in.y*3)"
    assert formula((X + 1.0) ** 2.0, CELLS) == "(in.x+1)^2"
    assert formula(X * -1.5, CELLS) == "in.x*(0-1.5)"


def test_a_tree_with_a_cell_of_its_own_is_named_elsewhere_and_made_there() -> None:
    both = X * Y
    cells = {**CELLS, both: "Making!$C$7"}
    assert formula(both + 1.0, cells) == "Making!$C$7+1"
    assert formula(both, cells, own=True) == "in.x*in.y"


def test_what_is_too_long_for_a_cell_is_made_in_steps() -> None:
    tree = X
    for number in range(2_000):
        tree = np.maximum(tree, float(number)) if number % 40 == 0 else tree + Y
    cells = dict(CELLS)
    made = steps([tree], cells)
    cells |= {one: f"Making!$C${row}" for row, one in enumerate(made, start=1)}
    texts = [formula(one, cells, own=True) for one in made]
    assert max(len(text) for text in [*texts, formula(tree, cells)]) < 2 * LONG
    for row, text in enumerate(texts, start=1):  # each of earlier ones alone
        named = {int(number) for number in re.findall(r"\$C\$(\d+)", text)}
        assert named <= set(range(1, row))
    assert steps([X * Y + 1.0], CELLS) == []


@pytest.mark.parametrize("words", ["A1", "R1C1", "work/think.x", "Ärzte im Dienst.share", "7", "…"])
def test_a_name_is_one_that_a_sheet_takes(words: str) -> None:
    book = xlsxwriter.Workbook("never-written.xlsx", {"in_memory": True})
    name = cell_name(words, set())
    assert book.define_name(name, "=In!$A$1") == 0
    taken = {name.lower()}
    assert cell_name(words.upper(), taken).lower() != name.lower()
