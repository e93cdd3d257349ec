"""The currency that amounts are spoken in: arithmetic is in US dollars, what is read need not be.

Prices are in dollars, and so is every sum. A scenario has a currency and what one of it is worth;
its amounts are turned into dollars as they are read and back as they are written, at one rate, so
that no figure is ever of two currencies.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aicost.values.currencies import CODES
from aicost.values.quantities import Numeric

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩"}
#: Signs that other currencies are written with at home.
SHARED = {
    "$": ("AUD", "BRL", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD"),
    "¥": ("CNY",),
    "£": ("EGP",),
}
_CODES = {sign: code for code, sign in SIGNS.items()} | {"US$": "USD"}
_WORDS = {"dollar": "USD", "euro": "EUR", "pound": "GBP", "franc": "CHF"}


@dataclass(frozen=True, slots=True)
class Money:
    """A currency, what one of it is in US dollars, and who says so since when."""

    code: str = "USD"
    in_usd: float = 1.0
    since: str = ""
    source: str = ""

    @property
    def sign(self) -> str:
        """What stands before an amount: a sign where there is one, else the code and a blank.

        >>> Money("EUR", 1.1).sign, Money("CHF", 1.2).sign
        ('€', 'CHF ')
        """
        return SIGNS.get(self.code, f"{self.code} ")

    def of(self, usd: Numeric) -> Numeric:
        """An amount of dollars in this currency.

        >>> Money("EUR", 1.25).of(100.0)
        80.0
        """
        return usd if self.in_usd == 1.0 else usd / self.in_usd

    @property
    def sentence(self) -> str:
        """At which rate dollars were turned into it; nothing for dollars.

        >>> Money("EUR", 1.1172, "2026-10-30", "the ECB").sentence
        'Amounts are in EUR, at 1 EUR = 1.1172 USD since 2026-10-30 (the ECB).'
        """
        if self.code == "USD":
            return ""
        since = f" since {self.since}" if self.since else ""
        source = f" ({self.source})" if self.source else ""
        return f"Amounts are in {self.code}, at 1 {self.code} = {self.in_usd:g} USD{since}{source}."


DOLLARS = Money()
_spoken = DOLLARS


def spoken() -> Money:
    """The currency that amounts are written in now."""
    return _spoken


def speak(money: Money) -> None:
    """Write amounts in a currency from now on: that of the file which was read last."""
    global _spoken
    _spoken = money


@contextmanager
def speaking(money: Money) -> Iterator[None]:
    """Write amounts in a currency for a while."""
    before = spoken()
    speak(money)
    try:
        yield
    finally:
        speak(before)


def code_of(mark: str) -> str:
    """The code that a sign, a word or a code means; nothing for what is none of them.

    >>> code_of("€"), code_of("$"), code_of("CHF"), code_of("euros"), code_of("users")
    ('EUR', 'USD', 'CHF', 'EUR', '')
    """
    word = _WORDS.get(mark.lower().removesuffix("s"), "")
    return _CODES.get(mark, mark if mark in CODES | {"USD"} else word)
