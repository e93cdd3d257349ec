"""What a request passes: who takes a stage, what waits behind it, and what nobody waits for."""

from __future__ import annotations

import pytest
from cases import written
from timed_systems import WRITES, system, takes

from aicost.timing.percentiles import answer_time
from aicost.timing.structure import Step, Together, last_waited, pipeline_nodes


def mean_s(*stages: str) -> float:
    """The mean time of a system. [s]"""
    return answer_time(written(system(*stages))).whole.mean


# ---- what is waited for

LOG = (
    "log: {is: observability, platform: langfuse-core, events_per_request: 3, "
    "kb_per_request: 9, kept_months: 1, repeat: 2, retry: 10 %, backoff: 5}"
)


def test_nobody_waits_for_a_log() -> None:
    logged = answer_time(written(system(WRITES, LOG)))
    assert logged == answer_time(written(system(WRITES)))


@pytest.mark.parametrize("form", ["parallel: {b: %s, c: %s}", "loop: {rounds: 3, steps: {b: %s}}"])
def test_nobody_waits_for_a_review_after_the_answer(form: str) -> None:
    people = "{is: human_review, when: after_answer, minutes: 5, wage_per_hour: 30}"
    text = system(f"g: {{{form.replace('%s', people)}}}", WRITES)
    assert answer_time(written(text)) == answer_time(written(system(WRITES)))


# ---- what stands behind what


def test_what_follows_a_loop_is_not_done_in_each_round() -> None:
    loop = f"g: {{loop: {{rounds: 3, steps: {{b: {takes()}}}}}}}"
    after = f"c: {takes('10', 'of: g/b, share: 50 %')}"
    assert mean_s(loop, after) == pytest.approx(3 + 5)


def test_a_step_of_a_loop_is_done_in_each_round_whatever_it_is_for() -> None:
    first = f"a: {takes('1', 'share: 50 %')}"
    loop = f"g: {{loop: {{rounds: 3, steps: {{b: {takes('10', 'of: a')}}}}}}}"
    assert mean_s(first, loop) == pytest.approx(0.5 + 15)


def test_what_is_for_those_who_asked_a_cache_is_not_lost() -> None:
    cache = "k: {is: response_cache, share: 50 %, hit_share: 0 %, seconds: 0}"
    assert mean_s(cache, f"b: {takes('10', 'of: k')}") == pytest.approx(5)


def test_a_cache_for_some_spares_all_that_is_behind_it() -> None:
    cache = "k: {is: response_cache, of: a, hit_share: 50 %, seconds: 0}"
    found = mean_s(f"a: {takes('1', 'share: 50 %')}", cache, f"b: {takes('10')}")
    assert found == pytest.approx(0.5 + 7.5)


def test_the_tree_as_a_request_passes_it() -> None:
    """A cascade stands behind its branch, a fallback behind its call, groups stay together."""
    point = written(
        system(
            f"r: {{route: {{small: {takes('1', 'share: 60 %')}, large: {takes('2')}}}}}",
            f"a: {takes('1', 'timeout: {after: 1, fallback: quick}')}",
            f"quick: {takes('1', 'of: a, share: 5 %')}",
            f"again: {takes('3', 'of: r/small, share: 10 %')}",
            LOG,
        )
    ).point.scenario
    route, call = pipeline_nodes(point)
    assert isinstance(route, Together)
    assert route.group is point.pipeline.groups["r"]
    assert [(step.stage.name, step.share) for step in route.steps] == [
        ("r/small", pytest.approx(0.6)),
        ("r/large", pytest.approx(0.4)),
    ]
    (behind,) = route.steps[0].then
    assert (behind.stage.name, behind.share) == ("again", pytest.approx(0.1))
    assert route.steps[1].then == ()
    assert isinstance(call, Step)
    assert (call.stage.name, call.share, call.then) == ("a", 1.0, ())


# ---- what a user waits for last


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        ((WRITES, LOG), ["a"]),
        ((f"g: {{loop: {{rounds: 3, steps: {{b: {takes()}}}}}}}", WRITES), ["a"]),
        ((WRITES, f"g: {{loop: {{rounds: 3, steps: {{b: {takes()}}}}}}}"), []),
        ((WRITES, f"g: {{parallel: {{b: {takes()}, c: {takes()}}}}}"), ["g/b", "g/c"]),
        ((LOG,), []),
    ],
)
def test_the_last_step_is_the_one_that_a_user_sees(
    stages: tuple[str, ...], expected: list[str]
) -> None:
    point = written(system(*stages), checked=False).point.scenario
    assert [stage.name for stage in last_waited(point)] == expected
