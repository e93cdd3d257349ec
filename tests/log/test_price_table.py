"""Which prices a log can meet: no more rows than it needs, and one for every call."""

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

from aicost.book.book import Book
from aicost.book.rows import BookError
from aicost.log.engine import conform
from aicost.log.price_table import (
    NO_MODEL,
    NO_PROVIDER,
    SEVERAL,
    UNKNOWN,
    PriceTable,
    item_of,
    price_table,
    profile,
    sold_as,
)

BOOK = Book.load()


def table(**columns: object) -> PriceTable:
    """Return the prices of a log that is said by its columns."""
    frame = pd.DataFrame({"provider": "google", "model": "gemini-4-argon", **columns})
    return price_table(profile(conform(frame)), BOOK)


@pytest.mark.parametrize(
    ("provider", "model", "item", "why"),
    [
        ("openai", "gpt-4o-2024-08-06", "openai/gpt-4o", ""),
        ("aws.bedrock", "anthropic.claude-3-5-haiku-20241022-v1:0", "aws/", ""),
        ("azure.ai.openai", "gpt-4o", "openai/gpt-4o", ""),
        ("azure.ai.inference", "gpt-4o", "openai/gpt-4o", ""),
        ("x_ai", "grok-4.5", "x-ai/grok-4.5", ""),
        ("openrouter", "anthropic/claude-opus-4-6", "openrouter/", ""),
        ("", "claude-haiku-5-5", "anthropic/claude-haiku-5-5", ""),
        ("litellm_proxy", "anthropic/claude-haiku-5-5", "anthropic/claude-haiku-5-5", ""),
        ("openai", "anthropic/claude-haiku-5-5", "anthropic/claude-haiku-5-5", ""),
        ("openai", "gpt-44o", "", UNKNOWN),
        ("", "jamba-1.5", "", SEVERAL),
        ("ollama", "gpt-oss-120b", "", NO_PROVIDER),
        ("our-gateway", "team/gpt-4o", "", NO_PROVIDER),
        ("openai", "", "", NO_MODEL),
    ],
)
def test_names_as_logs_write_them(provider: str, model: str, item: str, why: str) -> None:
    found, reason, wrong = item_of(BOOK, provider, model)
    assert (found.startswith(item), reason) == (True, why)
    assert bool(found) is not bool(why)
    assert bool(wrong) is (why in (UNKNOWN, SEVERAL, NO_PROVIDER))


def test_how_a_call_was_sold() -> None:
    item = "openai/gpt-4o-mini"
    assert sold_as(BOOK, item, False, "default") == ("", "")
    assert sold_as(BOOK, item, True, "") == ("processing=batch", "")
    assert sold_as(BOOK, item, False, "batch") == ("processing=batch", "")
    assert sold_as(BOOK, item, True, "flex") == ("", "no price for batch and flex")


def test_only_the_days_and_sizes_that_a_log_has_are_rows() -> None:
    one = table(moment=[datetime(2026, 11, 30)], input_tokens=[5])
    assert len(one.rows) == 1
    assert not any(map(one.turns, ("valid_from", "minute_from", "tier_from")))
    two = table(moment=[datetime(2026, 11, 30), datetime(2026, 12, 1)], input_tokens=[5, 5])
    assert len(two.rows) == 2
    assert two.turns("valid_from")
    assert one.keys == ["model"]
    assert one.profile.used == ["input_tokens"]


def test_each_name_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    whole = item_of

    def counted(book: Book, provider: str, model: str) -> tuple[str, str, str]:
        asked.append(model)
        return whole(book, provider, model)

    monkeypatch.setattr("aicost.log.price_table.item_of", counted)
    table(moment=[datetime(2026, 11, 30)] * 50, input_tokens=[*range(50)])
    assert asked == ["gemini-4-argon"]


def test_a_price_that_could_overflow_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "overlay.csv"
    file.write_text(
        "item,parameter,value,unit,source,read_on\n"
        "google/gemini-4-argon,input,2000000,USD/Mtok,p,2026-11-20\n"
    )
    calls = pd.DataFrame({"model": ["google/gemini-4-argon"], "input_tokens": [1]})
    with pytest.raises(BookError, match=r"a price above 1,000 USD/Mtok; write prices in USD/Mtok"):
        price_table(profile(conform(calls)), Book.load(overlay=file), at=date(2026, 11, 23))
