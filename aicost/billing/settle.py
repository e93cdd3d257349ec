"""What is settled behind the walk: whole units, other lines, minimums of accounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from aicost.billing.pools import pool_calls, pool_lines, written_tokens
from aicost.book.book import Book
from aicost.components.unit_prices import stated
from aicost.scenario.measures import Usage, used
from aicost.scenario.scenario import Scenario, steps
from aicost.scenario.served_pools import working
from aicost.scenario.shares import On, falls_under, parts, share_words, shared, shown_as
from aicost.values.charge import (
    DOLLAR,
    ENVIRONMENTS,
    Behaves,
    Charge,
    Count,
    Factor,
    charge,
    total,
    weakest,
)
from aicost.values.formatting import usd
from aicost.values.quantities import Numeric
from aicost.values.section import Section


def capacity(scenario: Scenario, book: Book, entry: Count) -> Iterator[Charge]:
    """Yield what is bought in whole units for the peak hour: nodes, seats and shared pools."""
    sized = any(s.sized_by_peak(book) for s in scenario.stages)
    if not sized and not scenario.pools:
        return
    world = scenario.world
    peak = world.peak(entry)
    busiest = [*steps(scenario, peak)]
    usually = steps(scenario, world.busiest_hour(entry)) if world.crest else busiest
    for (stage, flow), (_, usual) in zip(busiest, usually, strict=True):
        if stage.sized_by_peak(book):
            yield from stage.capacity(usual if stage.rostered else flow, book)
    asked, sent = pool_calls(scenario, peak), written_tokens(scenario, entry)
    for pool in working(scenario):
        calls = sum(asked[pool.name].values())
        yield from pool_lines(pool, calls, scenario, sent.get(pool.name, 0.0))


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


def environment_lines(scenario: Scenario, lines: Sequence[Charge]) -> list[Charge]:
    """What is run beside production: each environment a share of the lines of its month."""
    way, month = scenario.pipeline, [c for c in lines if c.every == "month"]
    known = parts(way, scenario.pools, scenario.other)
    found = []
    for one in scenario.environments:
        named = {*shared(one, way, [(c.stage, c.component) for c in month])}
        own = [c for c in month if (c.stage, c.component) in named]
        words = f"a month of {share_words(one)}"
        on = shown_as(one, way, known)
        line = _share_line(one, "share", own, words, on, driver=ENVIRONMENTS)
        under: dict[str, Numeric] = {}
        for c in own:
            under[c.component] = under.get(c.component, 0.0) + c.usd * one.share
        found.append(replace(line, beside=line.usd, under=tuple(under.items())))
    return found


def share_lines(scenario: Scenario, lines: Sequence[Charge]) -> list[Charge]:
    """What is a share of other lines of the month: support, tax, a discount.

    Each is of the lines above it, those of earlier shares among them; of people only by name.
    """
    month = [c for c in lines if c.every == "month"]
    found: list[Charge] = []
    for line in scenario.other:
        if line.share_of_lines is None:
            continue
        every = (*month, *found)
        own = [c for c in every if falls_under(scenario.pipeline, line.of, (c.stage, c.component))]
        words = f"a month of {line.of}" if line.of else "a month but people"
        on = line.name, line.component
        found.append(_share_line(line, "share_of_lines", own, words, on, driver="months"))
    return found


def _share_line(
    part: Section, field: str, own: Sequence[Charge], words: str, on: On, *, driver: str
) -> Charge:
    """A share of some lines as a line, which behaves as they do."""
    basis = weakest(c.basis for c in own) if own else "listed"
    spent = Factor(words, total(own), "USD", basis)
    count = Count().times(spent, part.factor(field, "of it"))
    sums: dict[Behaves, Numeric] = {}
    for line in own:
        for behaves, amount in line.behaving.items():
            sums[behaves] = sums.get(behaves, 0.0) + amount * getattr(part, field)
    ranked = sorted(sums, key=lambda one: -abs(float(np.mean(sums[one]))))
    stage, component = on
    found = charge(
        count,
        DOLLAR,
        stage=stage,
        component=component,
        item=stage,
        driver=driver,
        behaves=ranked[0] if ranked else "usage",
    )
    beside = sum((c.beside for c in own), start=np.float64(0.0)) * getattr(part, field)
    mixed = tuple(sums.items()) if len(sums) > 1 else ()
    return replace(found, mixed=mixed, beside=beside)


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
