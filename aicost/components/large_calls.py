"""Calls too large for their model, or for the tokens that a limit gives in a minute."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from aicost.values.section import Concern

if TYPE_CHECKING:
    from aicost.components.flow import Flow
    from aicost.components.prompt_cache import CachedCall
    from aicost.values.quantities import Numeric


def too_long(
    call: CachedCall, flow: Flow, over: tuple[Numeric, float, str] | None
) -> Iterator[Concern]:
    """Yield a warning where a large call, each of its parts at its p95, does not fit."""
    if over is None:
        return
    passages, (size, limit, what) = call.prompt_of(flow).passages, over
    takes = f"are more than the {limit:,.0f} that {call.model} takes"
    if passages is not None and passages.value > limit:
        wrong = f"{passages.value:,.0f} tokens of passages {takes}"
        yield Concern("reads_context", wrong, "lower top_k")
    else:
        wrong = f"{size:,.0f} tokens {what} {takes}"
        yield Concern("input_tokens", wrong, "shorten the call, or change model")


def above_limit(call: CachedCall, flow: Flow) -> Iterator[Concern]:
    """Yield a warning where one call asks for more tokens than a minute gives."""
    asked = call.demand(flow)
    if asked is None:
        return
    each, most = float(np.mean(asked.tokens_per_call)), asked.most_tokens_per_minute
    large = float(np.mean(call.largest(flow)))
    what, size = ("a call", each) if each > most else ("a large call", large)
    if size > most:
        wrong = f"{what} of {size:,.0f} tokens is refused by a limit of {most:,.0f} tokens a "
        wrong += "minute, however few there are"
        remedy = f"have the limit raised to {size:,.0f} or more, or shorten the call"
        yield Concern("limits", wrong, remedy)
