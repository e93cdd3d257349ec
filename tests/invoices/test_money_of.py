"""Which money an amount is in, and what it is in dollars."""

from datetime import date

import pytest

from aicost.book.book import Book
from aicost.invoices.money_of import NoMoney, Rates, bare, code_in, shared


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *[(t, "USD") for t in ("usd", "$", "US$5", "1,200 USD", "CostInUsd", "US Dollars")],
        *[
            (t, "EUR")
            for t in ("EUR", "eur", "\u20ac", "12,50 \u20ac", "euros", "Cost (EUR)", "cost_eur")
        ],
        *[
            ("\u00a3", "GBP"),
            ("5 z\u0142", "PLN"),
            ("R$ 5", "BRL"),
            ("C$5", "CAD"),
            ("RMB 5", "CNY"),
        ],
        *[(t, "") for t in ("", "12.50", "(3)", "Cost", "Total")],
    ],
)
def test_money_is_known_by_code_sign_and_word(text: str, code: str) -> None:
    assert code_in(text) == code


@pytest.mark.parametrize("text", ["\u00a55", "12 kr", "5 \u20a2"])
def test_a_sign_of_several_currencies_or_none_is_refused(text: str) -> None:
    with pytest.raises(NoMoney, match=r"is of several currencies|is no currency"):
        code_in(text)


def test_an_amount_without_its_sign() -> None:
    assert [bare(t).strip() for t in ("\u20ac 5", "5 eur", "A$5", "5")] == ["5"] * 4
    assert shared("$", "AUD")
    assert not shared("$", "EUR")
    assert not shared("\u20ac", "AUD")


def test_rates_are_the_files_then_the_books() -> None:
    rates = Rates(Book.load(as_of=date(2026, 11, 23)))
    assert rates.money("USD").in_usd == 1
    assert rates.money("EUR").in_usd == 1.1172  # data/exchange_rates.csv, 2026-10-30
    assert rates.money("AUD", 1.6).in_usd == 0.625
    with pytest.raises(NoMoney, match="no exchange rate of XOF on 2026-11-23"):
        rates.money("XOF")
    assert len([*rates.notes()]) == 2
