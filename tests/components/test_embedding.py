"""Embedding: ingestion once, churn and re-indexing every month, questions as they come."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_systems import BOOK, bill_of, line, system

from aicost.billing.bill import Bill
from aicost.components.embedding import amplification
from aicost.scenario.checks import warnings
from aicost.scenario.load import load
from aicost.scenario.problems import ScenarioError

CORPUS = """corpus: {documents: 1_000, pages_per_document: 10, tokens_per_page: 500,
    chunk_tokens: 500, overlap: 20 %, changed_per_month: 6 %, added_per_month: 2 %,
    months_between_models: 12.5}"""
EMBED = "is: embedding, price: {input: 0.10}, query_tokens: 20"


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_collection_month_by_month(tmp_path) -> None:
    """5 M tokens, a quarter more for overlap; what changes is embedded three times over."""
    embed = f"embed: {{{EMBED}, amplification: 3}}"
    bill = bill_of(system(embed, corpus=flat(CORPUS)), tmp_path)
    mtok = {c.item: c.quantity for c in bill.charges}
    expected = {
        "first ingestion": 6.25,
        "new documents": 6.25 * 0.02,
        "changed documents": 6.25 * 0.06 * 3,
        "re-indexing": 6.25 / 12.5,
        "questions": 5_000 * 20 / 1e6,
    }
    assert mtok == pytest.approx(expected, rel=1e-12)
    assert bill.once == pytest.approx(0.625, rel=1e-12)
    assert bill.total == pytest.approx(0.1 * (sum(expected.values()) - 6.25), rel=1e-12)


def test_a_model_may_stay_for_good(tmp_path) -> None:
    embed = f"embed: {{{EMBED}, amplification: 1}}"
    bill = bill_of(system(embed), tmp_path)
    assert line(bill, "re-indexing").usd == 0
    assert bill.total == line(bill, "questions").usd


def test_documents_go_in_batches_and_questions_do_not(tmp_path) -> None:
    embed = """embed: {is: embedding, model: voyageai/voyage-4, batch: yes, query_tokens: 20,
        amplification: 1}"""
    bill = bill_of(system(flat(embed)), tmp_path)
    assert line(bill, "questions").price.usd == 0.06
    assert line(bill, "first ingestion").price.usd == pytest.approx(0.06 * 0.67)  # 33 % off


def test_without_documents_only_questions_cost(tmp_path) -> None:
    bill = bill_of(system(f"embed: {{{EMBED}}}", corpus=""), tmp_path)
    assert [c.item for c in bill.charges] == ["questions"]


# ---- what an edit embeds again

FORTY = """corpus: {documents: 500, pages_per_document: 40, tokens_per_page: 300,
    chunk_tokens: 300, changed_per_month: 5 %}"""


def churn(how: str, tmp_path, *, corpus: str = FORTY) -> float:
    """Return the tokens that edits embed again in a month."""
    bill = bill_of(system(f"embed: {{{EMBED}, {how}}}", corpus=flat(corpus)), tmp_path)
    return float(line(bill, "changed documents").quantity) * 1e6


@pytest.mark.parametrize("how", ["passages", "documents"])
def test_edits_one_by_one(tmp_path, how: str) -> None:
    """Edit passages at random for a month; embed what has changed since the edit before."""
    rng, embedded = random.Random(4), 0
    versions = {(doc, at): 0 for doc in range(500) for at in range(40)}
    for _ in range(round(0.05 * len(versions))):
        doc, at = rng.randrange(500), rng.randrange(40)
        before = dict.fromkeys(range(40))
        before = {i: versions[doc, i] for i in before}
        versions[doc, at] += 1
        changed = [i for i in range(40) if versions[doc, i] != before[i]]
        embedded += 300 * (len(changed) if how == "passages" else 40)
    assert churn(f"reembeds: {how}", tmp_path) == pytest.approx(embedded, rel=1e-12)


def test_one_passage_in_forty(tmp_path) -> None:
    whole, part = (churn(f"reembeds: {how}", tmp_path) for how in ("documents", "passages"))
    assert whole / part == pytest.approx(40, rel=1e-12)
    five = churn("reembeds: documents, passages_per_edit: 5", tmp_path)
    assert five / part == pytest.approx(8, rel=1e-12)
    assert churn("amplification: 40", tmp_path) == pytest.approx(whole, rel=1e-12)


@given(st.floats(0.1, 1e4), st.floats(1, 1e4))
def test_an_edit_is_never_embedded_less_than_once(passages: float, edited: float) -> None:
    times = amplification(passages_per_document=passages, passages_per_edit=edited)
    assert times == max(1.0, passages / edited)


# ---- contexts that a chat model writes

#: 800-token passages of 8,000-token documents, 50 tokens of instruction, 100 of context, and the
#: prices of Claude 3 Haiku: $1.02 a million tokens of documents (anthropic.com, 2024-09).
ANTHROPIC = """corpus: {documents: 125, pages_per_document: 16, tokens_per_page: 500,
    chunk_tokens: 800, changed_per_month: 10 %, added_per_month: 4 %}"""
WRITER = "prefix_model: anthropic/claude-3-haiku, prefix_tokens: 100, prefix_prompt_tokens: 50"


def contexts(bill: Bill, every: str) -> float:
    return float(sum(c.usd for c in bill.charges if "context" in c.item and c.every == every))


def with_contexts(tmp_path, how: str) -> Bill:
    embed = f"embed: {{{EMBED}, {WRITER}, {how}}}"
    return bill_of(system(embed, corpus=flat(ANTHROPIC)), tmp_path)


def test_the_published_price_of_contexts(tmp_path) -> None:
    bill = with_contexts(tmp_path, "reembeds: passages")
    assert round(contexts(bill, "once"), 2) == 1.02
    assert line(bill, "first ingestion").quantity == pytest.approx(900 / 800, rel=1e-12)


@pytest.mark.parametrize("how", ["passages", "documents"])
def test_contexts_call_by_call(tmp_path, how: str) -> None:
    """A tenth of 1,250 passages is edited: each edit has its document read in."""
    usd = 0.0
    edits, new = 1_250 * 0.10, 125 * 0.04
    for times, passages in ((new, 10), (edits, 10 if how == "documents" else 1)):
        usd += times * 8_000 * 0.30  # the document is written to the cache once
        usd += times * passages * (8_000 * 0.03 + 850 * 0.25 + 100 * 1.25)
    bill = with_contexts(tmp_path, f"reembeds: {how}")
    assert contexts(bill, "month") == pytest.approx(usd / 1e6, rel=1e-12)


# ---- a machine of one's own


def test_a_machine_in_place_of_a_price(tmp_path) -> None:
    """60,000 tokens a second at $1.04 an hour, half of the time: an hour's work costs two."""
    own = "price: {per_hour: 1.04, tokens_per_s: 60_000, busy: 50 %}"
    embed = f"embed: {{is: embedding, {own}, query_tokens: 20, reembeds: passages}}"
    bill = bill_of(system(embed), tmp_path)
    hours = 3e6 / 60_000 / 3600  # 1,000 documents of 3,000 tokens
    assert bill.once == pytest.approx(hours / 0.5 * 1.04, rel=1e-12)
    assert line(bill, "questions").price.usd == line(bill, "first ingestion").price.usd


