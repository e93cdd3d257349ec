"""What money is worth on the day of a book: the client's own rate, else the kit's."""

from __future__ import annotations

from aicost.book.book import Book
from aicost.book.rows import BookError
from aicost.values.currencies import CODES
from aicost.values.money import DOLLARS, Money


def currency(book: Book, code: str) -> Money:
    """A currency at the rate in force on the day of a book.

    Raises
    ------
    BookError : no such currency, or no rate of it on that day.

    Examples
    --------
    >>> from datetime import date
    >>> currency(Book.load(as_of=date(2026, 11, 23)), "EUR").in_usd
    1.1172
    """
    if code == DOLLARS.code:
        return DOLLARS
    if code not in CODES:
        raise BookError(f"{code!r} is no currency", "write its code, such as EUR, GBP or USD")
    item = f"fx/{code}"
    rows = book.in_force(item, "usd_per_unit") if book.has(item) else ()
    if not rows or not rows[0].value:
        remedy = f"add a row fx/{code},usd_per_unit to the prices, with its source and day"
        raise BookError(f"no exchange rate of {code} on {book.as_of}", remedy)
    since = str(rows[0].valid_from or "")
    return Money(code, rows[0].value, since, rows[0].source.partition(", http")[0])
