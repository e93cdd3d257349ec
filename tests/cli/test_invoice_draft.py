"""`aicost new NAME --invoice FILE`: what an invoice says is not asked."""

from pathlib import Path

import pytest
from answered import BOOK
from commands import one_line, refused, run

import aicost
from aicost.billing.case import Case
from aicost.cli import invoice_draft
from aicost.cli.draft_file import file_text
from aicost.cli.invoice_draft import ask, read
from aicost.cli.question import Answers

EXPORT = """\
UsageDate,ServiceName,Cost,Currency
2026-10-31,Azure OpenAI,"1012,00",EUR
2026-10-31,Azure Cognitive Search,"230,00",EUR
2026-10-31,Virtual Machines,"460,00",EUR
"""
OWN = """\
service,cost,currency
"claude-sonnet-5-5, input",900,EUR
Cohere Rerank,60,EUR
Langfuse Cloud,101,EUR
Pinecone,50,EUR
Office Ltd,19,EUR
"""


def heard(found: Answers, *lines: str, kind: str = "rag-chat") -> tuple[Answers, str]:
    """Answer the questions that are left, with Enter once the lines are said."""
    rest, said = iter(lines), list[str]()
    answers = ask(kind, found, BOOK, lambda: next(rest, ""), said.append)
    return answers, "\n".join(said)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.csv"
    path.write_text(OWN, encoding="utf-8")
    return path


def test_what_an_invoice_says(own: Path, tmp_path: Path) -> None:
    assert read(own, "service,cost", BOOK) == {
        "currency": "EUR",
        "model": "anthropic/claude-sonnet-5-5",
        "store": "pinecone-standard",
        "reranking": "a reranker",
        "traces": "a record of its calls",
        "other.per_month": "19.00 EUR",
    }
    azure = tmp_path / "azure.csv"
    azure.write_text(EXPORT, encoding="utf-8")
    found = read(azure, "", BOOK)
    assert found["cloud"] == "Azure"
    assert found["store"].startswith("azure-ai-search")
    assert "model" not in found


def test_an_invoice_with_dollars_beside_its_own_money(tmp_path: Path) -> None:
    path = tmp_path / "azure.csv"
    services = ("Azure OpenAI", "Virtual Machines", "Azure Monitor", "Office Ltd")
    rows = [f"2026-10-31,{name},2000.00,460.00,EUR" for name in services]
    path.write_text("\n".join(["UsageDate,ServiceName,CostUSD,Cost,Currency", *rows]) + "\n")
    found = read(path, "", BOOK)
    assert found["currency"] == "EUR"
    # what no component is known of becomes a line of its own when the invoice is reconciled
    assert found["other.per_month"] == "460.00 EUR"
    # a service that may rerank among other things says nothing of a reranker
    assert not {"reranking", "traces"} & {*found}


def test_it_is_not_asked_again(own: Path) -> None:
    found = read(own, "service,cost", BOOK)
    answers, said = heard(found)
    for words in ("In which currency", "Which model", "Which store", "a reranker or", "What else"):
        assert words not in said
    assert said.count("\n1. By the invoice you reckon in EUR") == 1
    assert {path: answers[path] for path in found} == found
    assert "invoice" not in answers


def test_all_of_it_is_asked_where_it_is_not_so(own: Path) -> None:
    found = read(own, "service,cost", BOOK)
    answers, said = heard(found, "no", "GBP")
    for words in ("In which currency", "Which model", "Which store", "a reranker or", "What else"):
        assert words in said
    assert answers["currency"] == "GBP"
    assert answers["store"] == "unknown"


def test_a_kind_without_a_store_has_none(own: Path) -> None:
    answers, _ = heard(read(own, "service,cost", BOOK), kind="document-review")
    assert "store" not in answers


def test_new_says_how_the_draft_lies_beside_the_invoice(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = "\n1\n2_300\nabout 40\n60_000\n12\n8 %\n"
    asked = ("new", "policy", "--invoice", own, "--invoice-columns", "service,cost")
    text = one_line(run(*asked, text=lines).stdout)
    assert "Beside the invoice: €" in text
    then = f"aicost reconcile policy.yaml {own} --columns service,cost --write calibrated.yaml"
    assert f"Then: {then}" in text
    bill = aicost.load(tmp_path / "policy.yaml")
    assert bill.scenario.money.code == "EUR"
    assert bill.scenario.other[0].per_month == pytest.approx(19 * bill.scenario.money.in_usd)
    words = refused("new", "more", "--invoice-columns", "a,b")
    assert words == "--invoice-columns: they are of an invoice; name that too, with --invoice\n"


def test_the_units_it_asks_for_bill_what_the_invoice_has(tmp_path: Path) -> None:
    def case(units: str) -> Case:
        file = tmp_path / "s.yaml"
        file.write_text(
            f"as_of: {BOOK.as_of}\nkind: rag-chat\ntraffic: {{users: 900}}\n"
            f"pipeline:\n  retrieval: {{store: opensearch-serverless{units}}}\n"
        )
        return Case(aicost.load(file).scenario, BOOK)

    paid = sum(c.usd for c in case(", units: 7").point.bill.charges if c.stage == "retrieval")
    bill = tmp_path / "own.csv"
    bill.write_text(f"service,cost\nOpenSearch Service,{paid:.2f}\n")
    words = one_line(invoice_draft.beside(case(""), bill, "service,cost", tmp_path / "s.yaml"))
    assert "is the price of 14 units, 7 in each of 2 copies: write units: 7 in retrieval" in words


def test_a_maker_on_the_invoice_is_the_store_offered(tmp_path: Path) -> None:
    bill = tmp_path / "own.csv"
    bill.write_text("service,cost\nAmazon OpenSearch Service,500\n")
    found = read(bill, "service,cost", BOOK)
    assert "store" not in found  # which of its stores, the invoice does not say
    answers, said = heard(found)
    assert answers["store"] == "opensearch-serverless"
    assert "taken as opensearch-serverless until known: the invoice has Amazon OpenSearch" in said
    assert "# assumed: the invoice has Amazon" in file_text(tmp_path / "s.yaml", answers, BOOK)
    number = int(said.partition(". Which store")[0].split()[-1])
    other, _ = heard(found, *[""] * (number - 1), "pinecone")
    assert other["store"] == "pinecone-standard"
    assert "store_from" not in other
