"""One model under the names of all who sell it."""

import re

import pytest

from aicost.book.book import Book
from aicost.book.data_files import data_rows
from aicost.book.rows import BookError
from aicost.book.sellers import open_model, open_sellers, other_sellers, own_name, plain_prices


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


@pytest.mark.parametrize(
    ("item", "model"),
    [
        ("groq/llama-3.3-70b-versatile", "llama-3.3-70b"),
        ("google/meta/llama-3.3-70b-instruct-maas", "llama-3.3-70b"),
        ("aws/meta.llama3-1-8b-instruct-v1:0", "llama-3.1-8b"),
        ("cerebras/qwen-3-32b", "qwen3-32b"),
        ("groq/deepseek-r1-distill-llama-70b", ""),
        ("together/meta-llama/Meta-Llama-3.1-8B", ""),  # before it was taught to follow
        ("together/meta-llama/Llama-3.3-70B-Instruct-Turbo", ""),  # weights of fewer bits
        ("aws/mistral.mistral-7b-instruct-v0:2", ""),
        ("nebius/NousResearch/Hermes-3-Llama-3.1-70B", ""),
        ("openai/gpt-5", ""),
    ],
)
def test_a_host_s_name_of_an_open_model(item: str, model: str) -> None:
    assert open_model(item) == model


def test_no_host_s_plain_name_of_a_shape_that_we_have_is_unknown() -> None:
    known = {letters(row["model"]) for row in data_rows("architectures.csv")}
    plain = (one for one in Book.load().items() if one.count("/") == 1)
    left = [one for one in plain if letters(one.partition("/")[2]) in known and not open_model(one)]
    assert left == []


def letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
