"""What a number is said to be for: `5_000 per day`, `40 a month`, `3 %/month`."""

from __future__ import annotations

import re

DAY, MONTH = "day", "month"
DAYS_PER_MONTH = 365.25 / 12
WORKING = 5 / 7
_EVERY = {"hourly": "hour", "daily": DAY, "weekly": "week", "monthly": MONTH, "yearly": "year"}
_EVERY |= {"annually": "year", "annum": "year"}
_PERIOD = re.compile(
    r"\s*(?:/|\b(?:per|an?|each|every)\s)\s*(hour|day|week|month|year|annum)$"
    r"|\s+(hourly|daily|weekly|monthly|yearly|annually)$",
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
    if (said, own) == (DAY, MONTH) and re.fullmatch(r"[0-9]{1,4}(?:\.[0-9]+)?", number):
        often = float(number) * DAYS_PER_MONTH
        week = _short(often * WORKING)
        return wrong, f"write {_short(often)}, or {week} if on five days a week"
    return wrong, f"write what it is in a {own}"


def _short(number: float) -> str:
    """Three digits of a number, as a file has it."""
    return f"{float(f'{number:.3g}'):_.15g}"
