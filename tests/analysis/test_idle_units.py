"""What units cost while they stand still: hours of a month counted one by one."""

from __future__ import annotations

import math

import pytest
from cases import written

from aicost.analysis.capacity.idle_units import busy_share, idle_units
from aicost.billing.case import Case

OFFICE = (1, 1, 1, 1, 1, 2, 8, 20, 40, 50, 45, 30, 25, 40, 50, 48, 40, 20, 10, 6, 4, 3, 2, 1)
CALL = "is: inference, pool: units, input_tokens: 2_000, output_tokens: 100"


def on_units(pool: str, requests: int = 100_000) -> Case:
    return written(
        f"traffic: {{requests_per_month: {requests}, profile: {list(OFFICE)}}}\n"
        "month: {days: 30, hours: 720}\n"
        f"pools: {{units: {{carries: 200, {pool}}}}}\n"
        f"pipeline: {{answer: {{{CALL}, price: {{input: 1, output: 10}}}}}}\n"
    )


def counted(pool: dict[str, float], requests: int, *, follows: bool = False) -> tuple[float, float]:
    """Return the share of what is carried that is asked for, and the unit-hours, hour by hour."""
    hours = [requests / 30 * weight / sum(OFFICE) for weight in OFFICE]
    most, least = pool.get("at_most", math.inf), pool.get("at_least", 1)
    always = min(max(least, math.ceil(max(hours) / 200)), most)
    done = paid = 0.0
    for hour in hours:
        units = min(max(least, math.ceil(hour / 200)), most) if follows else always
        paid += 30 * units
        done += 30 * min(hour, units * 200)
    return done / paid / 200, paid


@pytest.mark.parametrize(
    ("pool", "fields", "follows"),
    [
        ("price_per_hour: 2", {}, False),
        ("price_per_hour: 2, at_least: 5", {"at_least": 5}, False),
        ("price_per_hour: 2, running: with_traffic", {}, True),
        ("price_per_hour: 2, running: with_traffic, at_least: 0", {"at_least": 0}, True),
        ("price_per_hour: 2, at_most: 1, overflow: yes", {"at_most": 1}, False),
    ],
)
@pytest.mark.parametrize("requests", [5_000, 100_000, 3_000_000])
def test_what_stands_still_is_what_is_paid_and_not_asked_for(
    pool: str, fields: dict[str, float], follows: bool, requests: int
) -> None:
    busy, hours = counted(fields, requests, follows=follows)
    (found,) = idle_units(on_units(pool, requests))
    assert found.busy == pytest.approx(busy)
    assert found.usd == pytest.approx(2 * hours)
    assert found.idle_usd == pytest.approx((1 - busy) * 2 * hours)


def test_engineers_are_no_units_and_nobody_s_calls_make_none_idle() -> None:
    with_engineers = "price_per_hour: 2, run_hours_per_month: 10, engineer_per_hour: 90"
    (found,) = idle_units(on_units(with_engineers))
    assert found.usd == pytest.approx(2 * counted({}, 100_000)[1])
    assert [*idle_units(on_units("price_per_hour: 2", 0))] == []
    scenario = on_units("price_per_hour: 2").point.scenario
    assert busy_share(scenario.pools[0], 1e9, 100.0, scenario) == 1.0


def test_the_sentence_says_both_amounts() -> None:
    (found,) = idle_units(on_units("price_per_hour: 2, at_least: 5"))
    assert found.sentence == (
        "units: over the month its units do 14 % of what they can carry in time; $6,200 of their "
        "$7,200 pays for the rest."
    )
