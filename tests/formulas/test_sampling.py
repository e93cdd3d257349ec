"""Samples against sums in fractions, the root of the binomial tail, and lots drawn at random."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import beta, binom

from aicost.formulas.review.sampling import acceptance, clean_sample, error_rate_bound


@given(one_in=st.integers(2, 5_000), percent=st.integers(1, 99))
def test_clean_sample_is_the_least_that_proves_it(one_in: int, percent: int) -> None:
    found = int(clean_sample(error_rate=1 / one_in, bound_level=percent / 100))
    chance, missed = Fraction(one_in - 1, one_in), Fraction(100 - percent, 100)
    assert chance**found <= missed < chance ** (found - 1)


def test_the_published_samples() -> None:
    assert clean_sample(error_rate=np.array([0.01, 0.001])).tolist() == [299, 2995]
    assert clean_sample(error_rate=0.5, bound_level=0.75) == 2


@given(errors=st.integers(0, 30), right=st.integers(1, 300), level=st.floats(0.5, 0.999))
def test_the_bound_is_where_so_few_errors_are_unlikely(
    errors: int, right: int, level: float
) -> None:
    sample = errors + right

    def tail(rate: float) -> float:
        return math.fsum(
            math.comb(sample, k) * rate**k * (1 - rate) ** (sample - k) for k in range(errors + 1)
        ) - (1 - level)

    bound = error_rate_bound(errors=errors, sample=sample, bound_level=level)
    assert bound == pytest.approx(brentq(tail, 1e-12, 1 - 1e-12, xtol=1e-14), rel=1e-6)


def test_the_bound_of_a_clean_sample_is_what_it_was_drawn_for() -> None:
    for rate in (0.2, 0.01, 0.003):
        n = int(clean_sample(error_rate=rate))
        assert error_rate_bound(errors=0, sample=n) <= rate
        assert error_rate_bound(errors=0, sample=n - 1) > rate


def test_no_sample_bounds_nothing() -> None:
    assert error_rate_bound(errors=np.array([0, 3]), sample=np.array([0, 3])).tolist() == [1.0, 1.0]


@pytest.mark.parametrize(("sample", "allowed"), [(20, 0), (125, 3), (200, 5)])
def test_lots_are_accepted_as_often_as_drawn(sample: int, allowed: int) -> None:
    rates, lots = np.array([0.005, 0.01, 0.03, 0.05]), 40_000
    found = acceptance(error_rate=rates, sample=sample, errors_allowed=allowed)
    drawn = np.random.default_rng(3).random((lots, sample))
    for rate, chance in zip(rates, found, strict=True):
        passed = ((drawn < rate).sum(axis=1) <= allowed).mean()
        assert chance == pytest.approx(passed, abs=4.5 * math.sqrt(0.25 / lots))


def test_what_a_standard_plan_lets_pass() -> None:
    """ISO 2859-1, letters K and N at an acceptable level of 1 %, as computed elsewhere."""
    rates = np.array([0.01, 0.03, 0.05])
    k = acceptance(error_rate=rates, sample=125, errors_allowed=3)
    n = acceptance(error_rate=rates, sample=500, errors_allowed=10)
    assert np.round(k, 2).tolist() == [0.96, 0.48, 0.12]
    assert np.round(n, 2).tolist() == [0.99, 0.11, 0.0]


@given(
    sample=st.integers(1, 2_000),
    allowed=st.integers(-1, 40),
    rate=st.floats(0, 1),
    level=st.floats(0.5, 0.9999),
)
def test_both_are_scipy_s_distributions(
    sample: int, allowed: int, rate: float, level: float
) -> None:
    found = acceptance(error_rate=rate, sample=sample, errors_allowed=allowed)
    assert found == pytest.approx(binom.cdf(allowed, sample, rate), rel=1e-9, abs=1e-12)
    if 0 <= allowed < sample:
        bound = error_rate_bound(errors=allowed, sample=sample, bound_level=level)
        assert bound == pytest.approx(beta.ppf(level, allowed + 1, sample - allowed), rel=1e-9)
