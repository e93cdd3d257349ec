"""Loops whose rounds bring more than the file says they add."""

import re
from pathlib import Path

import pytest

from aicost.book.book import Book
from aicost.paths import data_dir
from aicost.scenario.checks import warnings
from aicost.scenario.load import load
from aicost.scenario.problems import ScenarioError

SAMPLE = (data_dir() / "scenarios" / "research-agent.yaml").read_text(encoding="utf-8")


def said(text: str, tmp_path: Path) -> list[str]:
    file = tmp_path / "agent.yaml"
    file.write_text(text, encoding="utf-8")
    scenario = load(file)
    found = warnings(scenario, Book.load(as_of=scenario.as_of))
    return [str(one) for one in found if "grows_tokens_per_round" in str(one)]


@pytest.mark.parametrize("top_k", [2, 6])
def test_what_the_sample_finds_is_what_it_adds(top_k: int, tmp_path: Path) -> None:
    assert said(SAMPLE.replace("top_k: 6", f"top_k: {top_k}"), tmp_path) == []


@pytest.mark.parametrize(
    ("found", "written"),
    [
        ("about 2_600", "about 1_200"),
        ("search: {top_k: 6}", "search: {top_k: 20}"),
        ("      grows_tokens_per_round: about 2_600\n", "      grows_tokens_per_round: 0\n"),
    ],
)
def test_a_loop_that_forgets_what_it_finds_is_named_and_the_remedy_works(
    found: str, written: str, tmp_path: Path
) -> None:
    assert SAMPLE.count(found) == 1
    text = SAMPLE.replace(found, written)
    (line,) = said(text, tmp_path)
    assert "a round finds " in line
    remedy = line.partition("write ")[2].partition(",")[0]
    lines = text.splitlines()
    at = next(i for i, one in enumerate(lines) if "grows_tokens_per_round" in one)
    assert f":{at + 1}: work.grows_tokens_per_round" in line
    lines[at] = f"      grows_tokens_per_round: {remedy}"
    assert said("\n".join(lines), tmp_path) == []


def test_a_kind_agrees_with_itself(tmp_path: Path) -> None:
    assert said("name: a\nkind: agent\ntraffic: {users: 900}\n", tmp_path) == []


def test_a_loop_without_end_is_asked_about(tmp_path: Path) -> None:
    rounds = re.sub(r"rounds: {.*}", "rounds: 293_000_000_000", SAMPLE, count=1)
    with pytest.raises(ScenarioError, match="above 100_000, where a slip of a thousand is"):
        said(rounds, tmp_path)
