"""How a file writes amounts and column names, whatever country it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MONEY = re.compile(r"[$\s\u00a0\u202f'\u2019]|USD|US(?=[$\s\d-])", re.IGNORECASE)
#: Three digits behind a sign that cannot be thousands: behind a nought, or four digits.
_NO_THOUSANDS = re.compile(r"\(?-?(?:0|[0-9]{4,})[.,][0-9]{3}\)?-?")
_MANY_DECIMALS = re.compile(r"[.,][0-9]{3,}\)?-?$")
_SIGNS = "()-−+"
_SIGNED = {"", "-", "−", "+", "()", "(-)", "(−)"}  # before and behind an amount
_PLAIN = re.compile(r"-?[0-9]+(?:\.([0-9]*))?")
MOST = 1e15  # beyond any amount of an invoice


class Numbers:
    """How a file writes its numbers: which of comma and point stands before the decimals."""

    def __init__(self, texts: Iterable[str], *, comma: bool) -> None:
        texts = list(texts)
        bare = [_MONEY.sub("", text) for text in texts if not _plainly(text)]
        plain = next((text for text in texts if _plainly(text)), "")
        as_comma = [t for t in bare if re.search(r",\d*$", t) and not re.search(r",\d{3}$", t)]
        as_point = [t for t in bare if re.search(r"\.\d*$", t) and not re.search(r"\.\d{3}$", t)]
        both = [t for t in bare if "," in t and "." in t]
        as_comma += [t for t in both if t.rfind(",") > t.rfind(".")]
        as_point += [t for t in both if t.rfind(".") > t.rfind(",")]
        as_point += [plain] if plain else []
        as_comma += [t for t in bare if _NO_THOUSANDS.fullmatch(t) and "," in t]
        as_point += [t for t in bare if _NO_THOUSANDS.fullmatch(t) and "." in t]
        self.clash = (as_comma[0], as_point[0]) if as_comma and as_point else None
        self.comma = bool(as_comma) or (comma and not as_point)
        open_ = [t for t in bare if re.fullmatch(r"-?\d{1,3}[.,]\d{3}", t)]
        self.doubtful = ""
        if open_:  # told by others, unless they are unusual and have fewer decimals
            certain = [*filter(_plainly, texts), *as_comma, *as_point]
            usual = bool(certain) and self.comma == comma  # decimals as the file's separator has it
            told = usual or any(_MANY_DECIMALS.search(text) for text in certain)
            thousands = "," if as_point else "." if as_comma else "none"
            self.doubtful = next((t for t in open_ if not told and thousands not in t), "")

    def read(self, text: str) -> float:
        """An amount; brackets and a trailing minus are negative. Raises ValueError."""
        if not self.comma and _PLAIN.fullmatch(text):
            return _finite(float(text), text)
        bare = _MONEY.sub("", text)
        negative = bare.startswith(("(", "-", "−")) or bare.endswith("-")
        before = bare[: len(bare) - len(bare.lstrip(_SIGNS))]
        behind = bare[len(bare.rstrip(_SIGNS)) :]
        bare = bare.strip(_SIGNS)
        if before + behind not in _SIGNED or behind not in ("", ")", "-"):
            raise ValueError(text)
        thousands, point = (".", ",") if self.comma else (",", ".")
        if not re.fullmatch(
            rf"([0-9]{{1,3}}(\{thousands}[0-9]{{3}})+|[0-9]*)(\{point}[0-9]*)?(e-?[0-9]{{1,2}})?",
            bare,
            re.IGNORECASE,
        ) or not re.search(r"[0-9]", bare.lower().partition("e")[0]):
            raise ValueError(text)
        value = _finite(float(bare.replace(thousands, "").replace(point, ".")), text)
        return -value if negative else value


def _plainly(text: str) -> bool:
    """Say whether a number has a point before decimals that cannot be thousands."""
    found = _PLAIN.fullmatch(text)
    return found is not None and found[1] is not None and len(found[1]) != 3


def _finite(value: float, text: str) -> float:
    if abs(value) > MOST:
        raise ValueError(text)
    return value


def plain_name(header: str) -> str:
    """A column's name without unit, spaces, marks and case.

    >>> plain_name("Billed Cost ($)"), plain_name("lineItem/UnblendedCost")
    ('billedcost', 'lineitemunblendedcost')
    """
    return re.sub(r"[\s._\-/:]", "", re.sub(r"\s*\([^)]*\)\s*$", "", header)).lower()
