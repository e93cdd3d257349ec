"""Names with what libraries and proxies put around them: of one meaning, or refused."""

import pytest

from aicost.book.book import Book
from aicost.book.names import taken
from aicost.book.rows import BookError

BOOK = Book.load()


@pytest.mark.parametrize(
    ("written", "item"),
    [
        ("openai:gpt-4o", "openai/gpt-4o"),
        ("anthropic:claude-sonnet-4-5", "anthropic/claude-sonnet-4-5"),
        ("models/gemini-2.5-flash", "google/gemini-2.5-flash"),
        ("publishers/google/models/gemini-2.5-flash", "google/gemini-2.5-flash"),
        ("publishers/anthropic/models/claude-sonnet-4-5", "google/claude-sonnet-4-5"),
        ("bedrock/converse/amazon.nova-lite-v1:0", "aws/amazon.nova-lite-v1:0"),
        ("litellm_proxy/gpt-4o", "openai/gpt-4o"),
        ("openai/responses/gpt-4o", "openai/gpt-4o"),
        ("amazon/nova-lite", "aws/amazon.nova-lite-v1:0"),
    ],
)
def test_what_libraries_put_around_a_name_is_taken_away(written: str, item: str) -> None:
    assert taken(BOOK, written) == item


@pytest.mark.parametrize("written", ["mistral:7b", "deepseek:free", "models/", "openai:", ":"])
def test_what_names_no_model_is_still_refused(written: str) -> None:
    with pytest.raises(BookError):
        taken(BOOK, written)
