"""A model's prices laid out: every call, by its day, hour and size, falls into one row of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby, pairwise

import numpy as np

from aicost.book.book import Book
from aicost.book.calendars import MINUTES
from aicost.book.rates import UNITS, Rates, Undated, rates
from aicost.book.rows import BookError, NotInForceError, Row

PICO = 10**12
ANY = np.iinfo(np.int64).max  # a size beyond all
#: Buckets of tokens that do not overlap, where thoughts are counted apart from what is seen.
BUCKETS = (*UNITS, "output_reasoning")
NO_PRICE, TOO_LARGE = "no price on its day", "more input than its model holds"


@dataclass(frozen=True, slots=True)
class PricePeriod:
    """What a model charges in one context between two days; `listed` is None where nothing.

    `valid_to` is the first day on which it no longer holds; `date.min` and `date.max` are for ever.
    """

    valid_from: date
    valid_to: date
    listed: Rates | None

    def pico(self, unit: str, tier: int, window: int) -> int | None:
        """Pico-dollars a token of a bucket; nothing where it has no price."""
        if self.listed is None or not self.listed.priced(unit):
            return None
        return pico_of(self.listed.row(unit, tier, window), 10**6)

    @property
    def fee(self) -> int:
        """Pico-dollars a request."""
        row = self.listed.request_row if self.listed else None
        return pico_of(row, 1) if row else 0

    @property
    def unit(self) -> int | None:
        """Pico-dollars a search, where that is all that is billed."""
        row = self.listed.unit_row if self.listed and not self.listed.priced("input") else None
        return pico_of(row, 1) if row else None

    @property
    def holds(self) -> int:
        """Input that a request can have, where the price depends on how large a request is."""
        if self.listed is None:
            return ANY
        sized = len(self.listed.tiers) > 1 or self.listed.request_row  # else sums cost their parts
        window = self.listed.context_window or ANY
        # what is sold beyond a window shows a longer one
        return window if sized and self.listed.tiers[-1] < window else ANY


def price_periods(
    book: Book, model: str, *, context: str = "", undated_context: Undated = "refuse"
) -> list[PricePeriod]:
    """What a model charges, from one change of any of its prices to the next, of all time.

    Arguments and errors are those of `aicost.book.rates.rates`; a time without a price is no error.
    """
    starts = (date.min, *book.changes(model))
    found = []
    for start, end in zip(starts, (*starts[1:], date.max), strict=True):
        try:
            listed: Rates | None = rates(
                book, model, context=context, on=start, undated_context=undated_context
            )
        except NotInForceError:
            listed = None
        found.append(PricePeriod(start, end, listed))
    return found


@dataclass(frozen=True, slots=True)
class PriceRow:
    """What calls pay that fall into all three of its ranges, the upper end of each left out.

    Attributes
    ----------
    minute_from, minute_to : minutes of the week in UTC, from Monday 00:00.
    tier_from, tier_to : a call's whole input. [tokens]
    pico : pico-dollars a token for each of `BUCKETS`; None for one without a price.
    fee : pico-dollars a call.
    why : why calls that fall here have no price; '' where they have one.
    unit : pico-dollars a search, of a model that is billed by those alone.
    """

    valid_from: date
    valid_to: date
    minute_from: int
    minute_to: int
    tier_from: int
    tier_to: int
    pico: tuple[int | None, ...]
    fee: int
    why: str = ""
    unit: int | None = None


def price_rows(
    book: Book,
    model: str,
    *,
    context: str = "",
    on: date | None = None,
    undated_context: Undated = "refuse",
) -> list[PriceRow]:
    """The prices of a model as rows; of all calls that there could be, each falls into one.

    Parameters
    ----------
    book : the price book; its `as_of` plays no part.
    model : an item of the book.
    context : how calls are sold, as the book names it.
    on : the day whose prices hold for all days, instead of each day's own.
    undated_context : see `aicost.book.rates.rates`.

    Examples
    --------
    >>> rows = price_rows(Book.load(), "anthropic/claude-haiku-5-5", on=date(2026, 11, 23))
    >>> [(row.tier_from, row.pico[0], row.why) for row in rows]
    [(0, 100000, ''), (100001, 500000, ''), (1000001, None, 'more input than its model holds')]
    """
    periods = price_periods(book, model, context=context, undated_context=undated_context)
    if on is not None:
        there = next(period for period in periods if on < period.valid_to)
        periods = [replace(there, valid_from=date.min, valid_to=date.max)]
    found = []
    for cells, run in groupby(periods, _cells):  # what changed may be another context's price
        first, *more = run
        end = more[-1].valid_to if more else first.valid_to
        found += [PriceRow(first.valid_from, end, *cell) for cell in cells]
    return found


_Cell = tuple[int, int, int, int, tuple[int | None, ...], int, str, int | None]


def _cells(period: PricePeriod) -> tuple[_Cell, ...]:
    """The rows of a period without its days."""
    nothing = (None,) * len(BUCKETS)
    if period.listed is None:
        return ((0, MINUTES, 0, ANY, nothing, 0, NO_PRICE, None),)
    cells = []
    holds, listed = period.holds, period.listed
    sizes = [*(tier + 1 for tier in listed.tiers[1:]), ANY if holds == ANY else holds + 1]
    for window, start, end in _spans(listed):
        for tier, (low, high) in enumerate(zip((0, *sizes), sizes, strict=False)):
            pico = tuple(period.pico(unit, tier, window) for unit in BUCKETS)
            cells.append((start, end, low, high, pico, period.fee, "", period.unit))
    if holds != ANY:
        cells.append((0, MINUTES, holds + 1, ANY, nothing, 0, TOO_LARGE, None))
    return tuple(cells)


def _spans(listed: Rates) -> Iterator[tuple[int, int, int]]:
    """Yield each window of a week with the minutes that it goes from and to, over and over."""
    table = listed.window_of_minute()
    turns = [0, *(np.flatnonzero(np.diff(table)) + 1).tolist(), MINUTES]
    for start, end in pairwise(turns):
        yield int(table[start]), start, end


def pico_of(row: Row, per: int) -> int:
    """A row's price of one unit in whole pico-dollars; only converted prices are rounded."""
    amount = Decimal(row.text) * PICO / per
    if amount != int(amount) and not row.original:
        raise BookError(
            f"{row.layer}:{row.line}: {row.item} {row.parameter}: {row.text} {row.unit} has more "
            "decimals than a price can have here",
            f"round it to {12 - len(str(per)) + 1}",
        )
    return int(amount.to_integral_value())  # half to even
