"""Tables of plain text for a terminal 80 columns wide: no colour, no boxes."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import accumulate, zip_longest

from aicost.values.formatting import held

WIDTH = 80
GAP = 2


def grid(rows: Sequence[Sequence[str] | str], align: str, wraps: Sequence[int] = ()) -> str:
    """Align rows of cells, those of the columns `wraps` broken so that all of it fits in WIDTH.

    `align` has an l or r per column. A row that is a string stands as it is.

    >>> print(grid([["users", "6,000"], ["pages", "6"]], "lr"))
      users  6,000
      pages      6
    """
    cells = [row for row in rows if not isinstance(row, str)]
    widths = [max((len(row[i]) for row in cells), default=0) for i in range(len(align))]
    least = [max((len(w) for row in cells for w in row[i].split()), default=0) for i in wraps]
    while sum(widths) + GAP * len(align) > WIDTH:
        over = [(widths[i], i) for i, word in zip(wraps, least, strict=True) if widths[i] > word]
        if not over:
            break
        widths[max(over)[1]] -= 1
    lines: list[str] = []
    for row in rows:
        lines += [row] if isinstance(row, str) else _lines(row, widths, align)
    return "\n".join(lines)


def _lines(row: Sequence[str], widths: Sequence[int], align: str) -> Iterator[str]:
    """Yield a row as one line or more; a cell runs on into an empty one to its right."""
    starts = list(accumulate(widths, lambda at, width: at + width + GAP, initial=GAP))
    last = len(row) - 1
    room = [
        w + GAP + widths[i + 1] if i < last and not row[i + 1] else w for i, w in enumerate(widths)
    ]
    for parts in zip_longest(*map(wrapped, row, room), fillvalue=""):
        line = ""
        for part, start, width, side in zip(parts, starts, widths, align, strict=False):
            if part:
                line = line.ljust(start) + (part.rjust(width) if side == "r" else part)
        yield line


def wrapped(text: str, width: int) -> list[str]:
    """Break a cell into lines, at blanks only; later lines hang two blanks deeper."""
    if len(text) <= width:
        return [text]
    hanging = " " * (len(text) - len(text.lstrip()) + 2)
    return _broken(text, width, "", hanging)


def paragraph(text: str, first: str = "", rest: str = "") -> str:
    """Break a text into lines of at most WIDTH.

    >>> paragraph("one two", "- ")
    '- one two'
    """
    return "\n".join(_broken(text, WIDTH, first, rest))


def _broken(text: str, width: int, first: str, rest: str) -> list[str]:
    """Break a text at blanks, but for those between a number and its unit."""
    lines = textwrap.wrap(
        held(text),
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace("\u00a0", " ") for line in lines]
