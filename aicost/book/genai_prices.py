"""The price data of an installed genai-prices, flattened into rows of the book.

Every price cell becomes one row per period of validity. What a row cannot say is refused by
name, so that a new kind of price is noticed instead of being lost.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from aicost.book.flat import Flat, Record, order, plain, token_price
from aicost.book.genai_names import read_installed_names
from aicost.book.rows import COLUMNS, ONE_NAME

_TOKENS = {"cache_write_mtok": "cache_write_5m"}  # the others are the key less `_mtok`
_COUNTED = {
    "requests_kcount": ("request", "USD/request", 1000),
    "rerank_searches_kcount": ("search_unit", "USD/search", 1000),
    "web_searches_kcount": ("web_search", "USD/search", 1000),
    "storage_searches_kcount": ("storage_search", "USD/search", 1000),
    "input_text_messages_kcount": ("input_text_message", "USD/message", 1000),
    "input_document_kpages": ("input_document_page", "USD/page", 1000),
    "input_annotated_document_kpages": ("input_annotated_page", "USD/page", 1000),
    "input_mchars": ("input_mchar", "USD/Mchar", 1),
    "audio_hours": ("audio_hour", "USD/hour", 1),
    "input_audio_hours": (ONE_NAME["input_audio_hour"], "USD/hour", 1),
}
_TOO_FINE = {"cache_write_5m_mtok"}  # a second name for what `cache_write_mtok` says

Span = tuple[date | None, date | None]


class ImportRefused(ValueError):
    """Price data of a form that no row can express."""


def read_installed(read_on: date) -> Flat:
    """Flatten the genai-prices that is installed.

    Parameters
    ----------
    read_on : the day written into every row.

    Raises
    ------
    ModuleNotFoundError : genai-prices is not installed.
    ImportRefused : a price has a form that no row can express.
    """
    data = importlib.import_module("genai_prices.data")
    version = importlib.metadata.version("genai-prices")
    prices: list[Record] = []
    schedules: dict[str, list[Record]] = {}
    for provider in data.providers:
        page = (provider.pricing_urls or [""])[0]
        fixed = {
            "source": f"genai-prices {version}; {page}".rstrip("; "),
            "read_on": read_on.isoformat(),
            "confidence": "imported",
        }
        for model in provider.models:
            item = {"item": f"{provider.id}/{model.id}"}
            for record in _model(model, schedules):
                prices.append(dict.fromkeys(COLUMNS, "") | fixed | item | record)
    prices.sort(key=order)
    for windows in schedules.values():
        for window in windows:
            window |= {"source": f"genai-prices {version}", "read_on": read_on.isoformat()}
    windows = [window for name in sorted(schedules) for window in schedules[name]]
    return Flat(prices, windows, version, read_installed_names(read_on))


def _model(model: Any, schedules: dict[str, list[Record]]) -> Iterator[Record]:
    """Records of one model: standard prices, time-of-day prices, contexts, context window."""
    entries = model.prices if isinstance(model.prices, list) else None
    dated = _dated(model.id, entries) if entries is not None else [(date.min, model.prices)]
    standard = list(_periods(dated))
    for span, prices in standard:
        yield from _cells(prices.__dict__, span)
    for name, prices in _timed(model.id, entries or [], schedules):
        yield from (cell | {"schedule": name} for cell in _cells(prices.__dict__, (None, None)))
    yield from _contexts(model, standard)
    if model.context_window:
        yield {"parameter": "context_window", "value": str(model.context_window), "unit": "tokens"}


def _dated(name: str, entries: list[Any]) -> list[tuple[date, Any]]:
    """(start, prices) in order; prices by time of day must come last to win as they do there."""
    kinds = ["time" if hasattr(e.constraint, "start_time") else "date" for e in entries]
    if kinds != sorted(kinds):
        raise ImportRefused(f"{name}: a dated price comes after one by time of day")
    return [
        (e.constraint.start_date if e.constraint else date.min, e.prices)
        for e, kind in zip(entries, kinds, strict=True)
        if kind == "date"
    ]


def _periods(dated: list[tuple[date, Any]]) -> Iterator[tuple[Span, Any]]:
    """Each period with the last entry, in the order given, that has started by then."""
    starts = sorted({start for start, _ in dated})
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        active = [prices for since, prices in dated if since <= start]
        yield (None if start == date.min else start, end), active[-1]


def _timed(
    name: str, entries: list[Any], schedules: dict[str, list[Record]]
) -> Iterator[tuple[str, Any]]:
    """(schedule, prices) of entries by time of day; equal prices share one schedule."""
    groups: list[tuple[Any, list[tuple[str, str]]]] = []
    covered: set[int] = set()
    for entry in entries:
        if not hasattr(entry.constraint, "start_time"):
            continue
        start, end = entry.constraint.start_time, entry.constraint.end_time
        if start.utcoffset() or end.utcoffset():
            raise ImportRefused(f"{name}: a time of day that is not UTC")
        first, last = (t.hour * 60 + t.minute for t in (start, end))
        minutes = {m % 1440 for m in range(first, last if first < last else last + 1440)}
        if covered & minutes:
            raise ImportRefused(f"{name}: times of day that overlap")
        covered |= minutes
        hours = (f"{start:%H:%M}", f"{end:%H:%M}")
        same = [windows for prices, windows in groups if prices == entry.prices]
        if same:
            same[0].append(hours)
        else:
            groups.append((entry.prices, [hours]))
    for prices, windows in groups:
        schedule = "daily-utc-" + "-".join(t.replace(":", "") for pair in windows for t in pair)
        schedules[schedule] = [
            {
                "name": schedule,
                "utc_offset": "+00:00",
                "weekdays": "1234567",
                "start": start,
                "end": end,
                "valid_from": "",
            }
            for start, end in windows
        ]
        yield schedule, prices


def _contexts(model: Any, standard: list[tuple[Span, Any]]) -> Iterator[Record]:
    """Records of each request context; what a context does not name keeps the standard price."""
    variants: dict[str, list[Any]] = {}
    for variant in model.price_variants or ():
        if len(variant.when) != 1:
            raise ImportRefused(f"{model.id}: a price for two context keys at once")
        if hasattr(variant.constraint, "start_time"):
            raise ImportRefused(f"{model.id}: a context priced by time of day")
        ((key, value),) = variant.when.items()
        variants.setdefault(f"{key}={value}", []).append(variant)
    for context, group in variants.items():
        periods = standard if not any(v.prices.__dict__ for v in group) else _merged(group)
        for span, prices in periods:
            yield from (cell | {"context": context} for cell in _cells(vars(prices), span))


def _merged(group: list[Any]) -> Iterator[tuple[Span, Any]]:
    """Periods of a context's variants; in each the first active variant to name a key wins."""
    begins = [v.constraint.start_date if v.constraint else date.min for v in group]
    starts = sorted(set(begins))
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        active = [v.prices for v, begin in zip(group, begins, strict=True) if begin <= start]
        merged = type(active[0])(**{k: p for v in reversed(active) for k, p in vars(v).items()})
        yield (None if start == date.min else start, end), merged


