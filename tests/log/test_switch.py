"""Which model answers in place of which, who sells it, and how its tokens are counted."""

import pytest

from aicost.book.book import Book
from aicost.book.rows import BookError
from aicost.book.tokenizers import SAME, convert
from aicost.log.switch import ELSEWHERE, switch_of

BOOK = Book.load()
GPT, CLAUDE = "openai/gpt-4o", "anthropic/claude-opus-4-7"


def test_one_model_for_all_that_write_answers() -> None:
    switch = switch_of(BOOK, "claude-opus-4-7", None)
    assert switch.of(BOOK, GPT) == (CLAUDE, "", convert(GPT, CLAUDE))
    assert switch.of(BOOK, CLAUDE) == (CLAUDE, "", SAME)
    assert switch.of(BOOK, "voyageai/voyage-4")[0] == "voyageai/voyage-4"


def test_a_model_for_another_alone() -> None:
    switch = switch_of(BOOK, {"gpt-4o": "gpt-4o-mini"}, None)
    assert switch.of(BOOK, GPT) == ("openai/gpt-4o-mini", "", SAME)
    assert switch.of(BOOK, CLAUDE)[0] == CLAUDE


def test_another_provider_sells_the_same_or_nothing() -> None:
    switch = switch_of(BOOK, None, "openrouter")
    assert switch.of(BOOK, "anthropic/claude-opus-4-6")[0].startswith("openrouter/")
    assert switch_of(BOOK, None, "groq").of(BOOK, CLAUDE)[:2] == ("", ELSEWHERE)


def test_tokens_of_a_model_that_nobody_knows_stay_as_counted() -> None:
    switch = switch_of(BOOK, "x-ai/grok-4.5", None)
    assert switch.of(BOOK, GPT)[2] == SAME
    assert "tokenizer of x-ai/grok-4.5 is not known" in switch.unconverted[GPT]


def test_names_that_the_book_lacks_are_refused() -> None:
    with pytest.raises(BookError, match="no 'gpt-44o' in the book"):
        switch_of(BOOK, "gpt-44o", None)
    with pytest.raises(BookError, match="no provider 'opnai' in the book"):
        switch_of(BOOK, None, "opnai")
