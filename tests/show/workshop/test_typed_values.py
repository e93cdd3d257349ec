"""Whatever a value is typed as, it is read, or refused with the reason."""

import math

import numpy as np
import pandas as pd
import pytest

from aicost.show.workshop.typed_values import typed_function, typed_number, typed_word
from aicost.values.money import Money, speaking


@pytest.mark.parametrize(
    ("value", "unit", "first"),
    [
        (1772, "USD", 1772.0),
        (np.float32(0.5), "", 0.5),
        (np.array([7.0]), "", 7.0),
        (pd.Series([7]), "", 7.0),
        ([7], "", 7.0),
        ("$1,772", "USD a month", 1772.0),
        ("1.772,50 €", "USD a month", 1772.5),
        ("1 772.5 USD a month", "USD a month", 1772.5),
        ("1'772.50", "USD", 1772.5),
        ("1_772", "USD", 1772.0),
        ("1,5", "", 1.5),
        ("about 1,800", "USD", 1800.0),
        ("−5", "USD", -5.0),
        ("-$5", "USD", -5.0),
        ("1e3", "", 1000.0),
        ("5 %", "share", 0.05),
        ("5 %", "per cent", 5.0),
        ("5 per cent", "per cent of the bill", 5.0),
        ("3 s", "seconds", 3.0),
        ("300 ms", "seconds", 0.3),
        ("2 min", "seconds", 120.0),
        ("90 minutes", "hours", 1.5),
        ("2 years", "months", 24.0),
        ("1.5 GB", "MB", 1500.0),
        ("20 k", "users", 20_000.0),
        ("1.2 million", "USD", 1_200_000.0),
        ("1.2M", "USD", 1_200_000.0),
        ("50 users", "users", 50.0),
        ("250 cents", "USD", 2.5),
        ("24,000 USD a year", "USD a month", 2000.0),
        ((4, 399.29), "USD", 4399.29),
        ((1, 234, 567), "USD", 1_234_567.0),
        ((4, 5.0), "USD", 4005.0),
        ((3, 5), "USD", 3.5),
        ((3, 0), "USD", 3000.0),
        ("1,772 $/month", "USD a month", 1772.0),
        ("$1,772/mo", "USD a month", 1772.0),
        ("1,772 per month", "USD a month", 1772.0),
        ("24,000 USD per annum", "USD a month", 2000.0),
        ("24,000/yr", "USD a month", 2000.0),
        ("US$1,772", "USD a month", 1772.0),
        ("1,772.00 US dollars", "USD", 1772.0),
        ("1.772 kUSD", "USD a month", 1772.0),
        ("1,772.-", "USD a month", 1772.0),
        ("approx. 1,772 or so!", "USD a month", 1772.0),
        ("'1772'", "USD", 1772.0),
        ("5 percent of the bill", "per cent", 5.0),
        ("3x", "times", 3.0),
        ("3-fold", "times the plan", 3.0),
    ],
)
def test_read(value: object, unit: str, first: float) -> None:
    typed = typed_number(value, unit)
    assert typed.given
    assert not typed.refused
    assert typed.readings[0] == pytest.approx(first)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("abc", "no number"),
        ("5 bananas", "'bananas'"),
        ("5 %", "'%'"),
        ("1.2.3", "fit no number"),
        ("1/3", "is a sum; without the quotes"),
        ("4 * 5", "is a sum; without the quotes"),
        ("4,000-5,000", "two numbers"),
        ("4,000 to 5,000", "two numbers"),
        ("$4 – $5", "two numbers"),
        ("24 thousand 544", "two numbers"),
        ("24 k bananas", "'k bananas' in '24 k bananas' is not understood"),
        ("800 a day", "'a day'"),
        ("800 per user", "'per user'"),
        ("1e400", "larger than any number"),
        ("9" * 400, "larger than any number"),
        (True, "True is no number"),
        (np.bool_(False), "False is no number"),
        (math.nan, "nan is no number"),
        (math.inf, "divided by zero"),
        (10**400, "larger than any number"),
        ([1, 2], "not 2 of them"),
        ([], "not 0 of them"),
        (np.ones((2, 2)), "not 4 of them"),
        ((1, 2, 3), "not 3 of them"),
        ((-1, 200), "not 2 of them"),
        ({}, "dict"),
        (1j, "complex"),
        (print, "a function"),
        (object(), "object"),
    ],
)
def test_refused(value: object, words: str) -> None:
    typed = typed_number(value, "USD a month")
    assert words in typed.refused
    assert typed.readings == ()


@pytest.mark.parametrize("value", [None, ..., "", "  "])
def test_nothing_given_yet(value: object) -> None:
    assert not typed_number(value).given
    assert not typed_word(value).given
    assert not typed_function(value).given


def test_a_point_or_comma_before_three_digits_may_mean_either() -> None:
    assert typed_number("1,772").readings == (1772.0, 1.772)
    assert typed_number("1.772").readings == (1.772, 1772.0)
    assert typed_number((1, 772)).readings == (1772.0, 1.772)


def test_a_unit_of_another_kind_is_refused() -> None:
    assert "'$' in '$5' is not understood" in typed_number("$5", "seconds").refused
    for unit in ("seconds", "users", "queries a month"):  # nothing of which is a share
        assert "'%' in '5 %' is not understood" in typed_number("5 %", unit).refused
    assert typed_number("$5").readings == (5.0,)


def test_a_surprising_reading_is_told() -> None:
    assert "4,399.29" in typed_number((4, 399.29)).note
    assert "1,772 or 1.772:" in typed_number((1, 772)).note
    assert "US dollars" in typed_number("5 €", "USD").note
    assert "year" in typed_number("12 USD a year", "USD a month").note


def test_words_and_functions() -> None:
    assert typed_word(" hosting ").readings == ("hosting",)
    assert typed_word(["hosting"]).readings == ("hosting",)
    assert "not a number" in typed_word(3).refused
    assert typed_function(abs).readings == (abs,)
    assert "not text" in typed_function("abs").refused


def test_an_amount_may_be_in_the_currency_of_the_file() -> None:
    with speaking(Money("EUR", 1.25)):
        euros = typed_number("€100", "USD a month")
        assert euros.readings == (125.0,)
        assert euros.note == "Read as EUR, at 1 EUR = 1.25 USD."
        assert typed_number("$125", "USD a month").readings == (125.0,)
        assert typed_number("100", "USD a month").readings == (100.0, 125.0)
        assert typed_number(100, "USD a month").readings == (100.0, 125.0)
        assert typed_number(100, "seconds").readings == (100.0,)
        assert "US dollars" in typed_number("100 GBP", "USD").note
