"""Exercises say how far off an answer is, never the answer itself until it is asked for."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aicost.show.workshop import old_exercises as exercises
from aicost.show.workshop.old_exercises import check, compare, predict, reveal


@pytest.fixture(autouse=True)
def fresh() -> None:
    """Begin with nothing said."""
    exercises._said.clear()
    exercises._answers.clear()


def told(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was printed since it was last asked."""
    return capsys.readouterr().out.strip()


def test_predict_run_compare(capsys: pytest.CaptureFixture[str]) -> None:
    predict("bill at 10k users", 25_000)
    assert told(capsys) == "bill at 10k users: you expect 25,000. Now run on, and compare."
    compare("bill at 10k users", 20_764.2)
    assert told(capsys) == (
        "bill at 10k users: you expected 25,000, it is 20,764: 1.2 times too high."
    )


def test_what_was_not_predicted_is_still_told(capsys: pytest.CaptureFixture[str]) -> None:
    predict("bill")
    assert told(capsys).startswith("bill: write down what you expect")
    compare("bill", 12.0)
    assert told(capsys) == "bill: it is 12. You had not said what you expected."


def test_a_right_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("cost", 101.0, 100.0) is True
    assert told(capsys) == "cost: right, within 2 %."


def test_a_wrong_answer_and_its_hint(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("cost", 50.0, 1234.0, hint="a month has 30 days") is False
    said = told(capsys)
    assert said == (
        "cost: not yet; 25 times too low. Hint: a month has 30 days. Try again, or reveal('cost')."
    )
    reveal("cost")
    assert told(capsys) == "cost: the answer is 1,234."


@pytest.mark.parametrize("nothing", [None, ..., ""])
def test_not_answered_yet(nothing: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("cost", nothing, 4321.0) is None
    assert told(capsys) == (
        f"cost: not answered yet. Put your value in place of {nothing!r} and run the cell."
    )


def test_words_are_compared_kindly(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("dearest", " Human_Review", "human review") is True
    assert check("dearest", "inference", "human review") is False
    assert "human review" not in told(capsys).splitlines()[-1]


def test_numbers_and_words_do_not_mix() -> None:
    assert check("mixed", "12", 12.0) is False
    assert check("mixed", [1, 2], [1, 2]) is True
    assert check("mixed", [1, 2], [1, 3]) is False


def test_reveal_before_any_try(capsys: pytest.CaptureFixture[str]) -> None:
    check("one", 1.0, 2.0)
    told(capsys)
    reveal("two")
    assert told(capsys) == "two: no exercise of that name was checked yet; checked: 'one'."


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0.001, 1e9), st.floats(1e-4, 1e4), st.floats(0, 0.2))
def test_within_the_tolerance_and_only_there(answer: float, ratio: float, tolerance: float) -> None:
    off = abs(ratio - 1)
    if abs(off - tolerance) > 1e-9:
        assert check("any", answer * ratio, answer, tolerance=tolerance) is (off < tolerance)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0.001, 1e9), st.floats(1e-4, 1e4).filter(lambda r: abs(r - 1) > 0.1))
def test_the_ratio_is_told_and_leads_back(
    capsys: pytest.CaptureFixture[str], answer: float, ratio: float
) -> None:
    told(capsys)
    check("any", answer * ratio, answer)
    said = told(capsys)
    found = re.search(r"([\d.,e+]+) times too (low|high)", said)
    assert found is not None, said
    times = float(found[1].replace(",", ""))
    assert (found[2] == "high") == (ratio > 1)
    assert times == pytest.approx(max(ratio, 1 / ratio), rel=0.06)


@pytest.mark.parametrize(
    ("value", "answer", "words"),
    [
        (-5.0, 100.0, "the sign is wrong"),
        (0.0, 100.0, "too low"),
        (5.0, 0.0, "too high"),
        (104.0, 100.0, "4 % too high"),
        (1e9, 1.0, "1,000,000,000 times too high"),
    ],
)
def test_distances(
    value: float, answer: float, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    check("any", value, answer)
    assert told(capsys).startswith(f"any: not yet; {words}.")
