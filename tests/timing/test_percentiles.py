"""Times of whole systems: against requests drawn one by one, closed forms and exact limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timing_simulation import SYSTEM, simulate

import aicost
from aicost.book.book import Book
from aicost.components.caching import ResponseCache
from aicost.components.flow import Traffic
from aicost.components.inference import Inference
from aicost.formulas.latency import lognormal, series, slow_day
from aicost.formulas.queueing import wait_quantile
from aicost.scenario.problems import ScenarioError
from aicost.scenario.scenario import Scenario, steps
from aicost.timing import (
    answer_time,
    break_even,
    kept,
    limit_wait,
    limits_reached,
    lost,
    night,
    peak_waits,
    remedies,
    speeds,
    stage_times,
    timed,
    whole_counts,
)
from aicost.timing.checks import doubts
from aicost.values.quantities import Spread
from aicost.values.section import Origin

BOOK = Book.load()
SAMPLES = sorted(Path("data/scenarios").resolve().glob("*.yaml"))
Load = Callable[[str], Scenario]


@pytest.fixture
def loaded(tmp_path: Path) -> Load:
    def load(text: str) -> Scenario:
        path = tmp_path / "system.yaml"
        path.write_text(text, encoding="utf-8")
        return aicost.load(path)

    return load


def chat(answer: str, more: str = "", traffic: str = "slow_day: 1") -> str:
    """Return the text of a system of one model's call, with more stages before it."""
    return (
        f"traffic: {{users: 1_000, requests_per_user_month: 50, {traffic}}}\npipeline:\n{more}"
        f"  answer: {{is: inference, price: {{input: 1, output: 5}}, input_tokens: 500,"
        f" {answer}}}\n"
    )


CALL = (
    "output_tokens: {p50: 250, p95: 900}, ttft: {p50: 0.5, p95: 1.5}, tpot: {p50: 0.01, p95: 0.02}"
)


# ---- the whole walk


def test_the_walk_is_the_requests_drawn_one_by_one(loaded: Load) -> None:
    """Cache, parallel, route, retry, timeout, cascade, repeat, blocking review, slow days."""
    found = answer_time(loaded(SYSTEM), BOOK)
    batches = [simulate(250_000, seed) for seed in range(12)]
    shares = (0.5, 0.95, 0.99)
    for part, column in ((found.first, 0), (found.whole, 1)):
        drawn = np.array([np.quantile(batch[column], shares) for batch in batches])
        error = drawn.std(axis=0, ddof=1) / np.sqrt(len(batches))
        off = np.abs(part.quantile(shares) - drawn.mean(axis=0))
        assert np.all(off <= 4 * error), (column, off / error)
        means = np.array([batch[column].mean() for batch in batches])
        assert part.mean == pytest.approx(
            means.mean(), abs=4 * means.std(ddof=1) / np.sqrt(len(batches)) + 1e-3 * part.mean
        )


def test_a_few_days_stand_for_all_kinds_of_days(loaded: Load) -> None:
    slow = Spread(1.0, 2.5)
    text = chat(
        "output_tokens: 1, seconds: {p50: 0.9, p95: 2.5}, repeat: 5",
        traffic="slow_day: {p50: 1, p95: 2.5}",
    )
    exact = slow_day(series(*[lognormal(p50=0.9, p95=2.5)] * 5), factor=slow)
    found = answer_time(loaded(text), BOOK).whole
    assert found.quantile([0.5, 0.95, 0.99]) == pytest.approx(
        exact.quantile([0.5, 0.95, 0.99]), rel=1e-3
    )
    assert found.mean == pytest.approx(exact.mean, rel=1e-4)


# ---- streaming


def test_the_last_call_shows_its_words_as_they_are_written(loaded: Load) -> None:
    found = answer_time(loaded(chat(CALL)), BOOK)
    assert found.first.quantile(0.5) == pytest.approx(0.5, rel=1e-6)
    assert found.whole.quantile(0.5) > 2.5


@pytest.mark.parametrize(
    "last",
    [
        "guard: {is: inference, price: {input: 1, output: 1}, input_tokens: 9, "
        "output_tokens: 5, seconds: 0.2, streams: no}",
        "people: {is: human_review, when: before_answer, "
        "minutes: 0.1, share: 1 %, wage_per_hour: 30}",
    ],
)
def test_what_can_still_act_on_the_answer_holds_it_back(loaded: Load, last: str) -> None:
    found = answer_time(loaded(chat(CALL) + f"  {last}\n"), BOOK)
    alone = answer_time(loaded(chat(CALL)), BOOK)
    assert found.first.quantile(0.5) >= alone.whole.quantile(0.5)


def test_people_after_the_answer_hold_nobody_up(loaded: Load) -> None:
    people = "  people: {is: human_review, minutes: 5, wage_per_hour: 30, when: after_answer}\n"
    after = answer_time(loaded(chat(CALL) + people), BOOK)
    assert after == answer_time(loaded(chat(CALL)), BOOK)


def test_what_does_not_stream_has_no_first_word_before_its_end(loaded: Load) -> None:
    found = answer_time(loaded(chat(f"{CALL}, streams: no")), BOOK)
    assert found.first == found.whole


