"""The same calls at other prices: another model, provider, contract or day, with the difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import narwhals as nw

from aicost.book.book import Book
from aicost.log.costs import at_prices
from aicost.log.engine import collected
from aicost.log.price import (
    Priced,
    named,
    notes_of,
    price_calls,
    sum_of,
    usd_of,
    with_names,
)
from aicost.log.price_table import ENDS, PriceTable, price_table
from aicost.log.switch import switch_of
from aicost.values.formatting import percent, plural, usd
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Repriced(Result):
    """What calls cost, and would cost otherwise; only those that have a price both times.

    Attributes
    ----------
    before : the log as it was.
    calls : its calls, with `before_pico` beside `cost_pico`.
    sums : a line for each of what they are shown by: calls, and both sums.
    ends : what all would cost at the fewest and the most tokens, where tokens are converted.
    otherwise : in words, what is another.
    """

    before: Priced
    calls: nw.LazyFrame[Any]
    sums: pd.DataFrame
    ends: tuple[Decimal, Decimal] | None
    otherwise: str
    notes: tuple[str, ...]

    @property
    def usd(self) -> tuple[Decimal, Decimal]:
        """What all cost before and after, to the last decimal."""
        return usd_of(self.sums, "before_"), usd_of(self.sums, "after_")

    @property
    def sentence(self) -> str:
        """What they cost, would cost, and which calls that leaves out."""
        before, after = map(float, self.usd)
        calls, every = int(self.sums["calls"].sum()), self.before.table.profile.calls
        words = f"{calls:,} {plural('call', str(calls))} cost {usd(before)}; {self.otherwise} "
        words += f"they would cost {usd(after)}"
        if self.ends:
            words += f" ({usd(float(self.ends[0]))} to {usd(float(self.ends[1]))})"
        words += f", {usd(abs(after - before))} {'more' if after > before else 'less'}"
        if before:
            words += f" ({percent(after / before - 1)})"
        left = every - calls
        return (
            f"{words}. {left:,} without a price both times are left out." if left else f"{words}."
        )

    def rows(self) -> Table:
        """What each cost and would cost, the costliest first."""
        lines = []
        for n, name in enumerate(self.sums["name"]):
            lines.append(_row(str(name), self.sums.iloc[n : n + 1]))
        lines.sort(key=lambda row: -row.cells[2])
        columns = (
            Column(self.before.by, key="name"),
            Column("calls", Form.COUNT),
            Column("cost", Form.USD, "usd"),
            Column("would cost", Form.USD, "otherwise_usd"),
            Column("difference", Form.USD, "difference_usd"),
        )
        total = replace(_row("all", self.sums), role="sum")
        return Table(columns, (*lines, total), notes=self.notes)


def _row(name: str, of: pd.DataFrame) -> Row:
    before, after = usd_of(of, "before_"), usd_of(of, "after_")
    cells = (name, int(of["calls"].sum()), float(before), float(after), float(after - before))
    return Row(cells)


def reprice_calls(
    frame: Any,
    book: Book,
    *,
    model: str | Mapping[str, str] | None = None,
    provider: str | None = None,
    prices: Book | None = None,
    at: date | None = None,
    by: str = "model",
) -> Repriced:
    """What the calls of a log would cost otherwise.

    Parameters
    ----------
    frame : calls, as `price` takes them.
    book : the prices that they were billed at, each at its day.
    model : another model for all that write answers, or for each of some: `{old: new}`.
    provider : who sells the models then.
    prices : other prices: those of a contract, a place, an overlay.
    at : the day whose prices hold for all calls.
    by : what the sums are by.

    Notes
    -----
    Tokens become those of the other model, see `aicost.book.tokenizers.convert`, as English; what
    is read from a cache stays so. A call has to have a price both times, else it is left out.

    Examples
    --------
    >>> import pandas as pd
    >>> calls = {"moment": ["2026-11-02"], "model": "openai/gpt-4o", "input_tokens": 1_000_000}
    >>> found = reprice_calls(pd.DataFrame(calls), Book.load(), model="gpt-4o-mini")
    >>> [str(usd) for usd in found.usd]
    ['2.500000000000', '0.150000000000']
    """
    before = price_calls(frame, book, by=by)
    other = prices or book
    switch = switch_of(other, model, provider)
    table = price_table(before.table.profile, other, at=at, switch=switch)
    calls = before.calls.rename({"cost_pico": "before_pico"})
    after = at_prices(calls, table, keep=["before_pico"])
    ends = None
    if table.converts:
        ends = _total(calls, table, ENDS[0]), _total(calls, table, ENDS[1])
    unknown = [f"Tokens of {n} stay as counted: {why}." for n, why in switch.unconverted.items()]
    notes = (*unknown, *notes_of(table), *_of_day(at, before.table.profile.first, other))
    words = _otherwise(model, provider, prices, at)
    return Repriced(before, after, sums_of(after, named(by)), ends, words, notes)


def _of_day(at: date | None, first: date | None, book: Book) -> Iterator[str]:
    """Yield how far the prices of a day are known that is before the log, or after the book."""
    if at is not None and at > book.newest:
        yield f"Prices of {at} are those that were announced by {book.newest}."
    if at is not None and first is not None and at < first:
        yield f"A price whose first day nobody says is taken to have held on {at}."


def _otherwise(
    model: str | Mapping[str, str] | None,
    provider: str | None,
    prices: Book | None,
    at: date | None,
) -> str:
    """What is another, in words."""
    said = []
    if model:
        pairs = [("", model)] if isinstance(model, str) else model.items()
        said.append("with " + ", ".join(f"{new} for {old}" if old else new for old, new in pairs))
    if provider:
        said.append(f"from {provider}")
    if prices:
        said.append(f"at {prices.overlay.name}" if prices.overlay else f"at book {prices.hash}")
    if at:
        said.append(f"at prices of {at}")
    return " ".join(said) or "once more"


def sums_of(calls: nw.LazyFrame[Any], name: nw.Expr) -> pd.DataFrame:
    """Calls with a price both times, and both sums, by one thing that they have."""
    before, after = nw.col("before_pico"), nw.col("cost_pico")
    sums = sum_of(before, "before_") | sum_of(after, "after_")
    both = calls.filter(~(before.is_null() | after.is_null())).select(name=name, **sums)
    each = (nw.col(column).sum() for column in sums)
    found = collected(both.group_by("name").agg(nw.len().alias("calls"), *each))
    return with_names(found).sort_values("name", ignore_index=True)


def _total(calls: nw.LazyFrame[Any], table: PriceTable, times: str) -> Decimal:
    """What all would cost at one end of what their tokens may come to."""
    found = at_prices(calls, table, times=times, keep=["before_pico"])
    return usd_of(sums_of(found, nw.lit("all")), "after_")
