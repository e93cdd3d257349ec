"""Goals of a file, with the curve of those who give up waiting."""

import pytest

from aicost.scenario.goals_reader import read_goals
from aicost.scenario.in_code import node_of
from aicost.scenario.section_reader import Filler


def test_a_curve_is_read_beside_the_other_goals() -> None:
    reader = Filler("client.yaml")
    said = {"budget_per_month": "8_000", "abandonment": {"3 s": "10 %", "8 s": "40 %"}}
    goals = read_goals(reader, node_of(said))
    assert (goals.budget_per_month, reader.problems) == (8_000.0, [])
    assert goals.abandonment == ((3.0, pytest.approx(0.1)), (8.0, pytest.approx(0.4)))


@pytest.mark.parametrize(
    ("curve", "wrong"),
    [
        ({"8 s": "40 %", "3 s": "10 %"}, "who has waited longer is not less likely to be gone"),
        ({"3 s": "10 %", "3.0 s": "20 %"}, "the same seconds twice"),
        ({"3 s": "1 to 2 %"}, "a range"),
        ({"3 s": "unknown"}, "a point that nobody knows"),
        ("10 %", "needs seconds and shares"),
    ],
)
def test_a_curve_that_cannot_be_is_one_line(curve: object, wrong: str) -> None:
    reader = Filler("client.yaml")
    read_goals(reader, node_of({"abandonment": curve}))
    (problem,) = reader.problems
    assert problem.wrong == wrong


def test_a_budget_for_cloud_stands_beside_the_whole() -> None:
    reader = Filler("client.yaml")
    goals = read_goals(
        reader, node_of({"budget_per_month": "8_000", "cloud_budget_per_month": "6 k"})
    )
    assert (goals.budget_per_month, goals.cloud_budget_per_month) == (8_000, 6_000)


@pytest.mark.parametrize("amount", ["-1", "yes", ["1", "2"], {"a": "1"}])
def test_a_budget_for_cloud_is_an_amount(amount: object) -> None:
    reader = Filler("client.yaml")
    read_goals(reader, node_of({"cloud_budget_per_month": amount}))
    assert [problem.key for problem in reader.problems] == ["goals.cloud_budget_per_month"]
