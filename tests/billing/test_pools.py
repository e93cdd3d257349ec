"""Machines by the month, committed units, and calls beyond them: plain sums, hour by hour."""

import math

import numpy as np
import pytest
from cases import written

import aicost as ac
from aicost.analysis.capacity.idle_units import idle_units
from aicost.analysis.request_cost.report import request_cost
from aicost.analysis.request_cost.walk import DrawnWalk
from aicost.billing.case import Case
from aicost.components.traffic import Profile
from aicost.scenario.checks import warnings
from aicost.scenario.problems import ScenarioError
from aicost.scenario.served_pools import working
from aicost.timing.report import latency

OFFICE = (1, 1, 1, 1, 1, 2, 8, 20, 40, 50, 45, 30, 25, 40, 50, 48, 40, 20, 10, 6, 4, 3, 2, 1)
CALL = "is: inference, pool: units, input_tokens: 2_000, output_tokens: 100"
MODEL = "price: {input: 1, output: 10}"
USD = (2_000 * 1 + 100 * 10) / 1e6  # of a call by the token


def on_units(pool: str, *stages: str, traffic: str = "requests_per_month: 100_000") -> Case:
    text = f"traffic: {{{traffic}, profile: {list(OFFICE)}}}\nmonth: {{days: 30, hours: 720}}\n"
    lines = "".join(f"  {stage}\n" for stage in stages or (f"answer: {{{CALL}}}",))
    unit = pool if "carries" in pool else f"carries: 200, {pool}"
    return written(f"{text}pools: {{units: {{{unit}}}}}\npipeline:\n{lines}")


def lines(case: Case) -> dict[str, float]:
    return {f"{c.stage}: {c.item}": float(c.usd) for c in case.bill.charges}


PEAK = 100_000 / 30 * 50 / sum(OFFICE)  # calls in the busiest hour
UNITS = math.ceil(PEAK / 200)


@pytest.mark.parametrize(
    ("pool", "expected"),
    [
        ("price_per_hour: 2", {"pool": UNITS * 2 * 720}),
        ("price_per_month: 900", {"pool": UNITS * 900}),
        (
            "price_per_month: 900, committed: 1, committed_price_per_month: 500",
            {"committed": 500, "pool": (UNITS - 1) * 900},
        ),
        (
            "price_per_hour: 2, committed: 1, committed_price_per_month: 500",
            {"committed": 500, "pool": (UNITS - 1) * 2 * 720},
        ),
        (
            "price_per_month: 900, committed: 7, committed_price_per_hour: 0.5",
            {"committed": 7 * 0.5 * 720, "pool": 0},
        ),
        ("at_most: 7, committed: 7, committed_price_per_hour: 0.5", {"committed": 7 * 0.5 * 720}),
    ],
)
def test_committed_units_are_paid_and_those_beyond_them_as_the_pool(
    pool: str, expected: dict[str, float]
) -> None:
    case = on_units(pool)
    found = {name.removeprefix("units: "): usd for name, usd in lines(case).items()}
    assert found == pytest.approx(expected)
    assert UNITS == 2
    assert float(case.bill.by("behaves").get("fixed", 0)) == expected.get("committed", 0)


def test_all_that_is_committed_runs() -> None:
    few = "price_per_hour: 2, committed: 7, committed_price_per_hour: 1"
    (pool,) = on_units(few).scenario.pools
    assert [float(pool.units(calls)) for calls in (0, 1_400, 1_401)] == [7, 7, 8]


STAGES = (
    f"answer: {{{CALL}, {MODEL}}}",
    f"check: {{{CALL}, {MODEL}, share: 50 %, retry: 10 %, tries: 2}}",
)
OVERFLOW = "price_per_month: 900, at_most: 1, overflow: yes"


def beyond(requests: float, carried: float, busiest: float = 1.0) -> float:
    """The share of calls above what is carried, each hour of 30 days added up."""
    calls_a_request = 1 + 0.5 * 1.1
    asked = over = 0.0
    for weight in OFFICE:
        hour = requests / 30 * weight / sum(OFFICE) * calls_a_request
        asked += 30 * hour
        over += 30 * max(0.0, hour - carried)
    return over / asked if asked else 0.0


@pytest.mark.parametrize("requests", [0, 1_000, 100_000, 1_000_000])
def test_calls_beyond_the_units_are_billed_by_the_token(requests: int) -> None:
    case = on_units(OVERFLOW, *STAGES, traffic=f"requests_per_month: {requests}")
    part, found = beyond(requests, 200), lines(case)
    assert found["units: pool"] == 900
    for stage, calls in (("answer", requests), ("check", 0.55 * requests)):
        paid = found[f"{stage}: input"] + found[f"{stage}: output"]
        assert paid == pytest.approx(calls * part * USD)
    assert (part > 0) == (requests >= 100_000)
    assert "beyond what units carries" in case.bill.explain("answer: input")


