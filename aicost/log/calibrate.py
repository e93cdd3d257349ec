"""What a log says of a system, as a scenario would: shares, lengths, rounds, with their ranges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from aicost.log.engine import collected, conform
from aicost.log.measured import LEAST_DAYS, Floats, Measured, interval
from aicost.log.spread import days_left
from aicost.log.traffic import LEAST_FOR_USERS, TRAFFIC, Asked, asked, traffic_values
from aicost.values.formatting import count, digits, listing, percent, plural
from aicost.values.quantities import Spread
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table

if TYPE_CHECKING:
    import pandas as pd

PART = ("feature", "stage")
LEAST = 100  # calls from which on a 95th percentile is told
#: By field of a scenario: the sums whose ratio it is, and its unit.
RATIOS: Mapping[str, tuple[str, str, str]] = {
    "rounds": ("calls", "requests", "rounds"),
    "retry": ("cut", "tried", "share"),
    "hit_share": ("kept", "requests", "share"),
    "cache_read_share": ("read", "input", "share"),
    "cache_write_share": ("written", "unread", "share"),
    "thinking_tokens": ("thought", "asked", "tokens"),
    "reviewed_share": ("seen", "requests", "share"),
    "marked_share": ("marked", "requests", "share"),
}
#: By field of a scenario, the column whose calls differ.
SPREADS: Mapping[str, str] = {
    "input_tokens": "whole_input",
    "output_tokens": "output_tokens",
    "ttft": "first_s",
    "tpot": "token_s",
    "seconds": "whole_s",
}
COLUMNS = (
    Column("part"),
    Column("field"),
    Column("value"),
    Column("from", key="low"),
    Column("to", key="high"),
    Column("of", Form.COUNT, "n"),
    Column("unit"),
)


@dataclass(frozen=True, repr=False)
class MeasuredValues(Result):
    """The fields of a scenario that a log has measured, for each part of the system.

    `few` are the parts with too few answers for a percentile.
    """

    values: tuple[Measured, ...]
    days: int
    calls: int
    few: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Of how much it was measured, and what cannot be."""
        parts = list(dict.fromkeys(one.part for one in self.values))
        words = f"{self.calls:,} {plural('call', str(self.calls))} of {self.days} "
        words += f"{plural('day', str(self.days))} measure {len(self.values)} "
        words += f"{plural('value', str(len(self.values)))} of {listing(parts)}."
        if self.few:
            words += f" Percentiles take {LEAST} answers, more than {listing(self.few)} have."
        if self.days < LEAST_DAYS:
            words += f" Shares have no range: that takes {LEAST_DAYS} days."
        if not any((one.part, one.field) == (TRAFFIC, "users") for one in self.values):
            words += " The users of a month are not told: that takes a log that says who asked, "
            words += f"of {LEAST_FOR_USERS} days or more."
        return words

    def rows(self) -> Table:
        """A line for each field, and each percentile of one whose calls differ."""
        return Table(COLUMNS, tuple(line for one in self.values for line in _lines(one)))

    def of(self, part: str, field: str) -> Measured:
        """One of them. Raises KeyError for one that was not measured."""
        for one in self.values:
            if (one.part, one.field) == (part, field):
                return one
        raise KeyError(f"{part}: {field} was not measured")


