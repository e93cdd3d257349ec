"""Why a bill changed: planted causes found alone, bars that add up, and what is said of them."""

from datetime import date, timedelta
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from priced import LARGE, SMALL, Truth, drawn, lazy, priced

from aicost.book.book import Book
from aicost.log.bars import BillChange
from aicost.log.change import changed
from aicost.log.day_sums import ChangeError

BOOK = Book.load()
BEFORE, AFTER = date(2026, 10, 19), date(2026, 11, 2)  # Mondays, with the same list prices


def compared(before: pd.DataFrame, after: pd.DataFrame) -> BillChange:
    return changed(lazy(before), lazy(after), BOOK)


def bars(found: BillChange) -> dict[str, float]:
    return {bar.cause: bar.usd for bar in found.bars}


def later(calls: pd.DataFrame, days: int = 14) -> pd.DataFrame:
    return calls.assign(moment=calls["moment"] + pd.Timedelta(days=days))


@pytest.fixture(scope="module")
def calls() -> pd.DataFrame:
    return drawn(Truth(volume=40), BEFORE, 14, 1)


# ---- causes that are planted exactly


def twice(calls: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([calls, calls.assign(request=calls["request"] + "again")])


def retried(calls: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([calls, calls])


def uncached(calls: pd.DataFrame) -> pd.DataFrame:
    read = calls["input_tokens"] + calls["cache_read_tokens"]
    return calls.assign(input_tokens=read, cache_read_tokens=0)


def talkative(calls: pd.DataFrame) -> pd.DataFrame:
    return calls.assign(output_tokens=calls["output_tokens"] * 2)


def thoughtful(calls: pd.DataFrame) -> pd.DataFrame:
    return calls.assign(thinking_tokens=calls["thinking_tokens"] * 3)


def longer(calls: pd.DataFrame) -> pd.DataFrame:
    both = {name: calls[name] * 2 for name in ("input_tokens", "cache_read_tokens")}
    return calls.assign(**both)


@pytest.mark.parametrize(
    ("planted", "cause"),
    [
        (twice, "volume"),
        (retried, "calls"),
        (uncached, "caching"),
        (talkative, "output"),
        (thoughtful, "thinking"),
        (longer, "input"),
    ],
)
def test_one_cause_has_the_one_bar(calls: pd.DataFrame, planted: Any, cause: str) -> None:
    after = priced(later(planted(calls)))
    found = compared(calls, after)
    difference = (after["cost_pico"].sum() - calls["cost_pico"].sum()) / 1e12 / 14
    (bar,) = (bar for bar in found.bars if abs(bar.usd) > 1e-9 * difference)
    assert (bar.cause, bar.usd) == (cause, pytest.approx(difference, rel=1e-9))
    assert bar.lmdi == pytest.approx(difference, rel=1e-9)
    assert bar.low < bar.usd < bar.high
    assert bar.label in found.sentence


def test_prices_that_rose_are_found_alone() -> None:
    """DeepSeek's prices rose on 2026-08-17; the hours of its peak are how calls are sold."""
    before = drawn(Truth(volume=20, large=0.0), date(2026, 7, 6), 14, 1).assign(
        model="deepseek/deepseek-v4-pro"
    )
    after = later(before, 56)
    found = compared(priced(before), priced(after))
    assert {*bars(found)} == {"list price", "how sold"}
    assert found.after > found.before


def test_calls_past_a_limit_of_length_are_apart() -> None:
    row = {"moment": pd.Timestamp(BEFORE), "model": LARGE, "output_tokens": 0, "request": "r"}
    before = pd.DataFrame([{**row, "input_tokens": 100_000}])
    after = later(pd.DataFrame([{**row, "input_tokens": 100_001}]))
    found = compared(priced(before), priced(after))
    assert bars(found) == {
        "long context": pytest.approx(0.04, rel=1e-4),
        "input": pytest.approx(0.0, abs=1e-6),
    }


def test_half_price_is_how_calls_are_sold(calls: pd.DataFrame) -> None:
    after = later(calls).assign(cost_pico=calls["cost_pico"] // 2)
    found = compared(calls, after)
    assert found.bars[0].cause == "how sold"
    assert found.ratio_high < 1


def test_what_began_and_ended_has_bars_of_its_own(calls: pd.DataFrame) -> None:
    after = later(calls)
    after = after[after["feature"] != "report"]
    moved = (after["model"] == LARGE) & (after["stage"] == "plan")
    judged = after[after["stage"] == "answer"].assign(stage="judge")
    after = priced(
        pd.concat([after.assign(model=after["model"].mask(moved, "openai/gpt-5")), judged])
    )
    found = compared(calls, after)
    usd = {bar.label: bar.usd * 14e12 for bar in found.bars}
    report = calls[calls["feature"] == "report"]
    assert usd["feature report ended"] == pytest.approx(-report["cost_pico"].sum())
    new = after[after["model"] == "openai/gpt-5"]
    assert usd["model openai/gpt-5 began"] == pytest.approx(new["cost_pico"].sum())
    judges = after[after["stage"] == "judge"]
    assert usd["stage judge began"] == pytest.approx(judges["cost_pico"].sum())
    gone = calls[
        (calls["model"] == LARGE) & (calls["stage"] == "plan") & (calls["feature"] != "report")
    ]
    assert usd[f"model {LARGE} ended"] == pytest.approx(-gone["cost_pico"].sum())
    # Nothing else happened: requests, calls of a stage and tokens are as they were.
    rest = {bar.cause for bar in found.bars} - {"began", "ended"}
    assert rest <= {"models"}
    assert all(bar.lmdi is None for bar in found.bars if bar.cause in ("began", "ended"))


def test_where_everything_is_new_there_are_only_beginnings(calls: pd.DataFrame) -> None:
    after = later(calls).assign(feature="all new")
    found = compared(calls, after)
    assert {bar.cause for bar in found.bars} == {"began", "ended"}
    assert len(found.bars) == 4


# ---- any change


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_bars_add_up_whatever_changed(data: st.DataObject) -> None:
    values = {
        "volume": st.floats(5, 20),
        "again": st.floats(0, 1),
        "large": st.sampled_from([0.0, 0.4, 1.0]),
        "cached": st.sampled_from([0.0, 0.3, 0.9]),
        "read": st.floats(50, 60_000),
        "thinking": st.sampled_from([0.0, 500.0]),
    }
    truths = [Truth(**{name: data.draw(one) for name, one in values.items()}) for _ in "ab"]
    days = [data.draw(st.integers(1, 9)) for _ in "ab"]
    logs = [
        drawn(truth, first, many, seed)
        for truth, first, many, seed in zip(truths, (BEFORE, AFTER), days, (1, 2), strict=True)
    ]
    found = compared(*logs)
    change = found.after - found.before
    size = max(found.before, found.after)
    assert sum(bar.usd for bar in found.bars) == pytest.approx(change, abs=1e-9 * size)
    assert found.low <= change <= found.high
    for side, log in zip((found.before, found.after), logs, strict=True):
        length = (log["moment"].max().date() - log["moment"].min().date()).days + 1
        assert side * length == pytest.approx(log["cost_pico"].sum() / 1e12)


def test_order_of_rows_and_names_plays_no_part(calls: pd.DataFrame) -> None:
    after = drawn(Truth(volume=50, cached=0.2), AFTER, 14, 2)
    found = compared(calls, after)

    def other(log: pd.DataFrame) -> pd.DataFrame:
        names = {"search": "z", "support": "m", "report": "a", "plan": "y", "answer": "b"}
        return log.sample(frac=1, random_state=1).reset_index(drop=True).replace(names)

    again = compared(other(calls), other(after))
    assert bars(again) == pytest.approx(bars(found), rel=1e-9)
    assert [bar.low for bar in again.bars] == pytest.approx([bar.low for bar in found.bars])


def test_duckdb_gives_the_same(calls: pd.DataFrame) -> None:
    both = pd.concat([calls, drawn(Truth(volume=50), AFTER, 14, 2)], ignore_index=True)
    log = nw.from_native(duckdb.connect().from_df(lazy(both).collect().to_native())).lazy()
    days = [(first, first + timedelta(13)) for first in (BEFORE, AFTER)]
    found = changed(log, log, BOOK, days)
    split = both["moment"] < pd.Timestamp(AFTER)
    assert found.frame().equals(compared(both[split], both[~split]).frame())


# ---- what is said


def test_sentence_and_table(calls: pd.DataFrame) -> None:
    after = drawn(Truth(volume=80, cached=0.1), AFTER, 14, 2)
    found = compared(calls, after)
    first, second = found.bars[:2]
    assert first.label.startswith("requests a day ")
    assert found.sentence.startswith("The bill rose from $0.0")
    assert "(2026-10-19 to 2026-11-01) to $" in found.sentence
    assert first.label in found.sentence
    assert second.label in found.sentence
    assert second.label.startswith("input read from a cache 5")
    table = found.rows()
    assert [row.role for row in table.rows] == ["sum", *["line"] * len(found.bars), "sum"]
    assert table.rows[1].of is first
    assert len(table.rows[1].making) == 4  # three cells, and the others
    assert "LMDI" in table.notes[-1]
    assert [*found.frame()["usd"]] == [bar.usd for bar in found.bars]
    assert "<details>" in found._repr_html_()


def test_what_may_be_chance_is_said_to_be(calls: pd.DataFrame) -> None:
    found = compared(calls, drawn(Truth(volume=40), AFTER, 14, 3))
    assert "May be chance: " in found.sentence
    assert not found.past(0.5)


def test_the_same_again_differs_in_nothing(calls: pd.DataFrame) -> None:
    found = compared(calls, later(calls))
    assert found.bars == ()
    assert found.sentence.endswith("Nothing that is billed differs.")


@pytest.mark.parametrize(("limit", "past"), [(0.2, True), (0.99, True), (1.01, False)])
def test_limit_is_passed_by_the_whole_interval(limit: float, past: bool) -> None:
    days = pd.date_range(BEFORE, periods=14)
    same = {"model": SMALL, "input_tokens": 1_000, "output_tokens": 100}
    even = priced(pd.DataFrame({"moment": days, "request": days.astype(str), **same}))
    assert compared(even, later(even).assign(cost_pico=even["cost_pico"] * 2)).past(limit) is past


def test_limit_is_not_passed_by_half_an_interval(calls: pd.DataFrame) -> None:
    found = compared(calls, drawn(Truth(volume=44), AFTER, 14, 3))
    above = found.after / found.before - 1
    assert found.ratio_low - 1 < above - 0.01
    assert not found.past(above - 0.01)
    assert found.past(found.ratio_low - 1 - 1e-9)


def test_periods_of_other_lengths_are_counted_by_the_day(calls: pd.DataFrame) -> None:
    week = later(calls[calls["moment"] < pd.Timestamp(BEFORE) + pd.Timedelta(days=5)])
    found = compared(calls, week)
    assert "The periods have 14 days and 5 days; both are counted by the day." in found.notes
    assert any(
        "Saturdays and Sundays are 29 % of the days before and 0 %" in x for x in found.notes
    )


def test_one_day_says_what_its_intervals_hold(calls: pd.DataFrame) -> None:
    day = calls[calls["moment"] < pd.Timestamp(BEFORE) + pd.Timedelta(days=1)]
    found = compared(day, later(calls))
    assert "2026-10-19 is one day: its intervals say how requests differ, not days." in found.notes
    assert found.low < found.difference < found.high


def test_a_bill_of_nothing_is_none(calls: pd.DataFrame) -> None:
    with pytest.raises(ChangeError, match=r"2026-10-19 to 2026-11-01: calls cost nothing"):
        compared(calls.assign(cost_pico=0), later(calls))
