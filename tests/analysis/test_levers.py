"""What to do first, and what it costs to do it late."""

from __future__ import annotations

import pytest
from cases import sample, written
from timed_systems import CALL, chat

from aicost.analysis.alternatives.levers import first_steps, saved_by_first
from aicost.billing.case import Case
from aicost.components.spared_work import LONGER_S

ANSWER = (
    "answer: {is: inference, price: {input: 1, output: 5}, input_tokens: 500, output_tokens: 50}"
)
GROWTH = "growth: {users_per_month: 10 %, months: 12}\n"


def test_the_step_that_saves_most_comes_first() -> None:
    found = first_steps(sample("contract-search-billed").at({"traffic.success_share": "80 %"}))
    saved = [step.saved for step in found.steps]
    assert saved == sorted(saved, reverse=True)
    assert "on anthropic/" in found.steps[0].name
    assert all(step.usd == pytest.approx(found.now - step.saved) for step in found.steps)
    assert found.steps[0].name in found.sentence
    assert [row.of for row in found.rows().rows] == list(found.steps)


def test_waiting_costs_what_each_month_would_have_saved() -> None:
    """Of a bill that grows by a tenth a month: 1 + 1.1 + 1.21 of the first month's."""
    found = first_steps(written(chat(CALL) + GROWTH), months=3)
    step = found.steps[0]
    assert step.waiting(3) == pytest.approx(step.saved * (1 + 1.1 + 1.21))
    assert step.saved_in(2) == pytest.approx(step.saved * 1.21)


def test_without_a_plan_each_month_is_like_today() -> None:
    step = first_steps(written(chat(CALL))).steps[0]
    assert step.waiting(6) == pytest.approx(6 * step.saved)


def test_where_nothing_helps_it_is_said_and_a_tenth_stands_in() -> None:
    case = sample("catalogue-overnight").at({"people.share": 0})
    assert first_steps(case).sentence == "No change that the kit knows makes this bill smaller."
    assert saved_by_first(case)(0) == pytest.approx(0.1 * case.bill.total)
    named = sample("contract-search-billed")
    first = first_steps(named).first
    assert first is not None
    assert saved_by_first(named)(0) == pytest.approx(first.saved)


# ---- other models


def test_another_model_is_not_ranked_where_nobody_says_how_many_answers_help() -> None:
    found = first_steps(sample("contract-search-billed"))
    *ranked, other = found.steps
    assert other.unproven
    assert other.saved > max(step.saved for step in ranked)
    assert found.first is ranked[0]
    assert found.sentence.startswith(f"Most is saved by this: {ranked[0].name}")
    assert "Not ranked, for nobody says how many answers help: answer on" in found.sentence
    assert found.rows().texts()[-1][0].endswith("(not ranked)")


def test_what_another_model_may_lose_is_said() -> None:
    """Per answer that helps both cost the same, where so many of the other's help."""
    case = sample("contract-search-billed").at({"traffic.success_share": "80 %"})
    found = first_steps(case).steps[0]
    assert not found.unproven
    least = 0.8 * found.usd / float(case.bill.total)
    assert f"{100 * least:.1f} % of its answers have to help, where 80 % do now" in found.note
    before, after = float(case.point.bill.per_success), found.usd / found.after.bill.requests
    assert float(after) / least == pytest.approx(before, rel=1e-9)


def test_where_only_another_model_saves_nothing_is_first() -> None:
    case = written(
        "traffic: {users: 9_000, requests_per_user_month: 20, each_once: yes}\n"
        "pipeline:\n  answer: {is: inference, model: anthropic/claude-opus-5-5, "
        "input_tokens: 900, output_tokens: 200, thinking_tokens: 0}\n"
    )
    found = first_steps(case)
    assert [step.unproven for step in found.steps] == [True]
    assert found.first is None
    assert found.sentence.startswith("Not ranked")
    assert saved_by_first(case)(0) == pytest.approx(0.1 * case.bill.total)


# ---- work of people

SEEN = "people: {is: human_review, minutes: 6, rate_per_hour: 40, share: 2 %, "
DESK = "traffic: {users: 20_000, requests_per_user_month: 50, profile: office}\n"


def reviewed(more: str) -> Case:
    people = f"{SEEN}{more}}}\n"
    return written(f"{DESK}pipeline:\n  {ANSWER}\n  {people}")


def test_people_who_are_most_of_a_bill_are_what_to_change_first() -> None:
    case = reviewed("when: after_answer")
    assert case.bill.people > 0.6 * case.bill.total
    first = first_steps(case).steps[0]
    assert first.name == "people: half as many reviews"
    assert first.saved == pytest.approx(float(case.bill.people) / 2)
    assert first.usd == pytest.approx(float(case.at({"people.share": "1 %"}).bill.total))
    assert first.waiting(3) == pytest.approx(3 * first.saved)


def test_a_desk_may_let_work_wait_or_be_paid_by_the_piece() -> None:
    case = reviewed("when: after_answer, answer_within: 1 min")
    steps = {step.name: step for step in first_steps(case).steps}
    longer = steps["people: begun within 1 h, not 60 s"]
    assert longer.usd == pytest.approx(float(case.at({"people.answer_within": "1 h"}).bill.total))
    (piece,) = (step for name, step in steps.items() if "by the piece, at $4.00" in name)
    assert piece.usd == pytest.approx(float(case.at({"people.price_per_review": 4}).bill.total))


@pytest.mark.parametrize(
    ("more", "never"),
    [
        ("when: before_answer", "half as many"),  # every answer that is to be seen has to be
        ("when: before_answer, answer_within: 1 min", "begun within"),  # a user waits
        ("when: after_answer, price_per_review: 3, answer_within: 1 h", "by the piece"),
        (f"when: after_answer, answer_within: {LONGER_S[-1] / 86_400:g} days", "begun within"),
    ],
)
def test_what_cannot_work_is_not_named(more: str, never: str) -> None:
    assert not [step.name for step in first_steps(reviewed(more)).steps if never in step.name]


def test_who_answers_in_place_of_a_bot_cannot_be_sampled() -> None:
    text = SEEN.replace("human_review", "hand_off") + "when: after_answer}\n"
    case = written(f"{DESK}pipeline:\n  {ANSWER}\n  {text}")
    assert not [step.name for step in first_steps(case).steps if "half as many" in step.name]
