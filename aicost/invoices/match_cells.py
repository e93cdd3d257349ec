"""A log and an export on the same cells: a span of time, a model as it was sold, a kind of tokens.

What the export does not tell apart, such as models or tiers, is not told apart in the log either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aicost.book.book import Book
from aicost.book.names import provider_called
from aicost.book.price_rows import BUCKETS, PriceRow, price_rows
from aicost.book.rows import BookError
from aicost.invoices.usage_export import REQUESTS, UsageExport
from aicost.invoices.usage_layouts import BILLED
from aicost.log.layouts import LogError
from aicost.log.price_table import sold_as

if TYPE_CHECKING:
    import pandas as pd

Moments = NDArray[np.datetime64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
#: What is counted of each: calls, then kinds of tokens as they are billed.
COUNTED = (REQUESTS, *BILLED)
INPUT, OUTPUT = slice(1, 5), 5
MOST_SPANS = 10_000
HALF_HOUR = np.timedelta64(30, "m")


@dataclass(frozen=True)
class Cells:
    """Both sides. Arrays are [span, key, counted]; times are of the export's clock.

    Attributes
    ----------
    starts, ends : of each span of time, in order.
    keys : a model and how it was sold; nothing where the export does not tell.
    logged : what the log counts. thought : what of its output was thought, [span, key].
    failed : calls of the log that ended in an error, in all.
    price : dollars of one, in the log, else in the book; 0 where nobody says. [USD]
    exported : what the export counts; what its dollars come to, where it counts nothing.
    usd : what the export comes to at those prices. billed : what it charges itself. [USD]
    counts : whether the export has quantities of its own.
    telling : whether it tells models apart, and how they were sold.
    """

    starts: Moments
    ends: Moments
    keys: tuple[tuple[str, str], ...]
    logged: Floats
    thought: Floats
    failed: float
    price: Floats
    exported: Floats
    usd: Floats
    billed: Floats
    counts: bool
    telling: tuple[bool, bool]


def spans_of(export: UsageExport) -> tuple[Moments, Moments]:
    """The spans of time of an export, those that it leaves out between them too.

    Raises LogError where they overlap, or are too many.
    """
    half = timedelta(minutes=30)
    found = set()
    for start, end in export.spans:
        if end - start < half:  # minutes are told apart no further than a log is
            start = start - (start - datetime.min) % half
            end = start + half
        found.add((start, end))
    spans: list[tuple[datetime, datetime]] = []
    for start, end in sorted(found):
        if spans and start < spans[-1][1]:
            raise LogError(
                f"{export.layout.name}: {spans[-1][0]} and {start} overlap; export one width alone"
            )
        width = end - start
        while spans and width == spans[-1][1] - spans[-1][0] and spans[-1][1] + width <= start:
            spans.append((spans[-1][1], spans[-1][1] + width))
            if len(spans) > MOST_SPANS:
                break
        spans.append((start, end))
        if len(spans) > MOST_SPANS:
            raise LogError(f"{export.layout.name}: more than {MOST_SPANS:,} spans; name fewer days")
    starts, ends = zip(*spans, strict=True)
    return np.array(starts, "datetime64[s]"), np.array(ends, "datetime64[s]")


def of_provider(hours: pd.DataFrame, provider: str, book: Book) -> pd.DataFrame:
    """The lines of a log that are calls to one provider; models without a price by their name."""
    seller = hours["item"].str.split("/").str[0]
    named = {word: provider_called(book, word) or "" for word in hours["provider"].unique()}
    seller = seller.where(hours["item"] != "", hours["provider"].map(named))
    own = hours[seller == provider]
    bare = own["model"].str.split("/").str[-1]
    return own.assign(item=own["item"].where(own["item"] != "", f"{provider}/" + bare))


def cells_of(hours: pd.DataFrame, export: UsageExport, book: Book) -> Cells:
    """Lay a log and an export on the same cells.

    Parameters
    ----------
    hours : the calls of the provider, by the half hour.
    export : what the provider says.
    book : the price book, for what the log has no calls of.
    """
    starts, ends = spans_of(export)
    rows = export.rows[export.rows["aside"] == ""]
    telling = bool((rows["item"] != "").any()), export.sold_told
    hours, rows = _keyed(hours, telling), _keyed(rows, telling)
    keys = tuple(sorted({*hours["key"], *rows["key"]}))
    shape = len(starts), len(keys), len(COUNTED)
    code = {key: n for n, key in enumerate(keys)}
    span = np.searchsorted(starts, rows["start"].to_numpy("datetime64[s]"), side="right") - 1
    place = span, rows["key"].map(code).to_numpy(int), _counted(rows["bucket"])
    exported, billed = np.zeros(shape), np.zeros(shape)
    counts = bool(rows["quantity"].notna().any())
    np.add.at(exported, place, rows["quantity"].fillna(0.0).to_numpy())
    np.add.at(billed, place, rows["usd"].fillna(0.0).to_numpy())
    empty = np.zeros(shape)
    cells = Cells(
        *(starts, ends, keys, empty, empty[..., 0], 0.0, empty, exported, empty, billed),
        *(counts, telling),
    )
    cells = _logged(cells, hours)
    price = _prices(cells, hours, book)
    if not export.costs:
        return replace(cells, price=price, usd=exported * price, billed=exported * price)
    known = price > 0
    if counts:  # what has no price, or no quantity, is what it is charged at
        usd = np.where(known & (exported > 0), exported * price, billed)
        return replace(cells, price=price, usd=usd)
    implied = np.divide(billed, price, out=np.zeros(shape), where=known)
    return replace(cells, price=price, exported=implied, usd=billed)


def _logged(cells: Cells, hours: pd.DataFrame) -> Cells:
    """The cells with what the log counts in each."""
    at = hours["at"].to_numpy("datetime64[s]")
    span = np.searchsorted(cells.starts, at, side="right") - 1
    inside = (span >= 0) & (at < cells.ends[span])
    code = {key: n for n, key in enumerate(cells.keys)}
    key = hours["key"].map(code).to_numpy(int)
    place = span[inside], key[inside]
    logged, thought = np.zeros(cells.exported.shape), np.zeros(cells.exported.shape[:2])
    np.add.at(thought, place, hours["thinking_tokens"].to_numpy()[inside])
    for n, name in enumerate(("calls", *BILLED)):
        np.add.at(logged[..., n], place, hours[name].to_numpy()[inside])
    logged[..., OUTPUT] += thought
    return replace(
        cells,
        logged=logged,
        thought=thought,
        failed=float(hours["failed"].to_numpy()[inside].sum()),
    )


def _keyed(frame: pd.DataFrame, telling: tuple[bool, bool]) -> pd.DataFrame:
    """A frame with the key of each line, as far as an export tells models and tiers apart."""
    items = frame["item"] if telling[0] else [""] * len(frame)
    sold = frame["sold"] if telling[1] else [""] * len(frame)
    keys: list[Any] = [*zip(items, sold, strict=True)]
    return frame.assign(key=keys)


def _counted(buckets: pd.Series[Any]) -> Any:
    return buckets.map({name: n for n, name in enumerate(COUNTED)}).to_numpy(int)


def _prices(cells: Cells, hours: pd.DataFrame, book: Book) -> Floats:
    """What one of each costs: in its span, else in the whole log, else in the book."""
    usd = np.zeros_like(cells.logged)
    at = hours["at"].to_numpy("datetime64[s]")
    span = np.searchsorted(cells.starts, at, side="right") - 1
    inside = (span >= 0) & (at < cells.ends[span])
    code = {key: n for n, key in enumerate(cells.keys)}
    place = span[inside], hours["key"].map(code).to_numpy(int)[inside]
    for n, name in enumerate(("calls", *BILLED)):
        amount = hours[f"usd_{name}"]
        if n == OUTPUT:
            amount = amount + hours["usd_thinking_tokens"]
        np.add.at(usd[..., n], place, amount.to_numpy()[inside])
    whole = usd.sum(axis=0), cells.logged.sum(axis=0)
    usual = np.divide(*whole, out=np.zeros_like(whole[0]), where=whole[1] > 0)
    on = cells.ends[-1].astype("datetime64[D]").item()
    for k, n in zip(*np.nonzero(whole[1] == 0), strict=True):
        item, sold = cells.keys[k]
        usual[k, n] = list_price(book, item, sold, int(n), on)
    return np.where(
        cells.logged > 0,
        np.divide(usd, cells.logged, out=np.zeros_like(usd), where=cells.logged > 0),
        usual[None],
    )


def list_price(book: Book, item: str, sold: str, counted: int, on: date) -> float:
    """Dollars of one token of a short call on a day; 0 where the book has no price."""
    row = _listed(book, item, sold, on)
    if row is None:
        return 0.0
    if not counted:
        return row.fee * 1e-12
    pico = row.pico[[f"{name}_tokens" for name in BUCKETS].index(COUNTED[counted])]
    return (pico or 0) * 1e-12


@lru_cache(maxsize=4096)
def _listed(book: Book, item: str, sold: str, on: date) -> PriceRow | None:
    try:
        context, why = sold_as(book, item, sold == "batch", sold)
        rows: Sequence[PriceRow] = (
            [] if why or not item else price_rows(book, item, context=context, on=on)
        )
    except BookError:
        return None
    return rows[0] if rows else None
