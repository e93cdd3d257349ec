"""review.json is what docs/review.schema.json says."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
import pytest
from cases import sample, written
from places import SAMPLES
from review_schema import SCHEMA, STRICT

from aicost.billing.case import Case
from aicost.show.review.content import figures
from aicost.show.review.look import Look

PLANS = """
currency: EUR
traffic: {users: 300, requests_per_user_month: {p50: 10, p95: 60}}
pipeline:
  answer: {is: inference, model: anthropic/claude-haiku-4-5, input_tokens: 900, output_tokens: 200}
goals: {price_per_user_month: 5, margin: 20 %}
"""


def said(case: Case) -> dict[str, Any]:
    """Return the figures of a review as they are read back."""
    told = figures(Look(case)) | {"made_from": ""}
    found: dict[str, Any] = json.loads(json.dumps(told, allow_nan=False))
    return found


@cache
def of_sample(name: str) -> dict[str, Any]:
    return said(sample(name))


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every schema that a schema is made of."""
    yield schema
    for word in ("properties", "$defs"):
        for inner in schema.get(word, {}).values():
            yield from parts(inner)
    for word in ("items", "additionalProperties"):
        if isinstance(schema.get(word), dict):
            yield from parts(schema[word])
    for inner in (*schema.get("anyOf", ()), *schema.get("prefixItems", ())):
        yield from parts(inner)


def test_the_schema_is_one_and_leaves_no_key_open_at_any_depth() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for part in parts(STRICT):
        assert {"type", "anyOf", "$ref", "enum"} & {*part}, part
        if part.get("type") == "object":
            assert part.get("additionalProperties", True) is not True, part


@pytest.mark.parametrize("name", [path.stem for path in SAMPLES])
def test_the_figures_of_each_sample_fit(name: str) -> None:
    jsonschema.validate(of_sample(name), STRICT)  # else describe it in docs/review.schema.json


def test_users_who_differ_and_euros_fit() -> None:
    found = said(written(PLANS))
    jsonschema.validate(found, STRICT)
    assert found["currency"] == "EUR"
    assert "at_a_loss" in found["users"]


@pytest.mark.parametrize(
    ("path", "value"),
    [("a_month.p5", "12"), ("currency", "euro"), ("goals.margin.met_now", 1), ("book", None)],
)
def test_what_does_not_fit_is_refused(path: str, value: object) -> None:
    found = json.loads(json.dumps(of_sample("help-desk")))
    *ways, last = path.split(".")
    place = found
    for way in ways:
        place = place[way]
    place[last] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, SCHEMA)
