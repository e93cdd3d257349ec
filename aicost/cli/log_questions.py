"""What `aicost new NAME --log FILE` asks: only what no log can answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from aicost.book import exchange
from aicost.book.book import Book
from aicost.cli.log_file import SEARCHED, growth_text, searches
from aicost.cli.question import Answers, Numbers, Question
from aicost.cli.questions import questions
from aicost.log.system import System
from aicost.log.trend import Trend
from aicost.values.formatting import percent
from aicost.values.money import DOLLARS
from aicost.values.spelling import ValueProblem

#: What a log answers, by the first path of a question.
SEEN = ("traffic.users", "traffic.requests_per_user_month", "model")
#: What is asked where something is looked up alone.
OF_A_SEARCH = ("corpus.documents", "corpus.pages_per_document", "corpus.changed_per_month", "store")
LEFT_OUT = "left out of the bill until it is known"


def log_questions(answers: Answers, book: Book, system: System) -> Iterator[Question]:
    """Yield the questions that a log leaves open, in the order of those of a new system.

    Parameters
    ----------
    answers : what was answered so far.
    book : prices.
    system : what the log shows.
    """
    seen = answers | ({"people.share": "seen"} if system.reviewed else {})
    for question in questions(seen | {"kind": SEARCHED}, book, kind_is_asked=False):
        about = next(iter(question.read("")))
        if about in SEEN or (about in OF_A_SEARCH and not searches(system)):
            continue
        if about in OF_A_SEARCH:
            yield replace(question, otherwise=LEFT_OUT)
        elif about == "reranking":
            yield _record(question)
        elif about == "people.share" and system.reviewed:
            yield _minutes(answers, book, system)
        elif about == "growth.users_per_month":
            yield _growth(question, system.measured.growth)
        else:
            yield question


def _record(question: Question) -> Question:
    """Ask for a record of calls alone: whether it ranks is in the log."""

    def read(text: str) -> Answers:
        return {"traces": question.read(text)["traces"]}

    text, such_as = "Is there a record of its calls that is paid for?", "Langfuse, logs, none"
    return Question(text, such_as, question.otherwise, read)


def _growth(question: Question, shown: Trend | None) -> Question:
    """Ask for growth; where nobody knows it, the log's is taken if it is more than chance."""
    if shown is None or not shown.told:
        return question
    text = growth_text(shown)
    try:
        own = question.read(text)
    except ValueProblem:  # no plan goes on like that
        return question

    def read(said: str) -> Answers:
        return question.read(said) if said else own

    return replace(question, otherwise=f"{text}, as the log's requests do", read=read)


def _minutes(answers: Answers, book: Book, system: System) -> Question:
    """Ask how long a person looks at an answer, the share of which is in the log."""
    money = exchange.currency(book, answers["currency"]) if "currency" in answers else DOLLARS
    number = Numbers(SEARCHED, money, book)
    share = f"{100 * system.reviewed:.3g} %"

    def read(text: str) -> Answers:
        minutes = number.spelled("people.minutes", text) if text else "unknown"
        return {"people.share": share, "people.minutes": minutes}

    asked = f"People looked at {percent(system.reviewed)} of the answers in the log; "
    asked += "for how many minutes each?"
    return Question(asked, "5, about 3, 2 to 4", LEFT_OUT, read, ("{minutes} minutes each",))
