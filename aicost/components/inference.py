"""Calls to a language model: tokens in, tokens out, context, history, caching and tiers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from aicost.book.rates import Rates, rates
from aicost.components.call_tokens import CallTokens, Pricing, Prompt
from aicost.components.flow import Flow
from aicost.components.prompt_cache import CachedCall, CacheKept
from aicost.components.stage import Demand, growth_per_call
from aicost.components.unit_prices import (
    TokenPrice,
    figure_of,
    listed,
    missing,
    stated,
    unlisted,
)
from aicost.values.charge import Charge, Count, Factor, UnitPrice, summed, weakest
from aicost.values.quantities import (
    MTOK,
    Numeric,
    Value,
    flag,
    mean,
    mean_square,
    p95,
    quantity,
    word,
)
from aicost.values.section import Concern, Section, section

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
class Inference(CachedCall):
    """A call to a language model, priced by the token or run on a pool."""

    component: ClassVar[str] = "inference"

    model: str = word("provider/model, in any spelling", default="", model=True)
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
    cache_read_share: Value = quantity(
        "share", "share of input read from the provider's prompt cache", default=0.0
    )
    cache_write_share: Value = quantity(
        "share",
        "share of the input not read from the cache that is written to it; what the reads need, if "
        "not said",
        default=None,
    )
    cache_ttl: str = word("lifetime of a cache entry", default="5m", choices=("5m", "1h"))
    cache_kept: CacheKept | None = section(CacheKept, "what a provider keeps for a rent")
    batch: bool = flag("sent through the provider's batch service")
    service_tier: str = word("provider's service tier, such as flex or priority", default="")
    ttft: Value = quantity("s", "time to the first token", spread=True, default=None, billed=False)
    tpot: Value = quantity(
        "s/token", "time per token after the first", spread=True, default=None, billed=False
    )
    streams: bool = flag("its words are shown as they are written", default=True, billed=False)
    limits: Limits | None = section(Limits, "what the provider takes in a minute", billed=False)
    pool: str = word("pool of machines it runs on, in place of a price per token", default="")

    @property
    def runs_on(self) -> str:
        return self.pool

    def refers(self) -> Mapping[str, str]:
        own = {"pool": f"pools.{self.pool}"} if self.pool else {}
        return {**super().refers(), **own}

    # ---- what it costs

    def per_request(self, flow: Flow, book: Book) -> Iterable[Charge]:
        if self.pool:
            return
        calls = self.calls(flow)
        cached = self.from_cache(flow, book)
        if self.price is not None:
            given = self.price
            yield from self._lines(
                flow, calls, cached, lambda bucket, tier: given.of(bucket), (0,), ""
            )
            if self.price.request is not None:
                fee = stated(self.price, "request", unit="call")
                yield self.charge(calls, fee, item="request fee", driver="calls")
            return
        listed_rates = rates(book, self.model, context=self.context)
        profile = flow.world.profile
        shares = listed_rates.window_shares(profile.hours, profile.days_per_week)
        for window, (hours, share) in enumerate(zip(listed_rates.windows, shares, strict=True)):
            inside = calls.times(Factor(f"in {hours} hours", share, "share", "listed"))
            yield from self._lines(
                flow,
                inside if hours else calls,
                cached,
                _of(listed_rates, window),
                listed_rates.tiers,
                f", {hours}" if hours else "",
            )
        if listed_rates.request_row is not None:
            fee = listed(listed_rates.request_row, sold="USD/request", unit="call")
            yield self.charge(calls, fee, item="request fee", driver="calls")

    def _lines(
        self,
        flow: Flow,
        calls: Count,
        cached: tuple[Factor | None, Factor | None],
        price: Pricing,
        tiers: Sequence[float],
        word: str,
    ) -> Iterator[Charge]:
        tokens = CallTokens(
            self.prompt(flow),
            self.token_factor("output_tokens", "output tokens per call"),
            self.in_tokens(self.input_tokens),
            self._grows_over(flow),
            *cached,
            f"cache_write_{self.cache_ttl}",
        )
        for line in tokens.lines(calls, price, tiers, word):
            driver = "tokens out" if line.bucket == "output" else "tokens in"
            yield self.charge(
                line.tokens, line.price, item=line.item, driver=driver, bucket=line.bucket
            )

    def prompt(self, flow: Flow) -> Prompt:
        """What one call's input adds up from: its own words, passages, history."""
        own, passages = self.token_factor("input_tokens", "instructions and question"), None
        context = flow.context()
        if self.reads_context and context:
            count, each = context
            basis = weakest([count.basis, each.basis])
            tokens = count.value * each.value
            read = Factor("passages", tokens, "tokens", basis, parts=context)
            passages = self.converted(read, "passage_ratio")
        return Prompt(own, passages, self._history(flow))

    def _history(self, flow: Flow) -> Factor | None:
        """The earlier turns and rounds that a mean call carries, where there are any."""
        carried: list[Factor] = []
        if self.differs("tokens_kept_per_turn") and self.differs("turns"):
            carried.append(_carried("earlier turns", self, "tokens_kept_per_turn", "turns"))
        if flow.loop is not None and flow.loop.differs("grows_tokens_per_round"):
            carried.append(
                _carried("earlier rounds", flow.loop, "grows_tokens_per_round", "rounds")
            )
        carried = [self.converted(part) for part in carried]
        if len(carried) < 2:
            return carried[0] if carried else None
        return summed("earlier turns and rounds", "tokens", carried)

    def _grows_over(self, flow: Flow) -> Value:
        """What the history of a call grows with: the rounds of its loop, else its turns."""
        if flow.loop is not None and flow.loop.differs("grows_tokens_per_round"):
            return flow.loop.rounds
        return self.turns

    def largest(self, flow: Flow) -> Numeric:
        """A large call and its answer, each part at its p95, history at its longest. [tokens]"""
        history = self.tokens_kept_per_turn * (p95(self.turns) - 1)
        if flow.loop is not None:
            history = history + flow.loop.grows_tokens_per_round * (p95(flow.loop.rounds) - 1)
        passages = self.prompt(flow).passages
        read = passages.value if passages is not None else 0.0
        own = p95(self.input_tokens) + history + p95(self.output_tokens)
        return self.in_tokens(own) + read

    # ---- what does not fit

    @property
    def reads_passages(self) -> bool:
        return self.reads_context

    def gaps(self, flow: Flow, book: Book) -> Iterable[Concern]:
        yield from super().gaps(flow, book)
        if self.pool:
            return
        if self.price is not None:
            for field in ("input", "output"):
                if getattr(self.price, field) is None:
                    yield missing(f"price.{field}", "0 if it is free")
            yield from self.cache_gaps(book)
        elif not self.model:
            yield missing("model", "price: {input: …, output: …}")
        elif self.batch and self.service_tier:
            wrong = "batch: yes has a price of its own"
            yield Concern("service_tier", wrong, "keep one of the two")
        else:
            field = "batch" if self.batch else "service_tier"
            unsold = [*unlisted(lambda: rates(book, self.model).row("output"), "model")] or [
                *unlisted(lambda: rates(book, self.model, context=self.context), field)
            ]
            yield from unsold or self.cache_gaps(book)

    def warnings(self, flow: Flow, book: Book) -> Iterable[Concern]:
        yield from super().warnings(flow, book)
        for field, other in permutations(("tokens_kept_per_turn", "turns")):
            if self.states(field) and not self.states(other):
                yield Concern(field, f"it does nothing without {other}", "write both or neither")
        if self.pool and self.price is not None:
            wrong = "the pool is billed, not the stage's own price"
            yield Concern("pool", wrong, "keep one of the two")
        yield from self._too_long(flow, book)
        yield from self.cache_warnings(flow, book)

    def over(self, flow: Flow, book: Book) -> tuple[Numeric, float, str] | None:
        """What of a large call does not fit: tokens, the limit, what they are."""
        whole = self.largest(flow)
        asked = whole - self.in_tokens(p95(self.output_tokens))
        window = figure_of(book, self.model, "context_window")
        most = figure_of(book, f"input-limit/{self.model}", "input_limit")
        if window is not None and whole > window:
            return whole, window, "in a large call and its answer"
        return (asked, most, "asked in a large call") if most and asked > most else None

    def _too_long(self, flow: Flow, book: Book) -> Iterator[Concern]:
        """Yield a warning where a large call, each of its parts at its p95, does not fit."""
        if (over := self.over(flow, book)) is None:
            return
        passages, (size, limit, what) = self.prompt(flow).passages, over
        takes = f"are more than the {limit:,.0f} that {self.model} takes"
        if passages is not None and passages.value > limit:
            wrong = f"{passages.value:,.0f} tokens of passages {takes}"
            yield Concern("reads_context", wrong, "lower top_k")
        else:
            wrong = f"{size:,.0f} tokens {what} {takes}"
            yield Concern("input_tokens", wrong, "shorten the call, or change model")

    # ---- what it asks of its provider

    def demand(self, flow: Flow) -> Demand | None:
        if self.pool:
            return None
        given = [self.in_tokens(count) for count in (self.input_tokens, self.output_tokens)]
        limits = self.limits or Limits()
        tokens = self.prompt(flow).added + sum(mean(value) for value in given)
        spread = sum(mean_square(value) - mean(value) ** 2 for value in given)
        lump = float(np.mean(1.0 + spread / tokens**2)) if np.all(tokens > 0) else 1.0
        return Demand(
            self.calls(flow).value,
            tokens,
            lump,
            float(limits.requests_per_minute),
            float(limits.tokens_per_minute),
            self.batch,
        )


def _carried(label: str, owner: Section, size: str, count: str) -> Factor:
    """The history that a mean call carries of what grows by `size` with each of `count`."""
    tokens = getattr(owner, size) * growth_per_call(rounds=getattr(owner, count))
    return Factor(label, tokens, "tokens", weakest([owner.basis(size), owner.basis(count)]))


def _of(listed_rates: Rates, window: int) -> Pricing:
    """A function that prices a bucket in one window of the week."""

    def price(bucket: str, tier: int) -> UnitPrice:
        row = listed_rates.row(bucket, tier, window)
        return listed(row, sold="USD/Mtok", unit="Mtok", holds=MTOK)

    return price
