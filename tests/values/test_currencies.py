"""Money of other countries is known by its sign, its code or the name of its column."""

import pytest

from aicost.values.currencies import CODES, foreign, is_dollars, names_currency


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("100.00 \u20ac", "\u20ac"),
        ("GBP 100", "GBP"),
        ("\u00a515000", "\u00a5"),
        ("\u20b9 5", "\u20b9"),
        ("12 kr", "kr"),
        ("A$12", "A$"),
        ("12 chf", "CHF"),
        ("CostEUR", "EUR"),
        ("amount_eur", "EUR"),
        ("Kosten in EUR", "EUR"),
        ("12 Euro", "Euro"),
        ("$12.00", ""),
        ("US$12.00", ""),
        ("USD 12.00", ""),
        ("1,234.56-", ""),
        ("(12)", ""),
        ("CostInUsd", ""),
        ("unblended cost of all", ""),
        ("1.02e3", ""),
    ],
)
def test_signs_and_codes(text: str, sign: str) -> None:
    assert foreign(text) == sign


def test_every_code_is_foreign() -> None:
    assert all(foreign(f"{code} 5") == code for code in CODES)
    assert "USD" not in CODES
    assert len(CODES) > 150


@pytest.mark.parametrize(
    ("column", "is_one"),
    [
        (c, True)
        for c in ("W\u00e4hrung", "Waehrung", "Currency", "Divisa", "Devise", "Moneda", "Valuta")
    ]
    + [
        (c, True)
        for c in ("BillingCurrencyCode", "amount_currency", "lineItem/CurrencyCode", "ISO ccy")
    ]
    + [(c, False) for c in ("Cost", "Currency exchange rate", "Service", "CurrencyRate", "Device")],
)
def test_columns_that_name_a_currency(column: str, is_one: bool) -> None:
    assert names_currency(column) is is_one


def test_dollars_are_the_us_ones() -> None:
    assert all(map(is_dollars, ("usd", "US$", "$", "", " US dollars ")))
    assert not any(map(is_dollars, ("EUR", "AUD", "A$", "dollar bills")))
