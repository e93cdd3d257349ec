"""Which models think, and what is taken for it until somebody has counted."""

import csv

import pytest

from aicost.book.book import Book
from aicost.book.model_patterns import row_for
from aicost.book.thinking import BY_DEFAULT, IF_ASKED, NEVER, thinking_of, usual_thinking
from aicost.paths import data_dir


def rows() -> list[dict[str, str]]:
    with (data_dir() / "thinking_models.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("model", "thinks"),
    [
        ("anthropic/claude-sonnet-5-5", True),
        ("aws/regional.anthropic.claude-sonnet-5-5", True),
        ("openrouter/anthropic/claude-opus-5", True),
        ("anthropic/claude-haiku-4-5", False),
        ("openai/gpt-6-astra", True),
        ("openai/gpt-6-sol", False),
        ("openai/gpt-5-mini", True),
        ("openai/gpt-5.4-pro", True),
        ("openai/gpt-5.4", False),
        ("openai/o3", True),
        ("google/gemini-2.5-pro", False),
        ("x-ai/grok-4.20-non-reasoning", None),
        ("openai/gpt-audio", None),
        ("google/gemini-2.5-flash-image", None),
        ("google/gemini-embedding-2", None),
        ("openai/gpt-4o-mini", None),
        ("openai/gpt-4.1", None),
        ("cohere/command-a", None),
    ],
)
def test_who_thinks(model: str, thinks: bool | None) -> None:
    found = thinking_of(model)
    assert (None if found is None else found.by_default) is thinks


def test_every_line_says_who_says_so_and_is_reached() -> None:
    models, met = [*Book.load().items(), "moonshot/kimi-k3", "qwen/qwq-plus"], set()
    for model in models:
        row = row_for("thinking_models.csv", model)
        met |= {row["pattern"]} if row is not None else set()
    for row in rows():
        assert row["thinks"] in (BY_DEFAULT, IF_ASKED, NEVER)
        assert row["source"]
        assert row["read_on"]
    assert len(met) > 0.7 * len(rows())


def test_the_usual_is_a_mix_with_two_ends() -> None:
    low, high = usual_thinking()
    assert 0 < low.p50 < low.p95 < high.p95
    assert low.p50 < high.p50 < high.p95


def test_a_name_without_a_provider_is_found_too() -> None:
    assert thinking_of("o3") == thinking_of("openai/o3") is not None
    assert row_for("tokenizer_models.csv", "nobody/knows-this") is None
