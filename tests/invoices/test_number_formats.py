"""Amounts and names of columns as many countries write them."""

import re

import pytest

from aicost.invoices.number_formats import Numbers, plain_name


@pytest.mark.parametrize(
    ("texts", "comma", "values"),
    [
        (["1,234.56", "-0.5", "$12"], False, [1234.56, -0.5, 12]),
        (["1.234,56", "-0,5", "12 $"], True, [1234.56, -0.5, 12]),
        (["1 234,5", "(3,25)"], False, [1234.5, -3.25]),
        (["1.5", "2,000"], True, [1.5, 2000]),
        (["7.00-", "1e-3", ".5"], False, [-7, 0.001, 0.5]),
        (["1,234,567"], False, [1234567]),
        (["1'234.50"], False, [1234.5]),
        (["900.004", "-0.005"], True, [900.004, -0.005]),
        (["1020.004", "5.125"], True, [1020.004, 5.125]),
        (["0,015", "1,250"], False, [0.015, 1.25]),
    ],
)
def test_numbers_of_many_countries(texts: list[str], comma: bool, values: list[float]) -> None:
    numbers = Numbers(texts, comma=comma)
    assert [numbers.read(text) for text in texts] == values


@pytest.mark.parametrize(
    "text",
    [
        *("1,23.4", "12,34,567", "--", "", "1.2.3", "0x10", "nan", "inf", "1e400", "12 €", "e5"),
        *("--5", "-5-", "5+", "(5", "5)", "((5))", "+-5"),
    ],
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        Numbers(["1.5"], comma=False).read(text)


def test_two_ways_of_writing_decimals_clash() -> None:
    assert Numbers(["1.5", "1,5"], comma=False).clash == ("1,5", "1.5")
    assert Numbers(["1.5", "1,500"], comma=False).clash is None


def test_a_number_that_can_be_read_two_ways_is_doubtful() -> None:
    assert Numbers(["1.234"], comma=True).doubtful == "1.234"
    assert Numbers(["1.234", "0.5"], comma=False).doubtful == ""


def test_a_column_is_known_without_its_unit_and_marks() -> None:
    for header in (
        "Billed Cost",
        "billed_cost",
        "BilledCost($)",
        "billed.cost (USD)",
        "billed/Cost",
    ):
        assert plain_name(header) == "billedcost"
    assert Numbers(["1.250", "0.5", "1.2503"], comma=False).doubtful == ""


@pytest.mark.parametrize("text", ["1,000", "3,500", "-1,234"])
def test_three_decimals_beside_fewer_in_an_unusual_way_are_doubtful(text: str) -> None:
    assert Numbers([text, "3,5"], comma=False).doubtful == text
    other = text.replace(",", ".")
    assert Numbers([other, "3.25"], comma=True).doubtful == other
    assert Numbers([text, "3.25"], comma=True).doubtful == ""  # thousands
