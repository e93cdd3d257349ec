"""Which money the amounts of an invoice are in, and what they are in dollars."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aicost.book.book import Book
from aicost.book.exchange import currency
from aicost.book.rows import BookError
from aicost.values.currencies import CODES, foreign, is_dollars
from aicost.values.money import DOLLARS, SHARED, Money, code_of

#: Signs that `code_of` leaves open, because they are of one currency with letters before them.
_LETTERED = {
    "A$": "AUD",
    "AU$": "AUD",
    "C$": "CAD",
    "CA$": "CAD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "S$": "SGD",
    "SG$": "SGD",
    "R$": "BRL",
    "MX$": "MXN",
    "NT$": "TWD",
    "ZŁ": "PLN",
    "KČ": "CZK",
    "STERLING": "GBP",
    "CNH": "CNY",
    "RMB": "CNY",
    "YEN": "JPY",
    "YUAN": "CNY",
    "SFR": "CHF",
    "SFR.": "CHF",
}
#: Signs that are of several currencies, none of them likelier.
_OPEN = ("¥", "kr")


class NoMoney(ValueError):
    """A sign or word that is of no currency, or of several; and a currency without a rate."""


def code_in(text: str) -> str:
    """The code of the money that a text speaks of; nothing where it speaks of none.

    Raises NoMoney for what is no currency, or one of several.

    >>> code_in("usd"), code_in(" EUR "), code_in("100 €"), code_in("A$5"), code_in("12.50")
    ('USD', 'EUR', 'EUR', 'AUD', '')
    """
    bare = text.strip()
    if not bare:
        return ""
    if is_dollars(bare):
        return DOLLARS.code
    mark = foreign(bare)
    if not mark:
        return DOLLARS.code if "$" in bare or re.search(r"USD\b", bare, re.IGNORECASE) else ""
    if mark.lower().rstrip(".") in _OPEN:
        raise NoMoney(f"{mark} is of several currencies")
    code = _LETTERED.get(mark.upper(), "") or code_of(mark) or code_of(mark.upper())
    if code not in CODES:
        raise NoMoney(f"{mark!r} is no currency")
    return code


def bare(text: str) -> str:
    """An amount without the sign or code of its currency.

    >>> bare("€ 1.200,50"), bare("100 GBP"), bare("$5")
    (' 1.200,50', '100 ', '$5')
    """
    mark = foreign(text)
    return re.sub(re.escape(mark), "", text, flags=re.IGNORECASE) if mark else text


def shared(sign: str, code: str) -> bool:
    """Say whether a sign may be written for a currency: "$" for Australian dollars."""
    return any(mark in sign and code in codes for mark, codes in SHARED.items())


class Rates:
    """What one of each currency is in dollars: as the invoice says, else as the book does.

    Where an invoice has its costs in dollars too, those in `reckoned` go first; '' is any currency.
    """

    def __init__(self, book: Book, reckoned: str = DOLLARS.code) -> None:
        self.book, self.reckoned = book, reckoned
        self._known: dict[tuple[str, float], Money] = {}

    def money(self, code: str, stated: float = 0.0) -> Money:
        """A currency; `stated` is what a dollar is in it by the invoice's own word.

        Raises NoMoney where there is no rate of it.
        """
        if code == DOLLARS.code:
            return DOLLARS
        key = code, stated
        if key not in self._known:
            self._known[key] = self._money(code, stated)
        return self._known[key]

    def _money(self, code: str, stated: float) -> Money:
        if stated:
            return Money(code, 1 / stated, "", f"the file says {stated:.6g} {code} a dollar")
        try:
            return currency(self.book, code)
        except BookError as error:
            raise NoMoney(f"{error}") from None

    @property
    def code(self) -> str:
        """The one currency that amounts were in; dollars where they were in several."""
        codes = {money.code for money in self._known.values()}
        return codes.pop() if len(codes) == 1 else DOLLARS.code

    def notes(self) -> Iterable[str]:
        """Yield at which rate each currency was turned into dollars, but for that of its reader."""
        there_and_back = self.reckoned, 0.0
        for money in (one for key, one in self._known.items() if key != there_and_back):
            since = f" since {money.since}" if money.since else ""
            rate = f"1 {money.code} = {money.in_usd:.6g} USD{since}"
            yield f"costs in {money.code}, turned into dollars at {rate} ({money.source})"
