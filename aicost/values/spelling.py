"""How a value is spelled in a scenario: `4`, `about 4`, `2 to 6`, `5 %`, `3 s`, `20 k`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Literal, NoReturn

import numpy as np

from aicost.values.money import DOLLARS, SHARED, Money, code_of, spoken
from aicost.values.quantities import Quantity, Range, Value

Said = Literal["measured", "given", "assumed"]
#: What one of a currency is in dollars; "" is the currency of the file.
Worth = Callable[[str], float]

MOST = 1e15  # beyond anything a month of any system holds
SHOWN = 40  # letters of a number that is too large
WIDEST = 1e4  # a wider range would have its mean near its upper end, or above


class ValueProblem(ValueError):
    """A value that cannot be read: what is wrong, and what to write instead."""

    def __init__(self, wrong: str, remedy: str) -> None:
        super().__init__(f"{wrong}; {remedy}")
        self.wrong, self.remedy = wrong, remedy


def in_dollars(code: str) -> float:
    """The worth of money where all of it is dollars. Raises ValueProblem for any other."""
    if code not in ("", "USD"):
        raise ValueProblem(f"the amount is in {code}", "write it in USD")
    return 1.0


_NUMBER = re.compile(
    r"(?P<sign>[-+]?)\s*(?P<money>(?:US)?\$|[€£¥₹₩]|[A-Z]{3}(?=[ \d])|)\s*"
    r"(?P<digits>(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:_[0-9]{3})+)(?:\.[0-9]+)?|\.[0-9]+)"
    r"\s*(?P<unit>%|[$€£¥₹₩].*|[^\W\d_].*|)"
)
_COUNT = {"k": 1e3, "K": 1e3, "thousand": 1e3, "M": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_TIME = {
    "ms": 1e-3,
    "s": 1.0,
    "sec": 1.0,
    "min": 60.0,
    "minutes": 60.0,
    "minute": 60.0,
    "h": 3600.0,
    "hours": 3600.0,
    "hour": 3600.0,
    "days": 86400.0,
    "day": 86400.0,
}
_BYTES = {"B": 1.0, "KB": 1e3, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}
_BASE = {
    "s": ("s", _TIME),
    "s/token": ("s", _TIME),
    "minutes": ("min", _TIME),
    "hours": ("h", _TIME),
    "days": ("days", _TIME),
    "B": ("B", _BYTES),
    "KB": ("KB", _BYTES),
    "GB": ("GB", _BYTES),
}

#: Spellings that people and tools use, why they are refused, and the one that works.
_TRAPS: tuple[tuple[str, str, Callable[[re.Match[str]], str]], ...] = (
    (
        r"((?:[$€£¥₹₩]|[A-Z]{3} )?[0-9]{1,3}(?:(?:[,'’\s][0-9]{3})+|(?:\.[0-9]{3}){2,}))([^0-9]*)",
        "has separators",
        lambda m: re.sub(r"[,.'’\s]", "_", m[1]) + m[2],
    ),
    (
        r"([1-9][0-9]{0,2})\.000([^0-9%]*)",
        "may be meant in thousands",
        lambda m: f"{m[1]}_000{m[2]} or {m[1]}{m[2]}",
    ),
    (
        r"([0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]{1,2})",
        "is in powers of ten",
        lambda m: f"{Decimal(m[1]):,f}".replace(",", "_"),
    ),
    (
        r"([0-9.]+ ?[^\d\s.-]*)\s*(?:[-–—]|\.{2,}|…)\s*([0-9][0-9.]*(?: ?[^\d\s-]+)?)",
        "is not how a range is written",
        lambda m: f"{m[1].strip()} to {m[2]}",
    ),
    (r"0+([0-9_]+.*)", "starts with a zero", lambda m: m[1]),
    (r"[0-9]+:[0-9]+.*", "looks like a time of day", lambda _: "it in one unit, such as 4.5 min"),
    (r"([0-9]+),([0-9]+[^0-9]*)", "has a comma", lambda m: f"{m[1]}.{m[2]}"),
    (r".*?(?![0-9])\d.*", "has digits of another script", lambda _: "them as 0 to 9"),
    (
        r"(?i:~|≈|±|ca\.?|approx\.?|circa|around|roughly|about)\s*([0-9].*)",
        "is not how a rough number is written",
        lambda m: f"about {m[1]}",
    ),
    (r"(?i:up to|<=?|≤|at most|max\.?)\s*([0-9].*)", "is half a range", lambda m: f"0 to {m[1]}"),
    (r"(?i:\?+|n/?a|tbd|todo|unknown|none|nil|null|~)", "is not a number", lambda _: "unknown"),
    (r"(?i:yes|no|true|false)", "is not a number", lambda _: "how much it is, or unknown"),
    (r"(?i:never|[-+]?inf(?:inity)?)", "is not a number with an end", lambda _: "one, such as 12"),
)


def read_value(text: str, meaning: Quantity, worth: Worth = in_dollars) -> tuple[Value, Said]:
    """Read one number, range or `unknown`; return it and its basis.

    A plain number was counted (`measured`), a range is the client's word (`given`); `unknown`
    reads as None. Money is given back in dollars: `worth` says what one of a currency is, and of
    the file's own for an amount without one. Raises ValueProblem with the spelling that works.

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
        return _around(text[6:].strip(), meaning, worth), "given"
    _refuse_traps(text)
    if " to " in f" {text} ":
        return _between(text, meaning, worth), "given"
    return _number(text, meaning, worth), "measured"


