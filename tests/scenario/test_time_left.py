"""What earlier stages leave of the time to the first word: one figure, wherever it is asked for."""

from __future__ import annotations

import pytest
from cases import written

from aicost.analysis.alternatives.own_machines import own_machines
from aicost.billing.case import Case
from aicost.scenario.served_pools import works
from aicost.scenario.time_left import before_s

SERVED = "serves: llama-3.3-70b, chip: h100-sxm, weights: fp8"


def case(search: str = "seconds: 800 ms", pool: str = SERVED, goal: str = "3 s") -> Case:
    looked = f"  search: {{is: retrieval, store: pinecone-standard, top_k: 5, {search}}}\n"
    return written(
        "traffic: {requests_per_month: 100_000}\n"
        "corpus: {documents: 900, pages_per_document: 8, tokens_per_page: 500, chunk_tokens: 400}\n"
        f"pools: {{gpus: {{{pool}}}}}\npipeline:\n{looked if search else ''}"
        "  answer: {is: inference, pool: gpus, input_tokens: 900, output_tokens: 200, "
        "reads_context: no}\n"
        f"goals: {{first_word_p95: {goal}}}\n"
    )


def first_s(one: Case) -> float:
    return float(works(one.point.scenario)["gpus"].first_s)


@pytest.mark.parametrize(
    ("search", "left"),
    [
        ("", 3.0),
        ("seconds: 800 ms", 2.2),
        ("seconds: 800 ms, share: 50 %", 2.6),
        ("seconds: 800 ms, repeat: 2", 1.4),
        ("seconds: {p50: 200 ms, p95: 200 ms}", 2.8),
    ],
)
def test_the_first_word_is_due_in_a_third_of_what_is_left(search: str, left: float) -> None:
    one = case(search)
    assert first_s(one) == pytest.approx(left / 3)
    asked = own_machines(one, "answer")
    assert asked.work.first_s == pytest.approx(left / 3)
    assert ("stages before it leave of goals.first_word_p95" in asked.asked) == bool(search)


def test_what_was_usual_is_taken_where_nothing_is_stated() -> None:
    one = case("top_k: 5".replace("top_k: 5", "dimensions: 768"))
    assert 0.01 < before_s(one.point.scenario, ["answer"], one.book) < 0.2
    assert 2.8 < 3 * first_s(one) < 3.0


def test_a_change_is_followed_and_what_the_file_states_stands() -> None:
    one = case()
    assert first_s(one.at({"first_word_p95": 2.0})) == pytest.approx(1.2 / 3)
    assert first_s(one.at({"search.seconds": 0.2})) == pytest.approx(2.8 / 3)
    assert first_s(case(pool=f"{SERVED}, first_word_within: 2 s")) == 2.0


def test_the_bill_has_as_many_machines_as_the_list_of_machines() -> None:
    one = case(goal="2 s").at({"requests_per_month": 20_000_000.0})
    found = own_machines(one, "answer")
    assert found.now is not None
    assert found.now.usd == pytest.approx(float(one.bill.total) - _beside(one))
    alone = own_machines(case("", goal="2 s").at({"requests_per_month": 20_000_000.0}))
    assert alone.now is not None
    assert found.now.units >= alone.now.units
    assert float(found.now.pool.carries) <= float(alone.now.pool.carries)


def _beside(one: Case) -> float:
    return sum(float(usd) for name, usd in one.bill.by("stage").items() if name != "gpus")


def test_machines_for_a_model_by_the_token_have_the_same_time() -> None:
    text = case().scenario
    sold = written(
        "traffic: {requests_per_month: 100_000}\n"
        "pipeline:\n  before: {is: inference, model: openai/gpt-5-mini, thinking_tokens: 0, "
        "input_tokens: 100, output_tokens: 20, ttft: 300 ms, tpot: 10 ms}\n"
        "  answer: {is: inference, model: deepinfra/meta-llama/Llama-3.3-70B-Instruct, "
        "input_tokens: 900, output_tokens: 200}\n"
        "goals: {first_word_p95: 3 s}\n"
    )
    assert text.pools
    assert own_machines(sold, "answer").work.first_s == pytest.approx((3.0 - 0.5) / 3)
