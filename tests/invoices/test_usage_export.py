"""Exports of usage and of costs as providers write them, read; and files that are broken."""

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from aicost.book.book import Book
from aicost.invoices.usage_export import UsageExport, usage_export
from aicost.log.layouts import LogError

BOOK = Book.load()
DAY = {"start_time": 1790812800, "end_time": 1790899200}  # 2026-10-01
USED = {"input_tokens": 1000, "input_cached_tokens": 800, "output_tokens": 50}


def read(path: Path, *items: str) -> UsageExport:
    """Read an export."""
    return usage_export(path, BOOK, items)


def page(path: Path, *results: Any, **more: Any) -> Path:
    """Write a page of OpenAI's with one bucket."""
    path.write_text(json.dumps({"data": [{**DAY, "results": [*results]}], **more}))
    return path


def table(path: Path, *rows: dict[str, Any]) -> Path:
    """Write rows as CSV."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def amounts(found: UsageExport, column: str) -> dict[tuple[str, str, str], float]:
    """Return an amount by model, way of being sold and kind of tokens."""
    rows = found.rows[found.rows["aside"] == ""]
    return rows.groupby(["item", "sold", "bucket"])[column].sum().to_dict()


def test_usage_of_openai_has_the_cache_inside(tmp_path: Path) -> None:
    one = {**USED, "num_model_requests": 5, "model": "gpt-4o-mini", "batch": True}
    found = read(page(tmp_path / "u.json", one))
    counts = amounts(found, "quantity")
    key = "openai/gpt-4o-mini", "batch"
    assert counts[(*key, "input_tokens")] == 200
    assert counts[(*key, "cache_read_tokens")] == 800
    assert counts[(*key, "output_tokens")] == 50
    assert counts[(*key, "requests")] == 5
    assert found.rows["start"].unique()[0] == pd.Timestamp("2026-10-01")
    assert not found.costs
    assert found.sold_told


def test_a_day_without_use_is_a_day(tmp_path: Path) -> None:
    path = tmp_path / "u.json"
    empty = {"start_time": 1790899200, "end_time": 1790985600, "results": []}
    used = {**USED, "num_model_requests": 5}
    path.write_text(json.dumps({"data": [{**DAY, "results": [used]}, empty]}))
    assert len(read(path).spans) == 2


def test_usage_of_anthropic_has_the_cache_beside(tmp_path: Path) -> None:
    used = {
        "uncached_input_tokens": 1500,
        "cache_creation": {"ephemeral_1h_input_tokens": 1000, "ephemeral_5m_input_tokens": 500},
        "cache_read_input_tokens": 200,
        "output_tokens": 300,
        "model": "claude-haiku-5-5",
        "service_tier": "standard",
    }
    when = {"starting_at": "2026-10-01T00:00:00Z", "ending_at": "2026-10-02T00:00:00Z"}
    path = tmp_path / "u.json"
    path.write_text(json.dumps({"data": [{**when, "results": [used]}]}))
    counts = amounts(read(path), "quantity")
    words = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
    key = "anthropic/claude-haiku-5-5", ""
    assert [counts[(*key, f"{w}_tokens")] for w in words] == [1500, 200, 500, 1000, 300]


def test_usage_of_the_console_is_by_the_day(tmp_path: Path) -> None:
    row = {
        "usage_date_utc": "2026-10-01",
        "model_version": "claude-haiku-5-5",
        "usage_type": "batch",
        "usage_input_tokens_no_cache": 7,
        "usage_input_tokens_cache_read": 5,
        "usage_output_tokens": 3,
    }
    found = read(table(tmp_path / "u.csv", row))
    assert amounts(found, "quantity")["anthropic/claude-haiku-5-5", "batch", "input_tokens"] == 7
    assert str(found.spans[0][1]) == "2026-10-02 00:00:00"


def test_costs_of_openai_by_line(tmp_path: Path) -> None:
    lines = {"gpt-4o-mini, input": 0.5, "gpt-4o-mini, cached input": 0.25, "vector storage": 2.0}
    results = [
        {"amount": {"value": usd, "currency": "usd"}, "line_item": line}
        for line, usd in lines.items()
    ]
    found = read(page(tmp_path / "c.json", *results))
    assert found.costs
    assert amounts(found, "usd") == {
        ("openai/gpt-4o-mini", "", "cache_read_tokens"): 0.25,
        ("openai/gpt-4o-mini", "", "input_tokens"): 0.5,
    }
    aside = found.rows[found.rows["aside"] != ""]
    assert [*zip(aside["aside"], aside["usd"], strict=True)] == [("vector storage", 2.0)]


def test_a_cost_report_of_anthropic_is_in_cents(tmp_path: Path) -> None:
    cost = {
        "currency": "USD",
        "amount": "123.78912",
        "description": "Claude Haiku 5.5 Usage - Output Tokens",
        "cost_type": "tokens",
        "model": "claude-haiku-5-5",
        "service_tier": "batch",
        "token_type": "output_tokens",
    }
    when = {"starting_at": "2026-10-01T00:00:00Z", "ending_at": "2026-10-02T00:00:00Z"}
    path = tmp_path / "c.json"
    path.write_text(json.dumps({"data": [{**when, "results": [cost]}]}))
    found = read(path)
    usd = amounts(found, "usd")["anthropic/claude-haiku-5-5", "batch", "output_tokens"]
    assert usd == pytest.approx(1.2378912)
    assert found.step_usd == pytest.approx(1e-7)


CUR = {
    "lineItem/UsageStartDate": "2026-10-01T00:00:00Z",
    "lineItem/UsageEndDate": "2026-10-01T01:00:00Z",
    "lineItem/ProductCode": "AmazonBedrock",
    "lineItem/UsageType": "USE1-Claude4.6Sonnet-input-tokens",
    "lineItem/LineItemType": "Usage",
    "lineItem/UsageAmount": "12.5",
    "pricing/unit": "1K tokens",
    "lineItem/UnblendedCost": "0.0375",
    "lineItem/CurrencyCode": "USD",
    "identity/LineItemId": "1",
}


def test_a_report_of_aws_has_thousands_of_tokens(tmp_path: Path) -> None:
    credit = {"lineItem/LineItemType": "Credit", "lineItem/UnblendedCost": "-0.01"}
    machine = {"lineItem/ProductCode": "AmazonEC2", "lineItem/UsageType": "BoxUsage:t3.micro"}
    rows = (
        CUR,
        {**CUR, **credit, "lineItem/UsageType": "", "identity/LineItemId": "2"},
        {**CUR, **machine, "identity/LineItemId": "3"},
    )
    item = "aws/regional.anthropic.claude-sonnet-4-6-v1:0"
    found = read(table(tmp_path / "cur.csv", *rows), item)
    assert amounts(found, "quantity") == {(item, "", "input_tokens"): 12_500}
    assert found.rows["aside"].tolist() == ["", "credits"]
    assert found.elsewhere == (1, 0.0375)
    assert any("1 row of it are of no model of aws" in note for note in found.notes)


def test_parquet_and_gzip_are_read_alike(tmp_path: Path) -> None:
    path = table(tmp_path / "cur.csv", CUR)
    packed = tmp_path / "cur.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    columns = tmp_path / "cur.parquet"
    duckdb.sql(f"COPY (SELECT * FROM read_csv('{path}')) TO '{columns}' (FORMAT parquet)")
    found = [read(p) for p in (path, packed, columns)]
    assert found[0].rows.equals(found[1].rows)
    assert found[0].rows.equals(found[2].rows)


def test_google_credits_are_taken_off(tmp_path: Path) -> None:
    row = {
        "service": {"description": "Vertex AI"},
        "sku": {"description": "Gemini 2.5 Flash GA Text Output - Predictions"},
        "usage_start_time": "2026-10-01 00:00:00 UTC",
        "usage_end_time": "2026-10-01 01:00:00 UTC",
        "cost": 10.0,
        "currency": "EUR",
        "currency_conversion_rate": 0.8,
        "usage": {"amount": 4_000_000, "unit": "count"},
        "credits": [{"name": "promotion", "amount": -2.0}],
        "cost_type": "regular",
    }
    path = tmp_path / "gcp.json"
    path.write_text(json.dumps(row) + "\n")
    found = read(path)
    key = "google/gemini-2.5-flash", "", "output_tokens"
    assert amounts(found, "usd") == {key: pytest.approx(12.5)}
    assert amounts(found, "quantity") == {key: 4_000_000}
    aside = found.rows[found.rows["aside"] == "credits"]
    assert aside["usd"].tolist() == [pytest.approx(-2.5)]


def test_what_is_no_row_is_counted(tmp_path: Path) -> None:
    good = {**USED, "num_model_requests": 5, "model": "gpt-4o-mini"}
    bad = (
        "text",
        {**good, "input_tokens": -1},
        {**good, "output_tokens": "many"},
        {**good, "input_tokens": "1e400"},
        {**good, "input_tokens": 1},  # less than was read from a cache
        good,
    )
    found = read(page(tmp_path / "u.json", good, *bad))
    assert found.read == 7
    assert sum(found.set_aside.values()) == 6
    assert found.set_aside["the same row stands again further up"] == 1
    assert found.set_aside["tokens below nothing"] == 2


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "it is empty"),
        (b"{}", "no export that is known here"),
        (b"\x00\x01\x02", "names no columns"),
        (b"[]", "it holds no whole record; export one of these: OpenAI usage"),
        (
            b'{"num_model_requests": 1',
            "it holds no whole record; export one of these: OpenAI usage",
        ),
        (b'{"num_model_requests": 1}', "no row of it is of a model; it says no time"),
        (b"PAR1 but no Parquet", "it is no whole Parquet"),
    ],
)
def test_a_file_that_is_none_is_one_line(tmp_path: Path, raw: bytes, why: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(raw)
    with pytest.raises(LogError, match=why) as refused:
        read(path)
    assert "\n" not in str(refused.value)


def test_pages_that_go_on_are_told(tmp_path: Path) -> None:
    used = {**USED, "num_model_requests": 5}
    found = read(page(tmp_path / "u.json", used, has_more=True))
    assert "fetch its next pages" in " ".join(found.notes)
