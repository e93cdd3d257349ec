"""A second look against reviewers drawn at random and counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.formulas.review.double import (
    caught_by_two,
    cohen_kappa,
    double_review_usd,
    escalation_usd,
)

ITEMS = 400_000


@pytest.mark.parametrize(("caught", "kappa"), [(0.7, 0.0), (0.7, 0.4), (0.95, 0.8), (0.5, 1.0)])
def test_two_who_miss_the_same_cases(caught: float, kappa: float) -> None:
    """With chance κ the second does as the first did, else as they please: κ is Cohen's."""
    rng = np.random.default_rng(7)
    first, alone = rng.random((2, ITEMS)) < caught
    second = np.where(rng.random(ITEMS) < kappa, first, alone)
    seen = (first | second).mean()
    assert caught_by_two(caught=caught, kappa=kappa) == pytest.approx(seen, abs=0.004)
    counted = cohen_kappa(
        agreement=(first == second).mean(), first_share=first.mean(), second_share=second.mean()
    )
    assert counted == pytest.approx(kappa, abs=0.01)


def test_two_who_agree_and_say_nothing() -> None:
    """At 5 % errors two people who flag at random agree on 90.5 % of items: kappa 0."""
    rng = np.random.default_rng(8)
    first, second = rng.random((2, ITEMS)) < 0.05
    agreement = (first == second).mean()
    assert agreement == pytest.approx(0.905, abs=0.002)
    kappa = cohen_kappa(agreement=agreement, first_share=first.mean(), second_share=second.mean())
    assert kappa == pytest.approx(0.0, abs=0.01)
    assert np.isnan(cohen_kappa(agreement=1.0, first_share=0.0, second_share=0.0))


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_second_look_never_hurts_and_never_does_more_than_alone(d: float, kappa: float) -> None:
    both = caught_by_two(caught=d, kappa=kappa)
    assert d - 1e-12 <= both <= 1 - (1 - d) ** 2 + 1e-12


def test_items_that_rise_are_paid_for_at_each_level() -> None:
    rng = np.random.default_rng(9)
    first, second = rng.random((2, ITEMS)) < np.array([[0.1], [0.2]])
    paid = 2.0 + 10.0 * first + 80.0 * (first & second)
    usd = escalation_usd(level_usd=[2, 10, 80], escalated=[0.1, 0.2])
    assert usd == pytest.approx(paid.mean(), abs=4 * paid.std() / ITEMS**0.5)
    assert escalation_usd(level_usd=[2], escalated=[]) == 2
    with pytest.raises(ValueError, match="shorter"):
        escalation_usd(level_usd=[2, 10], escalated=[])


def test_two_reviews_and_a_decision() -> None:
    rng = np.random.default_rng(10)
    paid = 4.0 + 8.0 * (rng.random(ITEMS) > 0.9)
    usd = double_review_usd(review_usd=2, agreement=0.9, adjudication_usd=8)
    assert usd == pytest.approx(paid.mean(), abs=4 * paid.std() / ITEMS**0.5)
