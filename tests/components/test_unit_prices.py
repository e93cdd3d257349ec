"""Unit prices: of the book in its own unit, or as a contract states them, and what is missing."""

from dataclasses import replace
from datetime import date

import pytest
from cases import written
from hypothesis import given
from hypothesis import strategies as st
from small_systems import BOOK

from aicost.book.rows import BookError, Row
from aicost.components.unit_prices import (
    ReadingPrice,
    TokenPrice,
    figure_of,
    listed,
    missing,
    stated,
    too_fast,
    trust,
    unlisted,
    writes_answers,
)
from aicost.scenario.problems import ScenarioError
from aicost.values.section import Concern, Origin

ROW = replace(BOOK.find("openai/gpt-6-sol", "input"), source="a page", confidence="checked")
HAIKU = "anthropic/claude-haiku-4-5"


# ---- of the book


def test_a_listed_price_says_where_it_was_read() -> None:
    price = listed(ROW, sold="USD/Mtok", unit="Mtok", holds=1e6)
    assert (price.usd, price.unit, price.holds) == (ROW.value, "Mtok", 1e6)
    assert (price.basis, price.source) == ("listed", f"a page, read {ROW.read_on}")


@pytest.mark.parametrize(
    ("confidence", "basis", "words"),
    [
        ("checked", "listed", ""),
        ("imported", "listed", ""),
        ("secondary", "listed", ", second-hand"),
        ("assumed", "assumed", ", our assumption"),
    ],
)
def test_a_price_that_nobody_published_is_assumed(confidence: str, basis: str, words: str) -> None:
    row = replace(ROW, confidence=confidence, read_on=date(2026, 11, 23))
    price = listed(row, sold="USD/Mtok", unit="Mtok")
    assert (price.basis, price.source) == (basis, f"a page, read 2026-11-23{words}")
    assert trust(row) == basis


def test_a_price_in_another_unit_is_none() -> None:
    row: Row = replace(ROW, layer="overlay.csv", line=7)
    with pytest.raises(BookError, match=r"^overlay\.csv:7: .* is in USD/Mtok; write it in USD/k"):
        listed(row, sold="USD/ktok", unit="ktok")


def test_the_books_own_words_where_it_has_no_row() -> None:
    assert [*unlisted(lambda: BOOK.find(HAIKU, "input"), "model")] == []
    (near,) = unlisted(lambda: BOOK.find("openai/gpt-6-sool", "input"), "model")
    assert near.field == "model"
    assert near.wrong == "no 'openai/gpt-6-sool' in the book"
    assert near.remedy.startswith("did you mean 'openai/gpt-6-sol'")

    def nothing_to_say() -> None:
        raise BookError("gone")

    assert [*unlisted(nothing_to_say, "store")] == [
        Concern("store", "gone", "write another or a price")
    ]


def test_only_an_error_of_the_book_is_a_gap() -> None:
    with pytest.raises(ZeroDivisionError):
        [*unlisted(lambda: 1 / 0, "model")]


def test_what_is_missing_says_what_to_write() -> None:
    assert missing("model", "price: {input: …}") == Concern(
        "model", "it is missing", "write model: … or price: {input: …}"
    )


def test_figures_that_are_there_or_not() -> None:
    assert figure_of(BOOK, HAIKU, "context_window") == 200_000
    assert figure_of(BOOK, HAIKU, "seats") is None
    assert figure_of(BOOK, "nobody/knows", "input") is None
    assert figure_of(BOOK, "", "input") is None


@pytest.mark.parametrize(
    ("model", "writes"),
    [
        ("openai/gpt-6-sol", True),
        ("openai/text-embedding-3-small", False),
        ("mistral/mistral-embed", False),  # lists the same price for what it never writes
        ("cohere/rerank-v3.5", False),
        ("nobody/knows", False),
    ],
)
def test_a_model_that_writes_is_not_one_that_reads(model: str, writes: bool) -> None:
    found = [*writes_answers(model, BOOK)]
    assert [concern.wrong for concern in found] == ([f"{model} writes answers"] if writes else [])


# ---- of a contract


def test_a_stated_price_says_who_stated_it() -> None:
    said = {"input": Origin("given", "case.yaml:7", 7), "output": Origin("stated", "ours", 8)}
    price = TokenPrice(input=2.0, output=8.0, origins=said)
    found = stated(price, "input", unit="Mtok", holds=1e6)
    assert (found.usd, found.unit, found.holds) == (2.0, "Mtok", 1e6)
    assert (found.basis, found.source) == ("given", "case.yaml:7")
    assert price.of("output").basis == "stated"
    assert (stated(price, "request", unit="call").source, price.basis("request")) == ("", "listed")


