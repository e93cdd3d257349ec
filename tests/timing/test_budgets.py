"""Times beside their budgets, and what waiting loses."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cases import sample, written
from timed_systems import CALL, chat

from aicost.scenario.sections import Goals
from aicost.timing.budgets import budgets, lost, standing_rows, standings
from aicost.timing.percentiles import speeds
from aicost.timing.sentences import kept_words


def test_a_budget_is_missed_from_the_first_usage_that_misses_it() -> None:
    text = chat(f"{CALL}, limits: {{requests_per_minute: 100}}")
    case = written(text + "goals: {first_word_p95: 3 s, whole_answer_p95: 2 s}\n")
    (speed,) = speeds(case, [1_000])
    first, whole = standings(case)
    assert first.met
    assert first.missed_from is not None
    assert first.left == pytest.approx(3 - speed.first[1])
    assert not whole.met
    assert whole.missed_from == 1
    assert [text[-1] for text in standing_rows((first, whole), "users").texts()] == [
        f"{first.missed_from:,} users",
        "any size",
    ]
    assert whole.left == pytest.approx(2 - speed.whole[1])
    at = first.missed_from
    before, there = speeds(case, [at - 1, at])
    assert before.answer.first.within(3.0) >= 0.95 > there.answer.first.within(3.0)


def test_a_budget_that_no_load_moves_is_kept_at_every_size() -> None:
    case = written(chat(CALL) + "goals: {first_word_p95: 3 s}\n")
    (speed,) = speeds(case, [1_000])
    (found,) = standings(case)
    assert (found.met, found.missed_from) == (True, None)
    assert found.within == pytest.approx(float(speed.answer.first.within(3.0)))


def test_a_stated_budget_wins_over_what_is_usual_for_the_kind() -> None:
    case = sample("help-desk")
    stated = {b.field: b for b in budgets(case.at({"goals.first_word_p95": 1.5}))}
    assert stated["first_word_p95"].seconds == 1.5
    assert stated["first_word_p95"].basis != "assumed"
    usual = {b.field: b for b in budgets(written(chat(CALL) + "kind: rag-chat\n"))}
    assert usual["first_word_p95"].seconds == 3
    assert usual["first_word_p95"].basis == "assumed"
    assert usual["first_word_p95"].what == "first word"
    assert usual["first_word_p95"].sentence.startswith("first word: 3 s, says 53 % of mobile")
    assert list(budgets(written(chat(CALL)))) == []


def test_seconds_lose_what_the_curve_says() -> None:
    """Constant first word at 4 s on a curve of 10 % at 3 s and 40 % at 8 s: 16 %."""
    text = chat("output_tokens: 1, seconds: 4, streams: no")
    goals = "goals: {price_per_user_month: 4, abandonment: {3 s: 10 %, 8 s: 40 %}}\n"
    case = written(text + goals)
    found = lost(case, speeds(case, [case.usage])[0])
    assert found is not None
    assert found.share == pytest.approx(0.16, abs=1e-4)
    assert found.usd == pytest.approx(found.share * 4_000)
    assert found.usd_per_second == pytest.approx(0.06 * 4_000, rel=1e-3)


def test_without_a_price_only_the_share_is_lost() -> None:
    case = written(chat(CALL) + "goals: {abandonment: {3 s: 10 %}}\n")
    found = lost(case, speeds(case, [case.usage])[0])
    assert found is not None
    assert found.share > 0
    assert (found.usd, found.usd_per_second) == (None, None)
    plain = written(chat(CALL))
    assert lost(plain, speeds(plain, [plain.usage])[0]) is None


def test_what_is_only_usual_is_neither_kept_nor_missed() -> None:
    case = sample("help-desk")
    bare = case.of(replace(case.scenario, goals=Goals()))
    usual = [one for one in standings(bare) if one.budget.basis == "assumed"]
    assert usual
    for one in usual:
        words = kept_words(one)
        assert words.startswith(f"The file sets no time for the {one.budget.what}; ")
        assert "is usual for this kind of system" in words
        assert not {"missed", "kept", "due"} & set(words.replace(",", "").split())
