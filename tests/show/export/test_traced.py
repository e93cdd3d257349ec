"""Numbers that remember how they were made."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from aicost.show.export.traced import Traced, deciding, leaves_of, plain, unlike, worked_out
from aicost.values.quantities import Spread, mean, split

SIZES = st.floats(0.01, 100.0)


def leaf(value: float, name: str = "x") -> Traced:
    return Traced(value, name=name)


#: What the kit's formulas do with a number, each as it is written there.
MADE: list[Callable[[Any], Any]] = [
    lambda x: 1 / (2 - np.minimum(x, 1.0)) + x,
    lambda x: np.ceil(x / 3) * np.floor(x),
    lambda x: np.where(x > 5, x, 5.0) - np.clip(x, 1, 7),
    lambda x: np.exp(-(np.log(x) ** 2)) + np.sqrt(x) - abs(-x),
    lambda x: ndtr(x - 3) * np.square(x),
    lambda x: np.maximum(0.0, 50.0 - sum([x, x], start=np.float64(0.0))),
    lambda x: np.float64(3.0) * x / np.float64(2.0),
    lambda x: mean(Spread(x, 2 * x + 1)),
    lambda x: (np.mean(x) + x)[()],
]


@given(before=SIZES, after=SIZES)
@pytest.mark.parametrize("made", MADE)
def test_a_tree_comes_to_what_the_formula_does(
    made: Callable[[Any], Any], before: float, after: float
) -> None:
    x = leaf(before)
    tree = made(x)
    assert isinstance(tree, Traced)
    assert plain(tree) == pytest.approx(made(before))
    assert worked_out(tree, {x: after}, {}) == pytest.approx(made(after))


def test_several_numbers_at_once_work_out_a_tree() -> None:
    x, y = leaf(2.0), leaf(3.0, "y")
    found = worked_out(np.maximum(x, 4.0) * y, {x: np.array([2.0, 8.0])}, {})
    assert found.tolist() == [12.0, 24.0]


def test_where_arithmetic_ends_a_plain_number_stands() -> None:
    x = leaf(250.0)
    assert isinstance(np.array([1.0, 2.0]) * x, np.ndarray)
    assert float(x) == 250.0
    assert f"{x:.1f}" == "250.0"
    assert x.astype(int) == 250
    bands = split(Spread(x, 900.0), shift=0.0, breaks=[250.0])
    assert float(bands[0][0]) == pytest.approx(0.5)


def test_a_comparison_that_decides_is_kept() -> None:
    x = leaf(3.0)
    with deciding() as decided:
        assert x > 2
        assert not np.any(x > 5)
        _ = np.where(x > 7, 1.0, 2.0)  # a choice is a formula, it decides nothing
    assert [(one.operation, one.made_of) for one in decided] == [
        ("greater", (x, 2.0)),
        ("greater", (x, 5.0)),
    ]
    assert x > 2
    assert len(decided) == 2


def test_the_leaves_of_trees() -> None:
    x, y = leaf(1.0), leaf(2.0, "y")
    assert set(leaves_of([x * y + 3, x, 7.0])) == {x, y}


def test_it_is_one_number() -> None:
    with pytest.raises(IndexError):
        leaf(1.0)[0]  # type: ignore[index]


def test_of_trees_that_say_the_same_one_is_left() -> None:
    x, tree, other = leaf(1.0), leaf(1.0) + 1.0, leaf(1.0) + 1.0
    for _ in range(200):  # each twice in the next: as a text it would never end
        tree, other = tree + tree, other + other
    assert unlike([tree, other, x]) == [tree, x]