def test_a_sweep_of_users_is_its_bills_one_by_one() -> None:
    case = on_units(OVERFLOW, *STAGES)
    sizes = [0, 10_000, 90_000, 2e6]
    alone = [float(case.at({"requests_per_month": size}).bill.total) for size in sizes]
    assert case.at({"requests_per_month": sizes}).bill.total == pytest.approx(alone, rel=1e-12)
    assert np.std(case.at({"requests_per_month": "90_000 to 2_000_000"}).draw(50).bill.total) > 0


def test_fees_of_a_call_are_paid_once_wherever_it_runs() -> None:
    fee = f"answer: {{{CALL}, {MODEL}, fees: {{search: {{count: 1, usd_each: 0.01}}}}}}"
    found = lines(on_units(OVERFLOW, fee))
    assert sum(usd for name, usd in found.items() if "search" in name) == pytest.approx(1_000)


def test_what_one_request_costs_adds_up_to_the_bill() -> None:
    case = on_units(OVERFLOW, *STAGES)
    cost = request_cost(case)
    part = beyond(100_000, 200)
    assert (cost.mean + cost.even_share) * 100_000 == pytest.approx(float(case.bill.total))
    assert cost.mean == pytest.approx(1.55 * part * USD)
    usd = DrawnWalk(case, 100_000).through().whole
    assert usd.mean() == pytest.approx(cost.mean, rel=0.01)
    assert np.mean(usd == 0) == pytest.approx((1 - part) * (1 - 0.5 * part), abs=0.02)


def test_calls_that_leave_wait_for_nobody() -> None:
    timed = f"answer: {{{CALL}, {MODEL}, ttft: 1 s, tpot: 10 ms}}"
    full, over = (
        on_units(f"price_per_month: 900, at_most: 1{more}", timed)
        for more in ("", ", overflow: yes")
    )
    assert "the queue of the rest grows without end" in ac.latency(full).sentence
    times = ac.latency(over)
    (pool,) = times.pools
    assert (pool.waits, pool.full, pool.busy) == (0.0, False, 1.0)
    assert pool.beyond == pytest.approx(1 - 200 / PEAK)
    assert "46.1 % of its calls go to the model in its place, and none waits" in pool.sentence
    alone = ac.latency(on_units("price_per_month: 900, spare: 99", timed))
    ours, theirs = ([row.cells[1:] for row in t.rows().rows][:1] for t in (times, alone))
    assert ours == theirs


def test_a_busiest_day_moves_units_and_what_is_beyond_them() -> None:
    """At most four: two for the mean day's peak, three where a day is half as much again."""
    case = on_units("price_per_month: 900, at_most: 4, overflow: yes", *STAGES)
    crest = case.at({"traffic.busiest_day": 1.5})
    assert lines(crest)["units: pool"] > lines(case)["units: pool"]
    assert lines(crest)["answer: input"] > lines(case)["answer: input"] == 0


ONE = f"answer: {{{CALL}, {MODEL}}}"


@pytest.mark.parametrize(("day", "week"), [(1.0, 1.0), (2.0, 1.0), (1.0, 3.0), (1.8, 2.5)])
def test_calls_beyond_are_counted_on_the_days_there_are(day: float, week: float) -> None:
    """A year of 52 weeks of seven days, hour by hour, of which one of each is the busiest."""
    case = on_units("price_per_month: 900, at_most: 3, overflow: yes", ONE).at(
        {"traffic.busiest_day": day, "traffic.busiest_week": week}
    )
    capacity = 200 * min(3, math.ceil(PEAK * day * week / 200))
    asked = over = 0.0
    for of_year in (week, *[(52 - week) / 51] * 51):
        for of_week in (day, *[(7 - day) / 6] * 6):
            for weight in OFFICE:
                hour = 100_000 / 30 * weight / sum(OFFICE) * of_week * of_year
                asked, over = asked + hour, over + max(0.0, hour - capacity)
    assert asked == pytest.approx(100_000 / 30 * 364)
    found = lines(case)
    assert found["answer: input"] + found["answer: output"] == pytest.approx(
        100_000 * over / asked * USD
    )


