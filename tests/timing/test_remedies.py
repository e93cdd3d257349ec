"""What would make a system faster, and what it would cost."""

from __future__ import annotations

from pathlib import Path

import pytest
from cases import sample, written
from places import SAMPLES
from timed_systems import CALL, PRICED, TRAFFIC, WRITES, chat, system, takes

from aicost.analysis.levers.report import levers
from aicost.timing.percentiles import answer_time
from aicost.timing.remedies import remedies
from aicost.values.charge import HUMAN


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_no_remedy_makes_it_slower(path: Path) -> None:
    now, *rest = remedies(sample(path.stem))
    assert rest
    for remedy in rest:
        assert remedy.whole[1] <= now.whole[1] * 1.001, remedy.name


def test_the_first_is_the_system_as_it_is() -> None:
    case = written(chat(CALL))
    now, *rest = remedies(case)
    answer = answer_time(case)
    assert now.name == "as it is"
    assert now.usd == pytest.approx(case.bill.total)
    assert now.first == pytest.approx(answer.first.quantile([0.5, 0.95]))
    assert now.whole == pytest.approx(answer.whole.quantile([0.5, 0.95]))
    assert [remedy.name.partition(", p95")[0] for remedy in rest] == [
        "a cache that answers 30 % of requests",
        "answer: long answers held shorter",
        "answer: sent again where no word has come after 1.5 s",
    ]


def test_a_second_call_is_paid_like_the_first() -> None:
    """One call in twenty has no word at the p95 of the first word, and is made twice."""
    case = written(chat(CALL))
    (again,) = [remedy for remedy in remedies(case) if "sent again" in remedy.name]
    assert again.usd == pytest.approx(1.05 * case.bill.total, rel=1e-6)


def test_what_some_ask_twice_may_be_asked_at_once() -> None:
    case = written(system(f"a: {{{PRICED}, output_tokens: 101, ttft: 1, tpot: 0.01, repeat: 1.5}}"))
    now, *rest = remedies(case)
    (both,) = [remedy for remedy in rest if "beside the first" in remedy.name]
    assert now.whole[1] == pytest.approx(4)
    assert both.whole[1] == pytest.approx(2, rel=1e-3)
    assert both.usd == pytest.approx(now.usd)
    assert "50 % of requests call twice" in both.note


def test_a_fallback_that_is_asked_twice_keeps_its_name() -> None:
    call = f"{PRICED}, output_tokens: 5, ttft: 1, tpot: 0.01, timeout: {{after: 1, fallback: b}}"
    text = system(
        f"a: {{{call}}}",
        f"b: {{{PRICED}, output_tokens: 900, ttft: 2, tpot: 0.05, of: a, share: 50 %, repeat: 2}}",
    )
    assert not any("twice" in remedy.name for remedy in remedies(written(text)))


@pytest.mark.parametrize("tier", ["flex", "priority"])
def test_a_cheaper_model_is_one_that_is_sold_in_the_same_tier(tier: str) -> None:
    call = f"model: google/gemini-3.8-flash-lite-tts, service_tier: {tier}"
    tokens = "input_tokens: 100, output_tokens: 50"
    assert remedies(written(system(f"a: {{is: inference, {call}, {tokens}}}")))


def test_a_system_that_writes_nothing_has_a_cache_alone() -> None:
    now, *rest = remedies(written(system(f"a: {takes('1')}")))
    assert [remedy.name for remedy in rest] == ["a cache that answers 30 % of requests"]
    assert rest[0].usd == pytest.approx(0.7 * now.usd)


BATCH = "batch: yes, model: google/gemini-3.8-flash, output_tokens: {p50: 250, p95: 700}"
NIGHT = "goals: {done_within: 8 h}\n"


def test_a_batch_may_be_called_at_once_for_more() -> None:
    case = written(system(f"a: {{is: inference, input_tokens: 1_000, {BATCH}}}") + NIGHT)
    now, again = remedies(case)
    assert again.name == "a: called at once, not in a batch"
    assert again.whole[1] < now.whole[1] / 10
    assert again.usd == pytest.approx(case.at({"a.batch": False}).bill.total)
    assert again.usd > now.usd


def test_no_cache_is_put_in_front_of_what_comes_once() -> None:
    claims = TRAFFIC.replace(
        "requests_per_user_month: 5", "requests_per_user_month: 1, unit: claim"
    )
    texts = (system(WRITES), system(WRITES, traffic=claims))
    cached = [any("a cache" in r.name for r in remedies(written(text))) for text in texts]
    assert cached == [True, False]


def test_a_cache_that_answers_all_cannot_answer_more() -> None:
    cache = "  k: {is: response_cache, hit_share: 100 %, seconds: 0.1}\n"
    assert not any("answered from it" in r.name for r in remedies(written(chat(CALL, cache))))


def test_a_cache_is_held_against_people_who_see_as_many_answers_as_before() -> None:
    people = "  people: {is: human_review, when: after_answer, share: 50 %, minutes: 4,"
    people += " wage_per_hour: 30}\n"
    case = written(chat(CALL) + people)
    (cache,) = [remedy for remedy in remedies(case) if "a cache" in remedy.name]
    machines = float(case.bill.total) - float(case.bill.people)
    assert float(case.bill.total) - cache.usd == pytest.approx(0.3 * machines)
    (line,) = [c for c in case.bill.charges if c.component == HUMAN]
    hours, usd = 0.3 * float(line.quantity), 0.3 * float(case.bill.people)
    assert f"{hours:,.0f} of their hours, ${usd:,.0f} a month, are saved" in cache.note
    alone = [gain for gain in levers(case).gains if not gain.lever.of_people]
    # what a cache saves in machines is less than a thousandth here
    assert all(gain.saved <= machines and "a cache" not in gain.name for gain in alone)


THINKS = "{is: inference, price: {input: 1, output: 5}, input_tokens: 500, output_tokens: 100, "
THINKS += "ttft: 1, tpot: 0.01, thinking_tokens: {p50: 900, p95: 3_000}%s}"
ROUTED = f"{TRAFFIC}\npipeline:\n  answer:\n    route:\n      small: {THINKS % ''}\n"
ROUTED += f"      large: {THINKS % ', share: 20 %'}\n"


def test_all_branches_of_a_route_change_together() -> None:
    """With thinking off in one alone the requests of the other still wait for it."""
    now, *rest = remedies(written(ROUTED))
    (off,) = [remedy for remedy in rest if "without thinking" in remedy.name]
    assert off.name == "answer: answers without thinking"
    assert off.whole == pytest.approx((1.99, 1.99))
    assert now.whole[0] > 10


@pytest.mark.parametrize(("due", "offered"), [("2 s", 0), ("60 s", 1)])
def test_no_second_call_after_a_goal_of_time_is_past(due: str, offered: int) -> None:
    """The first word is there within some 30 s for 95 %: who waits so long has waited for it."""
    found = remedies(written(f"{ROUTED}goals: {{first_word_p95: {due}}}\n"))
    assert sum("sent again" in remedy.name for remedy in found) == offered
