"""What a person types, spelled as a file has it: `2,300 employees`, `9,400 EUR`, `2 percent`.

Values are read in one place, `values.spelling`, which refuses what it doubts and says what works.
Here its advice is followed, and what was understood is said back.
"""

from __future__ import annotations

import re

from aicost.scenario.yaml_tree import odd_text
from aicost.values.money import code_of
from aicost.values.quantities import Quantity
from aicost.values.spelling import ValueProblem, Worth, in_dollars, read_value

UNKNOWN = "unknown"
NONE = ("none", "nobody", "nothing", "no", "no one", "never")
_UNKNOWN = re.compile(
    r"(?:unknown|\?+|(?:(?:i|we) )?(?:do not|don'?t|dont) (?:really )?know(?: yet)?"
    r"|no idea|not sure|dunno|n/?a|tbd|skip)[.!]?",
    re.IGNORECASE,
)
#: Words of everyday, and how a file has them.
_EVERYDAY = (
    (r"\s*(?:per\s?cent|percent|pct)\b", " %"),
    (r"(?<=\d)\s*[-–—]\s*(?=[\d$€£])", " to "),
    (r"^between (.+) and (.+)$", r"\1 to \2"),
    (r"^(?:around|roughly|approximately|approx\.?|circa|ca\.?|some|~|≈)\s*(?=[\d$€£])", "about "),
    (r"\s*(?:/|\b(?:a|per|each|every)\s+)month$|\s+monthly$", ""),
    (r"\s+(?:yearly|annually)$", " a year"),
)
#: What stands behind a number and is no name of what is counted.
_MEASURES = re.compile(
    r"(?:dozen|hundred|score|day|week|year|hour|min|minute|second)s?|(?:dai|week|year)ly"
    r"|percent|mio|mrd|tsd|lakh|crore|grand",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"(.*\d(?: ?[kKM]| thousand| million)?)\s+(?:of them|([^\W\d_]{3,}))")
#: Where those are who were counted, as in "620 people at the help desks"; not how often, nor more.
_WHERE = re.compile(
    r"(?P<count>.*\d.* [^\W\d_]{3,}) (?:at|in|of|on|from|across|within)"
    r"(?P<where>(?: [^\W\d_]+){1,6})"
)
_NO_PLACE = re.compile(
    r"each|every|per|most|least|once|times?|whom|which|and|or|plus|but|not|without"
)
_POINT = re.compile(r"(?<![\d.,_])([1-9]\d{0,2})\.(\d{3})(?![\d.])")
#: Advice that is one value: not "0 or more", nor "12, a range, or unknown".
_ADVICE = re.compile(r"write ((?:about )?(?:[$€£]|[A-Z]{3} )?[\d.](?:(?! or )[^,])*)")
_TRIES = 4
SHARE = Quantity("", "share", high=1.0)


def is_unknown(text: str) -> bool:
    """Say whether somebody says that they do not know, or nothing.

    >>> is_unknown("I don't know"), is_unknown(""), is_unknown("about 40")
    (True, True, False)
    """
    return not text or _UNKNOWN.fullmatch(text) is not None


def spelled(text: str, meaning: Quantity, worth: Worth = in_dollars) -> str:
    """An answer as a file has it. Raises ValueProblem where it may mean two things, or none.

    >>> spelled("2,300 employees", Quantity("", "users"))
    '2_300'
    >>> spelled("between 1,000 and 2,000", Quantity("", "users")), spelled("2 percent", SHARE)
    ('1_000 to 2_000', '2 %')
    """
    if odd := odd_text(text):
        raise ValueProblem(*odd)
    for words, plain in _EVERYDAY:
        text = re.sub(words, plain, text, flags=re.IGNORECASE).strip()
    if meaning.unit in ("users", "documents") and (said := _WHERE.fullmatch(text)):
        where = said["where"].lower().split()
        if not any(_NO_PLACE.fullmatch(word) or _MEASURES.fullmatch(word) for word in where):
            text = said["count"]
    if (point := _POINT.search(text)) and meaning.unit not in ("share", "s", "hours", "minutes"):
        whole, part = point.groups()
        wrong = f"{point[0]!r} may be {whole},{part} or {float(point[0]):g}"
        raise ValueProblem(wrong, f"write {whole}_{part} or {float(point[0]):g}")
    for word in ("about ", " to "):
        if word in text:
            ends = [_number(end, meaning, worth) for end in text.split(word)]
            text = word.join(ends) if _fails(text, meaning, worth) else text
            break
    else:
        text = _number(text, meaning, worth)
    read_value(text, meaning, worth)
    return text


def _number(text: str, meaning: Quantity, worth: Worth) -> str:
    """A number as `read_value` advises to write it; as it stands where nothing helps."""
    found = text
    for _ in range(_TRIES):
        problem = _fails(found, meaning, worth)
        noun = _COUNTED.fullmatch(found) if meaning.unit != "share" else None
        counted = noun[1] if noun and _is_counted(noun[2] or "") else found
        if problem is None:
            return counted if _same(found, counted, meaning, worth) else found
        advice = _ADVICE.fullmatch(problem.remedy)
        if advice and advice[1] != found:
            found = advice[1]
        elif counted != found:
            found = counted
        else:
            break
    return text


def _is_counted(word: str) -> bool:
    """Say whether a word behind a number may be a name of what is counted."""
    return not (_MEASURES.fullmatch(word) or code_of(word))


def _same(one: str, other: str, meaning: Quantity, worth: Worth) -> bool:
    """Say whether two texts read alike."""
    if _fails(one, meaning, worth) or _fails(other, meaning, worth):
        return False
    return read_value(one, meaning, worth)[0] == read_value(other, meaning, worth)[0]


def _fails(text: str, meaning: Quantity, worth: Worth) -> ValueProblem | None:
    try:
        read_value(text, meaning, worth)
    except ValueProblem as problem:
        return problem
    return None
