"""Calls to a language model: tokens in, tokens out, context, history, caching and tiers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from scipy.special import ndtr, ndtri

from aicost.charge import Charge, Count, Factor, UnitPrice, summed, weakest
from aicost.components.base import (
    Stage,
    TokenPrice,
    growth_per_call,
    listed,
    missing,
    stated,
    unlisted,
)
from aicost.flow import Flow
from aicost.quantities import MTOK, Numeric, Spread, Value, flag, mean, quantity, split, word
from aicost.rates import Rates, rates
from aicost.section import Section, section

if TYPE_CHECKING:
    from aicost.book import Book

UNIFORM = tuple((2 * i + 1) / 32 for i in range(32))


def growth_steps(*, rounds: Value) -> Sequence[Numeric]:
    """Return equally likely sizes of the history that a call carries, relative to their mean.

    A call stands anywhere in its loop, and a loop of K rounds has K calls: (K - 1) u with u
    uniform on 0 to 1 and K weighted by itself.

    Parameters
    ----------
    rounds : scalar, array or Spread
        Rounds of a loop, or turns of a conversation. [rounds]

    Returns
    -------
    sequence of scalar or array
        Their mean is 1: 32, of a mix 8 sizes of loop at 4 places each. [ratio]

    Notes
    -----
    The share of calls above a size is within 0.015 of a simulation loop by loop.

    Examples
    --------
    >>> [round(float(step), 2) for step in growth_steps(rounds=Spread(6.0, 18.0))[::10]]
    [0.05, 0.67, 0.28, 3.32]
    """
    if not isinstance(rounds, Spread):
        return UNIFORM
    mean_growth = np.maximum(growth_per_call(rounds=rounds), 1e-12)
    inside = np.diff(ndtr(ndtri(np.arange(9) / 8) - np.asarray(rounds.sigma)[..., None]))
    loops = inside * 8 * np.asarray(2 * mean_growth + 1)[..., None]  # K in bins of equal weight
    earlier = (loops - 1) / (2 * np.asarray(mean_growth)[..., None])
    return [earlier[..., k] * (2 * u + 1) / 4 for k in range(8) for u in range(4)]


def tier_bands(
    *,
    own_tokens: Value,
    context_tokens: Numeric,
    growth_tokens: Numeric,
    tiers: Sequence[float],
    steps: Sequence[Numeric] = UNIFORM,
) -> list[tuple[Any, Any]]:
    """Return (share of calls, mean input tokens of such a call) for each price tier.

    size = own + context + growth, growth as its steps say, own as its mix says;
    a tier holds the calls with threshold < size <= next threshold.

    Parameters
    ----------
    own_tokens : scalar, array or Spread
        Instructions and question of one call. [tokens]
    context_tokens : scalar or array
        Retrieved passages of one call. [tokens]
    growth_tokens : scalar or array
        Mean history that one call carries. [tokens]
    tiers : sequence of float
        Thresholds, the first of them 0. [tokens]
    steps : sequence of scalar or array
        Equally likely sizes of the history, relative to its mean; uniform to start with. [ratio]

    Returns
    -------
    list of (share, tokens)
        Shares add up to 1; share x tokens adds up to the mean size. [share, tokens]

    Notes
    -----
    Exact without growth: the whole request is repriced above a threshold, so the mean of the
    bill is not the bill of the mean.

    Examples
    --------
    >>> bands = tier_bands(own_tokens=150e3, context_tokens=0, growth_tokens=0, tiers=(0, 1e5))
    >>> [(float(s), float(t)) for s, t in bands]
    [(0.0, 150000.0), (1.0, 150000.0)]
    """
    breaks = tiers[1:]
    if not breaks:
        return [(1.0, mean(own_tokens) + context_tokens + growth_tokens)]
    sizes = [growth_tokens * s for s in steps] if np.any(growth_tokens) else [0.0]
    cut = [split(own_tokens, shift=context_tokens + size, breaks=breaks) for size in sizes]
    bands = []
    for tier in range(len(tiers)):
        share = sum(c[tier][0] for c in cut) / len(cut)
        tokens = sum(c[tier][0] * c[tier][1] for c in cut) / len(cut)
        empty = np.equal(share, 0)
        inside = np.where(empty, cut[0][tier][1], tokens / np.where(empty, 1.0, share))[()]
        bands.append((share, inside))
    return bands


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
        """Return the price context in the book's words."""
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
        """Return what one call's input adds up from: its own words, passages, history."""
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
    """Return a function that prices a bucket in one window of the week."""

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
