"""The rules of genai-prices come over in their order, none left out, none bent."""

import random
from dataclasses import dataclass
from datetime import date

import pytest
from genai_prices.data import providers

from aicost.book.genai_names import read_installed_names
from aicost.book.name_rules import NameRules, fits

RECORDS = read_installed_names(date(2026, 11, 26))


RULES = NameRules(RECORDS)


def test_a_provider_finds_the_model_that_it_finds_there() -> None:
    """Names of all kinds, as they stand in the rules, at every provider."""
    rng = random.Random(1)
    names = rng.sample(sorted({r["text"].lower() for r in RECORDS if r["how"] != "all"}), 60)
    for provider in providers:
        ours = RULES.providers.get(provider.id)
        for name in names:
            theirs = next((m.id for m in provider.models if m.is_match(name)), None)
            assert (ours.model(name) if ours else None) == theirs, (provider.id, name)


def test_a_provider_is_found_by_what_it_is_called() -> None:
    for word in ("bedrock", "vertex_ai", "gemini", "huggingface_groq", "xai", "together_ai"):
        theirs = [p.id for p in providers if p.provider_match and p.provider_match.is_match(word)]
        assert [key for key, one in RULES.providers.items() if fits(one.called, word)] == theirs


@dataclass
class Unheard:
    """A clause that is none of those known."""

    sounds_like: str


def test_a_rule_of_another_form_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers[0].models[0], "match", Unheard("cloud"))
    with pytest.raises(ValueError, match="a rule of the kind Unheard has no row"):
        read_installed_names(date(2026, 11, 26))
