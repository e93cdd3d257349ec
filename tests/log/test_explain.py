"""Why a request was dear: planted causes, rungs that add up, and what is said of them."""

from datetime import date, datetime
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import pytest
from priced import LARGE, SMALL, Truth, drawn, lazy, priced

from aicost.book.book import Book
from aicost.log.explain import ExplainError, explain_request, unexpected_requests
from aicost.log.explained import Explained

BOOK = Book.load()
ODD = "odd"


def call(request: str, **values: Any) -> dict[str, Any]:
    usual = {"moment": datetime(2026, 11, 2, 9), "model": LARGE, "feature": "chat", "stage": "a"}
    tokens = {"input_tokens": 600, "cache_read_tokens": 400, "output_tokens": 100}
    return {"request": request, **usual, **tokens, **values}


def beside(*odd: dict[str, Any], **sold: float) -> Explained:
    """A request among nine that are all the same."""
    rows = [*(call(f"r{n}") for n in range(9)), *odd]
    frame = pd.DataFrame(rows)
    if "thinking_tokens" in frame:
        frame = frame.fillna({"thinking_tokens": 0})
    frame = priced(frame)
    if sold:
        mine = frame["request"] == ODD
        frame["cost_pico"] = frame["cost_pico"].mask(mine, frame["cost_pico"] * sold["sold"])
    return explain_request(lazy(frame), BOOK, ODD)


@pytest.mark.parametrize(
    ("odd", "cause", "label"),
    [
        ([call(ODD)] * 4, "calls", "a: calls 1 → 4"),
        ([call(ODD, input_tokens=6_000, cache_read_tokens=4_000)], "input", "1,000 → 10,000"),
        ([call(ODD, input_tokens=1_000, cache_read_tokens=0)], "caching", "cache 40 % → 0 %"),
        ([call(ODD, output_tokens=900)], "output", "visible output of a call 100 → 900"),
        ([call(ODD, thinking_tokens=5_000)], "thinking", "thinking of a call 0 → 5,000"),
        ([call(ODD, model=SMALL)], "model", f"model {LARGE} → {SMALL}"),
    ],
)
def test_one_cause_is_the_one_rung(odd: list[dict[str, Any]], cause: str, label: str) -> None:
    found = beside(*odd)
    (rung,) = found.rungs
    assert rung.cause == cause
    assert label in rung.label
    assert rung.usd == pytest.approx(found.excess, rel=1e-9)
    assert found.usual == pytest.approx(600e-7 + 400e-8 + 100 * 5e-7)
    assert label in found.sentence


def test_half_price_is_how_it_was_sold() -> None:
    found = beside(call(ODD), sold=0.5)
    (rung,) = found.rungs
    assert (rung.cause, rung.usd) == ("how sold", pytest.approx(found.excess))
    assert found.sentence.startswith("Request odd of chat cost $0.000057, against the $0.00011 ")


def test_the_cliff_is_apart_from_the_tokens() -> None:
    """One token more than the limit makes all of a call five times as dear."""
    rows = [call(f"r{n}", input_tokens=99_600) for n in range(9)]
    frame = priced(pd.DataFrame([*rows, call(ODD, input_tokens=99_601)]))
    found = explain_request(lazy(frame), BOOK, ODD)
    usd = {rung.cause: rung.usd for rung in found.rungs}
    assert usd["long context"] == pytest.approx(found.excess, rel=1e-4)
    assert 0 < usd["input"] < found.excess / 10_000
    assert found.rungs[0].label.startswith("a: long context, x 1 → x 5")


def test_a_price_that_rose_is_a_rung() -> None:
    """Most calls stand before 2026-08-17, the odd one after it, both off-peak."""
    same = {"model": "deepseek/deepseek-v4-pro"}
    rows = [call(f"r{n}", moment=datetime(2026, 8, 3, 20), **same) for n in range(9)]
    frame = priced(pd.DataFrame([*rows, call(ODD, moment=datetime(2026, 8, 22, 20), **same)]))
    found = explain_request(lazy(frame), BOOK, ODD)
    (rung,) = found.rungs
    assert rung.cause == "list price"
    assert rung.label == "a: list prices of 2026-08-03 → 2026-08-22"


