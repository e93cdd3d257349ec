"""A judge that was changed: on which day, what that alone did to marks, and marks without it.

Who marked stands in the log, so the day is known; what the new judge marks otherwise is counted
from the answers that nothing else befell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from aicost.log.change_points import LEAST, Floats
from aicost.log.marked_cells import MarkedCells

SWITCHED = 0.5  # share of the marks that went to others, from which on the judge has changed
SURE = 3.0  # standard errors
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Sides:
    """Marks before and from a day."""

    n0: int
    n1: int
    mean0: float
    mean1: float
    error: float  # of the difference of both means

    @property
    def change(self) -> float:
        """What the mean changed by."""
        return self.mean1 - self.mean0


@dataclass(frozen=True)
class Judged:
    """A day from which on another judge marked: marks of both, and of those who stayed."""

    day: int
    before: str
    after: str
    marks: Sides
    who: tuple[str, ...]
    stayed: Sides | None

    @property
    def shift(self) -> float:
        """What the judge alone did: less what those who stayed saw too, where they surely did."""
        seen = self.stayed
        also = seen is not None and abs(seen.change) > SURE * seen.error
        return self.marks.change - (seen.change if seen is not None and also else 0.0)


@dataclass(frozen=True)
class Befell:
    """Cells that changed on a day, whoever marked them."""

    cells: Flags
    day: int


def switched(cells: MarkedCells) -> list[int]:
    """The days on which most marks went to other judges, in order."""
    if "judge" not in cells.values:
        return []
    n = dict(cells.slices())["judge"].n
    found: list[int] = []
    todo = [(0, cells.days)]
    while todo:
        start, end = todo.pop()
        days = range(start + 1, end)
        moved = [_moved(n[:, start:day].sum(axis=1), n[:, day:end].sum(axis=1)) for day in days]
        if moved and max(moved) >= SWITCHED:
            day = days[int(np.argmax(moved))]
            found.append(day)
            todo += [(start, day), (day, end)]
    return sorted(found)


def _moved(before: Floats, after: Floats) -> float:
    if min(before.sum(), after.sum()) < LEAST:
        return 0.0
    return float(np.abs(after / after.sum() - before / before.sum()).sum() / 2)


def evened(
    cells: MarkedCells, days: Sequence[int], befell: Sequence[Befell] = ()
) -> tuple[MarkedCells, tuple[Judged, ...]]:
    """Marks as the first judge would have given them, and what each change of judge did.

    What befell some of the answers does not count for what a judge does: those are left out, or
    where they are all there are, what of them is on the other side of that day.
    """
    told = []
    for start, day, end in zip([0, *days], days, [*days[1:], cells.days], strict=False):
        near = (cells.day >= start) & (cells.day < end)
        clean = near.copy()
        for one in befell:
            fewer, later = clean & ~one.cells, cells.day >= day
            if min(cells.n[fewer & side].sum() for side in (later, ~later)) < LEAST:
                fewer = clean & ((cells.day >= one.day) != (one.day > day))
            clean = fewer
        judged = _judged(cells, day, near, clean)
        told.append(judged)
        others = cells.where("judge", judged.after) & (cells.day >= day)
        shift = np.where(others, judged.shift, 0.0)
        squares = cells.q - 2 * shift * cells.s + shift**2 * cells.n
        cells = replace(cells, s=cells.s - shift * cells.n, q=squares)
    if days:  # whoever marked, marks are now one judge's
        codes, values = dict(cells.codes), dict(cells.values)
        del codes["judge"], values["judge"]
        cells = replace(cells, codes=codes, values=values)
    return cells, tuple(told)


def _judged(cells: MarkedCells, day: int, near: Flags, clean: Flags) -> Judged:
    later, code = cells.day >= day, cells.codes["judge"]
    values = cells.values["judge"]
    n0, n1 = (
        np.bincount(code[rows], cells.n[rows], len(values))
        for rows in (near & ~later, near & later)
    )
    gained = n1 / n1.sum() - n0 / n0.sum()
    before, after = int(np.argmin(gained)), int(np.argmax(gained))
    old, new = ~later & (code == before), later & (code == after)
    marks = _sides(cells, old & clean, new & clean) or _sides(cells, old & near, new & near)
    if marks is None:
        marks = Sides(0, 0, 0.0, 0.0, 0.0)
    both = (n0 >= LEAST) & (n1 >= LEAST)
    both[[before, after]] = False
    stayed = both[code]
    return Judged(
        day,
        values[before],
        values[after],
        marks,
        tuple(values[i] for i in np.flatnonzero(both)),
        _sides(cells, stayed & clean & ~later, stayed & clean & later)
        or _sides(cells, stayed & near & ~later, stayed & near & later),
    )


def _sides(cells: MarkedCells, old: Flags, new: Flags) -> Sides | None:
    """Both means, where there are enough marks of each."""
    n0, n1 = float(cells.n[old].sum()), float(cells.n[new].sum())
    if min(n0, n1) < LEAST:
        return None
    mean0, mean1 = float(cells.s[old].sum()) / n0, float(cells.s[new].sum()) / n1
    spread0 = float(cells.q[old].sum()) / n0 - mean0**2
    spread1 = float(cells.q[new].sum()) / n1 - mean1**2
    error = float(np.sqrt(max(spread0, 0.0) / n0 + max(spread1, 0.0) / n1))
    return Sides(int(n0), int(n1), mean0, mean1, error)
