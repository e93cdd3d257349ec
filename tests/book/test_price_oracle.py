"""Requests priced here and by genai-prices: equal in every decimal, but for what is listed."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
import pytest
from genai_requests import priced_by_token, rounding, sample, theirs

from aicost.accuracy.prices import DEPARTURES
from aicost.book.book import Book
from aicost.book.genai_prices import read_installed
from aicost.book.refresh import EVERY, accept
from aicost.book.token_prices import price_requests

REQUESTS = 20_000
OURS = Book.load(layers=("imported",)).find("refresh/genai-prices", "differences_left").source


@pytest.fixture(scope="module")
def book() -> Book:
    return Book.load()


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The imported layer, made anew where another genai-prices is installed than it is of."""
    if f"genai-prices {version('genai-prices')}" == OURS:
        return Book.load(layers=("imported",))
    folder = tmp_path_factory.mktemp("book")
    accept(
        read_installed(date(2026, 11, 27)), [EVERY], read_on=date(2026, 11, 27), directory=folder
    )
    return Book.load(layers=("imported",), directory=folder)


def ours(book: Book, requests: Sequence[Any]) -> np.ndarray:
    """Price the same requests here, one pass per context."""
    found = np.zeros(len(requests), dtype=np.int64)
    contexts = np.array([r[2] for r in requests], dtype=object)
    for context in sorted(set(contexts)):
        index = np.flatnonzero(contexts == context)
        chosen = [requests[i] for i in index]
        total, read, five, hour, output = np.array([r[4] for r in chosen]).T
        found[index] = price_requests(
            book,
            model=[f"{p.id}/{m.id}" for p, m, *_ in chosen],
            at=np.array([r[3].replace(tzinfo=None) for r in chosen], dtype="datetime64[m]"),
            input_tokens=total - read - five - hour,
            cache_read_tokens=read,
            cache_write_5m_tokens=five,
            cache_write_1h_tokens=hour,
            output_tokens=output,
            context=context,
            undated_context="standard",
        )
    return found


def test_equal_to_genai_prices(
    imported: Book, record_property: Callable[[str, object], None]
) -> None:
    models = priced_by_token()
    assert len(models) > 2_000
    requests = list(sample(REQUESTS, 20261123, models))
    found = ours(imported, requests)
    different = []
    for request, pico in zip(requests, found, strict=True):
        provider, model, _, _, counts = request
        off = abs(Decimal(int(pico)).scaleb(-12) - theirs(*request))
        if off:
            different.append(f"{provider.id}/{model.id}")
            assert off <= rounding(imported, different[-1]) * (counts[0] + counts[4]) / 10**6
    record_property(
        "figure",
        f"{REQUESTS:,} random requests: {REQUESTS - len(different):,} equal to genai-prices to the "
        f"last decimal, {len(different)} off by a rounded reseller price",
    )
    assert 0 < len(different) < REQUESTS / 100  # the rounded rows are in the sample, and few


def test_curated_layer_departs_only_where_listed(book: Book, imported: Book) -> None:
    if f"genai-prices {version('genai-prices')}" != OURS:
        pytest.skip(f"the curated layer was held against {OURS}")
    curated = {item for item in book.items() if book.all_rows(item)[0].layer == "prices.csv"}
    both = curated & set(imported.items())
    assert set(DEPARTURES) < both
    models = [(p, m) for p, m in priced_by_token() if f"{p.id}/{m.id}" in both - set(DEPARTURES)]
    assert len(models) == len(both) - len(DEPARTURES)
    requests = list(sample(4_000, 7, models))
    np.testing.assert_array_equal(ours(book, requests), ours(imported, requests))


@pytest.mark.parametrize("item", sorted(DEPARTURES))
def test_departures_are_as_listed(book: Book, item: str) -> None:
    imported = Book.load(layers=("imported",))
    minutes = pd.date_range("2026-10-14", "2026-11-29", freq="30min").to_numpy()
    arguments: dict[str, Any] = {"model": item, "input_tokens": 1_000, "output_tokens": 500}
    here = price_requests(book, at=minutes, **arguments)
    there = price_requests(imported, at=minutes, **arguments)
    off_peak = price_requests(imported, at=np.datetime64("2026-11-23T12:00"), **arguments)
    weekend = pd.DatetimeIndex(minutes + np.timedelta64(8, "h")).day_of_week >= 5
    expected = np.where(weekend & ("deepseek" in item), off_peak, there)
    np.testing.assert_array_equal(here, expected)
    if "deepseek" in item:
        assert (here != there).mean() == pytest.approx(14 / 168, abs=0.01)
