"""Text as Markdown that reads as it stands, whatever somebody wrote into a file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aicost.values.visible import on_a_line

#: Marks that Markdown would take for its own.
_MARKS = re.compile(r"[\\`*_\[\]<>|~#&]")
_FIRST = re.compile(r"^(\s*\d*)([-+.)])", re.MULTILINE)
#: What a site makes a link of, or a person who is told: `https://…`, `www.…`, `@name`, `#12`.
_LINKS = re.compile(r":(?=//)|\bwww(?=\.)|@|\\#(?=\d)", re.IGNORECASE)
NOTHING = "<!-- -->"


def plain(text: str) -> str:
    r"""A text in which no letter is a mark of Markdown.

    >>> plain("*gpt_4* costs 5")
    '\\*gpt\\_4\\* costs 5'
    """
    return _FIRST.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", text))


def inline(text: str) -> str:
    r"""A text of one line for a page that others write on too: no link, no person, no formula.

    >>> inline("a|b <b>, $5, https://x.example @all")
    'a\\|b \\<b\\>, \\$5, https:<!-- -->//x.example @<!-- -->all'
    """
    return _LINKS.sub(rf"\g<0>{NOTHING}", plain(on_a_line(text))).replace("$", r"\$")


def table(heads: Sequence[str], align: str, rows: Sequence[Sequence[str]]) -> str:
    """Rows under their headings, columns to the left or right as `align` has an l or r.

    >>> print(table(["what", "usd"], "lr", [["a|b", "5"]]))
    | what | usd |
    | --- | ---: |
    | a\\|b | 5 |
    """
    rule = ["---:" if side == "r" else "---" for side in align]
    lines = [[*map(inline, heads)], rule, *([*map(inline, row)] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
