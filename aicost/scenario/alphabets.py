"""Names in which a letter of another alphabet stands among Latin ones, and looks like one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from aicost.scenario.scenario import Scenario
from aicost.values.section import Concern, Section


def mixed(text: str) -> str:
    """The first letter of a word that is of another alphabet than the Latin letters beside it.

    Many look alike, and a name with one of them is another name to every program. Signs of
    measure, such as \u00b5, are none.

    >>> mixed("\\u0421ontract search"), mixed("\\u00e9t\\u00e9 \\u043c\\u0438\\u0440 \\u00b5s")
    ('U+0421 (cyrillic capital letter es)', '')
    """
    for word in re.findall(r"[^\W\d_]+", "" if text.isascii() else text):
        names = [unicodedata.name(letter, "") for letter in word]
        if any(name.startswith("LATIN ") for name in names):
            for letter, name in zip(word, names, strict=True):
                if name.startswith(("CYRILLIC ", "GREEK ")) and len(word) > 2:
                    return f"U+{ord(letter):04X} ({name.lower()})"
    return ""


def mixed_names(point: Scenario) -> Iterator[tuple[str, Section, Concern]]:
    """Yield the texts of a file that mix two alphabets in a word."""
    for prefix, part in (("", point.traffic), *point.sections()):
        told = vars(part) if prefix else vars(point.head) | {"name": point.name}
        for key, text in told.items():
            if isinstance(text, str) and (letter := mixed(text)):
                wrong = f"{text!r} has a letter of another alphabet among Latin ones, {letter}"
                yield prefix, part, Concern(key, wrong, "type it again, or leave it if it is meant")
