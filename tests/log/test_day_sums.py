"""Calls added up by day and cell: the same on any engine, at the list's prices."""

from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import pytest
from priced import LARGE, SMALL, Truth, drawn, lazy, priced

from aicost.book.book import Book
from aicost.log.day_sums import BUCKETS, PARTS, ChangeError, cells_of, period, sums_by_unit
from aicost.log.engine import conform

FIRST = date(2026, 11, 2)
BOOK = Book.load()


def in_duckdb(frame: pd.DataFrame) -> Any:
    native = lazy(frame).collect().to_native()
    return nw.from_native(duckdb.connect().from_df(native)).lazy()


def in_polars(frame: pd.DataFrame) -> Any:
    native = lazy(frame).collect().to_native()
    lists = {name: [None if pd.isna(x) else x for x in native[name]] for name in native}
    types = nw.from_native(native).schema
    return nw.from_dict(lists, types, backend="polars").lazy()


ENGINES = pytest.mark.parametrize("engine", [lazy, in_duckdb, in_polars])


def whole(found: Any) -> Any:
    keys = cells_of(found)
    return keys, sums_by_unit(found, keys, sorted({key.feature for key in keys}))


@pytest.fixture(scope="module")
def calls() -> pd.DataFrame:
    return drawn(Truth(volume=30), FIRST, 9, 1)


@ENGINES
def test_sums_are_those_of_the_rows(calls: pd.DataFrame, engine: Any) -> None:
    keys, sums = whole(period(engine(calls), BOOK))
    day = (calls["moment"].dt.normalize() - pd.Timestamp(FIRST)).dt.days
    for i, key in enumerate(keys):
        here = calls[
            (calls["feature"] == key.feature)
            & (calls["stage"] == key.stage)
            & (calls["model"] == key.model)
        ]
        assert sums.calls[:, i].sum() == len(here)
        assert sums.usd[:, i].sum() == pytest.approx(here["cost_pico"].sum() / 1e12, rel=1e-12)
        for name in ("input_tokens", "cache_read_tokens", "output_tokens", "thinking_tokens"):
            assert sums.amounts[:, i, BUCKETS.index(name)].sum() == here[name].sum()
    by_day = calls.groupby(day)["cost_pico"].sum() / 1e12
    assert sums.usd.sum(axis=1) == pytest.approx(by_day.reindex(range(9), fill_value=0).to_numpy())
    assert sums.requests.sum() == calls["request"].nunique()
    assert sums.tiered == pytest.approx(sums.usd)  # sold as listed, and short
    assert sums.listed.sum(axis=-1) == pytest.approx(sums.usd)


def call(**values: Any) -> dict[str, Any]:
    usual = {"moment": datetime(2026, 11, 2, 9), "model": SMALL, "feature": "chat", "stage": "a"}
    return {"request": "r", "input_tokens": 10, "output_tokens": 1, **usual, **values}


def test_long_calls_are_beside_what_they_would_cost_short() -> None:
    found = priced(pd.DataFrame([call(model=LARGE, input_tokens=n) for n in (100_000, 100_001)]))
    _, sums = whole(period(lazy(found), BOOK))
    assert sums.usd.sum() == pytest.approx(sums.tiered.sum())
    short = 200_001 * 0.1e-6 + 2 * 0.5e-6
    assert sums.listed.sum() == pytest.approx(short)
    assert sums.tiered.sum() == pytest.approx(100_000 * 0.1e-6 + 100_001 * 0.5e-6 + 3e-6)


@ENGINES
def test_calls_that_no_request_is_told_of_are_each_one(engine: Any) -> None:
    rows = [call(request=None), call(request=None), call(), call(), call(request="s", feature=None)]
    _, sums = whole(period(engine(priced(pd.DataFrame(rows))), BOOK))
    assert sums.requests.sum(axis=0).tolist() == [1, 3]


def test_searches_are_counted_in_units() -> None:
    rows = pd.DataFrame([call(model="cohere/rerank-v3.5", input_tokens=None, units=3.0)])
    found = conform(rows.assign(output_tokens=None)).collect().to_native()
    _, sums = whole(period(lazy(found.assign(cost_pico=6 * 10**9)), BOOK))
    assert sums.amounts[..., BUCKETS.index("units")].sum() == 3
    assert sums.listed.sum() == sums.tiered.sum() == sums.usd.sum() == pytest.approx(0.006)


def test_an_answer_out_of_a_cache_is_a_request_without_a_call() -> None:
    rows = pd.DataFrame([call(), call(request="s", from_cache=True)])
    _, sums = whole(period(lazy(priced(rows).assign(cost_pico=[5, 0])), BOOK))
    assert (sums.requests.sum(), sums.calls.sum()) == (2, 1)


def test_calls_without_a_price_or_a_moment_are_told_of(calls: pd.DataFrame) -> None:
    some = calls.astype({"cost_pico": "Int64"})
    some.loc[:6, "cost_pico"] = pd.NA
    some.loc[7:8, "moment"] = pd.NaT
    found = period(lazy(some), BOOK)
    assert found.left_out == 9
    assert found.found["calls"].sum() == len(some) - 9
    with pytest.raises(ChangeError, match="no call has a price and a moment"):
        period(lazy(some.assign(cost_pico=pd.NA)), BOOK)


@ENGINES
def test_days_that_are_named_are_taken_whole(calls: pd.DataFrame, engine: Any) -> None:
    last = FIRST + timedelta(2)
    found = period(engine(calls), BOOK, first=FIRST, last=last)
    assert found.days == (FIRST, FIRST + timedelta(1), last)
    inside = calls["moment"].dt.normalize() <= pd.Timestamp(last)
    assert found.found["calls"].sum() == inside.sum()
    longer = period(engine(calls), BOOK, first=FIRST - timedelta(3), last=last)
    assert len(longer.days) == 6
    with pytest.raises(ChangeError, match="no call from 2027-01-01 to None has"):
        period(engine(calls), BOOK, first=date(2027, 1, 1))


@ENGINES
def test_one_day_is_dealt_out_by_request(calls: pd.DataFrame, engine: Any) -> None:
    found = period(engine(calls), BOOK, first=FIRST, last=FIRST)
    _, sums = whole(found)
    today = calls[calls["moment"].dt.normalize() == pd.Timestamp(FIRST)]
    assert len(sums.usd) == PARTS
    assert np.count_nonzero(sums.usd.sum(axis=1)) > PARTS / 2
    assert sums.usd.sum() == pytest.approx(today["cost_pico"].sum() / 1e12)
    assert sums.requests.sum() == today["request"].nunique()
