"""Traffic as a file says it: by users, by the month or by the day, and never by two of them."""

import pytest
from cases import written

from aicost.components.traffic import Traffic
from aicost.scenario.problems import ScenarioError
from aicost.scenario.section_reader import Filler
from aicost.scenario.traffic_reader import read_traffic

REST = "pipeline: {read: {is: inference, price: {input: 1, output: 5}, "
REST += "input_tokens: 9, output_tokens: 9}}\n"


def test_a_file_without_traffic_is_told_what_to_write() -> None:
    filler = Filler("a.yaml")
    assert read_traffic(filler, None) == Traffic(users=1.0)
    (problem,) = filler.problems
    assert (problem.key, problem.remedy) == ("traffic", "write traffic: {users: 1_000}")


@pytest.mark.parametrize(
    ("traffic", "wrong"),
    [
        (
            "requests_per_day: 5, users: 3",
            "traffic.requests_per_day: stands beside users; keep one of the two",
        ),
        (
            "requests_per_day: 5, requests_per_month: 150",
            "traffic.requests_per_month: stands beside requests_per_day; keep one of the two",
        ),
        ("requests_per_day: unknown", "traffic.requests_per_day: it is missing; write a number"),
        ("requests_per_day: -5", "traffic.requests_per_day: '-5' is too small"),
        ("requests_per_day: 5 %", "traffic.requests_per_day: "),
        ("requests_a_day: 5", "did you mean 'requests_per_day'"),
    ],
)
def test_what_contradicts_or_says_nothing_is_refused(traffic: str, wrong: str) -> None:
    with pytest.raises(ScenarioError) as error:
        written(f"traffic: {{{traffic}}}\n{REST}")
    assert wrong in str(error.value)
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("requests_per_month: 5_000 per day", "requests_per_day: 5_000"),
        ("requests: 5_000 a day", "requests_per_day: 5_000"),
        ("requests: 5_000 requests per day", "requests_per_day: 5_000"),
        ("requests_per_day: 5 k daily", "requests_per_day: 5_000"),
        ("requests_per_day: 150_000/month", "requests_per_month: 150_000"),
        ("requests_per_month: 3_000 to 6_000 per day", "requests_per_day: 3_000 to 6_000"),
        ("requests: about 9_000 per month", "requests_per_month: about 9_000"),
        (
            "users: 9, requests_per_user_month: 40 per month",
            "users: 9, requests_per_user_month: 40",
        ),
    ],
)
def test_a_period_beside_a_number_says_how_it_is_counted(said: str, meant: str) -> None:
    one, other = (written(f"traffic: {{{text}}}\n{REST}") for text in (said, meant))
    assert one.scenario.traffic == other.scenario.traffic
    assert one.bill.total == other.bill.total


@pytest.mark.parametrize(
    ("traffic", "wrong"),
    [
        (
            "users: 20,000",
            "traffic.users: '20,000' has separators; write 20_000",
        ),
        (
            "users: 20,000,000, unit: case",
            "'20,000,000' has separators; write 20_000_000",
        ),
        (
            "users: 20,5",
            "traffic.users: '20,5' has a comma; write 20.5",
        ),
        (
            "users: 20,000 to 40,000",
            "'20,000' has separators; write 20_000",
        ),
        ("users: 9, requests_per_user_month: 2 a day", "write 60.9, or 43.5 if on five days"),
        ("requests: 5_000", "write requests_per_day: … or requests_per_month: …"),
        ("requests_per_user_day: 2, users: 9", "no such key; write requests_per_user_month: …"),
        (
            "users: 900 a month",
            "'900 a month' names a period, users has none; write 900",
        ),
    ],
)
def test_a_number_that_may_mean_two_things_is_asked_about(traffic: str, wrong: str) -> None:
    often = "" if "requests" in traffic else ", requests_per_user_month: 9"
    with pytest.raises(ScenarioError) as error:
        written(f"traffic: {{{traffic}{often}}}\n{REST}")
    assert wrong in str(error.value)
    assert len(str(error.value).splitlines()) == 1
