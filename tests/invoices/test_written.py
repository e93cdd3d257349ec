"""Lines that a calibration adds to a copy, by names that a file can have."""

from dataclasses import replace

import pytest
from cases import written

from aicost.invoices.calibration import Calibration, Rest
from aicost.invoices.written import other_lines, said_of

SYSTEM = """
name: One
currency: EUR
traffic: {requests_per_month: 100_000}
pipeline: {answer: {is: inference, input_tokens: 9, output_tokens: 0, price: {input: 2, output: 2}}}
other: {servers: {per_month: 500}}
"""


def found(*rests: Rest) -> Calibration:
    return Calibration(written(SYSTEM), (), (), (), rests, 0)


def test_a_name_that_is_taken_or_that_no_file_holds_is_another() -> None:
    hostile = Rest("a\u202eb", "retrieval", 10.0)
    lines = other_lines(found(Rest("servers", "hosting", 80.0), hostile, Rest("Tea", "other", 1.0)))
    assert [line.name for line in lines] == [
        "servers on the invoice",
        "retrieval on the invoice",
        "Tea",
    ]
    assert [line.component for line in lines] == ["hosting", "retrieval", "other"]


def test_amounts_are_whole_cents_of_the_money_of_the_file() -> None:
    case = written(SYSTEM)
    (line,) = other_lines(found(Rest("Tea", "other", 12.3456)))
    euros = line.per_month / case.scenario.money.in_usd
    assert euros == pytest.approx(round(euros, 2))
    assert line.per_month == pytest.approx(12.3456, abs=0.006)


def test_two_lines_of_one_name_are_refused() -> None:
    twice = [Rest("Tea", "other", 1.0)] * 3
    with pytest.raises(ValueError, match="two lines would be called 'Tea on the invoice'"):
        other_lines(found(*twice))


def test_comments_say_whence_and_when() -> None:
    one = found(Rest("Tea", "other", 1.0))
    assert [*said_of(one, "bill.csv", "")] == [
        "Calibrated to bill.csv, at the prices of 2026-11-23.",
        "Tea: of the invoice, on no line of the bill before",
    ]
    assert [*said_of(replace(one, rests=()), "bill.csv", "2026-10")] == [
        "Calibrated to bill.csv (2026-10), at the prices of 2026-11-23."
    ]
