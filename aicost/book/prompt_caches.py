"""What a provider does with the prompts it keeps: for how long, from which length, asked or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

import numpy as np

from aicost.book.book import Book
from aicost.values.quantities import Numeric

#: Where nobody says what a provider does, and it bills what is written for so long.
ANY = "prompt-cache/any"
#: What a lifetime is asked for as; nothing where there is no choice.
LIFETIMES = {"cache_lifetime": "", "cache_lifetime_5m": "5m", "cache_lifetime_1h": "1h"}
FIGURES = {"cache_minimum", "cache_step", "cache_automatic", "cache_refreshed", *LIFETIMES}


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """What a provider does with prompts, as far as somebody says so.

    Attributes
    ----------
    minimum : shortest part of a prompt that is kept, 0 where nobody says. [tokens]
    step : what it grows by beyond that. [tokens]
    automatic : whether prompts are kept without being marked.
    refreshed : whether an entry that is met is kept for another lifetime.
    lifetimes_s : lifetime by what is asked for: 5m, 1h, or nothing where there is no choice. [s]
    """

    minimum: float = 0.0
    step: float = 1.0
    automatic: bool = False
    refreshed: bool = True
    lifetimes_s: Mapping[str, float] = field(default_factory=dict)

    def longest(self, tokens: Numeric) -> Numeric:
        """The longest part of a prompt of so many tokens that is kept. [tokens]"""
        beyond = np.subtract(tokens, self.minimum)
        longest = self.minimum + beyond // self.step * self.step
        return np.where(beyond < 0, 0.0, longest)[()]

    def most_read(self, *, prompt_tokens: Numeric, kept: Numeric) -> Numeric:
        """The largest share of a prompt that is read where a share of it is to be `kept`."""
        if not self.minimum:
            return 1.0
        short = np.multiply(prompt_tokens, kept) < self.minimum * (1 - 1e-9)
        most = self.longest(prompt_tokens) / np.where(short, 1.0, prompt_tokens)
        return np.where(short, 0.0, most)[()]

    def lifetime_s(self, asked: str) -> float | None:
        """How long an entry is kept, where somebody says so. [s]"""
        return self.lifetimes_s.get("", self.lifetimes_s.get(asked))


@lru_cache(maxsize=1024)
def cache_policy(book: Book, model: str, *, written: bool = False) -> CachePolicy:
    """What is known of how a model's provider keeps prompts.

    Parameters
    ----------
    book : the price book.
    model : provider/model, as the book names it.
    written : whether what is written to the cache is billed. What a provider says of such models
        comes first; where none says anything, an entry is kept as long as its price is named after.

    Returns
    -------
    CachePolicy

    Examples
    --------
    >>> policy = cache_policy(Book.load(), "anthropic/claude-sonnet-5-5")
    >>> policy.lifetime_s("1h"), policy.minimum, policy.automatic
    (3600.0, 512.0, False)
    """
    names = [*dict.fromkeys([*_names(model), *_names(book.listed_as(model))])]
    contexts = ("writes=billed", "") if written else ("",)
    figures = _figures(book, names, contexts)
    if written and not figures.keys() & LIFETIMES.keys():
        figures |= _figures(book, [ANY], contexts)
    return CachePolicy(
        minimum=figures.get("cache_minimum", 0.0),
        step=figures.get("cache_step", 1.0),
        automatic=bool(figures.get("cache_automatic", 0.0)),
        refreshed=bool(figures.get("cache_refreshed", 1.0)),
        lifetimes_s={asked: figures[name] for name, asked in LIFETIMES.items() if name in figures},
    )


def _names(model: str) -> list[str]:
    """The items that speak of a model's prompts, from itself to the maker that a reseller names."""
    names, sold_as = [model], model
    while sold_as:
        provider, _, rest = sold_as.partition("/")
        names += [f"prompt-cache/{sold_as}", f"prompt-cache/{provider}"]
        sold_as = rest if "/" in rest else ""
    return names


def _figures(book: Book, names: Sequence[str], contexts: Sequence[str]) -> dict[str, float]:
    """What is said of prompts under several names and contexts, the first that says it wins."""
    found: dict[str, float] = {}
    for name, context in product(names, contexts):
        for row in book.active(name):
            if row.parameter in FIGURES and row.context == context:
                found.setdefault(row.parameter, book.note(row).value)
    return found
