"""A cache of answers: what it spares and what it costs itself."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_systems import BOOK, bill_of, line, system

from aicost.billing.case import Case
from aicost.components.caching import misses
from aicost.formulas.reuse import repeated_within, stale_share
from aicost.scenario.answered import answered_share
from aicost.scenario.checks import verify, warnings
from aicost.scenario.load import load
from aicost.scenario.problems import ScenarioError
from aicost.timing import answer_time

ANSWER = (
    "answer: {is: inference, price: {input: 1, output: 0}, input_tokens: 1_000, output_tokens: 1}"
)


@given(st.floats(0, 1))
def test_hits_and_misses_are_all(hit_share: float) -> None:
    assert hit_share + misses(hit_share=hit_share) == pytest.approx(1, rel=1e-15)


@pytest.mark.parametrize(("share", "passed"), [("", 0.75), (", share: 40 %", 0.9)])
def test_a_hit_spares_what_is_behind_it(tmp_path, share: str, passed: float) -> None:
    """Requests that do not ask the cache miss it too."""
    before = ANSWER.replace("answer:", "before:")
    cache = f"cache: {{is: response_cache, hit_share: 25 %{share}}}"
    bill = bill_of(system(f"{before}\n{cache}\n{ANSWER}"), tmp_path)
    assert bill.by("stage") == pytest.approx({"before": 5, "cache": 0, "answer": 5 * passed})


@pytest.mark.parametrize(("of", "passed"), [("some", 0.75), ("requests", 0.5), ("before", 0.5)])
def test_a_cache_for_some_spares_what_is_behind_for_those(tmp_path, of: str, passed: float) -> None:
    before = ANSWER.replace("answer:", "before:")
    some = ANSWER.replace("answer: {", "some: {share: 50 %, ")
    cache = f"cache: {{is: response_cache, hit_share: 50 %, of: {of}}}"
    bill = bill_of(system(f"{before}\n{some}\n{cache}\n{ANSWER}"), tmp_path)
    assert bill.by("stage")["answer"] == pytest.approx(5 * passed)


def test_two_caches_each_take_their_part(tmp_path) -> None:
    caches = "\n".join(
        f"c{i}: {{is: response_cache, hit_share: {h} %}}" for i, h in enumerate((20, 50))
    )
    bill = bill_of(system(f"{caches}\n{ANSWER}"), tmp_path)
    assert bill.by("stage")["answer"] == pytest.approx(5 * 0.8 * 0.5, rel=1e-12)


def test_every_question_is_looked_up(tmp_path) -> None:
    cache = """cache: {is: response_cache, hit_share: 90 %, query_tokens: 40,
        model: openai/text-embedding-3-small, node_per_month: 90}"""
    bill = bill_of(system(f"{' '.join(cache.split())}\n{ANSWER}"), tmp_path)
    assert line(bill, "look-up embedding").usd == pytest.approx(5_000 * 40 / 1e6 * 0.02, rel=1e-12)
    assert line(bill, "cache node").usd == 90
    assert line(bill, "cache node").behaves == "fixed"


# ---- a share that follows from traffic

ASKED = "distinct_questions: 2_000, popularity: 0.8, lifetime: 24"


def cache(*fields: str) -> str:
    """Return a cache of answers."""
    return f"cache: {{{', '.join(('is: response_cache', *fields))}}}"


def loaded(tmp_path: Path, *fields: str, users: str = "100", then: str = ANSWER) -> Case:
    path = tmp_path / "small.yaml"
    path.write_text(system(f"{cache(*fields)}\n{then}", users=users), encoding="utf-8")
    return Case(load(path), BOOK)


def hits(within: float, refreshed: bool = False) -> float:
    """Return the share of requests that repeat one of so many, question by question."""
    chance = np.arange(1.0, 2_001) ** -0.8
    chance /= chance.sum()
    often = chance * within
    return float((chance * (-np.expm1(-often) if refreshed else often / (1 + often))).sum())


@pytest.mark.parametrize("refreshed", [False, True])
def test_more_users_repeat_each_other_more(tmp_path: Path, refreshed: bool) -> None:
    users = np.array([1.0, 100.0, 10_000.0, 1e6])
    fields = [ASKED, "refreshed: yes"] if refreshed else [ASKED]
    bill = loaded(tmp_path, *fields).at({"traffic.users": users}).bill
    expected = [1 - hits(u * 50 * 24 / 730, refreshed) for u in users]
    behind = bill.by("stage")["answer"]
    assert behind == pytest.approx(users * 0.05 * expected, rel=1e-4)
    assert expected[0] > 0.98
    assert expected[-1] < 0.05


@pytest.mark.parametrize(
    ("caches", "alone"), [("per_tenant, wrong_share: 0", "20"), ("per_user", "1")]
)
def test_users_of_other_tenants_repeat_nothing(tmp_path: Path, caches: str, alone: str) -> None:
    apart = loaded(tmp_path, ASKED, f"caches: {caches}", users="100, users_per_tenant: 20").bill
    one = loaded(tmp_path, ASKED, users=alone).bill
    assert apart.total == pytest.approx(one.total * 100 / float(alone), rel=1e-9)


def test_a_full_cache_forgets(tmp_path: Path) -> None:
    roomy, small, all_of_them = (
        loaded(tmp_path, ASKED, *more, users="10_000").bill.total
        for more in ((), ("entries: 100",), ("entries: 2_000",))
    )
    assert small > roomy
    assert all_of_them == pytest.approx(roomy, rel=1e-9)


def test_a_pilot_is_carried_on(tmp_path: Path) -> None:
    pilot = "pilot: {requests: 1_000, distinct: 750, once: 600}"
    bill = loaded(tmp_path, pilot, "lifetime: 73", users="400").bill
    share = repeated_within(
        once=600.0, distinct=750.0, seen=1_000.0, requests=2_000.0, refreshed=False
    )
    assert bill.total == pytest.approx(20 * (1 - share), rel=1e-9)
    assert "assumed" in {f.basis for f in line(bill, "input").factors}


def test_the_busiest_hour_meets_what_the_month_left(tmp_path: Path) -> None:
    """A pool behind the cache is sized for the misses of the month's share."""
    pool = "pools: {p: {price_per_hour: 1, carries: 10}}"
    answer = "answer: {is: inference, pool: p, input_tokens: 10, output_tokens: 1}"
    path = tmp_path / "small.yaml"
    for fields in (ASKED, f"hit_share: {hits(100_000 * 50 * 24 / 730):.9f}"):
        text = system(f"{cache(fields)}\n{answer}", pool, users="100_000")
        path.write_text(text, encoding="utf-8")
        (bought,) = (c for c in Case(load(path), BOOK).bill.charges if c.behaves == "capacity")
        units = bought.factors[0].value
        assert units == np.ceil(5e6 / 730 * (1 - hits(100_000 * 50 * 24 / 730)) / 10)