def test_stages_that_are_left_out_or_taken_by_few() -> None:
    rows = [call(f"r{n}", stage=stage) for n in range(9) for stage in "ab"]
    frame = priced(pd.DataFrame([*rows, call(ODD), call(ODD, stage="tool")]))
    found = explain_request(lazy(frame), BOOK, ODD)
    one = 114e-6
    assert {(r.stage, r.cause): pytest.approx(r.usd) for r in found.rungs} == {
        ("b", "calls"): -one,
        ("tool", "calls"): one,
    }
    assert found.rungs[0].label in ("b: calls 1 → 0", "tool: calls 0 → 1")


def test_tries_again_are_told_of() -> None:
    found = beside(call(ODD), call(ODD, attempt=1), call(ODD, attempt=2))
    assert found.rungs[0].label == "a: calls 1 → 3, 2 of them tried again"


@pytest.fixture(scope="module")
def calls() -> pd.DataFrame:
    return drawn(Truth(volume=30, again=0.5), date(2026, 11, 2), 7, 5)


def test_rungs_add_up_for_any_request(calls: pd.DataFrame) -> None:
    found = unexpected_requests(lazy(calls), BOOK, 40)
    for one in found.each:
        assert sum(rung.usd for rung in one.rungs) == pytest.approx(one.excess, abs=1e-9 * one.usd)
        own = calls[calls["request"] == one.request]
        assert one.usd == pytest.approx(own["cost_pico"].sum() / 1e12)


def test_the_most_unexpected_are_first_by_dollars(calls: pd.DataFrame) -> None:
    found = unexpected_requests(lazy(calls), BOOK, 10)
    spent = calls.groupby(["request", "feature"])["cost_pico"].sum() / 1e12
    usual = {one.feature: one.usual for one in unexpected_requests(lazy(calls), BOOK, 200).each}
    assert {*usual} == {*calls["feature"]}
    above = spent - spent.index.get_level_values("feature").map(usual)
    first = above.sort_values(ascending=False)[:10]
    assert [one.request for one in found.each] == [request for request, _ in first.index]
    assert [one.excess for one in found.each] == pytest.approx(first.tolist())
    assert found.excess == pytest.approx(above[above > 0].sum())
    assert found.requests == calls["request"].nunique()
    assert found.sentence.startswith(f"10 of {found.requests:,} requests cost $0.")
    assert found.each[0].sentence in found.sentence
    assert len(found.rows().rows) == 10


def test_duckdb_says_the_same(calls: pd.DataFrame) -> None:
    native = lazy(calls).collect().to_native()
    log = nw.from_native(duckdb.connect().from_df(native)).lazy()
    ours, theirs = unexpected_requests(lazy(calls), BOOK), unexpected_requests(log, BOOK)
    assert repr(ours) == repr(theirs)
    name = ours.each[3].request
    assert (
        explain_request(log, BOOK, name)
        .frame()
        .equals(explain_request(lazy(calls), BOOK, name).frame())
    )


def test_a_request_as_all_others_is_said_to_be() -> None:
    found = beside(call(ODD))
    assert found.sentence.endswith("It is as its peers are.")
    assert [row.role for row in found.rows().rows] == ["sum", "sum"]
    same = priced(pd.DataFrame([call("r1"), call("r2")]))
    assert unexpected_requests(lazy(same), BOOK).sentence == (
        "Of 2 requests none cost more than is usual for its feature."
    )


def test_a_request_without_a_price_is_one_line(calls: pd.DataFrame) -> None:
    name = str(calls["request"].iloc[0])
    other = calls.assign(cost_pico=calls["cost_pico"].mask(calls["request"] == name))
    with pytest.raises(ExplainError, match=f"request '{name}' has no price: model unknown"):
        explain_request(lazy(other), BOOK, name)


def test_a_request_that_is_not_there_is_one_line(calls: pd.DataFrame) -> None:
    with pytest.raises(ExplainError, match=r"no priced request '2026-11-03_1' in the log; "):
        explain_request(lazy(calls), BOOK, "2026-11-03_1")
