"""Logs made for tests, and the exports that a provider would write of them."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from aicost.book.book import Book
from aicost.book.token_prices import price_requests

FIRST = datetime(2026, 10, 1)
DAYS, CALLS = 28, 12_000
MODELS = {
    "openai": ("gpt-5.6-sol", "gpt-5.6-luna", "gpt-4o-mini"),
    "anthropic": ("claude-sonnet-5-5", "claude-haiku-5-5"),
}
TOKENS = ("input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens")
OUTPUT = ("output_tokens", "thinking_tokens")
EVERY = (*TOKENS, *OUTPUT)


def calls(seed: int, provider: str = "openai", days: int = DAYS, many: int = CALLS) -> pd.DataFrame:
    """Return a log: more calls by day than by night, and what was thought by the first model."""
    rng = np.random.default_rng(seed)
    hours = 1 + np.sin(np.arange(24) / 24 * 2 * np.pi - 2) * 0.8
    hour = rng.choice(24, many, p=hours / hours.sum())
    seconds = 86_400 * (rng.integers(0, days + 2, many) - 1) + 3_600 * hour
    seconds = np.sort(seconds + rng.integers(0, 3_600, many))
    model = rng.choice(len(MODELS[provider]), many, p=_parts(len(MODELS[provider])))
    whole = rng.lognormal(7.5, 0.8, many).astype(int) + 50
    read = (whole * rng.choice([0.0, 0.6], many)).astype(int)
    write = (whole * rng.choice([0.0, 0.2], many)).astype(int) * (provider == "anthropic")
    hour_long = rng.random(many) < 0.3
    seen = rng.lognormal(5.5, 0.7, many).astype(int) + 5
    return pd.DataFrame(
        {
            "moment": pd.Timestamp(FIRST) + pd.to_timedelta(seconds, unit="s"),
            "call": [f"c{n}" for n in range(many)],
            "provider": provider,
            "model": np.array(MODELS[provider])[model],
            "input_tokens": whole - read - write,
            "cache_read_tokens": read,
            "cache_write_5m_tokens": write * ~hour_long,
            "cache_write_1h_tokens": write * hour_long,
            "output_tokens": seen,
            "thinking_tokens": (seen * 1.5 * (model == 0)).astype(int),
            "batch": False,
            "status": "ok",
        }
    ).astype({"moment": "datetime64[us]"})


def _parts(many: int) -> Any:
    weights = np.arange(many, 0, -1)
    return weights / weights.sum()


def daily(
    billed: pd.DataFrame, *by: str, days: int = DAYS, ahead: timedelta = timedelta()
) -> Iterator[tuple[datetime, list[dict[str, Any]]]]:
    """Yield each day of an export with the sums of its calls, a row for each value of `by`.

    The days begin so long after midnight.
    """
    named = [name for name in billed if name in EVERY or name.startswith("usd_")]
    day = (billed["moment"] - (FIRST + ahead)) // timedelta(days=1)
    sums = billed[[*by, *named]].assign(day=day, calls=1).groupby(["day", *by]).sum()
    rows: dict[int, list[dict[str, Any]]] = {}
    for row in sums.reset_index().to_dict("records"):
        rows.setdefault(row["day"], []).append(row)
    for number in range(days):
        yield FIRST + timedelta(days=number), rows.get(number, [])


def openai_usage(billed: pd.DataFrame, path: Path, **when: Any) -> Path:
    """Write OpenAI's usage of some calls: input with what was read from a cache."""
    data = []
    for start, rows in daily(billed, "model", "batch", **when):
        results = [
            {
                "object": "organization.usage.completions.result",
                "input_tokens": sum(row[name] for name in TOKENS),
                "input_cached_tokens": row["cache_read_tokens"],
                "output_tokens": sum(row[name] for name in OUTPUT),
                "num_model_requests": row["calls"],
                "model": row["model"],
                "batch": row["batch"],
                "project_id": None,
            }
            for row in rows
        ]
        data.append({"object": "bucket", **_epochs(start), "results": results})
    return _written(path, {"object": "page", "data": data, "has_more": False})


