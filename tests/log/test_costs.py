"""What calls cost: as by hand, as by genai-prices, and the same on every engine."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from genai_requests import priced_by_token, rounding, sample, theirs
from priced_logs import ENGINES

from aicost.book.book import Book
from aicost.book.price_rows import NO_PRICE, TOO_LARGE
from aicost.book.rows import BookError
from aicost.book.token_prices import price_requests
from aicost.log.columns import TOKENS
from aicost.log.costs import IMPOSSIBLE, UNCOUNTED, UNDATED, at_prices
from aicost.log.engine import collected, conform
from aicost.log.price import price_calls
from aicost.log.price_table import NO_MODEL, UNKNOWN, price_table, profile

REQUESTS = 10_000
CONTEXTS = {"processing": "batch", "service_tier": "service_tier"}
BOOK = Book.load(layers=("imported",))


def costs(frame: Any, book: Book = BOOK, **said: Any) -> pd.DataFrame:
    """Return each call's name, cost and reason, in the order of names."""
    calls = conform(frame)
    found = at_prices(calls, price_table(profile(calls), book, **said))
    found = collected(found.select("call", "item", "cost_pico", "unpriced"))
    found = found.astype({"cost_pico": "Int64", "unpriced": "string", "item": "string"})
    return found.sort_values("call", ignore_index=True)


def log_of(requests: list[Any]) -> pd.DataFrame:
    """Return requests of the oracle as a log."""
    lines = []
    for number, (provider, model, context, moment, counts) in enumerate(requests):
        total, read, five, hour, output = counts
        key, _, value = context.partition("=")
        tokens = (total - read - five - hour, read, five, hour, output, None)
        tier = value if key == "service_tier" else None
        sold = (f"{number:06}", moment.replace(tzinfo=None), provider.id, model.id)
        lines.append((*sold, value == "batch", tier, *tokens))
    names = ["call", "moment", "provider", "model", "batch", "service_tier", *TOKENS]
    return pd.DataFrame(lines, columns=names).astype(dict.fromkeys(TOKENS, "Int64"))


@pytest.fixture(scope="module")
def requests() -> list[Any]:
    """Ten thousand requests that a log can tell of."""
    every = sample(REQUESTS + 2_000, 20261127, priced_by_token())
    told = [r for r in every if r[2].partition("=")[0] in ("", "service_tier", "processing")]
    return told[:REQUESTS]


def test_ten_thousand_requests_cost_what_both_oracles_say(
    requests: list[Any], record_property: Callable[[str, object], None]
) -> None:
    assert len(requests) == REQUESTS
    found = costs(ENGINES["DuckDB"](log_of(requests)))
    different, unpriced = 0, 0
    for number, (request, pico) in enumerate(zip(requests, found["cost_pico"], strict=True)):
        provider, model, context, moment, counts = request
        total, read, five, hour, output = counts
        arguments: dict[str, Any] = {
            "model": f"{provider.id}/{model.id}",
            "at": np.datetime64(moment.replace(tzinfo=None), "m"),
            "input_tokens": total - read - five - hour,
            "cache_read_tokens": read,
            "cache_write_5m_tokens": five,
            "cache_write_1h_tokens": hour,
            "output_tokens": output,
            "context": context,
        }
        if pd.isna(pico):
            unpriced += 1
            with pytest.raises(BookError):
                price_requests(BOOK, **arguments)
            continue
        if number % 50 == 0:  # the two were held against each other in the book's tests
            assert pico == price_requests(BOOK, **arguments)
        off = abs(Decimal(int(pico)).scaleb(-12) - theirs(*request))
        if off:
            different += 1
            most = rounding(BOOK, f"{provider.id}/{model.id}") * (total + output) / 10**6
            assert off <= most
    assert 0 < different < REQUESTS / 100
    assert 0 < unpriced < REQUESTS / 5
    record_property(
        "figure",
        f"a log of {REQUESTS:,} random requests: {REQUESTS - different - unpriced:,} equal to "
        f"genai-prices to the last decimal, {different} off by a rounded reseller price, "
        f"{unpriced} before the first price of a way to be sold",
    )


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "pandas"])
def test_every_engine_says_the_same(engine: str, requests: list[Any]) -> None:
    log = log_of(requests[:3_000])
    log.loc[::50, "model"] = "no-such-model"
    log.loc[1::50, "moment"] = pd.NaT
    log.loc[2::50, "cache_read_tokens"] = pd.NA
    log["from_cache"] = [n % 40 == 3 for n in range(len(log))]
    pandas, other = (costs(ENGINES[name](log)) for name in ("pandas", engine))
    pd.testing.assert_frame_equal(pandas, other)
    assert set(pandas["unpriced"].dropna()) == {UNDATED, UNKNOWN, NO_PRICE}
    assert (pandas["cost_pico"].isna() == pandas["unpriced"].notna()).all()


