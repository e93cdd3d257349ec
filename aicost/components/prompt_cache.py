"""What a call reads from its provider's prompt cache, and what is written and kept for that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from aicost.book.prompt_caches import CachePolicy, cache_policy
from aicost.book.rates import rates
from aicost.components.flow import Flow, OneCall, World
from aicost.components.prompted_call import PromptedCall
from aicost.components.sharing import ONE, kept_apart, unshared
from aicost.components.stage import Faster
from aicost.components.unit_prices import figure_of, listed, missing, stated
from aicost.formulas.reuse.warm import (
    cached_share,
    reachable_share,
    warm_in_series,
    warm_over_day,
)
from aicost.values.charge import Charge, Count, Factor, UnitPrice, weakest
from aicost.values.formatting import count, percent, seconds_words
from aicost.values.quantities import DAYS_PER_WEEK, MTOK, Numeric, Spread, Value, mean, quantity
from aicost.values.section import Concern, Section

if TYPE_CHECKING:
    from aicost.book.book import Book

RENT = "cache_storage_hour"


@dataclass(frozen=True, kw_only=True)
class CacheKept(Section):
    """Tokens that a provider keeps for a rent, whoever reads them."""

    tokens: Value = quantity("tokens", "tokens that are kept")
    hours: Value = quantity(
        "hours", "hours of the month they are kept, all if not said", high=744, default=None
    )


class Arrivals(NamedTuple):
    """How the calls that share a prompt follow one another."""

    calls_in_series: Numeric
    first_warm: Numeric


class CachedCall(PromptedCall):
    """What a stage that calls a model knows of the prompts it has kept; fields stand below."""

    cache_read_share: Value
    cache_write_share: Value
    cache_ttl: str
    cache_kept: CacheKept | None
    prefixes: str

    # ---- what is read and written

    def from_cache(self, flow: Flow, book: Book) -> tuple[Factor | None, Factor | None]:
        """The share of input read from the cache, and of the rest what is written to it.

        Both as they are stated; where only reads are, as far as the arrivals keep them warm, with
        the writes that they need where those are billed.
        """
        read, written = (
            self.factor(field, name) if self.states(field) else None
            for field, name in (
                ("cache_read_share", "read from the cache"),
                ("cache_write_share", "written to the cache"),
            )
        )
        if read is None or written is not None or not self.differs("cache_read_share"):
            return read, written
        reach = self.reachable(flow, book)
        longest = self.keeps(book).most_read(
            prompt_tokens=self.longest_prompt(flow), kept=self.kept_of(read.value, reach)
        )
        if np.any(np.greater(read.value, longest)):
            note = f"{percent(read.value)} stated, and too short to be kept"
            got, basis = np.minimum(read.value, longest), weakest([read.basis, "assumed"])
            read = replace(read, value=got, basis=basis, note=note)
        if reach is None:
            return read, None
        kept = cached_share(read_share=read.value, reachable=reach)
        most = f"at most {percent(reach)} can be"
        if np.any(np.greater(read.value, reach)):
            note = f"{percent(read.value)} stated, {most}"
            got, basis = _got(read.value, reach), weakest([read.basis, "assumed"])
            read = replace(read, value=got, basis=basis, note=note)
        if not self.written_has_a_price(book):
            return read, None
        new, rest = kept - read.value, np.subtract(1.0, read.value)
        share = (new / np.where(rest > 0, rest, 1.0))[()]
        note = f"so that {percent(read.value)} of input is read; {most}"
        return read, Factor("written to the cache", share, "share", "assumed", note=note)

    def reads(self, flow: Flow, book: Book) -> tuple[Value, Numeric]:
        added, own = self.prompt_of(flow).added, self.in_tokens(self.input_tokens)
        read = self.from_cache(flow, book)[0] if not self.runs_on else None
        tokens = (
            Spread(own.p50 + added, own.p95 + added) if isinstance(own, Spread) else own + added
        )
        return tokens, 0.0 if read is None else read.value

    def one_call(self, flow: Flow, book: Book, call: OneCall) -> Self:
        """The shares of a mean call are those of each: who meets a cold cache is not drawn."""
        one = super().one_call(flow, book, call)
        shares = (None, None) if self.runs_on else self.from_cache(flow, book)
        if shares == (None, None):
            return one
        read, written = (0.0 if share is None else share.value for share in shares)
        return one._with(cache_read_share=read, cache_write_share=written)

    def written_has_a_price(self, book: Book) -> bool:
        """Whether its provider bills what is written to the cache."""
        if self.price is not None:
            return self.price.cache_write is not None
        return rates(book, self.model, context=self.context).lists("cache_write_5m")

    def keeps(self, book: Book) -> CachePolicy:
        """What its provider does with prompts."""
        named = self.model if self.price is not None else rates(book, self.model).model
        return cache_policy(book, named, written=self.written_has_a_price(book))

    def kept_of(self, read_share: Numeric, reach: Numeric | None) -> Numeric:
        """The share of a prompt that is kept, so that `read_share` of input is read."""
        return cached_share(read_share=read_share, reachable=1.0 if reach is None else reach)

    def reachable(self, flow: Flow, book: Book, ttl: str = "") -> Numeric | None:
        """The largest share of input that its arrivals can find in the cache, where one can tell.

        Nobody can where no lifetime is known, nor of what is kept for a rent.
        """
        warm = self.found_share(flow, book, ttl)
        if warm is None:
            return None
        prompt, history = self.prompt_of(flow), 0.0
        if prompt.history is not None:
            history = prompt.history.value
        return reachable_share(
            warm=warm,
            prompt_tokens=prompt.whole().value - history,
            growth_tokens=history,
            new_tokens=self._new_history(flow),
        )

    def found_share(self, flow: Flow, book: Book, ttl: str = "") -> Numeric | None:
        """The share of calls that find what all of them share in the cache, where one can tell."""
        arrivals = self._arrivals(flow, book, ttl or self.cache_ttl)
        if arrivals is None:
            return None
        return warm_in_series(
            first_warm=arrivals.first_warm, calls_in_series=arrivals.calls_in_series
        )

    def _arrivals(self, flow: Flow, book: Book, ttl: str) -> Arrivals | None:
        """Its calls in series: rounds, turns and repeats, or the whole batch of a day."""
        policy = self.keeps(book)
        lifetime = policy.lifetime_s(ttl)
        if self.cache_kept is not None or lifetime is None:
            return None
        profile = flow.world.profile
        days = flow.world.month.days * profile.days_per_week / DAYS_PER_WEEK
        turns = mean(self.turns)
        rounds = mean(flow.loop.rounds) if flow.loop is not None else 1.0
        apart = kept_apart(flow.world, self.prefixes)
        series = flow.requests * np.minimum(self.repeat, 1.0) / turns / days
        if apart is not None:  # else it is said where it is missing
            series = series / apart
        calls = np.maximum(self.repeat, 1.0) * turns * rounds
        if self.batch:
            series, calls = np.minimum(series, 1.0), calls * np.maximum(series, 1.0)
        first = warm_over_day(
            requests_per_day=series,
            hour_weights=profile.hours,
            lifetime_s=lifetime,
            refreshed=policy.refreshed,
        )
        return Arrivals(calls, first)

    def _new_history(self, flow: Flow) -> Numeric:
        """The part of a mean call's history that no call before it carried. [tokens]"""
        new: Numeric = 0.0
        if self.differs("tokens_kept_per_turn"):
            new = new + self.tokens_kept_per_turn * (1.0 - 1.0 / mean(self.turns))
        if flow.loop is not None:
            each = flow.loop.grows_tokens_per_round
            new = new + each * (1.0 - 1.0 / mean(flow.loop.rounds))
        return self.in_tokens(new)

    # ---- what is kept for a rent

    def standing(self, world: World, book: Book) -> Iterable[Charge]:
        if self.cache_kept is None or self.runs_on:
            return
        kept = self.cache_kept
        hours = world.month.factor("hours", "hours")
        if kept.hours is not None:
            hours = kept.factor("hours", "hours kept")
        tokens = Count().times(kept.factor("tokens", "tokens kept"), hours)
        yield self.charge(
            tokens, self._rent(book), item="cache kept", driver="token-hours", behaves="fixed"
        )

    def _rent(self, book: Book) -> UnitPrice:
        """The price of a million tokens kept for an hour."""
        if self.price is not None:
            return stated(self.price, RENT, unit="Mtok-hour", holds=MTOK)
        row = book.find(rates(book, self.model).model, RENT)
        return listed(row, sold="USD/Mtok-hour", unit="Mtok-hour", holds=MTOK)

    # ---- what does not fit

    def gaps(self, flow: Flow, book: Book) -> Iterable[Concern]:
        yield from super().gaps(flow, book)
        yield from unshared("prefixes", self.prefixes, flow.world)

    def cache_gaps(self, book: Book) -> Iterator[Concern]:
        """Yield the rent that nobody has a price for."""
        if self.cache_kept is None:
            return
        if self.price is not None and self.price.cache_storage_hour is None:
            yield missing(f"price.{RENT}", "leave cache_kept: out")
        elif self.price is None and not self.rents_cache(book):
            wrong = f"{self.model} has no {RENT} in the book"
            yield Concern("cache_kept", wrong, f"leave it out, or write price: {{{RENT}: …}}")

    def rents_cache(self, book: Book) -> bool:
        """Whether its model is sold with a cache that is kept for a rent."""
        return figure_of(book, rates(book, self.model).model, RENT) is not None

    def faster(self, book: Book) -> Iterable[Faster]:
        for change in super().faster(book):
            if not isinstance(change.stage, CachedCall) or not any(change.stage.cache_gaps(book)):
                yield change

    def cache_warnings(self, flow: Flow, book: Book) -> Iterator[Concern]:
        """Yield what is said of a prompt cache that it cannot do."""
        if self.runs_on:
            if self.cache_kept is not None:
                wrong = "the pool is billed, and no rent of a cache"
                yield Concern("cache_kept", wrong, "keep one of the two")
            return
        policy = self.keeps(book)
        if not self.cache_read_share:
            if self.cache_kept is not None:
                remedy = "write cache_read_share: …, or leave it out"
                yield Concern("cache_kept", "nothing is read from what is kept", remedy)
            return
        yield from self._too_cold(flow, book, policy)

    def _too_cold(self, flow: Flow, book: Book, policy: CachePolicy) -> Iterator[Concern]:
        """Yield a warning where more is to be read than the arrivals keep in the cache."""
        reach, arrivals = self.reachable(flow, book), self._arrivals(flow, book, self.cache_ttl)
        if reach is None or arrivals is None or self.cache_read_share <= reach:
            return
        got = _got(self.cache_read_share, reach)
        lifetime = seconds_words(policy.lifetime_s(self.cache_ttl) or 0.0)
        wrong = f"{percent(self.cache_read_share)} of input from the cache cannot be: "
        wrong += f"{count(flow.requests)} requests a month"
        if self.prefixes != ONE:
            wrong += f" for {count(kept_apart(flow.world, self.prefixes))} prompts"
        wrong += f" meet an entry of {lifetime} "
        wrong += f"{self.cut_percent(arrivals.first_warm)} of the time"
        if np.any(arrivals.calls_in_series > 1):
            wrong += f", and with the calls that follow at most {self.cut_percent(reach)} is read"
        if self.cache_write_share is None:
            wrong += f"; the bill takes {self.cut_percent(got)}"
        yield Concern("cache_read_share", wrong, self._warmer(flow, book, policy, got))

    @staticmethod
    def cut_percent(share: Numeric) -> str:
        """A share in per cent to two digits, cut and never rounded up."""
        size = float(np.mean(share)) * 100
        if size <= 0:
            return "0 %"
        digits = max(0, 1 - int(np.floor(np.log10(size))))
        cut = np.floor(size * 10**digits) / 10**digits
        return f"{cut:.{digits}f} %"

    def _warmer(self, flow: Flow, book: Book, policy: CachePolicy, got: Numeric) -> str:
        """What can be written in place of a share that cannot be."""
        lower = f"write cache_read_share: {self.cut_percent(got)}"
        if not policy.automatic:
            lower += ", or leave it out and mark nothing"
        if self.cache_ttl == "1h" or "1h" not in policy.lifetimes_s:
            return lower
        longer = self.reachable(flow, book, "1h")
        if longer is not None and longer >= self.cache_read_share:
            return f"write cache_ttl: 1h, or cache_read_share: {self.cut_percent(got)}"
        more = self.cut_percent(_got(self.cache_read_share, longer))
        return f"{lower}, or write cache_ttl: 1h with cache_read_share: {more}"


def _got(stated: Numeric, reach: Numeric) -> Numeric:
    """What is read of a stated share."""
    return np.minimum(stated, cached_share(read_share=stated, reachable=reach) * reach)
