"""When a mean changed: against brute force, another package, and simulated logs."""

import numpy as np
import pytest
import ruptures
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.log.change_points import (
    LEAST,
    Days,
    beyond_chance,
    chance,
    dated,
    false_alarms,
    power,
    scan,
)


def drawn(rng: np.random.Generator, n: np.ndarray, mean: np.ndarray, sd: float = 0.2) -> Days:
    """Marks of one slice by day, added up."""
    marks = [rng.normal(m, sd, int(k)) for k, m in zip(n, mean, strict=True)]
    s, q = ([float((x**p).sum()) for x in marks] for p in (1, 2))
    return Days(n[None, :].astype(float), np.array([s]), np.array([q]))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), days=st.integers(4, 15))
def test_a_scan_is_the_difference_of_means_over_its_error(seed: int, days: int) -> None:
    rng = np.random.default_rng(seed)
    n = rng.integers(0, 60, days)
    marks = [rng.random(k) for k in n]
    one = Days(
        n[None, :].astype(float), np.array([[x.sum() for x in marks]]), np.array([[0.0] * days])
    )
    z = scan(one, np.array([0.05]))[0]
    for day in range(days):
        before, after = (np.concatenate([*x, []]) for x in (marks[:day], marks[day:]))
        if min(before.size, after.size) < LEAST:
            assert z[day] == 0
        else:
            error = np.sqrt(0.05 * (1 / before.size + 1 / after.size))
            assert z[day] == pytest.approx((after.mean() - before.mean()) / error)


def test_the_likeliest_day_is_that_of_another_package() -> None:
    for seed in range(25):
        rng = np.random.default_rng(seed)
        mean = np.where(np.arange(60) < rng.integers(10, 50), 0.8, 0.77)
        one = drawn(rng, np.full(60, 80), mean)
        means = (one.s / one.n)[0]
        theirs = ruptures.Dynp(model="l2", min_size=1, jump=1).fit(means).predict(n_bkps=1)[0]
        assert int(np.argmax(np.abs(scan(one, np.array([0.04]))[0]))) == theirs


def test_days_that_are_said_hold_the_true_one_as_often_as_they_say() -> None:
    inside = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        true = int(rng.integers(10, 30))
        one = drawn(rng, np.full(40, 60), np.where(np.arange(40) < true, 0.8, 0.75))
        low, high = dated(scan(one, one.variance(0.04))[0])
        inside += low <= true <= high
    assert 0.93 <= inside / 400 <= 1.0


def test_power_is_how_often_a_drop_is_seen() -> None:
    """Against logs in which it is looked for on the day after it, and on no other."""
    seen = 0
    for seed in range(2_000):
        rng = np.random.default_rng(seed)
        before, after = rng.normal(0.8, 0.2, 3_000).mean(), rng.normal(0.73, 0.2, 100).mean()
        z = (after - before) / (0.2 * np.sqrt(1 / 3_000 + 1 / 100))
        seen += chance(np.array([z]), 30)[0] <= 0.05
    told = power(0.07, 100, 1, 3_000, 0.2, 0.05, 30)
    assert 0.3 < told < 0.8
    assert seen / 2_000 == pytest.approx(told, abs=0.03)


def test_an_unchanged_log_seldom_passes() -> None:
    found = 0
    for seed in range(400):
        one = drawn(np.random.default_rng(seed), np.full(40, 50), np.full(40, 0.8))
        z = scan(one, one.variance(0.04))[0]
        found += chance(np.array([np.abs(z).max()]), 40)[0] <= 0.05
    assert found / 400 <= 0.05


def test_days_that_differ_of_themselves_count_for_less() -> None:
    rng = np.random.default_rng(3)
    n, flat = np.full(300, 50), np.full(300, 0.7)
    even = beyond_chance(drawn(rng, n, flat))
    error = 0.2 / np.sqrt(50)
    uneven = beyond_chance(drawn(rng, n, flat + 2 * error * rng.standard_normal(300)))
    assert even < 1.4
    assert uneven == pytest.approx(5, rel=0.3)
    changed = beyond_chance(drawn(rng, n, np.where(np.arange(300) < 150, 0.7, 0.4)))
    assert changed < 1.4


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_false_alarms_are_those_of_the_procedure(p: list[float]) -> None:
    found = false_alarms(np.array(p))
    for alarms in (0.01, 0.05, 0.3):
        ranked = sorted(p)
        passed = [i for i, one in enumerate(ranked) if one <= alarms * (i + 1) / len(p)]
        bar = ranked[max(passed)] if passed else -1.0
        near = np.abs(found - alarms) > 1e-12
        assert np.array_equal((found <= alarms)[near], (np.array(p) <= bar)[near])
