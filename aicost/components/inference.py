"""Calls to a language model: tokens in, tokens out, context, history, caching and tiers."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import permutations
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from aicost.book.rates import Rates, as_written, rates
from aicost.components.beside_price import idle_on_a_pool, taken_as_stated, two_terms
from aicost.components.cache_doubts import cache_doubts
from aicost.components.call_fees import Fees, fee_charges, fee_gaps, fee_units
from aicost.components.call_tokens import CallTokens, Pricing
from aicost.components.call_words import MEANT
from aicost.components.demand import Demand, Limits
from aicost.components.flow import Flow
from aicost.components.large_calls import above_limit, too_long
from aicost.components.modalities import media_gaps, media_prices_missing
from aicost.components.prompt_cache import CachedCall, CacheKept
from aicost.components.prompted_call import BESIDE, Parts, Tools
from aicost.components.sharing import ONE, SHARED
from aicost.components.thinking import unthought
from aicost.components.unit_prices import (
    TokenPrice,
    fee_alone,
    figure_of,
    listed,
    missing,
    stated,
    unlisted,
)
from aicost.components.unwaited import Unwaited
from aicost.values.charge import Charge, Count, Factor
from aicost.values.quantities import (
    MTOK,
    Numeric,
    Spread,
    Value,
    flag,
    mean,
    mean_square,
    quantity,
    unbilled,
    word,
)
from aicost.values.section import Concern, section

if TYPE_CHECKING:
    from aicost.book.book import Book


#: Seconds of a first token, and of each after it, that are no slip for milliseconds.
CALL_S, TOKEN_S = (0.0, 300.0), (0.0, 0.5)


@dataclass(frozen=True, kw_only=True)
class Inference(CachedCall):
    """A call to a language model, priced by the token or run on a pool."""

    component: ClassVar[str] = "inference"
    meant: ClassVar[Mapping[str, str]] = MEANT

    model: str = word("provider/model, in any spelling", default="", model=True)
    price: TokenPrice | None = section(TokenPrice, "prices in place of a model's listed ones")
    input_tokens: Value = quantity(
        "tokens", "tokens of instructions and question in one call", spread=True
    )
    prompt: Parts = section(Parts, BESIDE, default=Parts())
    output_tokens: Value = quantity("tokens", "tokens of one answer", spread=True)
    thinking_tokens: Value = quantity(
        "tokens",
        "tokens it thinks before one answer, beside those of the answer",
        spread=True,
        default=0.0,
        only_asked=True,
    )
    success_share: Value = unbilled(
        "share", "share of its answers that help, where it answers alone", low=1e-6
    )
    thought_in_time: Spread | None = dataclasses.field(
        default=None, metadata={"doc": "what it thinks as the times that were observed tell"}
    )
    tools: Tools | None = section(Tools, "tools whose descriptions go along with every call")
    tool_ratio: Value = quantity(
        "times", "tokens of its model per one of the tools' descriptions", low=1e-6, default=1.0
    )
    input_image_tokens: Value = quantity("tokens", "tokens of pictures in one call", default=0.0)
    output_image_tokens: Value = quantity("tokens", "tokens of pictures made", default=0.0)
    input_audio_tokens: Value = quantity("tokens", "tokens of sound in one call", default=0.0)
    output_audio_tokens: Value = quantity("tokens", "tokens of sound made", default=0.0)
    input_video_tokens: Value = quantity("tokens", "tokens of video in one call", default=0.0)
    output_video_tokens: Value = quantity("tokens", "tokens of video made", default=0.0)
    reads_context: bool = flag("reads the passages that retrieval found", default=True)
    turns: Value = quantity(
        "turns",
        "turns of a conversation: a request is one of them, one call, and sends earlier ones along",
        low=1,
        spread=True,
        default=1.0,
    )
    tokens_kept_per_turn: Value = quantity(
        "tokens", "tokens of an earlier turn that are sent along", default=0.0
    )
    cache_read_share: Value = quantity(
        "share", "share of input read from a prompt cache, a provider's or a pool's", default=0.0
    )
    cache_write_share: Value = quantity(
        "share",
        "share of the input not read from the cache that is written to it; what the reads need, if "
        "not said",
        default=None,
    )
    cache_ttl: str = word("lifetime of a cache entry", default="5m", choices=("5m", "1h"))
    prefixes: str = word(
        "how many prompts are cached: 1 for all, or one for each", default=ONE, choices=SHARED
    )
    cache_kept: CacheKept | None = section(CacheKept, "what a provider keeps for a rent")
    fees: Fees = section(Fees, "what a call is billed beside its tokens", default=Fees())
    batch: bool = flag("sent through the provider's batch service")
    service_tier: str = word("provider's service tier, such as flex or priority", default="")
    ttft: Value = quantity(
        "s", "time to the first token", spread=True, default=None, billed=False, plain=CALL_S
    )
    tpot: Value = quantity(
        "s/token",
        "time per token after the first",
        spread=True,
        default=None,
        billed=False,
        plain=TOKEN_S,
    )
    streams: bool = flag("its words are shown as they are written", default=True, billed=False)
    limits: Limits | None = section(Limits, "what the provider takes in a minute", billed=False)
    pool: str = word(
        "pool of machines it runs on, in place of a price per token; with one where it overflows",
        default="",
    )

    @classmethod
    def nothing_of(cls, said: Collection[str]) -> tuple[str, ...]:
        texts = "input_tokens", "output_tokens", "thinking_tokens"
        in_parts = any(name.startswith("prompt.") for name in said)
        return texts if fee_alone(said) else texts[: int(in_parts)]

    @property
    def runs_on(self) -> str:
        return self.pool

    @property
    def by_request(self) -> bool:
        """Whether a call is paid by itself alone, so that nobody had to count its tokens."""
        return self.price is not None and self.price.by_request and not self.pool

    def by_call(self) -> Inference:
        """Its calls by the token; what a call pays for beside those is paid wherever it runs."""
        return replace(self, pool="", fees=Fees())

    def refers(self) -> Mapping[str, str]:
        own = {"pool": f"pools.{self.pool}"} if self.pool else {}
        return {**super().refers(), **own}

    # ---- what it costs

    def per_request(self, flow: Flow, book: Book) -> Iterable[Charge]:
        yield from self._token_charges(flow, book)
        yield from fee_charges(self, flow, book)

    def _token_charges(self, flow: Flow, book: Book) -> Iterator[Charge]:
        if self.pool:
            return
        calls = self.calls(flow)
        cached = self.from_cache(flow, book)
        if self.price is not None:
            given, tokens = self.price, self.tokens(flow, cached)
            if not self.by_request:
                yield from self._lines(tokens, calls, lambda bucket, _: given.of(bucket), (0,), "")
            if self.price.request is not None:
                fee = stated(self.price, "request", unit="call")
                yield self.charge(calls, fee, item="request fee", driver="calls")
            return
        listed_rates = rates(book, self.model, context=self.context)
        tokens, profile = self.tokens(flow, cached, listed_rates.priced), flow.world.profile
        shares = listed_rates.window_shares(profile.hours, profile.days_per_week)
        for window, (hours, share) in enumerate(zip(listed_rates.windows, shares, strict=True)):
            inside = calls.times(Factor(f"in {hours} hours", share, "share", "listed"))
            yield from self._lines(
                tokens,
                inside if hours else calls,
                _of(listed_rates, window),
                listed_rates.tiers,
                f", {hours}" if hours else "",
            )
        if listed_rates.request_row is not None:
            fee = listed(listed_rates.request_row, sold="USD/request", unit="call")
            yield self.charge(calls, fee, item="request fee", driver="calls")

    def _lines(
        self, tokens: CallTokens, calls: Count, price: Pricing, tiers: Sequence[float], word: str
    ) -> Iterator[Charge]:
        for line in tokens.lines(calls, price, tiers, word):
            yield self.charge(
                line.tokens, line.price, item=line.item, driver=line.driver, bucket=line.bucket
            )

    # ---- what does not fit

    @property
    def reads_passages(self) -> bool:
        return self.reads_context

    def gaps(self, flow: Flow, book: Book) -> Iterable[Concern]:
        if self.reads_context and flow.passages is None and (search := flow.uncounted):
            wrong = f"{search} does not say how many passages it hands on"
            yield Concern(
                "reads_context", wrong, f"write top_k: 5 in {search}, or reads_context: no"
            )
        yield from super().gaps(flow, book)
        yield from fee_gaps(self, book)
        if self.pool:
            return
        yield from two_terms(self)
        if self.price is not None:
            alone = self.by_request and not np.any(self.worked(flow))
            for field in ("input", "output"):
                if getattr(self.price, field) is None and not alone:
                    yield missing(f"price.{field}", "0 if it is free")
            yield from media_prices_missing(self)
            yield from self.cache_gaps(book)
        elif not self.model:
            yield missing("model", "price: {input: …, output: …}")
        elif self.batch and self.service_tier:
            wrong = "batch: yes has a price of its own"
            yield Concern("service_tier", wrong, "keep one of the two")
        elif self.service_tier == "batch":
            yield Concern("service_tier", "batch is no service tier", "write batch: yes")
        else:
            yield from self._unlisted(book)

    def _unlisted(self, book: Book) -> Iterator[Concern]:
        """Yield what the book has no price for."""
        unknown = [*unlisted(lambda: rates(book, self.model), "model")]
        field = "batch" if self.batch else "service_tier"
        unknown = unknown or [
            replace(c, wrong=as_written(c.wrong), remedy=as_written(c.remedy))
            for c in unlisted(lambda: rates(book, self.model, context=self.context), field)
        ]
        if unknown:
            yield from unknown
            return
        sold = rates(book, self.model, context=self.context)
        texts = ("output", "input")
        without = [b for b in texts if not sold.priced(b) and self.holds(f"{b}_tokens")]
        fees = " or ".join(f"{{{name}: …}}" for name in fee_units(self, book))
        for bucket in without[:1]:
            for gap in unlisted(partial(sold.row, bucket), "model"):
                texts_are_none = ", ".join(f"{text}_tokens: 0" for text in without)
                instead = f"write {texts_are_none}, fees: {fees}"
                yield replace(gap, remedy=instead) if fees and not sold.units else gap
        yield from media_gaps(self, sold)
        if not without:
            yield from self.cache_gaps(book)

    def sold_on(self, model: str, book: Book) -> bool:
        there = replace(self, model=model, price=None, batch=False, service_tier="")
        return not [*there._unlisted(book), *fee_gaps(there, book)]

    def warnings(self, flow: Flow, book: Book) -> Iterable[Concern]:
        yield from super().warnings(flow, book)
        for field, other in permutations(("tokens_kept_per_turn", "turns")):
            if self.states(field) and not self.states(other):
                yield Concern(field, f"it does nothing without {other}", "write both or neither")
        yield from idle_on_a_pool(self)
        yield from taken_as_stated(self)
        yield from too_long(self, flow, self.over(flow, book))
        yield from above_limit(self, flow)
        yield from self.cache_warnings(flow, book)
        yield from cache_doubts(self, flow, book)
        yield from unthought(self, flow, book)

    def over(self, flow: Flow, book: Book) -> tuple[Numeric, float, str] | None:
        """What of a large call does not fit: tokens, the limit, what they are."""
        whole = self.largest(flow)
        asked = whole - self.longest_answer
        window = figure_of(book, self.model, "context_window")
        most = figure_of(book, f"input-limit/{book.listed_as(self.model)}", "input_limit")
        if window is not None and whole > window:
            return whole, window, "in a large call and its answer"
        return (asked, most, "asked in a large call") if most and asked > most else None

    # ---- what it asks of its provider

    def demand(self, flow: Flow) -> Demand | None:
        if self.pool:
            return None
        limits = self.limits or Limits()
        tokens = self.tokens_per_call(flow).value
        spread = sum(mean_square(value) - mean(value) ** 2 for value in self.counted)
        lump = float(np.mean(1.0 + spread / tokens**2)) if np.all(tokens > 0) else 1.0
        return Demand(
            self.calls(flow).value,
            tokens,
            lump,
            float(limits.requests_per_minute),
            float(limits.tokens_per_minute),
            self.batch,
        )


@dataclass(frozen=True, kw_only=True)
class Judge(Unwaited, Inference):
    """A model that marks a share of the answers; `input_tokens` hold the answer too."""

    component: ClassVar[str] = "observability"

    def gaps(self, flow: Flow, book: Book) -> Iterable[Concern]:
        if not self.states("share"):
            yield missing("share", "100 % if every answer is marked")
        yield from super().gaps(flow, book)


def _of(listed_rates: Rates, window: int) -> Pricing:
    """A function that prices a bucket in one window of the week."""
    return lambda bucket, tier: listed(
        listed_rates.row(bucket, tier, window), sold="USD/Mtok", unit="Mtok", holds=MTOK
    )
