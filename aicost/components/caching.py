"""A cache of answers: a hit spares everything behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from aicost.book.rates import rates
from aicost.components.flow import Flow, World
from aicost.components.stage import Faster
from aicost.components.token_counts import CountedStage
from aicost.components.unit_prices import listed, missing, stated, unlisted
from aicost.values.charge import Charge, Count, Factor
from aicost.values.formatting import percent
from aicost.values.quantities import MTOK, Numeric, Value, quantity, word
from aicost.values.section import Concern

if TYPE_CHECKING:
    from aicost.book.book import Book


def misses(*, hit_share: Numeric) -> Numeric:
    """The share of requests a cache lets through: 1 - h.

    Parameters
    ----------
    hit_share : share of requests answered from the cache. [share]

    Returns
    -------
    Share that passes on. [share]

    Examples
    --------
    >>> misses(hit_share=0.25)
    0.75
    """
    return 1.0 - hit_share


HITS = 0.30  # of a cache that is put in front of a system, to see what it would do: our assumption
MORE_HITS = 0.20  # added to those of one that is there


@dataclass(frozen=True, kw_only=True)
class ResponseCache(CountedStage):
    """A cache in front of the pipeline, with a given share of hits."""

    component: ClassVar[str] = "caching"
    ends_requests: ClassVar[bool] = True

    hit_share: Value = quantity("share", "share of requests answered from the cache")
    node_per_month: Value = quantity("USD/month", "what the cache itself costs", default=0.0)
    model: str = word("embedding model of a semantic cache's look-up", default="", model=True)
    query_tokens: Value = quantity("tokens", "tokens embedded per look-up", default=None)

    @property
    def reads_passages(self) -> bool:
        return False

    def gaps(self, flow: Flow, book: Book) -> Iterable[Concern]:
        yield from super().gaps(flow, book)
        if self.model:
            yield from unlisted(lambda: rates(book, self.model).row("input"), "model")
            if self.query_tokens is None:
                yield missing("query_tokens", "leave model: out")

    def standing(self, world: World, book: Book) -> Iterable[Charge]:
        price = stated(self, "node_per_month", unit="month")
        one = Count().times(Factor("cache", 1.0, "node", "listed"))
        yield self.charge(one, price, item="cache node", driver="months", behaves="fixed")

    def per_request(self, flow: Flow, book: Book) -> Iterable[Charge]:
        if not self.model:
            return
        tokens = self.calls(flow).times(self.token_factor("query_tokens", "tokens per look-up"))
        price = listed(
            rates(book, self.model).row("input"), sold="USD/Mtok", unit="Mtok", holds=MTOK
        )
        yield self.charge(tokens, price, item="look-up embedding", driver="tokens in")

    @property
    def answered(self) -> Numeric:
        return self.hit_share

    def faster(self, book: Book) -> Iterable[Faster]:
        more = min(1.0, float(self.hit_share) + MORE_HITS)
        words = f"{self.name}: {percent(round(more, 2))} of requests answered from it"
        if more > self.hit_share:
            yield Faster(words, replace(self, hit_share=more))

    def pass_on(self, flow: Flow) -> Flow:
        share = misses(hit_share=self.share * self.hit_share)  # who skips the cache misses it too
        if self.of:  # of those who are here, the ones it is for
            asks = np.divide(self.arriving(flow).requests, np.maximum(flow.requests, 1e-300))
            share = 1.0 - np.minimum(asks, 1.0) * self.hit_share
        return flow.narrowed(Factor("cache misses", share, "share", self.basis("hit_share")))


def in_front(hit_share: float) -> ResponseCache:
    """A cache in front of a system that has none, free and without a look-up to be billed.

    Parameters
    ----------
    hit_share : share of requests answered from it. [share]

    Returns
    -------
    A stage to put first. [stage]

    Examples
    --------
    >>> in_front(0.3).answered
    0.3
    """
    return ResponseCache(name="cache of answers", hit_share=hit_share)
