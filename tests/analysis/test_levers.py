"""What to do first, and what it costs to do it late."""

from __future__ import annotations

import pytest
from cases import sample, written
from timed_systems import CALL, chat

from aicost.analysis.alternatives.levers import first_steps, saved_by_first

GROWTH = "growth: {users_per_month: 10 %, months: 12}\n"


def test_the_step_that_saves_most_comes_first() -> None:
    found = first_steps(sample("contract-search-billed"))
    saved = [step.saved for step in found.steps]
    assert saved == sorted(saved, reverse=True)
    assert all(step.usd == pytest.approx(found.now - step.saved) for step in found.steps)
    assert found.steps[0].name in found.sentence
    assert [row.of for row in found.rows().rows] == list(found.steps)


def test_waiting_costs_what_each_month_would_have_saved() -> None:
    """Of a bill that grows by a tenth a month: 1 + 1.1 + 1.21 of the first month's."""
    found = first_steps(written(chat(CALL) + GROWTH), months=3)
    step = found.steps[0]
    assert step.waiting(3) == pytest.approx(step.saved * (1 + 1.1 + 1.21))
    assert step.saved_in(2) == pytest.approx(step.saved * 1.21)


def test_without_a_plan_each_month_is_like_today() -> None:
    step = first_steps(written(chat(CALL))).steps[0]
    assert step.waiting(6) == pytest.approx(6 * step.saved)


def test_where_nothing_helps_it_is_said_and_a_tenth_stands_in() -> None:
    case = sample("catalogue-overnight")
    assert first_steps(case).sentence == "No change that the kit knows makes this bill smaller."
    assert saved_by_first(case)(0) == pytest.approx(0.1 * case.bill.total)
    named = sample("contract-search-billed")
    assert saved_by_first(named)(0) == pytest.approx(first_steps(named).steps[0].saved)