def _cells(prices: Mapping[str, Any], span: Span) -> Iterator[Record]:
    """One record per price and context tier."""
    fixed = {"currency": "USD"}
    seen: list[Record] = []
    fixed |= {
        column: day.isoformat()
        for column, day in zip(("valid_from", "valid_to"), span, strict=True)
        if day
    }
    for key, price in prices.items():
        if price is None:
            continue
        parameter, unit, per = _parameter(key)
        for tier, amount in _ladder(price):
            cell = fixed | {
                "parameter": parameter,
                "unit": unit,
                "tier_gt": str(tier) if tier else "",
                **_value(amount / per, unit),
            }
            if cell not in seen:  # said under its second name too
                seen.append(cell)
                yield cell


def _ladder(price: Any) -> Iterable[tuple[int, Decimal]]:
    if isinstance(price, Decimal):
        return [(0, price)]
    return [(0, price.base), *((tier.start, tier.price) for tier in price.tiers)]


def _parameter(key: str) -> tuple[str, str, int]:
    if key in _COUNTED:
        return _COUNTED[key]
    if not key.endswith("_mtok") or key in _TOO_FINE:
        raise ImportRefused(f"a price per {key}: the importer has no parameter for it")
    return _TOKENS.get(key, key.removesuffix("_mtok")), "USD/Mtok", 1


def _value(amount: Decimal, unit: str) -> Record:
    return token_price(amount) if unit == "USD/Mtok" else {"value": plain(amount)}
