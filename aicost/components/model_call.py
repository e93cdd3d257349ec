"""A call to a model that writes: how it is sold, how long it takes, what might make it faster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import numpy as np

from aicost.book.rates import BATCH, STANDARD, PriceContext, rates
from aicost.book.rents import RATIOS
from aicost.book.rows import BookError
from aicost.components.stage import Faster
from aicost.components.token_counts import CountedStage
from aicost.components.unit_prices import TokenPrice
from aicost.values.formatting import value_words
from aicost.values.quantities import Spread, Value, p95, scaled
from aicost.values.section import Origin

if TYPE_CHECKING:
    from aicost.book.book import Book
    from aicost.formulas.latency.call import Call

FASTER = 0.5  # a smaller model's time, of the larger one's: our assumption


class ModelCall(CountedStage):
    """What a stage that calls a model which writes knows of its time; its fields stand below."""

    price: TokenPrice | None
    input_tokens: Value
    output_tokens: Value
    thinking_tokens: Value
    thought_in_time: Spread | None
    batch: bool
    service_tier: str
    ttft: Value
    tpot: Value
    streams: bool

    @property
    def context(self) -> PriceContext:
        """How its calls are sold."""
        if self.batch:
            return BATCH
        plain = self.service_tier in ("", "standard")  # some call what is listed a tier
        return STANDARD if plain else PriceContext("service_tier", self.service_tier)

    @property
    def writes(self) -> bool:
        return self.seconds is None and not self.batch

    @property
    def batched(self) -> bool:
        return self.batch

    @property
    def times(self) -> tuple[str, ...]:
        return ("ttft", "tpot") if self.writes else ("seconds",)

    @property
    def usual(self) -> str:
        return f"batch_{super().usual}" if self.batch else super().usual

    def published_time(self, field: str, book: Book) -> tuple[Value, Origin] | None:
        item = f"speed/{book.listed_as(self.model)}"
        rows = book.in_force(item, field) if field in RATIOS and book.has(item) else ()
        if not rows:
            return None
        value = Spread(rows[0].value, rows[0].value * RATIOS[field])
        words = f"{rows[0].source}; p95 taken as {RATIOS[field]:g} x the median"
        written = value_words(value, self.quantities()[field])
        return value, Origin("assumed", words, written=written)

    def call(self) -> Call:
        from aicost.formulas.latency.call import written_call

        if self.seconds is not None:
            return super().call()
        return written_call(
            ttft=self.ttft,
            tokens=self.in_tokens(self.output_tokens),
            tpot=self.tpot,
            streams=self.streams,
            thinking_tokens=self.thought_tokens(self.thinks),
        )

    @property
    def thinks(self) -> Value:
        """What it thinks as far as times tell: as they were observed to, else as the file says."""
        return self.thinking_tokens if self.thought_in_time is None else self.thought_in_time

    def faster(self, book: Book) -> Iterable[Faster]:
        if self.batch:
            yield from self._at_once(book)
            return
        if isinstance(self.output_tokens, Spread):
            held = self.held_shorter()
            p95s = (p95(call.output_tokens) for call in (self, held))
            words = "long answers held shorter, p95 from {:,.0f} to {:,.0f} tokens".format(*p95s)
            yield Faster(f"{self.name}: {words}", held)
        if self.differs("thinking_tokens"):
            note = "where the model lets it be switched off; its answers may be worse"
            yield Faster(
                f"{self.name}: answers without thinking",
                self._with(thinking_tokens=0.0, thought_in_time=None),
                note,
            )
        if self.streams:
            after = float(self.call().first.quantile(0.95))
            words = f"{self.name}: sent again where no word has come after {after:.1f} s"
            note = "the later one is stopped at its first word, and paid like a whole call"
            yield Faster(words, self, note, after)
        yield from self.smaller(book)

    def held_shorter(self) -> Self:
        """The call with p95 of its answers halfway to their median, by ratio."""
        now = self.output_tokens
        assert isinstance(now, Spread)
        return self._with(output_tokens=Spread(now.p50, (now.p50 * now.p95) ** 0.5))

    def _at_once(self, book: Book) -> Iterator[Faster]:
        """Yield the same calls one by one, where the model is sold so."""
        one = self._with(batch=False, seconds=None, ttft=None, tpot=None)
        if one.price is not None or one._token_usd(one.model, book) is not None:
            yield Faster(f"{self.name}: called at once, not in a batch", one)

    def smaller(self, book: Book) -> Iterator[Faster]:
        """Yield the cheapest model of the same provider, where that is not the one in use."""
        if self.price is not None or self.runs_on:
            return
        provider = self.model.partition("/")[0]
        own = [name for name in book.curated() if name.startswith(f"{provider}/")]
        names = (name for name in own if self.sold_on(name, book))
        prices = {name: self._token_usd(name, book) for name in names}
        priced = {name: usd for name, usd in prices.items() if usd is not None}
        cheapest = min(priced, key=lambda name: priced[name], default="")
        now = self._token_usd(self.model, book)
        if now is None or not cheapest or priced[cheapest] >= now:
            return
        ttft, tpot = (t and scaled(t, FASTER) for t in (self.ttft, self.tpot))
        note = "taken to be twice as fast, which is our assumption; its answers differ"
        quick = self._with(model=cheapest, ttft=ttft, tpot=tpot)
        yield Faster(f"{self.name} on {cheapest}", quick, note)

    def holds(self, field: str) -> bool:
        """Whether its calls hold any of what a field counts."""
        return bool(np.any(getattr(self, field) != 0.0))

    def sold_on(self, model: str, book: Book) -> bool:
        """Whether another model has a price for all that its calls hold."""
        return True

    def _with(self, **fields: Value) -> Self:
        return replace(self, **fields)

    def _token_usd(self, model: str, book: Book) -> float | None:
        """What a token in and one out cost together, for a model that writes and is sold so."""
        try:
            found = rates(book, model, context=self.context)
            return found.row("input").value + found.row("output").value
        except BookError:
            return None
