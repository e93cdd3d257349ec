"""Above a limit a share is served: there is no percentile, and never hours of a queue."""

from __future__ import annotations

import json

import numpy as np
import pytest
from cases import sample, shows_well, written
from timed_systems import CALL, chat

from aicost.scenario.checks import warnings
from aicost.show.review import times as page
from aicost.timing.ceilings import limits_reached, overloads
from aicost.timing.percentiles import speeds
from aicost.timing.report import latency

LARGE = "output_tokens: 601, ttft: 0.5, tpot: 0.01"


def test_above_a_limit_a_share_is_served_and_the_rest_refused() -> None:
    case = sample("contract-search-billed")
    (now, million) = speeds(case, [case.usage, 1_000_000])
    assert now.over == ()
    asked = case.at({"users": 1_000_000}).bill.requests * 1.2  # some are asked twice
    peak = case.point.scenario.profile.peak_share(365 / 12)
    assert million.served == pytest.approx(120 * 60 / (asked * peak), rel=1e-6)
    hours = np.array(case.point.scenario.profile.hours)
    calls = asked * hours / hours.sum() / (365 / 12 * 5 / 7)
    drawn = np.minimum(calls, 120 * 60).sum() / calls.sum()
    (over,) = million.over
    assert over.in_month == pytest.approx(drawn)
    assert over.sentence.endswith("the rest is refused (429).")
    assert set(million.whole) == {np.inf}


def test_what_is_said_of_an_overload_holds_no_hours_and_no_infinity() -> None:
    times = latency(sample("contract-search-billed"))
    assert times is not None
    shows_well(times)
    last = times.rows().texts()[-1]
    assert last[1:] == ("2.2 %", *["none"] * 6)
    assert json.loads(json.dumps(page.figures(times), allow_nan=False))["at_usage"]["1000000"] == {
        "calls_served": 0.0219
    }


@pytest.mark.parametrize(("limit", "refused"), [(30_600, True), (30_601, False)])
def test_a_call_above_the_limit_of_a_minute_is_never_taken(limit: int, refused: bool) -> None:
    case = written(
        chat(f"{LARGE}, limits: {{tokens_per_minute: {limit}}}").replace("500,", "30_000,", 1)
    )
    said = [w for w in warnings(case.scenario, case.book) if w.key == "answer.limits"]
    assert len(said) == refused
    times = latency(case.at({"users": 1}))
    assert times is not None
    assert bool(times.now.over) == refused
    if refused:
        assert "30,601 tokens is refused by a limit of 30,600 tokens a minute" in said[0].wrong
        assert "raised to 30,601 or more" in said[0].remedy
        assert "however few there are" in times.sentence
        assert [found.at for found in limits_reached(case)] == [1]
        shows_well(times)


def test_a_large_call_above_the_limit_is_said_beside_a_mean_one_below() -> None:
    text = chat("output_tokens: 500, ttft: 1, tpot: 0.01, limits: {tokens_per_minute: 20_000}")
    case = written(text.replace("tokens: 500", "tokens: {p50: 9_000, p95: 30_000}", 1))
    (said,) = [w for w in warnings(case.scenario, case.book) if w.key == "answer.limits"]
    assert said.wrong.startswith("a large call of 30,500 tokens is refused")


def test_machines_that_cannot_grow_have_a_first_usage_above_them() -> None:
    case = written(
        f"{chat(CALL + ', pool: p')}pools: {{p: {{price_per_hour: 1, carries: 60, at_most: 2}}}}\n"
    )
    (found,) = limits_reached(case)
    assert found.at == 120 / (50 / (365 / 12 * 24)) == 1_752
    assert found.words("users").endswith("the queue grows without end.")
    assert not any(overloads(case.at({"users": found.at - 1}).point.scenario))
