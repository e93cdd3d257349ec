"""How a file writes amounts, dates and column names, whatever country it comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MONEY = re.compile(r"[$€£¥\s\u00a0\u202f']|USD|EUR|GBP")


class Numbers:
    """How a file writes its numbers: which of comma and point stands before the decimals."""

    def __init__(self, texts: Sequence[str], *, comma: bool) -> None:
        bare = [_MONEY.sub("", text) for text in texts]
        as_comma = [t for t in bare if re.search(r",\d*$", t) and not re.search(r",\d{3}$", t)]
        as_point = [t for t in bare if re.search(r"\.\d*$", t) and not re.search(r"\.\d{3}$", t)]
        both = [t for t in bare if "," in t and "." in t]
        as_comma += [t for t in both if t.rfind(",") > t.rfind(".")]
        as_point += [t for t in both if t.rfind(".") > t.rfind(",")]
        self.clash = (as_comma[0], as_point[0]) if as_comma and as_point else None
        self.comma = bool(as_comma) or (comma and not as_point)
        open_ = [t for t in bare if re.fullmatch(r"-?\d{1,3}[.,]\d{3}", t)]
        self.doubtful = open_[0] if open_ and not as_comma and not as_point else ""

    def read(self, text: str) -> float:
        """An amount; brackets and a trailing minus are negative. Raises ValueError."""
        bare = _MONEY.sub("", text)
        negative = bare.startswith(("(", "-", "−")) or bare.endswith("-")
        bare = bare.strip("()-−+")
        thousands, point = (".", ",") if self.comma else (",", ".")
        if not re.fullmatch(
            rf"(\d{{1,3}}(\{thousands}\d{{3}})+|\d*)(\{point}\d*)?(e-?\d+)?", bare, re.IGNORECASE
        ) or not re.search(r"\d", bare):
            raise ValueError(text)
        value = float(bare.replace(thousands, "").replace(point, "."))
        return -value if negative else value


def month_of(text: str, *, day_first: bool) -> str:
    """The month of a date as 2026-07. Raises ValueError."""
    text = text.strip()
    if found := re.match(r"(\d{4})-?(\d{2})(?:\D|\d{2}\b|$)", text):
        year, month = found[1], found[2]
    elif found := re.match(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", text):
        dotted = "." in text[:3]
        year, month = found[3], found[2] if day_first or dotted else found[1]
    else:
        raise ValueError(text)
    if not 1 <= int(month) <= 12:
        raise ValueError(text)
    return f"{year}-{int(month):02d}"


def plain_name(header: str) -> str:
    """A column's name without unit, spaces, marks and case."""
    return re.sub(r"[\s._\-]", "", re.sub(r"\s*\([^)]*\)\s*$", "", header)).lower()


def is_date(text: str) -> bool:
    """Say whether a text is a date."""
    try:
        return bool(month_of(text, day_first=False))
    except ValueError:
        return False