# ---- what always holds

TIMES = st.tuples(st.floats(0.01, 5), st.floats(1, 8)).map(lambda t: (t[0], t[0] * t[1]))


def system(*stages: tuple[float, float], hit: float = 0.0, lookup: float = 0.0) -> Scenario:
    """Return a system of plain stages behind a cache, in code."""
    calls = [
        Inference(
            name=f"s{i}", input_tokens=1.0, output_tokens=1.0, seconds=Spread(*pair), streams=False
        )
        for i, pair in enumerate(stages)
    ]
    cache = ResponseCache(name="cache", hit_share=hit, seconds=lookup)
    traffic = Traffic(requests_per_month=1e5, slow_day=1.0, origins={"slow_day": Origin("given")})
    return Scenario(name="drawn", traffic=traffic, pipeline=(cache, *calls))


@settings(max_examples=25, deadline=None)
@given(st.lists(TIMES, min_size=1, max_size=5))
def test_the_mean_of_a_sum_is_the_sum_of_means(stages: list[tuple[float, float]]) -> None:
    whole = answer_time(system(*stages), BOOK).whole.mean
    assert whole == pytest.approx(sum(lognormal(*pair).mean for pair in stages), rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.lists(TIMES, min_size=1, max_size=4), st.floats(0, 1))
def test_a_cache_that_takes_no_time_never_raises_the_mean(
    stages: list[tuple[float, float]], hit: float
) -> None:
    without = answer_time(system(*stages), BOOK).whole.mean
    found = answer_time(system(*stages, hit=hit), BOOK).whole.mean
    assert found <= without * (1 + 1e-12)
    assert found == pytest.approx((1 - hit) * without, rel=1e-9, abs=1e-12)


@settings(max_examples=15, deadline=None)
@given(st.lists(TIMES, min_size=1, max_size=3), st.floats(0.001, 2))
def test_a_cache_breaks_even_where_it_is_said_to(
    stages: list[tuple[float, float]], lookup: float
) -> None:
    found = break_even(system(*stages, hit=0.1, lookup=lookup), BOOK)
    if found.needed < 1:
        at = answer_time(system(*stages, hit=found.needed, lookup=lookup), BOOK).whole.mean
        assert at == pytest.approx(answer_time(system(*stages), BOOK).whole.mean, rel=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.lists(TIMES, min_size=1, max_size=4))
def test_quantiles_rise_and_the_first_word_comes_before_the_end(
    stages: list[tuple[float, float]],
) -> None:
    found = answer_time(system(*stages), BOOK)
    shares = np.linspace(0.05, 0.99, 12)
    first, whole = found.first.quantile(shares), found.whole.quantile(shares)
    assert np.all(np.diff(whole) >= 0)
    assert np.all(first <= whole * (1 + 1e-9))


@given(
    st.floats(0, 40)
    | st.floats(1, 20).flatmap(
        lambda p50: st.floats(1, 4).map(lambda ratio: Spread(p50, p50 * ratio))
    )
)
def test_whole_counts_keep_the_mean(value: float | Spread) -> None:
    shares = whole_counts(value)
    mean = value.moment(1) if isinstance(value, Spread) else value
    assert sum(shares) == pytest.approx(1, abs=1e-12)
    assert sum(k * share for k, share in enumerate(shares)) == pytest.approx(mean, rel=2e-3)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_what_the_stages_add_is_the_whole(path: Path) -> None:
    s = aicost.load(path)
    point = timed(s, BOOK).point()
    day = point.traffic.slow_day.moment(1)
    whole = answer_time(s, BOOK, day=day).whole.mean
    assert sum(t.mean for t in stage_times(s, BOOK)) == pytest.approx(whole, rel=1e-9)


# ---- at the limits of a provider


def waits_drawn(rate: float, limit: float, hours: int, seed: int) -> np.ndarray:
    """Return waits in seconds, minute by minute, of many hours."""
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


def test_the_first_usage_above_a_limit_is_exact(loaded: Load) -> None:
    """50 requests a user and month, flat: 730 h, so 100 a minute are 87,600 users."""
    text = chat(f"{CALL}, limits: {{requests_per_minute: 100}}")
    s = loaded(text)
    (found,) = limits_reached(s)
    per_user = 50 / (365 / 12 * 24 * 60)
    assert found.at == int(np.floor(100 / per_user)) + 1
    few, many = speeds(s, BOOK, [found.at / 2, found.at * 1.2])
    assert few.first[1] == pytest.approx(1.5, rel=1e-6)
    assert many.first[1] > 100


def test_tokens_are_limited_as_well_as_requests(loaded: Load) -> None:
    text = chat("output_tokens: 500, ttft: 0.5, tpot: 0.01, limits: {tokens_per_minute: 100_000}")
    (found,) = limits_reached(loaded(text))
    assert found.at == int(np.floor(100 / (50 / (365 / 12 * 24 * 60)))) + 1
    assert found.what == "tokens"


# ---- at a desk


