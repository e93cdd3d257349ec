"""A log at the prices of its days: each call's cost to the last decimal, or why it has none."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from typing import Any

import narwhals as nw

from aicost.book.price_rows import BUCKETS
from aicost.log.beside import beside
from aicost.log.columns import COLUMNS, TOKENS
from aicost.log.price_table import EMPTY, INPUT, KEYS, MOST_TOKENS, PriceTable

UNDATED, UNCOUNTED = "no moment", "no tokens counted"
IMPOSSIBLE = "tokens that no call has"
EPOCH = datetime(1970, 1, 1)


def at_prices(calls: nw.LazyFrame[Any], table: PriceTable) -> nw.LazyFrame[Any]:
    """Calls with `cost_pico`, `item` and `unpriced` beside their columns, not yet run.

    Parameters
    ----------
    calls : a table of calls.
    table : the prices that they can meet.

    Returns
    -------
    The same calls, each once; `cost_pico` is null where `unpriced` says why.
    """
    keys = table.keys
    said = {name: f"said_{name}" for name in (*keys, "moment")}
    calls = calls.with_columns(
        *(nw.col(name).fill_null(EMPTY[name]).alias(said[name]) for name in keys),
        nw.col("moment").fill_null(EPOCH).alias("said_moment"),
        _sum([_tokens(name, table) for name in INPUT if name in table.used]).alias("said_size"),
    )
    prices = beside(calls, table.rows.drop(columns=[n for n in KEYS if n not in keys]))
    joined = calls.join(prices, how="inner", left_on=[said[name] for name in keys], right_on=keys)
    for low, high, there in (
        ("valid_from", "valid_to", nw.col("said_moment")),
        ("minute_from", "minute_to", _minute_of_week()),
        ("tier_from", "tier_to", nw.col("said_size")),
    ):
        if table.turns(low):
            joined = joined.filter((there >= nw.col(low)) & (there < nw.col(high)))
    why = _why(table)
    cost = _sum([nw.col("fee"), *(_part(name, table) for name in table.used)])
    if (table.profile["kept"].fillna(0) > 0).any():
        kept = nw.col("from_cache").fill_null(False)
        cost = nw.when(kept).then(nw.lit(0, nw.Int64)).otherwise(cost)
        why = nw.when(~kept).then(why)
    return joined.with_columns(cost_pico=nw.when(why.is_null()).then(cost), unpriced=why).select(
        *(column.name for column in COLUMNS), "item", "cost_pico", "unpriced"
    )


def _sum(parts: list[nw.Expr]) -> nw.Expr:
    return reduce(lambda one, other: one + other, parts or [nw.lit(0, nw.Int64)])


def _tokens(name: str, table: PriceTable) -> nw.Expr:
    return nw.col(name).fill_null(0) if table.absent(name) else nw.col(name)


def _part(name: str, table: PriceTable) -> nw.Expr:
    """What a kind of tokens costs a call."""
    count, rate = _tokens(name, table), nw.col(_rate(name))
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
    return ((day - 1) * 24 + hour) * 60 + minute


def _why(table: PriceTable) -> nw.Expr:
    """Why a call has no price, null where it has one; only what its log can meet is looked for."""
    seen, never = table.profile, nw.lit(None, nw.String)
    reasons: list[tuple[nw.Expr, nw.Expr]] = []
    if table.dated and (seen["dated"] < seen["calls"]).any():
        reasons.append((nw.col("moment").is_null(), nw.lit(UNDATED)))
    if all(table.absent(name) for name in TOKENS):
        nothing = reduce(lambda one, other: one & other, (nw.col(n).is_null() for n in TOKENS))
        reasons.append((nothing, nw.lit(UNCOUNTED)))
    for name in table.used:
        if seen[f"most_{name}"].max() > MOST_TOKENS:
            reasons.append((_tokens(name, table) > MOST_TOKENS, nw.lit(IMPOSSIBLE)))
        if seen[f"least_{name}"].min() < 0:
            reasons.append((_tokens(name, table) < 0, nw.lit(IMPOSSIBLE)))
    if (table.rows["why"] != "").any():
        reasons.append((nw.col("why") != "", nw.col("why")))
    for name in filter(table.unpriced, table.used):
        words = f"no price for {name.removesuffix('_tokens').replace('_', ' ')} tokens"
        without = (_tokens(name, table) > 0) & nw.col(_rate(name)).is_null()
        reasons.append((without, nw.lit(words)))
    return reduce(
        lambda rest, one: nw.when(one[0]).then(one[1]).otherwise(rest), reversed(reasons), never
    )
