"""A log at the prices of its days: what it comes to, for whom, and which calls have no price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import narwhals as nw

from aicost.book.book import Book
from aicost.log.columns import BY_NAME, NAMELESS
from aicost.log.costs import at_prices, usd_of_call
from aicost.log.engine import collected, conform
from aicost.log.price_table import PriceTable, price_table, profile
from aicost.values.formatting import plural, usd
from aicost.values.result import Result
from aicost.values.suggest import instead
from aicost.values.table import Column, Form, Row, Table

if TYPE_CHECKING:
    import pandas as pd

#: Sums of pico-dollars are kept as these and the rest, each below what its engine holds exactly.
MICRO = 10**6
FEW = 3  # names without a price that are spelled out
#: What a log is shown by, beside each of its columns of text.
DAY = "day"


@dataclass(frozen=True, repr=False)
class Priced(Result):
    """Calls with what each costs, and their sums by one thing that they have.

    Attributes
    ----------
    calls : the calls, with `cost_pico`, `item` and `unpriced` beside their columns, not yet run.
    table : the prices that they met.
    by : what the sums are by: `day`, or a column of text.
    sums : a line for each of those and each reason, see `summed`.
    book_words : which prices they are.
    """

    calls: nw.LazyFrame[Any]
    table: PriceTable
    by: str
    sums: pd.DataFrame
    book_words: str

    def each(self, by: str) -> Priced:
        """The same calls by another thing that they have."""
        return self if by == self.by else replace(self, by=by, sums=summed(self.calls, by))

    @cached_property
    def total_usd(self) -> Decimal:
        """What all priced calls cost, to the last decimal."""
        return usd_of(self.sums)

    @property
    def priced(self) -> int:
        """Calls that have a price."""
        return int(self.sums["calls"][self.sums["unpriced"].isna()].sum())

    @property
    def unpriced(self) -> dict[str, int]:
        """Calls without a price, by the reason, the most first."""
        found = self.sums.groupby("unpriced")["calls"].sum().sort_values(ascending=False)
        return {str(why): int(calls) for why, calls in found.items()}

    @property
    def sentence(self) -> str:
        """What they come to, what is left out of that and why, and what the log itself says."""
        every = self.priced + sum(self.unpriced.values())
        words = f"{every:,} {plural('call', str(every))}: {usd(float(self.total_usd))}"
        words += f" at {self.book_words}"
        if self.unpriced:
            several = len(self.unpriced) > 1
            told = (f"{why}: {n:,}" if several else why for why, n in self.unpriced.items())
            words += f"; {sum(self.unpriced.values()):,} without a price are not in it"
            words += f" ({', '.join(told)})"
        logged = self.sums["logged_calls"].sum()
        if logged:
            says, ours = (self.sums[name].sum() for name in ("logged_usd", "logged_ours"))
            words += f". The log itself says {usd(says)} of {int(logged):,} of them"
            words += f", which come to {usd(ours)} here"
        return f"{words}."

    def rows(self) -> Table:
        """What each costs, the most first, with what the log says beside it."""
        lines, whole = [], float(self.total_usd)
        for name, of in self.sums.groupby("name", sort=False):
            lines.append(self._row(str(name), of, whole))
        lines.sort(key=lambda row: row.cells[0] if self.by == DAY else -row.cells[3])
        columns = (
            Column(self.by, key="name"),
            Column("calls", Form.COUNT),
            Column("without a price", Form.COUNT, "unpriced"),
            Column("cost", Form.USD, "usd"),
            Column("share", Form.SHARE),
            Column("as logged", Form.USD, "logged_usd"),
            Column("ours of those", Form.USD, "logged_ours_usd"),
        )
        total = replace(self._row("all", self.sums, whole), role="sum")
        found = Table(columns, (*lines, total), notes=self.notes)
        bare = not self.sums["logged_calls"].sum()
        return found.only(*(c.name for c in columns[: -2 if bare else None]))

    @property
    def notes(self) -> tuple[str, ...]:
        """Which names have no price, what may have been meant, and what changes no price."""
        return notes_of(self.table)

    def _row(self, name: str, of: pd.DataFrame, whole: float) -> Row:
        without = int(of["calls"][of["unpriced"].notna()].sum())
        cost, logged = float(usd_of(of)), bool(of["logged_calls"].sum())
        says, ours = (of[n].sum() if logged else None for n in ("logged_usd", "logged_ours"))
        share = cost / whole if whole else 0.0
        return Row((name, int(of["calls"].sum()), without, cost, share, says, ours))


def price_calls(frame: Any, book: Book, *, at: date | None = None, by: str = "model") -> Priced:
    """Price each call of a log at the prices of its day.

    Parameters
    ----------
    frame : calls, on DuckDB, Polars, pandas, Spark or Ibis, in the columns of `COLUMNS`.
    book : the price book, with the client's own prices where there are some.
    at : a day whose prices hold for all calls instead.
    by : what the sums are by: `day`, or a column of text such as model, feature, stage, tenant.

    Returns
    -------
    Priced

    Notes
    -----
    A call is priced as a whole at the tier that all its input reaches. One without a price is
    counted with the reason, and never in a sum. What the log says that a call cost is shown only.

    Examples
    --------
    >>> import pandas as pd
    >>> calls = {"moment": ["2026-11-02"] * 2, "model": ["gpt-4o-mini", "gpt-0"],
    ...          "provider": "openai", "input_tokens": 1_000_000}
    >>> found = price_calls(pd.DataFrame(calls), Book.load())
    >>> found.total_usd, found.unpriced
    (Decimal('0.150000000000'), {'model unknown': 1})
    """
    calls = conform(frame)
    held = nw.from_native(frame).lazy().collect_schema().names()
    table = price_table(profile(calls, held), book, at=at)
    costed = at_prices(calls, table)
    sums = summed(costed, by)
    assert sums["calls"].sum() == table.profile.calls, "a call has no row, or two"
    day = f"prices of {at}" if at else "the prices of their days"
    return Priced(costed, table, by, sums, f"{day}, book {book.hash}")


def notes_of(table: PriceTable) -> tuple[str, ...]:
    """Which names of a log have no price, and what of it changes no price."""
    placed = table.profile.placed
    if not placed:
        return words_of(table.unknown)
    said = f"{placed:,} {plural('call', str(placed))} {'says' if placed == 1 else 'say'} a region"
    region = f"{said}, which changes no price: what costs more in a place has a name of its own "
    return (*words_of(table.unknown), f"{region}in the book, such as aws/regional.…")


def summed(calls: nw.LazyFrame[Any], by: str) -> pd.DataFrame:
    """Calls and what they cost, by one thing that they have and the reason for no price.

    Raises ValueError for what they do not have.
    """
    cost, logged = nw.col("cost_pico"), nw.col("logged_usd")
    both = ~(logged.is_null() | cost.is_null())
    sums = {
        **sum_of(cost),
        "logged_usd": nw.when(both).then(logged),
        "logged_ours": nw.when(both).then(usd_of_call()),
    }
    found = (
        calls.select("unpriced", name=named(by), **sums)
        .group_by("name", "unpriced")
        .agg(
            nw.len().alias("calls"),
            *(nw.col(n).sum() for n in sums),
            nw.col("logged_usd").count().alias("logged_calls"),
        )
    )
    frame = with_names(collected(found))
    frame["unpriced"] = frame["unpriced"].astype("string")
    return frame.sort_values(["name", "unpriced"], ignore_index=True)


def named(by: str) -> nw.Expr:
    """What calls are told apart by. Raises ValueError for what they do not have."""
    known = [name for name, column in BY_NAME.items() if column.kind == "text"]
    if by not in (DAY, *known):
        raise ValueError(f"by: no {by!r} in a log; {instead(by, (DAY, *known))}")
    return nw.col("moment").dt.truncate("1d") if by == DAY else nw.col(by)


def with_names(frame: pd.DataFrame, key: str = "name") -> pd.DataFrame:
    """A frame whose names, or days, are written as a reader sees them."""
    days = frame[key].dtype.kind == "M"
    words = frame[key].dt.strftime("%Y-%m-%d") if days else frame[key]
    return frame.assign(**{key: words.astype("string").fillna(NAMELESS)})


def sum_of(cost: nw.Expr, called: str = "") -> dict[str, nw.Expr]:
    """A cost in two columns whose sums no engine rounds: whole millionths of a dollar, the rest."""
    micros = (cost.cast(nw.Float64) * (1 / MICRO)).floor()
    return {f"{called}micros": micros, f"{called}rest": cost - micros.cast(nw.Int64) * MICRO}


def usd_of(sums: pd.DataFrame, called: str = "") -> Decimal:
    """The dollars of some lines of sums, to the last decimal."""
    columns = (sums[f"{called}{n}"].dropna().astype("int64") for n in ("micros", "rest"))
    micros, rest = (sum(map(int, column)) for column in columns)
    return Decimal(micros * MICRO + rest).scaleb(-12)


def words_of(unknown: Mapping[str, tuple[int, str]]) -> tuple[str, ...]:
    """Which names have no price, those of the most calls first, and what may have been meant."""
    known = sorted(unknown.items(), key=lambda one: -one[1][0])
    notes = [
        f"{name} ({calls:,} {plural('call', str(calls))}): {wrong}"
        for name, (calls, wrong) in known[:FEW]
    ]
    more = len(known) - FEW
    return (*notes, *([f"{more:,} more names have no price."] if more > 0 else []))
