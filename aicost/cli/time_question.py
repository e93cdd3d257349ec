"""The question of `aicost new` for time: what is promised, and what is seen now."""

from __future__ import annotations

import re

from aicost.cli.question import Answers, Numbers, Question
from aicost.cli.typed_answers import NONE, UNKNOWN
from aicost.values.spelling import ValueProblem

_HOURS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|midnight"
_PARTS = "morning|afternoon|evening|night"
#: What tells a time that was seen from one that is promised.
_SEEN = re.compile(
    r"\b(?:(?:it )?(?:now|today|takes?|took|seen|observed|measured|currently)"
    rf"|at (?:the )?(?:peak|night|(?:{_HOURS}|\d+(?::\d+)?)(?: ?[ap]m| o'clock)?)"
    rf"|(?:in|during) the (?:{_PARTS}|day)s?|by (?:day|night)"
    rf"|on (?:a |the )?(?:busy |mon|tues|wednes|thurs|fri|satur|sun|week|work|working )?days?"
    rf"(?: (?:{_PARTS})s?)?)(?![\w:])",
    re.IGNORECASE,
)
#: When no call waits for another.
_NIGHT = re.compile(
    r"\bnight|midnight|\b(?:2[23]|0?[0-4])(?::\d+)(?! ?pm)|\b(?:[1-4]|1[12]) ?am\b|"
    r"\b(?:one|two|three|four|twelve) ?am\b|\b(?:10|11|ten|eleven) ?pm\b",
    re.IGNORECASE,
)
#: What is said around a time.
_SPEECH = re.compile(
    r"\b(?:for|until|in|is|the|its|a|an|whole|answers?|first|words?|starts?|within|at most)\b",
    re.IGNORECASE,
)
_TWO = "write one such as 2 s for the first word, 10 s"


def time(kind: str, number: Numbers) -> Question:
    """Ask how fast it has to be; a night's work by when it is done."""
    if kind == "overnight-batch":
        return number(
            "goals.done_within", "Within how many hours must a night's work be done?", "8 h, none"
        )

    def read(text: str) -> Answers:
        left = "none" if text.lower() in NONE else UNKNOWN
        goals = {"goals.first_word_p95": left, "goals.whole_answer_p95": left}
        for part in re.split(r"[,;]\s+|\s+and\s+", text) if left == UNKNOWN else ():
            of = "first_word" if re.search(r"\bfirst\b|\bstart", part) else "whole_answer"
            plain = _SPEECH.sub("", _SEEN.sub("", part)).strip()
            seen = _SEEN.search(part)
            path = f"observed.{of}_p50" if seen else f"goals.{of}_p95"
            answer = number.spelled(path, plain) if plain or seen else UNKNOWN
            if goals.get(path, UNKNOWN) != UNKNOWN:
                raise ValueProblem(f"{text!r} has two times for the {of.replace('_', ' ')}", _TWO)
            if seen:
                at = "night" if _NIGHT.search(part) else "peak"
                if goals.setdefault("observed.at", at) != at:
                    raise ValueProblem(
                        f"{text!r} is of night and peak", "write what is seen at one"
                    )
            elif " to " in answer:
                most = answer.partition(" to ")[2]
                raise ValueProblem("a promise is one time", f"write the longest, such as {most}")
            goals[path] = answer
        return goals

    return Question(
        "How long may a whole answer take, and how long until its first word?",
        "8 s; 2 s for the first word, 10 s; 8 s, takes 4 to 5 s at nine; none",
        "left out",
        read,
        (
            "the first word in {first_word_p95}",
            "the whole answer in {whole_answer_p95}",
            "seen now: the first word in {first_word_p50}",
            "seen now: the whole answer in {whole_answer_p50}",
            "at {at}",
        ),
    )
