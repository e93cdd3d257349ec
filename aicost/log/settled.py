"""From the fields of a source to calls: buckets of tokens apart, or why a row is no call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import reduce
from typing import Any

import narwhals as nw

from aicost.log.columns import COLUMNS
from aicost.log.conventions import Convention, conventions
from aicost.log.layouts import KINDS, Layout, layouts

COUNTS = tuple(name for name, kind in KINDS.items() if kind == "count")
MOST = 1e9  # tokens of one call: a hundred times the longest window that is sold
FIRST = datetime(2015, 1, 1)  # nobody sold answers of models by the token before
STEPS = ("embedding", "retrieval", "rerank", "tool", "judge")  # calls, if of no model
NO_CALL, WRAPPER = "no call of a model", "wraps other calls, and its tokens are theirs"
PLAIN_TIERS = ("standard", "default", "auto", "on_demand", "standard_only")
FAILED = r"error|fail|abort|timeout|exception|cancel|^[45][0-9][0-9]$"
NO_ERROR = ("false", "0", "none", "null", "ok")


def settled(
    fields: nw.LazyFrame[Any], layout: Layout, now: datetime
) -> tuple[nw.LazyFrame[Any], tuple[Convention, ...]]:
    """Settle the fields of a source into the columns of calls.

    Parameters
    ----------
    fields : `place`, `problem`, and all fields of KINDS, null where a source has none.

    Returns
    -------
    The columns of calls with `place`, which row of which file it was, and `reason`, why it is no
    call, null for one that is; and where its tokens were counted.
    """
    every = fields.with_columns(
        operation=_operation(),
        cache_write_5m_tokens=_written(),
        whole_s=nw.coalesce("whole_s", _seconds("ended")),
        first_s=nw.coalesce("first_s", _seconds("first_at")),
    )
    found = conventions(every, layout)
    cached = _zero("cache_read_tokens") + _zero("cache_write_5m_tokens")
    every = every.with_columns(
        input_tokens=found[0].apart("input_tokens", cached + _zero("cache_write_1h_tokens")),
        output_tokens=found[1].apart("output_tokens", _zero("thinking_tokens")),
        status=_status(),
        batch=nw.coalesce("batch", _tier() == "batch"),
        service_tier=nw.when(~_tier().is_in((*PLAIN_TIERS, "batch"))).then("service_tier"),
    )
    row = nw.concat_str(nw.lit("row "), nw.col("place").cast(nw.String()))
    names = {"call": nw.coalesce("call", row), "request": nw.coalesce("request", "call", row)}
    reason: nw.Expr | None = None
    for broken, why in reversed([*_reasons(now)]):
        said = nw.when(broken.fill_null(False)).then(why)
        reason = said if reason is None else said.otherwise(reason)
    assert reason is not None
    columns = (names.get(c.name, nw.col(c.name)).alias(c.name) for c in COLUMNS)
    return every.select("place", reason.alias("reason"), *columns), found


def _zero(name: str) -> nw.Expr:
    return nw.col(name).fill_null(0)


def _written() -> nw.Expr:
    """What was written for five minutes: as it is said, and what nobody says a lifetime of."""
    whole, five = nw.col("cache_write_tokens"), _zero("cache_write_5m_tokens")
    unsaid = whole - five - _zero("cache_write_1h_tokens")
    said = nw.when(unsaid > 0).then(five + unsaid).otherwise(five)
    return nw.when(whole.is_null()).then("cache_write_5m_tokens").otherwise(said)


def _seconds(until: str) -> nw.Expr:
    return (nw.col(until) - nw.col("moment")).dt.total_microseconds() / 1e6


def _operation() -> nw.Expr:
    """What a call did, in the words of the table; what has none there is other."""
    words: dict[str, list[str]] = {}
    for said, word in layouts().says.items():
        words.setdefault(word, []).append(said)
    own = nw.col("operation").str.to_lowercase()
    other: nw.Expr = nw.when(~own.is_null()).then(nw.lit("other"))
    for word, known in words.items():
        other = nw.when(own.is_in(known).fill_null(False)).then(nw.lit(word)).otherwise(other)
    return other


def _status() -> nw.Expr:
    said, error = nw.col("status").str.to_lowercase(), nw.col("error").str.to_lowercase()
    failed = ~error.is_null() & ~error.is_in(NO_ERROR) | said.str.contains(FAILED)
    good = nw.when(~said.is_null()).then(nw.lit("ok"))
    return nw.when(failed.fill_null(False)).then(nw.lit("error")).otherwise(good)


def _tier() -> nw.Expr:
    return nw.col("service_tier").str.to_lowercase()


def _reasons(now: datetime) -> Iterator[tuple[nw.Expr, nw.Expr]]:
    """Yield why a row may be no call, the first of which is said."""
    moment, model = nw.col("moment"), nw.col("model")
    said = reduce(lambda a, b: a | b, (~nw.col(name).is_null() for name in COUNTS[:6]))
    yield ~nw.col("problem").is_null(), nw.col("problem")
    yield nw.col("operation") == "wrapper", nw.lit(WRAPPER)
    step = nw.col("operation").is_in(STEPS).fill_null(False)
    yield ~(step | said) & model.is_null(), nw.lit(NO_CALL)
    yield moment.is_null(), nw.lit("it says no time")
    yield moment < FIRST, nw.lit("a date before 2015")
    yield moment > now + timedelta(days=1), nw.lit("a date in the future")
    for name in COUNTS:
        own = nw.col(name)
        if name not in ("input_tokens", "output_tokens"):  # what is left of them is looked at below
            yield own < 0, nw.lit(f"{name} is negative")
        yield own > MOST, nw.lit(f"{name} is more than one call can have")
        yield own % 1 != 0, nw.lit(f"{name} is not whole")
    for name, part in (("input_tokens", "a cache"), ("output_tokens", "thinking")):
        yield nw.col(name) < 0, nw.lit(f"{name} is negative, or less than {part} has of it")
    for name in ("whole_s", "first_s"):
        yield nw.col(name) < 0, nw.lit(f"{name} is negative")