def anthropic_usage(billed: pd.DataFrame, path: Path, **when: Any) -> Path:
    """Write Anthropic's usage report of some calls: input beside what was read from a cache."""
    data = []
    for start, rows in daily(billed, "model", "batch", **when):
        results = [
            {
                "uncached_input_tokens": row["input_tokens"],
                "cache_read_input_tokens": row["cache_read_tokens"],
                "cache_creation": {
                    "ephemeral_5m_input_tokens": row["cache_write_5m_tokens"],
                    "ephemeral_1h_input_tokens": row["cache_write_1h_tokens"],
                },
                "output_tokens": sum(row[name] for name in OUTPUT),
                "model": row["model"],
                "service_tier": "batch" if row["batch"] else "standard",
            }
            for row in rows
        ]
        data.append({**_iso(start), "results": results})
    return _written(path, {"data": data, "has_more": False, "next_page": None})


def costs_of(billed: pd.DataFrame, book: Book) -> pd.DataFrame:
    """Return what each kind of tokens of each call costs, priced apart from a log's code."""
    found = billed.copy()
    items = (billed["provider"] + "/" + billed["model"]).to_numpy(str)
    for name in EVERY:
        kind = "output_tokens" if name in OUTPUT else name
        counts = {"input_tokens": 0, kind: billed[name].to_numpy()}
        pico = price_requests(book, model=items, at=billed["moment"].to_numpy(), **counts)
        found[f"usd_{name}"] = pico * 1e-12
    return found


LINES = {"input_tokens": "input", "cache_read_tokens": "cached input", "output_tokens": "output"}


def openai_costs(
    billed: pd.DataFrame, path: Path, extra: Mapping[str, float] | None = None, **when: Any
) -> Path:
    """Write OpenAI's costs of calls that have their costs; `extra` is charged on the first day."""
    data = []
    output = billed["usd_output_tokens"] + billed["usd_thinking_tokens"]
    for start, rows in daily(billed.assign(usd_output_tokens=output), "model", **when):
        lines = {
            f"{row['model']}, {word}": row[f"usd_{name}"]
            for row in rows
            for name, word in LINES.items()
        }
        if extra and start == FIRST:
            lines |= extra
        results = [
            {
                "object": "organization.costs.result",
                "amount": {"value": usd, "currency": "usd"},
                "line_item": line,
                "project_id": None,
            }
            for line, usd in lines.items()
            if usd
        ]
        data.append({"object": "bucket", **_epochs(start), "results": results})
    return _written(path, {"object": "page", "data": data, "has_more": False})


KINDS = {
    "input_tokens": "input-tokens",
    "cache_read_tokens": "cache-read-input-token-count",
    "output_tokens": "output-tokens",
}


def aws_report(billed: pd.DataFrame, path: Path, name: str, **when: Any) -> Path:
    """Write AWS's report of calls of one model that have their costs: thousands of tokens."""
    rows = []
    for start, (of,) in daily(billed, "model", **when):
        for kind, words in KINDS.items():
            rows.append(
                {
                    "identity/LineItemId": len(rows),
                    "lineItem/UsageStartDate": f"{start:%Y-%m-%dT%H:%M:%SZ}",
                    "lineItem/UsageEndDate": f"{start + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}",
                    "lineItem/ProductCode": "AmazonBedrock",
                    "lineItem/UsageType": f"USE1-{name}-{words}",
                    "lineItem/LineItemType": "Usage",
                    "lineItem/UsageAmount": of[kind] / 1_000,
                    "pricing/unit": "1K tokens",
                    "lineItem/UnblendedCost": of[f"usd_{kind}"],
                    "lineItem/CurrencyCode": "USD",
                }
            )
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def _epochs(start: datetime) -> dict[str, int]:
    first = int((start - datetime(1970, 1, 1)).total_seconds())
    return {"start_time": first, "end_time": first + 86_400}


def _iso(start: datetime) -> dict[str, str]:
    end = start + timedelta(days=1)
    return {"starting_at": f"{start:%Y-%m-%dT00:00:00Z}", "ending_at": f"{end:%Y-%m-%dT00:00:00Z}"}


def _written(path: Path, page: Mapping[str, Any]) -> Path:
    path.write_text(json.dumps(page))
    return path
