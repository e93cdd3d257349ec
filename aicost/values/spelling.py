"""How a value is spelled in a scenario: `4`, `about 4`, `2 to 6`, `5 %`, `3 s`, `20 k`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Literal, NoReturn

import numpy as np

from aicost.values.doubted import advice, as_per_cent, doubt, paid_otherwise
from aicost.values.money import DOLLARS, SHARED, Money, code_of, spoken
from aicost.values.quantities import Quantity, Range, Value
from aicost.values.units import BASE, COUNT

Said = Literal["stated", "given", "assumed"]
#: What one of a currency is in dollars; "" is the currency of the file.
Worth = Callable[[str], float]

MOST = 1e15  # beyond anything a month of any system holds
SHOWN = 40  # letters of a number that is too large
WIDEST = 1e4  # a wider range would have its mean near its upper end, or above
_PLAIN = r"\d+(?:_\d+)*(?:\.\d+)?"  # a number as Python reads it


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
    r"\s*(?P<unit>%|[$€£¥₹₩].*|/? *[^\W\d_].*|)"
)
#: By the unit of a field, the next one below, which a number that is too large was counted in.
_FINER = {"s": "ms", "min": "s", "h": "min", "KB": "B", "GB": "MB"}


def read_value(text: str, meaning: Quantity, worth: Worth = in_dollars) -> tuple[Value, Said]:
    """Read one number, range or `unknown`; return it and its basis.

    A plain number is `stated`, a range is the client's estimate (`given`); `unknown`
    reads as None. Money is given back in dollars: `worth` says what one of a currency is, and of
    the file's own for an amount without one. Raises ValueProblem with the spelling that works.

    >>> read_value("about 4", Quantity("", "pages"))
    (Range(low=2.0, high=8.0, ceiling=inf), 'given')
    >>> read_value("5 %", Quantity("", "share", high=1.0))
    (0.05, 'stated')
    """
    text = text.strip()
    if text == "unknown":
        return None, "assumed"
    if text == "never" and meaning.endless:
        return math.inf, "stated"
    if text.startswith("about "):
        return _around(text[6:].strip(), meaning, worth), "given"
    _refuse_traps(text, meaning, worth)
    if " to " in f" {text} ":
        return _between(text, meaning, worth), "given"
    return _number(text, meaning, worth), "stated"


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
        ends = [spelled(end, meaning, money) for end in (value.low, value.high)]
        if meaning.unit == "share" and len({end.endswith("%") for end in ends}) > 1:
            ends = [np.format_float_positional(end, trim="-") for end in (value.low, value.high)]
        return " to ".join(ends)  # a sign at one end alone would be taken for both
    number = float(value)
    if meaning.is_money and money.in_usd != 1.0:
        number = float(f"{money.of(number):.15g}")
    if math.isinf(number):
        return "never"
    digits = np.format_float_positional(number, trim="-")
    whole = f"{number:_.0f}" if number == round(number) else digits
    per_cent = f"{np.format_float_positional(round(number * 100, 12), trim='-')} %"
    ways = [per_cent, digits] if meaning.unit == "share" else [whole, digits]
    least, most = meaning.plain
    if number and not least <= float(value) <= most:
        ways = [_meant(way, meaning) for way in ways]
        digits = ways[-1]
    return next((way for way in ways if _number(way, meaning) == number), digits)


def _around(text: str, meaning: Quantity, worth: Worth) -> Range:
    """Read `about x`: half to double, for a share half to double its odds."""
    if " to " in text or "about" in text:
        sign = " %" if meaning.unit == "share" else ""
        remedy = f"write 'about 4{sign}' or '2{sign} to 8{sign}'"
        raise ValueProblem(f"'about {text}' says it twice", remedy)
    value = _number(text, meaning, worth)
    if value <= 0:
        raise ValueProblem(
            "'about' needs a number above zero",
            f"write a range such as {meaning.low or 0:g} to {_example(meaning)}",
        )
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
    text = as_per_cent(text) if meaning.unit == "share" else text
    _refuse_traps(text, meaning, worth)
    number = _NUMBER.fullmatch(text)
    if not number:
        _refuse(text, meaning)
    mark, unit = number["money"], number["unit"]
    if mark and not meaning.is_money:
        wrong = f"{text!r} is money, this is {_measure(meaning)}"
        raise ValueProblem(wrong, f"drop the {mark}")
    value = float(number["digits"].replace("_", ""))
    if meaning.is_money:
        value *= _in_dollars(text, value, mark, unit, meaning, worth)
    else:
        value *= _factor(text, unit, meaning)
    value = -value if number["sign"] == "-" else value
    if not unit and value:
        _refuse_slips(text, value, meaning)
    top = min(meaning.high, MOST)
    if meaning.unit == "share" and 1 < value <= 100 * top and unit != "%":
        raise ValueProblem(f"{text!r} would be {value * 100:g} %", f"write {text} %")
    if value < meaning.low:
        raise ValueProblem(f"{text!r} is too small", f"write {_least(meaning)}")
    if value > top:
        most = f"{top * 100:g} %" if meaning.unit == "share" else f"{top:_.16g}"
        shown = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
        raise ValueProblem(f"{shown!r} is too large", f"write {most} or less")
    return value


def _refuse_slips(text: str, value: float, meaning: Quantity) -> None:
    """Refuse a number that is likely meant in another unit than its field's."""
    least, most = meaning.plain
    if least <= value <= most or value < 0:
        return
    if meaning.unit in BASE:
        base = BASE[meaning.unit][0]
        other = f"{text} {'h' if value < least else _FINER[base]}"
        wrong = f"{text!r} without a unit would be {text} {base}"
    else:
        few = value < least
        near = value * 1e3 if few else value / 1e3
        other = np.format_float_positional(float(f"{near:.12g}"), trim="-")
        side = f"below {least:g}" if few else f"above {most:_.16g}"
        wrong = f"{text!r} is {side}, where a slip of a thousand is likelier"
    raise ValueProblem(wrong, f"write {other}, or {_meant(text, meaning)} if that is meant")


