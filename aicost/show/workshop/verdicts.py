"""How a value stands to the answer: right, a known slip of units, or how far off."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

_LENGTHS = {
    "millisecond": 1e-3,
    "second": 1.0,
    "minute": 60.0,
    "hour": 3600.0,
    "day": 86_400.0,
    "month": 2_629_800.0,
    "year": 31_557_600.0,
}
_ANY = (
    (1e6, "That is a million times too high. Is one of your figures per million?"),
    (1e-6, "That is a million times too low. Was it divided by a million twice?"),
    (1e3, "That is a thousand times too high. Is one of your figures per thousand?"),
    (1e-3, "That is a thousand times too low. Is one of your figures per thousand?"),
    (-1.0, "The size is right, the sign is not. What is taken from what?"),
)
_MONEY = (
    (1e6, "That is a million times too high. Is one of your prices for a million (Mtok, Mreads)?"),
    (100.0, "That is a hundred times too high. Dollars are asked for, not cents."),
    (0.01, "That is a hundred times too low. Dollars are asked for: nothing is left to divide."),
)
_MONTH = (
    (1 / 12, "That is twelve times too low. A month's amount is not divided by twelve again."),
    (30.4, "That is thirty times too high. A month's amount is not multiplied by its days again."),
)
_GIGABYTES = (
    *(
        (factor, f"That is in {unit}; gigabytes are asked for, a billion bytes each.")
        for factor, unit in ((1e9, "bytes"), (1e6, "kilobytes"), (1e3, "megabytes"))
    ),
    (1e9 / 2**30, "That is in units of 2**30 bytes; a gigabyte here is a billion bytes."),
)
_SHARE = ((100.0, "That is in per cent; a share is asked for, 0.05 for five per cent."),)
_PER_CENT = ((0.01, "That is a share; per cent are asked for, 5 and not 0.05."),)
_STEPS = (
    (1.1, "by less than a tenth"),
    (1.5, "by less than half"),
    (3.0, "up to three times"),
    (10.0, "three to ten times"),
    (100.0, "ten to a hundred times"),
    (float("inf"), "more than a hundred times"),
)


@dataclass(frozen=True)
class Slip:
    """A wrong line of thought: what it comes to, and what is said to whoever follows it.

    Where it comes to nothing here (it raises, or is None or the answer itself), it is left out.
    """

    name: str
    value: Callable[[], Any]
    says: str


def number(value: Any) -> float | None:
    """A value as a finite number, or nothing."""
    if isinstance(value, str | bool | np.bool_) or np.size(value) != 1:
        return None
    try:
        found = float(np.ravel(np.asarray(value)).tolist()[0])
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def agrees(value: Any, answer: Any, tolerance: float) -> bool:
    """Say whether a value is the answer: numbers within a share of it, words without their case.

    >>> agrees(101, 100.0, 0.02), agrees("Human_Review ", "human review", 0.0)
    (True, True)
    >>> agrees([1, 2], (1.0, 2.01), 0.02), agrees("12", 12, 0.02)
    (True, False)
    """
    mine, right = number(value), number(answer)
    if mine is not None and right is not None:
        return abs(mine - right) <= tolerance * abs(right) + 1e-12
    if isinstance(answer, str) or isinstance(value, str):
        both = isinstance(value, str) and isinstance(answer, str)
        return both and _bare(value) == _bare(answer)
    if isinstance(answer, Sequence | np.ndarray):
        try:
            pairs = list(zip(value, answer, strict=True))
        except (TypeError, ValueError):
            return False
        return all(agrees(one, other, tolerance) for one, other in pairs)
    return value is answer


def unit_slip(value: float, answer: float, unit: str, tolerance: float) -> str:
    """The slip of a unit, a sign or a fraction turned over that leads from answer to value.

    >>> unit_slip(0.5, 50.0, "per cent", 0.02)
    'That is a share; per cent are asked for, 5 and not 0.05.'
    >>> unit_slip(3.0, 180.0, "seconds", 0.02), unit_slip(24.0, 2.0, "USD a month", 0.02)
    ('That is in minutes; seconds are asked for.', 'That is for a year; a month is asked for.')
    """
    if not value or not answer:
        return ""
    near = min(max(tolerance, 0.03), 0.05)  # a month of 30 days is one of 30.4
    for factor, words in _factors(unit):
        if math.isclose(value / answer, factor, rel_tol=near):
            return words
    if math.isclose(value * answer, 1.0, rel_tol=near):
        return "That is upside down. What is divided by what?"
    return ""


def _factors(unit: str) -> Iterator[tuple[float, str]]:
    """What a slip multiplies an answer by, and the sentence for it; the most special first."""
    asked = unit.partition(" ")[0].removesuffix("s")
    for other, length in _LENGTHS.items():
        if asked in _LENGTHS and other != asked:
            words = f"That is in {other}s; {asked}s are asked for."
            yield _LENGTHS[asked] / length, words
    rate = re.search(rf"\b(an?|per) ({'|'.join(_LENGTHS)})\b", unit)
    for other, length in _LENGTHS.items():
        if rate and other != rate[2]:
            article = "an" if other == "hour" else "a"
            words = f"That is for {article} {other}; {rate[0].replace('per', 'a')} is asked for."
            yield length / _LENGTHS[rate[2]], words
    if rate and rate[2] == "month":
        yield from _MONTH
    if "USD" in unit:
        yield from _MONEY
    if unit.startswith("GB"):
        yield from _GIGABYTES
    if unit.startswith("share"):
        yield from _SHARE
    if unit.startswith(("per cent", "%")):
        yield from _PER_CENT
    yield from _ANY


def how_far(value: Any, answer: Any) -> str:
    """Say how far off a value is without saying the answer.

    >>> how_far(50, 100), how_far(-5, 100)
    ('It is too low, up to three times.', 'The sign is wrong.')
    """
    mine, right = number(value), number(answer)
    if mine is None or right is None:
        return "That is not it."
    way = "too high" if mine > right else "too low"
    if not mine or not right:
        return f"It is {way}."
    if mine * right < 0:
        return "The sign is wrong."
    size = max(mine / right, right / mine)
    return f"It is {way}, {next(words for most, words in _STEPS if size <= most)}."


def how_near(value: Any, outcome: Any) -> str:
    """Say how a prediction stands to what came out, which is known by now.

    >>> how_near(25_000, 20_764), how_near(100, 100), how_near("inference", "hosting")
    ('1.2 times too high', 'exactly', 'another one')
    """
    mine, right = number(value), number(outcome)
    if agrees(value, outcome, 0.0):
        return "exactly"
    if mine is None and right is not None:
        return "a number was asked for"
    if mine is None or right is None:
        return "another one"
    way = "too high" if mine > right else "too low"
    if not mine or not right:
        return way
    if mine * right < 0:
        return "of the other sign"
    size = max(mine / right, right / mine)
    if size < 1.1:
        return f"{abs(mine / right - 1) * 100:.2g} % {way}"
    return f"{size:.2g} times {way}" if size < 100 else f"{size:,.0f} times {way}"


def _bare(text: str) -> str:
    return "".join(text.casefold().replace("_", " ").split())
