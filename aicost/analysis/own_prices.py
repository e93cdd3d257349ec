"""What of a client's own prices a system is billed at, and why the rest is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aicost.billing.case import Case, kept
from aicost.book.book import Book, Row
from aicost.scenario.checks import warnings
from aicost.scenario.problems import Problem
from aicost.timing.budgets import budgets
from aicost.timing.call_times import timed
from aicost.values.result import Result
from aicost.values.suggest import did_you_mean
from aicost.values.table import Column, Form, Table, table

MOST_SAID = 5  # rows that are spoken of one by one


@dataclass(frozen=True, repr=False)
class OwnPrices(Result):
    """The rows of an overlay, each with why it is not used; '' where it is."""

    file: str
    found: tuple[tuple[Row, str], ...]

    @property
    def sentence(self) -> str:
        """How many of the rows are used; nothing where there are none."""
        used = sum(not why for _, why in self.found)
        if not self.found:
            return ""
        return f"{used:,} of {len(self.found):,} rows of {self.file} are used."

    def rows(self) -> Table:
        """Every row of the overlay, and what became of it."""
        columns = (Column("line", Form.COUNT), "item", "parameter", "used")
        every = [
            (r.line, r.item, r.parameter, f"no: {why}" if why else "yes") for r, why in self.found
        ]
        return table(columns, every, stacked=False)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is not used, one line each; rows of the same fate together where they are many."""
        rest: dict[str, list[Row]] = {}
        for row, why in self.found:
            if why:
                rest.setdefault(why, []).append(row)
        return tuple(line for why, rows in rest.items() for line in self._lines(why, rows))

    def _lines(self, why: str, rows: Sequence[Row]) -> Iterator[Problem]:
        wrong, _, remedy = why.partition("; ")
        if len(rows) <= MOST_SAID:
            for row in rows:
                yield Problem(self.file, row.line, f"{row.item} {row.parameter}", wrong, remedy)
        else:
            lines = ", ".join(str(row.line) for row in rows[:MOST_SAID])
            key = f"{len(rows):,} rows from here on (lines {lines}, …)"
            yield Problem(self.file, rows[0].line, key, wrong, remedy)


@kept
def own_prices(case: Case) -> OwnPrices:
    """Which rows of the client's own prices a case's bill and times rest on.

    Parameters
    ----------
    case : the system; every range enters at its mean.

    Returns
    -------
    No rows where it has no prices of its own.
    """
    overlay = case.book.overlay
    if overlay is None:
        return OwnPrices("", ())
    watched = case.book.watched()
    seen = Case(case.point.scenario, watched)
    _ = seen.bill, timed(seen), [*budgets(seen)], warnings(seen.scenario, watched)
    every = tuple((row, _why_not(watched, row)) for row in watched.own_rows)
    return OwnPrices(overlay.name, every)


def _why_not(book: Book, row: Row) -> str:
    """Why a row is not used, with what to do; '' where it is."""
    if book.used(row):
        return ""
    if row.valid_from and row.valid_from > book.as_of:
        return f"it begins on {row.valid_from}, after {book.as_of}; write valid_from as agreed"
    if row.valid_to and row.valid_to <= book.as_of:
        return f"it ended on {row.valid_to}, before {book.as_of}; add the row that follows it"
    if row.item not in book.kit_items:
        near = did_you_mean(row.item, book.kit_items) or "name it in the system, or remove the row"
        return f"neither the book nor this system names it; {near}"
    if not book.holds(row):
        return "a later row of the same cell holds in its place; remove it"
    return "this system is not billed by it; see `aicost explain` for what it is billed by"
