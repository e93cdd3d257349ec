"""The verdict: every goal, by how much; its figures are those of the page, rounded once."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from cases import sample, written
from places import SAMPLES

from aicost.analysis.uncertainty.expected import expected
from aicost.show.review.verdict import cloud_and_staff, verdict
from aicost.values.formatting import about, money

PEOPLE = "people: {is: human_review, when: after_answer, share: 5 %, minutes: 4, rate_per_hour: 40}"
TEXT = f"""traffic: {{users: 100, requests_per_user_month: 100}}
pipeline: {{{PEOPLE}}}
other: {{api: {{per_request: 0.2}}}}
"""


def amount(words: str) -> float:
    return float(words.replace("$", "").replace(",", ""))


def test_the_verdict_is_the_bill(page: str) -> None:
    case = sample("contract-search-billed")
    cost = expected(case)
    text = BeautifulSoup(page, "html.parser").get_text(" ").replace("\u00a0", " ")
    assert f"costs {money(case.bill.total)} a month" in text
    assert f"between {about(cost.p5)} and {about(cost.p95)}" in text
    card = BeautifulSoup(page, "html.parser").select_one(".card .figure")
    assert card is not None
    assert card.text == money(case.bill.total)  # one figure for a month, wherever it stands


@pytest.mark.parametrize("name", [path.stem for path in SAMPLES])
def test_cloud_and_staff_add_up_as_they_are_printed(name: str) -> None:
    bill = sample(name).bill
    cloud, people = map(amount, cloud_and_staff(bill))
    assert cloud + people == pytest.approx(amount(money(bill.total)), abs=1e-9)


def test_cloud_and_staff_add_up_in_another_currency() -> None:
    case = written("currency: EUR\n" + TEXT)
    parts = [float(re.sub(r"[^\d.]", "", words)) for words in cloud_and_staff(case.bill)]
    assert sum(parts) == float(re.sub(r"[^\d.]", "", money(case.bill.total)))


def test_every_goal_is_held_by_how_much() -> None:
    case = written(f"{TEXT}goals: {{budget_per_month: 2_500, cloud_budget_per_month: 1_900}}\n")
    said = verdict(case, expected(case), None)
    people = case.bill.people
    assert f"$2,000 for cloud and {money(people)} for review staff" in said
    assert f"the budget of $2,500 is exceeded by {money(people - 500)}" in said.lower()
    assert "for cloud alone the budget of $1,900 is exceeded by $100" in said
    assert "it misses the budget and the budget for cloud" in said


def test_a_bill_without_a_range_or_staff_says_neither() -> None:
    case = written("traffic: {requests_per_month: 9}\nother: {api: {per_request: 20}}\n")
    said = verdict(case, expected(case), None)
    assert said.startswith("system costs $180 a month for 9 requests, $20.00 each. No goal")
    assert "Nine times" not in said
    assert "staff" not in said


@pytest.mark.parametrize(("many", "words"), [(1, "for 1 user."), (2, "for 2 users, $2.50 each.")])
def test_one_user_stands_alone(many: int, words: str) -> None:
    case = written(
        f"traffic: {{users: {many}, requests_per_user_month: 1}}\nother: {{a: {{per_month: 5}}}}\n"
    )
    assert f" costs $5.00 a month {words}" in verdict(case, expected(case), None)
