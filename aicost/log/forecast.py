"""What a log lets expect of the month after it, and how far off that was once it has come."""

from __future__ import annotations

import calendar
import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import narwhals as nw
import numpy as np

from aicost.book.book import Book
from aicost.log.costs import usd_of_call
from aicost.log.engine import collected, conform
from aicost.log.price import price_calls
from aicost.log.trend import OF_A_TREND, WEEK, Trend, trend_of
from aicost.values.formatting import money, percent, plural
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table

LEAST_DAYS = 2 * WEEK  # each day of a week was there twice
MOST = 1e15  # of a figure that a file keeps


class ForecastError(ValueError):
    """A log that tells too little of the future, or a file that is no forecast, in one line."""


@dataclass(frozen=True, repr=False)
class Forecast(Result):
    """The month after a log: what it costs, its requests, and who asks on a mean day.

    Prices are those of `as_of`; `users` is None where a log does not say who asked.
    """

    first: date
    last: date
    seen_first: date
    seen_last: date
    as_of: date
    book: str
    usd: Trend
    requests: Trend
    users: Trend | None

    @property
    def days(self) -> int:
        """Days of the month."""
        return (self.last - self.first).days + 1

    @property
    def sentence(self) -> str:
        """What the month is expected to cost, and with which range."""
        one, days = self.usd, (self.seen_last - self.seen_first).days + 1
        words = f"{self.first:%B %Y} is expected to cost {money(one.sum[-1])}, nine in ten from "
        words += f"{money(one.low[-1])} to {money(one.high[-1])}, at the prices of {self.as_of}, "
        words += f"by the {days} days to {self.seen_last}."
        if one.growth is None:
            return f"{words} No trend is in it: that takes {OF_A_TREND} days."
        if not one.told:
            return f"{words} Whether a day's cost grows cannot be told from them."
        side = "more" if one.growth > 0 else "less"
        return f"{words} A day costs {percent(abs(one.growth))} {side} with each 30 days."

    def rows(self) -> Table:
        """Cost, requests and users of the month, each with its range and its growth in 30 days."""
        columns = (
            Column("of the month"),
            Column("expected"),
            Column("from", key="low"),
            Column("to", key="high"),
            Column("growth in 30 days", key="growth"),
            Column("grows from", key="growth_low"),
            Column("grows to", key="growth_high"),
        )
        lines = [
            _line("cost", self.usd, money),
            _line("requests", self.requests, "{:,.0f}".format),
        ]
        if self.users is not None:
            lines.append(_line("users of a day", self.users, "{:,.0f}".format, self.days))
        return Table(columns, tuple(lines))

    def text(self) -> str:
        """It as a file, which `forecast_of` reads again."""
        return json.dumps({"aicost forecast": 1, **asdict(self)}, default=str, indent=1) + "\n"


def _line(name: str, one: Trend, words: Any, over: float = 1.0) -> Row:
    told = tuple(words(side[-1] / over) for side in (one.sum, one.low, one.high))
    grows = (one.growth, one.growth_low, one.growth_high)
    return Row((name, *told, *("" if one.growth is None else percent(g) for g in grows)), of=one)


def forecast(calls: Any, book: Book) -> Forecast:
    """Expect the first whole month after a log, from its days of the week and its trend.

    Parameters
    ----------
    calls : a frame of calls of any engine.
    book : prices; those of its day hold for all calls, so that a list that changed is no trend.

    Raises
    ------
    ForecastError : fewer than two weeks, or no call with a price.

    Notes
    -----
    Least squares on the sums of days: a mean for each day of a week, and a line, from three weeks
    on. The range is Student's, of days to come and of what is fitted together.
    """
    frame = day_sums(calls, book, at=book.as_of)
    days = frame["day"].to_list()
    if len(days) < LEAST_DAYS:
        many = "1 day of a log tells" if len(days) == 1 else f"{len(days)} days of a log tell"
        raise ForecastError(f"{many} no month; name one of {LEAST_DAYS} days or more")
    last = days[-1]
    first = (last.replace(day=1) + timedelta(days=32)).replace(day=1)
    if (last + timedelta(days=1)).day == 1:
        first = last + timedelta(days=1)
    end = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    ahead = [first + timedelta(days=n) for n in range((end - first).days + 1)]
    made = {
        name: trend_of(days, frame[name].to_numpy(dtype=np.float64), ahead)
        for name in ("usd", "requests", "users")
    }
    users = made["users"] if frame["users"].sum() > 0 else None
    return Forecast(
        first, end, days[0], last, book.as_of, book.hash, made["usd"], made["requests"], users
    )


