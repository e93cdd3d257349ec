"""The walk at random: against requests drawn one by one, and everything a page says of time."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from random_simulation import System
from random_times import timed_text

import aicost
from aicost.book.book import Book
from aicost.formulas.latency import lognormal
from aicost.scenario.scenario import Scenario
from aicost.timing import (
    answer_time,
    break_even,
    limits_reached,
    peak_waits,
    remedies,
    stage_times,
    timed,
)
from aicost.timing.checks import doubts
from aicost.timing.report import (
    Times,
    answer_words,
    even_words,
    load_words,
    notes,
    remedy_words,
    times_of,
)
from aicost.values.quantities import Spread

BOOK = Book.load()
SIZES = (100.0, 1_000.0, 10_000.0, 1_000_000.0)
CALL = "is: inference, price: {input: 1, output: 2}, input_tokens: 100"
TRAFFIC = "traffic: {users: 10, requests_per_user_month: 5, slow_day: 1}"
Load = Callable[[str], Scenario]


@pytest.fixture
def loaded(tmp_path: Path) -> Load:
    def load(text: str) -> Scenario:
        path = tmp_path / "system.yaml"
        path.write_text(text, encoding="utf-8")
        return aicost.load(path)

    return load


def system(*stages: str, traffic: str = TRAFFIC) -> str:
    return "\n".join([traffic, "pipeline:", *(f"  {stage}" for stage in stages)]) + "\n"


def takes(seconds: str = "1", more: str = "") -> str:
    return f"{{{CALL}, output_tokens: 50, seconds: {seconds}{more and ', '}{more}}}"


# ---- at random


@pytest.mark.parametrize("seed", range(10))
def test_the_walk_is_the_requests_drawn_one_by_one(loaded: Load, seed: int) -> None:
    drawn = System(seed)
    found = answer_time(loaded(drawn.text()), BOOK)
    batches = [drawn.simulate(40_000, 100 * seed + i) for i in range(8)]
    for part, column in ((found.first, 0), (found.whole, 1)):
        seen = np.array([[*np.quantile(b[column], [0.5, 0.95]), b[column].mean()] for b in batches])
        error = seen.std(axis=0, ddof=1) / np.sqrt(len(batches))
        off = np.abs([*part.quantile([0.5, 0.95]), part.mean] - seen.mean(axis=0))
        assert np.all(off <= 5 * error + 2e-3 * seen.mean(axis=0)), (off, error)


def words_of(times: Times) -> str:
    said = (answer_words(times), load_words(times), *notes(times), remedy_words(times))
    return " ".join(said)


@pytest.mark.parametrize("seed", range(16))
def test_everything_a_page_says_of_time_holds_together(loaded: Load, seed: int) -> None:
    s = loaded(timed_text(seed))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        times = times_of(s, BOOK, SIZES)
        doubts(s, BOOK)
    if times is None:
        return
    assert not {"nan", "inf"} & {*words_of(times).lower().replace("s", " ").split()}
    for speed in times.sizes:
        first, whole = np.array(speed.first), np.array(speed.whole)
        assert np.all(np.isfinite([first, whole]))
        assert np.all(np.diff(first) >= 0)
        assert np.all(np.diff(whole) >= 0)
        assert np.all(first <= whole * (1 + 1e-3) + 1e-9)
    if not s.parallels:
        point = timed(s, BOOK).point()
        slow = point.traffic.slow_day
        day = float(getattr(slow, "moment", lambda _: slow)(1))
        whole_s = answer_time(s, BOOK, waits=peak_waits(point), day=day).whole.mean
        assert sum(t.mean for t in times.stages) == pytest.approx(whole_s, rel=1e-3)


# ---- one at a time


@pytest.mark.parametrize(
    "keys",
    [
        "output_tokens: 0, ttft: 1, tpot: 0.01",
        "output_tokens: 50, ttft: 1, tpot: 0",
        "output_tokens: 1, ttft: 1, tpot: 0.01",
    ],
)
def test_what_writes_in_no_time_takes_its_first_word(loaded: Load, keys: str) -> None:
    found = answer_time(loaded(system(f"a: {{{CALL}, {keys}}}")), BOOK)
    assert (found.first.mean, found.whole.mean) == pytest.approx((1, 1))


def test_a_first_word_may_come_at_once(loaded: Load) -> None:
    found = answer_time(
        loaded(system(f"a: {{{CALL}, output_tokens: 101, ttft: 0, tpot: 0.01}}")), BOOK
    )
    assert found.first.quantile(0.95) == 0
    assert found.whole.mean == pytest.approx(1)


LOG = (
    "log: {is: observability, platform: langfuse-core, events_per_request: 3, "
    "kb_per_request: 9, kept_months: 1, repeat: 2, retry: 10 %, backoff: 5}"
)
WRITES = f"a: {{{CALL}, output_tokens: 101, ttft: 1, tpot: 0.01}}"


def test_nobody_waits_for_a_log(loaded: Load) -> None:
    assert answer_time(loaded(system(WRITES, LOG)), BOOK) == answer_time(
        loaded(system(WRITES)), BOOK
    )


@pytest.mark.parametrize("form", ["parallel: {b: %s, c: %s}", "loop: {rounds: 3, steps: {b: %s}}"])
def test_nobody_waits_for_a_review_after_the_answer(loaded: Load, form: str) -> None:
    people = "{is: human_review, when: after_answer, minutes: 5, wage_per_hour: 30}"
    text = system(f"g: {{{form.replace('%s', people)}}}", WRITES)
    assert answer_time(loaded(text), BOOK) == answer_time(loaded(system(WRITES)), BOOK)


def test_what_follows_a_loop_is_not_done_in_each_round(loaded: Load) -> None:
    text = system(
        f"g: {{loop: {{rounds: 3, steps: {{b: {takes()}}}}}}}",
        f"c: {takes('10', 'of: g/b, share: 50 %')}",
    )
    assert answer_time(loaded(text), BOOK).whole.mean == pytest.approx(3 + 5)


def test_a_step_of_a_loop_is_done_in_each_round_whatever_it_is_for(loaded: Load) -> None:
    text = system(
        f"a: {takes('1', 'share: 50 %')}",
        f"g: {{loop: {{rounds: 3, steps: {{b: {takes('10', 'of: a')}}}}}}}",
    )
    assert answer_time(loaded(text), BOOK).whole.mean == pytest.approx(0.5 + 15)


def test_what_is_for_those_who_asked_a_cache_is_not_lost(loaded: Load) -> None:
    text = system(
        "k: {is: response_cache, share: 50 %, hit_share: 0 %, seconds: 0}",
        f"b: {takes('10', 'of: k')}",
    )
    assert answer_time(loaded(text), BOOK).whole.mean == pytest.approx(5)


def test_a_fallback_is_tried_again_as_it_says(loaded: Load) -> None:
    """All are given up after 1 s; the fallback takes 2 s and half are tried once more."""
    text = system(
        f"a: {takes('9', 'timeout: {after: 1, fallback: b}')}",
        f"b: {takes('2', 'of: a, share: 100 %, retry: 50 %, tries: 2')}",
    )
    s = loaded(text)
    assert answer_time(s, BOOK).whole.mean == pytest.approx(1 + 2 * 1.5)
    assert {t.stage: pytest.approx(t.mean) for t in stage_times(s, BOOK)} == {"a": 1, "b": 3}


@pytest.mark.parametrize("many", ["repeat: 5_000", "repeat: 3_000_000"])
def test_many_calls_one_after_another_take_their_mean_together(loaded: Load, many: str) -> None:
    found = answer_time(loaded(system(f"a: {takes('{p50: 0.01, p95: 0.02}', many)}")), BOOK).whole
    one = lognormal(0.01, 0.02).mean
    assert found.mean == pytest.approx(float(many.replace("repeat: ", "")) * one, rel=1e-9)
    assert found.quantile(0.95) == pytest.approx(found.mean, rel=0.04)


def test_a_loop_of_very_many_rounds_keeps_its_mean(loaded: Load) -> None:
    rounds = Spread(900.0, 3_000.0)
    loop = f"{{rounds: {{p50: 900, p95: 3_000}}, steps: {{b: {takes('0.01')}}}}}"
    found = answer_time(loaded(system(f"g: {{loop: {loop}}}")), BOOK).whole
    assert found.mean == pytest.approx(0.01 * rounds.moment(1), rel=2e-3)
    assert found.quantile([0.5, 0.95]) == pytest.approx([9, 30], rel=0.03)


def test_tries_without_end_end(loaded: Load) -> None:
    s = loaded(system(f"a: {takes('1', 'retry: 50 %, tries: 1_000_000_000')}"))
    assert answer_time(s, BOOK).whole.mean == pytest.approx(2)


def test_a_system_nobody_uses_yet_takes_as_long_as_any(loaded: Load) -> None:
    nobody = TRAFFIC.replace("users: 10", "users: 0")
    times = times_of(loaded(system(f"a: {takes()}", traffic=nobody)), BOOK, SIZES)
    assert times is not None
    assert times.now.whole[0] == pytest.approx(1)


def test_stage_by_stage_through_routes_fallbacks_and_caches(loaded: Load) -> None:
    route = f"r: {{route: {{b: {takes('2', 'share: 50 %')}, c: {takes('4')}}}}}"
    cache = "k: {is: response_cache, hit_share: 50 %, seconds: 0.1}"
    s = loaded(system(f"a: {takes('1')}", cache, route, f"d: {takes('6', 'of: a, share: 50 %')}"))
    found = {t.stage: t for t in stage_times(s, BOOK)}
    assert {name: pytest.approx(t.mean) for name, t in found.items()} == {
        "a": 1,
        "k": 0.1,
        "r/b": 0.5,
        "r/c": 1.0,
        "d": 3.0,
    }
    assert found["a"].so_far == pytest.approx(1)
    assert found["r/b"].so_far == pytest.approx(3.1)
    assert break_even(s, BOOK).ahead_s == pytest.approx(3 + 3)


def test_a_cache_with_nothing_behind_it_never_pays(loaded: Load) -> None:
    s = loaded(system(f"a: {takes()}", "k: {is: response_cache, hit_share: 50 %, seconds: 0.1}"))
    even = break_even(s, BOOK)
    assert even.needed == np.inf
    assert "at no share of hits" in even_words(even)


def test_a_fallback_that_is_asked_twice_keeps_its_name(loaded: Load) -> None:
    text = system(
        f"a: {{{CALL}, output_tokens: 5, ttft: 1, tpot: 0.01, timeout: {{after: 1, fallback: b}}}}",
        f"b: {{{CALL}, output_tokens: 900, ttft: 2, tpot: 0.05, of: a, share: 50 %, repeat: 2}}",
    )
    assert not any("twice" in remedy.name for remedy in remedies(loaded(text), BOOK))


def test_a_limit_of_tokens_binds_no_call_without_tokens(loaded: Load) -> None:
    call = "is: inference, price: {input: 1, output: 2}, input_tokens: 0, output_tokens: 0, ttft: 1"
    s = loaded(system(f"a: {{{call}, limits: {{tokens_per_minute: 10}}}}"))
    assert not peak_waits(s.point())
    assert limits_reached(s) == ()


@pytest.mark.parametrize("tier", ["flex", "priority"])
def test_a_cheaper_model_is_one_that_is_sold_in_the_same_tier(loaded: Load, tier: str) -> None:
    call = f"model: google/gemini-3.8-flash-lite-tts, service_tier: {tier}"
    tokens = "input_tokens: 100, output_tokens: 50"
    assert remedies(loaded(system(f"a: {{is: inference, {call}, {tokens}}}")), BOOK)


def test_words_count_what_the_file_counts_and_know_of_its_limits(loaded: Load) -> None:
    text = system(
        f"a: {takes('1', 'limits: {requests_per_minute: 100_000}')}",
        traffic="traffic: {requests_per_month: 900, slow_day: 1}",
    )
    times = times_of(loaded(text + "goals: {whole_answer_p95: 3}\n"), BOOK, SIZES)
    assert times is not None
    assert "users" not in words_of(times)
    assert "no provider's limit is stated" not in words_of(times)


def test_a_cache_for_some_spares_all_that_is_behind_it(loaded: Load) -> None:
    cache = "k: {is: response_cache, of: a, hit_share: 50 %, seconds: 0}"
    text = system(f"a: {takes('1', 'share: 50 %')}", cache, f"b: {takes('10')}")
    assert answer_time(loaded(text), BOOK).whole.mean == pytest.approx(0.5 + 7.5)
