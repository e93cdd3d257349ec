"""How fast a system answers at any usage, and stage by stage."""

from __future__ import annotations

from pathlib import Path

import pytest
from cases import sample, written
from places import SAMPLES
from timed_systems import CALL, chat, system, takes

from aicost.formulas.latency import const
from aicost.timing.call_times import timed
from aicost.timing.percentiles import answer_time, only, speeds, stage_times
from aicost.timing.walk import time_of

# ---- at any usage


def test_where_nobody_waits_for_another_it_is_as_fast_at_any_usage() -> None:
    case = written(chat(CALL))
    found, answer = speeds(case, [1, 1_000, 1_000_000]), answer_time(case)
    assert [speed.usage for speed in found] == [1, 1_000, 1_000_000]
    for speed in found:
        assert speed.first == pytest.approx(answer.first.quantile([0.5, 0.95, 0.99]))
        assert speed.whole == pytest.approx(answer.whole.quantile([0.5, 0.95, 0.99]))


def test_a_limit_slows_what_is_above_it() -> None:
    """100 a minute are 87,600 users: 50 requests a user and month, flat."""
    case = written(chat(f"{CALL}, limits: {{requests_per_minute: 100}}"))
    few, many = speeds(case, [87_600 / 2, 87_600 * 1.2])
    assert few.first[1] == pytest.approx(1.5, rel=1e-6)
    assert many.first[1] > 100


# ---- stage by stage


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_what_the_stages_add_is_the_whole(path: Path) -> None:
    case = sample(path.stem)
    day = timed(case).point.scenario.traffic.slow_day.moment(1)
    whole = answer_time(case, day=day).whole.mean
    assert sum(t.mean for t in stage_times(case)) == pytest.approx(whole, rel=1e-9)


def test_stage_by_stage_through_routes_fallbacks_and_caches() -> None:
    route = f"r: {{route: {{b: {takes('2', 'share: 50 %')}, c: {takes('4')}}}}}"
    cache = "k: {is: response_cache, hit_share: 50 %, seconds: 0.1}"
    last = f"d: {takes('6', 'of: a, share: 50 %')}"
    case = written(system(f"a: {takes('1')}", cache, route, last))
    found = {t.stage: t for t in stage_times(case)}
    assert {name: pytest.approx(t.mean) for name, t in found.items()} == {
        "a": 1,
        "k": 0.1,
        "r/b": 0.5,
        "r/c": 1.0,
        "d": 3.0,
    }
    assert found["a"].so_far == pytest.approx(1)
    assert found["r/b"].so_far == pytest.approx(3.1)


def test_a_fallback_is_tried_again_as_it_says() -> None:
    """All are given up after 1 s; the fallback takes 2 s and half are tried once more."""
    text = system(
        f"a: {takes('9', 'timeout: {after: 1, fallback: b}')}",
        f"b: {takes('2', 'of: a, share: 100 %, retry: 50 %, tries: 2')}",
    )
    case = written(text)
    assert answer_time(case).whole.mean == pytest.approx(1 + 2 * 1.5)
    assert {t.stage: pytest.approx(t.mean) for t in stage_times(case)} == {"a": 1, "b": 3}


def test_a_wait_counts_for_the_stage_that_has_it() -> None:
    case = written(system(f"a: {takes('1')}", f"b: {takes('2')}"))
    first, second = stage_times(case, waits={"b": const(5.0)})
    assert (first.mean, first.so_far) == pytest.approx((1, 1))
    assert (second.mean, second.p50, second.so_far) == pytest.approx((7, 7, 8))


def test_a_loop_is_so_many_rounds_of_its_stages() -> None:
    case = written(system(f"g: {{loop: {{rounds: 4, steps: {{b: {takes('2')}}}}}}}"))
    (found,) = stage_times(case)
    assert (found.stage, found.mean, found.p50) == ("g/b", pytest.approx(8), pytest.approx(8))


def test_only_some_stages_take_time() -> None:
    point = written(system(f"a: {takes('1')}", f"b: {takes('2')}")).point.scenario
    assert time_of(only(point, {"b"})).whole.mean == pytest.approx(2)
    assert time_of(only(point, set())).whole.mean == 0