def test_a_review_waits_as_its_queue_says(loaded: Load) -> None:
    people = (
        "  people: {is: human_review, when: before_answer, minutes: 4, wage_per_hour: 30,"
        " answer_within: 20 s, level: 80 %}\n"
    )
    s = loaded(chat(CALL) + people).point()
    ((stage, flow),) = [
        (stage, flow)
        for stage, flow in steps(s, s.world.busiest_hour(s.traffic.requests()))
        if stage.name == "people"
    ]
    seats, load, service_s = stage.queue(flow)
    assert load == pytest.approx(50_000 / (365 / 12 * 24) / 15)
    desk = {"servers": seats, "load": load, "service_s": service_s}
    for share in (0.5, 0.95, 0.99):
        expected = wait_quantile(**desk, quantile=share)
        assert peak_waits(s)["people"].quantile(share) == pytest.approx(expected, rel=1e-4)


# ---- budgets


def test_a_budget_is_missed_from_the_first_usage_that_misses_it(loaded: Load) -> None:
    text = chat(f"{CALL}, limits: {{requests_per_minute: 100}}")
    s = loaded(text + "goals: {first_word_p95: 3 s, whole_answer_p95: 2 s}\n")
    (speed,) = speeds(s, BOOK, [1_000])
    first, whole = kept(s, BOOK, speed)
    assert first.met
    assert first.missed_from is not None
    assert not whole.met
    assert whole.missed_from == 1
    at = first.missed_from
    before, there = speeds(s, BOOK, [at - 1, at])
    assert before.answer.first.within(3.0) >= 0.95 > there.answer.first.within(3.0)


def test_seconds_lose_what_the_curve_says(loaded: Load) -> None:
    """Constant first word at 4 s on a curve of 10 % at 3 s and 40 % at 8 s: 16 %."""
    text = chat("output_tokens: 1, seconds: 4, streams: no")
    goals = "goals: {price_per_user_month: 4, abandonment: {3 s: 10 %, 8 s: 40 %}}\n"
    s = loaded(text + goals)
    found = lost(s.point(), answer_time(s, BOOK))
    assert found is not None
    assert found.share == pytest.approx(0.16, abs=1e-4)
    assert found.usd == pytest.approx(found.share * 4_000)
    assert found.usd_per_second == pytest.approx(0.06 * 4_000, rel=1e-3)


def test_a_night_is_its_work_over_its_window(loaded: Load) -> None:
    text = chat("output_tokens: 500, limits: {tokens_per_minute: 50_000}, batch: no")
    s = loaded(text + "goals: {done_within: 8 h}\n")
    found = night(s, BOOK)
    assert found is not None
    assert found.requests == pytest.approx(50_000 / (365 / 12))
    assert found.work[0].tokens == pytest.approx(found.requests * 1_000)
    assert found.least_hours == pytest.approx(found.requests * 1_000 / 50_000 / 60)
    assert found.requests_per_s == pytest.approx(found.requests / 8 / 3_600)


# ---- remedies


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_no_remedy_makes_it_slower(path: Path) -> None:
    now, *rest = remedies(aicost.load(path), BOOK)
    assert rest
    for remedy in rest:
        assert remedy.whole[1] <= now.whole[1] * 1.001, remedy.name


# ---- what is wrong in a file


@pytest.mark.parametrize(("retry", "found"), [("4 %", 1), ("5 %", 0)])
def test_more_late_calls_than_are_said_to_be_tried_again(
    loaded: Load, retry: str, found: int
) -> None:
    call = "output_tokens: 1, seconds: {p50: 1, p95: 2}"
    problems = doubts(loaded(chat(f"{call}, timeout: {{after: 2 s}}, retry: {retry}")), BOOK)
    assert len(problems) == found
    for problem in problems:
        assert problem.key == "answer.timeout"
        assert "5 % of calls take longer than 2 s, more than the 4 %" in problem.wrong


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        (
            chat(f"{CALL}, timeout: {{after: 8 s, fallback: quick}}"),
            "answer.timeout.fallback",
            "no stage 'quick' after it",
        ),
        (chat(f"{CALL}, timeout: {{fallback: quick}}"), "answer.timeout.after", "it is missing"),
        (
            chat(CALL) + "goals: {abandonment: {8 s: 10 %, 3 s: 40 %}}\n",
            "goals.abandonment",
            "let seconds and shares rise",
        ),
        (chat(CALL) + "goals: {abandonment: 10 %}\n", "goals.abandonment", "needs seconds"),
        (
            chat(f"{CALL}, limits: {{requests_per_second: 3}}"),
            "answer.limits.requests_per_second",
            "no such key",
        ),
    ],
)
def test_a_mistake_is_one_clear_line(loaded: Load, text: str, key: str, words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loaded(text)
    problems = [p for p in caught.value.problems if p.key == key]
    assert problems
    assert any(words in f"{p.wrong}; {p.remedy}" for p in problems)


def test_times_are_no_part_of_the_bill() -> None:
    s = aicost.load(SAMPLES[0])
    faster = replace(s, traffic=replace(s.traffic, slow_day=3.0))
    assert Case(faster, BOOK).bill.total == Case(s, BOOK).bill.total
