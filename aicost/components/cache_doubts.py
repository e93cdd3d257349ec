"""What is said of a prompt cache that cannot hold what is to be read from it, or not as asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from aicost.book.rates import rates
from aicost.values.formatting import seconds_words
from aicost.values.quantities import mean
from aicost.values.section import Concern

if TYPE_CHECKING:
    from aicost.book.book import Book
    from aicost.components.flow import Flow
    from aicost.components.prompt_cache import CachedCall


def cache_doubts(call: CachedCall, flow: Flow, book: Book) -> Iterator[Concern]:
    """Yield what is said of what a call is to read from its provider's cache."""
    if call.runs_on or not np.any(call.cache_read_share):
        return
    yield from _too_short(call, flow, book)
    if call.cache_ttl != "5m" and call.cache_kept is None:
        yield from _no_choice(call, book)
    yield from _unsold(call, book)


def _too_short(call: CachedCall, flow: Flow, book: Book) -> Iterator[Concern]:
    """Yield how the bill takes a share of the prompt that is too short to be kept."""
    share, policy, reach = call.cache_read_share, call.keeps(book), call.reachable(flow, book)
    kept, longest = call.kept_of(share, reach), call.longest_prompt(flow)
    stated = call.cache_write_share is not None
    bill = "the bill takes it as stated" if stated else "the bill takes it as plain input"
    least = f"the {policy.minimum:,.0f} it takes"
    whole = mean(call.prompt_of(flow).whole().value)
    most = policy.most_read(prompt_tokens=longest, kept=kept)
    if not np.any(most):
        wrong = f"a cached part of {longest * kept:,.0f} tokens is shorter than {least}; {bill}"
        remedy = "leave it out, or put what calls share first"
        yield Concern("cache_read_share", wrong, remedy)
    elif np.any(share > most) and not stated:
        wrong = f"of {longest:,.0f} tokens at most {most * longest:,.0f} are read from the cache: "
        wrong += f"it takes {policy.minimum:,.0f}, and more by {policy.step:,.0f}; the bill takes "
        wrong += "no more"
        yield Concern(
            "cache_read_share", wrong, f"write cache_read_share: {call.cut_percent(most)}"
        )
    elif np.all(whole * share < policy.minimum * (1 - 1e-9)) and not stated:
        wrong = f"{whole * share:,.0f} tokens of a mean call are read from the cache, fewer than "
        wrong += f"{least} in one; the bill takes it that longer parts are met now and then"
        yield Concern("cache_read_share", wrong, "leave it out where calls share no more than that")


def _no_choice(call: CachedCall, book: Book) -> Iterator[Concern]:
    """Yield a lifetime that is asked for and that the provider does not sell."""
    name, policy = call.model or "it", call.keeps(book)
    if "" in policy.lifetimes_s:
        kept = seconds_words(policy.lifetimes_s[""])
        wrong = f"{name} keeps what it reads for {kept}, and takes no other lifetime"
        yield Concern("cache_ttl", wrong, "leave it out")
    elif call.price is None and call.written_has_a_price(book):
        own = rates(book, call.model, context=call.context)
        if not own.lists(f"cache_write_{call.cache_ttl}"):
            wrong = f"the book has no price of an hour in {name}'s cache, and takes that of 5m"
            yield Concern("cache_ttl", wrong, "write 5m, or price: {cache_write: …}")


def _unsold(call: CachedCall, book: Book) -> Iterator[Concern]:
    """Yield what is to be read from a cache of a model that is sold without one."""
    sold = None if call.price is not None else rates(book, call.model, context=call.context)
    if sold is not None and not sold.lists("cache_read"):
        wrong = f"the book has no price of what {call.model} reads from a cache, and takes "
        wrong += "that of input: nothing is saved"
        yield Concern("cache_read_share", wrong, "leave it out, or write price: {cache_read: …}")
