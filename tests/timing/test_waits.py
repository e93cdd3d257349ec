"""The busiest hour: waits at a provider's limits and at a desk, and the first usage they bind."""

from __future__ import annotations

import numpy as np
import pytest
from cases import written
from timed_systems import CALL, chat, system

from aicost.formulas.queueing import wait_quantile
from aicost.scenario.scenario import steps
from aicost.timing.ceilings import limits_reached
from aicost.timing.waits import (
    calls_per_minute,
    limit_uses,
    limit_wait,
    limit_waits,
    peak_waits,
    queue_waits,
    with_limits,
)

MINUTES = 365 / 12 * 24 * 60


# ---- at the limits of a provider


def waits_drawn(rate: float, limit: float, hours: int, seed: int) -> np.ndarray:
    """Draw waits in seconds, minute by minute, of many hours."""
    rng, queue, found = np.random.default_rng(seed), np.zeros(hours), []
    for _ in range(60):
        found.append(queue / limit * 60)
        queue = np.maximum(queue + rng.poisson(rate, hours) - limit, 0)
    return np.concatenate(found)


@pytest.mark.parametrize(
    ("rate", "limit"), [(60, 100), (95, 100), (100, 100), (130, 100), (4_300, 4_000), (1.5, 2)]
)
def test_a_limit_makes_calls_wait_as_long_as_drawn_hours_do(rate: float, limit: float) -> None:
    drawn = waits_drawn(rate, limit, hours=4_000, seed=7)
    found = limit_wait(rate, limit)
    step = 0.02 * 60
    assert found.mean == pytest.approx(drawn.mean(), rel=0.02, abs=step)
    assert found.quantile(0.95) == pytest.approx(np.quantile(drawn, 0.95), rel=0.02, abs=step)


def test_the_first_usage_above_a_limit_is_exact() -> None:
    """50 requests a user and month, flat: 730 h, so 100 a minute are 87,600 users."""
    case = written(chat(f"{CALL}, limits: {{requests_per_minute: 100}}"))
    (found,) = limits_reached(case)
    assert found.at == int(np.floor(100 / (50 / MINUTES))) + 1


def test_tokens_are_limited_as_well_as_requests() -> None:
    text = chat("output_tokens: 500, ttft: 0.5, tpot: 0.01, limits: {tokens_per_minute: 100_000}")
    (found,) = limits_reached(written(text))
    assert found.at == int(np.floor(100 / (50 / MINUTES))) + 1
    assert found.what == "tokens"


def test_a_limit_of_tokens_binds_no_call_without_tokens() -> None:
    call = "is: inference, price: {input: 1, output: 2}, input_tokens: 0, output_tokens: 0, ttft: 1"
    case = written(system(f"a: {{{call}, limits: {{tokens_per_minute: 10}}}}"))
    assert not peak_waits(case.point.scenario)
    assert limits_reached(case) == ()


def test_what_a_minute_asks_stands_beside_each_limit() -> None:
    limits = "limits: {requests_per_minute: 3, tokens_per_minute: 2_000}"
    point = written(chat(f"output_tokens: 500, ttft: 0.5, tpot: 0.01, {limits}")).point.scenario
    requests, tokens = limit_uses(point)
    assert (requests.what, requests.limit) == ("requests", 3)
    assert (tokens.what, tokens.limit) == ("tokens", pytest.approx(2))
    assert requests.per_minute == tokens.per_minute == pytest.approx(50_000 / MINUTES)
    (wait,) = limit_waits(point).values()
    each = [limit_wait(50_000 / MINUTES, limit).mean for limit in (3.0, 2.0)]
    assert wait.mean == pytest.approx(max(each))  # the limit that makes it wait longer


def test_a_limit_that_is_out_of_reach_is_reached_nowhere() -> None:
    case = written(chat(f"{CALL}, limits: {{requests_per_minute: 1_000_000_000}}"))
    (found,) = limits_reached(case)
    assert (found.stage, found.what, found.at) == ("answer", "requests", None)


# ---- at a desk


def test_a_review_waits_as_its_queue_says() -> None:
    people = (
        "  people: {is: human_review, when: before_answer, minutes: 4, wage_per_hour: 30,"
        " answer_within: 20 s, level: 80 %}\n"
    )
    point = written(chat(CALL) + people).point.scenario
    ((stage, flow),) = [
        (stage, flow)
        for stage, flow in steps(point, point.world.busiest_hour(point.requests()))
        if stage.name == "people"
    ]
    queue = stage.queue(flow)
    assert queue is not None
    assert queue.load == pytest.approx(50_000 / (365 / 12 * 24) / 15)
    desk = {"servers": queue.servers, "load": queue.load, "service_s": queue.service_s}
    for share in (0.5, 0.95, 0.99):
        expected = wait_quantile(**desk, quantile=share)
        assert peak_waits(point)["people"].quantile(share) == pytest.approx(expected, rel=1e-4)
    assert queue_waits(point).keys() == {"people"}


def test_a_limit_may_be_set_where_none_is_stated() -> None:
    case = with_limits(written(chat(CALL)), "answer")
    assert peak_waits(case.point.scenario) == {}
    asked = calls_per_minute(case, "answer")
    bound = case.at({"answer.limits.requests_per_minute": asked})
    (use,) = limit_uses(bound.point.scenario)
    assert use.per_minute == pytest.approx(use.limit)


def test_only_a_call_to_a_model_has_limits() -> None:
    people = "  people: {is: human_review, when: before_answer, minutes: 5, wage_per_hour: 30}\n"
    case = written(chat(CALL, people))
    with pytest.raises(TypeError, match="people: it is human_review, and calls no model"):
        with_limits(case, "people")
    with pytest.raises(KeyError, match="of that name calls a model"):
        calls_per_minute(case, "people")
