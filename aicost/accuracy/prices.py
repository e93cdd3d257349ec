"""`aicost accuracy`: a topic's formulas held against a file of cases, with a bar to pass."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from aicost.book import Book
from aicost.prices import price_requests, total_usd
from aicost.rows import BookError, nearest

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


@dataclass(frozen=True, slots=True)
class Part:
    """Errors of one group of rows; `left_out` and `failed` say which row and why."""

    name: str
    errors: Sequence[float]
    left_out: Sequence[str] = ()
    failed: Sequence[str] = ()

    def line(self) -> str:
        """Rows held, median, 90th percentile and worst error in one line."""
        found = np.asarray(self.errors or [np.nan])
        middle, high = (np.quantile(found, q, method="higher") for q in (0.5, 0.9))
        return (
            f"{self.name}: n {len(self.errors)}, left out {len(self.left_out)}, median "
            f"{middle:.3g}, p90 {high:.3g}, worst {found.max():.3g}, past the bar "
            f"{len(self.failed)}"
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What one run found, part by part."""

    topic: str
    file: str
    bar: str
    parts: tuple[Part, ...]

    @property
    def passed(self) -> bool:
        """Whether there was a row and none was past the bar."""
        return any(part.errors for part in self.parts) and not any(p.failed for p in self.parts)

    def __str__(self) -> str:
        verdict = "passed" if self.passed else "NOT passed"
        lines = [f"{self.topic}, {self.file}: {verdict}; bar: {self.bar}"]
        for part in self.parts:
            lines.append(f"  {part.line()}")
            lines += [f"    left out: {text}" for text in part.left_out]
            lines += [f"    past the bar: {text}" for text in part.failed]
        return "\n".join(lines)


def prices(path: Path) -> Report:
    """Hold `price_requests` against requests priced elsewhere, to the last decimal.

    The imported layer has to be exact on every row. The whole book, in which curated rows win,
    has to be exact on every row but those of `DEPARTURES`. The error is relative.
    """
    rows = list(_read(path, "case_id", "provider", "model", "date", "expected_usd"))
    imported = Book.load(layers=("imported",))
    parts = (
        _price_part("imported layer", imported, rows, {}),
        _price_part("whole book", Book.load(), rows, DEPARTURES),
    )
    return Report("prices", path.name, "every row exact to the last decimal", parts)


def _price_part(
    name: str, book: Book, rows: Sequence[dict[str, str]], departures: dict[str, str]
) -> Part:
    errors, left_out, failed = [], [], []
    for row in rows:
        item = f"{row['provider']}/{row['model']}"
        label = f"case {row['case_id']} {item} {row['date']} {row.get('price_context', '')}".strip()
        expected = Decimal(row["expected_usd"])
        try:
            found: Decimal | None = total_usd(price_requests(book, **_request(row, item)))
            said = f"{found:f}".rstrip("0").rstrip(".")
        except BookError as problem:
            found, said = None, str(problem)
        if found == expected:
            errors.append(0.0)
        elif item in departures:
            left_out.append(f"{label}: {departures[item]}")
        else:
            off = np.inf if found is None or not expected else float(abs(found / expected - 1))
            errors.append(float(off))
            failed.append(f"{label}: {said} instead of {expected}")
    return Part(name, errors, left_out, failed)


def _request(row: dict[str, str], item: str) -> dict[str, Any]:
    """A case in disjoint buckets: its `input_tokens` is the total, cache tokens with it."""
    read, five, hour = (
        int(row.get(f"{bucket}_tokens") or 0)
        for bucket in ("cache_read", "cache_write", "cache_write_1h")
    )
    return {
        "model": item, "at": row["date"], "input_tokens": int(row["input_tokens"]) - read - five
        - hour, "cache_read_tokens": read, "cache_write_5m_tokens": five,
        "cache_write_1h_tokens": hour, "output_tokens": int(row["output_tokens"]),
        "context": row.get("price_context", ""), "undated_context": "standard",
    }  # fmt: skip


def _read(path: Path, *needed: str) -> Iterator[dict[str, str]]:
    """Rows of a case file, which has to have some columns."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [column for column in needed if column not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"{path.name}:1: no column {', '.join(missing)}")
        yield from reader


TOPICS: dict[str, Callable[[Path], Report]] = {"prices": prices}


def run(topic: str, path: Path) -> Report:
    """Run one topic on a case file.

    Raises
    ------
    ValueError : an unknown topic, a missing file or a file without the topic's columns.
    """
    if topic not in TOPICS:
        near = nearest(topic, TOPICS) or f"; there is {', '.join(TOPICS)}"
        raise ValueError(f"no accuracy topic {topic!r}{near}")
    if not path.is_file():
        raise ValueError(f"{path}: no such file")
    return TOPICS[topic](path)
