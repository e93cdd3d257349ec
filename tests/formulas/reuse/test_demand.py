"""Models of demand: sums over every key, requests played one by one, and what has to hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.formulas.reuse import (
    Constant,
    Crowded,
    Demand,
    Expiring,
    Logged,
    Piloted,
    answers_met,
    counted,
    warm_share,
    zipf,
)

SKEWS = st.floats(0.0, 1.5)
KEYS = st.sampled_from([1, 2, 7, 31, 32, 33, 100, 5_000, 200_000])
VOLUMES = st.floats(0.0, 1e7)


def every(keys: int, skew: float) -> np.ndarray:
    """Return the chance of each key by itself."""
    asked = np.arange(1.0, keys + 1) ** -skew
    return asked / asked.sum()


@settings(max_examples=40)
@given(KEYS, SKEWS, VOLUMES, st.booleans())
def test_classes_of_keys_are_the_sum_over_all(
    keys: int, skew: float, requests: float, refreshed: bool
) -> None:
    chance = every(keys, skew)
    often = chance * requests
    there = 1 - np.exp(-often) if refreshed else often / (1 + often)
    share = Expiring(zipf(keys=keys, skew=skew), refreshed).hit_share(requests=requests)
    assert share == pytest.approx((chance * there).sum(), abs=3e-5)


@pytest.mark.parametrize("refreshed", [True, False])
def test_one_key_is_a_shared_prefix(refreshed: bool) -> None:
    one = Expiring(zipf(keys=1, skew=0.8), refreshed).hit_share(requests=3.0)
    warm = warm_share(arrivals_per_s=0.01, lifetime_s=300.0, refreshed=refreshed)
    assert one == pytest.approx(warm, rel=1e-12)


@pytest.mark.parametrize("refreshed", [True, False])
def test_requests_played_one_by_one_agree(refreshed: bool) -> None:
    """40,000 requests at random for 500 keys, 200 of them in a lifetime."""
    rng, n, within = np.random.default_rng(5), 40_000, 200.0
    asked = rng.choice(500, size=n, p=every(500, 0.9))
    times = np.cumsum(rng.exponential(1.0, n))
    hits = answers_met(asked=asked, at_s=times, lifetime_s=within, refreshed=refreshed)
    share = Expiring(zipf(keys=500, skew=0.9), refreshed).hit_share(requests=within)
    late = hits[1_000:]
    assert late.mean() == pytest.approx(share, abs=4 * np.sqrt(0.25 / len(late)))


@pytest.mark.parametrize(("skew", "capacity"), [(0.6, 20), (0.8, 100), (1.2, 50)])
def test_a_crowded_cache_played_one_by_one_agrees(skew: float, capacity: int) -> None:
    """Che's approximation, beside LRU itself."""
    rng, n = np.random.default_rng(9), 40_000
    asked = rng.choice(1_000, size=n, p=every(1_000, skew))
    late = answers_met(asked=asked, capacity=capacity)[5_000:]
    share = Crowded(zipf(keys=1_000, skew=skew), capacity).hit_share(requests=np.inf)
    assert late.mean() == pytest.approx(share, abs=0.0075)


def test_a_cache_with_room_for_all_forgets_by_time_alone() -> None:
    pages = zipf(keys=300, skew=0.8)
    share = Crowded(pages, 300.0).hit_share(requests=np.array([1.0, 50.0, np.inf]))
    there = Expiring(pages, refreshed=True).hit_share(requests=np.array([1.0, 50.0]))
    assert share[:2] == pytest.approx(there, rel=1e-12)
    assert share[2] == pytest.approx(1.0, rel=1e-12)


def test_counted_keys_are_those_of_the_log() -> None:
    log = counted(times_asked=[1, 4, 1, 2])
    often = np.array([1, 4, 1, 2]) / 8
    assert log.met(requests=5.0) == pytest.approx((often * -np.expm1(-often * 5)).sum())
    assert log.distinct(requests=5.0) == pytest.approx(-np.expm1(-often * 5).sum())


MODELS: dict[str, Demand] = {
    "constant": Constant(0.3),
    "expiring": Expiring(zipf(keys=2_000, skew=0.8)),
    "refreshed": Expiring(zipf(keys=2_000, skew=0.8), refreshed=True),
    "crowded": Crowded(zipf(keys=2_000, skew=0.8), 100.0),
    "pilot": Piloted(once=600.0, distinct=750.0, seen=1_000.0),
    "refreshed pilot": Piloted(once=600.0, distinct=750.0, seen=1_000.0, refreshed=True),
}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
@given(VOLUMES, st.floats(1.0, 100.0))
@settings(max_examples=10)
def test_more_requests_never_meet_less(model: Demand, requests: float, times: float) -> None:
    few, many = (model.hit_share(requests=m) for m in (requests, requests * times))
    assert 0.0 <= few <= many + 1e-12 <= 1.0 + 2e-12


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_volumes_may_be_arrays(model: Demand) -> None:
    volumes = np.array([0.0, 1.0, 1e3, 1e6])
    share = model.hit_share(requests=volumes)
    assert share.shape == volumes.shape
    assert share == pytest.approx([float(model.hit_share(requests=m)) for m in volumes], rel=1e-12)


def test_split_requests_meet_less_than_shared_ones() -> None:
    model = MODELS["expiring"]
    assert model.hit_share(requests=1_000.0 / 40) < model.hit_share(requests=1_000.0) / 2


def test_figures_may_be_drawn() -> None:
    keys, skew = np.array([100.0, 1e4, 1e5]), np.array([0.6, 0.8, 1.0])
    together = Crowded(zipf(keys=keys, skew=skew), np.array([10.0, 50.0, 1e6]))
    each = [
        Crowded(zipf(keys=k, skew=s), c).hit_share(requests=1e3)
        for k, s, c in zip(keys, skew, (10.0, 50.0, 1e6), strict=True)
    ]
    assert together.hit_share(requests=1e3) == pytest.approx(each, rel=1e-12)


def test_a_log_warms_up() -> None:
    log = Logged(answers_met(asked=np.tile(np.arange(100), 3)))
    shares = log.hit_share(requests=np.array([1, 100, 105, 300, 1e6]))
    assert shares == pytest.approx([0.0, 0.0, 5 / 11, 1.0, 1.0])
