"""One walk through the pipeline: what its requests cost, stage by stage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aicost.billing.bill import Bill
from aicost.billing.settle import _capacity, _minimums, _other
from aicost.book.book import Book
from aicost.scenario.scenario import Scenario, steps
from aicost.values.charge import Charge, Count

if TYPE_CHECKING:
    pass


def bill(scenario: Scenario, book: Book | None = None) -> Bill:
    """The monthly bill of a scenario; every range stands at its mean.

    A scenario with sweeps or draws gives a bill of arrays, in the same one pass.
    """
    book = book or Book.load(as_of=scenario.as_of)
    s = scenario.point()
    entry = s.traffic.requests()
    lines = [*_standing(s, book), *walk(s, book, entry), *_capacity(s, book, entry)]
    lines += [*_other(s, entry), *_minimums(s, book, lines)]
    return Bill(tuple(lines), s, book, entry.value)


def walk(scenario: Scenario, book: Book, entry: Count) -> Iterator[Charge]:
    """Yield what the requests of a period cost, stage by stage."""
    for stage, flow in steps(scenario, entry):
        yield from stage.per_request(flow, book)


def _standing(scenario: Scenario, book: Book) -> Iterator[Charge]:
    for stage in scenario.pipeline:
        yield from stage.standing(scenario.world, book)
