"""What caches save, each by itself and beside the others: by hand, and by bills side by side."""

from __future__ import annotations

import numpy as np
import pytest
from cases import DAY, sample, shows_well, written

from aicost.analysis.alternatives.caches import caches
from aicost.analysis.alternatives.kept_answers import kept_answers
from aicost.analysis.alternatives.kept_prompts import kept_prompts
from aicost.billing.case import Case

PRICE = "{input: 2, output: 10, cache_read: 0.2, cache_write: 4}"


def system(
    *,
    users: int = 1_000,
    cache: str = "",
    more: str = "",
    price: str = PRICE,
    traffic: str = "",
    plans: str = "",
) -> Case:
    """Write a system of one call, 50 of each user a month, with a cache of answers before it."""
    front = f"  cache: {{is: response_cache, {cache}}}\n" if cache else ""
    return written(
        f"traffic: {{users: {users}, requests_per_user_month: 50{traffic}}}\npipeline:\n{front}"
        f"  answer: {{is: inference, price: {price}, input_tokens: 2_000, output_tokens: 100"
        f"{more}}}\n{plans}"
    )


CALL = (2_000 * 2 + 100 * 10) / 1e6  # USD, of one call


def test_what_a_cache_of_answers_saves_is_what_one_counts_by_hand() -> None:
    found = kept_answers(
        system(cache="hit_share: 20 %, wrong_share: 2 %, wrong_costs: 0.1, node_per_month: 30")
    )
    assert found is not None
    assert found.spared_usd == pytest.approx(CALL)
    assert (found.asked, found.wrong_share) == (50_000, pytest.approx(0.02))
    by_hand = 50_000 * 0.2 * (CALL - 0.02 * 0.1) - 30
    assert found.saved == pytest.approx(by_hand)
    assert found.token_share == pytest.approx(0.2)


def test_where_no_request_is_served_no_hit_is_worth_anything() -> None:
    """Nothing is included, and nobody may buy more: the cache stands there for nobody."""
    plans = "plans: {free: {price_per_seat_month: 5, requests_included: 0}}\n"
    assert kept_answers(system(cache="hit_share: 20 %", plans=plans)) is None


def test_at_each_break_even_nothing_is_saved() -> None:
    cache = "hit_share: 20 %, wrong_share: 2 %, wrong_costs: 0.1, node_per_month: 30"
    case = system(cache=cache)
    found = kept_answers(case)
    assert found is not None
    assert found.most_wrong is not None
    assert found.pays_from is not None
    changes = {"cache.hit_share": found.hits_needed, "cache.wrong_share": found.most_wrong}
    for path, value in changes.items():
        there = kept_answers(case.at({path: value}))
        assert there is not None
        assert there.saved == pytest.approx(0, abs=1e-9)
    at = [kept_answers(case.at({"users": found.pays_from + n})) for n in (-1, 0)]
    assert [one is not None and one.saved >= 0 for one in at] == [False, True]
    assert found.pays_from == np.ceil(30 / (50 * 0.2 * (CALL - 0.02 * 0.1)))


def test_wrong_answers_may_cost_more_than_all_hits_spare() -> None:
    found = kept_answers(system(cache="hit_share: 20 %, wrong_share: 2 %, wrong_costs: 1"))
    assert found is not None
    assert found.hits_needed == np.inf
    assert found.saved < 0
    assert found.pays_from is None
    result = caches(system(cache="hit_share: 20 %, wrong_share: 2 %, wrong_costs: 1"))
    assert "costs $150 a month more than it spares" in result.sentence
    assert result.rows().texts()[0][-1] == "nowhere"


def test_answers_out_of_date_are_wrong_ones() -> None:
    cache = "hit_share: 20 %, wrong_share: 1 %, wrong_costs: 0.1, lifetime: 24 h"
    fresh, old = (
        kept_answers(system(cache=f"{cache}{more}")) for more in ("", ", changes_per_month: 3")
    )
    assert fresh is not None
    assert old is not None
    assert fresh.old_share == 0
    rate = 3 * 24 / 730
    stale = 1 - (1 - np.exp(-rate)) / rate
    assert old.old_share == pytest.approx(stale)
    assert fresh.saved - old.saved == pytest.approx(10_000 * stale * 0.1)


