"""A lesson keeps predictions, tries and hints, and never says an answer before it is asked."""

from collections.abc import Callable
from pathlib import Path

import pytest

from aicost.billing.case import load
from aicost.paths import notebooks_dir
from aicost.show.workshop.exercises import Lesson, lesson
from aicost.show.workshop.judging import Exercise
from aicost.values.money import Money, speaking

Told = Callable[[], str]


def _double(users: float) -> float:
    return 2 * users


@pytest.fixture
def ask() -> Lesson:
    """Return a lesson of three exercises."""
    return Lesson(
        (
            Exercise("cost", lambda: 1234.0, unit="USD", hints=("a month", "of 30 days")),
            Exercise("doubled", lambda: _double, at=(1, 2)),
            Exercise("broken", lambda: 1 / 0),
        )
    )


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """Return what was printed since it was last asked."""
    return lambda: capsys.readouterr().out.strip()


def test_predict_run_compare(ask: Lesson, told: Told) -> None:
    ask.predict("bill at 10k users", "$25,000")
    assert told() == "bill at 10k users: you expect 25,000. Now run on, and compare."
    ask.compare("bill at 10k users", 20_764.2)
    assert told() == "bill at 10k users: you expected 25,000, it is 20,764: 1.2 times too high."


def test_what_was_not_predicted_is_still_told(ask: Lesson, told: Told) -> None:
    ask.predict("bill")
    assert told().startswith("bill: write down what you expect")
    ask.predict("bill", [1, 2])
    assert told() == "bill: One number is asked for, not 2 of them."
    ask.compare("bill", 12.0)
    assert told() == "bill: it is 12. You had not said what you expected."


def test_tally(ask: Lesson, told: Told) -> None:
    ask.predict("bill", 100)
    ask.predict("gap, in per cent", "40 %")
    ask.predict("most", "hosting")
    ask.compare("bill", 50)
    ask.compare("gap, in per cent", 50)
    ask.compare("most", "inference")
    ask.compare("wait", 3)
    ask.check("cost", 1234)
    ask.check("cost", 7)  # once right is right
    told()
    ask.tally()
    assert told().splitlines() == [
        "bill: expected 100, it is 50: 2 times too high",
        "gap, in per cent: expected 40, it is 50: 1.2 times too low",
        "most: expected hosting, it is inference: another one",
        "wait: expected –, it is 3: not predicted",
        "Exercises right: 1 of 3. Still open: doubled; broken.",
    ]


@pytest.mark.parametrize(
    ("name", "typed", "expected"),
    [
        ("bill, in times the plan", "3x", "you expect 3 times"),
        ("wait, in seconds", "1 min", "you expect 60 seconds"),
        ("wait, in seconds", 1, "you expect 1 second"),
        ("gap, in per cent", "80 %", "you expect 80 per cent"),
        ("gap, in per cent", 0.25, "you expect 0.25 per cent. (A quarter would be 25"),
        ("users a budget lasts for", "9,500 users", "you expect 9,500 users"),
        ("people for 100 items an hour", "1", "you expect 1 person"),
        ("bill at 10k", 1e30, "you expect 1e+30"),
        ("wait, in seconds", "banana", "'banana' is no number"),
        ("most of it", "hosting", "you expect hosting"),
    ],
)
def test_a_prediction_is_read_in_its_unit(
    ask: Lesson, told: Told, name: str, typed: object, expected: str
) -> None:
    ask.predict(name, typed)
    assert told().startswith(f"{name}: {expected}")


def test_a_comma_in_the_call_is_read(ask: Lesson, told: Told) -> None:
    ask.predict("wait, in seconds", 2, 5)
    assert told() == "wait, in seconds: you expect 2.5 seconds. Now run on, and compare."
    ask.check("cost", 1, 234)
    assert told().startswith("cost: Right, within")


def test_a_word_for_a_number_is_told(ask: Lesson, told: Told) -> None:
    ask.predict("bill", "banana")
    ask.compare("bill", 12)
    assert told().endswith("you expected banana, it is 12: a number was asked for.")


def test_hints_come_one_by_one(ask: Lesson, told: Told) -> None:
    ask.check("cost", 1000)
    assert told().endswith("For a hint: ask.hint('cost').")
    for _ in range(3):
        ask.hint("cost")
    assert told().splitlines() == [
        "cost, hint 1 of 2: a month",
        "cost, hint 2 of 2: of 30 days",
        "cost, hint 2 of 2: of 30 days",
    ]
    ask.check("cost", 1000)
    assert told().endswith("For the answer: ask.reveal('cost').")


def test_reveal_only_after_a_try(ask: Lesson, told: Told) -> None:
    ask.check("cost", None)
    ask.reveal("cost")
    said = told()
    assert "1,234" not in said
    assert said.endswith("cost: try it once, then ask again. ask.hint('cost') helps.")
    ask.check("cost", 7)
    assert "1,234" not in told()
    ask.reveal("cost")
    assert told() == "cost: the answer is 1,234 USD."


def test_an_answer_in_the_currency_of_the_file(ask: Lesson, told: Told) -> None:
    with speaking(Money("EUR", 1.25)):
        ask.check("cost", 987.2)
        assert told().startswith("cost: Right")
        ask.reveal("cost")
    assert told() == "cost: the answer is 1,234 USD, which is 987.2 EUR."


def test_reveal_a_function(ask: Lesson, told: Told) -> None:
    ask.check("doubled", lambda users: 3 * users)
    told()
    ask.reveal("doubled")
    assert told().splitlines() == [
        "doubled: (1) gives 2; (2) gives 4.",
        "def _double(users: float) -> float:",
        "    return 2 * users",
    ]


def test_a_lesson_goes_on_with_what_is_worked_out(ask: Lesson, told: Told) -> None:
    assert ask.worked("doubled")(4) == 8
    assert told() == ""


def test_names(ask: Lesson, told: Told) -> None:
    ask.check("costs", 3)
    ask.hint("zzz")
    assert told().splitlines() == [
        "No exercise is called 'costs'. Did you mean: cost",
        "No exercise is called 'zzz'. There are: cost / doubled / broken",
    ]


def test_no_answer_is_worked_out_before_it_is_needed(ask: Lesson) -> None:
    ask.hint("broken")
    ask.check("broken", None)
    ask.reveal("broken")
    ask.tally()


def test_solutions_are_found_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    case = load("data/scenarios/help-desk.yaml")
    for file in sorted((notebooks_dir() / "solutions").glob("*.py")):
        assert lesson(file.stem, case).exercises
    with pytest.raises(
        FileNotFoundError, match="no lesson is called '99_none'; there are 00_first"
    ):
        lesson("99_none", case)
