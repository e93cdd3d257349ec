"""Options that a file names are read as they stand; whether they can be is asked later."""

import pytest
from cases import written

import aicost as ac
from aicost.scenario.problems import ScenarioError
from aicost.scenario.sections import Option

FILE = """kind: rag-chat
traffic: {users: 1_000}
options:
  small model: {answer.model: anthropic/claude-haiku-4-5}
  shorter: {answer.output_tokens: {p50: 120, p95: about 400}, people.share: 1 to 2 %}
  hosted: other/hosted.yaml
"""


def test_each_option_holds_its_texts_and_lines() -> None:
    small, shorter, hosted = written("as_of: 2026-11-23\n" + FILE).scenario.options
    assert small == Option("small model", 5, "", {"answer.model": "anthropic/claude-haiku-4-5"})
    assert shorter.settings == {
        "answer.output_tokens": "{p50: 120, p95: about 400}",
        "people.share": "1 to 2 %",
    }
    assert shorter.lines == {"answer.output_tokens": 6, "people.share": 6}
    assert (hosted.file, hosted.settings) == ("other/hosted.yaml", {})


def test_options_change_nothing_of_the_bill() -> None:
    bare = FILE.partition("options:")[0]
    assert written(FILE).bill.total == written(bare).bill.total


def test_code_names_options_as_a_file_does() -> None:
    options = {"fewer": {"users": 500, "answer.output_tokens": ac.Spread(90.0, 300.0)}}
    case = ac.case(kind="rag-chat", users=1_000, options=options)
    (fewer,) = case.scenario.options
    assert fewer.settings == {"users": "500", "answer.output_tokens": "{p50: 90, p95: 300}"}
    with pytest.raises(ScenarioError, match=r"options\.fewer\.users: None is no value"):
        ac.case(kind="rag-chat", users=1_000, options={"fewer": {"users": None}})


def test_options_without_a_name_are_refused() -> None:
    with pytest.raises(ScenarioError, match=r"options: needs names; write options: \{NAME"):
        written(FILE.partition("options:")[0] + "options: {}\n")
