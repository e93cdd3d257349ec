"""The same request on other models, against sums done by hand."""

from pathlib import Path

import pytest
from places import SAMPLES

import aicost
from aicost import Book, Scenario
from aicost.analysis.alternatives.models import (
    dearest_call,
    input_parts,
    largest_call,
    on_each_model,
    on_each_reranker,
)


def written(folder: Path, answer: str, *, before: str = "", after: str = "") -> Scenario:
    """Return a scenario of one call a request, with what stands before and after it."""
    file = folder / "one.yaml"
    file.write_text(
        "name: One\nas_of: 2026-11-23\ntraffic: {requests_per_month: 1_000}\npipeline:\n"
        f"{before}  answer: {{is: inference, {answer}}}\n{after}",
        encoding="utf-8",
    )
    return aicost.load(file)


def book(scenario: Scenario) -> Book:
    return Book.load(as_of=scenario.as_of)


def test_a_price_by_hand(tmp_path: Path) -> None:
    s = written(tmp_path, "model: openai/gpt-5-mini, input_tokens: 4_300, output_tokens: 250")
    one = on_each_model(s, "answer", book(s), ["anthropic/claude-haiku-4-5"]).iloc[0]
    assert one.input_usd == pytest.approx(4_300 * 1.00 / 1e6)
    assert one.output_usd == pytest.approx(250 * 5.00 / 1e6)
    assert one.usd_per_request == pytest.approx(one.input_usd + one.output_usd)


def test_calls_that_not_every_request_makes(tmp_path: Path) -> None:
    words = (
        "model: openai/gpt-5-mini, input_tokens: 1_000, output_tokens: 0, share: 25 %, repeat: 2"
    )
    s = written(tmp_path, words)
    one = on_each_model(s, "answer", book(s), ["anthropic/claude-haiku-4-5"]).iloc[0]
    assert one.usd_per_request == pytest.approx(0.25 * 2 * 1_000 * 1.00 / 1e6)


def test_a_whole_request_above_a_tier_is_dearer(tmp_path: Path) -> None:
    words = "model: openai/gpt-5-mini, output_tokens: 0, input_tokens: "
    usd = {}
    for tokens in (100_000, 100_001):
        s = written(tmp_path, f"{words}{tokens}")
        frame = on_each_model(s, "answer", book(s), ["anthropic/claude-haiku-5-5"])
        usd[tokens] = frame["usd_per_request"][0]
    assert usd[100_001] == pytest.approx(5 * usd[100_000] * 100_001 / 100_000)


def test_window_holds_the_largest_call_exactly(tmp_path: Path) -> None:
    words = (
        "model: anthropic/claude-sonnet-5-5, output_tokens: {p50: 10, p95: 1_000}, input_tokens: "
    )
    fits = {}
    for tokens in (127_000, 127_001):
        s = written(tmp_path, f"{words}{tokens}")
        assert largest_call(s, "answer") == tokens + 1_000
        fits[tokens] = on_each_model(s, "answer", book(s), ["openai/gpt-4o-mini"])["fits"][0]
    assert fits == {127_000: True, 127_001: False}


def test_window_that_the_book_does_not_know_is_neither(tmp_path: Path) -> None:
    s = written(tmp_path, "model: openai/gpt-5-mini, input_tokens: 10, output_tokens: 10")
    assert on_each_model(s, "answer", book(s), ["cohere/command-a"])["fits"][0] is None


def test_history_of_the_last_turn_has_to_fit(tmp_path: Path) -> None:
    words = (
        "model: openai/gpt-5-mini, input_tokens: 100, output_tokens: 50, turns: {p50: 2, p95: 9}"
    )
    s = written(tmp_path, f"{words}, tokens_kept_per_turn: 300")
    assert largest_call(s, "answer") == pytest.approx(100 + 50 + 8 * 300)


def test_no_batch_service_means_the_standard_price_and_says_so(tmp_path: Path) -> None:
    words = "model: google/gemini-3.8-flash, batch: yes, input_tokens: 1_000, output_tokens: 0"
    s = written(tmp_path, words)
    with_batch, without = "anthropic/claude-haiku-4-5", "aws/amazon.nova-pro-v1:0"
    frame = on_each_model(s, "answer", book(s), [with_batch, without]).set_index("model")
    assert frame.loc[with_batch, "usd_per_request"] == pytest.approx(1_000 * 0.50 / 1e6)
    assert frame.loc[without, "usd_per_request"] == pytest.approx(1_000 * 0.80 / 1e6)
    assert frame.loc[with_batch, "note"] == ""
    assert frame.loc[without, "note"] == "no batch price listed: standard price"


