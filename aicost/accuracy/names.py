"""Topic `names`: models' names as people write them against the item that each stands for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from aicost.accuracy.report import Part, Report, read_cases
from aicost.book.book import Book
from aicost.book.names import IN_REGIONS, letters, taken, without_place
from aicost.book.rows import BookError

REFUSED = 0.01  # share of names that may be refused; none may be taken for another price


def hold(path: Path) -> Report:
    """Hold `taken` against names whose item is known: none may find another price.

    Left out are items that the book does not price, and names with a place that is priced by
    itself, where the file has what is found without that place. The error is 0 for the item or one
    at the same prices, 1 for a name that is refused.
    """
    rows = list(read_cases(path, "written", "item"))
    bar = f"none at another price, at most {REFUSED * 100:g} % refused"
    return Report("names", path.name, bar, (_part(Book.load(), rows),))


def _part(book: Book, rows: Sequence[dict[str, str]]) -> Part:
    errors, left_out, refused, wrong = [], [], [], []
    items = set(book.items())
    for row in rows:
        written, item = row["written"], row["item"]
        if item not in items:
            left_out.append(f"{written}: the book does not price {item}")
            continue
        try:
            found = taken(book, written)
        except BookError:
            errors.append(1.0)
            refused.append(f"{written}: refused, it is {item}")
            continue
        if _of_a_place(book, found, item):
            left_out.append(f"{written}: found in the place that it names, {found}, not as {item}")
            continue
        errors.append(0.0)
        if _prices(book, found) != _prices(book, item):
            wrong.append(f"{written}: taken as {found}, it is {item}")
    too_many = len(refused) > REFUSED * len(errors)
    return Part("names", errors, left_out, [*wrong, *(refused if too_many else [])])


def _of_a_place(book: Book, found: str, item: str) -> bool:
    """Whether what was found has a place of its own, and is the item but for that."""
    anywhere = without_place(found)
    if found == item or anywhere == found:
        return False
    if letters(item) == letters(anywhere.replace("/", f"/{IN_REGIONS}", 1)):
        return True
    try:
        return _prices(book, taken(book, anywhere)) == _prices(book, item)
    except BookError:
        return False


def _prices(book: Book, item: str) -> set[tuple[str, str, int, str, str]]:
    rows = (row for row in book.active(item) if row.currency)
    return {(r.parameter, r.context, r.tier_gt, r.schedule, r.text) for r in rows}
