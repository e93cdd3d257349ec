"""Prices laid out as rows: every call falls into one, and costs there what it costs."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.book.book import Book
from aicost.book.calendars import MINUTES
from aicost.book.price_rows import (
    ANY,
    BUCKETS,
    NO_PRICE,
    TOO_LARGE,
    PriceRow,
    price_periods,
    price_rows,
)
from aicost.book.rows import BookError
from aicost.book.token_prices import price_requests

BOOK = Book.load()
SPECIAL = (  # tiers, a limit of size, hours of the week, fees, dates, no price for output
    "anthropic/claude-haiku-5-5",
    "openai/gpt-6-sol",
    "google/gemini-4-argon",
    "deepseek/deepseek-v4-pro",
    "deepseek/deepseek-chat",
    "perplexity/sonar",
    "aws/amazon.nova-pro-v1:0",
    "voyageai/voyage-4",
)


def falls_into(rows: list[PriceRow], at: datetime, size: int) -> list[PriceRow]:
    """Return the rows that a call of some moment and input falls into."""
    minute = (at.weekday() * 24 + at.hour) * 60 + at.minute
    return [
        row
        for row in rows
        if row.valid_from <= at.date() < row.valid_to
        and row.minute_from <= minute < row.minute_to
        and row.tier_from <= size < row.tier_to
    ]


@given(
    st.sampled_from(SPECIAL),
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 2, 1)),
    st.tuples(*[st.integers(0, 300_000)] * 4, st.integers(0, 20_000)),
)
def test_a_call_falls_into_one_row_and_costs_what_it_costs(
    model: str, at: datetime, counts: tuple[int, ...]
) -> None:
    (row,) = falls_into(price_rows(BOOK, model), at, sum(counts[:4]))
    rates = [0 if pico is None else pico for pico in row.pico]
    unpriced = any(n and p is None for n, p in zip(counts, row.pico, strict=False))
    units = (f"{unit}_tokens" for unit in BUCKETS)
    request = {"model": model, "at": at.isoformat(), **dict(zip(units, counts, strict=False))}
    if row.why or unpriced:
        with pytest.raises(BookError):
            price_requests(BOOK, **request)
    else:
        cost = row.fee + sum(n * p for n, p in zip(counts, rates, strict=False))
        assert cost == price_requests(BOOK, **request)


@pytest.mark.parametrize("model", SPECIAL)
def test_rows_cover_all_calls_and_none_twice(model: str) -> None:
    rows = price_rows(BOOK, model)
    edges = {row.valid_from for row in rows} | {date(2026, 11, 21), date(9999, 1, 1)}
    days = [edge + timedelta(step) for edge in edges - {date.min} for step in (-1, 0)]
    sizes = {s for row in rows for s in (row.tier_from, row.tier_to - 1)}
    for day in days:
        for minute in (0, 61, 150, 719, 1439):
            at = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
            assert [len(falls_into(rows, at, size)) for size in sizes] == [1] * len(sizes)


def test_periods_follow_each_other_and_equal_ones_are_one_row() -> None:
    model = "openai/gpt-4o-mini"  # its batch prices begin later than the others
    periods, rows = price_periods(BOOK, model), price_rows(BOOK, model)
    assert [p.valid_to for p in periods[:-1]] == [p.valid_from for p in periods[1:]]
    assert (periods[0].valid_from, periods[-1].valid_to) == (date.min, date.max)
    assert len(rows) < len(periods)
    batch = price_rows(BOOK, model, context="processing=batch")
    assert [row.why for row in batch] == [NO_PRICE, ""]
    assert batch[1].valid_from == date(2026, 10, 14)


def test_the_prices_of_one_day_hold_for_all() -> None:
    model, day = "google/gemini-4-argon", date(2026, 12, 1)  # its price doubles on it
    before, after = (price_rows(BOOK, model, on=on) for on in (day - timedelta(1), day))
    assert {(row.valid_from, row.valid_to) for row in before + after} == {(date.min, date.max)}
    assert (before[0].pico[0], after[0].pico[0]) == (2_000_000, 4_000_000)


def test_what_has_no_price_says_so() -> None:
    haiku = price_rows(BOOK, "anthropic/claude-haiku-5-5")
    assert {row.why: row.pico[0] is None for row in haiku} == {
        NO_PRICE: True,
        "": False,
        TOO_LARGE: True,
    }
    assert haiku[-1].tier_to == ANY
    voyage = price_rows(BOOK, "voyageai/voyage-4", on=date(2026, 11, 23))
    assert [row.pico[BUCKETS.index("output")] for row in voyage] == [None]


def test_hours_of_the_week_are_ranges() -> None:
    rows = price_rows(BOOK, "deepseek/deepseek-v4-pro", on=date(2026, 11, 23))
    spans = [(row.minute_from, row.minute_to) for row in rows if row.pico[0]]
    assert spans[0][0] == 0
    assert spans[-1][1] == MINUTES
    assert [end for _, end in spans[:-1]] == [start for start, _ in spans[1:]]
    assert len({row.pico[0] for row in rows}) == 2


def test_thoughts_have_their_own_price_where_one_is_listed(tmp_path: Path) -> None:
    file = tmp_path / "overlay.csv"
    file.write_text(
        "item,parameter,value,unit,source,read_on\n"
        "a/x,input,1,USD/Mtok,p,2026-11-20\n"
        "a/x,output,2,USD/Mtok,p,2026-11-20\n"
        "a/x,output_reasoning,3,USD/Mtok,p,2026-11-20\n"
    )
    (own,) = price_rows(Book.load(overlay=file), "a/x")
    assert own.pico == (10**6, 10**6, 10**6, 10**6, 2 * 10**6, 3 * 10**6)
    (mini,) = price_rows(BOOK, "openai/gpt-4o-mini", on=date(2026, 11, 23))
    assert mini.pico[-1] == mini.pico[-2]
