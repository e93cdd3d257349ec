"""What chips are rented for, and the times within which they are expected to answer."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from math import log
from statistics import median
from typing import Literal, NamedTuple

from aicost.book.book import Book
from aicost.book.data_files import data_rows
from aicost.book.machines import architecture
from aicost.book.rows import BookError
from aicost.book.validity import sold_in
from aicost.formulas.serving.shapes import Architecture
from aicost.values.quantities import Range, Value

TERMS = ("on_demand", "reserved", "spot")
#: How many times its median a p95 is taken to be where only medians are published.
RATIOS = {"ttft": 3.0, "tpot": 2.0}


class Rent(NamedTuple):
    """What a chip costs an hour, and who says so."""

    usd: Value
    source: str
    basis: Literal["listed", "assumed"]

    @property
    def ends(self) -> tuple[float, float, float]:
        """The lowest, the middle one and the highest."""
        if isinstance(self.usd, Range):
            return self.usd.low, (self.usd.low * self.usd.high) ** 0.5, self.usd.high
        return float(self.usd), float(self.usd), float(self.usd)


def rent(chip: str, terms: str, *, book: Book) -> Rent:
    """What one chip costs an hour on some terms: the client's own price, else that of providers.

    Of several providers it is their median, and as wide a range as theirs.

    Raises
    ------
    BookError : nobody's price is known, with the terms that have one; or the client's is 0, or not
        by the hour.

    Examples
    --------
    >>> one = rent("h100-sxm", "on_demand", book=Book.load())
    >>> round(one.usd.low, 2), round(one.usd.high, 2)
    (1.58, 5.59)
    """
    item = f"device/{chip}"
    if any((row.item, row.parameter) == (item, "hour") for row in book.own_rows):
        row = sold_in(book.find(item, "hour"), "USD/hour")
        if not row.value:
            wrong = f"{row.layer}:{row.line}: {item} hour: a rent of 0"
            raise BookError(wrong, "write what an hour of one chip costs")
        return Rent(row.value, row.source, "listed")
    known = [row for row in data_rows("machine_prices.csv") if row["chip"] == chip]
    rows = [row for row in known if row["terms"] == terms]
    if not rows:
        others = sorted({row["terms"] for row in known})
        remedy = "write price_per_hour, of a whole unit"
        remedy += f", or terms: {' or '.join(others)}" if others else ""
        raise BookError(f"no price of {chip} {terms.replace('_', ' ')} is known", remedy)
    usd = sorted(row.number("value") for row in rows)
    low = min(row.number("low") if row["low"] else row.number("value") for row in rows)
    high = max(row.number("high") if row["high"] else row.number("value") for row in rows)
    days = sorted(row["as_of"] for row in rows)
    if low == high:
        return Rent(usd[0], f"{rows[0]['provider']}: {rows[0]['source']}, {days[0]}", "listed")
    middle, wide = median(usd), (high / low) ** 0.5
    words = (
        f"median of {len(rows)} prices {terms.replace('_', ' ')}, from {low:g} to {high:g} a chip"
    )
    words += f" ({', '.join(row['provider'] for row in rows[:3])}"
    words += f" and {len(rows) - 3} more" if len(rows) > 3 else ""
    return Rent(
        Range(middle / wide, middle * wide), f"{words}), {days[0]} to {days[-1]}", "assumed"
    )


def token_bytes() -> tuple[Range, str]:
    """The bytes that leave for a token of an answer, and who says so.

    Examples
    --------
    >>> sent, words = token_bytes()
    >>> sent.low, sent.high
    (4.0, 300.0)
    """
    (row,) = [row for row in data_rows("defaults.csv") if row["field"] == "pool.token_bytes"]
    return Range(row.number("low"), row.number("high")), row["source"]


class Limits(NamedTuple):
    """The longest a first word and a further token may take, 99 of 100 times, and who says so."""

    first_s: float
    token_s: float
    source: str


def expected(model: str, *, book: Book) -> Limits:
    """MLPerf's limits for a server of a model; of the nearest in size where it does not name it.

    Nearest by the parameters that a token is multiplied with, among those with experts, or without.

    Examples
    --------
    >>> expected("llama-3.1-405b", book=Book.load())[:2]
    (6.0, 0.175)
    """
    every = [row["model"] for row in data_rows("architectures.csv")]
    named = {one: item for one in every if book.has(item := _limits_of(one))}
    with suppress(BookError):  # of a model that is not known nothing is nearest
        named = {_nearest(architecture(model), named): ""} if model not in named else {model: ""}
    one = next(iter(named))
    first, token = (book.find(_limits_of(one), limit) for limit in ("ttft_p99", "tpot_p99"))
    near = "" if one == model else ", the nearest in size that it names"
    return Limits(first.value, token.value, f"MLPerf's limit for {one}{near}: {first.source}")


def _limits_of(model: str) -> str:
    return f"mlperf/{model.replace('llama-', 'llama')}-server"


def _nearest(own: Architecture, names: Iterable[str]) -> str:
    """The model that is nearest in parameters that a token is multiplied with."""
    shapes = {name: architecture(name) for name in names}
    alike = [n for n, one in shapes.items() if (one.experts > 1) == (own.experts > 1)]
    return min(alike, key=lambda n: abs(log(shapes[n].active_params / own.active_params)))
