"""People who hold several conversations, and stay for a shift: played through, and by hand."""

import numpy as np
import pytest
from cases import written
from desk_simulation import begun_in_time

from aicost.billing.case import Case
from aicost.formulas.review.desk import desk_seats
from aicost.scenario.checks import warnings
from aicost.scenario.problems import ScenarioError
from aicost.timing.percentiles import speeds

OFFICE = np.repeat([0, 1, 2, 1, 0], [7, 2, 8, 3, 4]) / 2.0
HEAD = "traffic: {requests_per_month: 40_000, profile: office}\npipeline:\n  hand_off: "
WORK = "is: hand_off, when: after_answer, minutes: 9, share: 50 %, rate_per_hour: 30"


def desk(more: str) -> Case:
    return written(f"{HEAD}{{{WORK}{more}}}\n")


def dollars(more: str) -> float:
    return float(desk(more).bill.total)


@pytest.mark.parametrize(
    ("at_once", "load", "promise_h", "level"),
    [(2, 9.0, 1 / 60, 0.8), (3, 30.0, 1 / 60, 0.95), (3, 4.0, 0.5, 0.9), (4, 40.0, 4.0, 0.95)],
)
def test_a_promise_is_kept_by_people_with_several_in_hand(
    at_once: int, load: float, promise_h: float, level: float
) -> None:
    """Each conversation takes one of the places of all who are there; one person less is too few.

    A person too many in each hour is what rounding up to whole people may take.
    """
    each = 0.15
    seats = desk_seats(
        load=load,
        hour_weights=OFFICE,
        service_s=each * 3_600,
        target_s=promise_h * 3_600,
        level=level,
        max_occupancy=1.0,
        desks=1,
        days_per_week=5,
        at_once=at_once,
    )
    week = {"working_days": 5, "weeks": int(np.clip(3_000 * each / load, 8, 80)) + 2}
    kept = begun_in_time(seats * at_once, load * OFFICE, each, promise_h, **week)
    assert kept >= level - 0.01
    fewer = np.maximum(seats - 1, 0) * at_once
    idle = fewer.sum() < (load * OFFICE).sum()
    assert idle or begun_in_time(fewer, load * OFFICE, each, promise_h, **week) < level


def test_hours_without_a_promise_are_shared_by_what_is_in_hand() -> None:
    assert dollars(", conversations_at_once: 3") == pytest.approx(dollars("") / 3, rel=1e-12)
    told = desk(", conversations_at_once: 2").bill.explain("hand_off: people who answer")
    assert "0.5 of a person" in told


def test_more_in_hand_never_takes_more_people() -> None:
    by_many = [dollars(f", answer_within: 1 min, conversations_at_once: {n}") for n in range(1, 7)]
    assert by_many == sorted(by_many, reverse=True)
    assert by_many[2] < 0.45 * by_many[0]


def test_the_least_present_are_paid_in_every_open_hour() -> None:
    """Office hours have traffic from 7 to 20 on five days; 365 / 12 / 7 weeks at $30."""
    hours = sum(hour > 0 for hour in desk("").point.scenario.profile.hours)
    days = desk("").point.scenario.profile.days_per_week
    least = ", answer_within: 1 min, least_seats: 400"
    weeks = 365 / 12 / 7
    assert dollars(least) == pytest.approx(400 * hours * days * weeks * 30)
    around = f"{least}, cover: 24x7"
    assert dollars(around) == pytest.approx(400 * 168 * weeks * 30)


def test_who_comes_stays_for_a_shift() -> None:
    """A desk of one person, open for so many hours, is as many shifts as those hours need."""
    quiet = desk(", answer_within: 8 h").point.scenario.profile
    hours = sum(hour > 0 for hour in quiet.hours)
    one = f"{HEAD}{{{WORK.replace('50 %', '0.01 %')}, answer_within: 30 min"
    paid = {
        length: float(written(f"{one}, shift_hours: {length}}}\n").bill.total)
        for length in (2, 4, 8)
    }
    week = 30 * 365 / 12 / 7 * quiet.days_per_week
    for length, usd in paid.items():
        assert usd == pytest.approx(week * length * -(-hours // length))


def test_waits_are_those_of_all_places() -> None:
    """Fewer people who hold two each let nobody wait longer than people who hold one."""
    alone, both = (
        speeds(case, [case.usage])[0].whole
        for case in (
            desk(f", answer_within: 1 min{more}".replace("after_", "before_")).point
            for more in ("", ", conversations_at_once: 2")
        )
    )
    assert both[1] == pytest.approx(alone[1], rel=0.02)


@pytest.mark.parametrize("field", ["least_seats: 2", "shift_hours: 8"])
def test_what_needs_a_desk_is_told_where_there_is_none(field: str) -> None:
    case = desk(f", {field}")
    said = [problem.wrong for problem in warnings(case.scenario, case.book)]
    assert "it does nothing without a desk" in said


def test_a_shift_is_whole_hours() -> None:
    with pytest.raises(ScenarioError, match="shift_hours"):
        desk(", answer_within: 1 min, shift_hours: 7.5")
