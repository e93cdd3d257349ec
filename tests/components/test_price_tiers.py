"""Price tiers: who falls into each, counted call by call, and nothing left out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from aicost.components.flow import growth_per_call
from aicost.components.price_tiers import history, tier_bands
from aicost.values.quantities import Spread, split

TIERS = (0, 100_000, 250_000)


def counted(size: np.ndarray) -> list[tuple[float, float, float]]:
    """Return share, mean size and 4 standard errors of share x size for each tier."""
    bands = []
    for low, high in zip(TIERS, (*TIERS[1:], np.inf), strict=True):
        inside = (size > low) & (size <= high)
        error = 4 * (inside * size).std() / np.sqrt(size.size)
        bands.append((inside.mean(), (inside * size).mean(), error))
    return bands


@pytest.mark.parametrize("context", [0.0, 40_000.0])
@pytest.mark.parametrize("growth", [0.0, 60_000.0])
@pytest.mark.parametrize("own", [Spread(80_000.0, 240_000.0), Spread(20_000.0, 400_000.0), 90e3])
def test_tiers_by_drawing_a_million_calls(own, context: float, growth: float) -> None:
    rng = np.random.default_rng(3)
    drawn = own
    if isinstance(own, Spread):
        drawn = own.p50 * np.exp(own.sigma * rng.standard_normal(1_000_000))
    size = drawn + context + growth / 4.5 * rng.integers(0, 10, 1_000_000)
    bands = tier_bands(
        own_tokens=own, context_tokens=context, growth_tokens=growth, tiers=TIERS, rounds=10.0
    )
    for (share, tokens), (expected, mean, error) in zip(bands, counted(size), strict=True):
        assert share == pytest.approx(expected, abs=0.002)
        assert share * tokens == pytest.approx(mean, abs=error + 10)


@given(st.floats(1, 1e6), st.floats(1, 8), st.floats(0, 2e5), st.floats(0, 2e5), st.booleans())
def test_tiers_leave_nothing_out(
    p50: float, ratio: float, context: float, growth: float, mixed: bool
) -> None:
    own = Spread(p50, p50 * ratio) if mixed else p50
    words = {"context_tokens": context, "growth_tokens": growth, "tiers": TIERS}
    bands = tier_bands(own_tokens=own, rounds=Spread(3.0, 3.0 * ratio), **words)
    mean = (own.moment(1) if isinstance(own, Spread) else own) + context + growth
    assert sum(share for share, _ in bands) == pytest.approx(1, rel=1e-12)
    assert sum(share * tokens for share, tokens in bands) == pytest.approx(mean, rel=1e-9)
    for (share, tokens), low, high in zip(bands, TIERS, (*TIERS[1:], np.inf), strict=True):
        if share > 1e-9:
            assert low * (1 - 1e-9) <= tokens <= high * (1 + 1e-9)


CASES = [
    (Spread(7.9, 48.0), 5_000, 200_000, Spread(20_000.0, 60_000.0)),
    (Spread(7.9, 48.0), 2_000, 100_000, Spread(2_000.0, 6_000.0)),
    (Spread(7.9, 48.0), 2_000, 100_000, 3_000.0),
    (Spread(8.0, 25.0), 10_000, 272_000, Spread(20_000.0, 60_000.0)),
    (Spread(10.0, 40.0), 2_000, 100_000, Spread(20_000.0, 21_000.0)),
    (Spread(6.0, 18.0), 1_200, 100_000, Spread(20_000.0, 60_000.0)),
    (Spread(100.0, 300.0), 2_000, 200_000, Spread(20_000.0, 22_000.0)),
    (400.0, 500, 130_000, Spread(5_000.0, 30_000.0)),
    (12.0, 10_000, 90_000, 5_000.0),
]


@pytest.mark.parametrize(("rounds", "grows", "tier", "own"), CASES)
def test_the_bill_is_that_of_a_sum_over_every_earlier_round(
    rounds: Spread | float, grows: float, tier: float, own: Spread | float
) -> None:
    """Of loops of K whole rounds, K x P(K) calls have 0 to K - 1 rounds before them."""
    bands = tier_bands(
        own_tokens=own,
        context_tokens=0.0,
        growth_tokens=grows * growth_per_call(rounds=rounds),
        tiers=(0, tier),
        rounds=rounds,
    )
    level, before = (np.arange(200_000) + 0.5) / 200_000, np.arange(4_000)
    lengths = np.full(1, rounds)
    if isinstance(rounds, Spread):
        lengths = np.maximum(1, rounds.p50 * np.exp(rounds.sigma * ndtri(level)))
    ordered = np.sort(lengths)
    beyond = ordered.sum() - np.concatenate([[0], ordered.cumsum()])
    more = [beyond[i] - j * (ordered.size - i) for j, i in _places(ordered)]  # sum of (K - j)+
    weight = -np.diff(more) / more[0]
    each = grows * growth_per_call(rounds=rounds) / float(weight @ before)
    paid = 0.0
    for j, part in zip(before, weight, strict=True):
        if part > 1e-12:
            (low, size), (high, large) = split(own, shift=each * j, breaks=[tier])
            paid += part * (low * size + 2 * high * large)
    ours = sum(share * tokens * price for (share, tokens), price in zip(bands, (1, 2), strict=True))
    assert ours == pytest.approx(paid, rel=0.001)


def _places(ordered: np.ndarray) -> list[tuple[int, int]]:
    """Each number of rounds, with how many loops are not longer."""
    return [*enumerate(np.searchsorted(ordered, np.arange(4_001), side="right").tolist())]


def test_a_sweep_is_its_systems_one_by_one() -> None:
    many = Spread(np.array([4.0, 8.0, 20.0]), np.array([9.0, 40.0, 20.0]))
    words = {"own_tokens": Spread(9e3, 4e4), "context_tokens": 500.0, "tiers": TIERS}
    grown = 4_000 * growth_per_call(rounds=many)
    swept = tier_bands(**words, growth_tokens=grown, rounds=many)
    for i, (p50, p95) in enumerate(zip(many.p50, many.p95, strict=True)):
        one = Spread(p50, p95)
        alone = tier_bands(**words, growth_tokens=grown[i], rounds=one)
        for (share, tokens), (own_share, own_tokens) in zip(swept, alone, strict=True):
            assert (share[i], tokens[i]) == pytest.approx((own_share, own_tokens), rel=1e-9)


@given(st.floats(1.5, 40), st.floats(1, 8))
def test_history_holds_every_call_and_keeps_its_mean(p50: float, ratio: float) -> None:
    edges = np.arange(0.0, 60_000.0)
    for rounds in (Spread(p50, p50 * ratio), p50):
        share, earlier = history(rounds=rounds, edges=edges)
        assert np.sum(share) == pytest.approx(1, rel=1e-9)
        kept = np.sum(share * earlier)  # whole rounds carry a little more than the mix
        assert kept == pytest.approx(growth_per_call(rounds=rounds), abs=0.13)


def test_of_no_calls_there_are_no_shares() -> None:
    """A draw of the month may hold no call of a stage that is seldom asked."""
    bands = tier_bands(
        own_tokens=np.zeros(0), context_tokens=0.0, growth_tokens=0.0, tiers=TIERS, rounds=1.0
    )
    assert [(share.shape, tokens.shape) for share, tokens in bands] == [((0,), (0,))] * 3
