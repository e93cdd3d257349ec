"""What fails first is the same wherever a reader or a program looks."""

from __future__ import annotations

import re

import numpy as np
import pytest
from cases import sample, shows_well, written
from places import SAMPLES
from timed_systems import CALL, chat

import aicost
from aicost.analysis.scaling.growth import growth
from aicost.analysis.scaling.sweep import sweep
from aicost.analysis.uncertainty.expected import expected
from aicost.analysis.viability.ends import ends
from aicost.billing.case import Case
from aicost.scenario.scenario import SIZES
from aicost.show.review import answers, headline
from aicost.show.review.verdict import verdict as verdict_of

LIMITED = chat(f"{CALL}, limits: {{requests_per_minute: 2}}")


def said_everywhere(case: Case) -> None:
    """Check that verdict, card, table and figures name one first failure, and one usage for it."""
    found, cost = ends(case), expected(case, 64)
    first, bill = found.first, case.bill
    verdict = verdict_of(case, cost, None)
    card = headline.cards(bill, cost, found)[-1]
    at = sweep(case, values=sorted({*SIZES, case.usage}))
    figures = headline.figures(bill, cost, found, at)
    table = {
        row.of.name if hasattr(row.of, "name") else str(row.of.goal): row.cells[1]
        for row in found.rows().rows
    }
    assert [*table] == [*figures["goals"]] == [end.name for end in found.every]
    missed = [end for end in found.counted if not end.met_now]
    assert missed == [e for e in found.counted if not figures["goals"][e.name]["met_now"]]
    for end in missed:
        assert end.noun in card["note"]
        assert end.noun in verdict
        assert card["figure"] == "today"
    if first is None:
        assert "Every goal holds" in verdict or "No goal is stated" in verdict
        assert figures["first_failure"] is None
        return
    assert first.noun in verdict
    assert first.noun in card["note"]
    assert figures["first_failure"] == {"goal": first.name, "holds_up_to": first.last}
    if not missed:
        least = min(end.at for end in found.counted if end.at is not None)
        assert first.at == least
        assert card["figure"] == f"{first.last:,}"
        assert f"up to {first.last:,} " in verdict
        assert f"{first.last:,}" in table[first.name]
        others = {
            int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", verdict + card["figure"])
        }
        assert first.at not in others  # one figure for one place


def test_what_is_usual_counts_only_where_no_goal_is_stated() -> None:
    desk = sample("help-desk")
    found = ends(desk)
    assert [end.name for end in found.every if end.usual] == ["whole_answer_p95"]
    assert [end.name for end in found.missed] == ["first_word_p95"]
    assert "usual for its kind" not in found.sentence
    bare = ends(aicost.case(kind="rag-chat", users=1_000, as_of="2026-11-23"))
    assert bare.counted == bare.every
    assert "usual for its kind" in bare.sentence


@pytest.mark.parametrize("name", [path.stem for path in SAMPLES])
def test_a_sample_names_one_first_failure(name: str) -> None:
    said_everywhere(sample(name))


@pytest.mark.parametrize("seed", range(4))
def test_any_system_names_one_first_failure(seed: int) -> None:
    rng = np.random.default_rng(seed)
    users, per_minute = (10 ** rng.uniform(low, high) for low, high in ((2, 4), (0, 3)))
    limits = f"limits: {{requests_per_minute: {per_minute:.1f}}}"
    text = chat(f"{CALL}, {limits}").replace("1_000", f"{users:.0f}", 1)
    goals = {
        "budget_per_month": 10 ** rng.uniform(2, 5),
        "price_per_user_month": 10 ** rng.uniform(-2, 0),
        "whole_answer_p95": 10 ** rng.uniform(0.7, 2),
        "first_word_p95": 10 ** rng.uniform(-0.3, 1),
    }
    kept = [f"{name}: {value:.2f}" for name, value in goals.items() if rng.uniform() < 0.6]
    said_everywhere(written(f"{text}goals: {{{', '.join(kept)}}}\n" if kept else text))


def test_goals_of_time_that_are_missed_stand_in_the_verdict() -> None:
    found = ends(sample("contract-search-billed"))
    assert found.sentence.startswith(
        "At this size it misses the 3 s to the first word and the 8 s to the whole answer; "
    )
    shows_well(found)


def test_a_limit_that_comes_before_every_goal_goes_first() -> None:
    found = ends(written(LIMITED + "goals: {budget_per_month: 30_000}\n"))
    assert found.first is not None
    assert found.first.name == "answer.requests"
    assert found.first.at == int(2 / (50 / (365 / 12 * 24 * 60))) + 1
    assert "the limit of requests a minute of 'answer' gives way first" in found.sentence
    said_everywhere(found_case := written(LIMITED))
    assert ends(found_case).first == found.first


def test_a_goal_of_time_ends_where_calls_begin_to_wait_too_long() -> None:
    slack = LIMITED.replace("minute: 2", "minute: 9")
    found = ends(written(slack + "goals: {whole_answer_p95: 20 s}\n"))
    time, limit = found.every
    assert time.at is not None
    assert limit.at is not None
    assert time.at < limit.at
    assert found.first == time


def test_a_night_ends_where_its_limits_make_it_too_long() -> None:
    text = LIMITED.replace("minute: 2", "minute: 10") + "goals: {done_within: 8 h}\n"
    found = ends(written(text))
    (night,) = found.every
    assert night.at == int(1_000 * 8 / (50_000 / (365 / 12) / 10 / 60)) + 1
    late = ends(written(text.replace("minute: 10", "minute: 2"))).every[0]
    assert (late.met_now, late.at) == (False, None)


def test_a_night_that_nobody_promises_is_said_and_not_called_missed() -> None:
    """A batch is promised within 24 hours: a night of 8 may hold, and one of 30 does."""
    found = ends(sample("catalogue-overnight"))
    night = next(end for end in found.every if end.name == "done_within")
    assert night.met_now
    assert found.rows().rows[-1].cells[:2] == (
        "A night's work is done in 8 h",
        "nobody promises it",
    )
    assert found.sentence.endswith("gives way first. Nobody promises the 8 h of a night.")
    long = ends(sample("catalogue-overnight").at({"goals.done_within": 30.0}))
    assert "promises" not in long.sentence
    assert long.rows().rows[-1].cells[1] == "at every size"


def test_the_month_in_which_a_goal_is_missed_is_that_of_the_plan() -> None:
    """Documents grow with the months: 813,118 records in month 24 are below 951,160, and dear."""
    case = sample("catalogue-overnight")
    plan = growth(case)
    assert plan.month_of(ends(case).next.at) is None
    assert plan.missed_in("budget") == 24
    assert "in month 24 of the growth plan, for what is stored grows too." in answers.outlook(
        case, plan
    )
    still = sample("research-agent")
    assert "what is stored" not in answers.outlook(still, growth(still))
