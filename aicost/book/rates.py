"""What a model charges on one day: context tiers, hours of the week, fallbacks, fees.

A context tier reprices the whole request once its total input is above the tier's threshold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from aicost.book.book import Book
from aicost.book.names import taken
from aicost.book.rows import BookError, Row
from aicost.book.validity import not_in_force
from aicost.values.suggest import did_you_mean

UNITS = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
#: Tokens that some models have a price of their own for: thoughts, and what is not text.
OTHER_UNITS = (
    "output_reasoning",
    *(f"{way}_{medium}" for medium in ("image", "audio", "video") for way in ("input", "output")),
)
#: What a bucket costs where the book has no price of its own for it.
FALLBACK = {
    "cache_read": "input",
    "cache_write_5m": "input",
    "cache_write_1h": "cache_write_5m",
    "output_reasoning": "output",
}
Undated = Literal["refuse", "standard"]


@dataclass(frozen=True, slots=True)
class PriceContext:
    """How a request is sold where it is not the standard way: in a batch, in a service tier."""

    key: str = ""
    value: str = ""

    def __str__(self) -> str:
        """The context as the book's rows name it."""
        return f"{self.key}={self.value}" if self.key else ""


STANDARD, BATCH = PriceContext(), PriceContext("processing", "batch")

Ladder = Mapping[int, Row]  # threshold -> row


@dataclass(frozen=True, slots=True)
class Rates:
    """What one model charges on one day in one context.

    Attributes
    ----------
    tiers : strict thresholds on a request's total input, 0 first. [tokens]
    windows : ("",), or the words for the hours outside and inside the model's schedules.
    """

    model: str
    context: str
    tiers: tuple[int, ...]
    windows: tuple[str, ...]
    covers: tuple[NDArray[np.bool_], ...]
    _cells: Mapping[str, tuple[Ladder, ...]]
    request_row: Row | None
    unit_row: Row | None
    context_window: int | None
    _note: Callable[[Row], Row]

    def row(self, unit: str, tier: int = 0, window: int = 0) -> Row:
        """The row that prices a bucket in a tier and window, both counted from 0.

        Raises
        ------
        BookError : the model has no price for the bucket, nor one that it falls back on.
        """
        return self._find(unit, self.tiers[tier], window)

    def _find(self, unit: str, threshold: int, window: int) -> Row:
        name = unit
        while name not in self._cells:
            if name not in FALLBACK:
                raise self._unpriced(unit)
            name = FALLBACK[name]
        ladder = self._cells[name][window]
        steps = [step for step in ladder if step <= threshold]
        if not steps:
            raise BookError(f"{self.model} {name}: a price above a tier but none below it")
        return self._note(ladder[max(steps)])

    def _unpriced(self, unit: str) -> BookError:
        known = ", ".join(self._cells) or "no token prices"
        near = "" if unit in UNITS else did_you_mean(unit, UNITS)
        return BookError(f"{self.model}: no price for {unit!r}", near or f"the book has {known}")

    @property
    def units(self) -> tuple[str, ...]:
        """The buckets of tokens that it has a price of its own for."""
        return tuple(self._cells)

    def priced(self, unit: str) -> bool:
        """Whether `row` has an answer for this bucket."""
        while unit not in self._cells and unit in FALLBACK:
            unit = FALLBACK[unit]
        return unit in self._cells

    def lists(self, unit: str) -> bool:
        """Whether a bucket has a price of its own."""
        return unit in self._cells

    def usd_per_mtok(self, unit: str, tier: int = 0, window: int = 0) -> float:
        """Price of a million tokens of a bucket. [USD/Mtok]"""
        return self.row(unit, tier, window).value

    @property
    def usd_per_request(self) -> float:
        """Fee of each request; 0 where the book has none. [USD]"""
        return self.request_row.value if self.request_row else 0.0

    def window_of_minute(self) -> NDArray[np.int8]:
        """Index into `windows` for each minute of a week in UTC, from Monday 00:00."""
        table = np.zeros(7 * 1440, dtype=np.int8)
        for index, covered in enumerate(self.covers, start=1):
            table[covered] = index
        return table

    def window_shares(
        self, hour_weights: Sequence[float] | None = None, days_per_week: float = 7.0
    ) -> tuple[float, ...]:
        """Share of a month's requests in each window: equal days, from Monday on.

        Parameters
        ----------
        hour_weights : 24 weights of the hours of a day in UTC, flat where None.
        days_per_week : days with requests, Monday the first; five are a working week.

        Returns
        -------
        One share per entry of `windows`, which sum to 1.
        """
        if len(self.windows) == 1:
            return (1.0,)
        weights = np.ones(24) if hour_weights is None else np.asarray(hour_weights, dtype=float)
        days = np.clip(days_per_week - np.arange(7), 0, 1)
        per_minute = self.window_of_minute().reshape(7, 24, 60)
        shares = [
            float(days @ (per_minute == index).mean(axis=2) @ weights / weights.sum() / days.sum())
            for index in range(1, len(self.windows))
        ]
        return (1 - sum(shares), *shares)


