"""What of a call says something else, or nothing, beside prices or machines of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from aicost.values.section import Concern, Section

if TYPE_CHECKING:
    from aicost.components.prompt_cache import CachedCall

#: What of a provider's terms nothing is bought by, where a call runs on a pool.
OF_A_PROVIDER = ("batch", "service_tier", "cache_write_share")
#: Shares of the input that have a price of their own, and what else they would cost.
SHARES = {"cache_read_share": "cache_read", "cache_write_share": "cache_write"}


def two_terms(call: CachedCall) -> Iterator[Concern]:
    """Yield what cannot go together: a service tier of a provider, and a price of one's own."""
    if call.price is not None and call.service_tier:
        wrong = "price: is paid in any tier"
        yield Concern("service_tier", wrong, "keep one of the two")


def taken_as_stated(call: CachedCall) -> Iterator[Concern]:
    """Yield how a price of the client's own is taken where a provider would ask another."""
    if call.price is None or call.runs_on:
        return
    if call.batch:
        wrong = "nothing is taken off price: for a batch, it is what a token costs in one"
        remedy = "write under price: what the batch costs, or leave price: out for the listed one"
        yield Concern("batch", wrong, remedy)
    for share, bucket in SHARES.items():
        held = getattr(call, share)
        if held is not None and np.any(held) and getattr(call.price, bucket) is None:
            what = "read from" if bucket == "cache_read" else "written to"
            wrong = f"without price.{bucket}, tokens {what} the cache are billed like other input"
            yield Concern(share, wrong, f"write price: {{{bucket}: …}}")


def idle_on_a_pool(call: CachedCall) -> Iterator[Concern]:
    """Yield what a provider would be asked for, where the client's own machines do the work."""
    if not call.runs_on:
        return
    for field in OF_A_PROVIDER:
        if said(call, field):
            remedy = f"leave it out, or write model: in place of pool: {call.runs_on}"
            yield Concern(field, "it does nothing on a pool", remedy)


def said(part: Section, field: str) -> bool:
    """Whether somebody wrote a field, and with it more than what holds anyway."""
    return part.basis(field) != "assumed" and part.differs(field)
