"""What may stand behind a number: sizes of counts, times and bytes."""

from __future__ import annotations

import re

#: Sizes of a count.
COUNT = {"k": 1e3, "K": 1e3, "thousand": 1e3, "M": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
#: Sizes as other languages have them, and what is written here.
SIZES = {"mio": "M", "mln": "M", "mill": "M", "tsd": "k", "mrd": "bn", "teur": "k EUR"}
TIME = {
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
    "seconds": 1.0,
    "second": 1.0,
}
BYTES = {"B": 1.0, "KB": 1e3, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}
#: By the unit of a field, what a number without one is in, and what else may stand there.
BASE = {
    "s": ("s", TIME),
    "s/token": ("s", TIME),
    "minutes": ("min", TIME),
    "hours": ("h", TIME),
    "days": ("days", TIME),
    "B": ("B", BYTES),
    "KB": ("KB", BYTES),
    "GB": ("GB", BYTES),
}

#: By what money is paid for, the words that people have for it.
SOLD_BY = {
    "Mtok": ("mtok", "mtokens", "m tokens", "1m tokens", "million tokens", "1 million tokens"),
    "user": ("user", "seat", "month"),
    "hour": ("hour", "hr", "h"),
}


def sells(each: str, sold: str) -> bool:
    """Say whether words behind an amount name what the amount of a field is paid for.

    Parameters
    ----------
    each : what stands behind `per`. sold : what the field's amount is for.

    Examples
    --------
    >>> sells("1M tokens", "Mtok"), sells("user per month", "user"), sells("year", "month")
    (True, True, False)
    """
    words = re.split(r"\s*/\s*|\s+(?:per|and|an?)\s+", each.lower())
    return {*words} <= {*SOLD_BY.get(sold, (sold.lower(), *sold.lower().split("-")))}


def size_of(unit: str, of_field: str) -> tuple[float, str]:
    """What a unit behind a number multiplies a number without one by, and what is left of it.

    Parameters
    ----------
    unit : what stands behind a number. of_field : the unit of its field.

    Examples
    --------
    >>> size_of("M users", "users"), size_of("ms", "s"), size_of("%", "share")
    ((1000000.0, 'users'), (0.001, 's'), (0.01, ''))
    """
    if of_field in BASE:
        base, table = BASE[of_field]
        return table.get(unit, table[base]) / table[base], base
    if unit == "%":
        return 0.01, ""
    head, _, rest = unit.partition(" ")
    return (COUNT[head], rest) if head in COUNT else (1.0, unit)
