"""What is typed for an exercise gets a sentence of its own, whatever it is."""

from collections.abc import Callable
from typing import Any

import pytest

from aicost.show.workshop.judging import Exercise, call_words, judge, slip_value, words
from aicost.show.workshop.verdicts import Slip

BILL = Exercise(
    "bill",
    lambda: 1772.5,
    unit="USD a month",
    slips=(
        Slip("twice", lambda: 3545.0, "That is counted twice."),
        Slip("none here", lambda: 1 / 0, "Nobody hears this."),
        Slip("right itself", lambda: 1772.5, "Nor this."),
    ),
)
SUM = Exercise(
    "sum",
    lambda: _product,
    unit="USD",
    slips=(
        Slip("plus", lambda: lambda a, b: a + b, "That adds."),
        Slip("a cent", lambda: lambda a, b: a * b + 0.01, "That is a cent too much."),
    ),
    at=((1, 5), (3, 4), (100, 2.5)),
)


def _product(one: float, other: float) -> float:
    return one * other


def _fail(words: str) -> str:
    raise ValueError(words)


def said(value: Any) -> str:
    return judge(BILL, value, 1772.5).words


def test_right_however_it_is_written() -> None:
    for value in (1772.5, "$1,772.50", "1.772,50", (1, 772.5), [1772.5], "1.772", "1,772"):
        assert judge(BILL, value, 1772.5).right is True, value
    assert "comma" in said((1, 772.5))


def test_a_slip_of_thought_comes_before_the_distance() -> None:
    assert said(3545) == "Not yet. That is counted twice."
    assert said(1772.5e6).startswith("Not yet. That is a million times too high.")
    assert said(1600) == "Not yet. It is too low, by less than half."


def test_what_cannot_be_judged_is_no_try() -> None:
    assert judge(BILL, None, 1772.5).right is None
    assert said(None) == "Not answered yet. Put yours in place of None and run the cell."
    assert said(...) == "Not answered yet. Put yours in place of ... and run the cell."
    assert "the empty text" in said("")
    assert judge(BILL, float("nan"), 1772.5).right is None


def test_words_are_compared_kindly() -> None:
    most = Exercise("most", lambda: "human review")
    assert judge(most, " Human_Review", "human review").right
    assert judge(most, "inference", "human review").words == "Not yet. That is not it."


@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        (lambda a, b: a * b, "Right, at each of the 3 inputs that were tried."),
        (lambda a, b: [a * b], "Right, at each"),
        (lambda a, b: f"${a * b}", "Right, at each"),
        (lambda a, b: a + b, "Not yet. That adds."),
        (lambda a, b: 1000 * a * b, "Not yet at (1, 5). That is a thousand times too high."),
        (lambda a, b: a * b if a < 50 else 1, "Right at 2 of 3 inputs, but not at (100, 2.5)."),
        (lambda a, b: None, "Your function gives nothing back yet. Does it end with return?"),
        (lambda a, b: a / (b - b), "stopped at (1, 5) with ZeroDivisionError: division by zero."),
        (lambda a: a, "is called with (1, 5), but it takes (a)."),
        (lambda: 3, "is called with (1, 5), but it takes nothing."),
        (lambda a, b: a * b + 0.01, "Not yet. That is a cent too much."),
        (lambda a, b: round(a * b + 0.004, 2), "Right, at each"),
        (lambda a, b: 1.2 * a * b if b > 4.5 else 1 / (a * b), "Not yet at (1, 5). It is too high"),
        (lambda a, b: [][len("y" * 300 + "\n" + _fail("z" * 300))], "zzz …."),
        (lambda a, b: _fail("one\ntwo"), "with ValueError: one."),
        (lambda a, b: "x", "gives no number at (1, 5). 'x' is no number"),
        (20, "A function is asked for (its name, or a lambda), not a number."),
    ],
)
def test_functions(mine: Callable[..., Any], expected: str) -> None:
    assert expected in judge(SUM, mine, _product).words


def test_a_slip_that_raises_comes_to_nothing() -> None:
    assert slip_value(BILL.slips[1]) is None
    with pytest.raises(TypeError):
        slip_value(Slip("broken", lambda: 1 + "1", ""))  # type: ignore[operator]


def test_numbers_in_words() -> None:
    assert call_words((1, 2_153_500)) == "(1, 2_153_500)"
    assert words(1234.5) == "1,234"
    assert words(None) == "None"
