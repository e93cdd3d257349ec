"""Embedding: ingestion once, churn and re-indexing every month, questions as they come."""

import pytest
from small_systems import bill_of, line, system

from aicost.components.embedding import monthly_share

CORPUS = """corpus: {documents: 1_000, pages_per_document: 10, tokens_per_page: 500,
    chunk_tokens: 500, overlap: 20 %, changed_per_month: 6 %, added_per_month: 2 %,
    months_between_models: 12.5}"""
EMBED = "is: embedding, price: {input: 0.10}, query_tokens: 20"


def test_a_collection_month_by_month(tmp_path) -> None:
    """5 M tokens, a quarter more for overlap; what changes is embedded three times over."""
    embed = f"embed: {{{EMBED}, amplification: 3}}"
    bill = bill_of(system(embed, corpus=" ".join(CORPUS.split())), tmp_path)
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


def test_the_monthly_share_is_what_the_lines_add_up_to(tmp_path) -> None:
    embed = f"embed: {{{EMBED}, amplification: 3}}"
    bill = bill_of(system(embed, corpus=" ".join(CORPUS.split())), tmp_path)
    again = sum(c.usd for c in bill.charges if c.behaves == "data" and c.every == "month")
    share = monthly_share(added=0.02, changed=0.06, amplification=3, months_between_models=12.5)
    assert again == pytest.approx(share * bill.once, rel=1e-12)


def test_a_model_may_stay_for_good(tmp_path) -> None:
    embed = f"embed: {{{EMBED}, amplification: 1}}"
    bill = bill_of(system(embed), tmp_path)
    assert line(bill, "re-indexing").usd == 0
    assert bill.total == line(bill, "questions").usd


def test_documents_go_in_batches_and_questions_do_not(tmp_path) -> None:
    embed = """embed: {is: embedding, model: voyageai/voyage-4, batch: yes, query_tokens: 20,
        amplification: 1}"""
    bill = bill_of(system(" ".join(embed.split())), tmp_path)
    assert line(bill, "questions").price.usd == 0.06
    assert line(bill, "first ingestion").price.usd == pytest.approx(0.06 * 0.67)  # 33 % off


def test_without_documents_only_questions_cost(tmp_path) -> None:
    bill = bill_of(system(f"embed: {{{EMBED}}}", corpus=""), tmp_path)
    assert [c.item for c in bill.charges] == ["questions"]
