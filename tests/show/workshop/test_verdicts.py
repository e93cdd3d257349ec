"""A wrong value is told by its kind; the answer itself is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.show.workshop.verdicts import agrees, how_far, how_near, number, unit_slip


@pytest.mark.parametrize(
    ("factor", "unit", "words"),
    [
        (1e6, "USD", "Mtok"),
        (1e-6, "USD", "a million times too low"),
        (1e3, "users", "a thousand times too high"),
        (1e-3, "", "a thousand times too low"),
        (-1, "", "the sign is not"),
        (100, "USD a month", "not cents"),
        (0.01, "USD a month", "nothing is left to divide"),
        (100, "share", "in per cent"),
        (0.01, "per cent of the bill", "a share"),
        (12, "USD a month", "for a year"),
        (1 / 730.5, "USD a month", "for an hour"),
        (1 / 30, "requests per month", "for a day; a month is asked"),
        (1 / 12, "months", "in years; months are asked"),
        (1e9, "GB", "in bytes"),
        (1e6, "GB", "in kilobytes"),
        (1000, "GB", "in megabytes"),
        (1e9 / 2**30, "GB", "units of 2**30 bytes"),
        (1e6, "users", "figures per million"),
        (1 / 12, "USD a month", "not divided by twelve again"),
        (30, "USD a month", "not multiplied by its days"),
        (1000, "seconds", "in milliseconds"),
        (1 / 60, "minutes", "in hours"),
        (60, "hours", "in minutes"),
    ],
)
def test_slips_of_units(factor: float, unit: str, words: str) -> None:
    assert words in unit_slip(123.0 * factor, 123.0, unit, 0.02)
    assert words in unit_slip(123.0 * factor * 1.01, 123.0, unit, 0.02)


@settings(max_examples=200)
@given(st.floats(1e-3, 1e9), st.sampled_from(["", "USD a month", "share", "per cent", "seconds"]))
def test_upside_down_and_what_is_no_slip(answer: float, unit: str) -> None:
    if not 0.8 < answer < 0.9:  # where 1.37 times as much is upside down as well
        assert unit_slip(1.37 * answer, answer, unit, 0.02) in ("", unit_slip(1.37, 1.0, "", 0.02))
    if not 0.2 < answer < 5:
        assert unit_slip(1 / answer, answer, "cats", 0.02)


def test_zero_is_no_slip() -> None:
    assert unit_slip(0.0, 5.0, "USD", 0.02) == unit_slip(5.0, 0.0, "USD", 0.02) == ""


@settings(max_examples=200)
@given(st.floats(0.001, 1e9), st.floats(1e-4, 1e4), st.floats(0, 0.2))
def test_within_the_tolerance_and_only_there(answer: float, ratio: float, tolerance: float) -> None:
    off = abs(ratio - 1)
    if abs(off - tolerance) > 1e-9:
        assert agrees(answer * ratio, answer, tolerance) is (off < tolerance)


@settings(max_examples=200)
@given(st.floats(0.001, 1e9), st.floats(1e-4, 1e4).filter(lambda r: abs(r - 1) > 0.01))
def test_how_far_has_the_way_and_no_figure(answer: float, ratio: float) -> None:
    said = how_far(answer * ratio, answer)
    assert ("too high" in said) is (ratio > 1)
    assert not any(c.isdigit() for c in said)


def test_how_far_at_the_edges() -> None:
    assert how_far(0.0, 5.0) == "It is too low."
    assert how_far(5.0, 0.0) == "It is too high."
    assert how_far(-1.0, 5.0) == "The sign is wrong."
    assert how_far("a", "b") == "That is not it."


@pytest.mark.parametrize(
    ("value", "outcome", "words"),
    [
        (104.0, 100.0, "4 % too high"),
        (1e9, 1.0, "1,000,000,000 times too high"),
        (50, 100, "2 times too low"),
        (0, 5, "too low"),
        (-3, 5, "of the other sign"),
        ("hosting", "Hosting", "exactly"),
    ],
)
def test_how_near(value: object, outcome: object, words: str) -> None:
    assert how_near(value, outcome) == words


def test_what_agrees_otherwise() -> None:
    assert agrees([1, 2], [1.0, 2.0], 0.0)
    assert not agrees([1, 2], [1, 2, 3], 0.0)
    assert not agrees(1, [1, 2], 0.0)
    assert not agrees("1", 1.0, 0.0)
    assert number(True) is number("1") is number(float("inf")) is number([1, 2]) is None
