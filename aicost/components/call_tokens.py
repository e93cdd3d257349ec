"""The tokens of one call to a model: where they come from, and which price each of them has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from aicost.components.price_tiers import tier_bands
from aicost.values.charge import Bucket, Count, Factor, UnitPrice, conversions, summed
from aicost.values.quantities import Numeric, Value

#: From a bucket of tokens, as the book names it, and a price tier to what a million cost.
Pricing = Callable[[str, int], UnitPrice]


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the input of one call adds up from."""

    own: Factor
    passages: Factor | None = None
    history: Factor | None = None
    tools: Factor | None = None
    said: tuple[Factor, ...] = ()

    @property
    def parts(self) -> tuple[Factor, ...]:
        """The parts that are there, in order."""
        own = () if self.said and np.all(np.equal(self.own.value, 0.0)) else (self.own,)
        history = () if self.history is None else (self.history,)
        return (*own, *self.said, *self.found, *history)

    @property
    def found(self) -> tuple[Factor, ...]:
        """Descriptions of tools and passages, where there are any."""
        return tuple(part for part in (self.tools, self.passages) if part is not None)

    @property
    def added(self) -> Numeric:
        """Tokens beside its own instructions and question. [tokens]"""
        return sum(part.value for part in self.parts if part is not self.own)

    def whole(self) -> Factor:
        """All of it as one factor."""
        return summed("input tokens per call", "tokens", self.parts)


class Beside(NamedTuple):
    """Tokens of a call beside the text of prompt and answer, and how they are sold."""

    tokens: Factor
    bucket: Bucket
    sold_as: str
    item: str

    @property
    def read(self) -> bool:
        """Whether the model reads them, rather than makes them."""
        return self.sold_as.startswith("input")


class TokenLine(NamedTuple):
    """One line of a bill of tokens."""

    tokens: Count
    price: UnitPrice
    item: str
    bucket: Bucket
    driver: str


@dataclass(frozen=True, slots=True)
class CallTokens:
    """What one call reads and writes.

    `own` is the mix of sizes behind the prompt's own part, `grows_over` what its history grows
    with; `read` and `written` are the shares read from the provider's cache, and of the rest
    written to it as `written_as`. What is `beside` the text is not cached. A model has no price
    for what it does not `sell`, and the call no tokens of it.
    """

    prompt: Prompt
    answer: Factor
    own: Value
    grows_over: Value
    read: Factor | None
    written: Factor | None
    written_as: str
    beside: tuple[Beside, ...] = ()
    sells: Callable[[str], bool] = lambda bucket: True

    def lines(
        self, calls: Count, price: Pricing, tiers: Sequence[float], word: str = ""
    ) -> Iterator[TokenLine]:
        """Yield input, cache and output lines of every price tier."""
        history = self.prompt.history.value if self.prompt.history is not None else 0.0
        media = sum(one.tokens.value for one in self.beside if one.read)
        bands = tier_bands(
            own_tokens=self.own,
            context_tokens=self.prompt.added - history + media,
            growth_tokens=history,
            tiers=tiers,
            rounds=self.grows_over,
        )
        for tier, (share, tokens) in enumerate(bands):
            count, suffix, whole = calls, word, self.prompt.whole()
            if len(bands) > 1:
                where = tier_words(tiers, tier)
                count = calls.times(Factor(f"of them {where}", share, "share", "listed"))
                suffix = f" {where}{word}"
                whole = replace(whole, value=tokens - media)
                if not np.all(np.equal(share, 1.0)):  # each tier has its own mean of each part
                    told = {one.source: one for one in conversions(whole)}
                    whole = replace(whole, parts=tuple(told.values()), joined=", ")
            yield from self._buckets(count, whole, tier, price, suffix)

    def _buckets(
        self, calls: Count, tokens: Factor, tier: int, price: Pricing, suffix: str
    ) -> Iterator[TokenLine]:
        """Yield what is read from the cache, written to it, read afresh, and the answer."""

        def line(count: Count, bucket: Bucket, item: str, sold_as: str = "") -> TokenLine:
            sold = sold_as or bucket
            driver = "tokens out" if sold.startswith("output") else "tokens in"
            return TokenLine(count, price(sold, tier), f"{item}{suffix}", bucket, driver)

        fresh = calls.times(tokens)
        if self.read is not None:
            yield line(fresh.times(self.read), "cache_read", "input from cache")
            fresh = fresh.times(_rest(self.read, "not read from it"))
        if self.written is not None:
            yield line(fresh.times(self.written), "cache_write", "cache writes", self.written_as)
            fresh = fresh.times(_rest(self.written, "not written to it"))
        if self.sells("input"):
            yield line(fresh, "input", "input")
        for one in self.beside:
            yield line(calls.times(one.tokens), one.bucket, one.item, one.sold_as)
        if self.sells("output"):
            yield line(calls.times(self.answer), "output", "output")


def _rest(share: Factor, name: str) -> Factor:
    return replace(share, name=name, value=1.0 - share.value)


def tier_words(tiers: Sequence[float], tier: int) -> str:
    """A price tier in words.

    Parameters
    ----------
    tiers : thresholds, the first of them 0. [tokens]
    tier : which of them, from 0. [tier]

    Returns
    -------
    Its sizes of call. [words]

    Examples
    --------
    >>> tier_words((0, 200_000), 0), tier_words((0, 200_000), 1)
    ('up to 200k tokens', 'above 200k tokens')
    """
    low = f"{tiers[tier] / 1000:g}k"
    if tier == len(tiers) - 1:
        return f"above {low} tokens"
    high = f"{tiers[tier + 1] / 1000:g}k tokens"
    return f"up to {high}" if tier == 0 else f"{low} to {high}"
