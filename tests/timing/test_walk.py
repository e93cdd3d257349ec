"""The walk: against requests drawn one by one, closed forms, and what always holds."""

from __future__ import annotations

import numpy as np
import pytest
from cases import written
from hypothesis import example, given, settings
from hypothesis import strategies as st
from random_simulation import System
from timed_systems import CALL, PRICED, chat, system, takes
from timing_simulation import SYSTEM, simulate

from aicost.billing.case import Case
from aicost.book.book import Book
from aicost.components.caching import ResponseCache
from aicost.components.inference import Inference
from aicost.components.traffic import Traffic
from aicost.formulas.latency import const, lognormal, series, slow_day
from aicost.scenario.pipeline import Pipeline
from aicost.scenario.scenario import Scenario
from aicost.timing.call_times import timed
from aicost.timing.percentiles import answer_time
from aicost.timing.walk import Conditions, alone, time_of, whole_counts
from aicost.values.quantities import Spread
from aicost.values.section import Origin

BOOK = Book.load()


# ---- requests drawn one by one


def test_the_walk_is_the_requests_drawn_one_by_one() -> None:
    """Cache, parallel, route, retry, timeout, cascade, repeat, blocking review, slow days."""
    found = answer_time(written(SYSTEM))
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


@pytest.mark.parametrize("seed", range(10))
def test_systems_at_random_are_the_requests_drawn_one_by_one(seed: int) -> None:
    drawn = System(seed)
    found = answer_time(written(drawn.text()))
    batches = [drawn.simulate(40_000, 100 * seed + i) for i in range(8)]
    for part, column in ((found.first, 0), (found.whole, 1)):
        seen = np.array([[*np.quantile(b[column], [0.5, 0.95]), b[column].mean()] for b in batches])
        error = seen.std(axis=0, ddof=1) / np.sqrt(len(batches))
        off = np.abs([*part.quantile([0.5, 0.95]), part.mean] - seen.mean(axis=0))
        assert np.all(off <= 5 * error + 2e-3 * seen.mean(axis=0)), (off, error)


# ---- days


def test_a_few_days_stand_for_all_kinds_of_days() -> None:
    slow = Spread(1.0, 2.5)
    text = chat(
        "output_tokens: 1, seconds: {p50: 0.9, p95: 2.5}, repeat: 5",
        traffic="slow_day: {p50: 1, p95: 2.5}",
    )
    exact = slow_day(series(*[lognormal(p50=0.9, p95=2.5)] * 5), factor=slow)
    found = answer_time(written(text)).whole
    assert found.quantile([0.5, 0.95, 0.99]) == pytest.approx(
        exact.quantile([0.5, 0.95, 0.99]), rel=1e-3
    )
    assert found.mean == pytest.approx(exact.mean, rel=1e-4)


def test_a_day_stretches_machines_and_no_pause() -> None:
    call = "{after: 100}"
    case = written(
        system(f"a: {takes('1', f'retry: 50 %, tries: 2, backoff: 4, timeout: {call}')}")
    )
    usual, slow = (answer_time(case, day=day).whole.mean for day in (1.0, 3.0))
    assert (usual, slow) == pytest.approx((1 + 0.5 * (4 + 1), 3 + 0.5 * (4 + 3)))


# ---- streaming


def test_the_last_call_shows_its_words_as_they_are_written() -> None:
    found = answer_time(written(chat(CALL)))
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
def test_what_can_still_act_on_the_answer_holds_it_back(last: str) -> None:
    found = answer_time(written(chat(CALL) + f"  {last}\n"))
    before = answer_time(written(chat(CALL)))
    assert found.first.quantile(0.5) >= before.whole.quantile(0.5)


def test_people_after_the_answer_hold_nobody_up() -> None:
    people = "  people: {is: human_review, minutes: 5, wage_per_hour: 30, when: after_answer}\n"
    after = answer_time(written(chat(CALL) + people))
    assert after == answer_time(written(chat(CALL)))


def test_what_does_not_stream_has_no_first_word_before_its_end() -> None:
    found = answer_time(written(chat(f"{CALL}, streams: no")))
    assert found.first == found.whole


@pytest.mark.parametrize(
    "keys",
    [
        "output_tokens: 0, ttft: 1, tpot: 0.01",
        "output_tokens: 50, ttft: 1, tpot: 0",
        "output_tokens: 1, ttft: 1, tpot: 0.01",
    ],
)
def test_what_writes_in_no_time_takes_its_first_word(keys: str) -> None:
    found = answer_time(written(system(f"a: {{{PRICED}, {keys}}}")))
    assert (found.first.mean, found.whole.mean) == pytest.approx((1, 1))


