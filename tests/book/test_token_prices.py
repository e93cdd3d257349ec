"""Requests and rates: what always holds, what happens at the edges, what is refused."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.book.book import Book
from aicost.book.request_columns import requests_of
from aicost.book.rows import BookError
from aicost.book.token_prices import price_requests, rates, total_usd

HAIKU = "anthropic/claude-haiku-5-5"
DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def book() -> Book:
    return Book.load()


@pytest.fixture(scope="module")
def imported() -> Book:
    return Book.load(layers=("imported",))


COUNTS = st.lists(st.integers(0, 10**6), min_size=5, max_size=5)
MODELS = (
    "anthropic/claude-haiku-5-5",
    "openai/gpt-6-sol",
    "openai/gpt-4o-mini",
    "google/gemini-4-argon",
    "deepseek/deepseek-v4-pro",
    "perplexity/sonar",
)


def fitting(book: Book, model: str, counts: Sequence[int]) -> list[int]:
    """Halve counts until the model holds them in one request."""
    most, held = rates(book, model, on=date(2027, 1, 1)).context_window or 10**9, [*counts]
    while sum(held[:4]) > most:
        held = [count // 2 for count in held]
    return held


def by_hand(book: Book, model: str, at: datetime, counts: Sequence[int]) -> Decimal:
    """Price one request in Decimal, cell by cell, from the rows that `rates` names."""
    charged = rates(book, model, on=at.date())
    minute = (at.weekday() * 24 + at.hour) * 60 + at.minute
    window = int(charged.window_of_minute()[minute])
    tier = sum(sum(counts[:4]) > limit for limit in charged.tiers[1:])
    units = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
    cost = Decimal(charged.request_row.text) if charged.request_row else Decimal(0)
    for unit, count in zip(units, counts, strict=True):
        cost += count * Decimal(charged.row(unit, tier, window).text) / 10**6
    return cost


@given(
    st.lists(
        st.tuples(
            st.sampled_from(MODELS),
            st.datetimes(datetime(2026, 10, 14), datetime(2027, 2, 1)),
            COUNTS,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_a_mixed_pass_is_each_request_alone(
    requests: list[tuple[str, datetime, list[int]]],
) -> None:
    book = Book.load()
    requests = [(model, at, fitting(book, model, counts)) for model, at, counts in requests]
    model, at, counts = zip(*requests, strict=True)
    fresh, read, five, hour, output = np.array(counts).T
    pico = price_requests(
        book,
        model=list(model),
        at=np.array(at, dtype="datetime64[m]"),
        input_tokens=fresh,
        cache_read_tokens=read,
        cache_write_5m_tokens=five,
        cache_write_1h_tokens=hour,
        output_tokens=output,
    )
    expected = [by_hand(book, *request) for request in requests]
    assert [Decimal(int(p)).scaleb(-12) for p in pico] == expected
    assert total_usd(pico) == sum(expected)


def test_chunks_and_shapes_do_not_matter(book: Book) -> None:
    rng = np.random.default_rng(1)
    n = 150_000  # more than two chunks
    tokens = rng.integers(0, 128_000, n)
    names = np.array(MODELS, dtype=object)[rng.integers(0, len(MODELS), n)]
    at = np.datetime64("2026-10-14T00:00") + rng.integers(0, 100_000, n).astype("m8[m]")
    whole = price_requests(book, model=names, at=at, input_tokens=tokens, output_tokens=7)
    part = slice(70_000, 70_100)
    alone = price_requests(
        book, model=names[part], at=at[part], input_tokens=tokens[part], output_tokens=7
    )
    np.testing.assert_array_equal(whole[part], alone)
    for column in (pd.Series(names), pd.Categorical(names), names.astype(str), list(names)):
        again = price_requests(book, model=column, at=at, input_tokens=tokens, output_tokens=7)
        np.testing.assert_array_equal(whole, again)
    grid = price_requests(book, model=HAIKU, at=DAY, input_tokens=[[1], [2]], output_tokens=[3, 4])
    assert grid.shape == (2, 2)
    one = price_requests(book, model=HAIKU, at=DAY, input_tokens=2, output_tokens=4)
    assert one.shape == ()
    assert one == grid[1, 1]
    assert price_requests(book, model=[], at=DAY, input_tokens=[]).shape == (0,)


def test_moments(book: Book) -> None:
    midnight = datetime(2026, 12, 1, tzinfo=UTC)  # Gemini's price doubles
    before = midnight - timedelta(minutes=1)
    for at in (
        [before, midnight],
        pd.Series([before, midnight]),
        pd.Series([before, midnight]).dt.tz_convert("Asia/Tokyo"),
        pd.Series([before, midnight]).dt.tz_localize(None),
        np.array(["2026-11-30T23:59:59", "2026-12-01T00:00:00"], dtype="datetime64[s]"),
        ["2026-12-01T00:59+01:00", "2026-12-01T01:00+01:00"],
    ):
        pico = price_requests(book, model="google/gemini-4-argon", at=at, input_tokens=10**6)
        assert pico.tolist() == [2 * 10**12, 4 * 10**12]
    for at, wrong in (("NaT", "has no date"), (np.datetime64("20000-01-01"), "years 1 to 9999")):
        with pytest.raises(ValueError, match=wrong):
            price_requests(book, model=HAIKU, at=np.datetime64(at), input_tokens=1)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"model": f"{HAIKU}5"}, BookError, f"did you mean {HAIKU}"),
        ({"model": [HAIKU, None]}, BookError, "request 1 has no model"),
        ({"context": "processing=bach"}, BookError, "did you mean 'processing=batch'"),
        (
            {"model": "voyageai/voyage-4", "output_tokens": [0, 1]},
            BookError,
            "voyageai/voyage-4: output tokens, for which the book has no price",
        ),
        ({"model": "cohere/rerank-v3.5"}, BookError, "input tokens, for which the book has no"),
        ({"at": "2026-10-06"}, BookError, "no price recorded on 2026-10-06"),
        ({"input_tokens": [5, -1]}, ValueError, "input tokens: request 1 is negative"),
        ({"output_tokens": 1.5}, ValueError, "output tokens: not whole numbers"),
        ({"input_tokens": [1.0, np.nan]}, ValueError, "input tokens: not whole numbers"),
        ({"output_tokens": 10**14}, OverflowError, "more than 9.2 million USD"),
    ],
)
def test_refusals(
    book: Book, arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as problem:
        price_requests(book, **({"model": HAIKU, "at": DAY, "input_tokens": 1} | arguments))
    assert message in str(problem.value)


def test_large_requests_that_fit(book: Book) -> None:
    tokens = 9 * 10**12  # 9 million USD at 1 USD per Mtok
    model = "anthropic/claude-haiku-4-5"
    pico = price_requests(book, model=model, at=DAY, input_tokens=[tokens, 1])
    assert pico.tolist() == [tokens * 10**6, 10**6]
    assert total_usd([pico[0]] * 10) == 90_000_000


# ---- rows that are sums of requests


@given(
    st.sampled_from(MODELS),
    st.integers(1, 500),
    st.lists(st.integers(0, 30_000), min_size=5, max_size=5),
)
def test_a_sum_of_equal_requests_costs_what_they_do(
    model: str, many: int, counts: list[int]
) -> None:
    book = Book.load()
    units = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
    one, whole = (
        price_requests(
            book,
            model=model,
            at=DAY,
            requests=held,
            **{f"{unit}_tokens": n * held for unit, n in zip(units, counts, strict=True)},
        )
        for held in (1, many)
    )
    assert int(whole) == many * int(one)


def test_a_sum_is_in_the_tier_of_its_mean_request(book: Book) -> None:
    tokens = [272_000 * 7, 272_000 * 7 + 1]  # the tier begins above 272,000
    pico = price_requests(book, model="openai/gpt-6-sol", at=DAY, input_tokens=tokens, requests=7)
    rate = [rates(book, "openai/gpt-6-sol").usd_per_mtok("input", tier) for tier in (0, 1)]
    assert pico.tolist() == [round(n * usd * 10**6) for n, usd in zip(tokens, rate, strict=True)]


def test_a_day_of_requests_is_priced_as_such(book: Book) -> None:
    day = {"model": "openai/gpt-6-sol", "at": "2026-11-20", "output_tokens": 500_000}
    known = price_requests(book, **day, input_tokens=5_000_000, requests=[400])
    assert total_usd(known) == 15
    with pytest.raises(
        BookError, match=r"row 1: 5,000,000 tokens of input are more than the"
    ) as no:
        price_requests(book, **day, input_tokens=[5, 5_000_000])
    assert "that openai/gpt-6-sol holds in one request; say of how many" in str(no.value)


def test_a_row_far_down_is_named_by_its_place(book: Book) -> None:
    tokens = np.full(70_000, 10)
    tokens[69_999] = 3_000_000
    with pytest.raises(BookError, match="row 69999: 3,000,000 tokens"):
        price_requests(book, model=HAIKU, at=DAY, input_tokens=tokens)


def test_a_sum_without_tiers_or_fees_needs_no_number_of_requests(book: Book) -> None:
    model = "openai/gpt-4o-mini"
    usd = rates(book, model).usd_per_mtok("input")
    pico = price_requests(book, model=model, at=DAY, input_tokens=10**9)
    assert total_usd(pico) == Decimal(str(usd)) * 1000


@pytest.mark.parametrize("held", [0, -1, 1.5])
def test_a_row_holds_whole_requests(book: Book, held: float) -> None:
    with pytest.raises(ValueError, match="requests"):
        requests_of(held)
    with pytest.raises(ValueError, match="requests"):
        price_requests(book, model=HAIKU, at=DAY, input_tokens=5, requests=held)


@pytest.mark.parametrize(
    ("item", "launch"),
    [
        (HAIKU, "2026-10-07"),
        ("openai/gpt-6.1-sol", "2026-09-29"),
        ("deepseek/deepseek-flash", "2026-09-10"),
    ],
)
def test_no_price_before_the_release(book: Book, item: str, launch: str) -> None:
    at = np.array([np.datetime64(launch) - 1, np.datetime64(launch)])
    assert price_requests(book, model=item, at=at[1], input_tokens=1) > 0
    with pytest.raises(BookError, match=f"no price recorded on .*; first price {launch}"):
        price_requests(book, model=item, at=at, input_tokens=1)


def test_peak_price_of_deepseek_before_it_began(book: Book) -> None:
    at = np.array(["2026-08-16T02:00", "2026-08-17T02:00", "2026-08-22T02:00", "2026-08-29T02:00"])
    pico = price_requests(
        book, model="deepseek/deepseek-v4-pro", at=at.astype("M8[m]"), input_tokens=1_000_000
    )
    assert [str(total_usd(p).normalize()) for p in pico] == ["0.435", "1.32", "1.32", "0.66"]


def test_a_context_before_its_first_price(book: Book) -> None:
    request: dict[str, Any] = {
        "model": "openai/gpt-4o-mini",
        "at": "2026-10-13",
        "input_tokens": 10**6,
        "context": "processing=batch",
    }
    with pytest.raises(
        BookError, match="on 2026-10-13: sold then, price first recorded on 2026-10-14;"
    ):
        price_requests(book, **request)
    assert price_requests(book, **request, undated_context="standard") == 15 * 10**10
    assert price_requests(book, **(request | {"at": "2026-10-14"})) == 75 * 10**9


def test_converted_prices_round_half_to_even(tmp_path: Path) -> None:
    file = tmp_path / "overlay.csv"
    file.write_text(
        "item,parameter,value,unit,currency,source,read_on\n"
        "a/x,input,0.0000025,EUR/Mtok,EUR,p,2026-11-20\n"
        "a/y,input,0.0000025,USD/Mtok,USD,p,2026-11-20\n"
        "fx/EUR,usd_per_unit,1,USD/EUR,USD,p,2026-11-20\n"
    )
    book = Book.load(overlay=file)
    assert price_requests(book, model="a/x", at=DAY, input_tokens=1) == 2
    with pytest.raises(BookError, match=r"overlay\.csv:3: .* more decimals than .* round it to 6"):
        price_requests(book, model="a/y", at=DAY, input_tokens=1)


def test_rates_have_tiers_and_fallbacks(book: Book) -> None:
    haiku = rates(book, HAIKU)
    assert (haiku.tiers, haiku.windows, haiku.context_window) == ((0, 100_000), ("",), 1_000_000)
    assert haiku.usd_per_mtok("cache_write_1h", tier=1) == 1
    assert haiku.window_shares() == (1,)
    assert (haiku.usd_per_request, haiku.request_row) == (0.0, None)
    nova = rates(book, "aws/amazon.nova-pro-v1:0")  # no price for writing to its cache
    assert nova.row("cache_write_1h") == nova.row("cache_write_5m") == nova.row("input")
    mini = rates(book, "openai/gpt-4o-mini", context="processing=batch")
    assert mini.row("input").context == "processing=batch"
    assert mini.row("cache_read").context == ""  # a context keeps what it does not name
    assert rates(book, "perplexity/sonar").usd_per_request == 0.012
    with pytest.raises(BookError, match="no price for 'inputs'; did you mean 'input'"):
        haiku.row("inputs")
    with pytest.raises(BookError, match="no price for 'output'; the book has input"):
        rates(book, "voyageai/voyage-4").row("output")


def test_flat_cache_price_beside_tiers(imported: Book) -> None:
    flat = [
        (charged, unit)
        for item in imported.items()
        if len((charged := rates(imported, item)).tiers) > 1
        for unit in ("cache_read", "cache_write_5m")
        if charged.row(unit, 0).parameter == unit and charged.row(unit, 0) == charged.row(unit, 1)
    ]
    assert flat  # some models have one cache price in all tiers
    assert all(charged.usd_per_mtok(unit, 1) > 0 for charged, unit in flat)


@given(st.lists(st.floats(0, 100), min_size=24, max_size=24).filter(lambda w: sum(w) > 1e-3))
def test_window_shares(weights: list[float]) -> None:
    charged = rates(Book.load(), "deepseek/deepseek-v4-pro")
    assert charged.windows == ("off-peak", "peak")
    shares = charged.window_shares(weights)
    peak = sum(weights[h] for h in (1, 2, 3, 6, 7, 8, 9)) / sum(weights) * 5 / 7
    assert shares == pytest.approx((1 - peak, peak))
    assert sum(shares) == pytest.approx(1)
    daily = rates(Book.load(), "deepseek/deepseek-chat")
    assert daily.windows == ("other", "daily-utc-0030-1630")
    assert daily.window_shares() == pytest.approx((8 / 24, 16 / 24))


def test_a_tier_without_a_base_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "overlay.csv"
    file.write_text(
        "item,parameter,value,unit,tier_gt,source,read_on\n"
        "a/x,input,1,USD/Mtok,1000,p,2026-11-20\n"
        "a/z,input,1,USD/ktok,,p,2026-11-20\n"
    )
    with pytest.raises(BookError, match="a/x input: a price above a tier but none below it"):
        price_requests(Book.load(overlay=file), model="a/x", at=DAY, input_tokens=1)
    with pytest.raises(BookError, match=r"overlay\.csv:3: a/z: USD/ktok where USD/Mtok is due"):
        rates(Book.load(overlay=file), "a/z")
