"""The likeliest point, where it can be worked out another way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from aicost.invoices.least_surprise import MOST, Figures, nearest


def linear(slopes: np.ndarray, seen: np.ndarray, slack: float = 0.01) -> Figures:
    return Figures(lambda points: points @ slopes.T, seen, np.full(len(seen), slack))


@given(st.integers(0, 2**32), st.integers(1, 3), st.integers(1, 6))
def test_linear_figures_have_a_closed_form(seed: int, figures: int, unknowns: int) -> None:
    """Of the posterior of a linear model with normal errors, the mean."""
    rng = np.random.default_rng(seed)
    slopes = rng.normal(size=(figures, unknowns))
    truth = rng.uniform(-0.5, 0.5, size=unknowns)
    seen = slopes @ truth
    precise = np.eye(unknowns) + slopes.T @ slopes / 0.01**2
    wanted = np.linalg.solve(precise, slopes.T @ seen / 0.01**2)
    start = np.zeros((1, unknowns))
    found = nearest(linear(slopes, seen), start, start)
    assert found[0] == pytest.approx(wanted, abs=1e-4)


def test_curved_figures_agree_with_a_general_search() -> None:
    def logs(points: np.ndarray) -> np.ndarray:
        return np.log(np.exp(0.5 * points[:, :1]) + np.exp(0.8 * points[:, 1:]))

    seen = np.log([3.0])
    found = nearest(Figures(logs, seen, np.array([0.01])), np.zeros((1, 2)), np.zeros((1, 2)))[0]

    def surprise(z: np.ndarray) -> float:
        return float(z @ z + ((logs(z[None])[0, 0] - seen[0]) / 0.01) ** 2)

    other = minimize(surprise, np.array([0.5, 0.5]), method="Nelder-Mead", options={"xatol": 1e-6})
    assert found == pytest.approx(other.x, abs=2e-3)


def test_no_input_leaves_its_range_and_the_others_take_its_part() -> None:
    """The steeper one goes to its end, the other does the rest."""
    slopes = np.array([[1.0, 0.5]])
    found = nearest(linear(slopes, np.array([3.6])), np.zeros((1, 2)), np.zeros((1, 2)))[0]
    assert found[0] == pytest.approx(2.88, abs=0.01)
    far = nearest(linear(slopes, np.array([4.0])), np.zeros((1, 2)), np.zeros((1, 2)))[0]
    assert far == pytest.approx([MOST, 2.0], abs=0.01)
    beyond = nearest(linear(slopes, np.array([9.0])), np.zeros((1, 2)), np.zeros((1, 2)))[0]
    assert beyond == pytest.approx([MOST, MOST])


def test_a_figure_that_is_flat_there_is_followed_by_its_slope_over_the_whole_range() -> None:
    """Below an account's least bill nothing moves it."""

    def logs(points: np.ndarray) -> np.ndarray:
        return np.maximum(points @ np.array([[1.0], [0.2]]), 0.8)

    figures = Figures(logs, np.array([1.5]), np.array([0.01]))
    start = np.zeros((1, 2))
    assert logs(nearest(figures, start, start))[0, 0] == pytest.approx(0.8)
    cloud = np.random.default_rng(1).standard_normal((400, 2))
    found = nearest(figures.with_wide(cloud), start, start)
    assert logs(found)[0, 0] == pytest.approx(1.5, abs=0.01)
    assert found[0] == pytest.approx(np.array([1.0, 0.2]) * 1.5 / 1.04, abs=0.02)
