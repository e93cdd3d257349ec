"""What a model thinks before it answers: asked for where nobody said how much."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aicost.book.rates import rates
from aicost.book.rows import BookError
from aicost.book.thinking import thinking_of, usual_thinking
from aicost.components.flow import Flow
from aicost.components.model_call import ModelCall
from aicost.values.formatting import count, money
from aicost.values.quantities import MTOK, Spread, mean
from aicost.values.section import Concern

if TYPE_CHECKING:
    from aicost.book.book import Book


def unthought(call: ModelCall, flow: Flow, book: Book) -> Iterator[Concern]:
    """Yield a warning where a model may think, and nobody said how much."""
    found = thinking_of(call.model)
    if found is None or call.runs_on or call.states("thinking_tokens"):
        return
    thinks = "thinks by default" if found.by_default else "can think"
    low, high = usual_thinking()
    wrong = f"{call.model} {thinks} before it answers, and is paid for it as for output: "
    wrong += f"{_tokens(low)} to {_tokens(high)} tokens a call are usual (our assumption)"
    usd_per_mtok = _price(call, book)
    if usd_per_mtok is not None:
        usd = [call.calls(flow).value * mean(end) / MTOK * usd_per_mtok for end in (low, high)]
        wrong += f", {money(usd[0])} to {money(usd[1])} a month more"
    remedy = "write thinking_tokens: … (unknown takes what is usual; 0 where it is switched off, "
    yield Concern("thinking_tokens", wrong, f"{remedy}or output_tokens were counted with it)")


def _tokens(thought: Spread) -> str:
    return count(float(f"{mean(thought):.2g}"))


def _price(call: ModelCall, book: Book) -> float | None:
    """What a million tokens of thought cost, where anybody says. [USD/Mtok]"""
    if call.price is not None:
        usd: float | None = call.price.of("output_reasoning").usd
        return usd
    try:
        return rates(book, call.model, context=call.context).usd_per_mtok("output_reasoning")
    except BookError:  # said where it is priced
        return None
