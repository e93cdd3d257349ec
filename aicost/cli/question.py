"""What a question of `aicost new` is, and how a number is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from aicost.book.book import Book
from aicost.cli.typed_answers import NONE, UNKNOWN, spelled
from aicost.components.flow import Corpus
from aicost.components.stage import registry
from aicost.components.traffic import Traffic
from aicost.scenario.currency import worth_at
from aicost.scenario.kinds import defaults
from aicost.scenario.sections import Goals, Growth, Observed, OtherLine
from aicost.values.formatting import value_words
from aicost.values.money import Money
from aicost.values.periods import elsewhen, named_by, period
from aicost.values.quantities import Quantity, Range, at_means
from aicost.values.section import Section
from aicost.values.spelling import ValueProblem, read_value

Answers = dict[str, str]  # spelled as the file will have them, by path

SECTIONS: dict[str, type[Section]] = {
    "traffic": Traffic,
    "corpus": Corpus,
    "goals": Goals,
    "growth": Growth,
    "observed": Observed,
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
    words: tuple[str, ...] = ()  # what is said back of each answer; if none, the answers

    def understood(self, answers: Answers) -> str:
        """What was understood, as it is said back; nothing where nothing was said."""
        if answers and {*answers.values()} == {"none"}:
            return "none"
        said = {path.rpartition(".")[2]: text for path, text in answers.items()}
        said = {name: text for name, text in said.items() if text not in ("", UNKNOWN, "none")}
        told = [
            words.format(**said)
            for words in self.words
            if words.split("{")[1].split("}")[0] in said
        ]
        return ", ".join(told if self.words else said.values())


def meaning_of(path: str) -> Quantity:
    """What a field that is asked for means."""
    section, _, name = path.partition(".")
    return SECTIONS[section].quantities()[name]


def usual_words(kind: str, path: str) -> str:
    """What is taken for a field until it is known, or nothing."""
    given = defaults().get((kind, path))
    if given is None:
        return ""
    usual = Range(given.low, given.high) if given.low < given.high else given.low
    return f"taken as {value_words(usual, meaning_of(path))} until known"


def mean_of(path: str, answer: str) -> float:
    """The mean of what was answered for a field; 0 for what nobody knows."""
    value, _ = read_value(answer, meaning_of(path))
    return float(at_means(value)) if value is not None else 0.0


class Numbers:
    """Questions for a number, and numbers in other answers, in the client's currency."""

    def __init__(self, kind: str, money: Money, book: Book) -> None:
        self.kind, self.worth = kind, worth_at(money, book)

    def __call__(self, path: str, text: str, such_as: str) -> Question:
        usual = defaults().get((self.kind, path))

        def read(answer: str) -> Answers:
            if not answer:
                return {path: UNKNOWN}
            if usual is None and answer.lower() in NONE:
                return {path: "none"}
            return {path: self.spelled(path, answer)}

        return Question(text, such_as, usual_words(self.kind, path) or "left out", read)

    def spelled(self, path: str, answer: str) -> str:
        """An answer as a file has it. Raises ValueProblem for one that no file could have."""
        meaning, (plain, said) = meaning_of(path), period(answer)
        if said and not meaning.is_money:
            field = path.rpartition(".")[2]
            if said != named_by(field):
                raise ValueProblem(*elsewhen(field, answer))
            answer = plain
        return spelled(answer, meaning, self.worth)


#: What is said of a budget that leaves the people out, and what tells one that holds them.
_ALONE = re.compile(
    r",? ?\(?\b(?:(?:for|of|in) (?:the )?cloud|cloud|without (?:the )?(?:people|staff|wages))"
    r"(?: alone| only)?\)?",
    re.IGNORECASE,
)
_WITH = re.compile(
    r",? ?\(?\b(?:(?:with|including) (?:the )?(?:people|staff|wages)|all in|in all"
    r"|for all(?: of it)?)\)?",
    re.IGNORECASE,
)
#: What a budget is without saying so.
_MOST = re.compile(
    r"\b(?:at (?:the )?most|max(?:imum)?\b\.?|up to|under|below|(?:less|not? more) than)|[<≤]=?",
    re.IGNORECASE,
)


def budget(number: Numbers) -> Question:
    """Ask what it may cost at most, for cloud alone, which an invoice shows, or with its people."""
    whole, alone = "goals.budget_per_month", "goals.cloud_budget_per_month"

    def read(text: str) -> Answers:
        if not text or text.lower() in NONE:
            return {whole: "none" if text else UNKNOWN}
        found: Answers = {whole: "none"}
        for part in re.split(r"\s*;\s*|,\s+|\s+and\s+", text):
            unsaid = whole if _ALONE.search(text) else alone  # beside the other, or as asked
            path = alone if _ALONE.search(part) else whole if _WITH.search(part) else unsaid
            if found.get(path, "none") != "none":
                wrong = f"{text!r} has two budgets of one kind"
                raise ValueProblem(wrong, "write one, such as 8,000 for cloud; 20,000 with staff")
            plain = _WITH.sub("", _ALONE.sub("", part))
            found[path] = number.spelled(path, _MOST.sub("", plain).strip())
        return found

    return Question(
        "What may it cost a month at most, for cloud alone? Say so if people are in it.",
        "8,000; 20,000 with staff; none",
        "left out",
        read,
        ("{budget_per_month} with staff", "{cloud_budget_per_month} for cloud alone"),
    )
