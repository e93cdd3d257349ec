"""What a cache of answers is worth, beside requests added up one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.formulas.reuse import answer_saving, break_even_hits, break_even_wrong, stale_share

DOLLARS, SHARES = st.floats(1e-4, 1.0), st.floats(0.001, 1.0)


def test_saving_request_by_request() -> None:
    rng, n = np.random.default_rng(2), 100_000
    hit = rng.random(n) < 0.3
    wrong = hit & (rng.random(n) < 0.05)
    with_cache = 0.001 + np.where(hit, 0.0, 0.02) + np.where(wrong, 0.5, 0.0)
    costs = {"call_usd": 0.02, "wrong_usd": 0.5, "lookup_usd": 0.001}
    said = answer_saving(hit_share=hit.mean(), wrong_share=wrong.sum() / hit.sum(), **costs)
    assert 0.02 - with_cache.mean() == pytest.approx(said, rel=1e-9)


@settings(max_examples=40)
@given(SHARES, st.floats(0.0, 0.5), DOLLARS, DOLLARS, st.floats(0.0, 0.01))
def test_nothing_is_saved_at_a_break_even(
    hits: float, wrong: float, call: float, wrong_usd: float, lookup: float
) -> None:
    costs = {"call_usd": call, "wrong_usd": wrong_usd, "lookup_usd": lookup}
    needed = break_even_hits(wrong_share=wrong, **costs)
    if needed < np.inf:
        assert answer_saving(hit_share=needed, wrong_share=wrong, **costs) == pytest.approx(
            0.0, abs=1e-9
        )
    most = break_even_wrong(hit_share=hits, **costs)
    assert answer_saving(hit_share=hits, wrong_share=most, **costs) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("often", [0.01, 0.5, 3.0])
def test_stale_answers_played_one_by_one(often: float) -> None:
    """Answers renewed every second, changes at random; read at random moments."""
    rng, seconds = np.random.default_rng(4), 20_000
    changes = np.sort(rng.uniform(0, seconds, rng.poisson(often * seconds)))
    read = rng.uniform(0, seconds, 40_000)
    before = np.searchsorted(changes, read), np.searchsorted(changes, np.floor(read))
    stale = np.mean(before[0] > before[1])
    assert stale == pytest.approx(stale_share(lifetime_s=1.0, changes_per_s=often), abs=0.015)


def test_what_never_changes_is_never_stale() -> None:
    rates = np.array([0.0, 1e-12, 1e3])
    share = stale_share(lifetime_s=10.0, changes_per_s=rates)
    assert share[0] == 0.0
    assert share[1] == pytest.approx(5e-12, rel=1e-3)
    assert share[2] == pytest.approx(1.0, abs=1e-3)
