"""A cache of answers: a hit spares everything behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from aicost.book.rates import rates
from aicost.components.flow import Flow, World
from aicost.components.stage import Stage
from aicost.components.unit_prices import listed, missing, stated, unlisted
from aicost.values.charge import Charge, Count, Factor
from aicost.values.quantities import MTOK, Numeric, Value, quantity, word

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


@dataclass(frozen=True, kw_only=True)
class ResponseCache(Stage):
    """A cache in front of the pipeline, with a given share of hits."""

    component: ClassVar[str] = "caching"

    hit_share: Value = quantity("share", "share of requests answered from the cache")
    node_per_month: Value = quantity("USD/month", "what the cache itself costs", default=0.0)
    model: str = word("embedding model of a semantic cache's look-up", default="")
    query_tokens: Value = quantity("tokens", "tokens embedded per look-up", default=None)

    def gaps(self, book: Book) -> Iterable[tuple[str, str]]:
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
        tokens = self.calls(flow).times(self.factor("query_tokens", "tokens per look-up"))
        price = listed(
            rates(book, self.model).row("input"), sold="USD/Mtok", unit="Mtok", holds=MTOK
        )
        yield self.charge(tokens, price, item="look-up embedding", driver="tokens in")

    def pass_on(self, flow: Flow) -> Flow:
        share = misses(hit_share=self.share * self.hit_share)  # who skips the cache misses it too
        if self.of:  # of those who are here, the ones it is for
            asks = np.divide(self.arriving(flow).requests, np.maximum(flow.requests, 1e-300))
            share = 1.0 - np.minimum(asks, 1.0) * self.hit_share
        return flow.narrowed(Factor("cache misses", share, "share", self.basis("hit_share")))