def spelled(value: Value, meaning: Quantity, money: Money = DOLLARS) -> str:
    """A number or a range as a file spells it, so that `read_value` gives the same back.

    Dollars are written in `money`, that of the file.

    >>> share = Quantity("", "share", high=1.0)
    >>> spelled(0.003, share), spelled(6000.0, Quantity("", "users"))
    ('0.3 %', '6_000')
    >>> spelled(Range(2.0, 6.5), Quantity("", "minutes"))
    '2 to 6.5'
    """
    if isinstance(value, Range):
        return f"{spelled(value.low, meaning, money)} to {spelled(value.high, meaning, money)}"
    number = float(value)
    if meaning.is_money and money.in_usd != 1.0:
        number = float(f"{money.of(number):.15g}")
    if math.isinf(number):
        return "never"
    digits = np.format_float_positional(number, trim="-")
    whole = f"{number:_.0f}" if number == round(number) else digits
    per_cent = f"{np.format_float_positional(round(number * 100, 12), trim='-')} %"
    ways = [per_cent, digits] if meaning.unit == "share" else [whole, digits]
    return next((way for way in ways if _number(way, meaning) == number), digits)


def _around(text: str, meaning: Quantity, worth: Worth) -> Range:
    """Read `about x`: half to double, for a share half to double its odds."""
    if " to " in text or "about" in text:
        raise ValueProblem(f"'about {text}' says it twice", "write 'about 4' or '2 to 8'")
    value = _number(text, meaning, worth)
    if value <= 0:
        raise ValueProblem("'about' needs a number above zero", "write a range such as 0 to 5")
    if math.isinf(meaning.high):
        return Range(max(value / 2, meaning.low), value * 2)
    part = value / meaning.high
    if part >= 1:
        raise ValueProblem(f"'about {text}' is the most it can be", f"write {text}")
    odds = part / (1 - part)
    low, high = (meaning.high * o / (1 + o) for o in (odds / 2, odds * 2))
    return Range(max(low, meaning.low), high, meaning.high)


def _between(text: str, meaning: Quantity, worth: Worth) -> Range:
    """Read `low to high`; a unit after the second end, or the one currency, holds for both."""
    ends = [end.strip() for end in f" {text} ".split(" to ")]
    if len(ends) > 2:
        raise ValueProblem(f"{text!r} has more than two ends", "write low to high")
    unit = _unit_of(ends[1])
    ends[0] = ends[0] if _unit_of(ends[0]) else f"{ends[0]} {unit}".strip()
    named: list[str] = []

    def noted(code: str) -> float:
        named.extend([code] * bool(code))
        return worth(code)

    low, high = (_number(end, meaning, noted) for end in ends)
    if len({*named}) > 1:
        raise ValueProblem(f"{text!r} names two currencies", "keep one")
    if named:
        low, high = (_number(end, meaning, lambda code: worth(code or named[0])) for end in ends)
    if low > high:
        raise ValueProblem(f"{text!r} runs downwards", f"write {ends[1]} to {ends[0]}")
    if low > 0 and math.isinf(meaning.high) and high > low * WIDEST:
        raise ValueProblem(f"{text!r} says next to nothing", "narrow it to what is likely")
    return Range(low, high, meaning.high)


def _unit_of(text: str) -> str:
    number = _NUMBER.fullmatch(text)
    return number["unit"] if number else ""


