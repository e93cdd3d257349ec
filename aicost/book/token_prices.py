"""Tokens and requests to dollars, exactly: any number of requests in one pass of integers.

Token buckets are disjoint: uncached input, cache read, cache write (5 minutes, 1 hour), output.
Money is in pico-dollars (1e-12 USD), so that a rate per Mtok with six decimals is a whole number
per token and nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aicost.book.book import Book
from aicost.book.price_rows import ANY, PricePeriod, price_periods
from aicost.book.rates import UNITS, Rates, Undated, rates
from aicost.book.request_columns import Ints, factorize, minute_of_week, moments, requests_of, whole
from aicost.book.rows import BookError

__all__ = ["UNITS", "Rates", "price_requests", "rates", "total_usd"]

CHUNK = 1 << 16  # rows at a time: the working set stays in the processor's cache
_EPOCH = date(1970, 1, 1)  # a Thursday
_DAYS = 1 << 23  # more days than any two dates lie apart


def price_requests(
    book: Book,
    *,
    model: str | ArrayLike,
    at: Any,
    input_tokens: ArrayLike,
    output_tokens: ArrayLike = 0,
    cache_read_tokens: ArrayLike = 0,
    cache_write_5m_tokens: ArrayLike = 0,
    cache_write_1h_tokens: ArrayLike = 0,
    requests: ArrayLike = 1,
    context: str = "",
    undated_context: Undated = "refuse",
) -> Ints:
    """Price each request, or each sum of equal requests, to the last decimal.

    cost = fee + sum over the buckets of tokens x rate, the rates those of the request's model,
    day, hour of the week, context and tier, where the tier follows from all input together.

    Parameters
    ----------
    book : the price book; its `as_of` plays no part, each request has its own date.
    model : one "provider/model" or one per request.
    at : when requests were made, one moment or one per request; without a zone it is UTC.
    input_tokens : input that is neither read from nor written to a cache. [tokens]
    output_tokens : all output, reasoning included. [tokens]
    cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens : disjoint from the input above
        and from each other. [tokens]
    requests : how many equal requests the tokens of a row are the sum of. [requests]
    context : price context of all requests, such as "processing=batch".
    undated_context : see `aicost.book.rates.rates`.

    Returns
    -------
    int64 array of the shape that the arguments broadcast to. [1e-12 USD]

    Raises
    ------
    BookError : a model, context, date or bucket without a price. Nothing is priced at zero for
        want of a price. A row with more input than the model holds in one
        request, where the price depends on how large a request is, or on how many there are.
    ValueError : tokens that are negative or not whole, or a row of no requests.
    OverflowError : a request above 9.2 million USD.

    Notes
    -----
    Equal to genai-prices 0.2.3 in every decimal on its own data, see docs/prices.md.
    Days begin at 00:00 UTC.

    Examples
    --------
    >>> pico = price_requests(
    ...     Book.load(), model="anthropic/claude-haiku-5-5", at="2026-11-23",
    ...     input_tokens=[100_000, 100_001], output_tokens=500,
    ... )
    >>> pico.tolist(), total_usd(pico)
    ([10250000000, 51250500000], Decimal('0.061500500000'))
    >>> day = price_requests(
    ...     Book.load(), model="openai/gpt-6-sol", at="2026-11-20",
    ...     input_tokens=5_000_000, output_tokens=500_000, requests=400,
    ... )
    >>> total_usd(day)
    Decimal('15.000000000000')
    """
    names, codes = factorize(model)
    stamps = moments(at)
    tokens = [
        whole(f"{name} tokens", count)
        for name, count in zip(
            UNITS,
            (
                input_tokens,
                cache_read_tokens,
                cache_write_5m_tokens,
                cache_write_1h_tokens,
                output_tokens,
            ),
            strict=True,
        )
    ]
    held = requests_of(requests)
    shape = np.broadcast_shapes(codes.shape, stamps.shape, held.shape, *(t.shape for t in tokens))
    cost = np.empty(int(np.prod(shape, dtype=np.int64)), dtype=np.int64)
    if not cost.size:
        return cost.reshape(shape)
    table = _compile(book, names, context, undated_context)
    columns: list[Any] = [
        a if a.ndim == 0 else np.broadcast_to(a, shape).ravel()
        for a in (codes, stamps, held, *tokens)
    ]
    for start in range(0, cost.size, CHUNK):
        part = slice(start, start + CHUNK)
        code, when, many, *counts = (a if a.ndim == 0 else a[part] for a in columns)
        cost[part] = table.cost(code, when, many, counts, start)
    return cost.reshape(shape)


def total_usd(pico: ArrayLike) -> Decimal:
    """Exact sum of pico-dollars as dollars, of any number of requests.

    >>> total_usd([9_000_000_000_000_000_000] * 3)
    Decimal('27000000.000000000000')
    """
    amounts = np.asarray(pico, dtype=np.int64)
    high, low = int((amounts >> 32).sum()), int((amounts & 0xFFFFFFFF).sum())  # cannot overflow
    return Decimal((high << 32) + low).scaleb(-12)


@dataclass(frozen=True, slots=True)
class _Table:
    """Rates of some models as integers, one period per change of any of a model's prices.

    A cell is (period, window, tier). `starts` is model code x _DAYS + first day, ascending.
    """

    starts: Ints  # [period]
    thresholds: Ints  # [tier - 1, period]
    calendars: NDArray[np.int8]  # [period, minute of the week] or [period, 0]
    rate: Ints  # [unit, cell], pico-dollars a token
    unpriced: NDArray[np.bool_]  # [unit, cell]
    fee: Ints  # [period], pico-dollars a request
    holds: Ints  # [period], tokens that a request can have
    closed: NDArray[np.bool_]  # [period], where the model has no price
    names: Sequence[str]
    look_up: Callable[[str, date], Rates]

    def cost(
        self,
        code: Ints,
        when: NDArray[np.datetime64],
        requests: Ints,
        tokens: Sequence[Ints],
        before: int,
    ) -> Ints:
        """Pico-dollars of some rows, so many `before` them; arguments of one length or scalars."""
        period = self._period(code, when)
        tiers = self.thresholds.shape[0] + 1
        windows = self.rate.shape[1] // len(self.starts) // tiers
        cell = period * (windows * tiers)
        if windows > 1:
            cell = cell + self.calendars[period, minute_of_week(when)] * np.int64(tiers)
        total = tokens[0] + tokens[1] + tokens[2] + tokens[3]
        one = total if requests.ndim == 0 and requests == 1 else -(-total // requests)
        if one.size and one.max() > self.holds.min():
            self._fit(period, one, before)
        for threshold in self.thresholds:
            cell = cell + (one > threshold.take(period))
        self._check(period, cell, when, requests, tokens)
        cost = self.fee.take(period) * requests
        for rate, count in zip(self.rate, tokens, strict=True):
            if count.ndim or count:
                cost = cost + rate.take(cell) * count
        return cost

    def _fit(self, period: Ints, one: Ints, before: int) -> None:
        """Refuse rows of which one request has more input than its model holds."""
        period, one = np.broadcast_arrays(np.atleast_1d(period), one)
        bad = one > self.holds[period]
        if not bad.any():
            return
        row, name = int(np.argmax(bad)), self._name(period, bad)
        held, asked = int(self.holds[period[row]]), int(one[row])
        raise BookError(
            f"row {before + row}: {asked:,} tokens of input are more than the {held:,} that {name} "
            "holds in one request",
            "say of how many requests it is the sum: requests=…",
        )

    def _period(self, code: Ints, when: NDArray[np.datetime64]) -> Ints:
        """Index into `starts`, looked up once per model and day where that is less work."""
        day = when.astype("datetime64[D]").astype(np.int64) + _DAYS // 2
        days = np.arange(day.min(), day.max() + 1)
        if len(self.names) * len(days) > max(code.size, day.size):
            return np.searchsorted(self.starts, code * _DAYS + day, side="right") - 1
        every = np.arange(len(self.names))[:, None] * _DAYS + days
        table = np.searchsorted(self.starts, every, side="right") - 1
        return table.ravel().take(code * len(days) + (day - days[0]))

    def _check(
        self,
        period: Ints,
        cell: Ints,
        when: NDArray[np.datetime64],
        requests: Ints,
        tokens: Sequence[Ints],
    ) -> None:
        """Refuse requests without a price and amounts that int64 cannot hold."""
        if self.closed.any() and np.any(bad := self.closed[period]):
            day = np.broadcast_to(when, bad.shape)[bad].flat[0].astype("datetime64[D]").item()
            self.look_up(self._name(period, bad), day)  # says why there is no price
        bound = int(self.fee.max()) * int(requests.max())
        for unit, count, rate, unpriced in zip(
            UNITS, tokens, self.rate, self.unpriced, strict=True
        ):
            bound += int(rate.max()) * int(count.max(initial=0))
            if unpriced.any() and np.any(bad := unpriced[cell] & (count > 0)):
                name = self._name(period, bad)
                raise BookError(f"{name}: {unit} tokens, for which the book has no price")
        if bound > ANY:
            exact = sum(
                np.atleast_1d(rate[cell]).astype(object) * np.atleast_1d(count).astype(object)
                for rate, count in zip(self.rate, tokens, strict=True)
            )
            fees = self.fee[period].astype(object) * requests.astype(object)
            if np.max(exact + fees) > ANY:
                raise OverflowError("a request costs more than 9.2 million USD; split it")

    def _name(self, period: Ints, bad: NDArray[np.bool_]) -> str:
        """The model of the first request that is bad."""
        first = np.broadcast_to(period, bad.shape)[bad].flat[0]
        return self.names[int(self.starts[first]) // _DAYS]


def _compile(book: Book, names: Sequence[str], context: str, undated: Undated) -> _Table:
    """Rates of every period of each model, laid out for one lookup a request."""

    def look_up(name: str, day: date) -> Rates:
        return rates(book, name, context=context, on=day, undated_context=undated)

    periods: list[PricePeriod] = []
    starts: list[int] = []
    for code, name in enumerate(names):
        for period in price_periods(book, name, context=context, undated_context=undated):
            day = period.valid_from
            start = 0 if day == date.min else (day - _EPOCH).days + _DAYS // 2
            starts.append(code * _DAYS + start)
            periods.append(period)
    known = [period.listed for period in periods if period.listed]
    n_tiers = max((len(r.tiers) for r in known), default=1)
    n_windows = max((len(r.windows) for r in known), default=1)
    thresholds = np.full((n_tiers - 1, len(periods)), ANY)
    calendars = np.zeros((len(periods), 7 * 1440 if n_windows > 1 else 0), dtype=np.int8)
    rate = np.full((len(UNITS), len(periods), n_windows, n_tiers), -1, dtype=np.int64)
    for number, period in enumerate(periods):
        if (listed := period.listed) is None:
            continue
        thresholds[: len(listed.tiers) - 1, number] = listed.tiers[1:]
        if n_windows > 1:
            calendars[number] = listed.window_of_minute()
        for index, unit in enumerate(UNITS):
            _fill(rate[index, number], period, unit)
    cells = rate.reshape(len(UNITS), -1)
    return _Table(
        starts=np.array(starts, dtype=np.int64),
        thresholds=thresholds,
        calendars=calendars,
        rate=np.where(cells < 0, 0, cells),
        unpriced=cells < 0,
        fee=np.array([period.fee for period in periods], dtype=np.int64),
        holds=np.array([period.holds for period in periods], dtype=np.int64),
        closed=np.array([period.listed is None for period in periods]),
        names=names,
        look_up=look_up,
    )


def _fill(cells: Ints, period: PricePeriod, unit: str) -> None:
    """Write a bucket's rates into [window, tier]; no request reaches what a model lacks."""
    assert period.listed is not None
    for window in range(len(period.listed.windows)):
        for tier in range(len(period.listed.tiers)):
            pico = period.pico(unit, tier, window)
            cells[window, tier] = -1 if pico is None else pico
