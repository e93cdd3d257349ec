"""A part of a log is the stage of its name, or the only one that does the same."""

from pathlib import Path

import pytest

from aicost import load
from aicost.log.parts import Part
from aicost.log.stage_match import stages_of_parts
from aicost.scenario.scenario import Scenario

FILE = """
traffic: {requests_per_month: 900}
pipeline:
  embedding: {is: embedding, model: openai/text-embedding-3-small, query_tokens: 20}
  answer:
    route:
      chat: {model: openai/gpt-5, share: 70 %, input_tokens: 9, output_tokens: 9,
             thinking_tokens: 0}
      help: {model: openai/gpt-5, input_tokens: 9, output_tokens: 9, thinking_tokens: 0}
  sum up: {is: inference, model: openai/gpt-5, input_tokens: 9, output_tokens: 9,
           thinking_tokens: 0}
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    path = tmp_path / "file.yaml"
    path.write_text(FILE)
    return load(path).scenario


def part(name: str, branch: str = "", does: str = "chat") -> Part:
    return Part(name, branch, does, "openai/gpt-5", False, "", 10, 1.0)


def test_names_tell_and_what_is_alone_of_its_kind(scenario: Scenario) -> None:
    parts = [part("answer", "chat"), part("answer", "help"), part("sum", "up"), part("draft")]
    parts.append(part("look", does="embedding"))
    assert stages_of_parts(parts, scenario) == {
        "answer/chat": "answer/chat",
        "answer/help": "answer/help",
        "sum/up": "sum up",
        "look": "embedding",
    }
    said = stages_of_parts(parts, scenario, ["sum up=draft"])
    assert said["draft"] == said["sum/up"] == "sum up"


def test_what_is_not_there_is_refused(scenario: Scenario) -> None:
    for words, wrong in (
        ("draft", "write STAGE=PART"),
        ("anser=draft", "no such stage in the file"),
        ("sum up=drat", "did you mean 'draft'"),
    ):
        with pytest.raises(ValueError, match=wrong):
            stages_of_parts([part("draft")], scenario, [words])


def test_a_part_that_comes_again_is_the_stage_of_a_loop(tmp_path: Path) -> None:
    path = tmp_path / "loop.yaml"
    path.write_text(
        FILE
        + """  agent:
    loop:
      rounds: 3
      steps:
        think: {is: inference, model: openai/gpt-5, input_tokens: 9, output_tokens: 9,
                thinking_tokens: 0}
"""
    )
    looped = load(path).scenario
    parts = [part("think"), part("answer", "chat")]
    assert "think" not in stages_of_parts(parts, looped)
    assert stages_of_parts(parts, looped, again={"think"})["think"] == "agent/think"
    said = stages_of_parts(parts, looped, ["sum up=think"], {"think"})
    assert said["think"] == "sum up"
