"""What a request usually costs: the medians of all requests of its feature, stage by stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw
import numpy as np

from aicost.book.book import Book
from aicost.book.price_rows import price_periods
from aicost.log.columns import TOKENS
from aicost.log.day_sums import READ, Calls, Period, list_prices, period
from aicost.log.engine import collected
from aicost.log.factors import BUCKETS, Floats
from aicost.log.ladder import Use, cost

STEP = ("feature", "stage")
REST = ("output_tokens", "thinking_tokens", "units")


@dataclass(frozen=True)
class Usual:
    """What is usual of a step: its calls, and the model, the day and the prices behind them.

    calls : of those requests that take the step. prices : dollars of each bucket in short calls.
    share : the requests of the feature that take it; it is usual where they are more than half.
    """

    use: Use
    item: str
    day: date
    prices: Floats
    share: float

    @property
    def usd(self) -> float:
        """What the step costs a usual request; nothing where it is not usual."""
        return cost(self.use, self.prices)


@dataclass(frozen=True)
class Peers:
    """What is usual of each step, and how many requests each feature has.

    calls : calls of a model under the names of requests, not yet run. unnamed : calls that neither
    a request nor a name of their own is told of. left_out : calls without a price or a moment.
    """

    usual: Mapping[tuple[str, str], Usual]
    requests: Mapping[str, int]
    calls: Calls
    unnamed: int
    left_out: int

    def stages(self, feature: str) -> dict[str, Usual]:
        """What is usual of each stage of a feature."""
        return {stage: one for (of, stage), one in self.usual.items() if of == feature}

    def usd(self, feature: str) -> float:
        """What a request of a feature usually costs."""
        return sum(one.usd for one in self.stages(feature).values())


def named(calls: Calls) -> Calls:
    """Calls of a model that have a price, under the names of their requests, or under their own."""
    return (
        calls.filter(~nw.col("cost_pico").is_null(), ~nw.col("moment").is_null())
        .filter(~nw.col("from_cache").fill_null(False))
        .with_columns(
            nw.coalesce("request", "call").alias("request"),
            *(nw.col(name).fill_null("") for name in STEP),
        )
    )


def peers_of(calls: Calls, book: Book) -> Peers:
    """What is usual in a log of priced calls.

    Parameters
    ----------
    calls : priced calls, with cost_pico and item.
    book : the prices that they were priced at.
    """
    every = named(calls)
    medians = collected(_medians(_steps(every.filter(~nw.col("request").is_null()))))
    many = collected(
        every.with_columns(nw.col("request").is_null().cast(nw.Int64).alias("unnamed"))
        .group_by("feature")
        .agg(nw.col("request").n_unique().alias("requests"), nw.col("unnamed").sum())
    )
    many["requests"] -= many["unnamed"] > 0  # no name is none
    requests = dict(zip(many["feature"], map(int, many["requests"]), strict=True))
    spent = period(calls, book)
    usual = {}
    for line in medians.to_dict("records"):
        key = str(line["feature"]), str(line["stage"])
        usual[key] = _usual(line, spent, book, int(line["requests"]) / requests[key[0]])
    of_requests = every.filter(~nw.col("request").is_null())
    return Peers(usual, requests, of_requests, int(many["unnamed"].sum()), spent.left_out)


def _steps(calls: Calls) -> Calls:
    """A row for each request, feature and stage: its calls, and what they used."""
    amounts = (nw.col(name).fill_null(0).cast(nw.Float64) for name in BUCKETS)
    return (
        calls.with_columns(*amounts)
        .group_by("request", *STEP)
        .agg(nw.len().alias("calls"), nw.col(*BUCKETS).sum())
    )


def _medians(steps: Calls) -> Calls:
    """By feature and stage: the median of calls, and of what a call uses."""
    calls = nw.col("calls").cast(nw.Float64)
    read = nw.sum_horizontal(*READ)
    parts = (
        nw.when(read > 0).then(nw.col(name) / read).otherwise(0.0).alias(f"part {name}")
        for name in READ[1:]
    )
    used = {"read": read} | {f"a call's {name}": nw.col(name) for name in REST}
    each = ((amount / calls).alias(name) for name, amount in used.items())
    told = ("calls", *used, *(f"part {name}" for name in READ[1:]))
    return (
        steps.with_columns(*parts, *each, calls.alias("calls"))
        .group_by(*STEP)
        .agg(nw.len().alias("requests"), nw.col(*told).median())
    )


def _usual(line: Mapping[Any, Any], spent: Period, book: Book, share: float) -> Usual:
    """What is usual of a step, at the prices that most of its calls had."""
    found = spent.found
    here = found[(found["feature"] == line["feature"]) & (found["stage"] == line["stage"])]
    by_item = here.groupby("item")["calls"].sum()
    item = str(by_item.sort_values(kind="stable").index[-1])
    here = here[here["item"] == item].sort_values("day")
    middle = int(np.searchsorted(here["calls"].cumsum(), here["calls"].sum() / 2))
    day = here["day"].iloc[middle].date()
    parts = np.array([float(line[f"part {name}"]) for name in READ[1:]])
    parts /= max(1.0, parts.sum())  # medians of shares need not add up
    amounts = dict.fromkeys(BUCKETS, 0.0) | {
        name: float(line["read"]) * part
        for name, part in zip(READ, (1 - sum(parts), *parts), strict=True)
    }
    amounts |= {name: float(line[f"a call's {name}"]) for name in REST[:2]}
    periods = price_periods(book, item)
    short, long = list_prices(periods, item, day, float(line["read"]))
    tokens = np.array([amounts[name] for name in BUCKETS])
    if not here[[f"listed {name}" for name in TOKENS]].to_numpy(dtype=float).any():
        units = BUCKETS.index("units")  # billed by these alone
        tokens[units] = float(line["a call's units"]) or 1.0
        short[units] = here["listed units"].sum() / here["units"].sum()
        long = short
    listed = float(tokens @ short)
    tiered = float(here["tiered"].sum())
    use = Use(
        float(line["calls"]) if share > 0.5 else 0.0,
        tokens,
        float(tokens @ long) / listed if listed else 1.0,
        float(here["usd"].sum()) / tiered if tiered else 1.0,
    )
    return Usual(use, item, day, short, share)