@pytest.mark.parametrize(("pages", "times"), [(10, 8), (5, 6.25), (0.8, 1), (0.1, 1)])
def test_no_more_than_a_whole_document_is_embedded_again(tmp_path, pages, times) -> None:
    """Pages of 500 tokens in passages of 400 new ones: 12.5, 6.25, 1 and less than 1 a document."""
    embed = f"embed: {{{EMBED}, amplification: 8}}"
    corpus = flat(CORPUS).replace("pages_per_document: 10", f"pages_per_document: {pages}")
    found = line(bill_of(system(embed, corpus=corpus), tmp_path), "changed documents")
    assert found.quantity == pytest.approx(pages * 0.5 / 0.8 * 0.06 * times, rel=1e-12)
    said = [one.wrong for one in warnings(load(tmp_path / "small.yaml"), BOOK)]
    assert ["only" in words for words in said if "passages" in words] == [True] * (times < 8)


def test_all_may_change_more_than_once_a_month(tmp_path) -> None:
    embed = f"embed: {{{EMBED}, amplification: 1}}"
    corpus = flat(CORPUS).replace("6 %", "400 %")
    found = line(bill_of(system(embed, corpus=corpus), tmp_path), "changed documents")
    assert found.quantity == pytest.approx(6.25 * 4, rel=1e-12)
    (tmp_path / "small.yaml").write_text(system(embed, corpus=corpus.replace("400 %", "4")))
    with pytest.raises(ScenarioError, match="would be 400 %; write 4 %"):
        load(tmp_path / "small.yaml")
