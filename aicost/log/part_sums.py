"""What is added up of each part of a log: calls, requests, tokens, and when it comes."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from aicost.book.book import Book
from aicost.book.rates import BATCH, STANDARD, PriceContext, rates
from aicost.book.rows import BookError
from aicost.log.engine import collected
from aicost.log.parts import Part


def different(frame: nw.LazyFrame[Any], name: str) -> int:
    """How many values of a column there are."""
    many = nw.col(name).n_unique().fill_null(0)  # of no rows an engine may say that it is not known
    return int(collected(frame.select(many=many))["many"].iloc[0])


_INPUT = ("input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens")


def part_sums(
    here: nw.LazyFrame[Any], parts: tuple[Part, ...], book: Book
) -> dict[str, dict[str, float]]:
    """What is added up of each part: calls paid, cut off and kept, tokens, requests."""
    whole = sum((nw.col(name).fill_null(0) for name in _INPUT[1:]), nw.col(_INPUT[0]).fill_null(0))
    kept = nw.col("from_cache").fill_null(False).cast(nw.Int64())
    failed = (nw.col("status") == "error").fill_null(False).cast(nw.Int64())
    tiers = {part.path: tier for part in parts if (tier := _tier(part, book))}
    beyond: nw.Expr = nw.lit(0, nw.Int64())
    for path, tier in tiers.items():
        beyond = nw.when((nw.col("part") == path) & (whole > tier)).then(whole).otherwise(beyond)
    paid = here.with_columns(
        whole=whole,
        kept=kept,
        cut=failed * (1 - kept),
        paid=1 - kept,
        read=nw.col("cache_read_tokens").fill_null(0),
        hour=nw.col("cache_write_1h_tokens").fill_null(0),
        written=nw.col("cache_write_5m_tokens").fill_null(0)
        + nw.col("cache_write_1h_tokens").fill_null(0),
        out=nw.col("output_tokens").fill_null(0),
        thought=nw.col("thinking_tokens").fill_null(0),
        beyond=beyond,
    )
    names = ("kept", "cut", "paid", "whole", "read", "hour", "written", "out", "thought", "beyond")
    sums = collected(paid.group_by("part").agg(*(nw.col(n).sum() for n in names)))
    found = {
        str(row["part"]): {n: float(row[n]) for n in names} | {"tier": tiers.get(row["part"], 0.0)}
        for row in sums.to_dict("records")
    }
    for flag, name in ((0, "took"), (1, "met")):
        some = paid.filter(nw.col("kept") == flag)
        many = collected(some.group_by("part").agg(n=nw.col("request").n_unique()))
        for path in found:
            found[path][name] = 0.0
        for part, n in zip(many["part"], many["n"], strict=True):
            found[str(part)][name] = float(n)
    # Turns of a conversation follow one another, and find what the one before left in a cache.
    talk = paid.filter(nw.col("kept") == 0).with_columns(talk=nw.coalesce("session", "request"))
    many = collected(talk.group_by("part").agg(n=nw.col("talk").n_unique()))
    talks = {str(p): float(n) for p, n in zip(many["part"], many["n"], strict=True)}
    for path, sums_of in found.items():
        sums_of["turns"] = sums_of["took"] / talks[path] if talks.get(path) else 1.0
    return found


def _tier(part: Part, book: Book) -> float:
    """Where the second price tier of a part begins; 0 where its model has one price."""
    if part.does == "embedding" or part.does == "rerank":
        return 0.0
    context = STANDARD
    if part.batch:
        context = BATCH
    elif part.service_tier:
        context = PriceContext("service_tier", part.service_tier)
    try:
        return float([*rates(book, part.model, context=context).tiers, 0.0, 0.0][1])
    except BookError:
        return 0.0


def offsets(here: nw.LazyFrame[Any]) -> dict[str, float]:
    """Seconds after the first call of a request at which each part begins, a mean."""
    begun = here.group_by("request").agg(begun=nw.col("moment").min())
    each = here.group_by("request", "part").agg(first=nw.col("moment").min())
    late = each.join(begun, on="request", how="inner").with_columns(
        late=(nw.col("first") - nw.col("begun")).dt.total_microseconds()
    )
    found = collected(late.group_by("part").agg(late=nw.col("late").mean()))
    return {str(p): float(s) / 1e6 for p, s in zip(found["part"], found["late"], strict=True)}
