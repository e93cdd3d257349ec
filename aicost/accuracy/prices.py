"""Topic `prices`: requests priced by the book against the same requests priced elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from aicost.accuracy.report import Part, Report, read_cases
from aicost.book.book import Book
from aicost.book.rows import BookError
from aicost.book.token_prices import price_requests, total_usd
from aicost.values.table_file import Record

#: Where the curated layer says something else than genai-prices, and why.
DEPARTURES = {
    "deepseek/deepseek-flash": (
        "weekends are off-peak by Beijing time since 2026-08-23, which genai-prices cannot say; "
        "no price before the release on 2026-09-10"
    ),
    "deepseek/deepseek-v4-pro": (
        "weekends are off-peak by Beijing time since 2026-08-23 and peak prices began on "
        "2026-08-17, which genai-prices cannot say"
    ),
    "openai/gpt-6.1-sol": "no price before the release on 2026-09-29",
    "anthropic/claude-haiku-5-5": "no price before the release on 2026-10-07",
}

COLUMNS = (
    "case_id",
    "provider",
    "model",
    "date",
    "input_tokens",
    "output_tokens",
    "expected_usd",
)


def hold(path: Path) -> Report:
    """Hold `price_requests` against requests priced elsewhere, to the last decimal.

    The imported layer has to be exact on every row. The whole book, in which curated rows win,
    has to be exact on every row but those of `DEPARTURES`. The error is relative.
    """
    rows = read_cases(path, *COLUMNS)
    imported = Book.load(layers=("imported",))
    parts = (
        _price_part("imported layer", imported, rows, {}),
        _price_part("whole book", Book.load(), rows, DEPARTURES),
    )
    return Report("prices", path.name, "every row exact to the last decimal", parts)


def _price_part(name: str, book: Book, rows: Sequence[Record], departures: dict[str, str]) -> Part:
    errors, left_out, failed = [], [], []
    for row in rows:
        item = f"{row['provider']}/{row['model']}"
        label = f"case {row['case_id']} {item} {row['date']} {row.get('price_context', '')}".strip()
        row.number("expected_usd", low=0)
        expected = Decimal(row["expected_usd"])
        try:
            found: Decimal | None = total_usd(price_requests(book, **_request(row, item)))
            said = f"{found:f}".rstrip("0").rstrip(".")
        except BookError as problem:
            found, said = None, str(problem)
        except OverflowError as problem:
            raise row.error("input_tokens", str(problem), "split the request") from None
        if found == expected:
            errors.append(0.0)
        elif item in departures:
            left_out.append(f"{label}: {departures[item]}")
        else:
            off = np.inf if found is None or not expected else float(abs(found / expected - 1))
            errors.append(float(off))
            failed.append(f"{label}: {said} instead of {expected}")
    return Part(name, errors, left_out, failed)


def _request(row: Record, item: str) -> dict[str, Any]:
    """A case in disjoint buckets: its `input_tokens` is the total, cache tokens with it."""
    read, five, hour = (
        row.whole(f"{bucket}_tokens") if row.get(f"{bucket}_tokens") else 0
        for bucket in ("cache_read", "cache_write", "cache_write_1h")
    )
    fresh = row.whole("input_tokens") - read - five - hour
    if fresh < 0:
        remedy = "write all input, cached tokens with it"
        raise row.error("input_tokens", "fewer than its cached tokens", remedy)
    try:
        made = datetime.fromisoformat(row["date"])
    except ValueError:
        wrong = f"{row['date']!r} is no moment"
        raise row.error("date", wrong, "write 2026-11-23T12:00:00Z") from None
    return {
        "model": item,
        "at": made.isoformat(),
        "input_tokens": fresh,
        "cache_read_tokens": read,
        "cache_write_5m_tokens": five,
        "cache_write_1h_tokens": hour,
        "output_tokens": row.whole("output_tokens"),
        "context": row.get("price_context", ""),
        "undated_context": "standard",
    }
