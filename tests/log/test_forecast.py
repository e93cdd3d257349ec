"""Nine in ten months lie in the range that was said of them, and a file keeps what was said."""

import json
import os
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from aicost.book.book import Book
from aicost.log.forecast import Forecast, ForecastError, day_sums, forecast, forecast_of, held
from aicost.values.result import Result

BOOK = Book.load()
LOGS = int(os.environ.get("AICOST_FORECAST", "24"))


def log(seed: int, days: int = 61, growth: float = 0.0, first: str = "2026-08-01") -> pd.DataFrame:
    """Calls of a system: fewer at weekends, of very different sizes, growing as it is said."""
    rng = np.random.default_rng(seed)
    begun = pd.Timestamp(first)
    weekday = np.array([1, 1, 1.1, 1, 0.9, 0.4, 0.3])
    usual = [40 * weekday[(begun + pd.Timedelta(days=n)).day_of_week] for n in range(days)]
    many = rng.poisson(np.array(usual) * (1 + growth * np.arange(days)))
    day = np.repeat(np.arange(days), many)
    moment = begun + pd.to_timedelta(day * 86_400 + rng.integers(0, 86_400, day.size), unit="s")
    return pd.DataFrame(
        {
            "moment": moment,
            "request": [f"r{n}" for n in range(day.size)],
            "user": [f"u{n}" for n in rng.integers(0, 50, day.size)],
            "provider": "openai",
            "model": "gpt-5",
            "input_tokens": np.exp(rng.normal(7, 1, day.size)).astype(int),
            "output_tokens": np.exp(rng.normal(5, 1, day.size)).astype(int),
        }
    )


def summed(calls: pd.DataFrame, _: Book, at: date | None = None) -> pd.DataFrame:
    """What the days of such a log come to, added up by pandas at the list of gpt-5."""
    usd = (calls["input_tokens"] * 1.25 + calls["output_tokens"] * 10) / 1e6
    by_day = calls.assign(usd=usd).groupby(calls["moment"].dt.date)
    found = by_day.agg(usd=("usd", "sum"), requests=("usd", "size"), users=("user", "nunique"))
    return found.rename_axis("day").reset_index()


def test_days_are_added_up_as_by_hand() -> None:
    calls = log(3, days=20)
    both = (made(calls, BOOK, at=BOOK.as_of) for made in (day_sums, summed))
    one, other = (found[["day", "usd", "requests", "users"]] for found in both)
    pd.testing.assert_frame_equal(one, other, check_dtype=False)


@pytest.mark.parametrize("growth", [0.0, 0.01])
def test_nine_in_ten_months_lie_in_the_range(
    growth: float,
    record_property: Callable[[str, object], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("aicost.log.forecast.day_sums", summed)
    inside, off = [], []
    for seed in range(LOGS):
        whole = log(seed, growth=growth)
        said = forecast(whole[whole["moment"] < "2026-09-01"], BOOK)
        assert (said.first, said.last) == (date(2026, 9, 1), date(2026, 9, 30))
        found = held(said, whole, BOOK)
        inside.append(found.inside)
        off.append(abs(found.usd / said.usd.sum[-1] - 1))
    share = float(np.mean(inside))
    words = f"of {LOGS} months {share:.0%} lie in the range of 90 %, half within "
    record_property("figure", f"{words}{np.median(off):.1%} of what was expected")
    allowed = 3 * np.sqrt(0.9 * 0.1 / LOGS)
    assert abs(share - 0.9) <= max(0.05, allowed)


def test_a_trend_is_the_one_that_was_made() -> None:
    said = forecast(log(1, days=92, growth=0.01), BOOK)
    assert said.requests.growth is not None
    true = 0.01 * 30 / (1 + 0.01 * 45.5)
    assert said.requests.growth_low < true < said.requests.growth_high
    assert said.users is not None
    assert "more with each 30 days" in said.sentence
    short = forecast(log(1, days=16), BOOK)
    assert short.usd.growth is None
    assert "No trend is in it" in short.sentence


def test_what_was_said_is_read_back_and_held_day_by_day() -> None:
    whole = log(2)
    said = forecast(whole[whole["moment"] < "2026-09-01"], BOOK)
    assert isinstance(said, Result)
    again = forecast_of(said.text(), "f.json")
    assert isinstance(again, Forecast)
    assert again == said
    part = whole[whole["moment"] < "2026-09-11"]
    found = held(again, part, BOOK)
    assert found.days == 10
    own = part[part["moment"] >= "2026-09-01"]
    each = own["input_tokens"] * 1.25 + own["output_tokens"] * 10
    assert found.usd == pytest.approx(each.sum() / 1e6)
    assert "The first 10 days of September 2026 cost" in found.sentence
    assert len(found.rows().rows) == 2
    low, high = said.usd.low, said.usd.high
    widths = [b - a for a, b in zip(low, high, strict=True)]
    assert widths == sorted(widths)


def test_what_tells_nothing_is_refused_in_a_line() -> None:
    with pytest.raises(ForecastError, match="13 days of a log tell no month; name one of 14"):
        forecast(log(1, days=13), BOOK)
    with pytest.raises(ForecastError, match="no call has a price and a moment"):
        forecast(log(1).assign(model="gpt-0"), BOOK)
    said = forecast(log(1, days=31), BOOK)
    with pytest.raises(ForecastError, match="name a log with the first day of that month"):
        held(said, log(1, first=str(said.first + timedelta(days=3))), BOOK)
    with pytest.raises(ForecastError, match=r"^1 day of a log tells no month"):
        forecast(log(1, days=1), BOOK)
    for text in ("", "[]", "{}", said.text().replace("sum", "sun"), said.text()[:-9], "[" * 99_999):
        with pytest.raises(ForecastError, match=r"f\.json: no forecast; write one with"):
            forecast_of(text, "f.json")


@pytest.mark.parametrize(
    ("end", "wrong"),
    [("sum", np.nan), ("high", np.inf), ("low", -1.0), ("low", 1e9), ("high", 1e300)],
)
def test_a_file_whose_ranges_are_none_is_no_forecast(end: str, wrong: float) -> None:
    said = json.loads(forecast(log(1, days=31), BOOK).text())
    for figures in ("usd", "requests", "users"):
        of = said[figures] | {end: [wrong] * len(said[figures][end])}
        with pytest.raises(ForecastError, match="no forecast"):
            forecast_of(json.dumps(said | {figures: of}), "f.json")


def test_what_came_where_nothing_was_expected_is_said_without_a_share() -> None:
    whole = log(2)
    said = json.loads(forecast(whole[whole["moment"] < "2026-09-01"], BOOK).text())
    none = {end: [0.0] * len(said["usd"][end]) for end in ("sum", "low", "high")}
    text = json.dumps(said | {"usd": said["usd"] | none})
    sentence = held(forecast_of(text, "f.json"), whole, BOOK).sentence
    assert "inf" not in sentence
    assert ", where nothing was expected, outside what we said" in sentence
