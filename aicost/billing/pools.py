"""Machines in whole units: those committed, those for the peak hour, and calls beyond them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from aicost.book.book import Book
from aicost.components.flow import Flow
from aicost.components.stage import Stage
from aicost.components.unit_prices import stated
from aicost.scenario.scenario import Scenario, steps
from aicost.scenario.sections import Pool
from aicost.values.charge import Behaves, Charge, Count, Factor, charge, weakest
from aicost.values.quantities import Numeric


def pool_calls(scenario: Scenario, entry: Count) -> dict[str, dict[str, Numeric]]:
    """The calls that each pool is asked for, by the stage that makes them."""
    asked: dict[str, dict[str, Numeric]] = {pool.name: {} for pool in scenario.pools}
    for stage, flow in steps(scenario, entry):
        if stage.runs_on:
            asked[stage.runs_on][stage.name] = stage.calls(flow).value
    return asked


def pool_lines(pool: Pool, calls_per_hour: Numeric, scenario: Scenario) -> Iterator[Charge]:
    """Yield the units that are committed, and those beyond them for the peak hour."""
    units, basis = pool.units(calls_per_hour), pool.basis("carries")
    peak = Factor("units for the peak hour", units, "units", basis)
    if pool.states("committed"):
        own = pool.factor("committed", "units committed")
        yield _units_line(pool, "committed", own, "committed_price", "fixed", scenario)
        beyond = np.maximum(units - own.value, 0.0)
        peak = Factor("units beyond those committed", beyond, "units", weakest([basis, own.basis]))
    if pool.paid("price"):
        yield _units_line(pool, "pool", peak, "price", "capacity", scenario)


def _units_line(
    pool: Pool, item: str, units: Factor, price: str, behaves: Behaves, scenario: Scenario
) -> Charge:
    by_hour = getattr(pool, f"{price}_per_hour") is not None
    count, period = Count().times(units), "hour" if by_hour else "month"
    return charge(
        count.times(scenario.month.factor("hours", "hours")) if by_hour else count,
        stated(pool, f"{price}_per_{period}", unit=f"unit-{period}"),
        stage=pool.name,
        component=pool.component,
        item=item,
        driver=f"{period}s",
        behaves=behaves,
    )


def beyond_pools(scenario: Scenario, entry: Count) -> dict[str, Factor]:
    """The share of a month's calls that each pool with an overflow leaves to its stages' models.

    Hour by hour of a mean day: what is above the calls that its units carry in an hour.
    """
    overflowing = [pool for pool in scenario.pools if pool.overflow]
    if not overflowing:
        return {}
    world = scenario.world
    peak, usual = (
        pool_calls(scenario, hour) for hour in (world.peak(entry), world.busiest_hour(entry))
    )
    found = {}
    for pool in overflowing:
        most, asked = (sum(calls[pool.name].values()) for calls in (peak, usual))
        part = pool.carried(most) / np.maximum(asked, 1e-300)
        share = np.maximum(1.0 - scenario.profile.served(part), 0.0)
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
