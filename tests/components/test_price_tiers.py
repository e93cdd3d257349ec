"""Price tiers: who falls into each, counted call by call, and nothing left out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.components.price_tiers import growth_steps, tier_bands
from aicost.components.stage import growth_per_call
from aicost.values.quantities import Spread

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
    size = drawn + context + growth * 2 * rng.random(1_000_000)
    bands = tier_bands(own_tokens=own, context_tokens=context, growth_tokens=growth, tiers=TIERS)
    nodes = 1 / 32 if growth and not isinstance(own, Spread) else 0.0  # a number, cut at 32 nodes
    for (share, tokens), (expected, mean, error) in zip(bands, counted(size), strict=True):
        assert share == pytest.approx(expected, abs=0.002 + nodes)
        assert share * tokens == pytest.approx(mean, abs=error + 10 + nodes * size.max())


@given(st.floats(1, 1e6), st.floats(1, 8), st.floats(0, 2e5), st.floats(0, 2e5), st.booleans())
def test_tiers_leave_nothing_out(
    p50: float, ratio: float, context: float, growth: float, mixed: bool
) -> None:
    own = Spread(p50, p50 * ratio) if mixed else p50
    bands = tier_bands(own_tokens=own, context_tokens=context, growth_tokens=growth, tiers=TIERS)
    mean = (own.moment(1) if isinstance(own, Spread) else own) + context + growth
    assert sum(share for share, _ in bands) == pytest.approx(1, rel=1e-12)
    assert sum(share * tokens for share, tokens in bands) == pytest.approx(mean, rel=1e-9)
    for (share, tokens), low, high in zip(bands, TIERS, (*TIERS[1:], np.inf), strict=True):
        if share > 1e-9:
            assert low * (1 - 1e-9) <= tokens <= high * (1 + 1e-9)


@pytest.mark.parametrize(
    ("rounds", "grows", "tier"),
    [
        (Spread(8.0, 25.0), 10_000, 272_000),
        (Spread(10.0, 40.0), 2_000, 100_000),
        (Spread(6.0, 18.0), 8_000, 100_000),
        (Spread(6.0, 18.0), 1_200, 100_000),
        (Spread(4.0, 30.0), 8_000, 200_000),
        (12.0, 10_000, 90_000),
    ],
)
def test_loops_that_differ_by_running_them(rounds, grows: float, tier: float) -> None:
    """400,000 loops call by call, what a round adds growing from call to call."""
    rng, own = np.random.default_rng(6), Spread(20_000.0, 60_000.0)
    lengths = np.full(400_000, 12)
    if isinstance(rounds, Spread):
        drawn = rounds.p50 * np.exp(rounds.sigma * rng.standard_normal(400_000))
        lengths = np.maximum(1, np.floor(drawn + rng.random(400_000)).astype(int))
    earlier = np.concatenate([np.arange(n) for n in lengths])
    size = own.p50 * np.exp(own.sigma * rng.standard_normal(earlier.size)) + grows * earlier
    bands = tier_bands(
        own_tokens=own,
        context_tokens=0.0,
        growth_tokens=grows * growth_per_call(rounds=rounds),
        tiers=(0, tier),
        steps=growth_steps(rounds=rounds),
    )
    assert bands[1][0] == pytest.approx(np.mean(size > tier), abs=0.015)
    paid = sum(share * tokens * price for (share, tokens), price in zip(bands, (1, 2), strict=True))
    assert paid == pytest.approx(np.mean(size * np.where(size > tier, 2, 1)), rel=0.025)


@given(st.floats(1.5, 40), st.floats(1, 8))
def test_history_keeps_its_mean(p50: float, ratio: float) -> None:
    assert np.mean(growth_steps(rounds=Spread(p50, p50 * ratio))) == pytest.approx(1, rel=1e-9)
    assert np.mean(growth_steps(rounds=p50)) == pytest.approx(1, rel=1e-12)