def test_of_a_cache_that_is_not_there_what_a_hit_would_spare_is_said() -> None:
    found = kept_answers(system())
    assert found is not None
    assert (found.there, found.saved, found.spared_usd) == (False, 0, pytest.approx(CALL))
    assert found.most_usd(0.01) == pytest.approx(100 * CALL)
    assert kept_answers(system(traffic=", each_once: yes")) is None


def test_a_cache_of_answers_thins_what_the_provider_sees() -> None:
    """Each saves less beside the other; by itself one, the other beside it: that is both."""
    case = system(users=100, cache="hit_share: 60 %", more=", cache_read_share: 80 %")
    found = caches(case)
    frame = found.rows().frame().set_index("cache")
    beside, alone = frame["saved"], frame["alone"]
    assert alone["cache"] > beside["cache"] > 0
    assert alone["answer: prompts"] > beside["answer: prompts"]
    both = float(system(users=100).bill.total - case.bill.total)
    assert alone["cache"] + beside["answer: prompts"] == pytest.approx(both)
    # thinned: also less a call than without the cache before it
    calls = {"cache": 0.4 * 5_000, "alone": 5_000}
    assert beside["answer: prompts"] / calls["cache"] < alone["answer: prompts"] / calls["alone"]


def test_a_cache_can_raise_the_bill() -> None:
    case = system(users=5, more=", cache_read_share: 80 %")
    found = caches(case)
    (one,) = found.prompts
    assert one.saved < 0
    assert one.saved == pytest.approx(float(system(users=5).bill.total - case.bill.total))
    assert "more than it spares" in found.sentence


@pytest.mark.parametrize(("users", "best"), [(400, "5m"), (4, "1h")])
def test_the_lifetime_that_costs_least_is_found(users: int, best: str) -> None:
    """By the minute 5 minutes are enough; a prompt asked for every quarter of an hour wants 1 h."""
    case = written(
        f"traffic: {{users: {users}, requests_per_user_month: 730}}\npipeline:\n  answer: {{is: "
        "inference, model: anthropic/claude-sonnet-4-5, input_tokens: 9_000, output_tokens: 100, "
        "cache_read_share: 50 %}\n"
    )
    (one,) = kept_prompts(case)
    assert one.best.asked == best
    for lifetime in one.lifetimes:
        gaps = users * 730 / 730 / 3600 * {"5m": 300, "1h": 3600}[lifetime.asked]
        warm, write = 1 - np.exp(-gaps), {"5m": 1.25, "1h": 2.0}[lifetime.asked]
        assert lifetime.found_share == pytest.approx(warm)
        assert lifetime.times == pytest.approx(write * (1 - warm) + 0.1 * warm)
        kept = case.at({"answer.cache_ttl": lifetime.asked}).bill.total
        none = case.at({"answer.cache_read_share": 0.0}).bill.total
        assert one.saved_if[lifetime.asked] == pytest.approx(float(none - kept))
    gain = one.saved_if["1h"] - one.saved_if["5m"]
    assert ("kept for 1h it would be" in caches(case).sentence) == (best == "1h" and gain > 0)


def test_from_which_traffic_on_a_shared_prompt_pays() -> None:
    case = system(users=40)
    (one,) = kept_prompts(case)
    assert one.pays_from is not None
    at = [kept_prompts(case.at({"users": one.pays_from + n}))[0] for n in (-1, 0)]
    needed = at[0].best.needed_share
    assert at[0].best.found_share < needed <= at[1].best.found_share


def test_each_thousand_shared_tokens_save_what_a_bill_says() -> None:
    """A tenth of a prompt that all share, read wherever it is found, and written where not."""
    case = system(users=20_000)
    (one,) = kept_prompts(case)
    kept = case.at({"answer.cache_read_share": 0.5 * one.best.found_share})
    assert one.gained == pytest.approx(float(case.bill.total - kept.bill.total), rel=1e-6)


