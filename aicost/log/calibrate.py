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
from aicost.log.mixes import MIXES, mixes
from aicost.log.part_sums import different
from aicost.log.spread import days_left
from aicost.log.steady import LEAST_ANSWERS, OF_SHARES, Figure, Passed, on_days, passed
from aicost.log.traffic import LEAST_FOR_USERS, TRAFFIC, Asked, asked, traffic_values
from aicost.log.trend import OF_A_TREND, Trend, trend_of
from aicost.values.formatting import count, digits, listing, percent, plural
from aicost.values.quantities import Spread
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table

if TYPE_CHECKING:
    import pandas as pd

PART = ("feature", "stage")
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

    `few` are the parts with too few answers for a percentile; `passed` are days of a part that are
    not counted, for they are not as its end is; `reviewed` are the requests that a person looked
    at, whichever of their calls say so.
    """

    values: tuple[Measured, ...]
    days: int
    calls: int
    few: tuple[str, ...] = ()
    passed: tuple[Passed, ...] = ()
    reviewed: int = 0
    growth: Trend | None = None  # of requests, where the log is long enough to tell

    @property
    def sentence(self) -> str:
        """Of how much it was measured, and what cannot be."""
        parts = list(dict.fromkeys(one.part for one in self.values))
        words = f"{self.calls:,} {plural('call', str(self.calls))} of {self.days} "
        words += f"{plural('day', str(self.days))} measure {len(self.values)} "
        words += f"{plural('value', str(len(self.values)))} of {listing(parts)}."
        if self.few:
            words += (
                f" Percentiles take {LEAST_ANSWERS} answers, more than {listing(self.few)} have."
            )
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


def measured_values(calls: Any, *, lasting: bool = False) -> MeasuredValues:
    """Measure the values of a scenario from a log.

    A share is a ratio of two sums; how sure it is follows from leaving out each day in turn,
    working days and weekends apart. A percentile lies between two ranks of the calls, as many of
    them as there are requests: the rounds of one request are much alike.

    Parameters
    ----------
    calls : a frame of calls of any engine, with feature or stage.
    lasting : whether to leave out days of a part that are not as its end is: what changed for good
        before, and what came once and went. How many requests take it is told by all days.

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
    sums = sums.sort_values("day")
    requests = asked(lazy)
    found, few, gone = list(traffic_values(requests)), list[str](), list[Passed]()
    for key, rows in sums.groupby(list(PART), dropna=False, sort=True):
        feature, stage = (None if _null(word) else str(word) for word in key)
        part = part_of(feature, stage)
        found += _share(part, rows, requests)
        left = [*passed(part, _days(rows), _figures(rows))] if lasting else []
        for one in left:
            rows = rows[[not one.first <= day <= one.last for day in _days(rows)]]
        told = {field: int(rows[f"told_{field}"].sum()) for field in MIXES}
        answers = _those(lazy, feature, stage)
        for one in left:
            answers = answers.filter(~on_days(one))
        spreads = [*mixes(part, answers, told, int(rows["requests"].sum()))]
        found += [*_ratios(part, rows), *spreads]
        few += [] if spreads else [part]
        gone += left
    if not found:
        raise ValueError(
            f"no value is measured: each feature and stage has fewer than {LEAST_ANSWERS} answers"
        )
    total = int((sums["calls"] + sums["cut"]).sum())
    days = int(sums["day"].nunique())
    reviewed = different(lazy.filter(nw.col("seen") == 1), "request") if sums["seen"].any() else 0
    long = len(requests.days) >= OF_A_TREND
    growth = trend_of(requests.days, requests.hours.sum(axis=1)) if long else None
    return MeasuredValues(tuple(found), days, total, tuple(few), tuple(gone), reviewed, growth)


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
    "out",
    *(f"told_{field}" for field in MIXES),
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
    known = frame.filter(~nw.col("moment").is_null()).with_columns(
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
        out=nw.col("output_tokens").fill_null(0) * answered,
    )
    told = (
        (number(nw.col(column) > 0) * nw.col("answered")).alias(f"told_{field}")
        for field, column in MIXES.items()
    )
    return known.with_columns(*told)


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
    days = _days(rows)
    for field, (over, under, unit) in RATIOS.items():
        above, below = (rows[name].to_numpy(dtype=np.float64) for name in (over, under))
        whole = float(below.sum())
        if whole == 0 or above.sum() == 0 or (field == "rounds" and above.sum() == whole):
            continue  # nothing of that kind is in the log
        value = float(above.sum() / whole)
        low, high = _range(value, days, above, below)
        yield Measured(part, field, value, (low,), (high,), int(whole), unit)


def _days(rows: pd.DataFrame) -> list[date]:
    return [stamp.date() for stamp in rows["day"]]


#: What may change in a part: its field, the sums whose ratio it is, and how little is no change.
_MAY_CHANGE = (
    ("input_tokens", "input", "asked", 0.0, False),
    ("output_tokens", "out", "asked", 0.0, False),
    ("thinking_tokens", "thought", "asked", 0.0, False),
    ("cache_read_share", "read", "input", OF_SHARES, False),
    ("cache_write_share", "written", "unread", OF_SHARES, False),
    ("rounds", "calls", "requests", 0.0, True),
    ("retry", "cut", "tried", OF_SHARES, True),
    ("hit_share", "kept", "requests", OF_SHARES, True),
)


def _figures(rows: pd.DataFrame) -> dict[str, Figure]:
    """What may change in a part from one day to another."""

    def column(name: str) -> Floats:
        return rows[name].to_numpy(dtype=np.float64)

    answered = column("requests") - column("kept")
    return {
        field: Figure(column(over), column(under), answered, least, counted)
        for field, over, under, least, counted in _MAY_CHANGE
    }


def _range(value: float, days: Sequence[date], above: Floats, below: Floats) -> tuple[float, float]:
    """The range of a ratio of sums, each day left out in turn."""
    left = days_left(days)
    under = left.weights @ below
    drawn = np.divide(left.weights @ above, under, where=under > 0, out=np.full_like(under, value))
    return interval(value, left, drawn)


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
