"""Intervals from days left out, held against the textbook's for means."""

from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats

from aicost.log.spread import days_left, half_width, parts_left

MONDAY = date(2026, 11, 2)


def days(many: int) -> list[date]:
    return [MONDAY + timedelta(n) for n in range(many)]


def test_difference_of_means_is_welchs() -> None:
    luck = np.random.default_rng(1)
    a, b = luck.normal(5, 1, 5), luck.normal(7, 3, 4)  # no weekend among so few days
    of_a, of_b = days_left(days(5)), days_left(days(4))
    mean = (a.mean(), b.mean())
    left = (mean[1] - of_a.weights @ a)[None], (of_b.weights @ b - mean[0])[None]
    width = half_width(of_a, left[0], of_b, left[1])
    interval = stats.ttest_ind(b, a, equal_var=False).confidence_interval(0.95)
    assert width[0] == pytest.approx((interval.high - interval.low) / 2, rel=1e-9)


def test_weekends_are_apart_where_there_are_two_days_of_them() -> None:
    spent = np.where(np.arange(14) % 7 > 4, 10.0, 100.0) + np.arange(14) % 2
    left = days_left(days(14))
    found = (left.weights @ spent)[None]
    variance, _ = left.variance(found)
    parts = spent[left.stratum == 0], spent[left.stratum == 1]
    by_hand = sum((len(x) / 14) ** 2 * x.var(ddof=1) / len(x) for x in parts)
    assert [len(x) for x in parts] == [10, 4]
    assert variance[0] == pytest.approx(by_hand)
    assert not days_left(days(6)).stratum.any()  # one Saturday says nothing of Saturdays


def test_parts_of_a_day_add_up() -> None:
    left = parts_left(20)
    spent = np.random.default_rng(2).poisson(9, 20).astype(float)
    found = (left.weights @ spent)[None]
    assert found.mean() == pytest.approx(spent.sum())
    assert left.variance(found)[0][0] == pytest.approx(20 * spent.var(ddof=1))


def test_what_never_differs_has_no_width() -> None:
    left = days_left(days(7))
    same = np.ones((2, 7))
    assert half_width(left, same, left, same).tolist() == [0.0, 0.0]
