"""A frame as CSV that a spreadsheet opens as what it says: no cell of it is run as a formula."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aicost.values.visible import visible

if TYPE_CHECKING:
    import pandas as pd

#: A sheet runs what begins with one of these, at a cell's start or behind what it may split at.
_FORMULA = re.compile(r"(^|[;\t\r\n])(?= *[=+\-@＝＋－＠\t\r])")  # the wide ones count in Japanese
_NUMBER = re.compile(r"[-+]?(\d[\d.,_]*|\.\d+)([eE][-+]?\d+)?( ?%)?")


def csv_of(frame: pd.DataFrame) -> str:
    """A frame as CSV; numbers stay numbers, words are cleaned and never a formula.

    >>> import pandas as pd
    >>> print(csv_of(pd.DataFrame({"item": ["=1+1", "-5"], "usd": [-5.0, 2.0]})), end="")
    item,usd
    '=1+1,-5.0
    -5,2.0
    """
    words = frame.map(lambda cell: plain(cell) if isinstance(cell, str) else cell)
    return str(words.to_csv(index=False, lineterminator="\n"))


def plain(cell: str) -> str:
    """A cell's words with an apostrophe before whatever a sheet would run.

    >>> plain("+cmd|' /C calc'!A0"), plain("-12.50"), plain("a;=1+1")
    ("'+cmd|' /C calc'!A0", '-12.50', "a;'=1+1")
    """
    return cell if _NUMBER.fullmatch(cell) else _FORMULA.sub(r"\1'", visible(cell))
