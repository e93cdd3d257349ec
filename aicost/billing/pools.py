"""Machines in whole units: those committed, those for the peak hour, and calls beyond them."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from aicost.book.book import Book
from aicost.components.flow import Flow
from aicost.components.stage import Stage
from aicost.components.unit_prices import stated
from aicost.scenario.pool_section import IN_BATCHES, SHARED_DISK, WITH_TRAFFIC, Bought, Pool
from aicost.scenario.scenario import Scenario, steps
from aicost.scenario.served_pools import working, works
from aicost.scenario.unit_memory import GB, weights_gb
from aicost.values.charge import (
    Behaves,
    Charge,
    Count,
    Every,
    Factor,
    UnitPrice,
    charge,
    weakest,
)
from aicost.values.quantities import DAYS_PER_WEEK, Numeric

MONTHS_PER_YEAR, W_PER_KW = 12.0, 1_000.0
RUN, EGRESS = "engineers, to run", "answers, sent out"


def pool_calls(scenario: Scenario, entry: Count) -> dict[str, dict[str, Numeric]]:
    """The calls that each pool is asked for, by the stage that makes them."""
    asked: dict[str, dict[str, Numeric]] = {pool.name: {} for pool in scenario.pools}
    for stage, flow in steps(scenario, entry):
        if stage.runs_on:
            asked[stage.runs_on][stage.name] = stage.calls(flow).value
    return asked


def pool_lines(
    pool: Pool, calls_per_hour: Numeric, scenario: Scenario, tokens: Numeric = 0.0
) -> Iterator[Charge]:
    """Yield the units that are committed, those beyond them for the peak hour, and their keep.

    Parameters
    ----------
    pool : machines, with the calls that one unit carries.
    calls_per_hour : calls of the peak. [calls/hour]
    scenario : the system, for its month and how calls fall on a day.
    tokens : what its calls of a month write. [tokens]
    """
    units = _beyond(pool, calls_per_hour, scenario)
    if pool.states("committed"):
        own = pool.factor("committed", "units committed")
        yield _units_line(pool, "committed", own, "committed_price", "fixed", scenario)
    if pool.running == IN_BATCHES:
        yield _worked_off(pool, calls_per_hour, scenario)
    elif pool.paid("price"):
        yield _units_line(pool, "pool", units, "price", "capacity", scenario)
    if pool.bought is not None:
        yield from _bought(pool, pool.bought, units, scenario)
    yield from _stored(pool, np.ceil(pool.units(calls_per_hour)))
    if pool.egress_price is not None:
        count = Count().times(
            Factor("tokens written", tokens, "tokens", "assumed"),
            pool.factor("token_bytes", "bytes a token"),
        )
        price = stated(pool, "egress_price", unit="GB", holds=GB)
        yield _line(pool, count, price, EGRESS, "usage", driver="tokens")
    yield from _engineers(pool)


def _stored(pool: Pool, units: Numeric) -> Iterator[Charge]:
    """Yield the disks that hold its weights: of units at rest too, for they start from them."""
    if pool.storage_price is None:
        return
    words = f"data/architectures.csv: {pool.serves} in {pool.weights}"
    count, shared = Count(), pool.weights_on == SHARED_DISK
    if not shared:
        count = count.times(Factor("units", units, "units", pool.basis("carries")))
    count = count.times(Factor("GB of weights", weights_gb(pool), "GB", "listed", words))
    price = stated(pool, "storage_price", unit="GB-month")
    yield _line(pool, count, price, "weights, stored", "fixed" if shared else "capacity")


def written_tokens(scenario: Scenario, entry: Count) -> dict[str, Numeric]:
    """The tokens of a month that each pool's calls write, where they leave at a price."""
    leaving = [pool for pool in scenario.pools if pool.egress_price is not None]
    if not leaving:
        return {}
    known, asked, beyond = (
        works(scenario),
        pool_calls(scenario, entry),
        beyond_pools(scenario, entry),
    )
    found = {}
    for name in (pool.name for pool in leaving):
        own = 1.0 - (beyond[name].value if name in beyond else 0.0)
        found[name] = sum(asked[name].values()) * own * known[name].output_tokens
    return found


