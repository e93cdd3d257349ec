"""An editor that holds a file against the schema takes what the reader takes, key by key."""

import jsonschema
import pytest
import yaml
from places import SAMPLES

from aicost.scenario.json_schema import schema
from aicost.scenario.reference_examples import EXAMPLES

FILES = {path.stem: path.read_text(encoding="utf-8") for path in SAMPLES} | EXAMPLES


class AsStrings(yaml.SafeLoader):
    """YAML whose values are the texts that the reader sees; lists and keys stay what they are."""


AsStrings.add_constructor("tag:yaml.org,2002:timestamp", AsStrings.construct_scalar)
VALIDATOR = jsonschema.Draft202012Validator(schema())


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_read_are_valid(name: str) -> None:
    found = yaml.load(FILES[name], AsStrings)  # a safe loader, with texts for dates
    assert [error.message for error in VALIDATOR.iter_errors(found)] == []


@pytest.mark.parametrize(
    "text",
    [
        "traffik: {users: 5}",
        "traffic: {user: 5}",
        "kind: rag-chatt",
        "goals: {budget: 5}",
        "pipeline: {answer: {is: inference, modell: x}}",
        "pipeline: {answer: {is: inferenz}}",
        "pipeline: {people: {is: human_review, when: later}}",
        "other: {support: {per_year: 5}}",
        "traffic: {profile: [1, 2]}",
        "pipeline: {agent: {loop: {round: 3}}}",
    ],
)
def test_what_is_misspelt_is_not(text: str) -> None:
    assert list(VALIDATOR.iter_errors(yaml.safe_load(text)))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
