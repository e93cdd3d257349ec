"""docs/scenario.md tells every key, and every example in it can be read and billed."""

import subprocess
import sys

import pytest
from cases import written
from places import ROOT

import aicost as ac
from aicost.components.stage import registry
from aicost.scenario import load
from aicost.scenario.json_schema import schema
from aicost.scenario.reference import BY_NAME, SECTIONS, TOP
from aicost.scenario.reference_examples import EXAMPLES


def test_the_document_is_what_the_declarations_say() -> None:
    made = (ROOT / "docs" / "scenario.md").read_text(encoding="utf-8")
    command = [sys.executable, "-m", "aicost", "schema", "--words"]  # no kinds of other tests
    said = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    assert made == said, "aicost schema --words > docs/scenario.md"


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_a_system_with_a_bill(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("example") / "example.yaml"
    file.write_text(EXAMPLES[name], encoding="utf-8")
    assert ac.load(file).bill.total > 0


def test_every_section_and_every_kind_of_stage_has_an_example() -> None:
    shipped = {w for w, cls in registry().items() if cls.__module__.startswith("aicost.")}
    beside = {"file", "options", "pipeline", "published", "invoiced"}
    assert {*SECTIONS, *BY_NAME, *shipped, *beside} == {*EXAMPLES}


def test_the_keys_at_the_top_are_those_that_are_read() -> None:
    assert {*TOP} == {*load.TOP} == {*schema()["properties"]}


def test_every_key_stands_in_the_document() -> None:
    text = (ROOT / "docs" / "scenario.md").read_text(encoding="utf-8")
    keys = [*TOP]
    stages = [cls for cls in registry().values() if cls.__module__.startswith("aicost.")]
    for cls in (*SECTIONS.values(), *BY_NAME.values(), *stages):
        keys += [*cls.quantities(), *cls.nested()]
    assert [key for key in keys if f"`{key}`" not in text] == []


def test_a_period_stands_beside_a_number_as_the_document_says() -> None:
    text = (ROOT / "docs" / "scenario.md").read_text(encoding="utf-8")
    assert "| `5_000 per day`, `40 a month`, `3 %/month` | a number for a period" in text
    rest = """
corpus:
  {documents: 900, pages_per_document: 2, tokens_per_page: 500, chunk_tokens: 400,
   changed_per_month: 3 %/month}
pipeline: {answer: {is: inference, price: {input: 1, output: 2}, input_tokens: 9, output_tokens: 9}}
"""
    traffic = ["{users: 9, requests_per_user_month: 40 a month}", "{requests: 5_000 per day}"]
    by_user, by_day = (written(f"traffic: {one}{rest}", checked=False).scenario for one in traffic)
    assert by_user.traffic.requests_per_user_month == 40
    assert by_day.traffic.requests_per_day == 5_000
