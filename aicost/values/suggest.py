"""The names that were probably meant where one is not known."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

CUTOFF = 0.6  # difflib's own for close matches: one or two letters off in a word of five
SHORTEST = 3  # letters from which a name is looked for inside others
MOST_LISTED = 60  # more than any section has keys


def nearest(name: str, known: Iterable[str], n: int = 1) -> list[str]:
    """The known names most like one, the likeliest first: spelled alike, its last part, inside.

    >>> nearest("Requests per month", ["requests_per_month", "users"])
    ['requests_per_month']
    >>> nearest("gpt5", ["x/gpt-5-mini", "openai/gpt-5"])
    ['openai/gpt-5']
    >>> nearest("claude-haiku-5.5", ["openai/gpt-5", "anthropic/claude-haiku-5-5"])
    ['anthropic/claude-haiku-5-5']
    """
    plain = {one: _plain(one) for one in known}
    asked = _plain(name)
    same = [one for one, text in plain.items() if text == asked]
    tail = [one for one, text in plain.items() if text.endswith(f"/{asked}")]
    run = asked.replace("-", "")  # gpt5 for gpt-5
    tail += [
        one
        for one, text in plain.items()
        if run in (text.replace("-", ""), text.rpartition("/")[2].replace("-", ""))
    ]
    texts = difflib.get_close_matches(asked, plain.values(), n=n, cutoff=CUTOFF)
    close = [one for text in texts for one, other in plain.items() if other == text]
    long = len(asked) >= SHORTEST
    inside = [one for one, text in plain.items() if long and asked in text]
    return list(dict.fromkeys([*same, *tail, *close, *inside]))[:n]


def _plain(name: str) -> str:
    return re.sub(r"[\s._-]", "-", name.lower())


def did_you_mean(name: str, known: Iterable[str], n: int = 1) -> str:
    """The question after the nearest names, or nothing where none is near.

    >>> did_you_mean("modle", ["model", "price"]), did_you_mean("x", ["model"])
    ("did you mean 'model'?", '')
    """
    found = [f"'{one}'" for one in nearest(name, known, n)]
    return f"did you mean {', '.join(found)}?" if found else ""


def instead(name: str, known: Iterable[str]) -> str:
    """What to write in place of a name: the nearest one, else one of those there are.

    >>> instead("xyz", ["model", "price"])
    'use one of: model, price'
    """
    names = list(known)
    shown = ", ".join(names[:MOST_LISTED])
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    listed = f"use one of: {shown}{more}" if names else "remove it"
    return did_you_mean(name, names) or listed