@pytest.mark.parametrize(
    "name",
    ["help-desk", "contract-search-billed", "contract-search-planned", "research-agent"],
)
def test_it_shows_well(name: str) -> None:
    found = caches(sample(name))
    assert found.told
    shows_well(found)


def test_where_no_cache_has_a_price_nothing_is_told() -> None:
    found = caches(sample("catalogue-overnight"))
    assert not found.told
    assert found.sentence == "Nothing here could be kept: no price of a cache is known."


def test_a_sweep_is_refused() -> None:
    with pytest.raises(ValueError, match="what caches save takes one"):
        caches(system().at({"users": [10, 20]}))


def test_a_free_model_has_nothing_to_keep() -> None:
    assert kept_prompts(system(price="{input: 0, output: 0, cache_read: 0, cache_write: 0}")) == ()


def test_a_model_that_is_paid_by_the_hour_has_no_prompt_to_keep() -> None:
    fees = "model: openai/whisper-1, fees: {audio_hour: 0.1}"
    case = written(f"""
traffic: {{requests_per_month: 1_000}}
pipeline: {{hear: {{is: inference, input_tokens: 0, output_tokens: 0, {fees}}}}}
""")
    assert case.bill.total == pytest.approx(36.0)
    assert kept_prompts(case) == ()


def test_two_lifetimes_that_cost_the_same_are_one_figure() -> None:
    said = caches(sample("contract-search-billed")).sentence
    assert "would cost 5 % of its price if kept for 5 minutes or an hour: each" in said


def test_a_cache_behind_all_that_is_paid_spares_nothing() -> None:
    """Where no stage comes after it, sums that differ in their last digit are no saving."""
    text = (
        "traffic: {users: 2_994, requests_per_user_month: 9}\npipeline:\n"
        "  answer: {is: inference, input_tokens: 900, output_tokens: 70, repeat: 4.58,"
        " model: anthropic/claude-haiku-5-5}\n"
        "  late: {is: response_cache, hit_share: 33 %, share: 27 %, node_per_month: 91.98}\n"
    )
    said = caches(written(text)).sentence
    assert "'late' costs $91.98 a month more than it spares: nothing that is paid by" in said


def test_usage_is_walked_once_for_all_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty stages in a chain took 12 s, most of it the same walk for each."""
    walked = []
    plain = Case.at
    monkeypatch.setattr(Case, "at", lambda *a, **k: walked.append(1) or plain(*a, **k))
    counts = []
    for many in (2, 12):
        names = [f"s{i}" for i in range(many)]
        one = "{is: inference, model: anthropic/claude-haiku-4-5, input_tokens: 5_000"
        one += ", output_tokens: 9}"
        case = written(
            f"{DAY}traffic: {{users: 900, requests_per_user_month: 9}}\n"
            f"pipeline: {{{', '.join(f'{name}: {one}' for name in names)}}}\n"
        )
        walked.clear()
        assert [kept.stage for kept in kept_prompts(case)] == names
        counts.append(len(walked))
    assert counts[1] == counts[0] > 0


@pytest.mark.parametrize(("asked", "shown"), [(700, 700), (200, 0)])
def test_no_more_tokens_are_shared_than_a_call_has_and_a_provider_keeps(
    asked: int, shown: int
) -> None:
    """The provider keeps 512 tokens and more; passages, which differ, are none of them."""
    (one,) = kept_prompts(
        written(
            "as_of: 2026-11-23\ntraffic: {users: 20_000, requests_per_user_month: 50}\npipeline:\n"
            "  answer: {is: inference, model: anthropic/claude-sonnet-5-5, "
            f"input_tokens: {asked}, output_tokens: 100}}\n"
        )
    )
    assert (one.shown, one.least) == (shown, 512)
    found = caches(
        written(
            "as_of: 2026-11-23\ntraffic: {users: 20_000, requests_per_user_month: 50}\npipeline:\n"
            "  answer: {is: inference, model: anthropic/claude-sonnet-5-5, "
            f"input_tokens: {asked}, output_tokens: 100}}\n"
        )
    )
    assert len(found.rows().rows) == (1 if shown else 0)
    assert ("each 700 tokens" if shown else "takes 512 that calls share") in found.sentence
