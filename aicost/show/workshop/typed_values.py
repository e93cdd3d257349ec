"""What somebody means who types a value into a cell, however it is spelled."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from aicost.values.money import DOLLARS, code_of, spoken

_MONEY = re.compile(  # "kUSD" is a thousand of them
    r"(?:\bUS)?[$€£¥]|(?<![a-jln-z])(?:US )?(?:USD|EUR|GBP|dollars?|euros?)\b", re.IGNORECASE
)
_OTHER_MONEY = re.compile(r"[€£¥]|\b(?:EUR|GBP|euros?)\b", re.IGNORECASE)
_ROUGHLY = re.compile(r"^(?:about|around|roughly|approx\.?|circa|ca\.|[~≈])\s*", re.IGNORECASE)
_WHOLE = re.compile(r"(?<=\d)[.,][-–—]+$")  # 1,772.- as prices are written by hand
_NUMBER = re.compile(
    r"([-+−]?)\s*(\d[\d.,_'’\s\u00a0\u202f]*|\.\d+)(e[-+]?\d{1,3})?", re.IGNORECASE
)
_SUM = re.compile(r"[+*/×:^]\s*[\d.(]")
_A_YEAR = re.compile(
    r"(?:\ba|\bper|/)\s*(?:year|annum|yr)\b|\bp\.\s*a\b|\b(?:yearly|annual(?:ly)?)\b", re.IGNORECASE
)
_A_MONTH = re.compile(r"(?:\ba|\bper|/)\s*(?:month|mo)\b|\bmonthly\b", re.IGNORECASE)

_COUNTS = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mio": 1e6, "million": 1e6, "bn": 1e9}
_PER_CENT = re.compile(r"%|\bper ?cent\b")
_TIMES = ("x", "×", "times", "fold")
_FILLERS = ("a", "an", "per", "of", "the", "or", "so")
_ENDLESS = "That is larger than any number Python can hold. Was something divided by zero?"
_PAIR = "Python takes a comma for a pair of numbers."
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
        return _in_the_currency_of_the_file(_from_text(value, unit), value, unit)
    if isinstance(value, bool | np.bool_):
        return Typed(refused=f"{value} is no number; put the number itself there.")
    if callable(value):
        return Typed(refused="That is a function; put the number there that it returns.")
    if isinstance(value, tuple) and (numbers := _between_commas(value)):
        return Typed(numbers, f"Read as {' or '.join(f'{n:,.10g}' for n in numbers)}: {_PAIR}")
    return _in_the_currency_of_the_file(_from_object(value), "", unit)


def _in_the_currency_of_the_file(typed: Typed, text: str, unit: str) -> Typed:
    """An amount as the file's currency may have been meant too: tables are in it, code is not."""
    money = spoken()
    if money == DOLLARS or "USD" not in unit or not typed.readings:
        return typed
    meant = tuple(number * money.in_usd for number in typed.readings)
    sign = _MONEY.search(text)
    if sign is None:
        return replace(typed, readings=(*typed.readings, *meant))
    if code_of(sign[0]) != money.code:
        return typed
    return Typed(meant, f"Read as {money.code}, at 1 {money.code} = {money.in_usd:g} USD.")


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
        return Typed(refused=_ENDLESS)
    return Typed((number,))