@lru_cache(maxsize=1024)
def rates(
    book: Book,
    model: str,
    *,
    context: PriceContext | str = STANDARD,
    on: date | None = None,
    undated_context: Undated = "refuse",
) -> Rates:
    """What a model charges on a day: tiers, hours of the week, fallbacks; worked out once.

    Parameters
    ----------
    book : the price book.
    model : its name, see `taken`.
    context : how the request is sold, also as the book names it ("processing=batch"); what a
        context does not price keeps the standard price.
    on : the day, the book's `as_of` where None.
    undated_context : what to do on a day before the first price known of a context: "refuse", or
        "standard" prices, which are an upper bound for a discount.

    Returns
    -------
    Rates

    Raises
    ------
    BookError : unknown model or context (with the nearest names), a day outside the validity of
        every price, or a price of tokens that is not per Mtok.

    Notes
    -----
    A cache bucket without a price of its own costs the input rate of its tier, a one-hour write
    the five-minute rate; a price without tiers holds in all of them.

    Examples
    --------
    >>> haiku = rates(Book.load(), "anthropic/claude-haiku-5-5")
    >>> haiku.tiers, haiku.usd_per_mtok("output", tier=1)
    ((0, 100000), 2.5)
    """
    model, day, sold_as = taken(book, model), on or book.as_of, str(context)
    every = book.all_rows(model)
    book.terms.refuse_elsewhere(model, day)
    active = book.active(model, day)
    tokens = [row for row in every if row.parameter in UNITS] or every
    if not any(row.parameter == one.parameter for row in active for one in tokens):
        raise not_in_force(tokens, day, every)
    contexts = _contexts(model, sold_as, every, active, day, undated_context)
    schedules = sorted({row.schedule for row in active} - {""})
    cells: dict[tuple[str, str, str], dict[int, Row]] = {}
    for row in active:
        if row.parameter in (*UNITS, *OTHER_UNITS) and row.unit != "USD/Mtok":
            raise BookError(
                f"{row.layer}:{row.line}: {model}: {row.unit} where USD/Mtok is due",
                "write it per Mtok",
            )
        cells.setdefault((row.parameter, row.context, row.schedule), {})[row.tier_gt] = row

    def ladder(unit: str, schedule: str) -> Ladder:
        choices = [(unit, c, s) for c in contexts for s in dict.fromkeys((schedule, ""))]
        return next((cells[choice] for choice in choices if choice in cells), {})

    sold = {row.parameter for row in active}
    every_unit = [unit for unit in (*UNITS, *OTHER_UNITS) if unit in sold]
    units = {unit: tuple(ladder(unit, s) for s in ("", *schedules)) for unit in every_unit}
    units = {unit: ladders for unit, ladders in units.items() if all(ladders)}
    tiers = sorted({0, *(step for ls in units.values() for one in ls for step in one)})
    window = ladder("context_window", "").get(0)
    return Rates(
        model=model,
        context=sold_as,
        tiers=tuple(tiers),
        windows=_words(schedules),
        covers=tuple(book.calendars.covers(name, day) for name in schedules),
        _cells=units,
        request_row=ladder("request", "").get(0),
        unit_row=ladder("search_unit", "").get(0),
        context_window=int(window.value) if window else None,
        _note=book.note,
    )


def as_written(words: str) -> str:
    """Words of a context as a scenario has it: `service_tier: flex`, `batch: yes`.

    Parameters
    ----------
    words : what is said of a context, by the name that the book's rows have for it.

    Examples
    --------
    >>> as_written("has no context 'service_tier=flexx'; it has processing=batch")
    "has no service tier 'flexx'; it has batch: yes"
    """
    for said, written in (
        ("context 'service_tier=", "service tier '"),
        ("context 'processing=batch'", "price for batches"),
        ("processing=batch", "batch: yes"),
        ("service_tier=", ""),
    ):
        words = words.replace(said, written)
    return words


def _contexts(
    model: str,
    context: str,
    every: Sequence[Row],
    active: Sequence[Row],
    day: date,
    undated: Undated,
) -> tuple[str, ...]:
    """Contexts to look a price up in, the first that has it wins."""
    if not context:
        return ("",)
    known = sorted({row.context for row in every} - {""})
    if context not in known:
        has = f"it has {', '.join(known)}" if known else "it has standard prices only"
        raise BookError(f"{model} has no context {context!r}", did_you_mean(context, known) or has)
    if undated == "refuse" and not any(row.context == context for row in active):
        raise not_in_force([row for row in every if row.context == context], day, every)
    return (context, "")


def _words(schedules: Sequence[str]) -> tuple[str, ...]:
    if not schedules:
        return ("",)
    inside = ["peak" if name.endswith("-peak") else name for name in schedules]
    return ("off-peak" if inside == ["peak"] else "other", *inside)