def test_a_first_word_may_come_at_once() -> None:
    text = system(f"a: {{{PRICED}, output_tokens: 101, ttft: 0, tpot: 0.01}}")
    found = answer_time(written(text))
    assert found.first.quantile(0.95) == 0
    assert found.whole.mean == pytest.approx(1)


# ---- what always holds

TIMES = st.tuples(st.floats(0.01, 5), st.floats(1, 8)).map(lambda t: (t[0], t[0] * t[1]))


def in_code(*stages: tuple[float, float], hit: float = 0.0) -> Case:
    """Put plain stages behind a cache that takes no time, without a file."""
    calls = [
        Inference(
            name=f"s{i}", input_tokens=1.0, output_tokens=1.0, seconds=Spread(*pair), streams=False
        )
        for i, pair in enumerate(stages)
    ]
    cache = ResponseCache(name="cache", hit_share=hit, seconds=0.0)
    traffic = Traffic(requests_per_month=1e5, slow_day=1.0, origins={"slow_day": Origin("given")})
    pipeline = Pipeline((cache, *calls))
    return Case(Scenario(name="drawn", traffic=traffic, pipeline=pipeline), BOOK)


@settings(max_examples=25, deadline=None)
@given(st.lists(TIMES, min_size=1, max_size=5))
def test_the_mean_of_a_sum_is_the_sum_of_means(stages: list[tuple[float, float]]) -> None:
    whole = answer_time(in_code(*stages)).whole.mean
    assert whole == pytest.approx(sum(lognormal(*pair).mean for pair in stages), rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.lists(TIMES, min_size=1, max_size=4), st.floats(0, 1))
def test_a_cache_that_takes_no_time_never_raises_the_mean(
    stages: list[tuple[float, float]], hit: float
) -> None:
    without = answer_time(in_code(*stages)).whole.mean
    found = answer_time(in_code(*stages, hit=hit)).whole.mean
    assert found <= without * (1 + 1e-12)
    assert found == pytest.approx((1 - hit) * without, rel=1e-9, abs=1e-12)


@settings(max_examples=15, deadline=None)
@given(st.lists(TIMES, min_size=1, max_size=4))
@example([(4.53125, 4.53125), (0.5, 0.5)])  # once a last digit apart, from two grids
def test_quantiles_rise_and_the_first_word_comes_before_the_end(
    stages: list[tuple[float, float]],
) -> None:
    found = answer_time(in_code(*stages))
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


# ---- very many times


@pytest.mark.parametrize("many", ["repeat: 5_000", "repeat: 3_000_000"])
def test_many_calls_one_after_another_take_their_mean_together(many: str) -> None:
    found = answer_time(written(system(f"a: {takes('{p50: 0.01, p95: 0.02}', many)}"))).whole
    one = lognormal(0.01, 0.02).mean
    assert found.mean == pytest.approx(float(many.replace("repeat: ", "")) * one, rel=1e-9)
    assert found.quantile(0.95) == pytest.approx(found.mean, rel=0.04)


def test_a_loop_of_very_many_rounds_keeps_its_mean() -> None:
    rounds = Spread(900.0, 3_000.0)
    loop = f"{{rounds: {{p50: 900, p95: 3_000}}, steps: {{b: {takes('0.01')}}}}}"
    found = answer_time(written(system(f"g: {{loop: {loop}}}"))).whole
    assert found.mean == pytest.approx(0.01 * rounds.moment(1), rel=2e-3)
    assert found.quantile([0.5, 0.95]) == pytest.approx([9, 30], rel=0.03)


def test_tries_without_end_end() -> None:
    case = written(system(f"a: {takes('1', 'retry: 50 %, tries: 1_000_000_000')}"))
    assert answer_time(case).whole.mean == pytest.approx(2)


# ---- what calls meet


def test_a_call_waits_before_it_is_made() -> None:
    case = written(system(f"a: {takes('1')}", f"b: {takes('2')}"))
    found = answer_time(case, Conditions(waits={"b": const(5.0)}))
    assert found.whole.mean == pytest.approx(1 + 5 + 2)


def test_a_second_call_never_makes_it_later() -> None:
    case = written(chat(CALL))
    once = answer_time(case)
    hedged = answer_time(case, Conditions(hedges={"answer": 1.5}))
    assert hedged.first.quantile(0.99) < once.first.quantile(0.99)
    assert hedged.whole.quantile(0.99) < once.whole.quantile(0.99)


def test_one_call_is_the_whole_of_a_system_of_one() -> None:
    case = written(chat(CALL, traffic="slow_day: {p50: 1, p95: 1.6}"))
    point = timed(case).point.scenario
    found, whole = alone(point, point.stage("answer")), time_of(point)
    shares = [0.5, 0.95, 0.99]
    assert found.first.quantile(shares) == pytest.approx(whole.first.quantile(shares))
    assert found.done.quantile(shares) == pytest.approx(whole.whole.quantile(shares))
