"""What happens to times as usage comes near a provider's limit, and to a night's length."""

from __future__ import annotations

import pytest
from cases import written
from timed_systems import CALL, chat

from aicost.timing.crowding import arrivals_per_hour, near_limit


def test_waits_grow_past_the_limit() -> None:
    found = near_limit(written(chat(f"{CALL}, limits: {{requests_per_minute: 10}}")), "answer")
    assert found.stated
    assert found.reached is not None
    assert f"from {found.reached:,} users on" in found.sentence
    p95 = [row.of.whole[1] for row in found.rows().rows]
    assert p95 == sorted(p95)
    frame = found.rows().frame()
    assert frame["in_time"].iloc[0] > 0.9
    assert frame["in_time"].iloc[-1] == "none"  # a share is served, and nothing more to be said
    assert frame["served"].iloc[-1] == pytest.approx(1 / 1.2, abs=0.01)


def test_without_a_limit_one_is_taken_and_said() -> None:
    found = near_limit(written(chat(CALL)), "answer")
    assert not found.stated
    assert "No limit is stated; here it is a quarter more" in found.sentence
    assert found.reached == pytest.approx(1.25 * 1_000, abs=1)


def test_a_night_takes_as_long_as_its_limit_lets_it() -> None:
    """50,000 requests a month in whole nights; at the limit that the window needs it is full."""
    found = near_limit(written(chat(CALL) + "goals: {done_within: 8 h}\n"), "answer")
    assert found.window == 8
    assert found.asked == pytest.approx(50_000 / (365 / 12) / 8 / 60)
    assert [text[1] for text in found.rows().texts()] == ["16 h", "8 h 53 min", "8 h", "6 h 24 min"]
    assert "To be done in 8 h 'answer' has to be called" in found.sentence


def test_a_stage_that_nobody_reaches_is_not_called() -> None:
    cache = "  k: {is: response_cache, hit_share: 100 %, seconds: 0.1}\n"
    found = near_limit(written(chat(CALL, cache)), "answer")
    assert found.asked == 0
    assert found.sentence == "In the busiest hour 'answer' is not called at all."


def test_arrivals_are_of_the_busiest_hour_or_of_the_window() -> None:
    text = chat(CALL, traffic="profile: flat")
    days = 365 / 12
    assert arrivals_per_hour(written(text)) == pytest.approx(50_000 / days / 24)
    due = written(text + "goals: {done_within: 8 h}\n")
    assert arrivals_per_hour(due) == pytest.approx(50_000 / days / 8)
