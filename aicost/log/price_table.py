"""What a log has of each model it names, and the prices that its calls can meet, as rows."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import narwhals as nw

from aicost.book.book import Book
from aicost.book.names import candidates, provider_called, taken
from aicost.book.price_rows import ANY, BUCKETS, PriceRow, price_rows
from aicost.book.rates import BATCH, STANDARD, PriceContext
from aicost.book.rows import BookError
from aicost.book.tokenizers import SAME
from aicost.log.columns import TOKENS
from aicost.log.engine import collected
from aicost.log.switch import Switch

if TYPE_CHECKING:
    import pandas as pd

#: What a call's price is looked up by, beside its day, its hour and its size.
KEYS = ("provider", "model", "batch", "service_tier")
INPUT = TOKENS[:4]
#: Words for the standard way of being sold.
STANDARD_TIERS = ("", "standard", "default", "on_demand")
#: More tokens of a kind than any call has; with prices below MOST_PICO no cost overflows.
MOST_TOKENS, MOST_PICO = 10**8, 10**9
#: What is asked of a log before it is priced.
COUNTED = (*KEYS, "moment", "from_cache", "units", *TOKENS)
NO_MODEL, NO_PROVIDER = "no model named", "provider unknown"
UNKNOWN, SEVERAL = "model unknown", "model sold by several"
RATES = tuple(f"pico_{bucket}" for bucket in BUCKETS)
PER_UNIT = "unit_pico"
#: Of a row of prices: what joins it to calls beside the keys, and what it says.
RANGES = ("valid_from", "valid_to", "minute_from", "minute_to", "tier_from", "tier_to")
SAYS = ("item", "why", "fee", PER_UNIT, *RATES)
#: Tokens of the model that is priced per token of the one that answered: as likely, and the ends.
TIMES, ENDS = "times", ("times_low", "times_high")


@dataclass(frozen=True)
class Profile:
    """What a log has: `names`, a line for each model as named and sold, and the ends of the rest.

    Attributes
    ----------
    first, last : days of its first and last call; None where no call has a moment.
    dated : calls that have a moment.
    told, least, most : of each kind of tokens the calls that say it, the fewest and the most.
    kept : whether some call was answered from a cache of one's own.
    placed : calls that say in which region they were answered, which changes no price.
    """

    names: pd.DataFrame
    calls: int
    first: date | None
    last: date | None
    dated: int
    told: Mapping[str, int]
    least: Mapping[str, int]
    most: Mapping[str, int]
    kept: bool
    placed: int = 0

    @property
    def used(self) -> list[str]:
        """The kinds of tokens that it has."""
        return [name for name in TOKENS if self.least[name] or self.most[name]]

    def empty(self, key: str) -> bool:
        """Whether some call says nothing of a key."""
        return bool((self.names[key] == EMPTY[key]).any())


def profile(calls: nw.LazyFrame[Any], held: Collection[str] = COUNTED) -> Profile:
    """What a log has, so that all that is asked of names and prices is asked of a few lines.

    Parameters
    ----------
    calls : a table of calls.
    held : the columns that its source has; the others are null, and not looked at.

    Notes
    -----
    The ends are asked for of the whole log, not of each name: a Parquet file knows them unread.
    """
    keys = [name for name in KEYS if name in held] or ["model"]
    names = collected(calls.group_by(*keys).agg(nw.len().alias("calls")))
    for name, empty in EMPTY.items():
        names[name] = names[name].fillna(empty) if name in keys else empty
    names = names.groupby([*KEYS], as_index=False).sum()  # in order, what is null with the empty
    tokens = [name for name in TOKENS if name in held]
    columns = [*tokens, *(name for name in ("moment", "from_cache") if name in held)]
    ends = {
        f"{how}_{name}": getattr(nw.col(name), how)()
        for name in columns
        for how in ("count", "min", "max")
    }
    if "region" in held:
        ends["count_region"] = nw.col("region").count()
    line = collected(calls.select(nw.len(), **ends)).to_dict("records")[0]
    got = {name: None if value is None or value != value else value for name, value in line.items()}
    first, last = (got.get(f"{how}_moment") for how in ("min", "max"))

    def of_tokens(how: str) -> dict[str, int]:
        return {name: int(got.get(f"{how}_{name}") or 0) for name in TOKENS}

    return Profile(
        names,
        calls=int(names["calls"].sum()),
        first=first.date() if first else None,
        last=last.date() if last else None,
        dated=int(got.get("count_moment") or 0),
        told=of_tokens("count"),
        least=of_tokens("min"),
        most=of_tokens("max"),
        kept=bool(got.get("max_from_cache")),
        placed=int(got.get("count_region") or 0),
    )


EMPTY: dict[str, Any] = {"provider": "", "model": "", "batch": False, "service_tier": ""}


@dataclass(frozen=True)
class PriceTable:
    """Rows of prices of all that a log names; each of its calls falls into one of them.

    `unknown` says of each name that has no price what is wrong with it, and of how many calls.
    """

    rows: pd.DataFrame
    profile: Profile
    unknown: dict[str, tuple[int, str]]
    dated: bool

    @property
    def keys(self) -> list[str]:
        """The keys that tell its rows apart; a log of one provider is not joined by it."""
        names = self.profile.names
        return [name for name in KEYS if names[name].nunique() > 1] or ["model"]

    def turns(self, start: str) -> bool:
        """Whether a model has several ranges that begin at another `start`."""
        within = self.rows.groupby([*KEYS], dropna=False)[start].nunique()
        return bool((within > 1).any())

    @property
    def converts(self) -> bool:
        """Whether tokens of some model become those of another."""
        return bool((self.rows[[TIMES, *ENDS]] != 1).any(axis=None))

    @property
    def by_unit(self) -> bool:
        """Whether some model is billed by the search, and by no token."""
        return bool(self.rows[PER_UNIT].notna().any())

    def unpriced(self, name: str) -> bool:
        """Whether a kind of tokens has no price in a row that has prices."""
        rate = self.rows[f"pico_{BUCKETS[TOKENS.index(name)]}"]
        return bool((rate.isna() & self.rows["why"].isna()).any())


def price_table(
    profiled: Profile, book: Book, *, at: date | None = None, switch: Switch | None = None
) -> PriceTable:
    """The prices that calls of a log can meet.

    Parameters
    ----------
    profiled : what the log has, see `profile`.
    book : the price book.
    at : the day whose prices hold for all calls, instead of each call's own.
    switch : which model answers in place of which.
    """
    import pandas as pd

    most = sum(profiled.most[name] for name in INPUT)

    rows: list[tuple[Any, ...]] = []
    unknown: dict[str, tuple[int, str]] = {}
    for line in profiled.names.to_dict("records"):
        key = tuple(line[name] for name in KEYS)
        item, why, wrong = item_of(book, line["provider"], line["model"])
        times = SAME
        if switch and not why:
            item, why, times = switch.of(book, item)
        priced: Sequence[PriceRow] = [_nothing(why)]
        if not why:
            context, why = sold_as(book, item, line["batch"], line["service_tier"])
            priced = [_nothing(why)] if why else price_rows(book, item, context=context, on=at)
        if wrong:
            name = "/".join(filter(None, key[:2]))
            unknown[name] = unknown.get(name, (0, ""))[0] + line["calls"], wrong
        ratios = (times.value, times.low, times.high)
        for row in _met(priced, profiled, math.ceil(most * max(ratios))):
            says = (item, row.why or None, row.fee, row.unit, *row.pico, *ratios)
            rows.append((*key, *_ranges(row), *says))
    frame = pd.DataFrame(rows, columns=[*KEYS, *RANGES, *SAYS, TIMES, *ENDS])
    frame = frame.astype(dict.fromkeys((*RANGES[2:], "fee", PER_UNIT, *RATES), "Int64"))
    frame = frame.astype({name: "string" for name in (*KEYS, "item", "why") if name != "batch"})
    for name in ("fee", PER_UNIT, *RATES):
        if (huge := frame[name] >= MOST_PICO * (1 if name in RATES else 10**6)).any():
            item = frame["item"][huge].iloc[0]
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


def _met(rows: Sequence[PriceRow], log: Profile, most: int) -> Iterator[PriceRow]:
    """Yield those rows that calls of a log can fall into, by their days and `most` input.

    Together they hold whatever there is: the first and the last are for ever, as calls without a
    day have to fall into one of them too.
    """
    first, last = log.first, log.last
    if first and last:
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
