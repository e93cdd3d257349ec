"""The questions of `aicost new`: twelve at most, in a client's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from aicost.book.book import Book
from aicost.book.rates import rates
from aicost.book.rows import BookError
from aicost.book.search import search
from aicost.cli.plain_words import KINDS
from aicost.components.flow import Corpus, Traffic
from aicost.components.stage import registry
from aicost.scenario.kinds import defaults, kind_stage
from aicost.scenario.sections import Goals, Growth, OtherLine
from aicost.scenario.yaml_tree import odd_text
from aicost.values.formatting import value_words
from aicost.values.quantities import Quantity, Range
from aicost.values.section import Section
from aicost.values.spelling import ValueProblem, read_value
from aicost.values.suggest import instead

UNKNOWN = "unknown"
NONE = ("none", "nobody", "nothing", "no")
MOST_SHOWN = 6

Answers = dict[str, str]  # spelled as the file will have them, by path
Hear = Callable[[], str]
Say = Callable[[str], None]

SECTIONS: dict[str, type[Section]] = {
    "traffic": Traffic,
    "corpus": Corpus,
    "goals": Goals,
    "growth": Growth,
    "other": OtherLine,
    "people": registry()["human_review"],
}


@dataclass(frozen=True)
class Question:
    """A question, examples of an answer, what Enter means, and how an answer is read."""

    text: str
    such_as: str
    otherwise: str
    read: Callable[[str], Answers]


def ask(kind: str, book: Book, hear: Hear, say: Say) -> Answers:
    """Put the questions; a wrong answer is explained and asked for again.

    `hear` returns one line, an empty one for unknown. Raises ValueProblem for an unknown `kind`.
    """
    if kind and kind not in KINDS:
        raise ValueProblem(f"no kind {kind!r}", instead(kind, KINDS))
    say('A guess will do: "about 50" is read as 25 to 100, and "20 to 80" as it stands. Enter')
    say("means unknown: what is usual for such a system is taken until somebody knows.")
    answers = {"kind": kind} if kind else _put(1, _kind_question(), hear, say)
    asked = questions(answers["kind"], book)
    for number, question in enumerate(asked, start=1 if kind else 2):
        answers |= _put(number, question, hear, say)
    return answers


def _put(number: int, question: Question, hear: Hear, say: Say) -> Answers:
    """The answer to one question, however many tries it takes."""
    such_as = f"\n   such as: {question.such_as}" if question.such_as else ""
    say(f"\n{number}. {question.text}{such_as}")
    while True:
        text = " ".join(hear().split())
        if text in ("", UNKNOWN):
            say(f"   {question.otherwise}")
            return question.read("")
        try:
            answers = question.read(text)
        except ValueProblem as problem:
            say(f"   {problem}")
            continue
        for answer in answers.values():
            if answer not in text:
                say(f"   taken as {answer}")
        return answers


def _kind_question() -> Question:
    names = list(KINDS)

    def read(text: str) -> Answers:
        if text.isdecimal() and 1 <= int(text) <= len(names):
            return {"kind": names[int(text) - 1]}
        if text and text not in names:
            raise ValueProblem(f"{text!r} is none of them", f"write 1 to {len(names)}")
        return {"kind": text or names[0]}

    shown = "".join(f"\n   {n}  {KINDS[name].says}" for n, name in enumerate(names, start=1))
    return Question(f"Which of these is it most like?{shown}", "", f"taken as {names[0]}", read)


def questions(kind: str, book: Book) -> Iterator[Question]:
    """Yield the questions that a kind of system leaves open, eleven at most."""
    words = KINDS[kind]
    yield _number(kind, "traffic.users", words.users, "6_000, about 500, 200 to 2_000")
    for path, text, such_as in (
        ("traffic.requests_per_user_month", words.often, "about 50, 20 to 80"),
        ("corpus.documents", words.documents, "180_000, about 20_000"),
        ("corpus.pages_per_document", "How many pages has one of them?", "about 6"),
        ("corpus.changed_per_month", "How much of it changes in a month?", "5 %, 1 % to 10 %"),
    ):
        if _varies(kind, path):
            yield _number(kind, path, text, such_as)
    yield _model_question(kind, book)
    yield _people_question()
    yield _number(
        kind,
        "other.per_month",
        "What else does it cost a month, all together: servers, licences, services?",
        "1_200, about 3 k, none",
    )
    yield _number(kind, "goals.price_per_user_month", words.pays, "4, 0.25 to 0.40, none")
    yield _number(
        kind, "goals.budget_per_month", "What may it cost a month at most?", "20_000, 15 k, none"
    )
    yield _number(
        kind,
        "growth.users_per_month",
        f"By how much does the number of {words.unit}s grow in a month?",
        "8 %, 2 % to 5 %, none",
    )


def _varies(kind: str, path: str) -> bool:
    """Say whether a kind has a range for a field, rather than nothing or one number."""
    given = defaults().get((kind, path))
    return given is not None and given.low < given.high


def _meaning(path: str) -> Quantity:
    section, _, name = path.partition(".")
    return SECTIONS[section].quantities()[name]


def _check(path: str, answer: str) -> None:
    """Raise ValueProblem for an answer that a file could not have."""
    if odd := odd_text(answer):
        raise ValueProblem(*odd)
    read_value(answer, _meaning(path))


def _number(kind: str, path: str, text: str, such_as: str) -> Question:
    usual = defaults().get((kind, path))

    def read(answer: str) -> Answers:
        if not answer or (usual is None and answer.lower() in NONE):
            return {path: UNKNOWN}
        _check(path, answer)
        return {path: answer}

    return Question(text, such_as, usual_words(kind, path) or "left out", read)


def usual_words(kind: str, path: str) -> str:
    """What is taken for a field until it is known, or nothing."""
    given = defaults().get((kind, path))
    if given is None:
        return ""
    return f"taken as {value_words(Range(given.low, given.high), _meaning(path))} until known"


def _people_question() -> Question:
    def read(text: str) -> Answers:
        if text.lower() in NONE:
            return {"people": "none"}
        parts = re.split(r"[,;]\s+|\s+(?:for|at)\s+", text.removesuffix(" each"), maxsplit=1)
        share, minutes = (*parts, "")[:2]
        for path, part in (("people.share", share), ("people.minutes", minutes)):
            if part:
                _check(path, part)
        return {"people.share": share or UNKNOWN, "people.minutes": minutes or UNKNOWN}

    return Question(
        "How many of the results does a person look at, and for how long each?",
        "2 % for 5 minutes, about 10 % for 2 to 4 minutes, none",
        "nobody is counted until it is known",
        read,
    )


# ---- the model


def _model_question(kind: str, book: Book) -> Question:
    stage = kind_stage(kind, KINDS[kind].writers[-1])
    context = "processing=batch" if "batch" in stage and stage["batch"].text == "yes" else ""

    def read(text: str) -> Answers:
        return {"model": _model(text, context, book) if text else UNKNOWN}

    usual = f"taken as {stage['model'].text} until known"
    return Question(
        "Which model writes the results? A part of its name will do.",
        "sonnet, gpt-6-sol",
        usual,
        read,
    )


def _model(text: str, context: str, book: Book) -> str:
    """The one model a text means. Raises ValueProblem with those it could mean."""
    curated = Book.load(as_of=book.as_of, layers=("curated",))
    found = [text] if text in book.items() else _writing(curated, text) or _writing(book, text)
    if not found:
        near = instead(text, [i.partition("/")[2] for i in curated.items() if _writes(curated, i)])
        raise ValueProblem(f"no model {text!r} in the price book", near)
    if len(found) > 1:
        more = f" and {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else ""
        raise ValueProblem(f"{text!r} may be {', '.join(found[:MOST_SHOWN])}{more}", "write one")
    try:
        rates(book, found[0], context=context)
    except BookError as problem:
        raise ValueProblem(str(problem), "name another model") from None
    return found[0]


def _writing(book: Book, text: str) -> list[str]:
    return [item for item in sorted(search(book, [text])) if _writes(book, item)]


def _writes(book: Book, item: str) -> bool:
    """Say whether an item of the book is a model that writes: it has a price of output."""
    return any(row.parameter == "output" for row in book.active(item))