def _number(text: str, meaning: Quantity, worth: Worth = in_dollars) -> float:
    _refuse_traps(text)
    number = _NUMBER.fullmatch(text)
    if not number:
        _refuse(text, meaning)
    mark, unit = number["money"], number["unit"]
    if mark and not meaning.is_money:
        wrong = f"{text!r} is money, this is {_measure(meaning)}"
        raise ValueProblem(wrong, f"drop the {mark}")
    value = float(number["digits"].replace("_", ""))
    if meaning.is_money:
        value *= _in_dollars(text, mark, unit, meaning, worth)
    else:
        value *= _factor(text, unit, meaning)
    value = -value if number["sign"] == "-" else value
    top = min(meaning.high, MOST)
    if meaning.unit == "share" and 1 < value <= 100 * top and unit != "%":
        raise ValueProblem(f"{text!r} would be {value * 100:g} %", f"write {text} %")
    if value < meaning.low:
        raise ValueProblem(f"{text!r} is too small", f"write {_least(meaning)}")
    if value > top:
        most = f"{top * 100:g} %" if meaning.unit == "share" else f"{top:,.16g}"
        shown = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
        raise ValueProblem(f"{shown!r} is too large", f"write {most} or less")
    return value


def _least(meaning: Quantity) -> str:
    if 0 < meaning.low < 1e-3:
        return "more than 0"
    share = meaning.unit == "share"
    return f"{meaning.low * 100:g} % or more" if share else f"{meaning.low:g} or more"


def _measure(meaning: Quantity) -> str:
    if meaning.is_money:
        return "an amount of money"
    return "a share" if meaning.unit == "share" else f"in {meaning.unit}"


def _factor(text: str, unit: str, meaning: Quantity) -> float:
    """What to multiply by to arrive at the field's own unit."""
    if not unit:
        return 1.0
    wrong = f"{text!r} has the unit {unit!r}, this is {_measure(meaning)}"
    if meaning.unit == "share":
        if unit == "%":
            return 0.01
        raise ValueProblem(wrong, "write it as 5 %")
    if meaning.unit in _BASE:
        base, table = _BASE[meaning.unit]
        if unit in table:
            return table[unit] / table[base]
        raise ValueProblem(wrong, f"use one of {', '.join(table)}")
    head, _, rest = unit.partition(" ")
    if head in _COUNT and (not rest or _names_unit(rest, meaning)):
        return _COUNT[head]
    if _names_unit(unit, meaning):
        return 1.0
    if code_of(unit.partition("/")[0]):
        raise ValueProblem(f"{text!r} is money, this is {_measure(meaning)}", f"drop the {unit}")
    raise ValueProblem(wrong, "write the number alone, or with k or M")


def _in_dollars(text: str, mark: str, unit: str, meaning: Quantity, worth: Worth) -> float:
    """What to multiply an amount of money by: its thousands, and what its currency is worth.

    Behind a number stand a size, a currency and what it is paid for, in this order, each or none:
    9.4 k EUR/month.
    """
    size, _, rest = unit.partition(" ")
    if size not in _COUNT:
        size, rest = "", unit
    code, *per = re.split(r"\s*/\s*|\s*\b(?:per|a)\s+", rest, maxsplit=1)
    behind = code_of(code)
    odd = code if not behind else "".join(per)
    if odd and odd != meaning.unit.partition("/")[2]:
        wrong = f"{text!r} has the unit {odd!r}, this is {_measure(meaning)}"
        raise ValueProblem(wrong, "write the amount alone, or with k or M and its currency")
    if mark and behind and code_of(mark) != behind:
        raise ValueProblem(f"{text!r} names two currencies", "keep one")
    if spoken().code in SHARED.get(mark, ()):
        wrong = f"{text!r}: {mark} may be {code_of(mark)} or {spoken().code}"
        raise ValueProblem(wrong, f"write {spoken().code} or {code_of(mark)} behind the amount")
    if mark and not code_of(mark):
        raise ValueProblem(f"{text!r}: {mark} is no currency", "write its code, such as EUR")
    return _COUNT.get(size, 1.0) * worth(code_of(mark) or behind)


def _names_unit(words: str, meaning: Quantity) -> bool:
    """Say whether words name the unit: `users`, `user`, `calls`, `calls/hour`."""
    known = {meaning.unit, meaning.unit.partition("/")[0]}
    return words in known | {name.removesuffix("s") for name in known}


def _refuse_traps(text: str) -> None:
    for pattern, wrong, instead in _TRAPS:
        match = re.fullmatch(pattern, text)
        if match:
            raise ValueProblem(f"{text!r} {wrong}", f"write {instead(match)}")


def _refuse(text: str, meaning: Quantity) -> NoReturn:
    example = "5 %" if meaning.unit == "share" else "12"
    wrong = f"{text!r} is not a number" if text else "a number is missing"
    measure = _measure(meaning).removeprefix("in ")
    raise ValueProblem(
        wrong, f"write {measure} such as {example}, 'about {example}', a range, or unknown"
    )
