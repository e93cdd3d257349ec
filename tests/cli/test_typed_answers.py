"""What a person types, as a file has it; nothing is read here that the file would not say."""

import pytest

from aicost.cli.typed_answers import is_unknown, spelled
from aicost.values.quantities import Quantity
from aicost.values.spelling import ValueProblem, read_value

USERS = Quantity("", "users")
MONEY = Quantity("", "USD/month")
SHARE = Quantity("", "share", high=1.0)
TIME = Quantity("", "s", low=1e-3)


def euros(code: str) -> float:
    return {"": 1.1, "EUR": 1.1, "USD": 1.0}[code]


@pytest.mark.parametrize(
    ("text", "meaning", "file"),
    [
        ("2,300 employees", USERS, "2_300"),
        ("620 people at the help desks", USERS, "620"),
        ("2,300 employees in Lyon", USERS, "2_300"),
        ("about 45 agents of the hotline", USERS, "about 45"),
        ("60 000", USERS, "60_000"),
        ("about 40 questions", USERS, "about 40"),
        ("around 1,200", USERS, "about 1_200"),
        ("2,000-3,000", USERS, "2_000 to 3_000"),
        ("between 20 and 80", USERS, "20 to 80"),
        ("12 million", USERS, "12 million"),
        ("20 per month", USERS, "20"),
        ("9,400 EUR", MONEY, "9_400 EUR"),
        ("€9,400 a month", MONEY, "€9_400"),
        ("about €9,400", MONEY, "about €9_400"),
        ("1,000 to 2,000 EUR", MONEY, "1_000 to 2_000 EUR"),
        ("2 %", SHARE, "2 %"),
        ("2 percent", SHARE, "2 %"),
        ("2", SHARE, "2 %"),
        ("5,5 %", SHARE, "5.5 %"),
        ("1 to 3", SHARE, "1 to 3 %"),
        ("4 to 5 s", TIME, "4 to 5 s"),
        ("5 min", TIME, "5 min"),
    ],
)
def test_spellings_of_a_person(text: str, meaning: Quantity, file: str) -> None:
    assert spelled(text, meaning, euros) == file
    read_value(file, meaning, euros)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("9.400 EUR", MONEY),
        ("20.000,50", MONEY),
        ("2 dozen", USERS),
        ("45 people in each office", USERS),
        ("620 people at most", USERS),
        ("620 people in a week", USERS),
        ("45 agents of the hotline and twelve others", USERS),
        ("620 EUR in Lyon", USERS),
        ("5 a day", USERS),
        ("40 weekly", USERS),
        ("many", USERS),
        ("-3", USERS),
        ("80 to 20", USERS),
        ("4 days", SHARE),
        ("$5", USERS),
    ],
)
def test_what_could_be_two_things_is_asked_again(text: str, meaning: Quantity) -> None:
    with pytest.raises(ValueProblem):
        spelled(text, meaning, euros)


def test_a_number_is_no_unknown() -> None:
    assert [
        t for t in ("", "?", "I do not know", "don't know yet", "n/a", "0") if is_unknown(t)
    ] == [
        "",
        "?",
        "I do not know",
        "don't know yet",
        "n/a",
    ]
