"""Letters of a text that nobody sees, and names that look alike."""

from __future__ import annotations

import re
import unicodedata

#: What is drawn as nothing though Unicode counts it among letters, marks and symbols.
_BLANK = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
)
_EMOJI = (
    r"[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u27ff\u2900-\u2bff\u3030\u303d\u3297\u3299"
    r"\U0001f000-\U0001faff]"
)
_ONE = rf"{_EMOJI}\ufe0f?[\U0001f3fb-\U0001f3ff]?"
#: Emoji with what joins and varies them; a key (1, then U+20E3), a flag of letters in tags.
_PICTURE = re.compile(
    rf"\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f|{_EMOJI}\ufe0e|{_ONE}(?:\u200d{_ONE})*"
    r"|[0-9#*]\ufe0f\u20e3"
)


def hidden(text: str) -> str:
    """The first letter of a text that cannot be seen, by its code point; nothing where all can.

    Emoji keep what they are made of: joiners between two, and variation selectors.

    >>> hidden("search\\u200b"), hidden("\\u202eabc")
    ('U+200B (zero width space)', 'U+202E (right-to-left override)')
    >>> hidden("Ärzte \\u2764\\ufe0f \\U0001f469\\u200d\\U0001f4bb")
    ''
    """
    for letter in _PICTURE.sub("", text):
        if letter in _BLANK or unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp"):
            name = unicodedata.name(letter, "").lower()
            return f"U+{ord(letter):04X} ({name})".removesuffix(" ()")
    return ""


def look(name: str) -> str:
    """What a reader sees of a name: two that look alike have the same.

    >>> look("fi le") == look("\\ufb01\\u00a0le"), look("a") == look("b")
    (True, False)
    """
    return " ".join(unicodedata.normalize("NFKC", name).replace("\ufe0f", "").split())


def plain(text: str) -> str:
    """A text on one line, what does not print as a blank; bytes that are no text by their number.

    >>> plain("caf\\udce9.yaml:\\n no users")
    'caf[U+DCE9].yaml:  no users'
    """
    return "".join(
        c if c.isprintable() else f"[U+{ord(c):X}]" * (c > "\ud7ff") or " " for c in text
    )
