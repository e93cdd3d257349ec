"""Reranking: searches by the hundred passages or tokens, and fewer passages handed on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_systems import BOOK, bill_of, line, system

from aicost.components.reranking import reranked_tokens, search_units
from aicost.scenario.checks import verify
from aicost.scenario.load import load
from aicost.scenario.problems import ScenarioError

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
        documents=documents,
        document_tokens=tokens,
        query_tokens=query,
        documents_per_unit=100,
        tokens_per_document=4_096,
    )


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
    ("model", "passages", "tokens", "billed", "usd"),
    [
        # one search up to 100 documents; a longer document counts again every 500 tokens
        ("cohere/rerank-v4.0-fast", 50, 256, "1 search", 0.0020),
        ("cohere/rerank-v4.0-pro", 50, 256, "1 search", 0.0025),
        ("cohere/rerank-v4.0-fast", 100, 480, "1 search", 0.0020),
        ("cohere/rerank-v4.0-fast", 101, 480, "2 searches", 0.0040),
        ("cohere/rerank-v4.0-fast", 51, 481, "2 searches", 0.0040),
        # per query of up to 100 chunks, however long
        ("aws/amazon.rerank-v1:0", 100, 2_000, "1 search", 0.0010),
        ("aws/amazon.rerank-v1:0", 101, 256, "2 searches", 0.0020),
        # tokens of all documents, and of the question for each
        ("voyageai/rerank-2.5", 50, 256, "13,800 tokens", 0.000690),
        ("voyageai/rerank-3-lite", 50, 256, "13,800 tokens", 0.000276),
    ],
)
def test_what_a_query_is_billed_by_each_vendor(
    tmp_path, model: str, passages: int, tokens: int, billed: str, usd: float
) -> None:
    find = FIND.replace("120", str(passages))
    text = system(f"{find}\nrerank: {{is: reranking, model: {model}, query_tokens: 20}}")
    bill = bill_of(text.replace("chunk_tokens: 400", f"chunk_tokens: {tokens}"), tmp_path)
    (charge,) = [c for c in bill.charges if c.stage == "rerank"]
    assert charge.usd / 5_000 == pytest.approx(usd, rel=1e-12)
    per_query = float(charge.quantity) * charge.price.holds / 5_000
    assert f"{per_query:,.0f}" == billed.split()[0]


def test_a_reranker_on_a_machine(tmp_path) -> None:
    """40,000 tokens a second at $1.55 an hour: 120 passages of 420 tokens take 1.26 s of it."""
    own = "price: {per_hour: 1.55, tokens_per_s: 40_000}"
    bill = bill_of(system(f"{FIND}\nrerank: {{is: reranking, {own}, query_tokens: 20}}"), tmp_path)
    seconds = 5_000 * 120 * 420 / 40_000
    assert bill.by("stage")["rerank"] == pytest.approx(seconds / 3600 * 1.55, rel=1e-12)


@pytest.mark.parametrize(("how", "passages"), [("when_unsure", 6), ("share", 0.3 * 6 + 0.7 * 120)])
def test_only_when_unsure(tmp_path, how: str, passages: float) -> None:
    """Who is sure hands on the first few; who takes no part hands on all that was found."""
    own = f"price: {{search: 0.002}}, query_tokens: 20, keep: 6, {how}: 30 %"
    rerank = f"rerank: {{is: reranking, {own}}}"
    bill = bill_of(system(f"{FIND}\n{rerank}\n{ANSWER}"), tmp_path)
    assert line(bill, "searches").quantity == pytest.approx(5_000 * 0.3 * 2, rel=1e-12)
    tokens = 600 + passages * 400
    assert line(bill, "input").quantity == pytest.approx(5_000 * tokens / 1e6, rel=1e-12)


@pytest.mark.parametrize(
    ("fields", "passages"),
    [
        ("keep: 6", 6),
        ("documents: 50, keep: 6", 6),
        ("keep: 200", 120),
        ("documents: 50, keep: 200", 50),
        ("documents: 50", 120),
    ],
)
def test_what_it_hands_on(tmp_path, fields: str, passages: int) -> None:
    """Never more than it was given."""
    rerank = f"rerank: {{is: reranking, price: {{search: 0.002}}, query_tokens: 20, {fields}}}"
    bill = bill_of(system(f"{FIND}\n{rerank}\n{ANSWER}"), tmp_path)
    tokens = 600 + passages * 400
    assert line(bill, "input").quantity == pytest.approx(5_000 * tokens / 1e6, rel=1e-12)


def problems_of(pipeline: str, tmp_path) -> list[str]:
    path = tmp_path / "small.yaml"
    path.write_text(system(pipeline), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        verify(load(path), BOOK)
    return [f"{one.key}: {one.wrong}; {one.remedy}" for one in caught.value.problems]


def test_what_it_reads_is_asked_for_where_no_search_says_it(tmp_path) -> None:
    """Fifty passages of nobody knows how many tokens are not fifty of none."""
    rerank = "rerank: {is: reranking, documents: 50, keep: 4, query_tokens: 0, price: {input: 0.05}"
    (found,) = problems_of(f"{rerank}}}\n{ANSWER}", tmp_path)
    assert "rerank.passage_tokens: no search before it" in found
    assert "write passage_tokens: …" in found
    by_search = f"rerank: {{is: reranking, documents: 50, price: {{search: 0.002}}}}\n{ANSWER}"
    (tmp_path / "small.yaml").write_text(system(by_search), encoding="utf-8")
    verify(load(tmp_path / "small.yaml"), BOOK)  # how long a passage is moves nothing here
    bill = bill_of(system(f"{rerank}, passage_tokens: 400}}\n{ANSWER}"), tmp_path)
    assert line(bill, "tokens read").usd == pytest.approx(5_000 * 50 * 400 * 0.05 / 1e6)
    assert line(bill, "input").factors[-1].value == 600 + 4 * 400


def test_passages_that_nobody_counted_are_asked_for_where_they_are_read(tmp_path) -> None:
    find = "find: {is: retrieval, price: {gb_month: 1}}"
    (found,) = problems_of(f"{find}\n{ANSWER}", tmp_path)
    assert "answer.reads_context: find does not say" in found
    assert "write top_k: 5 in find, or reads_context: no" in found
    path = tmp_path / "small.yaml"
    unread = ANSWER.replace("}", ", reads_context: no}").replace("0, reads_context: no}", "0}")
    for pipeline in (find, f"{find}\n{unread}", f"{find[:-1]}, top_k: 5}}\n{ANSWER}"):
        path.write_text(system(pipeline), encoding="utf-8")
        verify(load(path), BOOK)
