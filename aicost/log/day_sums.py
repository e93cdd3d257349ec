"""Priced calls added up by day and cell: all that is read of a log to say why a bill changed.

The engine that holds the calls adds them up; what comes out is as long as days x cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from aicost.book.book import Book
from aicost.book.price_rows import PICO, PricePeriod, price_periods
from aicost.book.rates import Rates
from aicost.book.rows import BookError
from aicost.log.columns import TOKENS
from aicost.log.engine import collected
from aicost.log.factors import BUCKETS, Floats, Sums

if TYPE_CHECKING:
    import pandas as pd

LABELS = ("feature", "stage", "item")
PARTS = 20  # of a single day, by minute and second: any part is a sample of its hours
READ = tuple(name for name in TOKENS if name not in ("output_tokens", "thinking_tokens"))
#: What the book calls each bucket of tokens.
LISTED_AS = tuple(
    "output_reasoning" if name == "thinking_tokens" else name.removesuffix("_tokens")
    for name in TOKENS
)
Calls = nw.LazyFrame[Any]


MOST_DAYS = 3_653  # of a period; each is counted, with calls or without


class ChangeError(ValueError):
    """Calls that cannot be compared, in one line."""


@dataclass(frozen=True, order=True)
class Cell:
    """Calls that are looked at together."""

    feature: str
    stage: str
    model: str


@dataclass(frozen=True)
class Period:
    """Some days of a log, the first and the last among them, added up.

    found : a row for each day, cell and band of sizes. requests : a row for each day and feature.
    left_out : calls without a price or a moment, which are in no sum.
    """

    first: date
    last: date
    found: pd.DataFrame
    requests: pd.DataFrame
    left_out: int

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of it, those without calls too."""
        length = (self.last - self.first).days + 1
        return tuple(self.first + timedelta(n) for n in range(length))

    @property
    def single(self) -> bool:
        """Whether it is one day, whose requests are dealt to parts."""
        return self.first == self.last


def period(
    calls: Calls, book: Book, *, first: date | None = None, last: date | None = None
) -> Period:
    """Add up the calls of some days, of all that there are where no days are named.

    Parameters
    ----------
    calls : priced calls, with cost_pico and item. [frame]
    book : the prices that they were priced at. [book]
    first, last : the days from and to, both within. [date]

    Raises
    ------
    ChangeError : no call of these days has a price; days of more than ten years.
    BookError : a model or a day that the book has no price for.
    """
    if first and last and (last - first).days > MOST_DAYS:
        raise ChangeError(f"{first} to {last} is more than ten years; name days of the log")
    calls = calls.with_columns(nw.col(name).fill_null("") for name in LABELS)
    if first is not None:
        calls = calls.filter(nw.col("moment") >= _midnight(first))
    if last is not None:
        calls = calls.filter(nw.col("moment") <= datetime.combine(last, time.max))
    there = ~nw.col("cost_pico").is_null() & ~nw.col("moment").is_null()
    every = collected(
        calls.with_columns(there.cast(nw.Int64).alias("there"), when=nw.when(there).then("moment"))
        .group_by("item")
        .agg(
            nw.len().alias("calls"),
            nw.col("there").sum(),
            nw.col("when").min().alias("first"),
            nw.col("when").max().alias("last"),
        )
    )
    seen = every[every["there"] > 0]
    priced = calls.filter(there)
    if not len(seen):
        days = f" on {first}" if first == last else f" from {first} to {last}"
        days = days if first or last else ""
        raise ChangeError(
            f"no call{days} has a price and a moment; see `aicost log price LOG --by day`"
        )
    first, last = first or seen["first"].min().date(), last or seen["last"].max().date()
    listed = {item: price_periods(book, item) for item in seen["item"]}
    placed = _placed(priced, first == last)
    asked = collected(
        placed.with_columns(nw.col("request").is_null().cast(nw.Int64).alias("unnamed"))
        .group_by("day", "part", "feature")
        .agg(nw.col("request").n_unique().alias("named"), nw.col("unnamed").sum())
    )
    # Calls that no request is told of are each one; together they are one name too many.
    asked["requests"] = asked["named"] + asked["unnamed"] - (asked["unnamed"] > 0)
    # An answer out of a cache of one's own is a request without a call.
    found = collected(_by_cell(placed.filter(~nw.col("from_cache").fill_null(False)), listed))
    left_out = int(every["calls"].sum() - every["there"].sum())
    return Period(first, last, _at_list_prices(found, listed), asked, left_out)


def _placed(priced: Calls, single: bool) -> Calls:
    """Calls with their day, and where there is one day alone with a part of it for each request."""
    part = nw.lit(0)
    if single:
        began = nw.col("moment").min().over("request")
        began = nw.when(nw.col("request").is_null()).then(nw.col("moment")).otherwise(began)
        part = (began.dt.minute() + began.dt.second()).cast(nw.Int64) % PARTS
    day = nw.col("moment").dt.truncate("1d")
    return priced.with_columns(day.alias("day"), part.alias("part"))


