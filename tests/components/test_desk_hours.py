"""When a desk is open: hours of its own, what waits for them, and hours that make no sense."""

import numpy as np
import pytest
from cases import written
from desk_simulation import begun_of_week

from aicost.analysis.capacity.desk import review_desk
from aicost.billing.case import Case
from aicost.scenario.checks import warnings
from aicost.scenario.problems import ScenarioError

#: Somebody asks at any hour, hardly anybody at night: 4.3 % in 13 of 24 hours.
DAY = [1, 1, 1, 1, 1, 1, 2, 10, 40, 50, 45, 30, 25, 40, 50, 48, 40, 20, 2, 2, 2, 2, 1, 1]
HEAD = f"traffic: {{requests_per_month: 400_000, profile: {DAY}}}\nmonth: {{days: 28}}\npipeline:\n"
WORK = "is: human_review, share: 1 %, minutes: 6, rate_per_hour: 30, occupancy: 90 %"


def desk(more: str) -> Case:
    return written(f"{HEAD}  people: {{{WORK}, {more}}}\n")


def refusal(more: str) -> str:
    with pytest.raises(ScenarioError) as error:
        desk(more)
    (problem,) = error.value.problems
    return str(problem)


def told(case: Case) -> list[str]:
    return [str(one) for one in warnings(case.scenario, case.book)]


LATER = "when: after_answer, answer_within: 3 days, open: 7 to 18, open_days: 5"


def test_a_week_of_a_desk_with_its_own_hours_is_played_through() -> None:
    """55 hours a week in place of 168; 96 % and more are begun within three days."""
    case = desk(LATER)
    people = review_desk(case)
    assert people is not None
    seats = people.seats()
    assert {*np.flatnonzero(seats).tolist()} <= {*range(7, 18)}
    assert float(case.bill.total) == pytest.approx(4 * 5 * seats.sum() * 30)
    week = np.concatenate([seats * (day < 5) for day in range(7)])
    kept = begun_of_week(week, np.tile(people.load, 7), 0.1, 72.0, weeks=20)
    assert kept >= 0.95


def test_who_sits_there_at_night_is_said_and_what_that_costs() -> None:
    night = desk("when: after_answer, answer_within: 10 min")
    (line,) = [one for one in told(night) if "answer_within" in one]
    assert "168 hours a week" in line
    assert "13 hours of a day bring 4.3 % of the work; write open: 7 to 18" in line
    day = desk("when: after_answer, answer_within: 10 min, level: 90 %, open: 7 to 18")
    assert not [one for one in told(day) if "answer_within" in one]
    assert float(day.bill.total) < 0.8 * float(night.bill.total)
    assert not told(desk("when: after_answer, answer_within: 4 h"))


def test_days_and_hours_may_be_said_alone_and_nights_are_hours_too() -> None:
    days = desk("when: after_answer, answer_within: 3 days, open_days: 5")
    people = review_desk(days)
    assert people is not None
    assert people.stage.is_open(people.hours).all()
    shift = desk("when: after_answer, answer_within: 1 day, open: 22 to 6").scenario
    hours = shift.stage("people").is_open(DAY)  # type: ignore[attr-defined]
    assert np.flatnonzero(hours).tolist() == [0, 1, 2, 3, 4, 5, 22, 23]


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ("answer_within: 1 day, open: 8to", "'8to' names no hours of a day; write open: 8 to 18"),
        ("answer_within: 1 day, open: 9 to 9", "names no hours of a day"),
        ("answer_within: 1 day, open: 9 to 30", "names no hours of a day"),
        ("answer_within: 1 day, open: 7 to 18, cover: 24x7", "keep one of the two"),
        ("answer_within: 10 min, open: 7 to 18", "95 % are promised; write level: 93 %"),
        ("answer_within: 10 min, open_days: 5", "write a longer answer_within, or open_days: 7"),
        ("answer_within: 1 day, open_days: 8", "no '8' here"),
        ("answer_within: 1 day, opening_hours: 8 to 18", "write open: 8 to 18, open_days: 5"),
    ],
)
def test_hours_that_cannot_be_are_one_line(more: str, line: str) -> None:
    assert line in refusal(f"when: after_answer, {more}")


def test_hours_do_nothing_without_a_promise_and_are_in_no_time() -> None:
    assert [
        one for one in told(desk("when: after_answer, open: 7 to 18")) if "open: it does" in one
    ]
    waited = desk(LATER.replace("after", "before"))
    assert [one for one in told(waited) if "read the times as those of open hours" in one]


def test_a_sweep_is_its_bills_one_at_a_time() -> None:
    case = desk(LATER)
    sizes = [0.0, 20_000.0, 400_000.0, 3e6]
    swept = case.at({"requests_per_month": sizes}).bill.total
    each = [float(case.at({"requests_per_month": one}).bill.total) for one in sizes]
    assert swept == pytest.approx(each)