def measured_values(calls: Any) -> MeasuredValues:
    """Measure the values of a scenario from a log.

    A share is a ratio of two sums; how sure it is follows from leaving out each day in turn,
    working days and weekends apart. A percentile lies between two ranks of the calls, as many of
    them as there are requests: the rounds of one request are much alike.

    Parameters
    ----------
    calls : a frame of calls of any engine, with feature or stage.

    Raises
    ------
    ValueError : there are no calls with a moment and with tokens, or too few of each part.

    Examples
    --------
    >>> from aicost.log.sample import Sample, frames
    >>> found = measured_values(next(frames(Sample(rows=20_000, days=28))))
    >>> found.of("chat: answer", "output_tokens").unit
    'tokens'
    """
    lazy = _counted(conform(calls))
    each = lazy.group_by("day", *PART, "request").agg(
        *(nw.col(name).sum() for name in _SUMS),
        *(nw.col(name).max() for name in _ONCE),
    )
    sums = collected(
        each.group_by("day", *PART).agg(
            *(nw.col(name).sum() for name in (*_SUMS, *_ONCE)), requests=nw.len()
        )
    )
    if sums.empty:
        raise ValueError("no call has a moment and tokens; map the columns moment and tokens")
    requests = asked(lazy)
    found, few = list(traffic_values(requests)), []
    for key, rows in sums.groupby(list(PART), dropna=False, sort=True):
        feature, stage = (None if _null(word) else str(word) for word in key)
        part = part_of(feature, stage)
        found += [*_share(part, rows, requests), *_ratios(part, rows)]
        spreads = [*_spreads(part, _those(lazy, feature, stage), int(rows["requests"].sum()))]
        found += spreads
        few += [] if spreads else [part]
    if not found:
        raise ValueError(
            f"no value is measured: each feature and stage has fewer than {LEAST} answers"
        )
    total = int((sums["calls"] + sums["cut"]).sum())
    return MeasuredValues(tuple(found), int(sums["day"].nunique()), total, tuple(few))


def part_of(feature: str | None, stage: str | None) -> str:
    """What a part of the system is called: chat: answer."""
    return ": ".join(word for word in (feature, stage) if word) or "all calls"


#: What is added up of a part's calls on a day.
_SUMS = (
    "calls",
    "cut",
    "tried",
    "kept",
    "asked",
    "read",
    "written",
    "input",
    "unread",
    "thought",
)
#: What a request counts once, however many of its calls say it.
_ONCE = ("seen", "marked")
_INPUT = ("input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens")


