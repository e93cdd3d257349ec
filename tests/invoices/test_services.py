"""Which service of an invoice is which component of a bill."""

import pytest

from aicost.book.book import Book
from aicost.book.data_files import data_rows
from aicost.invoices import services
from aicost.invoices.services import (
    ANY,
    ASIDE,
    CLOUDS,
    DETAIL,
    FILE,
    KIND,
    METER,
    USAGE,
    aside_of,
    component_of,
    component_of_model,
    meter_of,
    vendor_of,
)
from aicost.values.charge import COMPONENTS


@pytest.mark.parametrize(
    ("provider", "service", "component"),
    [
        ("aws", "Amazon Bedrock", "inference + embedding + reranking"),
        ("aws", "Claude Opus 5.5 (Amazon Bedrock Edition)", "inference"),
        ("aws", "AmazonCloudWatch", "observability"),
        ("aws", "EC2 - Other", "hosting"),
        ("aws", "Amazon Simple Storage Service", "hosting"),
        ("aws", "Support (Business)", "support"),
        ("azure", "Azure OpenAI", "inference + embedding + reranking"),
        ("gcp", "Vertex AI Search", "retrieval"),
        ("gcp", "Vertex AI", "inference + embedding + reranking"),
        ("", "Sales tax", "tax"),
        ("", "Something new", ""),
        ("aws", "AmazonES", "retrieval"),
        ("aws", "Amazon S3 Vectors", "retrieval"),
        ("aws", "Virtual Private Cloud", "hosting"),
        ("aws", "Ground Truth", "human review"),
        ("aws", "Elastic Load Balancing", "hosting"),
        ("elastic", "Elastic Cloud", "retrieval"),
        ("", "Elastic Cloud", "retrieval"),
        ("azure", "Azure SQL Database", "hosting"),
        ("azure", "Azure Document Intelligence", "other"),
        ("", "Private Link", ""),
        ("", "Elevator", ""),
        ("", "Syntax", ""),
        ("", "human_review", "human review"),
        ("openai", "text-embedding-3-large, input", "embedding"),
    ],
)
def test_services_and_their_components(provider: str, service: str, component: str) -> None:
    assert component_of(service, provider) == component


def test_every_row_maps_to_what_exists() -> None:
    vendors = {*CLOUDS, ANY, "openai", "anthropic", "openrouter", "elastic"}
    for row in data_rows(FILE):
        assert row["provider"] in {*vendors, KIND, DETAIL, METER}
        assert row["pattern"] == row["pattern"].lower()
        if row["provider"] != METER:
            parts = set(row["component"].split(" + "))
            assert parts <= {*COMPONENTS, *ASIDE, USAGE}


def test_no_row_stands_twice() -> None:
    rows = [(row["provider"], row["pattern"]) for row in data_rows(FILE)]
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize(
    ("service", "provider", "detail", "component"),
    [
        ("Amazon Bedrock", "aws", "USE1-Claude4.6Sonnet-input-tokens", "inference"),
        ("Amazon Bedrock", "aws", "USE1-TitanEmbedding-input-tokens", "embedding"),
        ("Amazon Bedrock", "aws", "USE1-Rerank-queries", "reranking"),
        ("Foundry Tools", "azure", "Document Intelligence S0 Read Pages", "other"),
        ("Compute Engine", "gcp", "N2 core for token servers", "hosting"),
        ("Something new", "aws", "tokens", "inference"),
    ],
)
def test_a_detail_says_which_of_several_it_is(
    service: str, provider: str, detail: str, component: str
) -> None:
    assert component_of(service, provider, detail) == component


@pytest.mark.parametrize(
    ("written", "component"),
    [
        ("anthropic/claude-haiku-4-5", "inference"),
        ("gpt-5-2025-08-07, output", "inference"),
        ("voyage-3.5", "embedding"),
        ("cohere/rerank-v3.5", "reranking"),
        ("Office", ""),
        ("2026", ""),
    ],
)
def test_the_models_of_the_book_are_known(written: str, component: str) -> None:
    assert component_of_model(written, "", Book.load()) == component


def test_the_words_of_a_row_are_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """An invoice may name a million services; each is held against every row of the file."""
    read = []

    class Counted:
        def findall(self, text: str) -> list[str]:
            read.append(text)
            return words.findall(text)

    words = services._WORD
    services._services.cache_clear()
    monkeypatch.setattr(services, "_WORD", Counted())
    names = [f"A service that nobody knows, {number}" for number in range(50)]
    assert {component_of(name) for name in names} == {""}
    patterns = [text for text in read if text not in names]
    assert len(patterns) <= len(data_rows(FILE)) + 5 * len(names)


@pytest.mark.parametrize("provider", ["aws", "azure", "gcp", "any", "kind", "detail", "meter"])
def test_the_first_row_that_fits_is_the_one_of_the_file(provider: str) -> None:
    """Rows are looked up by how a name begins; the order of the file decides."""
    rows = [row for row in data_rows(FILE) if row["provider"] == provider]
    every = [services._Service(provider, r["pattern"], r["component"]) for r in rows]
    plain = [row["pattern"].strip("* ") for row in data_rows(FILE)]
    for name in (*plain, *(f"Amazon {one} usage" for one in plain), *(f"My {x}" for x in plain)):
        words = services._Words(name)
        expected = next((row.component for row in every if row.fits(words)), "")
        assert services._first(provider, name) == expected, name


def test_vendors_and_meters_have_many_names() -> None:
    assert [vendor_of(name) for name in ("AWS", "Microsoft", "Google Cloud")] == [*CLOUDS]
    assert vendor_of(" Elastic ") == "elastic"
    assert meter_of("Search queries of a grounded model") == "web searches"
    assert meter_of("Code execution Usage") == "code execution"
    assert meter_of("Research input tokens") == ""


@pytest.mark.parametrize(
    ("kind", "aside"),
    [
        ("Tax", "tax"),
        ("VAT", "tax"),
        ("Rounding error", "rounding"),
        ("SavingsPlanRecurringFee", "commitments"),
        ("Purchase", "commitments"),
        ("SavingsPlanNegation", "commitments"),
        ("SavingsPlanCoveredUsage", ""),
        ("RIFee", "commitments"),
        ("EdpDiscount", "credits"),
        ("Fee", ""),
        ("DiscountedUsage", ""),
        ("rounding_error", "rounding"),
        ("Private", ""),
        ("Refund", "credits"),
        ("Usage", ""),
        ("", ""),
    ],
)
def test_rows_that_are_no_usage(kind: str, aside: str) -> None:
    assert aside_of(kind) == aside
