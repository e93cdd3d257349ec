"""A mix keeps the mean of what was seen, and puts as much beyond a tier as was seen there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.log.means import keeping, mix
from aicost.values.quantities import Spread, split


@given(
    p50=st.floats(1, 1e5), wide=st.floats(1.05, 30), mean=st.floats(1, 1e6), share=st.floats(0, 1)
)
def test_a_mix_keeps_the_mean_and_its_width(
    p50: float, wide: float, mean: float, share: float
) -> None:
    found = mix(p50, p50 * wide, mean)
    assert float(found.moment(1)) == pytest.approx(mean, rel=1e-9)
    assert found.p95 / found.p50 == pytest.approx(wide, rel=1e-9)
    moved = keeping(Spread(p50, p50 * wide), mean)
    assert (moved.p50, moved.p95) == pytest.approx((found.p50, found.p95), rel=1e-9)
    tiered = mix(p50, p50 * wide, mean, share, 2 * mean)
    assert float(tiered.moment(1)) == pytest.approx(mean, rel=1e-9)


def test_tokens_beyond_a_tier_are_as_many_as_were_seen() -> None:
    rng = np.random.default_rng(1)
    sizes = np.where(rng.random(50_000) < 0.3, 390_000.0, 110_000.0)  # no lognormal at all
    tier = 272_000.0
    beyond = float(sizes[sizes > tier].sum() / sizes.sum())
    found = mix(*np.quantile(sizes, [0.5, 0.95]), sizes.mean(), beyond, tier)
    share, each = split(found, shift=0, breaks=[tier])[1]
    assert float(share * each / sizes.mean()) == pytest.approx(beyond, rel=1e-6)
    # Nothing is forced where no width puts that much there.
    usual = mix(100.0, 200.0, 110.0, 0.9, 1e9)
    assert usual.p95 / usual.p50 == pytest.approx(2.0)
