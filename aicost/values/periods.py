"""What a number is said to be for: `5_000 per day`, `40 a month`, `3 %/month`."""

from __future__ import annotations

import re

from aicost.values.units import COUNT

DAY, MONTH = "day", "month"
DAYS_PER_MONTH = 365.25 / 12
WORKING, WORKING_DAY = 5 / 7, "working day"
#: How many days each is, on the mean.
_LONG = {DAY: 1.0, WORKING_DAY: 1 / WORKING, "week": 7.0, MONTH: DAYS_PER_MONTH}
_LONG |= {"quarter": 3 * DAYS_PER_MONTH, "year": 12 * DAYS_PER_MONTH}
_EVERY = {"hourly": "hour", "daily": DAY, "weekly": "week", "monthly": MONTH, "yearly": "year"}
_EVERY |= {"annually": "year", "annum": "year", "quarterly": "quarter"}
_PERIOD = re.compile(
    r"\s*(?:/|\b(?:per|an?|each|every)\s)\s*"
    r"(hour|day|week|month|quarter|year|annum|(?:working|business|week|work)[ -]?day)$"
    r"|\s+(hourly|daily|weekly|monthly|quarterly|yearly|annually)$",
    re.IGNORECASE,
)


def period(text: str) -> tuple[str, str]:
    """A value without the period that it is for, and that period, if it says one.

    Parameters
    ----------
    text : a value as somebody wrote it.

    Examples
    --------
    >>> period("5_000 per day"), period("20 to 40/month"), period("7 days")
    (('5_000', 'day'), ('20 to 40', 'month'), ('7 days', ''))
    """
    said = _PERIOD.search(text)
    if said is None:
        return text, ""
    word = (said[1] or said[2]).lower()
    word = WORKING_DAY if word != DAY and word.endswith(DAY) else word
    return text[: said.start()], _EVERY.get(word, word)


def named_by(field: str) -> str:
    """The period that a field names: `day` of requests_per_day.

    Parameters
    ----------
    field : the name of a field.

    Examples
    --------
    >>> named_by("requests_per_user_month"), named_by("users")
    ('month', '')
    """
    word = field.rpartition("_")[2]
    return word if "per_" in field and word in ("hour", DAY, MONTH) else ""


def elsewhen(field: str, text: str) -> tuple[str, str]:
    """What is wrong with a value for another period than its field's, and what to write.

    Parameters
    ----------
    field : the name of the field. text : the value with its period.

    Examples
    --------
    >>> elsewhen("requests_per_user_month", "2 a day")[1]
    'write 60.9, or 43.5 if on five days a week'
    >>> elsewhen("users", "900 a month")
    ("'900 a month' names a period, users has none", 'write 900')
    """
    (number, said), own = period(text), named_by(field)
    if not own:
        remedy = f"write {number}" if said == MONTH else "say what it comes to in a month"
        return f"{text!r} names a period, {field} has none", remedy
    wrong = f"{text!r} is for another period than {field}"
    plain = re.fullmatch(r"([0-9]+(?:_[0-9]{3})*(?:\.[0-9]+)?)(?: ?([kM]))?", number)
    if plain and own in _LONG and said in _LONG:
        often = float(plain[1].replace("_", "")) * COUNT.get(plain[2], 1.0)
        often *= _LONG[own] / _LONG[said]
        other = f", or {_short(often * WORKING)} if on five days a week"
        return wrong, f"write {_short(often)}{other if (said, own) == (DAY, MONTH) else ''}"
    return wrong, f"write what it is in a {own}"


def _short(number: float) -> str:
    """Three digits of a number, as a file has it."""
    return f"{float(f'{number:.3g}'):_.15g}"
