"""The same request on other models, against sums done by hand."""

from pathlib import Path

import pandas as pd
import pytest
from cases import sample, written
from places import SAMPLES

import aicost
from aicost.analysis.alternatives.models import (
    costliest_call,
    largest_call,
    models,
    prompt_parts,
    rerankers,
    second_look,
)
from aicost.billing.case import Case
from aicost.book.book import Book
from aicost.book.rows import BookError

HEAD = "name: One\ntraffic: {requests_per_month: 1_000}\n"


def one_call(answer: str, *, after: str = "") -> Case:
    """Load a system of one call a request, with what stands behind it."""
    return written(f"{HEAD}pipeline:\n  answer: {{is: inference, {answer}}}\n{after}")


def on(case: Case, model: str) -> pd.Series:
    """The row of one model."""
    return models(case, "answer", [model]).frame.iloc[0]


def test_a_price_by_hand() -> None:
    case = one_call("model: anthropic/claude-sonnet-4-6, input_tokens: 4_300, output_tokens: 250")
    one = on(case, "anthropic/claude-haiku-4-5")
    assert one.input_usd == pytest.approx(4_300 * 1.00 / 1e6)
    assert one.output_usd == pytest.approx(250 * 5.00 / 1e6)
    assert one.usd_per_request == pytest.approx(one.input_usd + one.output_usd)


def test_calls_that_not_every_request_makes() -> None:
    words = (
        "model: anthropic/claude-sonnet-4-6, input_tokens: 1_000, output_tokens: 0, share: 25 %,"
        " repeat: 2"
    )
    one = on(one_call(words), "anthropic/claude-haiku-4-5")
    assert one.usd_per_request == pytest.approx(0.25 * 2 * 1_000 * 1.00 / 1e6)


def test_a_whole_request_above_a_tier_is_dearer() -> None:
    words = "model: anthropic/claude-sonnet-5-5, output_tokens: 0, input_tokens: "
    usd = {}
    for tokens in (100_000, 100_001):
        one = on(one_call(f"{words}{tokens}"), "anthropic/claude-haiku-5-5")
        usd[tokens] = one.usd_per_request
    assert usd[100_001] == pytest.approx(5 * usd[100_000] * 100_001 / 100_000)


def test_window_holds_the_largest_call_exactly() -> None:
    words = "model: openai/gpt-5-mini, output_tokens: {p50: 10, p95: 1_000}, input_tokens: "
    fits = {}
    for tokens in (127_000, 127_001):
        case = one_call(f"{words}{tokens}")
        assert largest_call(case, "answer") == tokens + 1_000
        fits[tokens] = on(case, "openai/gpt-4o-mini").fits
    assert fits == {127_000: True, 127_001: False}


@pytest.mark.parametrize(("tokens", "fits"), [(272_000, True), (272_001, False)])
def test_what_may_be_asked_is_less_than_the_window(tokens: int, fits: bool) -> None:
    case = one_call(f"model: openai/gpt-5-mini, output_tokens: 1_000, input_tokens: {tokens}")
    assert on(case, "openai/gpt-5-mini").fits == fits


def test_window_that_the_book_does_not_know_is_neither() -> None:
    case = one_call("model: openai/gpt-5-mini, input_tokens: 10, output_tokens: 10")
    found = models(case, "answer", ["cohere/command-a"])
    assert found.frame["fits"][0] is None
    (row,) = found.rows().texts()
    assert row[4:6] == ("", "")  # neither a window nor whether it fits


def test_history_of_the_last_turn_has_to_fit() -> None:
    words = (
        "model: openai/gpt-5-mini, input_tokens: 100, output_tokens: 50, turns: {p50: 2, p95: 9}"
    )
    case = one_call(f"{words}, tokens_kept_per_turn: 300")
    assert largest_call(case, "answer") == pytest.approx(100 + 50 + 8 * 300)


def test_no_batch_service_means_the_standard_price_and_says_so() -> None:
    words = "model: anthropic/claude-sonnet-4-6, batch: yes, input_tokens: 1_000, output_tokens: 0"
    with_batch, without = "anthropic/claude-haiku-4-5", "aws/amazon.nova-pro-v1:0"
    frame = models(one_call(words), "answer", [with_batch, without]).frame.set_index("model")
    assert frame.loc[with_batch, "usd_per_request"] == pytest.approx(1_000 * 0.50 / 1e6)
    assert frame.loc[without, "usd_per_request"] == pytest.approx(1_000 * 0.80 / 1e6)
    assert frame.loc[with_batch, "note"] == ""
    assert frame.loc[without, "note"] == (
        "no batch price listed: standard price; tokens not converted"
    )


def test_a_contract_of_its_own_holds_for_its_own_model_only() -> None:
    words = "price: {input: 0.01, output: 0.01}, input_tokens: 1_000, output_tokens: 0"
    one = on(one_call(words), "anthropic/claude-haiku-4-5")
    assert one.usd_per_request == pytest.approx(1_000 * 1.00 / 1e6)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_own_model_costs_what_the_bill_says(path: Path) -> None:
    case = sample(path.stem)
    name = costliest_call(case)
    own = case.scenario.stage(name).model  # type: ignore[attr-defined]
    found = models(case, name, [own, "openai/gpt-4o-mini"])
    assert (found.stage, found.now) == (name, own)
    on_bill = float(case.bill.by("stage")[name] / case.bill.requests)
    priced = found.frame.set_index("model").loc[own, "usd_per_request"]
    assert priced == pytest.approx(on_bill, rel=1e-12)
    assert prompt_parts(case, name)["share"].sum() == pytest.approx(1)