def _meant(text: str, meaning: Quantity) -> str:
    """A number with its unit, which is taken as it stands."""
    if meaning.unit in BASE:
        return f"{text} {BASE[meaning.unit][0]}"
    of = f"per {meaning.unit.partition('/')[2]}" if meaning.is_money else meaning.unit
    return f"{text} {of}"


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
    if meaning.unit in BASE:
        base, table = BASE[meaning.unit]
        if unit in table:
            return table[unit] / table[base]
        raise ValueProblem(wrong, f"use one of {', '.join(table)}")
    head, _, rest = unit.partition(" ")
    if head in COUNT and (not rest or _names_unit(rest, meaning)):
        return COUNT[head]
    if _names_unit(unit, meaning):
        return 1.0
    if unit == "%" and meaning.unit == "times":
        alone = float(text.removesuffix("%").replace("_", "")) / 100
        if alone < meaning.low:
            raise ValueProblem(f"{text!r} is too small", f"write {1 + alone:g}")  # it is on top
        raise ValueProblem(wrong, f"write {np.format_float_positional(alone, trim='-')}")
    if code_of(unit.partition("/")[0]):
        raise ValueProblem(f"{text!r} is money, this is {_measure(meaning)}", f"drop the {unit}")
    raise ValueProblem(wrong, f"count {meaning.unit}, alone or with k or M")


def _in_dollars(
    text: str, value: float, mark: str, unit: str, meaning: Quantity, worth: Worth
) -> float:
    """What to multiply an amount of money by: its thousands, and what its currency is worth.

    Behind a number stand a size, a currency and what it is paid for, in this order, each or none:
    9.4 k EUR/month.
    """
    size, _, rest = unit.partition(" ")
    if size not in COUNT:
        size, rest = "", unit
    code, *per = re.split(r"\s*/\s*|\s*\b(?:per|an?)\s+", rest, maxsplit=1)
    behind, each, sold = code_of(code), "".join(per), meaning.unit.partition("/")[2]
    if code and not behind:
        wrong = f"{text!r} has the unit {code!r}, this is an amount of money"
        raise ValueProblem(wrong, "write the amount alone, or with k or M and its currency")
    if told := paid_otherwise(text, each, sold, (mark, value, size, code)):
        raise ValueProblem(*told)
    if mark and behind and code_of(mark) != behind:
        raise ValueProblem(f"{text!r} names two currencies", "keep one")
    if spoken().code in SHARED.get(mark, ()):
        wrong = f"{text!r}: {mark} may be {code_of(mark)} or {spoken().code}"
        raise ValueProblem(wrong, f"write {spoken().code} or {code_of(mark)} behind the amount")
    if mark and not code_of(mark):
        raise ValueProblem(f"{text!r}: {mark} is no currency", "write its code, such as EUR")
    return COUNT.get(size, 1.0) * worth(code_of(mark) or behind)


def _names_unit(words: str, meaning: Quantity) -> bool:
    """Say whether words name the unit: `users`, `user`, `calls`, `calls/hour`."""
    known = {meaning.unit, meaning.unit.partition("/")[0]}
    return words in known | {name.removesuffix("s") for name in known}


def _refuse_traps(text: str, meaning: Quantity, worth: Worth) -> None:
    """Refuse a spelling that is doubted, and offer those that it may stand for and can be read."""
    if found := doubt(text, meaning):
        _offer(text, *found, meaning, worth)
    if said := advice(text):
        raise ValueProblem(f"{text!r} {said[0]}", f"write {said[1].format(_example(meaning))}")


def _offer(
    text: str, wrong: str, offers: tuple[str, ...], meaning: Quantity, worth: Worth
) -> NoReturn:
    """Refuse a text for what it may stand for; where none of it can be read, for the first."""
    read, other = [], None
    for offer in dict.fromkeys(offers):
        try:
            read_value(offer, meaning, worth)
            read.append(offer)
        except ValueProblem as problem:
            other = other or problem
    if not read and other is not None and offers[0] != text:
        raise other
    raise ValueProblem(f"{text!r} {wrong}", f"write {' or '.join(read or offers)}")


def _example(meaning: Quantity) -> str:
    if meaning.unit == "share":
        return "5 %"
    return {"s": "4.5 s", "minutes": "4.5 min"}.get(meaning.unit, "12")


def _refuse(text: str, meaning: Quantity) -> NoReturn:
    example = "5 %" if meaning.unit == "share" else "12"
    if product := re.fullmatch(rf"({_PLAIN}) *[*] *({_PLAIN})", text):
        worked = float(product[1]) * float(product[2])
        if worked < MOST:
            raise ValueProblem(f"{text!r} is not worked out", f"write {worked:_.15g}")
    wrong = f"{text!r} is not a number" if text else "a number is missing"
    such = f"{_measure(meaning).removeprefix('in ')} such as {example}, 'about {example}'"
    raise ValueProblem(wrong, f"write {such}, a range, or unknown")
