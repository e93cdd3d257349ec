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
