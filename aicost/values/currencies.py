"""Money that is not in US dollars, as people and exports mark it."""

from __future__ import annotations

import re
import unicodedata

#: ISO 4217, read 2026-11-26; USD is at home.
_CODES = (
    "COD AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD "
    "BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR "
    "FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD "
    "JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT "
    "MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG "
    "QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
    "TMT TND TOP TRY TTD TWD TZS UAH UGX UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER "
    "ZAR ZMW ZWG CNH RMB "
)
CODES = frozenset(re.findall(r"[A-Z]{3}", _CODES))
#: Codes that are words, too: they count in capitals alone.
_WORDS = {"ALL", "COP", "CUP", "GEL", "MAD", "MOP", "PEN", "SOS", "TOP", "TRY", "BAM", "LAK", "RON"}
DOLLARS = {"", "$", "US$", "USD", "US DOLLAR", "US DOLLARS", "DOLLAR", "DOLLARS"}
#: Signs and words of other money, for what is no code.
_SIGNS = re.compile(
    r"\b(?!US)[A-Z]{1,3}\$|(?<![A-Za-z])(?:euros?|pounds?|sterling|yen|yuan|rupees?|z\u0142|k\u010d|kr|"
    r"fr\.|sfr\.?)(?![A-Za-z])",
    re.IGNORECASE,
)
#: How the column that names a currency is called, at the end of its name.
_COLUMN = re.compile(
    r"(currency ?(?:code)?|\bcurr?|ccy|"
    r"w[a\u00e4]e?hrung|w[a\u00e4]e?hrungscode|divisas?|devise|monedas?|"
    r"moedas?|valuta|valutakod|waluta|m\u011bna|p\u00e9nznem|v\u00e4luta|\u0432\u0430\u043b\u044e\u0442\u0430|"
    r"\u901a\u8ca8|\u8d27\u5e01|\u5e01\u79cd|para ?birimi)$",
    re.IGNORECASE,
)


def foreign(text: str) -> str:
    """The sign or code of money other than US dollars in a text; '' where there is none.

    >>> foreign("100.00 \u20ac"), foreign("GBP 100"), foreign("A$5"), foreign("cost_eur")
    ('\u20ac', 'GBP', 'A$', 'EUR')
    >>> foreign("$1,000.00"), foreign("US$5"), foreign("try all of it"), foreign("USD 7")
    ('', '', '', '')
    """
    if text.isascii() and not any(map(str.isalpha, text)):  # as nearly all amounts are
        return ""
    for letter in text:
        if letter != "$" and unicodedata.category(letter) == "Sc":
            return letter
    for word in re.split(r"[^A-Za-z]+", re.sub(r"(?<=[a-z])(?=[A-Z]{3}\b)", " ", text)):
        if word in CODES or (word.upper() in CODES - _WORDS and len(word) == 3):
            return word.upper()
    found = _SIGNS.search(text)
    return found[0] if found else ""


def foreign_code(text: str) -> str:
    """The code of money other than US dollars that a label speaks of; no word in capitals is one.

    >>> foreign_code("Total EUR"), foreign_code("TOTAL ALL"), foreign_code("Total in USD")
    ('EUR', '', '')
    """
    words = re.split(r"[^A-Za-z]+", text)
    return next((word for word in words if word in CODES - _WORDS), "")


def names_currency(column: str) -> bool:
    """Say whether a column is called as those are that name a currency.

    >>> [names_currency(name) for name in ("W\u00e4hrung", "amount_currency", "Cost", "Divisa")]
    [True, True, False, True]
    """
    return _COLUMN.search(re.sub(r"[^\w ]|_|\([^)]*\)\s*$", "", column.strip())) is not None


def is_dollars(text: str) -> bool:
    """Say whether a cell of such a column means US dollars, or nothing.

    >>> is_dollars("usd"), is_dollars(" US$ "), is_dollars("EUR"), is_dollars("CAD")
    (True, True, False, False)
    """
    return text.strip().upper() in DOLLARS
