"""Fields of a source become the columns of calls."""

from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from aicost.log.cells import frame_of
from aicost.log.layouts import Layout, Place
from aicost.log.records import Dug
from aicost.log.settled import nw as narwhals
from aicost.log.settled import settled

NOW = datetime(2026, 11, 27)


def call(**said: Any) -> pd.Series:
    """One call of the fields that it says, written in the columns' own names."""
    record = {"moment": "2026-11-02", "model": "m", **said}
    layout = Layout(
        "any", "lines", (), "beside", "beside", {name: (Place((name,)),) for name in record}
    )
    frame = frame_of([Dug(1, record)], layout)
    every, _ = settled(narwhals.from_native(frame).lazy(), layout, NOW)
    return every.collect().to_native().iloc[0]


@pytest.mark.parametrize(
    ("said", "five", "hour"),
    [
        ({}, None, None),
        ({"cache_write_tokens": 9}, 9, None),
        ({"cache_write_tokens": 9, "cache_write_1h_tokens": 9}, 0, 9),
        ({"cache_write_tokens": 9, "cache_write_5m_tokens": 2, "cache_write_1h_tokens": 4}, 5, 4),
        ({"cache_write_5m_tokens": 2, "cache_write_1h_tokens": 4}, 2, 4),
    ],
)
def test_what_is_written_to_a_cache_without_a_lifetime_is_kept_five_minutes(
    said: dict[str, int], five: int | None, hour: int | None
) -> None:
    found = call(**said)
    for name, expected in (("5m", five), ("1h", hour)):
        value = found[f"cache_write_{name}_tokens"]
        assert pd.isna(value) if expected is None else value == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"status": "STATUS_CODE_OK"}, "ok"),
        ({"status": 200}, "ok"),
        ({"status": "429"}, "error"),
        ({"status": "ERROR"}, "error"),
        ({"status": "Failure"}, "error"),
        ({"error": "RateLimitError"}, "error"),
        ({"error": "false", "status": "DEFAULT"}, "ok"),
    ],
)
def test_how_it_went(said: dict[str, Any], expected: str) -> None:
    assert call(**said)["status"] == expected


def test_nobody_says_how_it_went() -> None:
    assert pd.isna(call()["status"])


@pytest.mark.parametrize(
    ("tier", "batch", "expected"),
    [
        ("standard", False, None),
        ("Default", False, None),
        ("flex", False, "flex"),
        ("batch", True, None),
    ],
)
def test_how_it_was_sold(tier: str, batch: bool, expected: str | None) -> None:
    found = call(service_tier=tier)
    assert found["batch"] == batch
    assert pd.isna(found["service_tier"]) if expected is None else found["service_tier"] == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("CHAT_MODEL", "chat"),
        ("aembedding", "embedding"),
        ("Reranker", "rerank"),
        ("http", "other"),
    ],
)
def test_what_it_did(said: str, expected: str) -> None:
    assert call(operation=said)["operation"] == expected


def test_times_are_taken_from_moments_where_nobody_says_them() -> None:
    moments = {"ended": "2026-11-02T00:00:03Z", "first_at": "2026-11-02T00:00:01Z"}
    assert [*call(**moments)[["whole_s", "first_s"]]] == [3.0, 1.0]
    assert [*call(**moments, whole_s=2.5)[["whole_s", "first_s"]]] == [2.5, 1.0]


def test_a_request_is_a_trace_else_the_call_else_its_row() -> None:
    names = ["request", "call"]
    assert [*call(request="t", call="c")[names]] == ["t", "c"]
    assert [*call(call="c")[names]] == ["c", "c"]
    assert [*call()[names]] == ["row 1", "row 1"]


def test_a_step_without_a_model_is_a_call_where_it_is_known() -> None:
    assert pd.isna(call(model=None, operation="execute_tool")["reason"])
    assert call(model=None, operation="http")["reason"] == "no call of a model"
    assert call(operation="invoke_agent")["reason"].startswith("wraps other calls")
