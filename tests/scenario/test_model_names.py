"""Models as people write them: what is billed, and that it is said what they were taken as."""

from pathlib import Path

import pytest

import aicost
from aicost.billing.case import Case
from aicost.scenario.checks import warnings
from aicost.scenario.problems import ScenarioError

FILE = """
traffic: {users: 100, requests_per_user_month: 10}
pipeline:
  answer: {is: inference, model: MODEL, input_tokens: 1_000, output_tokens: 100}
"""


def written(folder: Path, model: str) -> Case:
    path = folder / "client.yaml"
    path.write_text(FILE.replace("MODEL", model), encoding="utf-8")
    return aicost.load(path)


@pytest.mark.parametrize(
    ("model", "item"),
    [
        ("azure/gpt-4o", "openai/gpt-4o"),
        ("bedrock/us.anthropic.claude-opus-5-5", "aws/regional.anthropic.claude-opus-5-5"),
    ],
)
def test_a_model_is_billed_as_the_one_it_stands_for(tmp_path: Path, model: str, item: str) -> None:
    asked, meant = written(tmp_path, model), written(tmp_path, item)
    assert asked.bill.total == meant.bill.total
    assert asked.scenario.stage("answer").model == item  # type: ignore[attr-defined]
    (said,) = [str(w) for w in warnings(asked.scenario, asked.book) if "taken as" in str(w)]
    assert f"answer.model: '{model}' is taken as {item}" in said
    assert not [w for w in warnings(meant.scenario, meant.book) if "taken as" in str(w)]
    assert any(item in row.cells and model in row.cells[3] for row in asked.rows().rows)


def test_a_model_set_otherwise_is_taken_and_said_as_well(tmp_path: Path) -> None:
    case = written(tmp_path, "openai/gpt-4o-mini").at({"answer.model": "azure/gpt-4o"})
    assert case.bill.total == written(tmp_path, "openai/gpt-4o").bill.total
    assert any("taken as openai/gpt-4o" in str(w) for w in warnings(case.scenario, case.book))
    made = aicost.case(
        users=100,
        requests_per_user_month=10,
        answer={"is": "inference", "model": "gpt-4o", "input_tokens": 1_000, "output_tokens": 100},
    )
    assert made.bill.total == case.bill.total


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    case = written(tmp_path, "azure/gpt-4o")
    again = aicost.load(case.write(tmp_path / "again.yaml"))
    assert again.bill.total == case.bill.total


def test_a_name_that_is_not_clear_is_refused_with_prices(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"answer\.model: several sell .* USD/Mtok"):
        written(tmp_path, "qwen/qwen3-32b")