def test_what_is_set_otherwise_is_checked_like_a_file() -> None:
    case = on_units("price_per_hour: 2, at_most: 2, overflow: yes", *STAGES)
    with pytest.raises(ScenarioError, match="price_per_hour says the same"):
        case.at({"pools.units.price_per_month": 900})
    with pytest.raises(ScenarioError, match="its units grow with the peak"):
        case.at({"pools.units.at_most": "never"})


def test_pools_bought_otherwise_are_one_change() -> None:
    before = on_units("price_per_hour: 2")
    after = on_units(OVERFLOW, STAGES[0])
    found = ac.bridge(before, after)
    assert sum(bar.usd for bar in found.bars) == pytest.approx(found.difference)
    assert found.after == pytest.approx(float(after.bill.total))


def test_price_and_limits_beside_a_pool_are_said() -> None:
    limits = "limits: {requests_per_minute: 9}"
    plain = on_units("price_per_hour: 2", f"answer: {{{CALL}, {MODEL}, {limits}}}")
    words = [one.wrong for one in warnings(plain.scenario, plain.book)]
    assert "the pool is billed, not the stage's own price" in words
    assert "calls on a pool are not held against a provider's limit" in words
    over = on_units(OVERFLOW, f"answer: {{{CALL}, {MODEL}, {limits}}}")
    assert [one.wrong for one in warnings(over.scenario, over.book)] == [
        "calls beyond a pool are not held against a provider's limit"
    ]


def test_the_part_of_a_month_that_is_served() -> None:
    day = Profile((0.0, 1.0, 2.0))
    assert day.served(np.array([0.0, 0.5, 1.0, 9.0])) == pytest.approx([0, 2 / 3, 1, 1])


def test_busiest_weeks_are_swept_as_they_are_billed() -> None:
    case = on_units("price_per_hour: 2, running: with_traffic", traffic="requests_per_month: 4 M")
    weeks = [1.0, 1.5, 4.0]
    swept = case.at({"traffic.busiest_week": weeks}).bill.total
    single = [float(case.at({"traffic.busiest_week": one}).bill.total) for one in weeks]
    assert swept == pytest.approx(single)


# ---- rented while a batch is worked off


@pytest.mark.parametrize(
    ("carries", "calls", "rent"),
    [(219_600, 1_000_000, 0.6), (80_000, 250_000, 1.09), (7.5, 3_000, 12)],
)
def test_a_batch_of_one_s_own_is_paid_for_the_hours_that_it_takes(
    carries: float, calls: int, rent: float
) -> None:
    """The first is published at $2.73: a million at 219,600 an hour, for $0.60 an hour."""
    pool = f"carries: {carries}, price_per_hour: {rent}, running: in_batches"
    case = on_units(pool, traffic=f"requests_per_month: {calls}")
    assert lines(case) == {"units: pool": pytest.approx(calls / carries * rent, rel=1e-12)}
    crest = {"traffic.busiest_week": 2, "traffic.busiest_day": 1.5, "traffic.burst": 3}
    assert lines(case.at(crest)) == pytest.approx(lines(case), rel=1e-12)
    assert lines(case.at({"requests_per_month": 0})) == {"units: pool": 0}
    (use,) = case.bill.charges
    assert use.behaves == "usage"
    assert latency(case).now.whole == latency(case.at({"requests_per_month": 9 * calls})).now.whole


def test_a_batch_on_a_served_model_works_at_what_a_unit_carries() -> None:
    served = "serves: llama-3.1-8b, chip: h100-sxm, chips: 1, first_word_within: 60 s, "
    pool = f"{served}token_within: 200 ms, price_per_hour: 3, storage_price: 0.1"
    text = f"traffic: {{requests_per_month: 400_000}}\npipeline: {{answer: {{{CALL}}}}}\npools: "
    always, batch = (
        written(f"{text}{{units: {{{pool}, running: {running}}}}}\n")
        for running in ("always", "in_batches")
    )
    (unit,) = working(always.point.scenario)
    got = lines(batch)
    assert got["units: pool"] == pytest.approx(400_000 / float(unit.carries) * 3)
    assert got["units: weights, stored"] == lines(always)["units: weights, stored"]
    assert [*idle_units(batch)] == []


@pytest.mark.parametrize("more", ["at_least: 1", "spare: 1", "at_most: 2", "price_per_month: 90"])
def test_units_in_batches_take_no_terms_of_units_that_stand(more: str) -> None:
    with pytest.raises(ScenarioError) as error:
        on_units(f"running: in_batches, price_per_hour: 2, {more}")
    assert f"units.{more.partition(':')[0]}: in batches a unit is paid" in str(error.value)
