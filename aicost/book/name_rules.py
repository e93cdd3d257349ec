"""The rules by which a name of a model is found, read from data/names_imported.csv.gz.

They are those of genai-prices: what a provider is called, which names it serves, whose models it
falls back on, and in order the tests for each of its models.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from aicost.book.data_files import NAMES_FILE, made_of

#: Provider names of gateways that no rule of genai-prices knows.
GATEWAYS = {
    "azure_ai": "azure",
    "azure_text": "azure",
    "azure.ai.inference": "azure",
    "az.ai.inference": "azure",
    "gcp.gen_ai": "google",
    "x_ai": "x-ai",
    "jina_ai": "jina",
    "fireworks_ai": "fireworks",
    "fireworks-ai": "fireworks",
    "github_copilot": "github-copilot",
    "z-ai": "zai",
    "z.ai": "zai",
}
COLUMNS = ("provider", "model", "says", "how", "text", "source", "read_on")


@dataclass(frozen=True, slots=True)
class Rule:
    """One test of a name, in small letters."""

    how: str
    text: str

    def fits(self, name: str) -> bool:
        """Say whether a name passes."""
        return _TESTS[self.how](name, self.text)


def _all(name: str, text: str) -> bool:
    return all(_TESTS[how](name, part) for how, part in json.loads(text))


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "equals": lambda name, text: name == text,
    "starts_with": lambda name, text: name.startswith(text),
    "ends_with": lambda name, text: name.endswith(text),
    "contains": lambda name, text: text in name,
    "regex": lambda name, text: bool(re.search(text, name)),
    "all": _all,
}


@dataclass(slots=True)
class Provider:
    """What a provider is called, which names it serves, its models in order."""

    called: list[Rule] = field(default_factory=list)
    serves: list[Rule] = field(default_factory=list)
    falls_back_on: list[str] = field(default_factory=list)
    models: dict[str, list[Rule]] = field(default_factory=dict)

    def model(self, name: str) -> str | None:
        """The first model that a rule fits."""
        return next((m for m, rules in self.models.items() if fits(rules, name)), None)

    def names(self, name: str) -> bool:
        """Say whether a rule stands for this very name, and for no other."""
        return any(Rule("equals", name) in rules for rules in self.models.values())


def fits(rules: Iterable[Rule], name: str, *, loosely: bool = True) -> bool:
    """Say whether a rule fits; a word somewhere inside is a loose one."""
    return any(rule.fits(name) for rule in rules if loosely or rule.how != "contains")


class NameRules:
    """Rules in their order, one record each, turned into providers when they are asked for."""

    def __init__(self, rows: Sequence[Mapping[str, str]]) -> None:
        self._rows = rows

    @property
    def source(self) -> str:
        """Where the rules are from, with its version."""
        return self._rows[0]["source"] if self._rows else ""

    @cached_property
    def providers(self) -> Mapping[str, Provider]:
        """Every provider that the rules speak of, in their order."""
        found: dict[str, Provider] = {}
        for record in self._rows:
            _add(found.setdefault(record["provider"], Provider()), record)
        return found


def _add(provider: Provider, record: Mapping[str, str]) -> None:
    how, text, says = record["how"], record["text"], record["says"]
    rule = Rule(how, text if how == "regex" else text.lower())
    if says == "is":
        provider.models.setdefault(record["model"], []).append(rule)
    elif says == "falls back on":
        provider.falls_back_on.append(record["text"])
    else:
        (provider.called if says == "called" else provider.serves).append(rule)


def called(providers: Mapping[str, Provider], word: str) -> str | None:
    """The provider that a word stands for, one that the rules or a gateway know."""
    if word in providers or word in GATEWAYS:
        return GATEWAYS.get(word, word)
    return next((key for key, one in providers.items() if fits(one.called, word)), None)


def name_rules() -> NameRules:
    """The kit's own rules. Raises BookError where the file is not there, or is damaged."""
    return made_of(NAMES_FILE, NameRules)
