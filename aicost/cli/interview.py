"""How `aicost new` asks: one question after the other, and back; any may be left unanswered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice

from aicost.book.book import Book
from aicost.cli.plain_words import KINDS
from aicost.cli.question import Answers, Question
from aicost.cli.questions import questions
from aicost.cli.typed_answers import is_unknown
from aicost.values.spelling import ValueProblem
from aicost.values.suggest import instead
from aicost.values.text_table import paragraph

Hear = Callable[[], str]
Say = Callable[[str], None]
Put = Callable[[Answers], Iterable[Question]]  # from answers so far to all questions

BACK = ("back", "b")
INDENT = "   "
OPENING = (
    'A guess will do: "about 50" is read as 25 to 100, and "20 to 80" as it stands. Enter',
    'means "I don\'t know": what is usual for such a system is taken until somebody does.',
    '"back" goes back one question. Ctrl-C stops, and keeps what was answered.',
)


class Stopped(Exception):
    """No more is answered: what was, with all else unknown, and the question it stopped at.

    `problem` is what is wrong with an answer of somebody who cannot be asked again.
    """

    def __init__(
        self, answers: Answers, number: int, *, by_hand: bool, problem: ValueProblem | None
    ) -> None:
        super().__init__(f"stopped at question {number}")
        self.answers, self.number, self.by_hand, self.problem = answers, number, by_hand, problem


def ask(kind: str, book: Book, hear: Hear, say: Say, *, again: bool = True) -> Answers:
    """Put the questions; a wrong answer is explained and asked for `again`.

    `hear` returns one line, an empty one for unknown. Raises ValueProblem for an unknown `kind`.
    Raises Stopped where `hear` raises EOFError or KeyboardInterrupt, and at a wrong answer of
    somebody who cannot be asked again: what follows would be taken for it.
    """

    def asked(answers: Answers) -> Iterable[Question]:
        return questions(answers, book, kind_is_asked=not kind)

    return put(asked, known_kind(kind), hear, say, again=again)


def known_kind(kind: str) -> Answers:
    """The kind of system as an answer, where it is known. Raises ValueProblem for no kind."""
    if kind and kind not in KINDS:
        raise ValueProblem(f"no kind {kind!r}", instead(kind, KINDS))
    return {"kind": kind} if kind else {}


def put(asked: Put, known: Answers, hear: Hear, say: Say, *, again: bool = True) -> Answers:
    """Put questions beside what is known, as `ask` does."""
    for line in OPENING:
        say(line)
    given: list[Answers] = []  # by question
    while (question := _next(asked, known, given)) is not None:
        try:
            answer = _put(len(given) + 1, question, hear, say, again=again)
        except (EOFError, KeyboardInterrupt, ValueProblem) as end:
            by_hand = isinstance(end, KeyboardInterrupt)
            problem = end if isinstance(end, ValueProblem) else None
            left, number = _left(asked, known, given), len(given) + 1
            raise Stopped(left, number, by_hand=by_hand, problem=problem) from None
        if answer is not None:
            given.append(answer)
        elif given:
            given.pop()
        else:
            say("   this is the first question")
    return _all(known, given)


def _all(known: Answers, given: list[Answers]) -> Answers:
    """What was answered, as one."""
    answers = {**known}
    for answer in given:
        answers |= answer
    return answers


def _next(asked: Put, known: Answers, given: list[Answers]) -> Question | None:
    """The first question that answers so far leave to be put."""
    return next(islice(asked(_all(known, given)), len(given), None), None)


def _left(asked: Put, known: Answers, given: list[Answers]) -> Answers:
    """What was answered, and that nobody knows the rest."""
    given = [*given]
    while (question := _next(asked, known, given)) is not None:
        given.append(question.read(""))
    return _all(known, given)


def _put(number: int, question: Question, hear: Hear, say: Say, *, again: bool) -> Answers | None:
    """The answer to one question, however many tries it takes; nothing to go back."""
    such_as = f"\n   such as: {question.such_as}" if question.such_as else ""
    say(f"\n{number}. {question.text}{such_as}")
    while True:
        text = " ".join(hear().split())
        if text.lower() in BACK:
            return None
        if is_unknown(text):
            say(f"   {question.otherwise}")
            return question.read("")
        try:
            answers = question.read(text)
        except ValueProblem as problem:
            if not again:
                asked = f"question {number}, {question.text.partition('?')[0]}?"
                raise ValueProblem(f"{asked}: {problem.wrong}", problem.remedy) from None
            say(paragraph(str(problem), INDENT, INDENT))
            continue
        understood = question.understood(answers)
        if not understood:
            say(f"{INDENT}{question.otherwise}")
        elif understood.lower() != text.lower():
            say(paragraph(f"taken as {understood}", INDENT, INDENT))
        return answers
