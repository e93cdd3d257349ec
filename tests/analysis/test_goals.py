"""What is left of each goal of money, and what each is called."""

import numpy as np
import pytest
from cases import STEPPED, sample, written

from aicost.analysis.viability.ends import ends
from aicost.analysis.viability.goals import Goal, grown_fields, left_at, left_over, stacked

EARNS = "traffic: {users: 100, requests_per_user_month: 10}\nother: {api: {per_request: 0.2}}\n"


def test_what_is_left_of_each_goal_by_hand() -> None:
    """100 users bring $5 each and cost $200: $300 are left, $200 of them above a margin of 20 %."""
    goals = "goals: {price_per_user_month: 5, margin: 20 %, budget_per_month: 150}\n"
    left = left_over(written(EARNS + goals).bill)
    assert left == pytest.approx({Goal.CONTRIBUTION: 300, Goal.MARGIN: 200, Goal.BUDGET: -50})
    assert list(left) == ["contribution", "margin", "budget"]


def test_only_goals_that_are_stated_count() -> None:
    assert left_over(written(EARNS).bill) == {}
    assert list(left_over(written(EARNS + "goals: {budget_per_month: 1}\n").bill)) == [Goal.BUDGET]
    no_price = "goals: {margin: 20 %, budget_per_month: 1}\n"  # a margin is one of a price
    assert list(left_over(written(EARNS + no_price).bill)) == [Goal.BUDGET]


def test_what_is_left_at_any_usage_is_one_bill_at_a_time() -> None:
    case = written(STEPPED).point
    usage = np.array([1.0, 486.0, 487.0, 2_000.0])
    found = left_at(case)(usage)
    for i, n in enumerate(usage):
        assert found[:, i].tolist() == [*left_over(case.at({"users": n}).bill).values()]
    assert stacked(case.bill).shape == (3,)


def test_usage_and_collection_grow_as_they_say() -> None:
    point = sample("contract-search-billed").point.scenario
    grown = grown_fields(point, np.array([0, 12]))
    assert grown["traffic.users"] == pytest.approx([6_000, 6_000 * 1.08**12])
    assert grown["corpus.documents"] == pytest.approx([180_000, 180_000 * 1.02**12])


def test_each_goal_has_its_words() -> None:
    text = STEPPED.replace("goals: {", "goals: {cloud_budget_per_month: 7_000, ", 1)
    point = written(text).point.scenario
    assert [goal.words(point) for goal in Goal] == [
        "The price of $5.00 per user covers the cost",
        "The margin of 20 % is kept",
        "The budget of $9,000 a month is kept",
        "The budget for cloud of $7,000 a month is kept",
    ]
    assert [goal.noun for goal in Goal] == [
        "the price",
        "the margin",
        "the budget",
        "the budget for cloud",
    ]
    assert len({goal.ends for goal in Goal}) == len({goal.missed for goal in Goal}) == 4


def test_a_budget_for_cloud_leaves_review_staff_out() -> None:
    people = "is: human_review, when: after_answer, share: 5 %, minutes: 4, rate_per_hour: 40"
    goals = "goals: {budget_per_month: 900, cloud_budget_per_month: 400}\n"
    bill = written(f"{EARNS}pipeline: {{people: {{{people}}}}}\n{goals}").bill
    assert bill.people > 0
    left = left_over(bill)
    assert left[Goal.CLOUD] == 400 - (bill.total - bill.people)
    assert left[Goal.BUDGET] == 900 - bill.total
    assert Goal.CLOUD.noun == "the budget for cloud"


def test_where_a_mean_price_comes_from_is_said_beside_it() -> None:
    text = "traffic: {users: 90, requests_per_user_month: 5}\nother: {box: {per_month: 9_000}}\n"
    seats = f"{text}plans: {{seat: {{price_per_seat_month: 29, seats_per_user: 2}}}}\n"
    found = ends(written(seats))
    assert found.every[0].words.startswith("The mean price of $58.00 per user (2 seats at $29.00) ")
    assert found.sentence == "At this size it misses the price of its plans."
    plain = written(f"{text}goals: {{price_per_user_month: 58}}\n")
    assert ends(plain).sentence == "At this size it misses the price."
    assert "(" not in ends(plain).every[0].words