HAIKU = {"provider": "anthropic", "model": "claude-haiku-5-5", "moment": datetime(2026, 11, 23)}


def call(**said: Any) -> dict[str, Any]:
    """Return a call that has a price, with what is said of it otherwise."""
    return {**HAIKU, "input_tokens": 1_000, "output_tokens": 100, **said}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("said", "pico", "why"),
    [
        ({}, 150_000_000, None),
        ({"thinking_tokens": 100}, 200_000_000, None),
        ({"provider": None, "model": "anthropic/claude-haiku-5-5"}, 150_000_000, None),
        ({"provider": "our-gateway", "model": "anthropic/claude-haiku-5-5"}, 150_000_000, None),
        ({"input_tokens": 100_001, "output_tokens": 0}, 50_000_500_000, None),
        ({"input_tokens": 1, "cache_read_tokens": 100_000}, None, "larger tier"),
        ({"input_tokens": 1_000_001}, None, TOO_LARGE),
        ({"from_cache": True}, 0, None),
        ({"from_cache": True, "model": "ours"}, 0, None),
        ({"model": None}, None, NO_MODEL),
        ({"model": "claude-haiku-55-5"}, None, UNKNOWN),
        ({"moment": datetime(2026, 10, 6)}, None, NO_PRICE),
        ({"moment": None}, None, UNDATED),
        ({"input_tokens": None, "output_tokens": None}, None, UNCOUNTED),
        ({"input_tokens": None}, 50_000_000, None),
        ({"input_tokens": -1}, None, IMPOSSIBLE),
        ({"output_tokens": 10**15}, None, IMPOSSIBLE),
        ({"service_tier": "priority"}, None, "no price for priority"),
        ({"service_tier": "standard"}, 150_000_000, None),
        ({"provider": "voyageai", "model": "voyage-4"}, None, "no price for output tokens"),
    ],
)
def test_a_call_has_a_cost_or_a_reason(
    engine: str, said: dict[str, Any], pico: int | None, why: str | None
) -> None:
    calls = [{"call": "a", **call()}, {"call": "b", **call(**said)}]
    frame = pd.DataFrame(calls).astype({"input_tokens": "Int64", "output_tokens": "Int64"})
    found = costs(ENGINES[engine](frame), Book.load())
    assert found["cost_pico"].iloc[0] == 150_000_000
    if why == "larger tier":
        rows = price_requests(
            Book.load(),
            model="anthropic/claude-haiku-5-5",
            at="2026-11-23",
            input_tokens=1,
            cache_read_tokens=100_000,
            output_tokens=100,
        )
        pico, why = int(rows), None
    assert [None if pd.isna(v) else v for v in found[["cost_pico", "unpriced"]].iloc[1]] == [
        pico,
        why,
    ]


def test_the_prices_of_another_day_hold_for_calls_without_one() -> None:
    frame = pd.DataFrame([{"call": "a", **call(moment=None)}])
    frame["moment"] = pd.Series([pd.NaT], dtype="datetime64[us]")
    found = costs(frame, Book.load(), at=datetime(2026, 11, 23).date())
    assert found["cost_pico"].tolist() == [150_000_000]


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "Ibis"])
def test_searches_are_priced_by_the_search(engine: str) -> None:
    calls = pd.DataFrame(
        {
            "moment": pd.Timestamp("2026-11-25"),
            "provider": ["cohere"] * 5 + ["openai"],
            "model": ["rerank-v4.0-pro"] * 5 + ["gpt-4o-mini"],
            "units": [1.0, 2.0, None, -1.0, 3.0, 7.0],
            "input_tokens": [0, 500, 10, 1, None, 1_000_000],
        }
    )
    found = price_calls(ENGINES[engine](calls), Book.load())
    told = collected(found.calls.select("units", "input_tokens", "cost_pico", "unpriced"))
    told = told.sort_values("units", na_position="last", ignore_index=True)
    costs = [None if pd.isna(cost) else int(cost) for cost in told["cost_pico"]]
    price = 2_500_000_000  # 0.0025 USD a search
    assert costs == [None, price, 2 * price, 3 * price, 150_000_000_000, None]
    assert found.unpriced == {"searches that no call has": 1, "no searches counted": 1}
