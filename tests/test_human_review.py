"""People in the loop: minutes into paid hours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_systems import bill_of, line, system

from aicost.components.human_review import paid_per_worked


@given(st.floats(0.05, 1), st.floats(0, 0.9))
def test_hours_are_paid_whether_worked_or_not(occupancy: float, shrinkage: float) -> None:
    """Of each paid hour the desk is attended 1 - shrinkage, and busy an occupancy of that."""
    busy = (1 - shrinkage) * occupancy
    assert busy * paid_per_worked(occupancy=occupancy, shrinkage=shrinkage) == pytest.approx(1)


def test_the_published_staffing_example(tmp_path) -> None:
    """10,000 users, 20 requests, 5 % reviewed for 4 minutes: 666.7 hours a month."""
    people = "people: {is: human_review, share: 5 %, minutes: 4, wage_per_hour: 30, "
    plain = "overhead: 1, occupancy: 100 %, shrinkage: 0 %}"
    text = system(people + plain, users="10_000").replace("month: 50", "month: 20")
    bill = bill_of(text, tmp_path)
    assert line(bill, "reviewers").quantity == pytest.approx(2_000 / 3, rel=1e-12)
    assert bill.people == bill.total == pytest.approx(20_000, rel=1e-12)


def test_reviews_that_differ_cost_their_mean(tmp_path) -> None:
    people = "people: {is: human_review, minutes: {p50: 3, p95: 12}, wage_per_hour: 30, "
    bill = bill_of(system(people + "overhead: 1.4, occupancy: 80 %, shrinkage: 30 %}"), tmp_path)
    z = np.random.default_rng(4).standard_normal(1_000_000)
    minutes = 3 * np.exp(np.log(4) / 1.6448536 * z)
    expected = 5_000 * minutes / 60 / 0.8 / 0.7 * 1.4 * 30
    assert bill.total == pytest.approx(expected.mean(), abs=4 * expected.std() / 1000)


def test_a_role_has_a_wage(tmp_path) -> None:
    people = "people: {is: human_review, minutes: 60, role: us/paralegal, share: 1 %, "
    bill = bill_of(system(people + "overhead: 1, occupancy: 100 %, shrinkage: 0 %}"), tmp_path)
    assert bill.total == pytest.approx(50 * 29.31, rel=1e-12)
