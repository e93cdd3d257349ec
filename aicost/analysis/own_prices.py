"""What of a client's own prices a system is billed at, and why the rest is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aicost.analysis.price_slips import Doubt, doubts
from aicost.billing.case import Case, kept
from aicost.book.book import Book, Row
from aicost.book.terms import covers, is_rule
from aicost.book.validity import in_force_on
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
    doubts: tuple[Doubt, ...] = ()

    @property
    def sentence(self) -> str:
        """How many of the rows are used; nothing where there are none."""
        if not self.found:
            return ""
        used = sum(not why for _, why in self.found)
        many = "s" if len(self.found) > 1 else ""
        rest = f", {len(self.found) - used:,} not" if used < len(self.found) else ""
        return f"{self.file}: {len(self.found):,} client price{many}, {used:,} used{rest}."

    def rows(self) -> Table:
        """Every row of the overlay, and what became of it."""
        columns = (Column("line", Form.COUNT), "item", "parameter", "used")
        every = [
            (r.line, r.item, r.parameter, f"no: {why}" if why else "yes") for r, why in self.found
        ]
        return table(columns, every, stacked=False)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is not used, rows of one fate together where they are many; what looks wrong."""
        rest: dict[str, list[Row]] = {}
        for row, why in self.found:
            if why:
                rest.setdefault(why, []).append(row)
        unused = (line for why, rows in rest.items() for line in self._lines(why, rows))
        return (*unused, *map(self._doubtful, self.doubts))

    def _doubtful(self, doubt: Doubt) -> Problem:
        key = f"{doubt.row.item} {doubt.row.parameter}"
        return Problem(self.file, doubt.row.line, key, doubt.wrong, doubt.remedy)

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
    spoken = f"fx/{case.scenario.money.code}"
    every = tuple((row, _why_not(watched, row, spoken)) for row in watched.own_rows)
    return OwnPrices(overlay.name, every, tuple(doubts(watched)))


def _why_not(book: Book, row: Row, spoken: str) -> str:
    """Why a row is not used, with what to do; '' where it is, as a rate of what is spoken in."""
    if _used(book, row) or (row.item == spoken and _holds(book, row)):
        return ""
    if row.valid_from and row.valid_from > book.as_of:
        return f"it begins on {row.valid_from}, after {book.as_of}; write valid_from as agreed"
    if row.valid_to and row.valid_to <= book.as_of:
        return (
            f"it had ended by {book.as_of}: {row.valid_to} is the first day without it; "
            "add the row that follows it"
        )
    if is_rule(row):
        narrower = any(covers(row.item, other.item) for other in book.handed if is_rule(other))
        wrong = (
            "narrower rules hold in its place" if narrower else "nothing that is billed is under it"
        )
        return f"{wrong}; remove it, or see `aicost explain` for what the system is billed by"
    if row.item not in {*book.kit_items, *(one.item for one in book.handed)}:
        near = did_you_mean(row.item, book.kit_items) or "name it in the system, or remove the row"
        return f"neither the book nor this system names it; {near}"
    if not _holds(book, row):
        return "a later row of the same cell holds in its place; remove it"
    return "this system is not billed by it; see `aicost explain` for what it is billed by"


def _used(book: Book, row: Row) -> bool:
    """Whether a watched book has handed a row out, or has converted by it."""
    if any(
        (one.layer, one.line, *one.key) == (row.layer, row.line, *row.key) for one in book.handed
    ):
        return True
    paid = [other for other in book.own_rows if row.item == f"fx/{other.currency}"]
    return _holds(book, row) and any(_used(book, other) for other in paid)


def _holds(book: Book, row: Row) -> bool:
    """Whether a row is in force, and no later one in its place."""
    return row in in_force_on((one for one in book.own_rows if one.item == row.item), book.as_of)
