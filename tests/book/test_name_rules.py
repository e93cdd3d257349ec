"""Rules of names: each kind of test, and what a provider makes of them in their order."""

import pytest

from aicost.book.name_rules import COLUMNS, NameRules, Rule, name_rules


def rules(*rows: str) -> NameRules:
    """Rules of a file with rows of `provider,model,says,how,text`."""
    every = (f"{row},s 1,2026-11-26".split(",") for row in rows)
    return NameRules([dict(zip(COLUMNS, row, strict=True)) for row in every])


@pytest.mark.parametrize(
    ("how", "text", "fitting", "other"),
    [
        ("equals", "gpt-4o", "gpt-4o", "gpt-4o-mini"),
        ("starts_with", "gpt-4o", "gpt-4o-mini", "my-gpt-4o"),
        ("ends_with", "-mini", "gpt-4o-mini", "gpt-4o-mini-2"),
        ("contains", "claude", "anthropic.claude-2", "clade"),
        ("regex", "^o[134]", "o3-pro", "gpt-o3"),
        ("all", '[["contains", "hugging"], ["contains", "groq"]]', "huggingface_groq", "groq"),
    ],
)
def test_a_rule_fits_what_it_says(how: str, text: str, fitting: str, other: str) -> None:
    assert Rule(how, text).fits(fitting)
    assert not Rule(how, text).fits(other)


def test_the_first_model_that_fits_is_the_one() -> None:
    read = rules("a,small,is,equals,x-mini", "a,big,is,starts_with,X", "a,big,is,equals,y")
    provider = read.providers["a"]
    assert [provider.model(name) for name in ("x-mini", "x-maxi", "y", "z")] == [
        "small",
        "big",
        "big",
        None,
    ]
    assert read.source == "s 1"


def test_a_provider_is_called_serves_and_falls_back() -> None:
    read = rules(
        "b,,called,contains,bee", "b,,serves,starts_with,honey", "b,,falls back on,equals,a"
    )
    provider = read.providers["b"]
    assert provider.called[0].fits("beehive")
    assert provider.serves[0].fits("honey-1")
    assert provider.falls_back_on == ["a"]


def test_the_kit_has_rules_of_many_providers() -> None:
    assert len(name_rules().providers) > 40
    assert name_rules().source.startswith("genai-prices ")
