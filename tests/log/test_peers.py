"""What is usual: medians of requests, stage by stage, as counting by hand gives them."""

from datetime import date, datetime
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import pytest
from priced import SMALL, Truth, drawn, lazy, priced

from aicost.book.book import Book
from aicost.log.factors import BUCKETS
from aicost.log.peers import peers_of

BOOK = Book.load()


def in_duckdb(frame: pd.DataFrame) -> Any:
    native = lazy(frame).collect().to_native()
    return nw.from_native(duckdb.connect().from_df(native)).lazy()


@pytest.mark.parametrize("engine", [lazy, in_duckdb])
def test_usual_is_the_median_of_requests(engine: Any) -> None:
    calls = drawn(Truth(volume=25, again=0.7), date(2026, 11, 2), 5, 3)
    peers = peers_of(engine(calls), BOOK)
    assert sum(peers.requests.values()) == calls["request"].nunique()
    for (feature, stage), usual in peers.usual.items():
        here = calls[(calls["feature"] == feature) & (calls["stage"] == stage)]
        by_request = here.groupby("request")
        many = by_request.size()
        assert usual.use.calls == many.median()
        assert usual.share == 1.0
        sums = by_request[["input_tokens", "cache_read_tokens", "output_tokens"]].sum()
        read = sums["input_tokens"] + sums["cache_read_tokens"]
        assert usual.use.read == pytest.approx((read / many).median())
        assert usual.use.cached == pytest.approx((sums["cache_read_tokens"] / read).median())
        output = (sums["output_tokens"] / many).median()
        assert usual.use.amounts[BUCKETS.index("output_tokens")] == pytest.approx(output)
        assert usual.item == here["model"].mode()[0] == SMALL
        assert usual.use.longer == 1.0
        assert usual.use.sold == pytest.approx(1.0)


def call(request: str | None, stage: str, **values: Any) -> dict[str, Any]:
    usual = {"moment": datetime(2026, 11, 2, 9), "model": SMALL, "feature": "chat"}
    tokens = {"input_tokens": 1_000, "output_tokens": 100}
    return {"request": request, "stage": stage, **usual, **tokens, **values}


def test_a_stage_that_half_leave_out_is_not_usual() -> None:
    rows = [call(f"r{n}", "answer") for n in range(4)] + [call("r0", "tool"), call("r1", "tool")]
    peers = peers_of(lazy(priced(pd.DataFrame(rows))), BOOK)
    assert peers.usual["chat", "tool"].usd == 0
    assert peers.usual["chat", "tool"].share == 0.5
    assert peers.usd("chat") == peers.usual["chat", "answer"].usd == pytest.approx(0.00045)


def test_calls_go_by_their_own_names_where_requests_have_none() -> None:
    rows = [call(None, "a", call=name) for name in ("one", "two", None)]
    peers = peers_of(lazy(priced(pd.DataFrame(rows))), BOOK)
    assert peers.requests == {"chat": 2}
    assert peers.unnamed == 1


def test_what_is_billed_by_units_is_usual_by_units() -> None:
    rows = [call(f"r{n}", "rank", units=float(n), model="cohere/rerank-v3.5") for n in (1, 2, 6)]
    frame = pd.DataFrame(rows).assign(input_tokens=0, output_tokens=0)
    frame = frame.assign(cost_pico=(frame["units"] * 2e9).astype(int))
    peers = peers_of(lazy(frame), BOOK)
    assert peers.usual["chat", "rank"].use.read == 2
    assert peers.usd("chat") == pytest.approx(0.004)
