"""What a log has of each model it names, and the prices that its calls can meet, as rows."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import narwhals as nw

from aicost.book.book import Book
from aicost.book.names import candidates, provider_called, taken
from aicost.book.price_rows import ANY, BUCKETS, PriceRow, price_rows
from aicost.book.rates import BATCH, STANDARD, PriceContext
from aicost.book.rows import BookError
from aicost.log.columns import TOKENS
from aicost.log.engine import collected

if TYPE_CHECKING:
    import pandas as pd

#: What a call's price is looked up by, beside its day, its hour and its size.
KEYS = ("provider", "model", "batch", "service_tier")
INPUT = TOKENS[:4]
#: Words for the standard way of being sold.
STANDARD_TIERS = ("", "standard", "default", "on_demand")
#: More tokens of a kind than any call has; with prices below MOST_PICO no cost overflows.
MOST_TOKENS, MOST_PICO = 10**9, 10**9
NO_MODEL, NO_PROVIDER = "no model named", "provider unknown"
UNKNOWN, SEVERAL = "model unknown", "model sold by several"
RATES = tuple(f"pico_{bucket}" for bucket in BUCKETS)
#: Of a row of prices: what joins it to calls beside the keys, and what it says.
RANGES = ("valid_from", "valid_to", "minute_from", "minute_to", "tier_from", "tier_to")
SAYS = ("item", "why", "fee", *RATES)


def profile(calls: nw.LazyFrame[Any]) -> pd.DataFrame:
    """For each model as it is named and sold: how many calls, from when to when, how large.

    It is one pass over the log, and all that is asked of names and prices is asked of its rows.
    """
    each = [
        expression
        for name in TOKENS
        for expression in (
            nw.col(name).max().alias(f"most_{name}"),
            nw.col(name).min().alias(f"least_{name}"),
            nw.col(name).count().alias(f"told_{name}"),
        )
    ]
    found = (
        calls.select(
            *(nw.col(name).fill_null(EMPTY[name]) for name in KEYS),
            *(nw.col(name) for name in ("moment", *TOKENS)),
            kept=nw.col("from_cache").cast(nw.Int64),
        )
        .group_by(*KEYS)
        .agg(
            nw.len().alias("calls"),
            nw.col("moment").min().alias("first"),
            nw.col("moment").max().alias("last"),
            nw.col("moment").count().alias("dated"),
            nw.col("kept").max(),
            *each,
        )
    )
    return collected(found).sort_values([*KEYS], ignore_index=True)


EMPTY: dict[str, Any] = {"provider": "", "model": "", "batch": False, "service_tier": ""}


@dataclass(frozen=True)
class PriceTable:
    """Rows of prices of all that a log names; each of its calls falls into one of them.

    `unknown` says of each name that has no price what is wrong with it, and of how many calls.
    """

    rows: pd.DataFrame
    profile: pd.DataFrame
    unknown: dict[str, tuple[int, str]]
    dated: bool

    @property
    def keys(self) -> list[str]:
        """The keys that tell its rows apart; a log of one provider is not joined by it."""
        return [name for name in KEYS if self.profile[name].nunique() > 1] or ["model"]

    def turns(self, start: str) -> bool:
        """Whether a model has several ranges that begin at another `start`."""
        within = self.rows.groupby([*KEYS], dropna=False)[start].nunique()
        return bool((within > 1).any())

    @property
    def used(self) -> list[str]:
        """The kinds of tokens that its log has."""
        return [name for name in TOKENS if (self.profile[f"most_{name}"].fillna(0) != 0).any()]

    def unpriced(self, name: str) -> bool:
        """Whether a kind of tokens has no price in a row that has prices."""
        rate = self.rows[f"pico_{BUCKETS[TOKENS.index(name)]}"]
        return bool((rate.isna() & (self.rows["why"] == "")).any())

    def absent(self, name: str) -> bool:
        """Whether some call says nothing of a kind of tokens."""
        return bool((self.profile[f"told_{name}"] < self.profile["calls"]).any())


def price_table(profiled: pd.DataFrame, book: Book, *, at: date | None = None) -> PriceTable:
    """The prices that calls of a log can meet.

    Parameters
    ----------
    profiled : what the log has, see `profile`.
    book : the price book.
    at : the day whose prices hold for all calls, instead of each call's own.
    """
    import pandas as pd

    rows: list[tuple[Any, ...]] = []
    unknown: dict[str, tuple[int, str]] = {}
    for line in profiled.to_dict("records"):
        key = tuple(line[name] for name in KEYS)
        item, why, wrong = item_of(book, line["provider"], line["model"])
        priced: Sequence[PriceRow] = [_nothing(why)]
        if not why:
            context, why = sold_as(book, item, line["batch"], line["service_tier"])
            priced = [_nothing(why)] if why else price_rows(book, item, context=context, on=at)
        if wrong:
            name = "/".join(filter(None, key[:2]))
            unknown[name] = unknown.get(name, (0, ""))[0] + line["calls"], wrong
        for row in _met(priced, line):
            rows.append((*key, *_ranges(row), item, row.why, row.fee, *row.pico))
    frame = pd.DataFrame(rows, columns=[*KEYS, *RANGES, *SAYS])
    frame = frame.astype(dict.fromkeys((*RANGES[2:], "fee", *RATES), "Int64"))
    frame = frame.astype({name: "string" for name in (*KEYS, "item", "why") if name != "batch"})
    for name in ("fee", *RATES):
        if (dear := frame[name] >= MOST_PICO * (10**6 if name == "fee" else 1)).any():
            item = frame["item"][dear].iloc[0]
            raise BookError(f"{item}: a price above 1,000 USD/Mtok", "write prices in USD/Mtok")
    return PriceTable(frame, profiled, unknown, dated=at is None)


def item_of(book: Book, provider: str, model: str) -> tuple[str, str, str]:
    """The item of the book that a log's names stand for; else why there is none, and what is wrong.

    Behind a provider that the book does not know, only a model that names its own is priced: one
    that runs on machines of the client's, or is sold on by somebody, does not cost its list price.
    """
    if not model:
        return "", NO_MODEL, ""
    known, inside = (provider_called(book, w) for w in (provider, model.partition("/")[0]))
    named = [f"{known}/{model}"] if known else []
    if not provider or ("/" in model and inside):
        named.append(model)
    if not named:
        remedy = "log the model as provider/model, or write its price into a file of your own"
        return "", NO_PROVIDER, f"no provider {provider!r} in the book; {remedy}"
    wrong = ""
    for name in named:
        try:
            return taken(book, name), "", ""
        except BookError as problem:
            wrong = wrong or str(problem)
    several = len(candidates(book, named[0])) > 1
    return "", SEVERAL if several else UNKNOWN, wrong


def sold_as(book: Book, item: str, batch: bool, tier: str) -> tuple[str, str]:
    """The context that a call's price stands under; else why it has none."""
    said: list[PriceContext] = []
    if batch or tier == BATCH.value:
        said.append(BATCH)
    if tier not in (*STANDARD_TIERS, BATCH.value):
        said.append(PriceContext("service_tier", tier))
    context = " and ".join(map(str, said)) or str(STANDARD)
    if not context or any(row.context == context for row in book.all_rows(item)):
        return context, ""
    return "", f"no price for {' and '.join(one.value for one in said)}"


