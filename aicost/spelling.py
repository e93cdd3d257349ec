"""How a value is spelled in a scenario: `4`, `about 4`, `2 to 6`, `5 %`, `3 s`, `20 k`."""

from __future__ import annotations

import math
import re
from typing import Literal

from aicost.quantities import Quantity, Range, Value

Said = Literal["measured", "given", "assumed"]


class ValueProblem(ValueError):
    """A value that cannot be read: what is wrong, and what to write instead."""

    def __init__(self, wrong: str, remedy: str) -> None:
        super().__init__(f"{wrong}; {remedy}")
        self.wrong, self.remedy = wrong, remedy


_PLAIN = re.compile(r"[0-9]+(?:_[0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+")
_NUMBER = re.compile(
    r"(?P<sign>[-+]?)\s*(?P<money>\$?)\s*(?P<digits>[0-9][0-9_]*(?:\.[0-9]+)?|\.[0-9]+)"
    r"\s*(?P<unit>.*)",
    re.DOTALL,
)
_COUNT = {"": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_TIME = {"ms": 1e-3, "s": 1.0, "sec": 1.0, "min": 60.0, "minutes": 60.0, "minute": 60.0,
         "h": 3600.0, "hours": 3600.0, "hour": 3600.0, "days": 86400.0, "day": 86400.0}  # fmt: skip
_BYTES = {"B": 1.0, "KB": 1e3, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}
_BASE = {"s": ("s", _TIME), "minutes": ("min", _TIME), "hours": ("h", _TIME),
         "days": ("days", _TIME), "B": ("B", _BYTES), "KB": ("KB", _BYTES),
         "GB": ("GB", _BYTES)}  # fmt: skip


def read_value(text: str, meaning: Quantity) -> tuple[Value, Said]:
    """Read one number, range or `unknown`; return it and its basis.

    A plain number was counted (`measured`), a range is the client's word (`given`); `unknown`
    reads as None. Raises ValueProblem with the spelling that works.

    >>> read_value("about 4", Quantity("", "pages"))
    (Range(low=2.0, high=8.0, ceiling=inf), 'given')
    >>> read_value("5 %", Quantity("", "share", high=1.0))
    (0.05, 'measured')
    """
    text = text.strip()
    if text == "unknown":
        return None, "assumed"
    if text == "never" and meaning.endless:
        return math.inf, "measured"
    if text.startswith("about "):
        return _around(text[6:], meaning), "given"
    if " to " in text:
        low_text, _, high_text = text.partition(" to ")
        high = _number(high_text, meaning)
        unit = _unit_of(high_text)
        low = _number(low_text if _unit_of(low_text) else f"{low_text} {unit}", meaning)
        if low > high:
            raise ValueProblem(f"{text!r} runs downwards", f"write {high_text} to {low_text}")
        return Range(low, high, meaning.high), "given"
    return _number(text, meaning), "measured"


def _around(text: str, meaning: Quantity) -> Range:
    """Read `about x`: half to double, for a share half to double its odds."""
    value = _number(text, meaning)
    if value <= 0:
        raise ValueProblem("'about' needs a number above zero", "write a range such as 0 to 5")
    if math.isfinite(meaning.high):
        part = value / meaning.high
        if part >= 1:
            raise ValueProblem(f"'about {text}' is the most it can be", f"write {text}")
        odds = part / (1 - part)
        low, high = (meaning.high * o / (1 + o) for o in (odds / 2, odds * 2))
        return Range(low, high, meaning.high)
    return Range(value / 2, value * 2)


def _unit_of(text: str) -> str:
    found = _NUMBER.fullmatch(text.strip())
    return found["unit"].strip() if found else ""


def _number(text: str, meaning: Quantity) -> float:
    text = text.strip()
    found = _NUMBER.fullmatch(text)
    if not found:
        raise ValueProblem(*_why_no_number(text, meaning))
    digits, unit = found["digits"], found["unit"].strip()
    if not _PLAIN.fullmatch(digits) or (len(digits) > 1 and re.match(r"0[0-9_]", digits)):
        raise ValueProblem(*_why_no_number(text, meaning))
    value = float(digits.replace("_", "")) * _factor(text, unit, meaning)
    if found["sign"] == "-":
        value = -value
    if found["money"] and not meaning.unit.startswith("USD"):
        raise ValueProblem(f"{text!r} is money, this is in {meaning.unit}", "drop the $")
    return _bounded(text, value, unit, meaning)


def _bounded(text: str, value: float, unit: str, meaning: Quantity) -> float:
    if meaning.unit == "share" and meaning.high == 1.0 and value > 1 and unit != "%":
        raise ValueProblem(f"{text} is more than all of it", f"write {text} %")
    if not meaning.low <= value <= meaning.high:
        bounds = f"{_bound(meaning.low, meaning)} to {_bound(meaning.high, meaning)}"
        raise ValueProblem(f"{text!r} is outside {bounds}", "write a number inside")
    return value


def _bound(value: float, meaning: Quantity) -> str:
    if math.isinf(value):
        return "any size"
    return f"{value * 100:g} %" if meaning.unit == "share" else f"{value:g}"


def _factor(text: str, unit: str, meaning: Quantity) -> float:
    """Return what to multiply by to arrive at the field's own unit."""
    if not unit:
        return 1.0
    if meaning.unit == "share":
        if unit == "%":
            return 0.01
        raise ValueProblem(f"{text!r} has the unit {unit!r}, this is a share", "write it as 5 %")
    if meaning.unit in _BASE:
        base, table = _BASE[meaning.unit]
        if unit in table:
            return table[unit] / table[base]
        choice = ", ".join(table)
        raise ValueProblem(f"{text!r} has the unit {unit!r}", f"use one of {choice}")
    head, _, rest = unit.partition(" ")
    if head in _COUNT and (not rest or _names_unit(rest, meaning)):
        return _COUNT[head]
    if _names_unit(unit, meaning):
        return 1.0
    raise ValueProblem(
        f"{text!r} has the unit {unit!r}, this is in {meaning.unit}",
        "write the number alone, or with k or M",
    )


def _names_unit(word: str, meaning: Quantity) -> bool:
    return word.rstrip("s") in {w.rstrip("s") for w in re.split(r"[ /]", meaning.unit)}


def _why_no_number(text: str, meaning: Quantity) -> tuple[str, str]:
    """Say what is wrong with a text that should have been a number."""
    if re.fullmatch(r"[-+]?\$?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?.*", text):
        return f"{text!r} has commas", f"write {text.replace(',', '_')}"
    if re.fullmatch(r"[0-9.]+\s*[-–—]\s*[0-9.]+.*", text):
        low, high = re.split(r"\s*[-–—]\s*", text, maxsplit=1)
        return f"{text!r} is not a range here", f"write {low} to {high}"
    if re.fullmatch(r"0[0-9_]+.*", text):
        return f"{text!r} starts with a zero", f"write {text.lstrip('0') or '0'}"
    if re.fullmatch(r"[0-9.]+[eE][-+]?[0-9]+", text):
        return f"{text!r} is in powers of ten", f"write {float(text):.12g} or use k or M"
    if re.fullmatch(r"[0-9]+:[0-9]+.*", text):
        return f"{text!r} looks like a time of day", "write a number with its unit, such as 4.5 min"
    if re.fullmatch(r"[0-9]+,[0-9]+.*", text):
        return f"{text!r} has a comma", f"write {text.replace(',', '.')}"
    example = "5 %" if meaning.unit == "share" else "12"
    wrong = f"{text!r} is not a number" if text else "the value is missing"
    return wrong, f"write {meaning.unit} such as {example}, 'about {example}', a range, or unknown"