def test_times_follow_the_share_too(tmp_path: Path) -> None:
    slow = ANSWER.replace("answer: {", "answer: {ttft: 1, tpot: 0, ")
    case = loaded(tmp_path, ASKED, "seconds: 0.1", then=slow)
    for users in (1.0, 1e6):
        here = case.at({"traffic.users": users, "traffic.slow_day": 1.0})
        point = here.point.scenario
        share = answered_share(point, point.stage("cache"))
        assert share == pytest.approx(hits(users * 50 * 24 / 730), abs=1e-4)
        mean = answer_time(here).whole.mean
        assert mean == pytest.approx(0.1 + (1 - share), rel=1e-3)


# ---- what a wrong answer costs


def test_wrong_answers_and_old_ones_are_billed(tmp_path: Path) -> None:
    fields = "hit_share: 50 %", "wrong_share: 2 %", "wrong_costs: 3", "lifetime: 73"
    bill = loaded(tmp_path, *fields, "changes_per_month: 1").bill
    assert line(bill, "wrong answers").usd == pytest.approx(2_500 * 0.02 * 3)
    old = stale_share(lifetime_s=0.1, changes_per_s=1.0)
    assert line(bill, "answers out of date").usd == pytest.approx(2_500 * old * 3)
    without = bill_of(system(ANSWER), tmp_path).total
    assert bill.total > without  # a cache that costs more than it saves


def test_savings_of_two_caches_multiply_at_best(tmp_path: Path) -> None:
    """Fewer calls behind a cache of answers leave the provider's cache colder."""
    model = "is: inference, model: anthropic/claude-sonnet-5-5, output_tokens: 0"
    plain = f"answer: {{{model}, input_tokens: 10_000}}"
    read = plain.replace("}", ", cache_read_share: 90 %}")
    neither, kept = (bill_of(system(text, users="60"), tmp_path).total for text in (plain, read))
    asked, both = (
        loaded(tmp_path, "hit_share: 60 %", users="60", then=text).bill.total
        for text in (plain, read)
    )
    assert asked == pytest.approx(0.4 * neither)
    assert both > neither * (asked / neither) * (kept / neither)


# ---- what does not fit


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ([], "cache.hit_share: it is missing; write hit_share: … or distinct_questions: …"),
        ([ASKED, "hit_share: 3 %"], "cache.hit_share: it says twice how often it answers"),
        (["distinct_questions: 9, popularity: 1"], "cache.lifetime: it is missing"),
        (["distinct_questions: 9, lifetime: 1"], "cache.popularity: it is missing"),
        (
            ["pilot: {requests: 10, distinct: 8, once: 3}, lifetime: 1"],
            "cache.pilot: no trial counts so",
        ),
        ([ASKED, "caches: per_tenant"], "cache.caches: nobody says how many there are per_tenant"),
    ],
)
def test_what_it_needs_is_said(tmp_path: Path, fields: list[str], said: str) -> None:
    with pytest.raises(ScenarioError) as problem:
        verify(loaded(tmp_path, *fields).scenario, BOOK)
    assert said in str(problem.value)
    assert len(str(problem.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (["hit_share: 3 %", "caches: per_user"], "it does nothing beside hit_share"),
        (["hit_share: 3 %", "wrong_share: 1 %"], "wrong answers cost nothing on this bill"),
        (["hit_share: 3 %", "changes_per_month: 1"], "no answer has an age"),
        (
            [ASKED, "model: openai/text-embedding-3-small", "query_tokens: 9"],
            "nobody checks what it answers",
        ),
        (
            ["hit_share: 3 %", "model: openai/text-embedding-3-small", "query_tokens: 9"],
            "nobody checks what it answers",
        ),
        (
            ["pilot: {requests: 9, distinct: 2, once: 1}", "lifetime: 1", "entries: 3"],
            "a pilot does not say which answers would go",
        ),
    ],
)
def test_what_is_unlikely_is_said(tmp_path: Path, fields: list[str], said: str) -> None:
    case = loaded(tmp_path, *fields)
    verify(case.scenario, BOOK)
    assert said in " ".join(problem.wrong for problem in warnings(case.scenario, BOOK))
