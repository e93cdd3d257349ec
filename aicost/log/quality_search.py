"""On which day answers changed, and which slice of them explains it best."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from aicost.log.change_points import (
    LEAST,
    Days,
    Floats,
    beyond_chance,
    chance,
    dated,
    false_alarms,
    scan,
)
from aicost.log.judges import Befell, Judged, evened, switched
from aicost.log.marked_cells import DEPLOYED, MarkedCells, Split, split

ALL = "all answers"
ALARMS = 0.01  # of unchanged logs in which a change may be found
MOST_CHANGES = 4
ENTERED = 0.1  # share of a slice that something new has to have

Name = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Slice:
    """Some of the answers, before and after a day: names for them that mean the same rows."""

    names: tuple[Name, ...]
    day: int
    z: float
    n0: int
    n1: int
    mean0: float
    mean1: float
    alarm: float = 1.0

    @property
    def name(self) -> Name:
        """Its first name; empty for all answers."""
        return self.names[0]

    @property
    def change(self) -> float:
        """What its mean changed by."""
        return self.mean1 - self.mean0

    @property
    def words(self) -> str:
        """Its names in words."""
        said = [words_of(name) for name in self.names]
        return said[0] if len(said) == 1 else f"{said[0]} (the same as {', '.join(said[1:])})"


def words_of(name: Name) -> str:
    """A slice in words."""
    return " and ".join(f"{column} {value}" for column, value in name) or ALL


@dataclass(frozen=True)
class QualityChange:
    """A day on which marks changed, with the periods on both sides that it was found in."""

    start: int
    day: int
    end: int
    sure: tuple[int, int]
    slices: tuple[Slice, ...]
    whole: Slice
    splits: tuple[Split, ...]
    entered: tuple[tuple[str, str], ...]

    @property
    def best(self) -> Slice:
        """The slice that explains it best."""
        return self.slices[0]


def changes(cells: MarkedCells) -> tuple[tuple[QualityChange, ...], tuple[Judged, ...]]:
    """The changes of a log, in order of days, and those of its judges, which are no changes of it.

    What changed is first looked for in marks without what the judges seem to do. The answers that
    the surest change befell are then left out of what the judges do, and so on with the next: what
    was seen only because of the others is gone by then.
    """
    days = switched(cells)
    even, judged = evened(cells, days)
    found = _changes(even)
    surest = 0
    while days and surest < len(found):
        surest += 1
        ranked = sorted(found, key=lambda one: -abs(one.best.z))[:surest]
        befell = [Befell(_mask(cells, one.best.name), one.day) for one in ranked]
        even, judged = evened(cells, days, befell)
        found = _changes(even)
    return tuple(found), judged


def _changes(cells: MarkedCells) -> list[QualityChange]:
    """Changes that are found in what no earlier one divides."""
    extra = beyond_chance(cells.whole())
    found: list[int] = []
    todo = [(0, cells.days)]
    while todo and len(found) < MOST_CHANGES:
        start, end = todo.pop(0)
        ranked = _ranked(cells.between(start, end), extra)
        if ranked and ranked[0].alarm <= ALARMS * (end - start) / cells.days:
            day = start + ranked[0].day
            found.append(day)
            todo += [(start, day), (day, end)]
    cuts = [0, *sorted(found), cells.days]
    each = (_change(cells, start, end, extra) for start, end in zip(cuts, cuts[2:], strict=False))
    return [one for one in each if one is not None]


def _change(cells: MarkedCells, start: int, end: int, extra: float) -> QualityChange | None:
    """What is to be said of the one change between two others, once more dated there."""
    part = cells.between(start, end)
    ranked = _ranked(part, extra)
    if not ranked or ranked[0].alarm > ALARMS:
        return None
    best, day = ranked[0], ranked[0].day
    inside = part.only(_mask(part, best.name))
    low, high = dated(_z(inside.whole(), part, extra)[0])
    narrower = _narrower(part, best, extra)
    every = _slice((), part.whole(), _z(part.whole(), part, extra)[0], day)
    return QualityChange(
        start,
        start + day,
        end,
        (start + low, start + high),
        tuple(([narrower] if narrower else []) + ranked),
        every,
        tuple(split(name, days, day) for name, days in part.slices()),
        tuple(_entered(inside, low - 1, high + 1)),
    )


def _z(days: Days, cells: MarkedCells, extra: float) -> Floats:
    whole = float(cells.whole().variance(0.0)[0])
    return scan(days, days.variance(whole) * extra)


def _ranked(cells: MarkedCells, extra: float) -> list[Slice]:
    """Slices by how well a change of each alone explains what was marked, the best first."""
    if cells.n.size == 0 or cells.n.sum() < 2 * LEAST:
        return []
    found: list[Slice] = []
    tried = [("", cells.whole()), *cells.slices()]
    for column, days in tried:
        z = _z(days, cells, extra)
        for row in np.flatnonzero(np.any(z != 0, axis=1)):
            one = Days(days.n[row : row + 1], days.s[row : row + 1], days.q[row : row + 1])
            name = ((column, cells.values[column][row]),) if column else ()
            found.append(_slice(name, one, z[row], int(np.argmax(np.abs(z[row])))))
    merged = _merged(found)
    if not merged:
        return []
    alarms = false_alarms(chance(np.array([one.z for one in merged]), cells.days))
    each = [replace(one, alarm=float(q)) for one, q in zip(merged, alarms, strict=True)]
    # A slice has to explain more than all answers do by more than trying so many slices can.
    free = 2 * np.log(len(each))
    return sorted(each, key=lambda one: -(one.z**2 + free * (not one.name)))


def _slice(name: Name, days: Days, z: Floats, day: int) -> Slice:
    (n0, s0), (n1, s1) = (
        (float(days.n[0, part].sum()), float(days.s[0, part].sum()))
        for part in (slice(None, day), slice(day, None))
    )
    return Slice((name,), day, float(z[day]), int(n0), int(n1), s0 / max(n0, 1), s1 / max(n1, 1))


def _merged(found: list[Slice]) -> list[Slice]:
    """Slices that are the same rows as one, under all their names in the order they were tried."""
    kept: dict[tuple[float, ...], Slice] = {}
    for one in found:
        key = (one.n0, one.n1, round(one.mean0, 9), round(one.mean1, 9))
        first = kept.get(key)
        kept[key] = one if first is None else replace(first, names=(*first.names, *one.names))
    return [*kept.values()]


def _mask(cells: MarkedCells, name: Name) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    kept = np.ones(cells.n.size, dtype=bool)
    for column, value in name:
        kept &= cells.where(column, value)
    return kept


def _narrower(cells: MarkedCells, best: Slice, extra: float) -> Slice | None:
    """A part of the best slice that explains more than it by more than trying so many can."""
    inside = cells.only(_mask(cells, best.name))
    parts = [one for one in _ranked_at(inside, best, extra) if one.n0 + one.n1 < best.n0 + best.n1]
    if not parts:
        return None
    top = max(parts, key=lambda one: abs(one.z))
    if top.z**2 <= best.z**2 + 2 * np.log(len(parts)) + 2:
        return None
    alarm = float(chance(np.array([top.z]), cells.days * len(parts))[0])
    return replace(top, alarm=alarm, names=tuple((*best.name, *name) for name in top.names))


def _ranked_at(inside: MarkedCells, best: Slice, extra: float) -> Iterator[Slice]:
    for column, days in inside.slices():
        if column in dict(best.name):
            continue
        z = _z(days, inside, extra)
        for row in np.flatnonzero(z[:, best.day] != 0):
            one = Days(days.n[row : row + 1], days.s[row : row + 1], days.q[row : row + 1])
            yield _slice(((column, inside.values[column][row]),), one, z[row], best.day)


def _entered(cells: MarkedCells, low: int, high: int) -> Iterator[tuple[str, str]]:
    """What a release can change, and began in the slice in some days, and has a share of it."""
    for column, days in cells.slices():
        if column in DEPLOYED and column != "judge":
            begun = np.argmax(days.n > 0, axis=1)
            after = days.n[:, high:].sum(axis=1)
            new = (begun > 0) & (begun >= low) & (begun <= high)
            for row in np.flatnonzero(new & (after >= ENTERED * after.sum())):
                yield column, cells.values[column][row]
