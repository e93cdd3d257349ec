"""Text that shows all that is in it: no letter that hides, turns the line round or steers a screen.

What a person reads is cleaned here and nowhere else: the terminal's lines as they are printed, a
page as it is finished, the cells of a sheet as they are written.
"""

from __future__ import annotations

import re

#: Controls but for tab and line break, surrogates, and what Unicode lets a program ignore: joiners,
#: marks of direction, tags, variation selectors, fillers. Unicode 16, DerivedCoreProperties.txt.
_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_PICTURE = (
    "[\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
#: What emoji need, and nothing else: a look, a joiner between two, the letters behind a flag.
_EMOJI = (
    f"{_PICTURE}[\ufe0e\ufe0f]?(?:\u200d{_PICTURE}\ufe0f?)*"
    "|(?<=\U0001f3f4)[\U000e0020-\U000e007e]+\U000e007f|[0-9#*]\ufe0f\u20e3"
)
#: A word that would widen a table; an address is copied, so it stays whole.
_LONG = re.compile(r"(?<!\S)(?!https?:)(\S{24})\S{24,}(\S{12})")
_FIRST = re.compile(f"[{_HIDDEN}]")
_EITHER = re.compile(f"({_EMOJI})|\r\n|[{_HIDDEN}]")


def visible(text: str) -> str:
    """A text in which every hidden letter stands as its number; emoji stay whole.

    >>> visible("$13,600\\u202e!"), visible("a\\x1b[2Jb"), visible("two\\r\\nlines")
    ('$13,600[U+202E]!', 'a[U+001B][2Jb', 'two\\nlines')
    """
    return _EITHER.sub(_shown, text) if _FIRST.search(text) else text


def on_a_line(text: str) -> str:
    """A text of one line, as a cell of a table takes it: line breaks shown, long words cut.

    >>> on_a_line("a" + chr(10) + "b"), on_a_line(30 * "x" + 200 * "y" + 12 * "z")
    ('a[U+000A]b', 'xxxxxxxxxxxxxxxxxxxxxxxx…zzzzzzzzzzzz')
    """
    return _LONG.sub(r"\1…\2", visible(text).replace("\n", "[U+000A]"))


def _shown(found: re.Match[str]) -> str:
    return found[1] or ("\n" if found[0] == "\r\n" else f"[U+{ord(found[0]):04X}]")
