"""`aicost check` asks for thinking tokens where a model may think and nobody said how much."""

import pytest
from cases import written

from aicost.scenario.checks import warnings

TEXT = "input_tokens: 1_000, output_tokens: 150"


def asked(fields: str) -> list[str]:
    text = "traffic: {requests_per_month: 1_000}\npipeline:\n"
    case = written(f"{text}  a: {{is: inference, {TEXT}, {fields}}}\n")
    return [w.wrong for w in warnings(case.scenario, case.book) if "thinking_tokens" in w.key]


def test_it_says_what_is_usual_and_what_it_would_add() -> None:
    (said,) = asked("model: google/gemini-2.5-pro")
    # 1,000 calls x 421 to 3,229 tokens on average x $10 a million
    assert "can think before it answers" in said
    assert "420 to 3,200 tokens a call are usual (our assumption), $4.2" in said
    assert " to $32.2" in said
    assert "thinks by default" in asked("model: anthropic/claude-haiku-5-5")[0]


@pytest.mark.parametrize(
    "fields",
    [
        "model: google/gemini-2.5-pro, thinking_tokens: 0",
        "model: google/gemini-2.5-pro, thinking_tokens: unknown",
        "model: google/gemini-2.5-pro, thinking_tokens: {p50: 300, p95: 900}",
        "model: openai/gpt-4o-mini",
        "price: {input: 1, output: 2}",
    ],
)
def test_it_is_silent_where_it_is_said_or_cannot_be(fields: str) -> None:
    assert asked(fields) == []


def test_a_contract_for_a_model_that_thinks_is_asked_at_its_own_price() -> None:
    (said,) = asked("model: google/gemini-2.5-pro, price: {input: 1, output: 100}")
    assert "$42" in said