def day_sums(calls: Any, book: Book, at: date | None = None) -> Any:
    """Cost, requests and users of every day of a log, those without calls too; pandas.

    Raises
    ------
    ForecastError : no call has a price and a moment.
    """
    import pandas as pd

    priced = price_calls(conform(calls), book, at=at).calls
    priced = priced.filter(~nw.col("moment").is_null() & ~nw.col("cost_pico").is_null())
    found = collected(
        priced.with_columns(day=nw.col("moment").dt.truncate("1d"), usd=usd_of_call())
        .group_by("day")
        .agg(
            nw.col("usd").sum(),
            requests=nw.col("request").n_unique(),
            users=nw.col("user").n_unique(),
            named=nw.col("user").count(),
        )
    )
    if found.empty:
        raise ForecastError("no call has a price and a moment; map the columns model and moment")
    found["users"] = found["users"].where(found["named"] > 0, 0)
    found["day"] = [stamp.date() for stamp in found["day"]]
    whole = pd.date_range(found["day"].min(), found["day"].max(), freq="D")
    found = found.set_index("day").reindex([stamp.date() for stamp in whole], fill_value=0)
    return found.rename_axis("day").reset_index()


def forecast_of(text: str, name: str) -> Forecast:
    """A forecast that was written to a file. Raises ForecastError."""
    try:
        said = json.loads(text)
        if said.pop("aicost forecast") != 1:
            raise ValueError
        dates = ("first", "last", "seen_first", "seen_last", "as_of")
        said |= {key: date.fromisoformat(said[key]) for key in dates}
        said |= {key: said[key] and _trend_of(said[key]) for key in ("usd", "requests", "users")}
        made = Forecast(**said)
        for one in filter(None, (made.usd, made.requests, made.users)):
            if {len(one.sum), len(one.low), len(one.high)} != {made.days}:
                raise ValueError
            days = zip(one.low, one.sum, one.high, strict=True)
            if not all(0 <= low <= middle <= high <= MOST for low, middle, high in days):
                raise ValueError  # no number, or out of order
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        wrong = f"{name}: no forecast; write one with aicost log forecast LOG --write {name}"
        raise ForecastError(wrong) from None
    return made


def _trend_of(said: dict[str, Any]) -> Trend:
    upto, low, high = (tuple(map(float, said.pop(side))) for side in ("sum", "low", "high"))
    return Trend(upto, low, high, **said)


@dataclass(frozen=True, repr=False)
class Held(Result):
    """A forecast beside what came: the days of its month that a log has, one after another.

    `usd` is at the prices of the forecast, `usd_then` at those of the days.
    """

    forecast: Forecast
    days: int
    usd: float
    usd_then: float
    requests: float

    @property
    def inside(self) -> bool:
        """Whether what came lies in the range that was said."""
        one, at = self.forecast.usd, self.days - 1
        return one.low[at] <= self.usd <= one.high[at]

    @property
    def sentence(self) -> str:
        """How far off the forecast was, and whether its range held."""
        one, at = self.forecast.usd, self.days - 1
        off = self.usd / one.sum[at] - 1 if one.sum[at] else None
        days = f"{self.days} {plural('day', str(self.days))}"
        words = f"The first {days} of {self.forecast.first:%B %Y} cost {money(self.usd)}, "
        if off is None:
            words += "where nothing was expected, "
        else:
            words += f"{percent(abs(off))} {'more' if off > 0 else 'less'} than the "
            words += f"{money(one.sum[at])} expected, "
        words += "inside what we said" if self.inside else "outside what we said"
        words += f" ({money(one.low[at])} to {money(one.high[at])})"
        if abs(self.usd_then - self.usd) > 1e-3 * abs(self.usd):
            words += f"; at the prices of their days, {money(self.usd_then)}"
        return f"{words}."

    def rows(self) -> Table:
        """Cost and requests as expected, their range, and as they came."""
        columns = (
            Column("of these days"),
            Column("expected"),
            Column("from", key="low"),
            Column("to", key="high"),
            Column("came", key="actual"),
            Column("off", Form.SHARE),
        )
        at, lines = self.days - 1, []
        for name, one, came, words in (
            ("cost", self.forecast.usd, self.usd, money),
            ("requests", self.forecast.requests, self.requests, "{:,.0f}".format),
        ):
            told = (words(side[at]) for side in (one.sum, one.low, one.high))
            off = came / one.sum[at] - 1 if one.sum[at] else None
            lines.append(Row((name, *told, words(came), off)))
        return Table(columns, tuple(lines))


def held(said: Forecast, calls: Any, book: Book) -> Held:
    """Hold a forecast against a later log.

    Parameters
    ----------
    said : the forecast.
    calls : a frame of calls of any engine, which has its month or the first days of it.
    book : prices.

    Raises
    ------
    ForecastError : the log does not have the first day of the month.
    """
    frame = day_sums(calls, book, at=min(said.as_of, book.newest))
    inside = frame[(frame["day"] >= said.first) & (frame["day"] <= said.last)]
    if frame["day"].iloc[0] > said.first or inside.empty:
        ends = f"{frame['day'].iloc[0]} to {frame['day'].iloc[-1]}"
        wrong = f"the forecast is of {said.first} to {said.last}, the log of {ends}"
        raise ForecastError(f"{wrong}; name a log with the first day of that month")
    then = day_sums(calls, book)
    then = then[(then["day"] >= said.first) & (then["day"] <= said.last)]
    return Held(
        said,
        len(inside),
        float(inside["usd"].sum()),
        float(then["usd"].sum()),
        float(inside["requests"].sum()),
    )
