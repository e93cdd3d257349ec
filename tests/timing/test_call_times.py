"""How long a call takes: as stated, as published, or as is usual."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cases import sample, written
from timed_systems import CALL, chat, system

from aicost.billing.case import Case
from aicost.components.stage import Stage
from aicost.scenario.kinds import defaults
from aicost.scenario.pipeline import Pipeline
from aicost.scenario.problems import ScenarioError
from aicost.timing.call_times import assumed_times, at_ends, timed
from aicost.values.quantities import Range, Spread

MODEL = "is: inference, model: MODEL, input_tokens: 100, output_tokens: 50"


def usual(path: str, part: str) -> Range:
    """What data/defaults.csv says of a time."""
    found = defaults()["time", f"{path}.{part}"]
    return Range(found.low, found.high)


def test_what_is_stated_stays() -> None:
    case = written(chat(CALL))
    assert timed(case) is case
    assert list(assumed_times(case)) == []


def test_what_nobody_stated_is_usual_and_marked() -> None:
    case = written(chat("output_tokens: 50, ttft: 1"))
    answer = timed(case).scenario.stage("answer")
    assert answer.ttft == 1
    assert answer.tpot == Spread(usual("inference.tpot", "p50"), usual("inference.tpot", "p95"))
    assert answer.origins["tpot"].basis == "assumed"
    ((path, value, source),) = assumed_times(case)
    assert path == "answer.tpot"
    assert value == answer.origins["tpot"].written
    assert source == defaults()["time", "inference.tpot.p50"].source


def test_the_days_are_those_that_are_usual_where_none_are_stated() -> None:
    case = written(chat(CALL, traffic="profile: flat"))
    assert case.scenario.traffic.slow_day is None
    assert timed(case).scenario.traffic.slow_day == Spread(1.0, usual("traffic.slow_day", "p95"))


def test_what_was_published_of_a_model_wins_over_what_is_usual() -> None:
    case = sample("help-desk")
    names = [i.removeprefix("speed/") for i in case.book.items("speed/")]
    model = next(n for n in names if case.book.in_force(f"speed/{n}", "ttft"))
    (row, *_) = case.book.in_force(f"speed/{model}", "ttft")
    stage = timed(written(system(f"a: {{{MODEL.replace('MODEL', model)}}}"))).scenario.stage("a")
    assert stage.ttft == Spread(row.value, 3 * row.value)
    assert stage.origins["ttft"].basis == "assumed"
    assert "p95 taken as 3 x the median" in stage.origins["ttft"].source


def test_a_stage_of_which_no_usual_time_is_known_is_refused() -> None:
    case = written(chat(CALL))
    odd = replace(case.scenario, pipeline=Pipeline((Stage(name="odd"),)))
    with pytest.raises(ScenarioError, match=r"odd\.seconds: how long a call takes is not known"):
        timed(case.of(odd))


def test_the_ends_of_what_is_not_known_of_time() -> None:
    case = written(
        chat("output_tokens: about 50, ttft: 1 to 3, tpot: {p50: 0.01, p95: about 0.02}")
    )
    low, high = (end.scenario.stage("answer") for end in at_ends(case))
    assert (low.ttft, high.ttft) == (1, 3)
    assert low.tpot.p50 == high.tpot.p50 == 0.01
    assert low.tpot.p95 < 0.02 < high.tpot.p95
    assert isinstance(low.output_tokens, Range)  # tokens are no time
    assert low.output_tokens == high.output_tokens


def test_times_are_no_part_of_the_bill() -> None:
    case = sample("catalogue-overnight")
    faster = replace(case.scenario, traffic=replace(case.scenario.traffic, slow_day=3.0))
    assert Case(faster, case.book).bill.total == case.bill.total
    assert case.of(faster).bill.charges is case.bill.charges  # not even worked out again
