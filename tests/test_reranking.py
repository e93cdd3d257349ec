"""Reranking: searches by the hundred passages or tokens, and fewer passages handed on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_systems import bill_of, line, system

from aicost.components.reranking import reranked_tokens, search_units

FIND = "find: {is: retrieval, price: {gb: 0, gb_month: 0}, top_k: 120}"
ANSWER = (
    "answer: {is: inference, price: {input: 1, output: 0}, input_tokens: 600, output_tokens: 1}"
)


@given(st.integers(1, 400), st.integers(1, 9_000), st.integers(0, 200))
def test_searches_by_cutting_and_filling(documents: int, tokens: int, query: int) -> None:
    """Cut each passage at 4,096 tokens, the query with it; fill searches of 100 pieces."""
    pieces = [1 for _ in range(documents) for _ in range(0, tokens + query, 4_096)]
    searches = [pieces[i : i + 100] for i in range(0, len(pieces), 100)]
    assert len(searches) == search_units(
        documents=documents, document_tokens=tokens, query_tokens=query,
        documents_per_unit=100, tokens_per_document=4_096,
    )  # fmt: skip


@given(st.integers(0, 60), st.integers(1, 500), st.integers(0, 60))
def test_tokens_by_reading_pairs(documents: int, tokens: int, query: int) -> None:
    read = sum(tokens + query for _ in range(documents))
    assert read == reranked_tokens(documents=documents, document_tokens=tokens, query_tokens=query)


def test_a_reranker_sold_by_the_search(tmp_path) -> None:
    rerank = "rerank: {is: reranking, model: cohere/rerank-v3.5, query_tokens: 20}"
    bill = bill_of(system(f"{FIND}\n{rerank}"), tmp_path)
    searches = line(bill, "searches")
    assert searches.quantity == 2 * 5_000  # 120 passages are two searches
    assert searches.usd == pytest.approx(10_000 * searches.price.usd, rel=1e-12)


def test_a_reranker_sold_by_the_token(tmp_path) -> None:
    rerank = "rerank: {is: reranking, model: voyageai/rerank-3-lite, query_tokens: 20}"
    bill = bill_of(system(f"{FIND}\n{rerank}"), tmp_path)
    assert bill.by("stage")["rerank"] == pytest.approx(5_000 * 120 * 420 / 1e6 * 0.02, rel=1e-12)


@pytest.mark.parametrize(
    ("fields", "passages"),
    [("keep: 6", 6), ("documents: 50, keep: 6", 6), ("keep: 200", 120),
     ("documents: 50, keep: 200", 50), ("documents: 50", 120)],
)  # fmt: skip
def test_what_it_hands_on(tmp_path, fields: str, passages: int) -> None:
    """Never more than it was given."""
    rerank = f"rerank: {{is: reranking, price: {{search: 0.002}}, query_tokens: 20, {fields}}}"
    bill = bill_of(system(f"{FIND}\n{rerank}\n{ANSWER}"), tmp_path)
    tokens = 600 + passages * 400
    assert line(bill, "input").quantity == pytest.approx(5_000 * tokens / 1e6, rel=1e-12)
