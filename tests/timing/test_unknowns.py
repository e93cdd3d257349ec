"""What a missed goal of time rests on most, against one number at a time set by hand."""

from __future__ import annotations

import pytest
from cases import written
from timed_systems import PRICED, TRAFFIC

from aicost.timing.percentiles import speeds
from aicost.timing.unknowns import movers, resting_words

GOALS = "first_word_p95", "whole_answer_p95"
THINKS = "{p50: 200 to 2_000, p95: 1_500 to 10_000}"
CALL = f"{PRICED}, output_tokens: 100, ttft: 0.4 to 0.6, tpot: 0.01"


def text(due: str = "2 s", thinking: str = THINKS) -> str:
    goals = f"goals: {{first_word_p95: {due}, whole_answer_p95: 12 s}}\n"
    return f"{TRAFFIC}\npipeline:\n  a: {{{CALL}, thinking_tokens: {thinking}}}\n{goals}"


def test_it_is_the_number_that_moves_the_goal_most() -> None:
    case = written(text())
    found = movers(case)
    assert [standing.budget.field for standing, _ in found] == [
        "first_word_p95",
        "whole_answer_p95",
    ]
    for part, (_, mover) in enumerate(found):
        assert mover.path == "a.thinking_tokens"
        for p50, p95, seconds in ((200, 1_500, mover.low), (2_000, 10_000, mover.high)):
            there = case.at({"a.thinking_tokens.p50": p50, "a.thinking_tokens.p95": p95})
            (speed,) = speeds(there, [case.usage])
            assert seconds == pytest.approx((speed.first, speed.whole)[part][1], rel=1e-6)
    words = resting_words(case, GOALS)
    assert words.startswith("What is late rests most on 'a: thinking tokens', of which a range ")
    assert words.count("thinking") == 1


@pytest.mark.parametrize("kept", [text("600 s").replace("12 s", "600 s"), text(thinking="900")])
def test_nothing_is_named_where_goals_are_kept_or_every_number_counts(kept: str) -> None:
    case = written(kept.replace("ttft: 0.4 to 0.6", "ttft: 0.5"))
    assert movers(case) == ()
    assert resting_words(case, GOALS) == ""


def test_a_first_word_rests_on_what_moves_first_words() -> None:
    late = f"{PRICED}, output_tokens: 900 to 9_000, ttft: 3 to 9, tpot: 0.01 to 0.05"
    goals = "goals: {first_word_p95: 2 s, whole_answer_p95: 12 s}\n"
    case = written(f"{TRAFFIC}\npipeline:\n  a: {{{late}}}\n{goals}")
    said = {standing.budget.field: mover.path for standing, mover in movers(case)}
    assert said["first_word_p95"] == "a.ttft"
    assert said["whole_answer_p95"] in ("a.tpot", "a.output_tokens")
    assert "whole answer" not in resting_words(case, ["first_word_p95"])
