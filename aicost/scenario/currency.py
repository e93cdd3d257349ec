"""What amounts in a file are worth in dollars: those of its own currency, and those of another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from aicost.book import exchange
from aicost.book.book import Book, BookError
from aicost.values.money import Money
from aicost.values.spelling import ValueProblem, Worth

#: From a code and the day of the prices to a currency; raises BookError where there is no rate.
Rates = Callable[[str, date | None], Money]


def listed(code: str, day: date | None) -> Money:
    """A currency at the kit's own rate.

    >>> listed("EUR", date(2026, 11, 23)).in_usd
    1.1172
    """
    return exchange.currency(Book.load(as_of=day), code)


def worth_at(own: Money, book: Book) -> Worth:
    """What one of any currency is in dollars at the rates of a book; of `own` at its own."""
    return worth(own, lambda code, _: exchange.currency(book, code))


def worth(own: Money, rates: Rates, day: date | None = None) -> Worth:
    """What one of any currency is in dollars; of `own`, where an amount names none."""

    def one(code: str) -> float:
        try:
            return own.in_usd if code in ("", own.code) else rates(code, day).in_usd
        except BookError as problem:
            raise ValueProblem(problem.wrong, problem.remedy) from None

    return one
