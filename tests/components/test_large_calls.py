"""Calls beyond a window or a limit: what is said of each, and nothing of those that fit."""

import pytest
from cases import written
from small_systems import BOOK

from aicost.components.flow import Corpus, Flow, World
from aicost.components.inference import Inference
from aicost.components.large_calls import above_limit, too_long
from aicost.components.traffic import FLAT, Month
from aicost.values.charge import Count, Factor

KIND = "kind: rag-chat\ntraffic: {users: 100, requests_per_user_month: 20}\n"
ENTRY = Count().times(Factor("requests", 1000.0))
CORPUS = Corpus(documents=10.0, pages_per_document=4.0, tokens_per_page=500.0, chunk_tokens=400.0)
FLOW = Flow(ENTRY, World(Month(), FLAT, CORPUS), ENTRY)


def answer_of(fields: str) -> Inference:
    """Return a call to a model that takes 128,000 tokens."""
    head = "model: openai/gpt-4o, reads_context: no, output_tokens: 100"
    stage = written(f"{KIND}pipeline: {{answer: {{{head}, {fields}}}}}\n").scenario.stage("answer")
    assert isinstance(stage, Inference)
    return stage


@pytest.mark.parametrize(("tokens", "said"), [("100_000", 0), ("200_000", 1)])
def test_a_call_beyond_the_window_is_named(tokens: str, said: int) -> None:
    call = answer_of(f"input_tokens: {tokens}")
    found = [*too_long(call, FLOW, call.over(FLOW, BOOK))]
    assert len(found) == said
    assert all("are more than the 128,000 that openai/gpt-4o takes" in one.wrong for one in found)


@pytest.mark.parametrize(("limit", "said"), [("50_000", 0), ("5_000", 1)])
def test_a_call_beyond_the_tokens_of_a_minute_is_named(limit: str, said: int) -> None:
    call = answer_of(f"input_tokens: 9_000, limits: {{tokens_per_minute: {limit}}}")
    found = [*above_limit(call, FLOW)]
    assert len(found) == said
    assert all("a call of 9,100 tokens is refused" in one.wrong for one in found)