def _counted(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Calls with what is added up of each; those that an answer came of, and those cut off."""

    def number(condition: nw.Expr) -> nw.Expr:
        return condition.fill_null(False).cast(nw.Int64())

    whole = sum((nw.col(name).fill_null(0) for name in _INPUT[1:]), nw.col(_INPUT[0]).fill_null(0))
    failed, kept = number(nw.col("status") == "error"), number(nw.col("from_cache"))
    answered = (1 - failed) * (1 - kept)
    written = nw.col(_INPUT[2]).fill_null(0) + nw.col(_INPUT[3]).fill_null(0)
    return frame.filter(~nw.col("moment").is_null()).with_columns(
        day=nw.col("moment").dt.truncate("1d"),
        whole_input=whole,
        answered=answered,
        token_s=(nw.col("whole_s") - nw.col("first_s"))
        / nw.when(nw.col("output_tokens") > 0).then("output_tokens"),
        calls=1 - failed,
        cut=failed,
        tried=1 - kept,
        kept=kept,
        asked=answered,
        input=whole * answered,
        unread=(whole - nw.col(_INPUT[1]).fill_null(0)) * answered,
        read=nw.col(_INPUT[1]).fill_null(0) * answered,
        written=written * answered,
        thought=nw.col("thinking_tokens").fill_null(0) * answered,
        seen=number(nw.col("reviewed")),
        marked=number(~nw.col("quality").is_null()),
    )


def _those(lazy: nw.LazyFrame[Any], *values: str | None) -> nw.LazyFrame[Any]:
    """The answers of one part."""
    for name, value in zip(PART, values, strict=True):
        same = nw.col(name).is_null() if value is None else nw.col(name) == value
        lazy = lazy.filter(same)
    return lazy.filter(nw.col("answered") == 1)


def _null(word: Any) -> bool:
    import pandas as pd

    return bool(pd.isna(word))


def _share(part: str, rows: pd.DataFrame, asked_in_all: Asked) -> Iterator[Measured]:
    """The share of all requests that calls of a part were made for; answers kept are no calls."""
    every, above = asked_in_all.hours.sum(axis=1), np.zeros(len(asked_in_all.days))
    if not every.size:
        return  # nothing tells calls of one request from those of others
    first, last = asked_in_all.days[0], len(asked_in_all.days) - 1
    calls = rows["calls"].to_numpy(dtype=np.float64)
    made = 1 - np.divide(rows["kept"], calls, where=calls > 0, out=np.zeros_like(calls))
    # A request that began before midnight may have its later calls on a day without any of its own.
    at = np.clip([(stamp.date() - first).days for stamp in rows["day"]], 0, last)
    np.add.at(above, at, made * rows["requests"].to_numpy(dtype=np.float64))
    value = min(1.0, float(above.sum() / every.sum()))
    low, high = _range(value, asked_in_all.days, above, every)
    yield Measured(part, "share", value, (low,), (high,), int(every.sum()), "share")


def _ratios(part: str, rows: pd.DataFrame) -> Iterator[Measured]:
    days = [stamp.date() for stamp in rows["day"]]
    for field, (over, under, unit) in RATIOS.items():
        above, below = (rows[name].to_numpy(dtype=np.float64) for name in (over, under))
        whole = float(below.sum())
        if whole == 0 or above.sum() == 0 or (field == "rounds" and above.sum() == whole):
            continue  # nothing of that kind is in the log
        value = float(above.sum() / whole)
        low, high = _range(value, days, above, below)
        yield Measured(part, field, value, (low,), (high,), int(whole), unit)


def _range(value: float, days: Sequence[date], above: Floats, below: Floats) -> tuple[float, float]:
    """The range of a ratio of sums, each day left out in turn."""
    left = days_left(days)
    under = left.weights @ below
    drawn = np.divide(left.weights @ above, under, where=under > 0, out=np.full_like(under, value))
    return interval(value, left, drawn)


def _spreads(part: str, answers: nw.LazyFrame[Any], requests: int) -> Iterator[Measured]:
    units = {"ttft": "s", "tpot": "s/token", "seconds": "s"}
    for field, column in SPREADS.items():
        told = answers.filter(nw.col(column) > 0)
        n = int(told.select(nw.len()).collect(backend="pandas").to_native().iloc[0, 0])
        free = min(n, requests)
        if free < LEAST:
            continue
        levels = [level for p in (0.5, 0.95) for level in _levels(p, free)]
        each = [
            nw.col(column).cast(nw.Float64()).quantile(level, "linear").alias(f"at_{i}")
            for i, level in enumerate(levels)
        ]
        each.append(nw.col(column).cast(nw.Float64()).mean().alias("mean"))
        low_50, p50, high_50, low_95, p95, high_95, average = (
            float(x) for x in told.select(*each).collect(backend="pandas").to_native().iloc[0]
        )
        value = Spread(p50, p95) if p95 > p50 else p50
        low, high = (low_50, low_95), (high_50, high_95)
        yield Measured(part, field, value, low, high, n, units.get(field, "tokens"), average)


def _levels(p: float, n: int) -> tuple[float, float, float]:
    """Ranks that hold a percentile in 95 % of cases, as shares, and the percentile between them."""
    width = 1.96 * np.sqrt(p * (1 - p) / n)
    return max(0.0, p - width), p, min(1.0, p + width)


def _lines(one: Measured) -> Iterator[Row]:
    """A line for a value, or one for each percentile of a spread."""
    spread = isinstance(one.value, Spread)
    values = (one.value.p50, one.value.p95) if isinstance(one.value, Spread) else (one.value,)
    names = ("p50", "p95") if spread else ("",)
    for name, value, low, high in zip(names, values, one.low, one.high, strict=False):
        field = f"{one.field} {name}".strip()
        told = (_words(one, value), _words(one, low), _words(one, high))
        yield Row((one.part, field, *told, one.n, one.unit), of=one)


def _words(one: Measured, value: float) -> str:
    if value != value:
        return ""
    return percent(value) if one.unit == "share" else count(float(digits(value, 3)))
