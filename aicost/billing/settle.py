"""What is settled behind the walk: whole units, other lines, minimums of accounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from aicost.book.book import Book
from aicost.components.unit_prices import stated
from aicost.scenario.scenario import Scenario, steps
from aicost.scenario.sections import OtherLine, Pool
from aicost.values.charge import DOLLAR, HUMAN, Charge, Count, Factor, charge, total, weakest
from aicost.values.formatting import count as count_words
from aicost.values.formatting import usd
from aicost.values.quantities import Numeric


def capacity(scenario: Scenario, book: Book, entry: Count) -> Iterator[Charge]:
    """Yield what is bought in whole units for the peak hour: nodes, seats and shared pools."""
    sized = any(s.sized_by_peak(book) for s in scenario.stages)
    if not sized and not scenario.pools:
        return
    peak = scenario.world.busiest_hour(entry)
    for stage, flow in steps(scenario, peak):
        if stage.sized_by_peak(book):
            yield from stage.capacity(flow, book)
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
    """Yield what the file adds by hand: by the month, user or request, or once."""
    one = Count().times(Factor("line", 1.0, "", "listed"))
    for line in scenario.other:
        if line.per_month is not None:
            yield _other_line(line, "per_month", one, "month", driver="months", behaves="fixed")
        if line.per_user_month is not None:
            users = Count().times(scenario.traffic.factor("users"))
            yield _other_line(line, "per_user_month", users, "user", driver="users")
        if line.per_request is not None:
            yield _other_line(line, "per_request", entry, "request", driver="requests")
        if line.per_unit is not None:
            units = Count().times(_paid_units(line))
            yield _other_line(line, "per_unit", units, "unit", driver="months", behaves="fixed")
        if line.once is not None:
            yield _other_line(
                line, "once", one, "item", driver="once", behaves="fixed", every="once"
            )


def _paid_units(line: OtherLine) -> Factor:
    """The units of a line beyond those that are free."""
    units, free = line.factor("units"), line.factor("free_units", "free units")
    words = f"units beyond {count_words(free.value)} free" if line.states("free_units") else "units"
    paid = np.maximum(units.value - free.value, 0.0)
    return Factor(words, paid, "units", weakest([units.basis, free.basis]), units.source)


def share_lines(scenario: Scenario, lines: Sequence[Charge]) -> list[Charge]:
    """What is a share of other lines of the month: support, tax, a discount.

    Each is of the lines above it, those of earlier shares among them; of people only by name.
    """
    found: list[Charge] = []
    for line in scenario.other:
        if line.share_of_lines is None:
            continue
        above = [c for c in (*lines, *found) if c.every == "month" and _falls_under(line.of, c)]
        words = f"a month of {line.of}" if line.of else "a month but people"
        spent = Factor(words, total(above), "USD", weakest(c.basis for c in above or lines))
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


def _falls_under(name: str, line: Charge) -> bool:
    """Say whether a line is one of those that are called by a name; all but people by none."""
    return name in (line.component, line.stage) if name else line.component != HUMAN


def _other_line(line: OtherLine, field: str, count: Count, unit: str, **words: str) -> Charge:
    price = stated(line, field, unit=unit)
    return charge(count, price, stage=line.name, component=line.component, item=line.name, **words)  # type: ignore[arg-type]


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
