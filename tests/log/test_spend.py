"""Money and times by group, and the calls furthest beyond their peers: against brute force."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from priced_logs import ENGINES

from aicost.book.book import Book
from aicost.log.columns import NAMELESS
from aicost.log.engine import collected
from aicost.log.price import Priced, price_calls
from aicost.log.spend import costliest_calls, spend

BOOK = Book.load()
N = 2_000


def made() -> pd.DataFrame:
    """Return a log with some calls without a feature and some without a price."""
    rng = np.random.default_rng(5)
    models = ["openai/gpt-4o-mini", "anthropic/claude-haiku-5-5", "openai/gpt-6-sol", "ours"]
    start = np.datetime64("2026-11-01T00:00:00", "us")
    return pd.DataFrame(
        {
            "call": [f"c{n:05}" for n in range(N)],
            "moment": start + rng.integers(0, 5 * 86_400, N).astype("m8[s]"),
            "feature": rng.choice(np.array(["a", "b", None], dtype=object), N),
            "stage": rng.choice(["x", "y"], N),
            "model": rng.choice(models, N, p=[0.5, 0.3, 0.19, 0.01]),
            "input_tokens": rng.lognormal(7, 1, N).astype(int),
            "output_tokens": rng.lognormal(5, 1, N).astype(int),
            "whole_s": rng.lognormal(0, 1, N),
        }
    )


LOG = made()


def costed(priced: Priced) -> pd.DataFrame:
    """Return each call with what it cost, nothing where it has no price."""
    calls = collected(priced.calls)
    calls["usd"] = pd.to_numeric(calls["cost_pico"], errors="coerce").astype(float) / 1e12
    return calls


@pytest.fixture(scope="module", params=ENGINES)
def priced(request: pytest.FixtureRequest) -> Priced:
    return price_calls(ENGINES[request.param](LOG), BOOK)


def test_groups_are_those_of_the_rows(priced: Priced) -> None:
    found, calls = spend(priced), costed(priced)
    calls["day"] = calls["moment"].dt.strftime("%Y-%m-%d")
    calls["feature"] = calls["feature"].fillna(NAMELESS)
    by = calls.groupby(["day", "feature", "model"])
    table = found.frame.set_index(["day", "feature", "model"])
    assert len(table) == len(by)
    assert table["priced"].sum() == priced.priced
    pd.testing.assert_series_equal(
        by["usd"].sum(min_count=1),
        table["usd"].sort_index(),
        check_index_type=False,
        check_dtype=False,
    )
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        theirs = by["whole_s"].quantile(share).astype(float).to_numpy()
        np.testing.assert_allclose(table[name].sort_index().astype(float), theirs)
    assert "groups by day, feature, model: $" in found.sentence
    assert "Percentiles of time are exact." in found.sentence
    assert found.rows().rows[0].cells[5] == table["usd"].max()


@pytest.mark.parametrize("most", [3, 10, 100, 5_000])
def test_the_dearest_are_those_furthest_beyond_the_mean(priced: Priced, most: int) -> None:
    calls = costed(priced).dropna(subset="usd")
    calls["feature"] = calls["feature"].fillna("")
    mean = calls.groupby(["feature", "stage", "model"])["usd"].transform("mean")
    calls["excess"] = calls["usd"] - mean
    expected = calls.sort_values(["excess", "call"], ascending=[False, True]).head(most)
    found = costliest_calls(priced, most=most)
    assert found.frame["call"].tolist()[:90] == expected["call"].tolist()[:90]
    assert len(found.frame) == len(expected)
    np.testing.assert_allclose(found.frame["excess_usd"].astype(float), expected["excess"])


def test_a_log_without_prices_has_none_that_is_dear() -> None:
    nothing: Any = LOG.assign(model="ours")
    found = costliest_calls(price_calls(nothing, BOOK))
    assert len(found.frame) == 0
    assert "0 calls" in found.sentence
    groups = spend(price_calls(nothing, BOOK))
    assert groups.frame["usd"].isna().all()
    assert groups.sentence.endswith("groups by day, feature, model, none with a price.")