def test_a_contract_of_its_own_holds_for_its_own_model_only(tmp_path: Path) -> None:
    words = "price: {input: 0.01, output: 0.01}, input_tokens: 1_000, output_tokens: 0"
    s = written(tmp_path, words)
    one = on_each_model(s, "answer", book(s), ["anthropic/claude-haiku-4-5"]).iloc[0]
    assert one.usd_per_request == pytest.approx(1_000 * 1.00 / 1e6)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_own_model_costs_what_the_bill_says(path: Path) -> None:
    s = aicost.load(path)
    priced = Case(s, book(s)).bill
    name = dearest_call(priced)
    own = s.stage(name).model  # type: ignore[attr-defined]
    frame = on_each_model(s, name, book(s), [own, "openai/gpt-4o-mini"]).set_index("model")
    on_bill = float(priced.by("stage")[name] / priced.requests)
    assert frame.loc[own, "usd_per_request"] == pytest.approx(on_bill, rel=1e-12)
    assert input_parts(s, name)["share"].sum() == pytest.approx(1)


def test_models_are_all_that_answer_and_no_others() -> None:
    s = aicost.load(SAMPLES[0])
    curated = Book.load(as_of=s.as_of, layers=["curated"])
    names = set(on_each_model(s, "enrich", curated)["model"])
    assert {"anthropic/claude-haiku-4-5", s.stage("enrich").model} <= names  # type: ignore[attr-defined]
    assert "openai/text-embedding-3-small" not in names
    assert "cohere/rerank-v4.0-fast" not in names


def test_what_is_no_call_is_refused(tmp_path: Path) -> None:
    traces = "  traces: {is: observability, platform: langfuse-core, events_per_request: 6}\n"
    words = "model: openai/gpt-5-mini, input_tokens: 10, output_tokens: 10"
    s = written(tmp_path, words, after=traces)
    with pytest.raises(ValueError, match="traces: no call to a model; use one of: answer"):
        input_parts(s, "traces")
    with pytest.raises(KeyError, match="no stage 'answr'"):
        largest_call(s, "answr")


def test_a_scenario_that_pays_no_model_has_no_dearest_call(tmp_path: Path) -> None:
    pools = "pools: {gpus: {price_per_hour: 2, carries: 100}}\n"
    s = written(tmp_path, "pool: gpus, input_tokens: 10, output_tokens: 10", after=pools)
    with pytest.raises(ValueError, match="One: no stage pays a model by the token"):
        dearest_call(Case(s, book(s)).bill)


FOUND = (
    "corpus: {documents: 10, pages_per_document: 6, tokens_per_page: 500, chunk_tokens: 400}\n"
    "pipeline:\n  find: {is: retrieval, price: {gb: 1, gb_month: 0}, top_k: 30}\n"
)
HEAD = "name: One\nas_of: 2026-11-23\ntraffic: {requests_per_month: 1_000}\n"


@pytest.mark.parametrize("own", ["model: cohere/rerank-v3.5", "price: {search: 5}"])
def test_a_reranker_by_hand(tmp_path: Path, own: str) -> None:
    """A contract of the stage's own does not price the others: 30 passages of 400 + 20 tokens."""
    file = tmp_path / "one.yaml"
    rerank = f"  rerank: {{is: reranking, {own}, query_tokens: 20, when_unsure: 50 %}}\n"
    file.write_text(HEAD + FOUND + rerank, encoding="utf-8")
    s = aicost.load(file)
    every = on_each_reranker(s, "rerank", book(s)).set_index("model")
    assert every.loc["voyageai/rerank-2.5", "usd_per_request"] == pytest.approx(
        0.5 * 30 * 420 * 0.05 / 1e6
    )
    assert every.loc["cohere/rerank-v4.0-fast", "usd_per_request"] == pytest.approx(0.5 * 0.002)
    assert set(every["sold"]) == {"search", "token"}
    assert not [name for name in every.index if name.startswith(("encoder", "speed"))]


def test_what_does_not_rerank_is_refused(tmp_path: Path) -> None:
    s = written(tmp_path, "price: {input: 1, output: 2}, input_tokens: 9, output_tokens: 9")
    with pytest.raises(ValueError, match="it does not rerank"):
        on_each_reranker(s, "answer", book(s))
