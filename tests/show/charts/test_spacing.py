"""Things kept apart: none touches the next, and none moves farther than it has to."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression

from aicost.show.charts.spacing import apart


@settings(max_examples=200)
@given(st.lists(st.floats(0, 300), min_size=1, max_size=12), st.floats(1, 20))
def test_apart(wanted: list[float], size: float) -> None:
    placed = np.array(apart(wanted, [size] * len(wanted), 0, 300))
    order = np.argsort(wanted, kind="stable")
    assert (np.diff(placed[order]) >= size - 1e-6).all()
    assert placed.min() >= size / 2 - 1e-6
    assert placed.max() <= 300 - size / 2 + 1e-6
    if (
        (np.diff(np.sort(wanted)) >= size).all()
        and min(wanted) >= size
        and max(wanted) <= 300 - size
    ):
        np.testing.assert_allclose(placed, wanted)


@settings(max_examples=100)
@given(st.lists(st.floats(0, 300), min_size=1, max_size=12))
def test_things_move_as_little_as_need_be(wanted: list[float]) -> None:
    """Without bounds: the least squares of scipy, each beside the sizes below it."""
    ahead = np.arange(len(wanted)) * 7.0
    nearest = isotonic_regression(np.sort(wanted) - ahead).x + ahead
    np.testing.assert_allclose(
        np.sort(apart(wanted, [7.0] * len(wanted), -1e6, 1e6)), nearest, atol=1e-6
    )