def test_unpriced_cache_tokens_cost_what_input_costs() -> None:
    said = {"input": Origin("given"), "output": Origin("given"), "cache_write": Origin("given")}
    price = TokenPrice(input=2.0, output=8.0, cache_write=2.5, origins=said)
    found = [price.of(b).usd for b in ("input", "cache_read", "cache_write_1h", "output")]
    assert found == [2.0, 2.0, 2.5, 8.0]
    assert price.of("input").holds == 1e6


MACHINE = ReadingPrice(per_hour=1.04, tokens_per_s=60_000.0)


@given(st.floats(0.01, 50), st.floats(1, 1e6), st.floats(0.01, 1))
def test_an_hour_over_the_tokens_read_in_it(usd: float, speed: float, busy: float) -> None:
    price = ReadingPrice(per_hour=usd, tokens_per_s=speed, busy=busy).per_mtok()
    hours = price.holds / (speed * busy) / 3600
    assert price.usd == pytest.approx(hours * usd, rel=1e-12)
    assert price.unit == "Mtok"


def test_a_machine_is_trusted_as_far_as_its_weakest_number() -> None:
    said = {"per_hour": Origin("stated"), "tokens_per_s": Origin("assumed")}
    assert replace(MACHINE, origins=said).per_mtok().basis == "assumed"
    assert replace(MACHINE, input=0.5, origins={"input": Origin("given")}).per_mtok().usd == 0.5


@pytest.mark.parametrize(
    ("price", "fields"),
    [
        (MACHINE, []),
        (ReadingPrice(input=0.1), []),
        (ReadingPrice(), ["price.input"]),
        (ReadingPrice(per_hour=1.0), ["price.input"]),
        (ReadingPrice(tokens_per_s=9.0), ["price.input"]),
        (replace(MACHINE, hardware="device/l4", encoder="encoder/bge-m3"), []),
        (replace(MACHINE, hardware="device/l5"), ["price.hardware"]),
        (replace(MACHINE, encoder="encoder/bge"), ["price.encoder"]),
        (
            ReadingPrice(hardware="x", encoder="y"),
            ["price.input", "price.hardware", "price.encoder"],
        ),
    ],
)
def test_what_a_reading_price_lacks(price: ReadingPrice, fields: list[str]) -> None:
    assert [concern.field for concern in price.gaps(BOOK)] == fields


KNOWN = {"hardware": "device/rtx-4090", "encoder": "encoder/bge-large-en"}
CLAIMED = replace(MACHINE, tokens_per_s=4_352_000.0, **KNOWN)


@pytest.mark.parametrize(
    ("price", "said"),
    [
        (CLAIMED, "4,352,000 tokens a second are 4.3 times what device/rtx-4090 can compute"),
        (replace(CLAIMED, tokens_per_s=1_000_000.0), ""),
        (replace(CLAIMED, hardware=""), ""),  # nothing to hold it against
        (replace(CLAIMED, encoder="encoder/nobody-knows"), ""),
        (replace(CLAIMED, input=0.1), ""),  # the machine is not what is paid
        (replace(CLAIMED, per_hour=None), ""),
        (None, ""),
    ],
)
def test_a_machine_cannot_compute_more_than_it_can(price: ReadingPrice | None, said: str) -> None:
    found = [*too_fast(price, 512.0, BOOK)]
    assert [(concern.field, concern.wrong) for concern in found] == (
        [("price", said)] if said else []
    )


SERVED = """kind: rag-chat
traffic: {users: 100, requests_per_user_month: 50}
pipeline:
  answer: {model: openai/gpt-5-mini}
  retrieval: {store: pinecone-standard}
  traces: {platform: langfuse-core}
  people: none
"""


@pytest.mark.parametrize(
    ("field", "name", "words"),
    [
        ("retrieval.store", "azure-ai-search", "did you mean azure-ai-search-s1 (0.336 USD/unit-"),
        ("retrieval.store", "qdrant", "did you mean qdrant-cloud-16c64g (1.14 USD/unit-hour)?"),
        ("retrieval.store", "pgvector", "use one of: azure-ai-search-s1 (0.336 USD/unit-hour), "),
        ("retrieval.store", "chroma", "Else write what it costs as price: {unit_hour: …}"),
        (
            "traces.platform",
            "splunk",
            "use one of: azure-log-analytics (2.30 USD/GB), cloudwatch-logs",
        ),
        ("answer.model", "gpt5", "did you mean openai/gpt-5 (1.25 / 10 USD/Mtok), "),
    ],
)
def test_a_name_that_is_not_there_names_what_is_with_its_price(
    field: str, name: str, words: str
) -> None:
    with pytest.raises(ScenarioError) as error:
        written(SERVED).at({field: name})
    assert words in str(error.value)


def test_the_standard_tier_is_the_list() -> None:
    case = written(SERVED)
    assert case.at({"answer.service_tier": "standard"}).bill.total == case.bill.total
    assert case.at({"answer.service_tier": "flex"}).bill.total < case.bill.total
