"""Of a log only what it cannot say is asked."""

from dataclasses import replace
from functools import cache

import pandas as pd

from aicost.book.book import Book
from aicost.cli.log_questions import log_questions
from aicost.cli.question import Answers
from aicost.log.sample import Sample, frames
from aicost.log.system import System, system_of

BOOK = Book.load()


@cache
def system() -> System:
    frame = pd.concat(frames(Sample(rows=4_000, days=28)), ignore_index=True)
    return system_of(frame, BOOK)


def asked(found: System) -> list[str]:
    return [question.text for question in log_questions({}, BOOK, found)]


def test_nothing_is_asked_that_the_log_says() -> None:
    whole = asked(system())
    assert not any("people used it" in text or "Which model" in text for text in whole)
    assert any("documents" in text for text in whole)
    assert any(text.startswith("People looked at ") for text in whole)
    alone = replace(system(), groups=system().groups[2:], reviewed=0.0)
    short = asked(alone)
    assert not any("documents" in text or "store" in text for text in short)
    assert any("How many of the results does a person look at" in text for text in short)


def test_answers_are_those_of_a_file() -> None:
    answers: Answers = {}
    texts = {"How many documents": "20,000", "People looked": "3 to 5", "Is there a record": "logs"}
    for question in log_questions({"people.share": "1 %"}, BOOK, system()):
        said = next(
            (text for begins, text in texts.items() if question.text.startswith(begins)), ""
        )
        answers |= question.read(said)
    assert answers["corpus.documents"] == "20,000" or answers["corpus.documents"] == "20_000"
    assert answers["people.minutes"] == "3 to 5"
    assert answers["people.share"].endswith(" %")
    assert answers["traces"] == "a record of its calls"
