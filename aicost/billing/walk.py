"""One walk through the pipeline, and what is settled behind it: the lines of a bill."""

from __future__ import annotations

from collections.abc import Iterator

from aicost.billing.bill import Bill
from aicost.billing.contract import contract_lines
from aicost.billing.pools import overflow_lines
from aicost.billing.settle import (
    capacity,
    environment_lines,
    minimums,
    other_lines,
    share_lines,
)
from aicost.book.book import Book
from aicost.scenario.scenario import Scenario, steps
from aicost.values.charge import Charge, Count


def bill(scenario: Scenario, book: Book) -> Bill:
    """The monthly bill of a scenario at its point; sweeps and draws give a bill of arrays."""
    entry = scenario.requests()
    lines = [
        *_standing(scenario, book),
        *walk(scenario, book, entry),
        *overflow_lines(scenario, book, entry),
        *capacity(scenario, book, entry),
        *other_lines(scenario, entry),
    ]
    lines += minimums(scenario, book, lines)
    lines += contract_lines(scenario, book, lines)
    lines += environment_lines(scenario, lines)
    lines += share_lines(scenario, lines)
    return Bill(tuple(lines), scenario, book, entry.value)


def walk(scenario: Scenario, book: Book, entry: Count) -> Iterator[Charge]:
    """Yield what the requests of a period cost, stage by stage."""
    for stage, flow in steps(scenario, entry):
        yield from stage.per_request(flow, book)


def _standing(scenario: Scenario, book: Book) -> Iterator[Charge]:
    world = scenario.world
    for stage in scenario.stages:
        world = stage.prepared(world)
        yield from stage.standing(world, book)