def _beyond(pool: Pool, calls_per_hour: Numeric, scenario: Scenario) -> Factor:
    """The units beyond those committed: for the peak hour, or on the mean of all hours."""
    bases, what, when = [pool.basis("carries")], "units", "for the peak hour"
    if pool.states("committed"):
        bases.append(pool.basis("committed"))
        what, when = "units beyond those committed", ""
    if pool.running == WITH_TRAFFIC:
        units, when = mean_units(pool, calls_per_hour, scenario), "on the mean of all hours"
    else:
        units = np.maximum(pool.units(calls_per_hour) - pool.committed, 0.0)
    words = f"{what} {when}".rstrip()
    source = pool.origins["carries"].source if pool.serves else ""
    return Factor(words, units, "units", weakest(bases), source)


def mean_units(pool: Pool, calls_per_hour: Numeric, scenario: Scenario) -> Numeric:
    """The units beyond those committed that run on the mean of all hours, each for its own calls.

    Of all days of a year, the busiest of each week and those of the busiest week among them; days
    on which nobody asks have as many as an hour without calls.

    Parameters
    ----------
    pool : machines, with the calls that one unit carries.
    calls_per_hour : calls of the peak, at which a burst stands in each hour. [calls/hour]
    scenario : the system; its profile says how calls fall on a day.
    """
    profile = scenario.profile
    above = math.prod(factor.value for factor in scenario.traffic.busiest())
    usual = [calls_per_hour / above * hour / max(profile.hours) for hour in profile.hours]
    asked = profile.days_per_week / DAYS_PER_WEEK
    days = scenario.traffic.days(profile.days_per_week)
    each = [(asked * of / len(usual), day * calls) for of, day in days for calls in usual]
    each += [(1.0 - asked, calls_per_hour * 0.0)]
    return sum(
        part * np.maximum(pool.hourly_units(calls) - pool.committed, 0.0) for part, calls in each
    )


def _worked_off(pool: Pool, calls_per_hour: Numeric, scenario: Scenario) -> Charge:
    """The hours of its units in which the calls of a month are worked off, one after the other."""
    calls = calls_per_hour / scenario.world.peak(Count()).value
    each = pool.factor("carries", "calls an hour")
    parts = Factor("calls", calls, "calls", each.basis), each
    words = "hours to work off its calls"
    worked = Factor(words, calls / each.value, "hours", each.basis, parts=parts, joined=" / ")
    price = stated(pool, "price_per_hour", unit="unit-hour")
    return _line(pool, Count().times(worked), price, "pool", "usage", driver="hours")


def _units_line(
    pool: Pool, item: str, units: Factor, price: str, behaves: Behaves, scenario: Scenario
) -> Charge:
    by_hour = getattr(pool, f"{price}_per_hour") is not None
    count, period = Count().times(units), "hour" if by_hour else "month"
    return _line(
        pool,
        count.times(scenario.month.factor("hours", "hours")) if by_hour else count,
        stated(pool, f"{price}_per_{period}", unit=f"unit-{period}"),
        item,
        behaves,
        driver=f"{period}s",
    )


def _line(
    pool: Pool,
    count: Count,
    price: UnitPrice,
    item: str,
    behaves: Behaves,
    *,
    driver: str = "months",
    every: Every = "month",
) -> Charge:
    return charge(
        count,
        price,
        stage=pool.name,
        component=pool.component,
        item=item,
        driver=driver,
        behaves=behaves,
        every=every,
    )


