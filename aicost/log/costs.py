"""A log at the prices of its days: each call's cost to the last decimal, or why it has none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from typing import Any

import narwhals as nw

from aicost.book.calendars import MINUTES
from aicost.book.price_rows import BUCKETS
from aicost.log.beside import beside
from aicost.log.columns import COLUMNS, TOKENS
from aicost.log.price_table import EMPTY, INPUT, KEYS, MOST_TOKENS, PER_UNIT, TIMES, PriceTable

UNDATED, UNCOUNTED, NO_UNITS = "no moment", "no tokens counted", "no searches counted"
IMPOSSIBLE, IMPOSSIBLE_UNITS = "tokens that no call has", "searches that no call has"
EPOCH = datetime(1970, 1, 1)


def at_prices(
    calls: nw.LazyFrame[Any], table: PriceTable, *, times: str = TIMES, keep: Sequence[str] = ()
) -> nw.LazyFrame[Any]:
    """Calls with `cost_pico`, `item` and `unpriced` beside their columns, not yet run.

    Parameters
    ----------
    calls : a table of calls.
    table : the prices that they can meet.
    times : the column of the table that tokens are converted by.
    keep : columns of the calls that stay beside those that every log has.

    Returns
    -------
    The same calls, each once; `cost_pico` is null where `unpriced` says why.
    """
    seen, keys = table.profile, table.keys
    tokens = {name: _tokens(name, times if table.converts else "") for name in seen.used}
    size = _sum([tokens[name] for name in INPUT if name in tokens])
    empty = [name for name in keys if seen.empty(name)]
    on = [f"said_{name}" if name in empty else name for name in keys]  # text is copied if need be
    undated = table.dated and seen.dated < seen.calls
    calls = calls.with_columns(
        *(nw.col(name).fill_null(EMPTY[name]).alias(f"said_{name}") for name in empty),
        (nw.col("moment").fill_null(EPOCH) if undated else nw.col("moment")).alias("said_moment"),
    )
    prices = beside(calls, table.rows.drop(columns=[n for n in KEYS if n not in keys]))
    joined = calls.join(prices, how="inner", left_on=on, right_on=keys)
    for low, high, there in (
        ("valid_from", "valid_to", nw.col("said_moment")),
        ("minute_from", "minute_to", _minute_of_week()),
        ("tier_from", "tier_to", size),
    ):
        if table.turns(low):
            within = (there >= nw.col(low)) & (there < nw.col(high))
            if low == "minute_from":  # few models have hours of their own, and asking takes long
                within = (nw.col(high) - nw.col(low) == MINUTES) | within
            joined = joined.filter(within)
    cost = _sum([nw.col("fee"), *(_part(n, count, table) for n, count in tokens.items())])
    if table.by_unit:
        searches = (nw.col("units").fill_null(0.0) * nw.col(PER_UNIT) + 0.5).floor()
        by_unit = ~nw.col(PER_UNIT).is_null()
        cost = nw.when(by_unit).then(nw.col("fee") + searches.cast(nw.Int64)).otherwise(cost)
    reasons = _reasons(table)
    why = reduce(
        lambda rest, one: nw.when(one[0]).then(nw.lit(one[1])).otherwise(rest),
        reasons,
        nw.col("why"),
    )
    if reasons:
        cost = nw.when(why.is_null()).then(cost)
    if seen.kept:
        kept = nw.col("from_cache").fill_null(False)
        cost = nw.when(kept).then(nw.lit(0, nw.Int64)).otherwise(cost)
        why = nw.when(~kept).then(why)
    joined = joined.with_columns(cost_pico=cost, unpriced=why)
    names = [column.name for column in COLUMNS]
    return joined.select(*names, *keep, "item", "cost_pico", "unpriced")


def usd_of_call() -> nw.Expr:
    """What a priced call costs in dollars, near enough to rank and to take means of."""
    return nw.col("cost_pico").cast(nw.Float64) * 1e-12


def _sum(parts: list[nw.Expr]) -> nw.Expr:
    return reduce(lambda one, other: one + other, parts or [nw.lit(0, nw.Int64)])


def _tokens(name: str, times: str) -> nw.Expr:
    """A kind of tokens, as the model that is priced counts them, to the nearest whole one."""
    count = nw.col(name).fill_null(0)
    if not times:
        return count
    return (count.cast(nw.Float64) * nw.col(times) + 0.5).floor().cast(nw.Int64)


def _part(name: str, count: nw.Expr, table: PriceTable) -> nw.Expr:
    """What a kind of tokens costs a call."""
    rate = nw.col(_rate(name))
    if not table.unpriced(name):
        return count * rate
    return nw.when(count != 0).then(count * rate).otherwise(nw.lit(0, nw.Int64))


def _rate(name: str) -> str:
    return f"pico_{BUCKETS[TOKENS.index(name)]}"


def _minute_of_week() -> nw.Expr:
    """Minutes since Monday 00:00 UTC."""
    moment = nw.col("said_moment").dt
    day, hour, minute = (  # Polars has them in bytes, which would overflow
        part.cast(nw.Int64) for part in (moment.weekday(), moment.hour(), moment.minute())
    )
    return ((day + 6) % 7 * 24 + hour) * 60 + minute  # a Sunday is 7, on Spark 0


def _reasons(table: PriceTable) -> list[tuple[nw.Expr, str]]:
    """Why a call has no price where its row has one, the strongest last, as far as its log goes."""
    seen = table.profile
    found: list[tuple[nw.Expr, str]] = []
    for name in filter(table.unpriced, seen.used):
        words = f"no price for {name.removesuffix('_tokens').replace('_', ' ')} tokens"
        found.append(
            ((nw.col(name) > 0) & nw.col(_rate(name)).is_null() & nw.col("why").is_null(), words)
        )
    for name in seen.used:
        if seen.most[name] > MOST_TOKENS:
            found.append((nw.col(name) > MOST_TOKENS, IMPOSSIBLE))
        if seen.least[name] < 0:
            found.append((nw.col(name) < 0, IMPOSSIBLE))
    if max(seen.told.values()) < seen.calls:
        found.append((nw.coalesce(*map(nw.col, TOKENS)).is_null(), UNCOUNTED))
    if table.by_unit:
        searched, units = ~nw.col(PER_UNIT).is_null(), nw.col("units")
        found = [(~searched & broken, words) for broken, words in found]
        found.append((searched & units.is_null(), NO_UNITS))
        wrong = (units < 0) | (units > MOST_TOKENS)
        found.append((searched & wrong.fill_null(False), IMPOSSIBLE_UNITS))
    if table.dated and seen.dated < seen.calls:
        found.append((nw.col("moment").is_null(), UNDATED))
    return found
