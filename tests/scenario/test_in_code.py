"""A system made in code: what its file would say, with the same checks and the same words."""

import math
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from places import SAMPLES

from aicost.book.book import Book
from aicost.scenario.checks import verify
from aicost.scenario.in_code import NO_LINE, node_of, plain_number
from aicost.scenario.load import build, load
from aicost.scenario.problems import ScenarioError
from aicost.scenario.scenario import Scenario
from aicost.scenario.yaml_tree import Node
from aicost.values.quantities import Range, Spread

USERS = {"traffic": {"users": 1_000}}
CHAT = {"kind": "rag-chat", **USERS}
TOKENS = st.floats(0.5, 1e6)


def plain(node: Node) -> Any:
    """Return a node as YAML's loader would have it."""
    if isinstance(node.value, dict):
        return {key: plain(inner) for key, inner in node.value.items()}
    if isinstance(node.value, list):
        return [plain(inner) for inner in node.value]
    return node.value


def problems(keys: dict[str, Any]) -> list[str]:
    with pytest.raises(ScenarioError) as error:
        build(keys)
    return str(error.value).splitlines()


# ---- values as text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (6_000, "6000"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (np.int64(12), "12"),
        (np.float64(2.5), "2.5"),
        (math.inf, "never"),
        (True, "yes"),
        (False, "no"),
        (date(2026, 11, 23), "2026-11-23"),
        (" about 4 ", "about 4"),
        (Range(0.25, 0.5, 1.0), "0.25 to 0.5"),
        (Range(-0.1, 2), "-0.1 to 2"),
        (Spread(250, 900.5), {"p50": "250", "p95": "900.5"}),
        (Spread(Range(1, 2), 3), {"p50": "1 to 2", "p95": "3"}),
        ([1, 0.5], ["1", "0.5"]),
        (np.array([1.0, 0.25]), ["1", "0.25"]),
        ({"a": {"b": (1, "x")}, 3: "y"}, {"a": {"b": ["1", "x"]}, "3": "y"}),
    ],
)
def test_values_as_a_file_has_them(value: Any, text: Any) -> None:
    assert plain(node_of(value)) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_all_its_digits_and_has_no_exponent(number: float) -> None:
    text = plain_number(number)
    assert float(text) == number
    assert not set(text) - set("-.0123456789")


def test_code_has_no_lines() -> None:
    node = node_of({"a": [{"b": 1}]})
    assert node.line == node.entries["a"].line == node.entries["a"].value[0].line == NO_LINE


# ---- the same system as in a file


def said(scenario: Scenario) -> dict[str, tuple[Any, str]]:
    """Return every field with its value, and who said so."""
    return {
        path: (value, part.basis(field), scenario.name)
        for path, part, field, value in scenario.fields
    }


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_keys_of_a_file_are_those_of_code(path: Path) -> None:
    """The samples, read by YAML's own loader and built."""
    text = path.read_text(encoding="utf-8")
    made, filed = build(yaml.load(text, yaml.BaseLoader)), load(path)
    assert said(made) == said(filed)
    assert (made.kind, made.as_of, made.profile) == (filed.kind, filed.as_of, filed.profile)
    assert made.pipeline.forms == filed.pipeline.forms
    assert made.goals.abandonment == filed.goals.abandonment


@given(
    users=st.integers(1, 10**7),
    share=st.floats(0, 1) | st.tuples(st.floats(0.01, 0.4), st.floats(0.5, 0.9)),
    tokens=TOKENS | st.tuples(TOKENS, st.floats(1, 9)),
    flag=st.booleans(),
)
def test_numbers_ranges_and_mixes_arrive_as_they_are(
    users: int, share: Any, tokens: Any, flag: bool
) -> None:
    part = Range(*share, 1.0) if isinstance(share, tuple) else share
    size = Spread(tokens[0], tokens[0] * tokens[1]) if isinstance(tokens, tuple) else tokens
    answer = {"cache_read_share": part, "output_tokens": size, "reads_context": flag}
    built = build({**CHAT, "traffic": {"users": users}, "pipeline": {"answer": answer}})
    assert built.get("users") == users
    assert {field: built.get(f"answer.{field}") for field in answer} == answer
    origins = built.stage("answer").origins
    assert {(origins[f].basis, origins[f].source, origins[f].line) for f in answer} <= {
        ("stated", "case()", NO_LINE),
        ("given", "case()", NO_LINE),
    }


def test_a_range_is_given_and_a_number_measured() -> None:
    built = build({**CHAT, "traffic": {"users": Range(100, 900), "requests_per_user_month": 20}})
    assert built.traffic.basis("users") == "given"
    assert built.traffic.basis("requests_per_user_month") == "stated"
    assert built.traffic.origins["users"].written == "100 to 900"


def test_text_is_read_as_in_a_file() -> None:
    built = build(
        {**CHAT, "pipeline": {"answer": {"output_tokens": "about 300"}, "people": "none"}}
    )
    assert built.get("answer.output_tokens") == Range(150.0, 600.0)
    assert "people" not in [stage.name for stage in built.stages]


# ---- the same words


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({**CHAT, "trafic": {}}, ["case(): trafic: no such key; did you mean 'traffic'?"]),
        ({"kind": "rag-caht", **USERS}, ["case(): kind: no kind 'rag-caht'; did you mean"]),
        ({**CHAT, "traffic": {"users": -1}}, ["case(): traffic.users: '-1' is too small; write 0"]),
        ({**CHAT, "traffic": 5}, ["case(): traffic: needs keys of its own; write traffic: {users"]),
        (USERS, ["case(): traffic.requests_per_user_month: it is missing"]),
        (
            {**CHAT, "pipeline": {"answer": {"output_tokens": Spread(9, 5), "inputs": 3}}},
            [
                "case(): answer.inputs: no such key",
                "case(): answer.output_tokens: p95 lies below p50; swap them",
            ],
        ),
        ({}, ["case(): traffic: it is missing; write users=1_000"]),
        (
            {"traffic": {"requests_per_month": 5}},
            ["case(): pipeline: nothing to price; name a kind:, or write pipeline:"],
        ),
        (
            {**CHAT, "pipeline": {"answer": {"pool": "gpus", "of": "nowhere"}}},
            ["case(): answer.of: no stage 'nowhere' before it", "case(): answer.pool: no pool"],
        ),
    ],
)
def test_problems_are_said_as_in_a_file_but_without_lines(
    keys: dict[str, Any], words: list[str]
) -> None:
    found = sorted(problems(keys))
    assert len(found) == len(words), found
    assert all(one.startswith(start) for one, start in zip(found, words, strict=True)), found


def test_what_nobody_has_is_said_without_a_line_too() -> None:
    """The stage is the kind's, its role has no wage yet on that day."""
    early = build({**CHAT, "as_of": date(2020, 1, 1)})
    with pytest.raises(ScenarioError, match=r"^A system: people\.role: .* no price recorded"):
        verify(early, Book.load(as_of=early.as_of))