def _by_cell(priced: Calls, listed: Mapping[str, Sequence[PricePeriod]]) -> Calls:
    """Sums by day and cell, apart for calls of different tiers of prices."""
    whole = nw.sum_horizontal(*(nw.col(name).fill_null(0) for name in READ))
    above = [
        (nw.col("item") == item) & (whole > limit)
        for item, periods in listed.items()
        for limit in _limits(periods)
    ]
    band = nw.sum_horizontal(*(one.cast(nw.Int64) for one in above)) if above else nw.lit(0)
    amounts = (nw.col(name).fill_null(0).cast(nw.Float64) for name in BUCKETS)
    pico = nw.col("cost_pico").cast(nw.Float64).alias("pico")  # whole numbers would overflow
    return (
        priced.with_columns(band.alias("band"), pico, *amounts)
        .group_by("day", "part", *LABELS, "band")
        .agg(nw.len().alias("calls"), nw.col("pico", *BUCKETS).sum())
    )


def _limits(periods: Sequence[PricePeriod]) -> list[int]:
    """Every size of input above which a model has cost more, on some day."""
    return sorted({step for one in periods if one.listed for step in one.listed.tiers[1:]})


def _at_list_prices(
    found: pd.DataFrame,
    listed: Mapping[str, Sequence[PricePeriod]],
) -> pd.DataFrame:
    """Beside each sum what its tokens cost at list prices, short and as long as they are."""
    short = np.zeros((len(found), len(BUCKETS)))
    long = np.zeros_like(short)
    keys = zip(found["item"], found["day"], found["band"], strict=True)
    prices: dict[Any, tuple[Floats, Floats]] = {}
    for row, key in enumerate(keys):
        if key not in prices:
            item, day, band = key
            size = _limits(listed[item])[int(band) - 1] + 1 if band else 0
            prices[key] = list_prices(listed[item], item, day.date(), size)
        short[row], long[row] = prices[key]
    amounts = found[[*BUCKETS]].to_numpy(dtype=float, copy=True)
    usd = found["pico"].to_numpy(dtype=float) / PICO
    tiered = (amounts * long).sum(axis=1)
    # Searches and pages have no price by the token: what was paid is what they cost.
    alone = tiered == 0
    units = BUCKETS.index("units")
    amounts[:, units] = np.where(
        alone & (amounts[:, units] == 0), found["calls"], amounts[:, units]
    )
    amounts[~alone, units] = 0
    spent = amounts * short
    spent[alone, units] = usd[alone]
    calls = found["calls"].to_numpy(dtype=float)
    columns = {"usd": usd, "tiered": np.where(alone, usd, tiered)}
    for i, name in enumerate(BUCKETS):
        columns |= {name: amounts[:, i], f"listed {name}": spent[:, i]}
        columns |= {f"standing {name}": calls * short[:, i]}
    return found[["day", "part", *LABELS, "calls"]].assign(**columns)


def on_list(periods: Sequence[PricePeriod], day: date) -> Rates | None:
    """What a model charges on a day; nothing where it has no price."""
    return next(one.listed for one in periods if one.valid_from <= day < one.valid_to)


def list_prices(
    periods: Sequence[PricePeriod], item: str, day: date, size: float
) -> tuple[Floats, Floats]:
    """Dollars of each bucket on a day, in short calls and in calls of a size.

    Parameters
    ----------
    periods : the prices of a model at all times.
    item : its name.
    day : the day of the calls.
    size : the input of one of them. [tokens]
    """
    listed = on_list(periods, day)
    if listed is None:
        raise BookError(f"{item}: no price on {day}, but calls that have a cost")
    known = [unit for unit in LISTED_AS if listed.priced(unit)]

    def usd(tier: int) -> Floats:
        by = {unit: listed.usd_per_mtok(unit, tier) / 1e6 for unit in known}
        return np.array([by.get(unit, 0.0) for unit in (*LISTED_AS, "units")])

    return usd(0), usd(sum(size > step for step in listed.tiers[1:]))


def cells_of(*periods: Period) -> list[Cell]:
    """The cells that any of them has, in order."""
    return sorted({cell for one in periods for cell in _cells(one.found)})


def _cells(found: pd.DataFrame) -> Iterator[Cell]:
    yield from map(Cell, *(found[name] for name in LABELS))


def sums_by_unit(one: Period, cells: Sequence[Cell], features: Sequence[str]) -> Sums:
    """The sums of a period as arrays, a day, or a part of its one day, along the first axis."""
    days = {day: i for i, day in enumerate(one.days)}
    units = PARTS if one.single else len(days)

    def unit(frame: pd.DataFrame) -> Any:
        if one.single:
            return frame["part"].to_numpy(dtype=int)
        return np.array([days[moment.date()] for moment in frame["day"]], dtype=int)

    def laid(frame: pd.DataFrame, place: Sequence[int], most: int, *names: str) -> Floats:
        array = np.zeros((units, most, len(names)))
        np.add.at(array, (unit(frame), np.array(place)), frame[[*names]].to_numpy(dtype=float))
        return array

    places = {cell: i for i, cell in enumerate(cells)}
    at = [places[cell] for cell in _cells(one.found)]
    many = (one.found, at, len(cells))
    asked_for = {feature: i for i, feature in enumerate(features)}
    of = [asked_for[feature] for feature in one.requests["feature"]]
    return Sums(
        requests=laid(one.requests, of, len(features), "requests")[..., 0],
        calls=laid(*many, "calls")[..., 0],
        amounts=laid(*many, *BUCKETS),
        listed=laid(*many, *(f"listed {name}" for name in BUCKETS)),
        standing=laid(*many, *(f"standing {name}" for name in BUCKETS)),
        tiered=laid(*many, "tiered")[..., 0],
        usd=laid(*many, "usd")[..., 0],
    )


def _midnight(day: date) -> nw.Expr:
    return nw.lit(day.isoformat()).str.to_datetime(format="%Y-%m-%d")
