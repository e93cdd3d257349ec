"""Spellings that people and tools use for a number, and what each of them may stand for."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from unicodedata import decimal

from aicost.values.periods import period
from aicost.values.quantities import Quantity
from aicost.values.units import SIZES, sells, size_of

#: One group of thousands, or a decimal comma: only what is never counted in thousandths tells.
_COMMA = re.compile(r"((?:[$€£¥₹₩]|[A-Z]{3} )?[1-9][0-9]{0,2}),([0-9]{3})([^0-9]*)")
_PARTED = ("times", "s", "s/token", "minutes", "hours", "days", "queries/s")
_GROUPS = r"((?:[$€£¥₹₩]|[A-Z]{3} )?[0-9]{1,3}(?:(?:[,'’\s][0-9]{3})+|(?:\.[0-9]{3}){2,}))([^0-9]*)"

#: The two ends of a range, each with what stands behind it.
_ENDS = re.compile(
    r"(?P<mark>(?:(?:US)?[$€£¥₹₩]|[A-Z]{3} )?)"
    r"(?P<low>[0-9][0-9_]*(?:\.[0-9]+)?)\s*(?P<low_unit>%|[^\W\d_].*?|) to "
    r"(?P=mark)?(?P<high>[0-9][0-9_]*(?:\.[0-9]+)?)\s*(?P<high_unit>%|[^\W\d_].*|)"
)

#: A share as people say it: 1 in 25, 3 out of 4, 1/6.
_ONE_IN = re.compile(r"([0-9]+)\s*(?:/|(?i:in|of|out of))\s*([1-9][0-9]*)")

#: Spellings that people and tools use, why they are refused, and those that may be meant.
_TRAPS: tuple[tuple[str, str, Callable[[re.Match[str]], tuple[str, ...]]], ...] = (
    (_GROUPS, "has separators", lambda m: (re.sub(r"(?<=\d)[,.'’\s]", "_", m[1]) + m[2],)),
    (
        r"([1-9][0-9]{0,2})\.000([^0-9%]*)",
        "may be meant in thousands",
        lambda m: (f"{m[1]}_000{m[2]}", f"{m[1]}{m[2]}"),
    ),
    (
        r"([0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]{1,2})",
        "is in powers of ten",
        lambda m: (f"{Decimal(m[1]):,f}".replace(",", "_"),),
    ),
    (
        r"([0-9_]*[0-9](?:\.[0-9]+)?) ?(?:±|\+/?[-−]) ?([0-9_]*[0-9](?:\.[0-9]+)?)([^0-9]*)",
        "is not how a range is written",
        lambda m: ("{} to {}".format(*map(_plain, _about(m))) + m[3],),
    ),
    (
        r"([0-9.]+ ?[^\d\s.-]*)\s*(?:[-–—]|\.{2,}|…)\s*([0-9][0-9.]*(?: ?[^\d\s-]+)?)",
        "is not how a range is written",
        lambda m: (f"{m[1].strip()} to {m[2]}",),
    ),
    (
        rf"(.*[0-9]) ?({'|'.join(SIZES)})\.?( .*|)",
        "has a size of another language",
        lambda m: (f"{m[1]} {SIZES[m[2].lower()]}{m[3]}",),
    ),
    (
        r"([0-9]+(?:\.[0-9]+)?) ?(lakh|crore)s?( .*|)",
        "has a size of another language",
        lambda m: (_plain(float(m[1]) * (1e5 if m[2].lower() == "lakh" else 1e7)) + m[3],),
    ),
    (
        r"([0-9]+) ?(h|m|min) ?([0-9]{1,2}) ?(?:m|min|s|)",
        "is in two units",
        lambda m: (f"{60 * int(m[1]) + int(m[3])} {'min' if m[2].lower() == 'h' else 's'}",),
    ),
    (r"([0-9.]+) ?‰", "is in thousandths", lambda m: (f"{_plain(float(m[1]) / 10)} %",)),
    (r"([0-9.]+)\s*(?i:per ?cent|pct\.?)", "has its % in words", lambda m: (f"{m[1]} %",)),
    (r"0+([0-9_]+.*)", "starts with a zero", lambda m: (m[1],)),
    (r"([0-9]+),([0-9]+[^0-9]*)", "has a comma", lambda m: (f"{m[1]}.{m[2]}",)),
    (
        r".*?(?![0-9])\d.*",
        "has digits of another script",
        lambda m: ("".join(str(decimal(letter, letter)) for letter in m[0]),),
    ),
    (
        r"(?i:~|≈|±|ca\.?|approx\.?|circa|around|roughly|about)\s*([0-9].*)",
        "is not how a rough number is written",
        lambda m: (f"about {m[1]}",),
    ),
    (
        r"(?i:up to|<=?|≤|at most|max\.?)\s*([0-9].*)",
        "is a limit, or half a range",
        lambda m: (m[1], f"0 to {m[1]}"),
    ),
    (r"(?i:\?+|n/?a|tbd|todo|unknown|nil|null|~)", "is not a number", lambda _: ("unknown",)),
    (r"(?i:none|no|off|nothing|false)", "is not a number", lambda _: ("0", "unknown")),
)
#: Those that nothing can be made of, and what to write by an example.
_WORDS: tuple[tuple[str, str, str], ...] = (
    (r"[0-9]+:[0-9]+.*", "looks like a time of day", "it in one unit, such as {0}"),
    (r"(?i:an?|half an?|quarter of an?) .*", "is not a number", "it in figures, such as {0}"),
    (r"(?i:yes|on|true)", "is not a number", "how much it is, or unknown"),
    (r"(?i:never|[-+]?inf(?:inity)?)", "is not a number with an end", "one, such as {0}"),
)


def doubt(text: str, meaning: Quantity) -> tuple[str, tuple[str, ...]] | None:
    """Why a spelling is doubted, and those it may stand for, the likeliest first.

    Parameters
    ----------
    text : what was written. meaning : the field it was written for.

    Examples
    --------
    >>> doubt("20,000", Quantity("", "users")), doubt("20_000", Quantity("", "users"))
    (('has separators', ('20_000',)), None)
    >>> doubt("1,250", Quantity("", "s"))[1]
    ('1_250', '1.25')
    """
    a_piece = meaning.is_money and meaning.unit.partition("/")[2] not in ("", "month", "user")
    if (a_piece or meaning.unit in _PARTED) and (comma := _COMMA.fullmatch(text)):
        whole, part, unit = comma.groups()
        point = f"{whole}.{part}".rstrip("0").rstrip(".")
        wrong = "may be in thousands, or have a decimal comma"
        return wrong, (f"{whole}_{part}{unit}", f"{point}{unit}")
    if two := _one_sided(text, meaning):
        return "has a unit behind one of its ends", two
    for pattern, wrong, instead in _TRAPS:
        if match := re.fullmatch(pattern, text, re.IGNORECASE):
            return wrong, instead(match)
    return None


def as_per_cent(text: str) -> str:
    """A share as people say it, in per cent; any other text as it is.

    Parameters
    ----------
    text : what was written.

    Examples
    --------
    >>> as_per_cent("1 in 25"), as_per_cent("3/4"), as_per_cent("4 %")
    ('4 %', '75 %', '4 %')
    """
    if (parts := _ONE_IN.fullmatch(text)) is None:
        return text
    some, whole = map(float, parts.groups())
    return f"{100 * some / whole:.15g} %"


def _one_sided(text: str, meaning: Quantity) -> tuple[str, ...]:
    """What `90_000 to 2 M` may stand for: the unit behind one of its ends, or behind both.

    A unit behind the second end holds for both, as in `2 to 3 M`, where that runs upwards and the
    other reading does not, or is far wider.
    """
    match = _ENDS.fullmatch(text)
    if match is None or bool(match["low_unit"]) == bool(match["high_unit"]):
        return ()
    low, high = (float(match[end].replace("_", "")) for end in ("low", "high"))
    unit = match["low_unit"] or match["high_unit"]
    size, rest = size_of(unit, meaning.unit)
    if size == 1.0:
        return ()
    mark = match["mark"]
    both = f"{mark}{match['low']} {unit} to {mark}{match['high']} {unit}"
    plain = "{} %" if unit == "%" else f"{mark}{{}} {rest}".strip()
    if match["low_unit"]:
        return () if low * size <= high <= meaning.high or low > high else (both,)
    alone = f"{plain.format(_plain(low * 100 if unit == '%' else low))} to "
    alone += f"{match['high']} %" if unit == "%" else plain.format(_plain(high * size))
    if low > high:
        return (alone,)
    return (both, alone) if 0 < low < high * size and size < 1.0 else ()


def _about(match: re.Match[str]) -> tuple[float, float]:
    """The two ends of a number and what it is more or less."""
    middle, off = (float(match[at].replace("_", "")) for at in (1, 2))
    return max(middle - off, 0.0), middle + off


def _plain(number: float) -> str:
    """A number as a file has it."""
    return f"{float(f'{number:.15g}'):_.15g}"


def advice(text: str) -> tuple[str, str] | None:
    """Why nothing can be made of a text, and what to write, with a place for an example.

    Parameters
    ----------
    text : what was written.

    Examples
    --------
    >>> advice("4:30")
    ('looks like a time of day', 'it in one unit, such as {0}')
    """
    found = (wrong for pattern, *wrong in _WORDS if re.fullmatch(pattern, text))
    wrong, remedy = next(found, ("", ""))
    return (wrong, remedy) if wrong else None


def paid_otherwise(
    text: str, each: str, sold: str, amount: tuple[str, float, str, str]
) -> tuple[str, str] | None:
    """What is wrong with an amount for something else than its field's, and what to write.

    Parameters
    ----------
    text : what was written. each : what it is said to be paid for. sold : what its field's is.
    amount : the sign, number, size and currency of it.

    Examples
    --------
    >>> paid_otherwise("36 k a year", "year", "month", ("", 36.0, "k", ""))
    ("'36 k a year' is per 'year', this is an amount per month", 'write 3 k')
    """
    if not each or sells(each, sold):
        return None
    wrong = f"{text!r} is per {each!r}, this is an amount{f' per {sold}' if sold else ''}"
    if sold in ("month", "user") and period(text)[1] == "year":
        mark, number, *behind = amount
        return wrong, f"write {mark}{' '.join([f'{number / 12:_.10g}', *filter(None, behind)])}"
    return wrong, f"say what it comes to per {sold}" if sold else "write the amount alone"
