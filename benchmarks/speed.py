"""Speed of the kit beside its peers, side by side in one run: `python benchmarks/speed.py`.

Each line is the median of several rounds in which kit and peer take turns, so that a busy machine
slows both. Exit 1 when a line misses its bar.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from aicost.book import Book
from aicost.prices import price_requests

MODELS = (
    "anthropic/claude-haiku-5-5", "anthropic/claude-sonnet-5-5", "openai/gpt-6-sol",
    "openai/gpt-4o-mini", "google/gemini-4-argon", "mistral/mistral-large-4",
    "deepseek/deepseek-v4-pro", "aws/amazon.nova-pro-v1:0",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One measurement: what, its figure, the peer's, the ratio and the bar it has to reach."""

    name: str
    ours: str
    peer: str
    ratio: str
    passed: bool


def seconds(work: Callable[[], object]) -> float:
    """Time one run of some work. [s]"""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turns(ours: Callable[[], object], peer: Callable[[], object], rounds: int) -> list[float]:
    """Return the median seconds of both, after one unmeasured round. [s]"""
    ours(), peer()
    pairs = [(seconds(ours), seconds(peer)) for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*pairs, strict=True)]


def pricing(rows: int = 1_000_000, peer_rows: int = 5_000, bar: float = 500) -> Line:
    """Price requests of eight models over two months: dates, tiers, hours of the week, caches."""
    import genai_prices

    rng = np.random.default_rng(20261123)
    models = np.array(MODELS, dtype=object)[rng.integers(0, len(MODELS), rows)]
    minutes = rng.integers(0, 60 * 1440, rows)
    at = np.datetime64("2026-11-01T00:00") + minutes.astype("m8[m]")
    total = rng.integers(1, 300_000, rows)
    read, write = (total * rng.random(rows) * 0.4).astype(int), (total * 0.1).astype(int)
    output = rng.integers(0, 3_000, rows)
    book = Book.load()

    def ours() -> object:
        return price_requests(
            book, model=models, at=at, input_tokens=total - read - write, cache_read_tokens=read,
            cache_write_5m_tokens=write, output_tokens=output,
        )  # fmt: skip

    start = datetime(2026, 11, 1, tzinfo=UTC)
    requests = [
        (*models[i].split("/", 1), start + timedelta(minutes=int(minutes[i])), int(total[i]),
         int(read[i]), int(write[i]), int(output[i]))
        for i in range(peer_rows)
    ]  # fmt: skip

    def peer() -> object:
        return [
            genai_prices.calc_price(
                genai_prices.Usage(
                    input_tokens=i, cache_read_tokens=r, cache_write_tokens=w, output_tokens=o
                ),
                model, provider_id=provider, genai_request_timestamp=moment,
            )
            for provider, model, moment, i, r, w, o in requests
        ]  # fmt: skip

    mine, other = in_turns(ours, peer, rounds=7)
    fast, slow = rows / mine, peer_rows / other
    return Line(
        "price requests", f"{fast / 1e6:.1f} M rows/s", f"genai-prices {slow:,.0f} rows/s",
        f"{fast / slow:,.0f} x (at least {bar:g} x)", fast / slow >= bar,
    )  # fmt: skip


LINES: tuple[Callable[[], Line], ...] = (pricing,)


def main() -> int:
    """Print every line; 0 when all pass."""
    found = [measure() for measure in LINES]
    for line in found:
        verdict = "ok" if line.passed else "MISSED"
        print(f"{line.name:20} {line.ours:>16}   {line.peer:32} {line.ratio:26} {verdict}")
    return 0 if all(line.passed for line in found) else 1


if __name__ == "__main__":
    sys.exit(main())
