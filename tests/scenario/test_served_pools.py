"""Pools that serve a model: what a unit carries, how many there are, and what they cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from cases import written
from hypothesis import given, settings
from hypothesis import strategies as st
from served_oracle import carries

from aicost.billing.case import Case
from aicost.book.machines import families, within
from aicost.scenario.checks import warnings
from aicost.scenario.engine_cache import cache_warnings
from aicost.scenario.pool_section import Pool
from aicost.scenario.pool_work import Work
from aicost.scenario.served_pools import chips_of, machine_of, most_of, working, works
from aicost.scenario.unit_memory import kept_gb

SERVES = "serves: llama-3.3-70b, chip: h100-sxm"
TIMES = "first_word_within: 3 s, token_within: 50 ms"
CALL = "is: inference, pool: gpus"
OFFICE = (1, 1, 1, 1, 1, 2, 8, 20, 40, 50, 45, 30, 25, 40, 50, 48, 40, 20, 10, 6, 4, 3, 2, 1)


def served(
    pool: str = f"{SERVES}, chips: 2, weights: fp8, {TIMES}",
    *stages: str,
    requests: str = "374_400",
    more: str = "",
) -> Case:
    lines = stages or (f"answer: {{{CALL}, input_tokens: 5_875, output_tokens: 339}}",)
    return written(
        f"traffic: {{requests_per_month: {requests}, profile: {list(OFFICE)}}}\n"
        f"month: {{days: 30, hours: 720}}\n{more}pools: {{gpus: {{{pool}}}}}\npipeline:\n"
        + "".join(f"  {line}\n" for line in lines)
    )


def usd(case: Case, item: str = "pool") -> float:
    return sum(float(c.usd) for c in case.bill.charges if c.item == item)


PEAK = 374_400 / 30 * 50 / sum(OFFICE)  # calls in the busiest hour


def test_the_four_tools_question_takes_two_chips() -> None:
    """0.5 calls a second at the peak; another tool says 1.17 a second for two chips at 46.5 ms."""
    case = served()
    (pool,) = working(case.point.scenario)
    assert chips_of(pool) == 2
    assert float(pool.carries) / float(pool.reached) / 3_600 == pytest.approx(1.17, rel=0.02)
    assert float(pool.units(PEAK)) == 1
    low, high = within()["speed_within"]
    assert case.scenario.get("pools.gpus.reached").low == low
    assert case.scenario.get("pools.gpus.reached").high == high
    per_chip = case.point.scenario.get("pools.gpus.price_per_hour") / 2
    assert 2.95 < per_chip < 3.3
    assert usd(case) == pytest.approx(720 * 2 * per_chip)


def test_carries_is_that_of_plain_sums_over_all_stages_that_use_it() -> None:
    stages = (
        f"answer: {{{CALL}, input_tokens: {{p50: 2_000, p95: 6_000}}, output_tokens: 300}}",
        f"check: {{{CALL}, share: 30 %, repeat: 2, input_tokens: 700, output_tokens: 90, "
        "thinking_tokens: 200}",
    )
    case = served(f"{SERVES}, chips: 4, weights: fp8, {TIMES}, reached: 0.9", *stages)
    (pool,) = working(case.point.scenario)
    mean = 2_000 * math.exp((math.log(3) / 1.6448536269514722) ** 2 / 2)
    by_hand = carries(pool, [(1.0, mean, 300.0, 0.0), (0.6, 700.0, 290.0, 0.0)])
    assert float(pool.carries) == pytest.approx(by_hand, rel=1e-9)
    calls = 1.6 * PEAK
    assert float(pool.units(calls)) == math.ceil(calls / by_hand)


@pytest.mark.parametrize(
    ("pool", "chips"),
    [
        (SERVES, 2),  # 141 GB in bf16, and a chip has 85
        (f"{SERVES}, weights: fp8", 1),
        ("serves: llama-3.3-70b, chip: b200", 1),
        ("serves: llama-3.1-405b, chip: h200, weights: fp8", 4),
    ],
)
def test_chips_are_the_fewest_that_hold_it_with_room(pool: str, chips: int) -> None:
    case = served(f"{pool}, first_word_within: 60 s, token_within: 1 s")
    assert chips_of(case.scenario.pools[0]) == chips


def test_limits_are_the_file_s_the_goal_s_or_mlperfs() -> None:
    own = works(served().point.scenario)["gpus"]
    assert (own.first_s, own.token_s, own.limits) == (3.0, 0.05, "the file")
    bare = f"{SERVES}, chips: 4, weights: fp8"
    usual = works(served(bare).point.scenario)["gpus"]
    assert (usual.first_s, usual.token_s) == (pytest.approx(2 / 3), 0.1)
    assert "MLPerf's limit for llama-2-70b, the nearest in size" in usual.limits
    goal = works(served(bare, more="goals: {first_word_p95: 6 s}\n").point.scenario)["gpus"]
    assert (goal.first_s, goal.token_s) == (2.0, 0.1)
    assert "goals.first_word_p95" in goal.limits


def test_a_goal_moves_the_bill_of_units_that_are_full_at_it() -> None:
    case = served(f"{SERVES}, chips: 4, weights: fp8", more="goals: {first_word_p95: 6 s}\n")
    many = case.at({"requests_per_month": 2e7})
    assert usd(many.at({"goals.first_word_p95": "1.1 s"})) > usd(many)


def test_what_a_chip_costs_follows_the_chip_that_is_set() -> None:
    case = served()
    dear = case.at({"pools.gpus.chip": "b200", "pools.gpus.weights": "fp8"})
    assert "2 x b200" in dear.scenario.pools[0].origins["price_per_hour"].source
    spot = case.at({"pools.gpus.terms": "spot"})
    assert spot.scenario.get("pools.gpus.price_per_hour") == 2 * 1.25
    own = case.at({"pools.gpus.price_per_hour": 5}).at({"pools.gpus.terms": "spot"})
    assert own.scenario.get("pools.gpus.price_per_hour") == 5.0


def test_a_sweep_is_its_bills_one_by_one_and_draws_differ() -> None:
    case = served()
    for field, values in (
        ("requests_per_month", [0.0, 1e5, 4e6, 3e7]),
        ("answer.output_tokens", [10.0, 400.0, 2_000.0]),
        ("pools.gpus.token_within", [0.035, 0.1]),
    ):
        alone = [float(case.at({field: n}).bill.total) for n in values]
        assert case.at({field: values}).bill.total == pytest.approx(alone, rel=1e-12)
    drawn = case.draw(64)
    assert np.std(drawn.bill.total) > 0
    again = drawn.at({"requests_per_month": 3e7}).scenario
    assert np.shape(again.get("pools.gpus.price_per_hour")) == (64,)


def test_units_of_each_hour_are_counted_one_by_one() -> None:
    pool = f"{SERVES}, weights: fp8, {TIMES}, running: with_traffic, price_per_hour: 6"
    case = served(f"{pool}, at_least: 0, spare: 1", requests="20_000_000")
    (one,) = working(case.point.scenario)
    hours = 0.0
    for weight in OFFICE:
        calls = 20e6 / 30 * weight / sum(OFFICE)
        hours += 30 * (math.ceil(calls / float(one.carries)) + 1)
    assert usd(case) == pytest.approx(hours * 6)
    always = case.at({"pools.gpus.running": "always"})
    assert usd(always) > 1.5 * usd(case)
    assert usd(case.at({"requests_per_month": 0})) == 0


def test_units_of_the_hours_of_a_busiest_day_are_counted_too() -> None:
    """One day of seven with twice a mean day, six with five sixths of it."""
    pool = f"{SERVES}, weights: fp8, {TIMES}, running: with_traffic, price_per_hour: 6"
    case = served(f"{pool}, at_least: 0", requests="20_000_000")
    case = case.at({"traffic.busiest_day": 2})
    (one,) = working(case.point.scenario)
    hours = 0.0
    for days, times in ((30 / 7, 2.0), (30 * 6 / 7, 5 / 6)):
        for weight in OFFICE:
            calls = 20e6 / 30 * times * weight / sum(OFFICE)
            hours += days * math.ceil(calls / float(one.carries))
    assert usd(case) == pytest.approx(hours * 6)


def test_bought_units_cost_capital_energy_room_and_repair() -> None:
    own = "price: 60_000, years: 4, residual_share: 20 %, pue: 1.4, energy_price: 0.20, "
    own += "power_share: 60 %, hosting_per_month: 150, maintenance_share: 5 %"
    case = served(f"{SERVES}, weights: fp8, {TIMES}, chips: 2, bought: {{{own}}}")
    assert usd(case, "capital") == pytest.approx(60_000 * 0.8 / 48)
    assert usd(case, "energy") == pytest.approx(2 * 1.275 * 0.6 * 1.4 * 720 * 0.20)
    assert usd(case, "hosting") == 150
    assert usd(case, "maintenance") == pytest.approx(60_000 * 0.05 / 12)
    assert usd(case) == 0
    (line,) = [c for c in case.bill.charges if c.item == "energy"]
    assert "2 x h100-sxm, with their share of a server's" in line.factors[1].source
    stated = case.at({"pools.gpus.bought.power": 2_000})
    assert usd(stated, "energy") == pytest.approx(2 * 0.6 * 1.4 * 720 * 0.20)
    assert usd(case.at({"pools.gpus.chip": "b200"}), "energy") == pytest.approx(
        2 * 1.7875 * 0.6 * 1.4 * 720 * 0.20
    )
    alone = case.at({"pools.gpus.chip": "mi300x"})
    (line,) = [c for c in alone.bill.charges if c.item == "energy"]
    assert "chips alone" in line.factors[1].source
    assert usd(alone, "energy") == pytest.approx(2 * 0.75 * 0.6 * 1.4 * 720 * 0.20)
    doubted = [one.wrong for one in warnings(alone.scenario, alone.book)]
    assert "the power of chips alone; a server's fans, processors and network draw more" in doubted


def test_engineers_have_lines_of_their_own() -> None:
    pool = "build_hours: 200, run_hours_per_month: 16, engineer_per_hour: 90"
    case = served(f"{SERVES}, weights: fp8, {TIMES}, {pool}")
    lines = {c.item: c for c in case.bill.charges}
    assert (lines["engineers, to build"].every, usd(case, "engineers, to build")) == ("once", 18e3)
    assert (lines["engineers, to run"].behaves, usd(case, "engineers, to run")) == ("fixed", 1_440)


CHIPS = sorted(families())
BETTER = ("memory_bytes", "memory_bytes_per_s", "flops_16bit", "flops_8bit", "flops_4bit")
BETTER += ("link_bytes_per_s",)


@cache
def unit_on(chip: str, model: str, weights: str, chips: int) -> Pool:
    unit = f"serves: {model}, chip: {chip}, chips: {chips}, weights: {weights}, price_per_hour: 1"
    slow = "first_word_within: 100 s, token_within: 2 s"
    short = f"answer: {{{CALL}, input_tokens: 60, output_tokens: 20}}"
    return served(f"{unit}, {slow}", short).point.scenario.pools[0]


@given(
    chip=st.sampled_from(CHIPS),
    served_as=st.sampled_from([("llama-3.1-8b", 1), ("llama-3.1-8b", 2), ("qwen3-30b-a3b", 4)]),
    weights=st.sampled_from(["bf16", "fp8", "fp4"]),
    better=st.dictionaries(st.sampled_from(BETTER), st.floats(1.0, 4.0), min_size=1),
    read=st.floats(10.0, 20_000.0),
    written=st.floats(2.0, 2_000.0),
    calls=st.floats(1.0, 1e6),
    kept=st.sampled_from([0.0, 0.3, 0.95, 1.0]),
)
def test_a_better_data_sheet_never_needs_more_machines(
    chip: str,
    served_as: tuple[str, int],
    weights: str,
    better: dict[str, float],
    read: float,
    written: float,
    calls: float,
    kept: float,
) -> None:
    """At the same precision, on all sixteen chips, whatever numbers on it are better."""
    assert len(CHIPS) == 16
    model, chips = served_as
    pool = unit_on(chip, model, weights, chips)
    work = Work(calls, read, written, 4.0, 0.2, "", kept * read)
    now, then = most(pool, work, {}), most(pool, work, better)
    assert then >= now * (1 - 1e-9)
    if now > 0:
        one, other = (replace(pool, carries=rate * 3_600.0) for rate in (now, then))
        assert float(other.units(calls)) <= float(one.units(calls))


def most(pool: Pool, work: Work, better: Mapping[str, float]) -> float:
    """The requests a second of a unit whose data sheet is better by so much."""
    one = machine_of(pool)
    sheet = replace(one.chip, **{f: getattr(one.chip, f) * by for f, by in better.items()})
    return float(most_of(one._replace(chip=sheet), work))


# ---- what its engine keeps of prompts


KEPT = "input_tokens: 5_875, output_tokens: 339, cache_read_share: 60 %"


def test_what_is_found_in_the_engine_s_cache_is_not_read_again() -> None:
    unit = f"{SERVES}, chips: 2, weights: fp8, {TIMES}, reached: 1"
    call = f"answer: {{{CALL}, {KEPT}}}"
    (plain,) = working(served(unit, call).point.scenario)
    (kept,) = working(served(f"{unit}, prefix_cache: yes", call).point.scenario)
    assert float(kept.carries) > 1.3 * float(plain.carries)
    assert float(kept.carries) == pytest.approx(
        carries(kept, [(1.0, 5_875.0, 339.0, 0.6 * 5_875.0)]), rel=1e-9
    )
    words = kept.origins["carries"].source
    assert "(3,525 of them kept by the engine)" in words
    # 80 layers x 8 heads x 128 x 2 numbers a token, in a byte each
    assert f"takes {3_525 * 163_840 / 1e9:.2g} of the " in words
    held, room = kept_gb(machine_of(kept), 3_525.0)
    assert held == pytest.approx(3_525 * 163_840 / 1e9)
    assert room == pytest.approx(2 * (0.92 * 79.6 * 2**30 - 70.55e9 / 2 - 2e9) / 1e9, rel=0.01)


def test_running_calls_take_their_room_before_prompts_are_kept() -> None:
    unit = f"{SERVES}, chips: 2, weights: fp8, {TIMES}, reached: 1, prefix_cache: yes"
    call = f"answer: {{{CALL}, {KEPT}, prefixes: per_user}}"
    found: list[float] = []
    for users in (1, 50, 400, 100_000):
        case = written(
            f"traffic: {{users: {users}, requests_per_user_month: 30}}\n"
            f"pools: {{gpus: {{{unit}}}}}\npipeline: {{{call}}}\n"
        )
        (pool,) = working(case.point.scenario)
        mean = [(1.0, 5_875.0, 339.0, 0.6 * 5_875.0)]
        found.append(float(pool.carries))
        assert found[-1] == pytest.approx(carries(pool, mean, users), rel=1e-9)
        assert ("prompts takes" in pool.origins["carries"].source) == (users > 1)
    assert found[0] == found[1]  # they all have room beside as many calls as fit
    assert found[1] > found[2] > found[3]
    (plain,) = working(
        served(unit.replace("yes", "no"), call.split(", prefixes")[0] + "}").point.scenario
    )
    assert found[3] == pytest.approx(float(plain.carries), rel=1e-2)  # next to none is found


@settings(max_examples=25)
@given(
    found=st.floats(0.0, 1.0),
    more=st.floats(0.0, 1.0),
    read=st.floats(1.0, 20_000.0),
    written=st.floats(2.0, 2_000.0),
    chip=st.sampled_from(CHIPS),
)
def test_more_that_is_kept_never_needs_more_machines(
    found: float, more: float, read: float, written: float, chip: str
) -> None:
    pool = unit_on(chip, "llama-3.1-8b", "bf16", 1)
    some, most_ = sorted((found, more))
    now, then = (
        most(pool, Work(1.0, read, written, 4.0, 0.2, "", read * part), {})
        for part in (some, most_)
    )
    assert then >= now * (1 - 1e-9)


@pytest.mark.parametrize(
    ("pool", "stage", "users", "said"),
    [
        ("prefix_cache: yes", KEPT, 100, ""),
        ("prefix_cache: yes", KEPT.split(", cache")[0], 100, "no stage on it says what share"),
        ("reached: 1", KEPT, 100, "cache_read_share of answer does nothing: no prompt is kept"),
        ("prefix_cache: yes", f"{KEPT}, prefixes: per_user", 20, ""),
        (
            "prefix_cache: yes",
            f"{KEPT}, prefixes: per_user",
            4_000,
            "with those of running calls it holds ",
        ),
    ],
)
def test_what_is_kept_and_its_room_are_said(pool: str, stage: str, users: int, said: str) -> None:
    case = written(
        f"traffic: {{users: {users}, requests_per_user_month: 30}}\n"
        f"pools: {{gpus: {{{SERVES}, chips: 2, weights: fp8, {TIMES}, {pool}}}}}\n"
        f"pipeline: {{answer: {{{CALL}, {stage}}}}}\n"
    )
    told = [concern.wrong for _, concern in cache_warnings(case.point.scenario)]
    assert len(told) == sum("cache" in str(w) for w in warnings(case.scenario, case.book))
    assert [said in w for w in told] == ([True] if said else [])


# ---- disks of weights, and answers that leave


def test_weights_lie_on_disks_and_answers_leave_at_their_prices() -> None:
    unit = f"{SERVES}, chips: 2, weights: fp8, {TIMES}, storage_price: 0.08"
    case = served(f"{unit}, at_least: 3, egress_price: 0.09, token_bytes: 50")
    assert usd(case, "weights, stored") == pytest.approx(3 * 70.55 * 0.08, rel=1e-3)
    assert usd(case, "answers, sent out") == pytest.approx(374_400 * 339 * 50 / 1e9 * 0.09)
    shared = served(f"{unit}, at_least: 3, weights_on: shared, egress_price: 0.09")
    assert usd(shared, "weights, stored") == pytest.approx(70.55 * 0.08, rel=1e-3)
    sent = shared.scenario.get("pools.gpus.token_bytes")
    assert (sent.low, sent.high) == (4, 300)
    assert "our assumption" in shared.scenario.pools[0].origins["token_bytes"].source
    more = case.at({"requests_per_month": 2 * 374_400})
    assert usd(more, "answers, sent out") == pytest.approx(2 * usd(case, "answers, sent out"))
    bare = served()
    assert not [c for c in bare.bill.charges if c.item in ("weights, stored", "answers, sent out")]
