"""Numbers as people read them: money, counts, shares."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from aicost.values.charge import Charge, Factor
from aicost.values.money import spoken
from aicost.values.quantities import Numeric, Quantity, Range, Spread, Value

NO_UNIT = ("", "share", "times")
MOST_PER_CENT = 1_000.0  # of a total, beyond which a share says nothing


def digits(value: float, most: int) -> str:
    """A number to some digits, written out: no power of ten, however small it is.

    >>> digits(0.0000846123, 3), digits(1234.5, 2), digits(2.0, 3), digits(0.0, 3)
    ('0.0000846', '1200', '2', '0')
    """
    short = float(f"{value:.{most}g}")
    return str(np.format_float_positional(short, trim="-")) if math.isfinite(short) else f"{short}"


#: Prices are in pico-dollars: what is less than a thousandth of one, or of anything, is rounding.
LEAST = 1e-15


def usd(value: Numeric, *, price: bool = False) -> str:
    """Dollars to the cent, in the currency that is spoken; a unit price keeps the digits it has.

    An array is written as its mean.

    >>> usd(5138.6411), usd(0.000042), usd(2.0, price=True), usd(0.075, price=True)
    ('$5,138.64', '$0.000042', '$2.00', '$0.075')
    """
    return _exact(_amount(value), price)


def money(value: Numeric) -> str:
    """Dollars as a headline, in the currency that is spoken: whole above a hundred, cents below.

    >>> money(5138.64), money(12.3), money(0.0042), money(0.000027)
    ('$5,139', '$12.30', '$0.0042', '$0.000027')
    """
    return _headline(_amount(value))


def signed(value: Numeric) -> str:
    """Dollars as a headline with the sign of a change; nothing has none.

    >>> signed(12.3), signed(-5138.64), signed(0.0)
    ('+$12.30', '−$5,139', '$0.00')
    """
    amount = money(abs(value))
    return amount if amount == money(0.0) else f"{'+' if value > 0 else '−'}{amount}"


def about(value: Numeric) -> str:
    """Dollars to three digits (above one at least to the cent), for what is not known.

    >>> about(13309.4), about(10.718), about(0.1252), about(1882374.0), about(0.0)
    ('$13,300', '$10.72', '$0.125', '$1,880,000', '$0.00')
    """
    amount = _amount(value)
    short = float(f"{amount:.3g}")
    if 0 < abs(amount) < 1:
        return _exact(short, price=True)
    return _headline(short) if abs(amount) >= 100 else _exact(amount, price=False)


def cents(value: Numeric) -> str:
    """Dollars to the cent, whatever they are, in the currency that is spoken.

    >>> cents(0.0004), cents(-12.3)
    ('$0.00', '-$12.30')
    """
    amount = _amount(value)
    return f"{_sign(amount)}{abs(amount):,.2f}"


def _amount(value: Numeric) -> float:
    amount = float(np.mean(spoken().of(value)))
    return 0.0 if abs(amount) < LEAST else amount


def _sign(amount: float) -> str:
    return f"{'-' if amount < 0 else ''}{spoken().sign}"


def _exact(amount: float, price: bool) -> str:
    size, ahead = abs(amount), _sign(amount)
    if price or 0 < size < 0.01:
        short = digits(size, 4) if size < 1000 else f"{size:,.2f}"
        whole = f"{size:,.2f}"
        exact = math.isclose(float(whole.replace(",", "")), size, rel_tol=1e-9)
        return f"{ahead}{whole if exact else short}"
    return f"{ahead}{size:,.2f}"


def _headline(amount: float) -> str:
    size, ahead = abs(amount), _sign(amount)
    if size >= 100:
        return f"{ahead}{size:,.0f}"
    return f"{ahead}{size:,.2f}" if size >= 0.1 or size == 0 else f"{ahead}{digits(size, 2)}"


def listing(words: Sequence[str]) -> str:
    """Several words as a list in a sentence.

    >>> listing(["a"]), listing(["a", "b", "c"]), listing([])
    ('a', 'a, b and c', '')
    """
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def count(value: Numeric) -> str:
    """A count with as many digits as are of use.

    >>> count(312000.0), count(1.35), count(0.000123), count(6100.4), count(1.8e-16)
    ('312,000', '1.35', '0.000123', '6,100.4', '0')
    """
    amount = float(np.mean(value))
    if abs(amount) < LEAST:
        return "0"
    if math.isinf(amount):
        return "no end of"
    if abs(amount - round(amount)) <= 1e-12 * abs(amount) and abs(amount) < 1e15:
        return f"{amount:,.0f}"
    if abs(amount) >= 1000:
        return f"{amount:,.1f}"
    return digits(amount, 4)


def times(ratio: float) -> str:
    """How many times as much; below two to three digits, so that no change reads as none.

    >>> times(0.0267), times(1.0449), times(3.84), times(12_345.6)
    ('0.0267', '1.04', '3.8', '12,345.6')
    """
    return f"{ratio:,.1f}" if ratio >= 2 else digits(ratio, 3)


def percent(value: Numeric) -> str:
    """A share as a percentage.

    >>> percent(0.05), percent(0.123456), percent(1.0)
    ('5 %', '12.35 %', '100 %')
    """
    return f"{digits(float(np.mean(value)) * 100, 4)} %"


def seconds_words(value: Numeric) -> str:
    """A time as people say it.

    >>> seconds_words(0.0042), seconds_words(0.31), seconds_words(2.0), seconds_words(26.04)
    ('4.2 ms', '0.31 s', '2 s', '26 s')
    >>> seconds_words(128.0), seconds_words(7054.3), seconds_words(90_000.0)
    ('2 min 8 s', '1 h 58 min', '25 h')
    """
    size = float(np.mean(value))
    if np.isinf(size):
        return "no end"
    if size < 0.095:
        return f"{size * 1000:.2g} ms"
    if size < 99.5:
        return f"{float(f'{size:.2g}'):g} s"
    if size < 3_570:
        minutes, rest = divmod(round(size), 60)
        return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{round(size / 60)} min"
    hours, rest = divmod(round(size / 60), 60)
    return f"{hours} h {rest} min" if rest and hours < 10 else f"{round(size / 3600)} h"


def held(text: str) -> str:
    """A text whose lines do not break between a number and its unit.

    >>> held("95 % within 4 min 40 s")
    '95\\xa0% within 4\\xa0min 40\\xa0s'
    """
    return re.sub(r"(?<=\d) (?=(?:%|ms|s|min|h)(?!\w))|(?<=<) (?=\d)", "\u00a0", text)


def set_in_type(text: str) -> str:
    """A text as a page sets it: held together, with minus signs that are none of a keyboard.

    >>> set_in_type("-$1,042, -0.4 % of 5-7")
    '−$1,042, −0.4\\xa0% of 5-7'
    """
    return held(re.sub(r"(?<![\w–−-])-(?=[$€£]?\d)", "−", text))


def share(amount: Numeric, total: Numeric) -> str:
    """A share of a total with one digit, `< 0.1 %` where it is less, a dash of next to nothing.

    >>> share(1.0, 3.0), share(0.0, 3.0), share(0.0001, 3.0), share(300.0, 0.01)
    ('33.3 %', '0.0 %', '< 0.1 %', '–')
    """
    part = float(amount) / float(total) * 100 if total else 0.0
    if abs(part) >= MOST_PER_CENT:
        return "–"
    return f"{part:.1f} %" if abs(part) >= 0.05 or part == 0 else "< 0.1 %"


def value_words(value: Value, meaning: Quantity) -> str:
    """A value as a file would spell it, without its unit.

    >>> value_words(Range(0.05, 0.1, 1.0), Quantity("", "share", high=1.0))
    '5 % to 10 %'
    >>> value_words(Spread(250.0, 900.0), Quantity("", "tokens"))
    'p50 250, p95 900'
    """
    if isinstance(value, Range):
        low, high = (value_words(v, meaning) for v in (value.low, value.high))
        return f"{low} to {high}"
    if isinstance(value, Spread):
        return f"p50 {value_words(value.p50, meaning)}, p95 {value_words(value.p95, meaning)}"
    if isinstance(value, np.ndarray) and value.size > 1:
        low, high = (value_words(float(end), meaning) for end in (value.min(), value.max()))
        return f"{value.size:,} values, {low} to {high}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return listing(value)
    if meaning.unit == "share":
        return percent(value)
    if meaning.is_money:
        return usd(value, price=True)
    return count(value)


def quantity_words(factor: Factor) -> str:
    """A factor as it stands in a sentence.

    >>> quantity_words(Factor("cache misses", 0.85, "share"))
    '85 % cache misses'
    """
    if factor.unit == "share":
        words = f"{percent(factor.value)} {factor.name}"
        return f"{words} ({factor.note})" if factor.note else words
    if factor.unit == "USD":
        return f"{usd(factor.value)} {factor.name}"
    words = f"{count(factor.value)} {factor.name}"
    if len(factor.parts) > 1:
        inner = factor.joined.join(f"{count(p.value)} {p.name}" for p in factor.parts)
        return f"{words} ({inner})"
    return f"{words} ({factor.note})" if factor.note else words


def line_words(line: Charge) -> str:
    """A line of a bill by its name: `stage: item`, or the one word where they are one."""
    return line.item if line.item == line.stage else f"{line.stage}: {line.item}"


def path_words(path: str) -> str:
    """The path of a field in plain words.

    >>> path_words("answer.output_tokens"), path_words("traffic.requests_per_user_month")
    ('answer: output tokens', 'requests per user and month')
    >>> path_words("other.api servers.per_month"), path_words("answer.price.cache_read")
    ('api servers: a month', 'answer: price of cache read')
    """
    owner, _, name = path.rpartition(".")
    owner = owner.removeprefix("other.").removeprefix("pools.").removeprefix("plans.")
    owner = owner.removeprefix("environments.")
    owner, nested, _ = owner.partition(".price")
    name = name.replace("per_user_month", "per user and month").replace("per_month", "a month")
    name = name.replace("per_day", "a day")
    words = ("price of " if nested else "") + name.replace("_", " ")
    return words if owner in ("traffic", "corpus", "month", "goals") else f"{owner}: {words}"


def with_unit(value: Value, meaning: Quantity) -> str:
    """A value as a file would spell it, with its unit.

    >>> with_unit(6000.0, Quantity("", "users")), with_unit(0.05, Quantity("", "share"))
    ('6,000 users', '5 %')
    """
    words = value_words(value, meaning)
    if isinstance(value, str | bool) or meaning.unit in NO_UNIT:
        return words
    money_per = re.fullmatch(r"USD(?:/(.+))?", meaning.unit)
    if money_per:
        return f"{words} per {money_per[1]}" if money_per[1] else words
    return f"{words} {singular(meaning.unit) if words == '1' else meaning.unit}"


def singular(unit: str) -> str:
    """A unit in the singular, where there is one of it.

    >>> singular("requests"), singular("copies"), singular("people"), singular("GB")
    ('request', 'copy', 'person', 'GB')
    """
    if unit == "people":
        return "person"
    if unit.endswith("ies"):
        return f"{unit[:-3]}y"
    return unit.removesuffix("es") if unit.endswith("ches") else unit.removesuffix("s")


def plural(unit: str, number: str) -> str:
    """A unit in the plural where there is not one of it.

    >>> plural("search", "3"), plural("hour", "1"), plural("Mquery", "2.5"), plural("day", "7")
    ('searches', 'hour', 'Mqueries', 'days')
    """
    if number == "1" or unit in ("Mtok", "GB", "kWh") or unit.endswith("s"):
        return unit
    if unit.endswith("y") and unit[-2:-1] not in "aeiou":
        return f"{unit[:-1]}ies"
    return f"{unit}es" if unit.endswith("ch") else f"{unit}s"