def test_the_costliest_call_is_meant_where_none_is_named() -> None:
    case = sample("help-desk")
    two = ["anthropic/claude-haiku-4-5", "openai/gpt-4o-mini"]
    found = models(case, names=two)
    assert found.stage == costliest_call(case)
    assert found.frame.equals(models(case, found.stage, two).frame)


def test_models_are_all_that_answer_and_no_others() -> None:
    case = sample("catalogue-overnight")
    curated = Case(case.scenario, Book.load(as_of=case.scenario.as_of, layers=["curated"]))
    names = set(models(curated, "enrich").frame["model"])
    own = case.scenario.stage("enrich").model  # type: ignore[attr-defined]
    assert {"anthropic/claude-haiku-4-5", own} <= names
    assert "openai/text-embedding-3-small" not in names
    assert "cohere/rerank-v4.0-fast" not in names


def test_the_sentence_names_the_cheapest_and_the_one_in_use() -> None:
    case = one_call("model: anthropic/claude-haiku-4-5, input_tokens: 1_000, output_tokens: 0")
    cheap, own = "openai/gpt-4o-mini", "anthropic/claude-haiku-4-5"
    assert models(case, "answer", [cheap, own]).sentence == (
        f"answer: {cheap} is cheapest, $0.00014 a request; {own} is $0.001, 7.3 times as much."
    )
    assert models(case, "answer", [own]).sentence == (
        f"answer: {own} is cheapest, $0.001 a request."
    )
    assert models(case, "answer", ["openai/text-embedding-3-small"]).sentence == (
        "answer: the book prices no model for it."
    )


def test_what_is_no_call_is_refused() -> None:
    traces = (
        "  traces: {is: observability, platform: langfuse-core, events_per_request: 6,\n"
        "           kb_per_request: 9, kept_months: 1}\n"
    )
    words = "model: openai/gpt-5-mini, input_tokens: 10, output_tokens: 10"
    case = one_call(words, after=traces)
    with pytest.raises(ValueError, match="traces: no call to a model; use one of: answer"):
        prompt_parts(case, "traces")
    with pytest.raises(KeyError, match="no stage 'answr'"):
        largest_call(case, "answr")


def test_a_scenario_that_pays_no_model_has_no_costliest_call() -> None:
    pools = "pools: {gpus: {price_per_hour: 2, carries: 100}}\n"
    case = one_call("pool: gpus, input_tokens: 10, output_tokens: 10", after=pools)
    with pytest.raises(ValueError, match="One: no stage pays a model by the token"):
        costliest_call(case)


# ---- rerankers

FOUND = (
    "corpus: {documents: 10, pages_per_document: 6, tokens_per_page: 500, chunk_tokens: 400}\n"
    "pipeline:\n  find: {is: retrieval, price: {gb: 1, gb_month: 0}, top_k: 30}\n"
)


@pytest.mark.parametrize("own", ["model: cohere/rerank-v3.5", "price: {search: 5}"])
def test_a_reranker_by_hand(own: str) -> None:
    """A contract of the stage's own does not price the others: 30 passages of 400 + 20 tokens."""
    rerank = f"  rerank: {{is: reranking, {own}, query_tokens: 20, when_unsure: 50 %}}\n"
    every = rerankers(written(HEAD + FOUND + rerank), "rerank").set_index("model")
    assert every.loc["voyageai/rerank-2.5", "usd_per_request"] == pytest.approx(
        0.5 * 30 * 420 * 0.05 / 1e6
    )
    assert every.loc["cohere/rerank-v4.0-fast", "usd_per_request"] == pytest.approx(0.5 * 0.002)
    assert set(every["sold"]) == {"search", "token"}
    assert not [name for name in every.index if name.startswith(("encoder", "speed"))]


@pytest.mark.parametrize(
    ("fields", "found"),
    [("", "rerank"), (", when_unsure: 0", ""), (", share: 0", ""), (", documents: 0", "")],
)
def test_a_second_look_is_one_that_reads_something(fields: str, found: str) -> None:
    rerank = f"  rerank: {{is: reranking, price: {{search: 5}}{fields}}}\n"
    assert second_look(written(HEAD + FOUND + rerank)) == found


def test_what_does_not_rerank_is_refused() -> None:
    case = one_call("price: {input: 1, output: 2}, input_tokens: 9, output_tokens: 9")
    with pytest.raises(ValueError, match="it does not rerank"):
        rerankers(case, "answer")


def test_a_model_that_is_not_in_the_book_is_refused() -> None:
    with pytest.raises(BookError, match=r"no 'openai/gpt-6-sool' in the book.*openai/gpt-6-sol"):
        aicost.models(sample("help-desk"), "answer", ["openai/gpt-6-sol", "openai/gpt-6-sool"])


def test_one_model_may_stand_alone() -> None:
    one = aicost.models(sample("help-desk"), "answer", "openai/gpt-6-sol")
    assert one.frame["model"].tolist() == ["openai/gpt-6-sol"]