def _from_text(text: str, unit: str) -> Typed:
    bare = _ROUGHLY.sub("", _MONEY.sub(" ", text).strip(" \t\n'\"")).strip(" !?;")
    bare = _WHOLE.sub("", bare)
    found = _NUMBER.match(bare)
    if not found:
        return Typed(refused=f"{text!r} is no number; write one, such as 1250.5, without quotes.")
    rest = bare[found.end() :].strip()
    if _SUM.match(rest):
        return Typed(refused=f"{text!r} is a sum; without the quotes, Python works it out.")
    if re.search(r"\d", rest):
        return Typed(refused=f"There are two numbers in {text!r}; write one.")
    size, note = _scale(rest, unit)
    if unit and "USD" not in unit and (sign_of := _MONEY.search(text)):
        size, note = None, repr(sign_of[0])
    if size is None:
        return Typed(refused=f"{note} in {text!r} is not understood here; {_wanted(unit)}.")
    sign = -1.0 if found[1] in ("-", "−") else 1.0
    power = float(f"1{found[3]}") if found[3] else 1.0
    numbers = _readings(found[2])
    if not numbers:
        return Typed(refused=f"{text!r} has points and commas that fit no number; {_wanted(unit)}.")
    if _OTHER_MONEY.search(text) and "USD" in unit:
        note = f"{note} All amounts here are in US dollars.".strip()
    found_all = tuple(sign * number * power * size for number in numbers)
    return Typed(found_all, note) if all(map(math.isfinite, found_all)) else Typed(refused=_ENDLESS)


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
    """What a number is multiplied by for the words behind it, and a note; else the words amiss."""
    asked, left, size, note = unit.lower(), words.lower(), 1.0, ""
    if _A_MONTH.search(unit):
        left, yearly = _A_YEAR.subn(" ", left)
        left = _A_MONTH.sub(" ", left)
        if yearly:
            size, note = size / 12, "Read as what a year comes to: a month is a twelfth of it."
    if _PER_CENT.match(left) and not _is_no_share(asked):  # of whatever it may be
        return size * (1.0 if _PER_CENT.search(asked) else 0.01), note
    for word in re.findall(r"[^\s/.-]+", left):
        times = 1.0 if word in _FILLERS else _times(word, asked)
        if times is None:
            return None, repr(words)
        size *= times
    return size, note


def _times(word: str, asked: str) -> float | None:
    """What one word behind a number multiplies it by, or nothing where it is not known."""
    if word.rstrip("s") in (one.rstrip("s") for one in asked.split()):
        return 1.0
    if word in ("cent", "cents", "ct", "¢") and "usd" in asked:
        return 0.01
    if word in _TIMES and "times" in asked:
        return 1.0
    for kind in _KINDS:
        mine, theirs = _known(word, kind), _first_known(asked, kind)
        if mine and theirs:
            return mine / theirs
    return _COUNTS.get(word)


def _known(word: str, kind: Mapping[str, float]) -> float | None:
    return kind.get(word) or kind.get(word.rstrip("s"))


def _first_known(words: str, kind: Mapping[str, float]) -> float | None:
    return next((size for word in words.split() if (size := _known(word, kind))), None)


def _between_commas(parts: tuple[Any, ...]) -> tuple[float, ...]:
    """The numbers that a comma may have parted: thousands, or whole ones from decimals.

    >>> _between_commas((24, 544)), _between_commas((3, 5)), _between_commas((1, 2, 3))
    ((24544.0, 24.544), (3.5,), ())
    """
    if len(parts) < 2 or not all(map(_is_digits, parts)) or any(p % 1 for p in parts[:-1]):
        return ()
    whole, *groups = parts
    found = []
    if 0 < whole < 1000 and all(map(_is_group, groups)):
        found.append(float(sum(p * 1000.0**i for i, p in enumerate(reversed(parts)))))
    if len(groups) == 1 and isinstance(groups[0], int):
        found.append(float(f"{whole}.{groups[0]}"))
    return tuple(found)


def _is_digits(part: Any) -> bool:
    return isinstance(part, int | float) and not isinstance(part, bool) and part >= 0


def _is_group(part: float) -> bool:
    """Say whether a number is one of three digits: Python takes no 005, but 000 and 005.5."""
    return part < 1000 and (part >= 100 or part == 0 or isinstance(part, float))


def _is_no_share(asked: str) -> bool:
    """Say whether a unit is of money, time, size or things counted: no share can be meant."""
    return bool(asked) and not asked.startswith(("share", "per cent", "%", "times"))


def _wanted(unit: str) -> str:
    return "write the number alone" + (f", in {unit}" if unit not in ("", "times") else "")


def _kind(value: Any) -> str:
    if isinstance(value, int | float | np.number):
        return "a number"
    plain: dict[type, str] = {
        str: "text",
        list: "a list",
        tuple: "several values",
        dict: "a dictionary",
    }
    return plain.get(type(value), f"something of the type {type(value).__name__}")
