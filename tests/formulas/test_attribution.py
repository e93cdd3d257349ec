"""A change shared out among factors: Shapley by every order, LMDI by its formula."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from orders import by_permutations

from aicost.formulas.attribution import lmdi, shapley

POSITIVE = st.floats(1e-3, 1e3)
NOT_NEGATIVE = st.one_of(st.just(0.0), POSITIVE)


def games(least: int, most: int) -> st.SearchStrategy[list[float]]:
    return st.integers(least, most).flatmap(
        lambda n: st.lists(st.floats(-1e6, 1e6), min_size=2**n, max_size=2**n)
    )


def of_product(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """The product for every set of factors that stand as new."""
    inside = (np.arange(2 ** len(old))[:, None] >> np.arange(len(old))) & 1 == 1
    return np.where(inside, new, old).prod(axis=1)


# ---- Shapley


@given(games(1, 6))
def test_shapley_is_its_definition(worth: list[float]) -> None:
    n = len(worth).bit_length() - 1
    game = {frozenset(i for i in range(n) if s >> i & 1): w for s, w in enumerate(worth)}
    found = shapley(worth=worth)
    assert found.tolist() == pytest.approx(by_permutations(game, n), abs=1e-6)
    assert found.sum() == pytest.approx(worth[-1] - worth[0], abs=1e-6)


@given(st.lists(st.floats(-1e3, 1e3), min_size=4, max_size=4), st.floats(-1e3, 1e3))
def test_shapley_of_a_dummy_and_of_twins(base: list[float], gain: float) -> None:
    game = np.array(base)
    with_dummy = np.concatenate([game, game + gain])  # the third adds the same to any set
    assert shapley(worth=with_dummy)[:2] == pytest.approx(shapley(worth=game), abs=1e-9)
    assert shapley(worth=with_dummy)[2] == pytest.approx(gain, abs=1e-9)
    twins = game[[0, 1, 1, 3]]
    assert shapley(worth=twins)[0] == pytest.approx(shapley(worth=twins)[1])


@given(st.lists(st.tuples(POSITIVE, POSITIVE), min_size=2, max_size=8))
def test_shapley_prefers_no_order(pairs: list[tuple[float, float]]) -> None:
    old, new = np.array(pairs).T
    order = np.random.default_rng(len(pairs)).permutation(len(pairs))
    found = shapley(worth=of_product(old, new))
    turned = shapley(worth=of_product(old[order], new[order]))
    size = max(old.prod(), new.prod(), abs(found).max())
    assert turned == pytest.approx(found[order], abs=1e-9 * size)


def test_shapley_of_many_problems_at_once() -> None:
    worth = np.random.default_rng(1).normal(size=(32, 3, 4))
    found = shapley(worth=worth)
    assert found.shape == (5, 3, 4)
    for i in range(3):
        assert found[:, i, 2] == pytest.approx(shapley(worth=worth[:, i, 2]))


# ---- LMDI


def by_formula(old: list[float], new: list[float]) -> list[float]:
    v, w = math.prod(old), math.prod(new)
    mean = v if math.isclose(v, w, rel_tol=1e-12) else (w - v) / math.log(w / v)
    return [mean * math.log(b / a) for a, b in zip(old, new, strict=True)]


@given(st.lists(st.tuples(POSITIVE, POSITIVE), min_size=1, max_size=8))
def test_lmdi_is_its_formula(pairs: list[tuple[float, float]]) -> None:
    old, new = np.array(pairs).T
    found = lmdi(factors_before=old, factors_after=new)
    size = max(old.prod(), new.prod(), abs(found).max())
    assert found == pytest.approx(by_formula(old.tolist(), new.tolist()), abs=1e-6 * size)


@given(
    st.integers(1, 6).flatmap(
        lambda n: st.lists(
            st.lists(st.tuples(NOT_NEGATIVE, NOT_NEGATIVE), min_size=n, max_size=n),
            min_size=1,
            max_size=5,
        )
    )
)
def test_lmdi_leaves_nothing_over(cells: list[list[tuple[float, float]]]) -> None:
    old, new = np.array(cells).transpose(2, 1, 0)
    found = lmdi(factors_before=old, factors_after=new)
    assert found.shape == old.shape
    change = new.prod(axis=0) - old.prod(axis=0)
    size = np.maximum(abs(found).max(axis=0), abs(change)) + 1e-300
    assert (abs(found.sum(axis=0) - change) <= 1e-9 * size).all()
    order = np.random.default_rng(len(cells)).permutation(len(old))
    turned = lmdi(factors_before=old[order], factors_after=new[order])
    assert (abs(turned - found[order]) <= 1e-9 * size).all()


@pytest.mark.parametrize(
    ("old", "new"), [([2.0, 0.0, 3.0], [5.0, 4.0, 1.0]), ([2.0, 4.0, 3.0], [0.0, 4.0, 0.0])]
)
def test_lmdi_at_zero_is_where_its_formula_goes_to(old: list[float], new: list[float]) -> None:
    """As zeros shrink the formula nears the limit, as slowly as one over a logarithm."""
    limit = lmdi(factors_before=old, factors_after=new)

    def off(tiny: float) -> float:
        near = by_formula([x or tiny for x in old], [x or tiny for x in new])
        return float(abs(np.array(near) - limit).max())

    assert off(1e-140) < off(1e-70) / 1.9 < off(1e-10) / 8
