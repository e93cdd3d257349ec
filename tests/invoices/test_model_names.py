"""Which model a line of an export speaks of."""

import pytest

from aicost.book.book import Book
from aicost.invoices.model_names import ModelNames

BOOK = Book.load()


@pytest.mark.parametrize(
    ("provider", "words", "item"),
    [
        ("openai", "gpt-4o-mini-2024-07-18, cached input", "openai/gpt-4o-mini"),
        ("openai", "priority | gpt-5.6-sol, output, long context", "openai/gpt-5.6-sol"),
        ("openai", "web search tool calls", ""),
        ("google", "Gemini 2.5 Flash GA Text Input - Predictions", "google/gemini-2.5-flash"),
        ("google", "Gemini 2.5 Flash Lite Text Input", "google/gemini-2.5-flash-lite"),
        ("aws", "USE1-openai.gpt-oss-120b-mantle-input-tokens", "aws/openai.gpt-oss-120b"),
        ("aws", "EU-BoxUsage:t3.micro", ""),
    ],
)
def test_models_of_lines(provider: str, words: str, item: str) -> None:
    assert ModelNames(BOOK, provider, ()).spoken_of(words) == item


@pytest.mark.parametrize("place", ["regional", "global"])
def test_a_model_of_the_log_is_meant(place: str) -> None:
    logged = f"aws/{place}.anthropic.claude-sonnet-4-6-v1:0"
    names = ModelNames(BOOK, "aws", [logged])
    assert names.spoken_of("USE1-Claude4.6Sonnet-input-tokens") == logged


def test_a_name_that_the_book_lacks_stays() -> None:
    assert ModelNames(BOOK, "openai", ()).named("gpt-0") == "openai/gpt-0"