def _bought(pool: Pool, own: Bought, units: Factor, scenario: Scenario) -> Iterator[Charge]:
    """Yield what bought units cost a month: what they lose in value, energy, room, repair."""
    bought, price = Count().times(units), stated(own, "price", unit="unit")
    lost = Factor("price lost", 1.0 - own.residual_share, "share", own.basis("residual_share"))
    months = 1.0 / (own.years * MONTHS_PER_YEAR)
    a_month = Factor("a month", months, "share", own.basis("years"), own.origins["years"].source)
    yield _line(pool, bought.times(lost, a_month), price, "capital", "capacity")
    watts = own.factor("power", "W a unit")
    drawn = bought.times(
        Factor("kW a unit", watts.value / W_PER_KW, "kW", watts.basis, watts.source),
        own.factor("power_share", "of it on average"),
        own.factor("pue", "with the building's"),
        scenario.month.factor("hours", "hours"),
    )
    yield _line(pool, drawn, stated(own, "energy_price", unit="kWh"), "energy", "capacity")
    if own.states("hosting_per_month"):
        rooms = stated(own, "hosting_per_month", unit="unit-month")
        yield _line(pool, bought, rooms, "hosting", "capacity")
    if own.states("maintenance_share"):
        year = Factor("a month", 1.0 / MONTHS_PER_YEAR, "share", "listed")
        repaired = bought.times(own.factor("maintenance_share", "of its price a year"), year)
        yield _line(pool, repaired, price, "maintenance", "capacity")


def _engineers(pool: Pool) -> Iterator[Charge]:
    """Yield the hours of engineers who set it up, once, and who run it."""
    if pool.engineer_per_hour is None:
        return
    hour = stated(pool, "engineer_per_hour", unit="hour")
    if pool.states("build_hours"):
        hours = Count().times(pool.factor("build_hours", "hours to build"))
        yield _line(pool, hours, hour, "engineers, to build", "fixed", every="once")
    if pool.states("run_hours_per_month"):
        hours = Count().times(pool.factor("run_hours_per_month", "hours to run"))
        yield _line(pool, hours, hour, RUN, "fixed")


def beyond_pools(scenario: Scenario, entry: Count) -> dict[str, Factor]:
    """The share of a month's calls that each pool with an overflow leaves to its stages' models.

    Hour by hour of the days that the traffic has, the busiest of a week and the week of a year
    among them: what is above the calls that its units carry in an hour.
    """
    if not any(pool.overflow for pool in scenario.pools):
        return {}
    overflowing = [pool for pool in working(scenario) if pool.overflow]
    world = scenario.world
    peak, usual = (
        pool_calls(scenario, hour) for hour in (world.peak(entry), world.busiest_hour(entry))
    )
    found = {}
    for pool in overflowing:
        most, asked = (sum(calls[pool.name].values()) for calls in (peak, usual))
        part = pool.carried(most) / np.maximum(asked, 1e-12)
        share = sum(
            of * day * np.maximum(1.0 - scenario.profile.served(part / np.maximum(day, 1e-12)), 0.0)
            for of, day in scenario.traffic.days(scenario.profile.days_per_week)
        )
        words = f"beyond what {pool.name} carries"
        found[pool.name] = Factor(words, share, "share", "assumed")
    return found


def overflow_lines(scenario: Scenario, book: Book, entry: Count) -> Iterator[Charge]:
    """Yield what the calls cost that pools leave to the models of their stages."""
    for stage, flow, part in overflowing(scenario, entry):
        yield from stage.standing(flow.world, book)
        yield from stage.per_request(flow.narrowed(part), book)


def overflowing(scenario: Scenario, entry: Count) -> Iterator[tuple[Stage, Flow, Factor]]:
    """Yield each stage of a pool that overflows, as calls beyond it are billed, and their share."""
    beyond = beyond_pools(scenario, entry)
    for stage, flow in steps(scenario, entry) if beyond else ():
        if stage.runs_on in beyond:
            yield stage.by_call(), flow, beyond[stage.runs_on]
