"""Ranges and spreads against closed forms, scipy, numeric integration and another program."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import squigglepy as sq
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import ndtri
from scipy.stats import lognorm, norm

from aicost.values.quantities import Z95, Range, Spread, mean, mean_square, split

N = 20_000
SCORES = ndtri((np.arange(N) + 0.5) / N)  # one draw per 1/N of probability

sizes = st.floats(1e-3, 1e7)
ratios = st.floats(1.01, 1e3)
shares = st.tuples(st.floats(1e-4, 0.999), st.floats(1e-4, 0.999)).filter(
    lambda s: s[0] + 1e-9 < s[1]  # as wide as a draw can tell apart
)


def integral(function: Callable[[float], Any]) -> float:
    """Return the mean of a function of a standard-normal score."""
    return quad(lambda z: function(z) * norm.pdf(z), -12, 12, limit=800, epsabs=0)[0]


def spreads(most: float = 100.0) -> st.SearchStrategy[Spread]:
    return st.builds(lambda p50, ratio: Spread(p50, p50 * ratio), sizes, st.floats(1.001, most))


# ---- ranges


def outside(values: np.ndarray, low: float, high: float) -> tuple[float, float]:
    return float(np.mean(values < low)), float(np.mean(values > high))


@given(low=sizes, ratio=ratios)
def test_a_range_holds_nine_of_ten(low: float, ratio: float) -> None:
    drawn = Range(low, low * ratio).at(SCORES)
    assert outside(drawn, low, low * ratio) == pytest.approx((0.05, 0.05), abs=0.002)


@given(shares)
def test_a_range_of_a_share_holds_nine_of_ten(ends: tuple[float, float]) -> None:
    drawn = Range(*ends, 1.0).at(SCORES)
    assert outside(drawn, *ends) == pytest.approx((0.05, 0.05), abs=0.002)
    assert np.all((drawn > 0) & (drawn < 1))


@given(low=st.floats(-0.9, -0.001), width=st.floats(0.01, 3))
def test_a_range_below_zero_holds_nine_of_ten(low: float, width: float) -> None:
    drawn = Range(low, low + width).at(SCORES)
    assert outside(drawn, low, low + width) == pytest.approx((0.05, 0.05), abs=0.002)


@pytest.mark.parametrize("given_range", [Range(0.0, 8.0), Range(0.2, 1.0, 1.0), Range(0, 31, 31)])
def test_a_range_that_touches_a_bound_is_uniform(given_range: Range) -> None:
    drawn = given_range.at(SCORES)
    low, high = given_range.low, given_range.high
    assert np.quantile(drawn, [0.25, 0.5, 0.75]) == pytest.approx(
        [low + part * (high - low) for part in (0.25, 0.5, 0.75)], rel=1e-3
    )
    assert np.all((drawn >= low) & (drawn <= high))


def test_a_range_without_width_is_a_number() -> None:
    assert np.array_equal(Range(4.0, 4.0).at(np.array([-3.0, 0.0, 3.0])), [4.0, 4.0, 4.0])
    assert Range(4.0, 4.0).mean == 4.0


def test_it_holds_with_plain_random_numbers_too() -> None:
    z = np.random.default_rng(7).standard_normal(400_000)
    assert outside(Range(2.0, 8.0).at(z), 2.0, 8.0) == pytest.approx((0.05, 0.05), abs=0.002)


@given(low=sizes, ratio=ratios)
@settings(max_examples=40)
def test_the_mean_is_the_mean_of_what_is_drawn(low: float, ratio: float) -> None:
    one = Range(low, low * ratio)
    assert one.mean == pytest.approx(integral(one.at), rel=1e-6)


@given(shares)
@settings(max_examples=40)
def test_the_mean_of_a_share_is_the_mean_of_what_is_drawn(ends: tuple[float, float]) -> None:
    one = Range(*ends, 1.0)
    assert one.mean == pytest.approx(integral(one.at), rel=1e-4)


@given(low=st.floats(0.01, 100), ratio=st.floats(1.1, 20))
def test_stratified_draws_have_the_mean(low: float, ratio: float) -> None:
    one = Range(low, low * ratio)
    assert float(np.mean(one.at(SCORES))) == pytest.approx(one.mean, rel=1e-3)


def test_another_program_reads_the_range_alike() -> None:
    ours, theirs = Range(5.0, 20.0), sq.lognorm(5, 20)
    mu, sigma = float(theirs.norm_mean), float(theirs.norm_sd)
    assert ours.at(0.0) == pytest.approx(10.0)
    assert ours.mean == pytest.approx(10.929, abs=5e-4)
    assert ours.mean == pytest.approx(math.exp(mu + sigma**2 / 2), rel=1e-6)
    for part in (0.01, 0.05, 0.3, 0.95, 0.99):
        assert ours.at(ndtri(part)) == pytest.approx(math.exp(mu + sigma * ndtri(part)), rel=1e-6)


@given(low=st.floats(0.01, 1e5), ratio=st.floats(1.1, 100))
@settings(max_examples=30)
def test_another_program_has_the_same_mean(low: float, ratio: float) -> None:
    theirs = sq.lognorm(low, low * ratio)
    mu, sigma = float(theirs.norm_mean), float(theirs.norm_sd)
    assert Range(low, low * ratio).mean == pytest.approx(math.exp(mu + sigma**2 / 2), rel=1e-6)


# ---- spreads


def same(spread: Spread) -> Any:
    """Return the same mix as scipy has it."""
    return lognorm(s=math.log(spread.p95 / spread.p50) / norm.ppf(0.95), scale=spread.p50)


@given(spreads())
def test_moments_are_those_of_scipy(spread: Spread) -> None:
    other = same(spread)
    assert spread.sigma == pytest.approx(other.args[0] if other.args else other.kwds["s"])
    assert mean(spread) == pytest.approx(other.mean())
    assert mean_square(spread) == pytest.approx(other.var() + other.mean() ** 2)
    assert other.ppf([0.5, 0.95]) == pytest.approx([spread.p50, spread.p95])


@given(st.floats(0, 1e9))
def test_a_number_is_its_own_mean(value: float) -> None:
    assert mean(value) == value
    assert mean_square(value) == value * value


def test_a_swept_spread_is_its_spreads_one_by_one() -> None:
    p50, p95 = np.array([10.0, 200.0, 3_000.0]), np.array([40.0, 250.0, 90_000.0])
    whole = mean(Spread(p50, p95))
    assert whole == pytest.approx([mean(Spread(a, b)) for a, b in zip(p50, p95, strict=True)])


def band(other: Any, low: float, high: float) -> tuple[float, float]:
    """Return share and partial expectation of a band, by scipy's integration of the quantiles."""
    from_, to = other.cdf(low), other.cdf(high)
    return to - from_, quad(other.ppf, from_, to, limit=400)[0]


