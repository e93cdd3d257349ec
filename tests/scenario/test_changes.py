"""Values set otherwise are read and checked as those of a file, and blamed where they were set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cases import sample, written
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.scenario.agreement import odd_shares
from aicost.scenario.changes import changed
from aicost.scenario.load import load
from aicost.scenario.problems import ScenarioError
from aicost.scenario.scenario import Scenario
from aicost.values.quantities import Range, Spread

HELP_DESK = sample("help-desk")
AGENT = sample("research-agent")


def at(changes: dict[str, Any]) -> Scenario:
    return changed(HELP_DESK.scenario, HELP_DESK.book, changes)


def told(changes: dict[str, Any], case: Any = HELP_DESK) -> str:
    with pytest.raises(ScenarioError) as error:
        case.at(changes)
    return str(error.value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("users", -1.0),
        ("users", np.nan),
        ("users", np.inf),
        ("users", np.array([5.0, -5.0])),
        ("users", np.array([5.0, np.nan])),
        ("users", [5, -5]),
        ("cache.hit_share", 1.2),
        ("cache.hit_share", np.linspace(0, 1.01, 9)),
        ("corpus.chunk_tokens", 0.0),
        ("growth.months", 121),
        ("users", Range(-5.0, 5.0)),
        ("cache.hit_share", Range(0.5, 1.5, 1.0)),
        ("answer.output_tokens", Spread(-1.0, 5.0)),
        ("answer.output_tokens", Spread(9.0, 5.0)),
        ("answer.output_tokens.p95", 1.0),
        ("answer.output_tokens.p50", 1e6),
        ("users", Range(9.0, 5.0)),
        ("users", Range(1.0, 1e9)),
        ("users", -np.inf),
        ("users", 1e300),
        ("users", 10**400),
        ("users", True),
        ("users", None),
        ("users", 1j),
        ("users", {"p50": 3}),
        ("users", Spread(1.0, 2.0)),
        ("users", ""),
        ("users", "20,000"),
        ("users", [[1.0, 2.0]]),
        ("users", [[1.0], [2.0, 3.0]]),
        ("users", []),
        ("users", [1.0, None]),
        ("users", ["5", "about 5"]),
        ("users", [True, False]),
        ("answer.output_tokens", Spread(10.0, 1e5)),
        ("answer.output_tokens", Spread(0.0, 1e5)),
        ("answer.output_tokens.p95", 1e6),
        ("answer.output_tokens.p50", [0.0, 5.0]),
        ("answer.batch", 1),
        ("answer.batch", "maybe"),
        ("answer.cache_ttl", "2h"),
        ("answer.model", ["a/b", "c/d"]),
        ("answer.model", "gpt\u202e"),
        ("answer.model", "x" * 201),
        ("answer.pool", "gpus"),
        ("traffic.profile", "office"),
        ("traffic.requests_per_month", 5.0),
        ("embedding.reembeds", "document"),
        ("answer.output_tokens", Spread(np.array([1.0, 9.0]), 5.0)),
    ],
)
def test_values_out_of_bounds_are_refused(path: str, value: Any) -> None:
    with pytest.raises(ScenarioError) as error:
        at({path: value})
    (problem,) = error.value.problems
    assert path.removesuffix(".p95").removesuffix(".p50") in problem.key
    assert (problem.file, problem.line) == ("at()", 0)
    assert problem.remedy


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=6))
@settings(max_examples=30)
def test_values_within_bounds_are_taken(users: list[float]) -> None:
    swept = at({"users": np.array(users)})
    assert np.array_equal(swept.get("users"), users)
    assert np.array_equal(at({"users": users}).get("users"), users)


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("users", "9_000", 9_000.0),
        ("users", 9, 9.0),
        ("users", np.array(9), 9.0),
        ("corpus.changed_per_month", "5 %", 0.05),
        ("users", "4 to 9", Range(4.0, 9.0)),
        ("users", "about 4", Range(2.0, 8.0)),
        ("cache.hit_share", Range(0.1, 0.4), Range(0.1, 0.4, 1.0)),
        ("answer.output_tokens", {"p50": "1_00", "p95": "2 k"}, None),
        ("answer.output_tokens", {"p50": "100", "p95": "2 k"}, Spread(100.0, 2_000.0)),
        ("answer.output_tokens.p95", "2 k", 2_000.0),
        ("answer.batch", True, True),
        ("answer.batch", "yes", True),
        ("corpus.months_between_models", float("inf"), float("inf")),
        ("corpus.months_between_models", "never", float("inf")),
        ("users", ["1_000", 5], [1_000.0, 5.0]),
        ("users", "unknown", Range(20.0, 2_000.0)),
        ("answer.model", "unknown", "anthropic/claude-sonnet-5-5"),
    ],
)
def test_text_and_numbers_are_read_as_in_a_file(path: str, text: Any, value: Any) -> None:
    if value is None:
        assert "has separators" in told({path: text}) or "not a number" in told({path: text})
    elif isinstance(value, list):
        assert at({path: text}).get(path).tolist() == value
    elif text == "unknown" and isinstance(value, Range):
        assert isinstance(at({path: text}).get(path), Range)
        assert at({path: text}).traffic.basis("users") == "assumed"
    else:
        assert at({path: text}).get(path) == value


def test_what_is_set_bills_as_what_is_written(tmp_path: Path) -> None:
    """Each value of the sample, written into a file otherwise and set otherwise: one bill."""
    path = HELP_DESK.scenario.path
    assert path is not None
    text = path.read_text(encoding="utf-8")
    assert "users: 40_000" in text
    file = tmp_path / "help-desk.yaml"
    for spelling in ("9_000", "about 300", "2 k to 3 k"):
        file.write_text(text.replace("users: 40_000", f"users: {spelling}"), encoding="utf-8")
        filed, made = load(file), at({"users": spelling})
        assert filed.get("users") == made.get("users")
        assert filed.traffic.origins["users"].written == made.traffic.origins["users"].written


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"users": [1, 2], "cache.query_tokens": [1, 2, 3]}, "2 values beside 3 of"),
        ({"users": 1, "traffic.users": 2}, "it is set twice; keep one"),
        ({"growth.users_per_month": "900 %", "growth.months": 120}, "growth: it ends beyond"),
        ({"users": "x", "answer.repeat": -1}, "answer.repeat: '-1' is too small"),
        ({"answer.model": ""}, "answer.model: it is missing; write model"),
        ({"users": [1.0, -2.0, -3.0]}, "'-2' is too small; write 0 or more"),
        ({"users.p95": 5}, "one number, not a spread; set traffic.users"),
    ],
)
def test_what_does_not_go_together_is_told_in_a_line_each(
    changes: dict[str, Any], words: str
) -> None:
    text = told(changes)
    assert words in text
    assert all(line.startswith("at(): ") for line in text.splitlines())


def test_both_ends_of_a_mix_may_move_together() -> None:
    both = {"answer.output_tokens.p50": 5_000, "answer.output_tokens.p95": "9 k"}
    assert at(both).get("answer.output_tokens") == Spread(5_000.0, 9_000.0)


def test_costs_per_user_need_users() -> None:
    case = written("traffic: {requests_per_month: 9}\nother: {x: {per_month: 5}}")
    assert "x.per_user_month: users are not given" in told({"x.per_user_month": 1}, case)
    assert "no such field" not in told({"users": 5}, case)


def test_the_shares_of_a_route_have_to_add_up() -> None:
    route = "{small: {model: openai/gpt-6-luna, share: 60 %, input_tokens: 9, output_tokens: 9}, "
    route += "large: {model: openai/gpt-6-sol, input_tokens: 9, output_tokens: 9}}"
    case = written(f"traffic: {{requests_per_month: 9}}\npipeline: {{a: {{route: {route}}}}}")
    assert case.at({"a/small.share": 0.9}).scenario.get("a/small.share") == 0.9
    words = "a.route: shares add up to 120 %; make them 100 %"
    assert words in told({"a/small.share": 0.7, "a/large.share": "50 %"}, case)


def test_beside_draws_a_column_makes_a_sweep() -> None:
    drawn = HELP_DESK.draw(5)
    assert drawn.at({"users": np.array([[1.0], [2.0]])}).bill.total.shape == (2, 5)
    assert "3 values beside 5 of" in told({"users": [1, 2, 3]}, drawn)


def test_draws_of_what_has_no_range_take_a_column_too() -> None:
    known = written("traffic: {users: 5, requests_per_user_month: 2}\nother: {a: {per_request: 1}}")
    assert known.draw(5).at({"users": [[1.0], [2.0]]}).bill.total.tolist() == [[2.0], [4.0]]


def test_what_nobody_knows_is_what_is_usual_for_the_kind() -> None:
    for path, _, _, value in AGENT.scenario.fields:
        if path in ("work.rounds", "people.share", "work/think.model"):
            assert AGENT.at({path: "unknown"}).scenario.get(path) is not None, value
    assert "no kind has a range for it" in told({"answer.repeat": "unknown"})


@pytest.mark.parametrize(
    ("stated", "branches", "size"),
    [
        ([0.6, 0.4], 2, ""),
        ([0.6], 2, ""),
        ([0.6, 0.3], 2, "90 %"),
        ([0.6, 0.5], 3, "110 %"),
        ([Range(0.5, 0.7), 0.4], 2, ""),
        ([Range(0.7, 0.8), 0.4], 3, "110 %"),
        ([np.array([0.6, 0.9]), 0.4], 2, "130 %"),
    ],
)
def test_shares_that_add_up(stated: list[Any], branches: int, size: str) -> None:
    wrong = odd_shares(stated, branches)
    assert (wrong is None) == (not size)
    assert wrong is None or wrong[0].endswith(size)


def test_a_mix_is_set_as_a_file_writes_it() -> None:
    set_so = at({"answer.output_tokens": "{p50: 250, p95: 900}"})
    assert set_so.get("answer.output_tokens") == Spread(250.0, 900.0)
    assert at({"answer.output_tokens": "{p50: about 250, p95: 2 k}"}).get(
        "answer.output_tokens"
    ) == Spread(Range(125.0, 500.0), 2_000.0)
    for text, words in (
        ("{p50: 250}", "p95 missing; write p50 and p95"),
        ("{p50: 9, p95: 2}", "p95 lies below p50; swap them"),
        ("{p50: 250, p95: 900", "a bracket that is not closed"),
        ("{p50: 250, p95: many}", "answer.output_tokens.p95: 'many' is not a number"),
    ):
        assert words in told({"answer.output_tokens": text})
    assert "keys where one value is due" in told({"users": "{p50: 250, p95: 900}"})
