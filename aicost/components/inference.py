"""Calls to a language model: tokens in, tokens out, context, history, caching and tiers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from aicost.book.rates import Rates, rates
from aicost.components.flow import Flow
from aicost.components.price_tiers import growth_steps, tier_bands
from aicost.components.stage import Stage, growth_per_call
from aicost.components.unit_prices import TokenPrice, listed, missing, stated, unlisted
from aicost.values.charge import Charge, Count, Factor, UnitPrice, summed, weakest
from aicost.values.quantities import MTOK, Value, flag, quantity, word
from aicost.values.section import Section, section

if TYPE_CHECKING:
    from aicost.book.book import Book


@dataclass(frozen=True, kw_only=True)
class Limits(Section):
    """The most that a provider takes in a minute."""

    requests_per_minute: Value = quantity("calls/minute", "most calls", low=1e-9, default=np.inf)
    tokens_per_minute: Value = quantity(
        "tokens/minute", "most tokens, read and written", low=1e-9, default=np.inf
    )


@dataclass(frozen=True, kw_only=True)
class Inference(Stage):
    """A call to a language model, priced by the token or run on a pool."""

    component: ClassVar[str] = "inference"

    model: str = word("provider/model, as the price book names it", default="")
    price: TokenPrice | None = section(TokenPrice, "prices in place of a model's listed ones")
    input_tokens: Value = quantity(
        "tokens", "tokens of instructions and question in one call", spread=True
    )
    output_tokens: Value = quantity("tokens", "tokens of one answer", spread=True)
    reads_context: bool = flag("reads the passages that retrieval found", default=True)
    turns: Value = quantity(
        "turns",
        "turns of a conversation, the earlier ones sent along",
        low=1,
        spread=True,
        default=1.0,
    )
    tokens_kept_per_turn: Value = quantity(
        "tokens", "tokens of an earlier turn that are sent along", default=0.0
    )
    grows_tokens_per_round: Value = quantity(
        "tokens", "tokens a round of the loop adds to the next call", default=0.0
    )
    cache_read_share: Value = quantity(
        "share", "share of input read from the provider's prompt cache", default=0.0
    )
    cache_write_share: Value = quantity(
        "share", "share of the input not read from the cache that is written to it", default=0.0
    )
    cache_ttl: str = word("lifetime of a cache entry", default="5m", choices=("5m", "1h"))
    batch: bool = flag("sent through the provider's batch service")
    service_tier: str = word("provider's service tier, such as flex or priority", default="")
    ttft: Value = quantity("s", "time to the first token", spread=True, default=None)
    tpot: Value = quantity("s/token", "time per token after the first", spread=True, default=None)
    streams: bool = flag("its words are shown as they are written", default=True)
    limits: Limits | None = section(Limits, "what the provider takes in a minute")
    pool: str = word("pool of machines it runs on, in place of a price per token", default="")

    @property
    def context(self) -> str:
        """The price context in the book's words."""
        if self.batch:
            return "processing=batch"
        return f"service_tier={self.service_tier}" if self.service_tier else ""

    def per_request(self, flow: Flow, book: Book) -> Iterable[Charge]:
        if self.pool:
            return
        calls = self.calls(flow)
        if self.price is not None:
            given = self.price
            yield from self._tokens(calls, flow, lambda bucket, tier: given.of(bucket), (0,), "")
            if self.price.request is not None:
                fee = stated(self.price, "request", unit="call")
                yield self.charge(calls, fee, item="request fee", driver="calls")
            return
        listed_rates = rates(book, self.model, context=self.context)
        profile = flow.world.profile
        shares = listed_rates.window_shares(profile.hours, profile.days_per_week)
        for window, (hours, share) in enumerate(zip(listed_rates.windows, shares, strict=True)):
            inside = calls.times(Factor(f"in {hours} hours", share, "share", "listed"))
            yield from self._tokens(
                inside if hours else calls,
                flow,
                _of(listed_rates, window),
                listed_rates.tiers,
                f", {hours}" if hours else "",
            )
        if listed_rates.request_row is not None:
            fee = listed(listed_rates.request_row, sold="USD/request", unit="call")
            yield self.charge(calls, fee, item="request fee", driver="calls")

    def _tokens(
        self, calls: Count, flow: Flow, price: Any, tiers: Sequence[float], word: str
    ) -> Iterator[Charge]:
        """Yield input, cache and output lines of every price tier."""
        parts = self.input_parts(flow)
        extra = [p.value for p in parts[1:]]
        history = sum(f.value for f in parts if f.name in _GROWS)
        looped = self.differs("grows_tokens_per_round") and self.differs("rounds")
        bands = tier_bands(
            own_tokens=self.input_tokens,
            context_tokens=sum(extra) - history,
            growth_tokens=history,
            tiers=tiers,
            steps=growth_steps(rounds=self.rounds if looped else self.turns) if tiers[1:] else (),
        )
        for tier, (share, tokens) in enumerate(bands):
            count, suffix = calls, word
            whole = summed("input tokens per call", "tokens", parts)
            if len(bands) > 1:
                where = _tier_words(tiers, tier)
                count = calls.times(Factor(f"of them {where}", share, "share", "listed"))
                suffix = f" {where}{word}"
                shown = whole.parts if np.all(np.equal(share, 1.0)) else ()
                whole = replace(whole, value=tokens, parts=shown)
            yield from self._buckets(count, whole, tier, price, suffix)

    def _buckets(
        self, calls: Count, tokens: Factor, tier: int, price: Any, suffix: str
    ) -> Iterator[Charge]:
        whole = calls.times(tokens)
        fresh = whole
        words = {"driver": "tokens in"}
        if self.states("cache_read_share"):
            part = self.factor("cache_read_share", "read from the cache")
            yield self.charge(
                whole.times(part),
                price("cache_read", tier),
                item=f"input from cache{suffix}",
                **words,
            )
            fresh = fresh.times(replace(part, name="not read from it", value=1.0 - part.value))
        if self.states("cache_write_share"):
            part = self.factor("cache_write_share", "written to the cache")
            bucket = f"cache_write_{self.cache_ttl}"
            yield self.charge(
                fresh.times(part), price(bucket, tier), item=f"cache writes{suffix}", **words
            )
            fresh = fresh.times(replace(part, name="not written to it", value=1.0 - part.value))
        yield self.charge(fresh, price("input", tier), item=f"input{suffix}", **words)
        outputs = calls.times(self.factor("output_tokens", "output tokens per call"))
        yield self.charge(
            outputs, price("output", tier), item=f"output{suffix}", driver="tokens out"
        )

    def input_parts(self, flow: Flow) -> list[Factor]:
        """What one call's input adds up from: its own words, passages, history."""
        parts = [self.factor("input_tokens", "instructions and question")]
        context = flow.context()
        if self.reads_context and context:
            passages, each = context
            tokens = passages.value * each.value
            words = weakest([passages.basis, each.basis])
            parts.append(Factor("passages", tokens, "tokens", words, parts=context))
        for size, count, label in (
            ("tokens_kept_per_turn", "turns", _GROWS[0]),
            ("grows_tokens_per_round", "rounds", _GROWS[1]),
        ):
            if self.differs(size) and self.differs(count):
                carried = getattr(self, size) * growth_per_call(rounds=getattr(self, count))
                made = weakest([self.basis(size), self.basis(count)])
                parts.append(Factor(label, carried, "tokens", made))
        return parts

    def gaps(self, book: Book) -> Iterable[tuple[str, str]]:
        if self.pool:
            return
        if self.price is not None:
            for field in ("input", "output"):
                if getattr(self.price, field) is None:
                    yield missing(f"price.{field}", "0 if it is free")
        elif not self.model:
            yield missing("model", "price: {input: …, output: …}")
        elif self.batch and self.service_tier:
            yield "service_tier", "batch: yes has a price of its own; keep one of the two"
        else:
            field = "batch" if self.batch else "service_tier"
            yield from [*unlisted(lambda: rates(book, self.model).row("output"), "model")] or (
                unlisted(lambda: rates(book, self.model, context=self.context), field)
            )


_GROWS = ("earlier turns", "earlier rounds")


def _of(listed_rates: Rates, window: int) -> Any:
    """A function that prices a bucket in one window of the week."""

    def price(bucket: str, tier: int) -> UnitPrice:
        row = listed_rates.row(bucket, tier, window)
        return listed(row, sold="USD/Mtok", unit="Mtok", holds=MTOK)

    return price


def _tier_words(tiers: Sequence[float], tier: int) -> str:
    low = f"{tiers[tier] / 1000:g}k"
    if tier == len(tiers) - 1:
        return f"above {low} tokens"
    high = f"{tiers[tier + 1] / 1000:g}k tokens"
    return f"up to {high}" if tier == 0 else f"{low} to {high}"
