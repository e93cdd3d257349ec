"""The name that was probably meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable


def closest(word: str, names: Iterable[str]) -> str:
    """The name that was probably meant, or nothing.

    >>> closest("Requests per month", ["requests_per_month", "users"])
    'requests_per_month'
    """
    plain = {re.sub(r"[\s-]", "_", name.lower()): name for name in names}
    asked = re.sub(r"[\s-]", "_", word.lower())
    found = difflib.get_close_matches(asked, plain, n=1, cutoff=0.6)
    found = found or [name for name in plain if len(asked) > 3 and asked in name]
    return plain[found[0]] if found else ""


def nearest(word: str, names: Iterable[str]) -> str:
    """Return `did you mean …?` for the nearest name, or the names themselves.

    >>> nearest("modle", ["model", "price"])
    "did you mean 'model'?"
    """
    known = list(names)
    close = closest(word, known)
    if close:
        return f"did you mean '{close}'?"
    shown = ", ".join(known[:24])
    return f"use one of: {shown}" if known else "remove it"
