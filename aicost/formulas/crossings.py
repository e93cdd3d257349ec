"""All whole numbers at which something turns: every one tried, never a bisection.

Machines come in whole units and prices in tiers, so that what is cheaper may turn many times; a
search that halves an interval returns one turn of many.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from aicost.values.quantities import Numeric
from aicost.values.spelling import MOST

BLOCK = 1 << 18  # numbers at a time: few bills to a million, and 2 MB an array
EDGES = 4097
WINDOWS = 64
UP_TO, FAR = 1_000_000, 10_000_000_000  # every usage is tried to the one, windows to the other
BEYOND = 100  # times today's usage that is looked at, where that is more

#: From whole numbers to one row of values per question asked of them.
Rows = Callable[[np.ndarray], np.ndarray]


def crossings(f: Callable[[np.ndarray], Numeric], *, up_to: int, start: int = 1) -> list[int]:
    """Every whole n at which f(n) >= 0 becomes true or stops being true.

    n is the first whole number of the new state: (f(n) >= 0) != (f(n - 1) >= 0).

    Parameters
    ----------
    f : takes an array of whole numbers and returns as many values. [any]
    up_to : last whole number tried. [any]
    start : first whole number tried. [any]

    Returns
    -------
    list of int, ascending [any]

    Notes
    -----
    Exact: every whole number is tried, in blocks of bounded memory. Equality is as good as the
    arithmetic of `f`.

    Examples
    --------
    >>> crossings(lambda n: 7 * n - 100 - 50 * (n // 20), up_to=1_000)
    [15, 20, 22]
    """
    found = scan(lambda n: np.broadcast_to(f(n), n.shape)[None], start, up_to)
    return found[0] if found else []


def scan(f: Rows, start: int, up_to: int) -> list[list[int]]:
    """The crossings of each row of `f` over every whole number from start to up_to."""
    found: list[list[int]] = []
    before = None
    for low in range(start, up_to + 1, BLOCK):
        met = f(np.arange(low, min(low + BLOCK, up_to + 1), dtype=float)) >= 0
        found = found or [[] for _ in met]
        turned = np.diff(met, axis=1, prepend=met[:, :1] if before is None else before)
        for row, column in zip(*np.nonzero(turned), strict=True):
            found[row].append(low + int(column))
        before = met[:, -1:]
    return found


def turns(f: Rows, start: int, up_to: int, far: int) -> list[list[int]]:
    """The crossings of each row of `f`: every whole number to up_to, windows from there on."""
    low, high = scan(f, start, up_to), windows(f, up_to, far)
    return [[*exact, *beyond] for exact, beyond in zip(low, high, strict=True)]


def windows(f: Rows, start: int, far: int) -> list[list[int]]:
    """The crossings of each row in those of 4,096 windows whose two ends differ.

    The windows have equal ratios. Of more than 64 that differ, the first 63 and the last are
    searched, number by number, or in windows again where they are wide; two turns inside one window
    are missed.
    """
    edges = np.unique(np.round(np.geomspace(start, max(far, start), EDGES)))
    met = f(edges) >= 0
    found: list[list[int]] = [[] for _ in met]
    apart = np.flatnonzero((met[:, 1:] != met[:, :-1]).any(axis=0)).tolist()
    for i in apart if len(apart) <= WINDOWS else [*apart[: WINDOWS - 1], apart[-1]]:
        low, high = int(edges[i]), int(edges[i + 1])
        inside = scan if high - low <= BLOCK else windows
        for row, more in zip(found, inside(f, low, high), strict=True):
            row.extend(more)
    return found


def farthest(usage: float, least: int = FAR) -> int:
    """The usage that is looked at last: ten billion, and a hundred times today's.

    None is looked at that no scenario could have.

    >>> farthest(6_000), farthest(2e9), farthest(3e14), farthest(6_000, least=1_000_000)
    (10000000000, 200000000000, 1000000000000000, 1000000)
    """
    return min(max(least, int(BEYOND * usage)), int(MOST))
