"""What somebody means who types a value into a cell, however it is spelled."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

_MONEY = re.compile(r"[$€£¥]|\b(?:USD|EUR|GBP|dollars?|euros?)\b", re.IGNORECASE)
_OTHER_MONEY = re.compile(r"[€£¥]|\b(?:EUR|GBP|euros?)\b", re.IGNORECASE)
_ROUGHLY = re.compile(r"^(?:about|around|roughly|circa|ca\.?|[~≈])\s*", re.IGNORECASE)
_NUMBER = re.compile(
    r"([-+−]?)\s*(\d[\d.,_'’\s\u00a0\u202f]*|\.\d+)(e[-+]?\d{1,3})?", re.IGNORECASE
)
_A_YEAR = re.compile(r"(?:a|per|/)\s*(?:year|yr)|yearly|annual(?:ly)?", re.IGNORECASE)
_A_MONTH = re.compile(r"(?:a|per|/)\s*month|monthly", re.IGNORECASE)

_COUNTS = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mio": 1e6, "million": 1e6, "bn": 1e9}
_PER_CENT = ("%", "percent", "per cent")
_KINDS: tuple[Mapping[str, float], ...] = (
    {"ms": 1e-3, "s": 1, "sec": 1, "second": 1, "min": 60, "minute": 60, "h": 3600, "hour": 3600},
    {"day": 1, "week": 7},
    {"month": 1, "year": 12},
    {"kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12},
)


@dataclass(frozen=True)
class Typed:
    """What was typed: its possible readings, the likeliest first; how it was read; or why not.

    `given` is False where nothing was given yet.
    """

    readings: tuple[Any, ...] = ()
    note: str = ""
    refused: str = ""
    given: bool = True


def is_open(value: Any) -> bool:
    """Say whether nothing was given yet: None, ... or an empty text."""
    return value is None or value is ... or (isinstance(value, str) and not value.strip())


def typed_word(value: Any) -> Typed:
    """A word that is asked for."""
    if is_open(value):
        return Typed(given=False)
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        return Typed((value.strip(),))
    return Typed(refused=f"A word in quotes is asked for, not {_kind(value)}.")


def typed_function(value: Any) -> Typed:
    """A function that is asked for."""
    if is_open(value):
        return Typed(given=False)
    if callable(value):
        return Typed((value,))
    return Typed(refused=f"A function is asked for (its name, or a lambda), not {_kind(value)}.")


def typed_number(value: Any, unit: str = "") -> Typed:
    """A number that is asked for, in a unit such as "USD a month", "per cent" or "seconds".

    >>> typed_number("1.772,50 €").readings, typed_number("3 min", "seconds").readings
    ((1772.5,), (180.0,))
    >>> typed_number((4, 399.29)).readings
    (4399.29,)
    """
    if is_open(value):
        return Typed(given=False)
    if isinstance(value, str):
        return _from_text(value, unit)
    if isinstance(value, bool | np.bool_):
        return Typed(refused=f"{value} is no number; put the number itself there.")
    if callable(value):
        return Typed(refused="That is a function; put the number there that it returns.")
    if isinstance(value, tuple) and (whole := _between_commas(value)) is not None:
        return Typed(
            (whole,), f"Read as {whole:,.10g}: Python takes a comma for a pair of numbers."
        )
    return _from_object(value)


def _from_object(value: Any) -> Typed:
    size = np.size(value)
    if size != 1:
        return Typed(refused=f"One number is asked for, not {size} of them.")
    try:
        number = float(np.ravel(np.asarray(value)).tolist()[0])
    except OverflowError:
        number = math.inf
    except (TypeError, ValueError):
        return Typed(refused=f"One number is asked for, not {_kind(value)}.")
    if math.isnan(number):
        return Typed(refused="nan is no number. Something on the way is missing, or is 0 by 0.")
    if math.isinf(number):
        return Typed(refused="That has no end. Something on the way was divided by zero.")
    return Typed((number,))


def _from_text(text: str, unit: str) -> Typed:
    bare = _ROUGHLY.sub("", _MONEY.sub(" ", text).strip()).strip()
    found = _NUMBER.match(bare)
    if not found:
        return Typed(refused=f"{text!r} is no number; write one, such as 1250.5, without quotes.")
    rest = bare[found.end() :].strip()
    if re.match(r"[-+*/×:]", rest):
        return Typed(refused=f"{text!r} is a sum in quotes; take the quotes away, and it is done.")
    size, note = _scale(rest, unit)
    if size is None:
        return Typed(refused=f"{note} in {text!r} is not understood here; {_wanted(unit)}.")
    sign = -1.0 if found[1] in ("-", "−") else 1.0
    power = float(f"1{found[3]}") if found[3] else 1.0
    numbers = _readings(found[2])
    if not numbers:
        return Typed(refused=f"{text!r} has points and commas that fit no number; {_wanted(unit)}.")
    if _OTHER_MONEY.search(text) and "USD" in unit:
        note = f"{note} All amounts here are in US dollars.".strip()
    return Typed(tuple(sign * number * power * size for number in numbers), note)


def _readings(digits: str) -> tuple[float, ...]:
    """The numbers that digits with points and commas may mean.

    >>> _readings("1,772"), _readings("1.772,50"), _readings("1'772.5"), _readings("1,5")
    ((1772.0, 1.772), (1772.5,), (1772.5,), (1.5,))
    """
    plain = re.sub(r"[_'’\s\u00a0\u202f]", "", digits).rstrip(".,")
    found = []
    for thousands, point in ((",", "."), (".", ",")):
        shape = rf"(\d{{1,3}}(\{thousands}\d{{3}})+|\d*)(\{point}\d+)?"
        if re.fullmatch(shape, plain):
            found.append(float(plain.replace(thousands, "").replace(point, ".")))
    return tuple(dict.fromkeys(found))


def _scale(words: str, unit: str) -> tuple[float | None, str]:
    """What a number is multiplied by for the words behind it, and a note; else the word amiss."""
    asked, size, note = unit.lower(), 1.0, ""
    if _A_YEAR.search(words) and _A_MONTH.search(unit):
        words, size, note = _A_YEAR.sub("", words), 1 / 12, "A year's amount was read as a month's."
    head = words.lower().strip(" .")
    if head in ("", *(w for w in (asked, *asked.split()))):
        return size, note
    if head.startswith(_PER_CENT):
        if "USD" in unit:
            return None, "'%'"
        return (1.0 if any(p in asked for p in _PER_CENT) else 0.01), note
    first = re.split(r"[\s/]", head)[0]
    if first in ("cent", "cents", "ct", "¢") and "USD" in unit:
        return size / 100, note
    for kind in _KINDS:
        mine, theirs = _known(first, kind), _first_known(asked, kind)
        if mine and theirs:
            return size * mine / theirs, note
    if first in _COUNTS:
        return size * _COUNTS[first], note
    if first.rstrip("s") in (word.rstrip("s") for word in asked.split()):
        return size, note
    return None, repr(first)


def _known(word: str, kind: Mapping[str, float]) -> float | None:
    return kind.get(word) or kind.get(word.rstrip("s"))


def _first_known(words: str, kind: Mapping[str, float]) -> float | None:
    return next((size for word in words.split() if (size := _known(word, kind))), None)


def _between_commas(parts: tuple[Any, ...]) -> float | None:
    """The number whose thousands were parted by commas, if these are its parts."""
    whole = 0.0
    for place, part in enumerate(parts):
        if isinstance(part, bool) or not isinstance(part, int | float) or len(parts) < 2:
            return None
        last = place == len(parts) - 1
        if not 0 <= part < 1000 or (isinstance(part, float) and not last) or not parts[0]:
            return None
        whole = whole * 1000 + part
    return whole


def _wanted(unit: str) -> str:
    return f"write the number alone, in {unit}" if unit else "write the number alone"


def _kind(value: Any) -> str:
    if isinstance(value, int | float | np.number):
        return "a number"
    return f"something of the type {type(value).__name__}"
