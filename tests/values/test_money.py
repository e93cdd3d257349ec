"""Amounts are worked out in dollars and spoken in the scenario's currency, at one rate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.show.charts.axes import money_ticks
from aicost.show.charts.layout import Scale
from aicost.show.charts.theme import label_usd, short_usd
from aicost.values.formatting import about, cents, money, signed, usd
from aicost.values.money import DOLLARS, Money, speaking, spoken
from aicost.values.quantities import Quantity
from aicost.values.spelling import ValueProblem, read_value, spelled

EURO = Money("EUR", 1.25, "2026-10-30", "a test")
FRANC = Money("CHF", 1.25)
PAID = Quantity("what is paid", "USD/month")


def worth(code: str) -> float:
    known = {"": EURO.in_usd, "EUR": EURO.in_usd, "USD": 1.0, "GBP": 1.5}
    if code not in known:
        raise ValueProblem(f"no exchange rate of {code}", "add one")
    return known[code]


def test_every_way_to_write_an_amount_speaks_the_currency() -> None:
    ways = [usd, money, about, cents, signed, label_usd, short_usd]
    with speaking(EURO):
        euros = [way(1250.0) for way in ways]
    with speaking(FRANC):
        francs = usd(-12.5), money(0.0125), signed(-125.0), label_usd(0.0)
    dollars = [way(1000.0) for way in ways]
    assert euros == [words.replace("$", "€") for words in dollars]
    assert francs == ("-CHF 10.00", "CHF 0.01", "−CHF 100", "CHF 0")
    assert spoken() == DOLLARS


def test_an_axis_has_round_numbers_of_its_currency() -> None:
    scale = Scale(0.0, 1250.0, 300, upwards=True)
    with speaking(EURO):
        ticks = money_ticks(scale, 6)
        assert [short_usd(tick) for tick in ticks] == ["€0", "€200", "€400", "€600", "€800", "€1k"]
    assert max(ticks) == pytest.approx(1250)


@pytest.mark.parametrize(
    ("text", "dollars"),
    [
        ("8_000", 10_000),
        ("8_000 EUR", 10_000),
        ("€8_000", 10_000),
        ("8_000 €", 10_000),
        ("EUR 8_000", 10_000),
        ("8 k EUR/month", 10_000),
        ("8k euros a month", 10_000),
        ("8 thousand per month", 10_000),
        ("$50", 50),
        ("US$50", 50),
        ("50 dollars", 50),
        ("2 pounds", 3),
    ],
)
def test_an_amount_names_its_currency_or_is_in_that_of_the_file(text: str, dollars: float) -> None:
    assert read_value(text, PAID, worth) == (pytest.approx(dollars), "stated")


@pytest.mark.parametrize(
    "text",
    ["€80 to 160", "80 to 160 EUR", "EUR 80 to 160", "80 to €160", "0.08 k to 0.16 k EUR"],
)
def test_a_currency_at_either_end_of_a_range_holds_for_both(text: str) -> None:
    found, basis = read_value(text, PAID, lambda code: worth(code) if code else 1.0)
    assert (found.low, found.high, basis) == (100.0, 200.0, "given")
    with pytest.raises(ValueProblem, match="names two currencies"):
        read_value("€80 to £160", PAID, worth)


@pytest.mark.parametrize(
    ("text", "unit", "wrong"),
    [
        ("€5 USD", "USD", "'€5 USD' names two currencies; keep one"),
        ("5 CHF", "USD", "no exchange rate of CHF; add one"),
        ("ABC 5", "USD", "'ABC 5': ABC is no currency; write its code, such as EUR"),
        ("€5", "users", "'€5' is money, this is in users; drop the €"),
        ("5 EUR", "tokens", "'5 EUR' is money, this is in tokens; drop the EUR"),
        ("5 EUR/year", "USD/month", "'5 EUR/year' is per 'year', this is an amount per month"),
        ("9,400 EUR", "USD", "'9,400 EUR' has separators; write 9_400 EUR"),
        ("€9,400", "USD", "'€9,400' has separators; write €9_400"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, unit: str, wrong: str) -> None:
    with pytest.raises(ValueProblem) as error:
        read_value(text, Quantity("", unit), worth)
    assert str(error.value).startswith(wrong)


@given(st.floats(0.01, 1e9), st.floats(0.001, 200))
def test_what_is_written_is_read_again(dollars: float, rate: float) -> None:
    one = Money("XAF", rate)
    text = spelled(dollars, PAID, one)
    assert read_value(text, PAID, lambda code: rate)[0] == pytest.approx(dollars, rel=1e-13)
