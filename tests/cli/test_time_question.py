"""What a client says of time: one promise of each kind, and what is seen now, by when."""

import pytest
from answered import BOOK

from aicost.cli.question import Numbers
from aicost.cli.time_question import time
from aicost.values.money import DOLLARS
from aicost.values.spelling import ValueProblem

QUESTION = time("rag-chat", Numbers("rag-chat", DOLLARS, BOOK))


@pytest.mark.parametrize(
    "text",
    [
        "10 s; 2 s",
        "2 s, 10 s",
        "8 s; 10 s; 12 s",
        "2 s first word, 3 s first word",
        "takes 4 s; takes 5 s",
    ],
)
def test_a_second_time_for_the_same_is_refused(text: str) -> None:
    with pytest.raises(ValueProblem, match="has two times for the"):
        QUESTION.read(text)


@pytest.mark.parametrize(
    ("when", "at"),
    [
        *((f"at {hour}", "peak") for hour in ("nine", "ten", "eleven", "10", "10 am", "14:00")),
        ("in the morning", "peak"),
        ("during the day", "peak"),
        *((f"on {day}", "peak") for day in ("Monday mornings", "a busy day", "weekdays")),
        ("on Sunday nights", "night"),
        *((f"at {hour}", "night") for hour in ("3 am", "23:30", "03:00", "midnight", "eleven pm")),
        ("by night", "night"),
    ],
)
def test_when_it_was_seen_is_said_back(when: str, at: str) -> None:
    answers = QUESTION.read(f"8 s, 5 to 7 s {when}")
    assert answers["observed.whole_answer_p50"] == "5 to 7 s"
    assert answers["observed.at"] == at
    assert QUESTION.understood(answers).endswith(f"in 5 to 7 s, at {at}")


def test_day_and_night_are_not_mixed() -> None:
    with pytest.raises(ValueProblem, match="night and peak"):
        QUESTION.read("takes 5 s at nine, 2 s for the first word at night")
