"""Rules of review against answers drawn at random, reviewed one by one and counted."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import seats_for

from aicost.formulas.queueing import mean_wait
from aicost.formulas.review.policy import (
    area_under_risk,
    policy_cost,
    review_threshold,
    risk_coverage,
)
from aicost.formulas.review.sampling import error_rate_bound

Pairs = tuple[np.ndarray, np.ndarray]


def pairs(n: int, seed: int = 5) -> Pairs:
    """Return confidences that are true, and whether each answer was wrong."""
    rng = np.random.default_rng(seed)
    chance = rng.beta(0.6, 5, n).round(3)
    return 1 - chance, rng.random(n) < chance


# The threshold


def test_the_published_thresholds() -> None:
    costs = {"review_usd": 2.0, "error_usd": 50.0, "spoiled_usd": 50.0}
    assert review_threshold(**costs) == pytest.approx(0.04)
    assert review_threshold(**costs, caught=0.7) == pytest.approx(0.0571, abs=5e-5)
    assert review_threshold(**costs, caught=0.7, spoiled=0.02) == pytest.approx(0.0833, abs=5e-5)


@given(
    r=st.floats(0.01, 20),
    loss=st.floats(0.1, 500),
    d=st.just(0.0) | st.floats(1e-6, 1),
    f=st.just(0.0) | st.floats(1e-9, 0.2),
    spoil=st.just(0.0) | st.floats(1e-6, 500),
    q=st.floats(0, 1),
)
def test_above_the_threshold_a_review_pays(
    r: float, loss: float, d: float, f: float, spoil: float, q: float
) -> None:
    threshold = review_threshold(
        review_usd=r, error_usd=loss, caught=d, spoiled=f, spoiled_usd=spoil
    )
    left = q * loss
    reviewed = r + q * (1 - d) * loss + (1 - q) * f * spoil
    if abs(left - reviewed) > 1e-9 * (left + reviewed):
        assert (left > reviewed) == (q > threshold)


def test_no_review_pays_that_costs_more_than_it_saves() -> None:
    assert review_threshold(review_usd=40.0, error_usd=50.0, caught=0.7) > 1
    assert review_threshold(review_usd=1.0, error_usd=50.0, caught=0.0) == math.inf


def test_the_threshold_is_the_cheapest_cut_of_many_answers() -> None:
    """One rule after the other, on 300,000 answers whose confidence is true."""
    confidence, wrong = pairs(300_000)
    threshold = review_threshold(
        review_usd=2.0, error_usd=30.0, caught=0.7, spoiled=0.02, spoiled_usd=30.0
    )
    rules = np.arange(0.02, 0.4, 0.01)
    costs = [cost_of(1 - confidence > q, wrong, 2.0, 30.0, 0.7, 0.02, 30.0) for q in rules]
    assert rules[np.argmin(costs)] == pytest.approx(threshold, abs=0.025)


def cost_of(
    reviewed: np.ndarray, wrong: np.ndarray, r: float, loss: float, d: float, f: float, spoil: float
) -> float:
    """Return the mean cost of an answer where those `reviewed` are looked at."""
    let_through = np.where(reviewed, wrong * (1 - d), wrong)
    made_wrong = np.where(reviewed & ~wrong, f, 0.0)
    return float((r * reviewed + loss * let_through + spoil * made_wrong).mean())


# The table


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=40))
def test_each_row_is_what_counting_finds(answers: list[tuple[int, bool]]) -> None:
    sure, wrong = (np.array(column) for column in zip(*answers, strict=True))
    table = risk_coverage(confidence=sure, wrong=wrong)
    assert table.cut.tolist() == [math.inf, *sorted({c for c, _ in answers}, reverse=True)]
    for i, cut in enumerate(table.cut):
        kept = sure >= cut
        assert table.accepted[i] == kept.mean()
        assert table.wrong_accepted[i] == pytest.approx((kept & wrong).mean())
        assert table.wrong_reviewed[i] == pytest.approx((~kept & wrong).mean(), abs=1e-15)
        assert table.right_reviewed[i] == pytest.approx((~kept & ~wrong).mean(), abs=1e-15)
        assert table.risk[i] == pytest.approx(wrong[kept].mean() if kept.any() else 0.0)
        bound = error_rate_bound(errors=int(wrong[kept].sum()), sample=int(kept.sum()))
        assert table.risk_bound[i] == pytest.approx(bound)


def test_a_bound_holds_as_often_as_it_says() -> None:
    """Of a cut chosen beforehand the truth exceeds its 90 % bound in a tenth of samples at most."""
    confidence, wrong = pairs(400_000)
    true = wrong[confidence >= 0.95].mean()
    rng, broken, trials = np.random.default_rng(6), 0, 1_500
    for _ in range(trials):
        drawn = rng.integers(0, wrong.size, 300)
        table = risk_coverage(confidence=confidence[drawn], wrong=wrong[drawn], bound_level=0.9)
        row = np.searchsorted(-table.cut, -0.95, side="right") - 1
        broken += table.risk_bound[row] < true
    assert 0.02 < broken / trials < 0.1 + 4 * math.sqrt(0.09 / trials)


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_area_is_the_mean_risk_of_all_cuts(wrong: list[bool]) -> None:
    table = risk_coverage(confidence=-np.arange(len(wrong)), wrong=wrong)
    expected = np.mean([np.mean(wrong[: k + 1]) for k in range(len(wrong))])
    area = area_under_risk(accepted=table.accepted, risk=table.risk)
    assert area == pytest.approx(expected)
    perfect = risk_coverage(confidence=-np.arange(len(wrong)), wrong=sorted(wrong))
    assert area_under_risk(accepted=perfect.accepted, risk=perfect.risk) <= area + 1e-12


@pytest.mark.parametrize(("confidence", "wrong"), [([], []), ([0.5], [True, False])])
def test_pairs_have_to_be_pairs(confidence: list[float], wrong: list[bool]) -> None:
    with pytest.raises(ValueError, match="as many of the one as of the other"):
        risk_coverage(confidence=confidence, wrong=wrong)


# The optimum


@pytest.mark.parametrize("delay", [0.0, 3.0, 60.0])
@pytest.mark.parametrize(("rate", "target_s", "level"), [(12.0, 600.0, 0.8), (300.0, 60.0, 0.95)])
def test_no_other_cut_and_count_of_seats_is_cheaper(
    delay: float, rate: float, target_s: float, level: float
) -> None:
    """Every cut with every count of seats, each added up by itself."""
    confidence, wrong = pairs(500)
    table = risk_coverage(confidence=confidence, wrong=wrong)
    found = policy_cost(
        table=table,
        items_per_hour=rate,
        service_s=300,
        seat_usd_per_hour=60,
        error_usd=40,
        caught=0.7,
        spoiled=0.02,
        spoiled_usd=25,
        target_s=target_s,
        level=level,
        max_occupancy=0.85,
        delay_usd_per_hour=delay,
    )
    best = math.inf
    for i, more in product(range(0, table.cut.size, 7), range(12)):
        kept = confidence >= table.cut[i]
        load = rate * (~kept).mean() / 12
        seats = seats_for(load, target_s / 300, level, 0.85) + more
        wait = float(mean_wait(servers=max(seats, 1), load=load, service_s=300.0)) / 3600
        usd = seats * 60 + rate * (~kept).mean() * wait * delay
        usd += rate * cost_of(~kept, wrong, 0.0, 40.0, 0.7, 0.02, 25.0)
        assert found.usd[i] <= usd + 1e-9
        best = min(best, usd)
        if seats == found.seats[i]:
            assert found.usd[i] == pytest.approx(usd)
    assert found.usd[found.best] <= best


def test_waiting_that_costs_buys_seats() -> None:
    confidence, wrong = pairs(500)
    table = risk_coverage(confidence=confidence, wrong=wrong)
    desk = {
        "table": table,
        "items_per_hour": 60.0,
        "service_s": 300.0,
        "seat_usd_per_hour": 60.0,
        "error_usd": 40.0,
        "target_s": 3_600.0,
        "level": 0.95,
    }
    patient = policy_cost(**desk)
    urgent = policy_cost(**desk, delay_usd_per_hour=500.0)
    assert np.all(urgent.seats >= patient.seats)
    assert urgent.seats[0] > patient.seats[0]
    assert np.all(urgent.mean_wait_s <= patient.mean_wait_s)


def test_of_thousands_an_hour_the_rule_is_the_threshold() -> None:
    """A seat is a drop then, and a busy reviewer's time is the price of a review."""
    confidence, wrong = pairs(200_000)
    table = risk_coverage(confidence=confidence, wrong=wrong)
    found = policy_cost(
        table=table,
        items_per_hour=200_000,
        service_s=300,
        seat_usd_per_hour=24,
        error_usd=30,
        caught=0.7,
        spoiled=0.02,
        spoiled_usd=30,
        target_s=28_800,
        level=0.95,
    )
    threshold = review_threshold(
        review_usd=2.0, error_usd=30.0, caught=0.7, spoiled=0.02, spoiled_usd=30.0
    )
    assert 1 - table.cut[found.best] == pytest.approx(threshold, abs=0.02)
