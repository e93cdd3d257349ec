"""What is settled behind the walk: whole units, other lines, minimums of accounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from aicost.book.book import Book
from aicost.components.unit_prices import stated
from aicost.scenario.measures import Usage, used
from aicost.scenario.scenario import Scenario, steps
from aicost.scenario.sections import Pool
from aicost.values.charge import DOLLAR, HUMAN, Charge, Count, Factor, charge, total, weakest
from aicost.values.formatting import usd
from aicost.values.quantities import Numeric


def capacity(scenario: Scenario, book: Book, entry: Count) -> Iterator[Charge]:
    """Yield what is bought in whole units for the peak hour: nodes, seats and shared pools."""
    sized = any(s.sized_by_peak(book) for s in scenario.stages)
    if not sized and not scenario.pools:
        return
    world = scenario.world
    peak = world.peak(entry)
    hour = world.busiest_hour(entry) if world.crest else peak
    for (stage, flow), (_, usual) in zip(steps(scenario, peak), steps(scenario, hour), strict=True):
        if stage.sized_by_peak(book):
            yield from stage.capacity(usual if stage.rostered else flow, book)
    asked = pool_calls(scenario, peak)
    for pool in scenario.pools:
        yield _pool_line(pool, sum(asked[pool.name].values()), scenario)


def pool_calls(scenario: Scenario, entry: Count) -> dict[str, dict[str, Numeric]]:
    """The calls that each pool is asked for, by the stage that makes them."""
    asked: dict[str, dict[str, Numeric]] = {pool.name: {} for pool in scenario.pools}
    for stage, flow in steps(scenario, entry):
        if stage.runs_on:
            asked[stage.runs_on][stage.name] = stage.calls(flow).value
    return asked


def _pool_line(pool: Pool, calls_per_hour: Numeric, scenario: Scenario) -> Charge:
    units = pool.units(calls_per_hour)
    count = Count().times(
        Factor("units for the peak hour", units, "units", pool.basis("carries")),
        scenario.month.factor("hours", "hours"),
    )
    price = stated(pool, "price_per_hour", unit="unit-hour")
    return charge(
        count,
        price,
        stage=pool.name,
        component=pool.component,
        item="pool",
        driver="hours",
        behaves="capacity",
    )


def other_lines(scenario: Scenario, entry: Count) -> Iterator[Charge]:
    """Yield what the file adds by hand, each amount by what it is paid by."""
    usage = Usage(scenario, entry)
    for line in scenario.other:
        for by in used(line):
            yield charge(
                by.count(line, usage),
                stated(line, by.field, unit=by.unit, holds=by.holds),
                stage=line.name,
                component=line.component,
                item=by.item or line.name,
                driver=by.driver,
                behaves=by.behaves,
                every=by.every,
            )


def share_lines(scenario: Scenario, lines: Sequence[Charge]) -> list[Charge]:
    """What is a share of other lines of the month: support, tax, a discount.

    Each is of the lines above it, those of earlier shares among them; of people only by name.
    """
    found: list[Charge] = []
    for line in scenario.other:
        if line.share_of_lines is None:
            continue
        every = (c for c in (*lines, *found) if c.every == "month")
        above = [c for c in every if falls_under(scenario, line.of, c.stage, c.component)]
        words = f"a month of {line.of}" if line.of else "a month but people"
        basis = weakest(c.basis for c in above) if above else "listed"
        spent = Factor(words, total(above), "USD", basis)
        count = Count().times(spent, line.factor("share_of_lines", "of it"))
        found.append(
            charge(
                count,
                DOLLAR,
                stage=line.name,
                component=line.component,
                item=line.name,
                driver="months",
            )
        )
    return found


def falls_under(scenario: Scenario, name: str, stage: str, component: str) -> bool:
    """Say whether a line is one of those that are called by a name; all but people by none.

    Parameters
    ----------
    scenario : the system that is billed.
    name : a component, a stage, a group of them, or another line; '' is all but people.
    stage, component : those of the line.
    """
    if not name:
        return component != HUMAN
    group = scenario.pipeline.groups.get(name)
    inside = {one.name for one in group.stages} if group is not None else set()
    return name in (component, stage) or stage in inside


def minimums(scenario: Scenario, book: Book, lines: Iterable[Charge]) -> Iterator[Charge]:
    """Yield the top-up to each account's least bill: always there, zero where not needed."""
    settled: set[str] = set()
    for stage in scenario.stages:
        for account, least in stage.minimums(book):
            if account in settled:  # stages that search the same store share its account
                continue
            settled.add(account)
            own = total(c for c in lines if c.account == account)
            gap = np.maximum(0.0, least.usd - own)
            words = f"short of the account's {usd(least.usd)}"
            count = Count().times(Factor(words, gap, "USD", least.basis, least.source))
            yield charge(
                count,
                DOLLAR,
                stage=stage.name,
                component=stage.billed_as or stage.component,
                item="account minimum",
                driver="months",
                behaves="fixed",
            )