@given(
    spread=spreads(20.0),
    shift=st.floats(0, 5_000),
    cuts=st.lists(st.floats(0.05, 20.0), min_size=1, max_size=3, unique=True),
)
@settings(max_examples=40)
def test_bands_are_those_of_scipy(spread: Spread, shift: float, cuts: list[float]) -> None:
    breaks = sorted(shift + spread.p50 * cut for cut in cuts)
    bands = split(spread, shift=shift, breaks=breaks)
    edges = [0.0, *(b - shift for b in breaks), np.inf]
    for (share, inside), low, high in zip(bands, edges, edges[1:], strict=False):
        size, part = band(same(spread), low, high)
        assert share == pytest.approx(size, rel=1e-6, abs=1e-12)
        if share > 1e-4:
            assert inside == pytest.approx(shift + part / size, rel=1e-4)


@given(
    spread=spreads(),
    shift=st.floats(0, 1e6),
    breaks=st.lists(st.floats(0, 1e7), min_size=1, max_size=4, unique=True).map(sorted),
)
def test_bands_add_up(spread: Spread, shift: float, breaks: list[float]) -> None:
    bands = split(spread, shift=shift, breaks=breaks)
    assert len(bands) == len(breaks) + 1
    assert all(share >= 0 for share, _ in bands)
    assert sum(share for share, _ in bands) == pytest.approx(1, rel=1e-12)
    whole = sum(share * inside for share, inside in bands)
    assert whole == pytest.approx(shift + mean(spread), rel=1e-12)


@given(value=st.floats(0, 1e6), shift=st.floats(0, 1e6), cut=st.floats(0, 1e6))
def test_a_number_falls_in_one_band(value: float, shift: float, cut: float) -> None:
    bands = split(value, shift=shift, breaks=[cut])
    above = value > cut - shift
    assert [share for share, _ in bands] == [1.0 - above, float(above)]
    assert {inside for _, inside in bands} == {shift + value}


def test_a_number_at_a_threshold_stays_below_it() -> None:
    assert [float(share) for share, _ in split(100.0, shift=0.0, breaks=[100.0])] == [1.0, 0.0]


def test_arrays_are_cut_one_by_one() -> None:
    shift = np.array([0.0, 500.0, 2_000.0])
    whole = split(Spread(250.0, 900.0), shift=shift, breaks=[800.0, 1_500.0])
    for i, one in enumerate(shift):
        alone = split(Spread(250.0, 900.0), shift=one, breaks=[800.0, 1_500.0])
        for (share, inside), (share_1, inside_1) in zip(whole, alone, strict=True):
            assert share[i] == pytest.approx(share_1)
            if share_1 > 0:
                assert inside[i] == pytest.approx(inside_1)


def test_the_score_of_the_95th_percentile() -> None:
    assert pytest.approx(norm.ppf(0.95), rel=1e-15) == Z95
