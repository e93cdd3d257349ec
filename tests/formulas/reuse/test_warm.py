"""What is warm in a prompt cache: closed forms, their limits, and calls played one by one."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.formulas.reuse.warm import (
    cached_share,
    reachable_share,
    warm_in_series,
    warm_over_day,
    warm_share,
)

CALLS = 60_000
SHARES = st.floats(0.0, 1.0)
RATES = st.floats(0.0, 1e3)


def played(rate: float, lifetime: float, *, refreshed: bool, seed: int = 7) -> float:
    """Return the share of calls that meet an entry, each kept in hand."""
    rng, now, gone, met = random.Random(seed), 0.0, 0.0, 0
    for _ in range(CALLS):
        now += rng.expovariate(rate)
        hit = now < gone
        met += hit
        if refreshed or not hit:
            gone = now + lifetime
    return met / CALLS


@pytest.mark.parametrize("refreshed", [True, False])
@pytest.mark.parametrize("load", [0.1, 1.0, 5.0])
def test_calls_played_one_by_one_agree(load: float, refreshed: bool) -> None:
    share = warm_share(arrivals_per_s=load, lifetime_s=1.0, refreshed=refreshed)
    error = 4 * np.sqrt(share * (1 - share) / CALLS)
    assert played(load, 1.0, refreshed=refreshed) == pytest.approx(share, abs=error)


def test_hours_played_one_by_one_agree() -> None:
    weights, per_day, lifetime, rng = [3.0] * 2 + [0.5] * 22, 40.0, 900.0, random.Random(11)
    met = every = 0
    gone = -1.0
    for hour in range(24 * 400):
        rate = per_day * weights[hour % 24] / sum(weights) / 3600
        now = hour * 3600 + rng.expovariate(rate)
        while now < (hour + 1) * 3600:
            met, every = met + (now < gone), every + 1
            gone = now + lifetime
            now += rng.expovariate(rate)
    share = warm_over_day(requests_per_day=per_day, hour_weights=weights, lifetime_s=lifetime)
    # an hour also finds what the last one left: up to a quarter of a busy hour, after it
    assert met / every == pytest.approx(share, abs=0.01)


def test_an_even_day_is_one_rate() -> None:
    day = warm_over_day(requests_per_day=864.0, hour_weights=[2.0] * 24, lifetime_s=60.0)
    assert day == pytest.approx(warm_share(arrivals_per_s=0.01, lifetime_s=60.0), rel=1e-12)


@pytest.mark.parametrize("first", [0.0, 0.3])
def test_an_agent_played_round_by_round_agrees(first: float) -> None:
    """Rounds carry the prompt and all that earlier rounds added; new tokens are written once."""
    rng, prompt, grows = random.Random(3), 3_000.0, 700.0
    read = written = calls = 0.0
    history: list[float] = []
    lengths = [rng.choice([1, 2, 4, 9, 20]) for _ in range(20_000)]
    for rounds in lengths:
        kept = prompt if rng.random() < first else 0.0
        for before in range(rounds):
            whole = prompt + before * grows
            read, written, calls = read + kept, written + whole - kept, calls + 1
            history.append(before * grows)
            kept = whole
    mean, mean_square = np.mean(lengths), np.mean(np.square(lengths))
    share = reachable_share(
        warm=warm_in_series(first_warm=first, calls_in_series=mean),
        prompt_tokens=prompt,
        growth_tokens=grows * (mean_square / mean - 1) / 2,
        new_tokens=grows * (1 - 1 / mean),
    )
    assert np.mean(history) == pytest.approx(grows * (mean_square / mean - 1) / 2, rel=1e-9)
    assert share == pytest.approx(read / (read + written), abs=1e-3)
    assert cached_share(read_share=share, reachable=share) == pytest.approx(1.0, rel=1e-12)


@given(RATES, RATES, st.floats(0.0, 1e4), st.booleans())
def test_more_traffic_and_a_longer_life_never_cool(
    rate: float, more: float, lifetime: float, refreshed: bool
) -> None:
    def warm(rate: float, lifetime: float) -> float:
        return float(warm_share(arrivals_per_s=rate, lifetime_s=lifetime, refreshed=refreshed))

    here = warm(rate, lifetime)
    assert 0.0 <= here <= 1.0
    assert warm(rate + more, lifetime) >= here
    assert warm(rate, lifetime + more) >= here


@given(SHARES, SHARES)
def test_what_is_cached_is_enough_and_no_more_than_all(read: float, met: float) -> None:
    kept = cached_share(read_share=read, reachable=met)
    assert min(read, 1.0) - 1e-12 <= kept <= 1.0 + 1e-12
    if met >= read:
        assert kept * met == pytest.approx(read, abs=1e-12)
    else:
        assert kept * met <= met
        again = cached_share(read_share=kept * met, reachable=met)  # what is read, written instead
        assert again == pytest.approx(kept, rel=1e-9) or kept * met < 1e-12


@settings(max_examples=50)
@given(st.floats(0.01, 0.99))
def test_nothing_jumps_where_a_share_is_just_reached(read: float) -> None:
    step = 1e-9
    below, above = (cached_share(read_share=read, reachable=read + d) for d in (-step, step))
    assert below == pytest.approx(above, abs=1e-5)


def test_figures_may_be_arrays() -> None:
    users = np.array([0.0, 1.0, 1e3, 1e6])
    warm = warm_over_day(requests_per_day=users, hour_weights=[1.0, 2.0] * 12, lifetime_s=300.0)
    assert warm.shape == users.shape
    assert np.all(np.diff(warm) >= 0)
    assert warm[0] == 0.0
    assert cached_share(read_share=0.5, reachable=warm).shape == users.shape