def _nothing(why: str) -> PriceRow:
    nothing = (None,) * len(BUCKETS)
    return PriceRow(date.min, date.max, 0, ANY, 0, ANY, nothing, 0, why)


def _met(rows: Sequence[PriceRow], line: Mapping[Hashable, Any]) -> Iterator[PriceRow]:
    """Yield those rows that calls of a profile's line can fall into, by their days and sizes.

    Together they hold whatever there is: the first and the last are for ever, as calls without a
    day have to fall into one of them too.
    """
    import pandas as pd

    most = sum(int(n) for n in (line[f"most_{name}"] for name in INPUT) if not pd.isna(n))
    if not pd.isna(line["first"]):
        first, last = (line[end].date() for end in ("first", "last"))
        rows = [row for row in rows if row.valid_from <= last and first < row.valid_to]
    start, end = rows[0].valid_from, rows[-1].valid_to
    for row in rows:
        if row.tier_from <= most:
            yield replace(
                row,
                valid_from=date.min if row.valid_from == start else row.valid_from,
                valid_to=date.max if row.valid_to == end else row.valid_to,
                tier_from=row.tier_from or -ANY,
            )


def _ranges(row: PriceRow) -> tuple[Any, ...]:
    """Its ranges; days as moments, which all engines hold."""
    days = (datetime.combine(day, time.min) for day in (row.valid_from, row.valid_to))
    return (*days, row.minute_from, row.minute_to, row.tier_from, row.tier_to)
