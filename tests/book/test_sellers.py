"""One model under the names of all who sell it."""

import pytest

from aicost.book.book import Book
from aicost.book.rows import BookError
from aicost.book.sellers import open_sellers, other_sellers, own_name, plain_prices


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ("anthropic/claude-opus-4-5", "claude-opus-4-5"),
        ("aws/regional.anthropic.claude-opus-4-5-v1:0", "claude-opus-4-5"),
        ("aws/global.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5"),
        ("azure/eu/gpt-4o", "gpt-4o"),
        ("openai/gpt-5.6-sol", "gpt-5-6-sol"),
        ("aws/openai.gpt-5.4", "gpt-5-4"),
    ],
)
def test_a_name_without_seller_place_and_edition(item: str, name: str) -> None:
    assert own_name(item) == name


def test_no_other_version_is_the_same_model() -> None:
    found = other_sellers(Book.load(), "anthropic/claude-opus-4-5")
    assert {"aws/regional.anthropic.claude-opus-4-5-v1:0", "google/claude-opus-4-5"} <= {*found}
    assert all("opus-4-5" in one or "opus-4.5" in one for one in found)


def test_plain_prices_are_those_at_once_of_any_size() -> None:
    found = plain_prices(Book.load(), "anthropic/claude-haiku-5-5")
    assert {key: row.tier_gt for key, row in found.items()} == {"input": 0, "output": 0}


def test_an_open_model_under_its_makers_name_or_without() -> None:
    found = open_sellers(Book.load(), "llama-3.1-70b")
    assert "deepinfra/meta-llama/Meta-Llama-3.1-70B-Instruct" in found
    assert not any("hermes" in one.lower() or "8b" in one.lower() for one in found)
    with pytest.raises(BookError, match=r"llama-3\.1-70b"):
        open_sellers(Book.load(), "llama-3.1-71b")
