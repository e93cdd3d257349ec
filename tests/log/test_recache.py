"""Prompts kept otherwise: the replay beside the one that plays logs of prompts, and its money."""

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.accuracy.traces import BLOCK, LEAST, Prompts
from aicost.book.book import Book
from aicost.log.price import price_calls
from aicost.log.recache import recache_calls, replayed

BOOK = Book.load()
MODEL = "claude-haiku-5-5"


def conversations(seed: int, many: int = 40) -> tuple[Prompts, np.ndarray, int]:
    """Return prompts that grow by whole blocks, whose they are, and the blocks all begin with."""
    rng = np.random.default_rng(seed)
    head = int(rng.integers(2, 6))
    rows = []
    for talk in range(many):
        at, grown, mine = float(rng.uniform(0, 20_000)), head, [*range(head)]
        for _ in range(rng.integers(1, 6)):
            more = int(rng.integers(1, 4))
            mine = [*mine, *(10_000 * (talk + 1) + grown + n for n in range(more))]
            grown += more
            rows.append((at, talk, mine))
            at += float(rng.exponential(400.0))
    rows.sort(key=lambda row: row[0])
    at_s, talks, blocks = zip(*rows, strict=True)
    lengths = np.array([len(row) for row in blocks])
    whole = np.array([block for row in blocks for block in row])
    return Prompts(np.array(at_s), lengths * float(BLOCK), whole, lengths), np.array(talks), head


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), lifetime_s=st.sampled_from([60.0, 300.0, 3600.0]))
def test_it_reads_what_the_replay_of_prompts_reads(seed: int, lifetime_s: float) -> None:
    log, talks, head = conversations(seed)
    kept = log.kept(lifetime_s)
    assert head * BLOCK >= LEAST
    ours = replayed(
        log.input_tokens,
        log.at_s,
        talks.astype(float),
        np.zeros(len(talks)),
        np.full(len(talks), float(head * BLOCK)),
        lifetime_s,
    )
    assert ours.read.sum() == kept.read
    assert ours.written.sum() == kept.written


def talk(gaps: tuple[int, ...], **more: Any) -> pd.DataFrame:
    """Return calls of one session, each 2,000 tokens longer than the one before it."""
    at = pd.Timestamp("2026-11-02T09:00") + pd.to_timedelta(np.cumsum((0, *gaps)), unit="s")
    n = np.arange(len(at))
    return pd.DataFrame(
        {
            "moment": at.astype("datetime64[us]"),
            "session": "s",
            "request": [f"r{i}" for i in n],
            "provider": "anthropic",
            "model": MODEL,
            "input_tokens": 100,
            "cache_read_tokens": 0,
            "cache_write_5m_tokens": 2_000 * (n + 1),
            "output_tokens": 50,
            **more,
        }
    )


def usd(calls: pd.DataFrame) -> Decimal:
    """Return what calls cost."""
    return price_calls(calls, BOOK).total_usd


def test_an_hour_meets_what_five_minutes_lose() -> None:
    calls = talk((1_000, 200))
    found = recache_calls(calls, BOOK, "1h")
    kept = calls.assign(
        cache_write_5m_tokens=0,
        cache_write_1h_tokens=[2_000, 2_000, 2_000],
        cache_read_tokens=[0, 2_000, 4_000],
    )
    assert found.usd == (usd(calls), usd(kept))
    assert "with prompts kept for an hour they would cost" in found.sentence
    five = recache_calls(kept, BOOK, "5m")
    short = calls.assign(
        cache_write_5m_tokens=[2_000, 4_000, 2_000], cache_read_tokens=[0, 0, 4_000]
    )
    assert five.usd == (usd(kept), usd(short))
    assert five.ends is None


def test_without_a_cache_all_is_input() -> None:
    calls = talk((1_000, 200))
    found = recache_calls(calls, BOOK, "none")
    bare = calls.assign(input_tokens=[2_100, 4_100, 6_100], cache_write_5m_tokens=0)
    assert found.usd[1] == usd(bare)
    assert found.ends is None


def test_a_log_that_keeps_nothing_has_bounds() -> None:
    calls = talk((100, 100), cache_write_5m_tokens=0, input_tokens=[2_000, 4_000, 6_000])
    found = recache_calls(calls, BOOK, "5m")
    assert found.ends is not None
    best, worst = found.ends
    assert best <= found.usd[1] <= worst
    assert worst > found.usd[0]
    read = calls.assign(
        input_tokens=0, cache_read_tokens=[0, 2_000, 4_000], cache_write_5m_tokens=2_000
    )
    assert found.usd[1] == usd(read)
    assert any("What prompts share is not in the log" in note for note in found.notes)


def test_a_log_without_sessions_says_so() -> None:
    calls = talk((100, 100), session=None)
    found = recache_calls(calls, BOOK, "1h")
    assert any("It has no sessions" in note for note in found.notes)
    assert found.ends is not None


def test_automatic_is_for_those_who_keep_unasked() -> None:
    calls = talk((60, 60), provider="openai", model="gpt-4o-mini", cache_write_5m_tokens=0)
    calls["input_tokens"] = [2_000, 4_000, 6_000]
    found = recache_calls(calls, BOOK, "automatic")
    # OpenAI keeps 1,024 tokens and steps of 128 beyond them.
    kept = [1_920, 3_968, 5_888]
    read = [0, *kept[:2]]
    rest = [whole - met for whole, met in zip([2_000, 4_000, 6_000], read, strict=True)]
    assert found.usd[1] == usd(calls.assign(input_tokens=rest, cache_read_tokens=read))
    with pytest.raises(ValueError, match="--cache automatic: no model of the log is kept so"):
        recache_calls(talk((60,)), BOOK, "automatic")
    with pytest.raises(ValueError, match="--cache 1h: no model of the log is kept so"):
        recache_calls(calls, BOOK, "1h")


def test_other_models_stay_as_they_are() -> None:
    both = pd.concat([talk((1_000,)), talk((1_000,), provider="openai", model="gpt-4o-mini")])
    both.loc[both["provider"] == "openai", "cache_write_5m_tokens"] = 0
    found = recache_calls(both, BOOK, "1h")
    assert any("left as they are: openai/gpt-4o-mini" in note for note in found.notes)
    rows = {row.cells[0]: row.cells for row in found.rows().rows}
    assert rows["gpt-4o-mini"][4] == 0.0
    assert rows[MODEL][4] != 0.0


def test_a_policy_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no such policy; did you mean '1h'"):
        recache_calls(talk((1,)), BOOK, "1hr")
