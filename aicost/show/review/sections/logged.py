"""What a log of the system says: the bill beside it, its costliest surprises, changes, quality."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from aicost.analysis.logged.against import against_log
from aicost.book.book import Book
from aicost.log.change import changed
from aicost.log.day_sums import ChangeError
from aicost.log.explain import unexpected_requests
from aicost.log.price import price_calls
from aicost.log.quality import quality_changes
from aicost.log.read import Log, read_log
from aicost.show.review.look import Look
from aicost.values.table import Table

MOST = 5  # requests that are told of
WEEK = 7


class Found(NamedTuple):
    """One thing that the log says: a head, a sentence and its tables."""

    head: str
    sentence: str
    tables: tuple[Table, ...] = ()


def logged(look: Look) -> list[Found] | None:
    """What the log says, part by part; None where the review has none."""
    if look.log is None:
        return None
    log = read_log(look.log)
    return [*_parts(look, log)]


def _parts(look: Look, log: Log) -> Iterator[Found]:
    head = "What was billed, beside what is said here"
    try:
        found = against_log(look.case, log.calls)
        yield Found(head, found.sentence, (found.rows(), found.explained()))
    except ValueError as problem:
        yield Found(head, f"It cannot be held against the file: {problem}.")
    book = look.case.book
    priced = price_calls(log.calls, book).calls
    try:
        unusual = unexpected_requests(priced, book, MOST)
        yield Found("What cost more than is usual", unusual.sentence, (_first(unusual.rows()),))
        yield from _changed(priced, book)
    except ChangeError:
        pass  # one that nothing is added up of
    try:
        quality = quality_changes(log.calls)
    except ValueError:
        return  # no answer of it is marked
    yield Found("How good answers were", quality.sentence, (quality.rows(),))


def _changed(priced: Any, book: Book) -> Iterator[Found]:
    """Yield why the later half of a log cost more or less than the one before, in whole weeks."""
    from aicost.log.day_sums import period

    whole = period(priced, book)
    days = (whole.last - whole.first).days + 1
    half = days // 2 // WEEK * WEEK
    if half < WEEK:
        return

    def span(last: date) -> tuple[date, date]:
        return last - timedelta(days=half - 1), last

    later = span(whole.last)
    before = span(later[0] - timedelta(days=1))
    found = changed(priced, priced, book, (before, later))
    head = f"What changed: {later[0]} to {later[1]}, beside as many days before"
    yield Found(head, found.sentence, (found.rows(),))


def _first(table: Table) -> Table:
    """The first rows of a table."""
    return replace(table, rows=table.rows[:MOST])
