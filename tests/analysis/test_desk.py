"""The desk of a scenario: hour by hour what its own bill says."""

import numpy as np
import pytest
from cases import written
from small_systems import line, system

from aicost.analysis.capacity.desk import review_desk

PEOPLE = (
    "people: {is: human_review, when: after_answer, "
    "share: 20 %, minutes: 6, wage_per_hour: 30, overhead: 1.4,\n"
    "           occupancy: 80 %, shrinkage: 25 %, answer_within: 10 min}"
)


def test_seats_and_their_price_add_up_to_the_bill() -> None:
    text = system(PEOPLE, users="9_000").replace("month: 50", "month: 50, profile: office")
    case = written(text)
    desk = review_desk(case)
    assert desk is not None
    days = 5 * 365 / 12 / 7
    assert desk.reviews.sum() * days == pytest.approx(90_000)
    assert desk.requests == pytest.approx(desk.reviews.max() / 0.2)
    assert desk.load.max() == pytest.approx(desk.reviews.max() / 10)
    usd = desk.seats().sum() * days * desk.seat_usd_per_hour
    assert usd == pytest.approx(line(case.bill, "reviewers").usd)
    assert desk.usd_per_review == pytest.approx(30 * 1.4 / 0.75 / 10)


def test_a_desk_may_be_asked_what_if() -> None:
    text = system(PEOPLE.replace(", answer_within: 10 min", ""), users="9_000")
    desk = review_desk(written(text))
    assert desk is not None
    soon, late = desk.seats(target_s=20.0), desk.seats(target_s=3_600.0)
    assert np.all(soon > late)
    assert np.all(desk.seats(target_s=20.0, desks=4) > soon)


def test_nobody_reviews() -> None:
    text = system(
        "answer: {is: inference, price: {input: 1, output: 2}, input_tokens: 9,\n"
        "           output_tokens: 9}"
    )
    assert review_desk(written(text)) is None


@pytest.mark.parametrize("nothing", ["share: 0", "minutes: 0"])
def test_a_stage_without_work_is_no_desk(nothing: str) -> None:
    people = PEOPLE.replace(", answer_within: 10 min", "")
    field = nothing.partition(":")[0]
    text = people.replace({"share": "share: 20 %", "minutes": "minutes: 6"}[field], nothing)
    assert review_desk(written(system(text, users="9_000"))) is None


def test_the_first_stage_with_work_is_the_desk() -> None:
    people = PEOPLE.replace(", answer_within: 10 min", "")
    none = people.replace("people:", "nobody:").replace("share: 20 %", "share: 0")
    desk = review_desk(written(system(f"{none}\n  {people}", users="9_000")))
    assert desk is not None
    assert desk.stage.name == "people"
