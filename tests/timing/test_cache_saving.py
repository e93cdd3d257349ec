"""From which share of hits on a cache of answers saves time."""

from __future__ import annotations

import numpy as np
import pytest
from cases import written
from hypothesis import given, settings
from hypothesis import strategies as st
from timed_systems import system, takes

from aicost.timing.cache_saving import break_even, cache_of, repeats
from aicost.timing.cache_saving import cached as with_cache
from aicost.timing.percentiles import answer_time
from aicost.timing.remedies import changes
from aicost.timing.report import even_words

TIMES = st.tuples(st.floats(0.01, 5), st.floats(1, 8)).map(lambda t: (t[0], t[0] * t[1]))


def cached(stages: list[tuple[float, float]], hit: float = 0.0, lookup: float = 0.0) -> str:
    """Write plain stages behind a cache."""
    cache = f"k: {{is: response_cache, hit_share: {hit:.12f}, seconds: {lookup:.12f}}}"
    spans = (f"{{p50: {p50:.12f}, p95: {p95:.12f}}}" for p50, p95 in stages)
    return system(cache, *(f"s{i}: {takes(span)}" for i, span in enumerate(spans)))


@settings(max_examples=15, deadline=None)
@given(st.lists(TIMES, min_size=1, max_size=3), st.floats(0.001, 2))
def test_a_cache_breaks_even_where_it_is_said_to(
    stages: list[tuple[float, float]], lookup: float
) -> None:
    found = break_even(written(cached(stages, 0.1, lookup)))
    assert found.hit_share == pytest.approx(0.1)
    if found.needed < 1:
        at = answer_time(written(cached(stages, found.needed, lookup))).whole.mean
        assert at == pytest.approx(answer_time(written(cached(stages))).whole.mean, rel=1e-6)


def test_what_a_hit_spares_is_what_lies_behind_the_cache() -> None:
    route = f"r: {{route: {{b: {takes('2', 'share: 50 %')}, c: {takes('4')}}}}}"
    cache = "k: {is: response_cache, hit_share: 50 %, seconds: 0.1}"
    last = f"d: {takes('6', 'of: a, share: 50 %')}"
    found = break_even(written(system(f"a: {takes('1')}", cache, route, last)))
    assert found.ahead_s == pytest.approx(3 + 3)
    assert found.lookup_s == pytest.approx(0.1)


def test_a_cache_with_nothing_behind_it_never_pays() -> None:
    cache = "k: {is: response_cache, hit_share: 50 %, seconds: 0.1}"
    even = break_even(written(system(f"a: {takes()}", cache)))
    assert even.needed == np.inf
    assert "at no share of hits" in even_words(even)


def test_a_system_without_a_cache_is_told_of_one_in_front() -> None:
    case = written(system(f"a: {takes('2')}"))
    even = break_even(case)
    assert cache_of(case.scenario) is None
    assert (even.stage, even.hit_share) == ("a cache in front", None)
    assert even.ahead_s == pytest.approx(2)
    assert 0 < even.needed < 1


@pytest.mark.parametrize(
    ("traffic", "more", "expected"),
    [
        ("users: 10, requests_per_user_month: 5", "", True),
        ("users: 10, requests_per_user_month: 1", "", True),
        ("users: 10, requests_per_user_month: 1, unit: claim", "", False),
        ("users: 10, requests_per_user_month: 5, unit: seat", "", True),
        ("requests_per_month: 500", "", True),
        ("requests_per_month: 500", "goals: {done_within: 8 h}", False),
    ],
)
def test_only_what_is_asked_by_somebody_may_repeat(traffic: str, more: str, expected: bool) -> None:
    text = system(f"a: {takes('2')}", traffic=f"traffic: {{{traffic}}}\n{more}")
    assert repeats(written(text)) is expected


def test_a_cache_stands_in_front_once() -> None:
    case = with_cache(written(system(f"a: {takes('2')}")))
    assert case.scenario.stages[0].ends_requests
    assert with_cache(case) is case


@pytest.mark.parametrize("kind", ["document-review", "overnight-batch"])
def test_a_kind_that_reads_documents_one_by_one_never_reads_one_twice(kind: str) -> None:
    case = written(f"kind: {kind}\ntraffic: {{users: 2_000}}\n")
    assert not repeats(case)
    assert not [change for change in changes(case) if "cache" in change.name]
