"""Which model has which tokenizer, and what is said where nobody knows."""

import csv

import pytest
from places import TESTS

from aicost.book.book import Book
from aicost.book.tokenizers import (
    CONTENTS,
    LENGTHS,
    NotCounted,
    UnknownTokenizer,
    convert,
    rate,
    tokenizer_of,
    tokenizers,
)
from aicost.paths import data_dir

TEXTS = {path.stem: path.read_text("utf-8") for path in (TESTS / "data/token_samples").iterdir()}


def table(name: str) -> list[dict[str, str]]:
    with (data_dir() / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("model", "tokenizer"),
    [
        ("openai/gpt-6-sol", "o200k"),
        ("openai/gpt-4.1-mini", "o200k"),
        ("openai/gpt-4-1106-preview", "cl100k"),
        ("azure/gpt-35-turbo", "cl100k"),
        ("gpt-4o", "o200k"),
        ("openrouter/openai/gpt-5", "o200k"),
        ("openai/text-embedding-3-large", "cl100k"),
        ("anthropic/claude-sonnet-5-5", "claude-4.7"),
        ("anthropic/claude-haiku-5-5", "claude-4.7"),
        ("anthropic/claude-haiku-4-5", "claude-3"),
        ("openrouter/anthropic/claude-opus-4.7", "claude-4.7"),
        ("openrouter/anthropic/claude-opus-4.6", "claude-3"),
        ("aws/regional.anthropic.claude-opus-4-20250514-v1:0", "claude-3"),
        ("AWS/us.anthropic.Claude-Sonnet-4-6", "claude-3"),
        ("google/claude-4-sonnet", "claude-3"),
        ("google/gemini-2.5-flash", "gemma-3"),
        ("google/gemini-4-argon", "gemma-3"),
        ("mistral/mistral-large-4", "tekken"),
        ("groq/llama-3.3-70b-versatile", "llama-3"),
        ("deepseek/deepseek-v4-pro", "deepseek-v3"),
        ("moonshotai/kimi-k2.6", "kimi-k2"),
        ("groq/deepseek-r1-distill-llama-70b", None),
        ("groq/meta-llama/llama-4-scout-17b-16e-instruct", None),
        ("aws/mistral.mistral-small-2402-v1:0", None),
        ("anthropic/claude-2", None),
        ("x-ai/grok-4.5", None),
        ("cohere/command-a", None),
        ("openai/gpt-image-2", None),
        ("", None),
    ],
)
def test_the_tokenizer_of_a_name(model: str, tokenizer: str | None) -> None:
    found = tokenizer_of(model)
    assert (found.name if found else None) == tokenizer


def test_every_rule_leads_to_a_tokenizer_that_was_counted_and_fits_some_model() -> None:
    known = set(tokenizers())
    assert {row["tokenizer"] for row in table("tokenizer_models.csv")} - {""} <= known
    used = {tokenizer_of(item).name for item in Book.load().items() if tokenizer_of(item)}
    assert known - used == set()


def test_every_tokenizer_counted_every_text() -> None:
    rows = table("tokenizers.csv")
    for name in tokenizers():
        assert {r["text"] for r in rows if r["tokenizer"] == name and r["text"]} == set(TEXTS)
    assert {r["content"] for r in rows} == {*CONTENTS, "any"}
    assert {name.partition("_")[0] for name in TEXTS} == set(CONTENTS)


def test_a_word_is_what_stands_between_spaces() -> None:
    for row in table("tokenizers.csv"):
        if row["tokenizer"] == "words":
            text = TEXTS[row["text"]]
            assert float(row["value"]) == pytest.approx(
                1000 * len(text.split()) / len(text), abs=0.05
            )


def test_the_same_tokenizer_is_one_and_lowers_nothing() -> None:
    for pair in (("openai/gpt-4o", "openai/gpt-5"), ("x-ai/grok-4", "x-ai/grok-4")):
        ratio = convert(*pair)
        assert (ratio.value, ratio.low, ratio.high, ratio.basis) == (1.0, 1.0, 1.0, "listed")


def test_the_same_tokenizer_by_assumption_says_so() -> None:
    ratio = convert("openai/gpt-5", "openai/gpt-6-sol")
    assert (ratio.value, ratio.exact, ratio.basis) == (1.0, True, "assumed")
    assert "openai/gpt-6-sol: no vocabulary after o200k was published" in ratio.source


@pytest.mark.parametrize("content", CONTENTS)
def test_there_and_back_by_way_of_any_other(content: str) -> None:
    one, other = "openai/gpt-4o", "anthropic/claude-sonnet-5"
    there, back = convert(one, other, content), convert(other, one, content)
    assert there.value * back.value == pytest.approx(1.0)
    assert there.low * back.high == pytest.approx(1.0)
    assert there.low < there.value < there.high
    assert there.basis == "assumed"
    assert content in there.source


@pytest.mark.parametrize(
    ("counted_with", "low", "high"),
    [("characters", 0.2, 0.23), ("words", 1.2, 1.4), ("pages", 480, 580)],
)
def test_lengths_become_tokens(counted_with: str, low: float, high: float) -> None:
    ratio = convert(counted_with, "openai/gpt-4o")
    assert low < ratio.value < high
    assert counted_with in LENGTHS


def test_a_page_is_as_uncertain_as_its_length() -> None:
    page, character = (convert(name, "openai/gpt-4o") for name in ("pages", "characters"))
    assert page.low / character.low < 1900
    assert page.high / character.high > 2900


@pytest.mark.parametrize(
    ("counted_with", "model", "content", "said"),
    [
        ("x-ai/grok-4", "openai/gpt-4o", "english", "the tokenizer of x-ai/grok-4 is not known"),
        ("openai/gpt-4o", "cohere/command-a", "english", "of cohere/command-a is not known"),
        ("words", "openai/gpt-4o", "chinese", "words were not counted in chinese; use one of"),
    ],
)
def test_what_is_not_known_is_said(counted_with: str, model: str, content: str, said: str) -> None:
    with pytest.raises((UnknownTokenizer, NotCounted), match=said):
        convert(counted_with, model, content)


def test_tokens_per_thousand_characters_are_those_of_the_texts() -> None:
    german = next(
        float(r["value"])
        for r in table("tokenizers.csv")
        if (r["tokenizer"], r["text"]) == ("o200k", "german_insurance")
    )
    assert rate("o200k", "german").value == pytest.approx(german)


def test_a_length_becomes_tokens_of_a_model_nobody_knows_by_all_there_are() -> None:
    unknown = convert("characters", "x-ai/grok-4.5")
    every = [convert("characters", m) for m in ("openai/gpt-4o", "anthropic/claude-opus-4-7")]
    assert unknown.low <= min(one.low for one in every)
    assert unknown.high >= max(one.high for one in every)
    assert "the tokenizer of x-ai/grok-4.5 is not known: any of" in unknown.source
