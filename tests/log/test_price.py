"""A priced log: sums by what calls have, what is left out, and what the log itself says."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from priced_logs import ENGINES

from aicost.book.book import Book
from aicost.log.columns import NAMELESS
from aicost.log.engine import collected
from aicost.log.price import Priced, price_calls
from aicost.log.reprice import reprice_calls

BOOK = Book.load()
DAYS = (datetime(2026, 11, 30, 23, 59), datetime(2026, 12, 1))  # Gemini's price doubles between


def log(*lines: dict[str, Any]) -> pd.DataFrame:
    """Return calls of a million tokens read, with what is said of each otherwise."""
    usual = {"provider": "google", "model": "gemini-4-argon", "moment": DAYS[0]}
    return pd.DataFrame([{**usual, "input_tokens": 100_000, **line} for line in lines])


SOME = log(
    {"feature": "search", "logged_usd": 0.3},
    {"feature": "search", "moment": DAYS[1]},
    {"feature": "chat", "model": "gpt-4o-mini", "provider": "openai", "logged_usd": 0.01},
    {"model": "gemini-14-argon"},
    {"model": "gemini-14-argon", "feature": "chat", "logged_usd": 5.0},
)


def lines(found: Priced) -> dict[str, tuple[Any, ...]]:
    """Return name, calls, calls without a price and dollars of each line."""
    return {row.cells[0]: row.cells[1:4] for row in found.rows().rows}


@pytest.mark.parametrize("engine", ENGINES)
def test_sums_are_exact_and_each_call_is_in_one(engine: str) -> None:
    found = price_calls(ENGINES[engine](SOME), BOOK)
    assert found.total_usd == Decimal("0.615")
    assert (found.priced, found.unpriced) == (3, {"model unknown": 2})
    assert lines(found) == {
        "gemini-4-argon": (2, 0, 0.6),
        "gpt-4o-mini": (1, 0, 0.015),
        "gemini-14-argon": (2, 2, 0.0),
        "all": (5, 2, 0.615),
    }
    assert lines(found.each("feature")) == {
        "search": (2, 0, 0.6),
        "chat": (2, 1, 0.015),
        NAMELESS: (1, 1, 0.0),
        "all": (5, 2, 0.615),
    }
    assert [*lines(found.each("day"))] == ["2026-11-30", "2026-12-01", "all"]
    assert found.each("model") is found


def test_the_sentence_says_what_is_left_out_and_what_the_log_says() -> None:
    found = price_calls(SOME, BOOK)
    assert found.sentence == (
        "5 calls: $0.61 at the prices of their days, book "
        f"{BOOK.hash}; 2 without a price are not in it (model unknown). The log itself says $0.31 "
        "of 2 of them, which come to $0.21 here."
    )
    assert found.notes[0].startswith(
        "google/gemini-14-argon (2 calls): no 'google/gemini-14-argon'"
    )
    assert "did you mean google/gemini-4-argon" in found.notes[0]
    assert "as logged" in repr(found)
    assert "as logged" not in repr(price_calls(SOME.drop(columns="logged_usd"), BOOK))


def test_another_day_is_another_price() -> None:
    for day, usd in ((date(2026, 11, 30), "0.4"), (date(2026, 12, 1), "0.8")):
        assert price_calls(SOME.iloc[:2], BOOK, at=day).total_usd == Decimal(usd)


@pytest.mark.parametrize("engine", ENGINES)
def test_sums_beyond_what_an_integer_holds_are_exact(engine: str) -> None:
    many = log(*[{"input_tokens": 10**8} for _ in range(30)])
    many = many.assign(provider="openai", model="gpt-4o", moment=DAYS[0], output_tokens=10**8)
    found = price_calls(ENGINES[engine](pd.concat([many] * 400)), BOOK)
    assert found.total_usd == 12_000 * 100 * Decimal("12.5")  # 15 M USD


def test_a_cost_stands_beside_its_call() -> None:
    calls = collected(price_calls(SOME, BOOK).calls)
    assert calls["cost_pico"].tolist()[:3] == [2 * 10**11, 4 * 10**11, 15 * 10**9]
    assert calls["item"].tolist()[:3] == ["google/gemini-4-argon"] * 2 + ["openai/gpt-4o-mini"]
    assert calls["logged_usd"].tolist()[0] == 0.3


def test_an_empty_log_and_a_name_that_none_has() -> None:
    assert price_calls(SOME.iloc[:0], BOOK).total_usd == 0
    with pytest.raises(ValueError, match="by: no 'featur' in a log; did you mean 'feature'"):
        price_calls(SOME, BOOK, by="featur")


def test_a_region_and_a_day_that_change_or_know_no_price_are_said() -> None:
    calls = pd.DataFrame(
        {"moment": ["2026-11-02"] * 2, "model": "openai/gpt-4o", "input_tokens": 1_000_000}
    )
    assert not price_calls(calls, BOOK).notes
    (note,) = price_calls(calls.assign(region=["eu", None]), BOOK).notes
    assert note.startswith("1 call says a region, which changes no price: what costs more in a")
    later, before = (
        reprice_calls(calls.assign(region="eu"), BOOK, at=date(year, 1, 1)).rows().notes
        for year in (2099, 2019)
    )
    assert later[0].startswith("2 calls say a region")
    assert later[1] == f"Prices of 2099-01-01 are those that were announced by {BOOK.newest}."
    assert before[1:] == (
        "A price whose first day nobody says is taken to have held on 2019-01-01.",
    )
