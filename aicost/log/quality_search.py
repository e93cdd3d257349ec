"""On which day answers changed, and which slice of them explains it best."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
from aicost.log.marked_cells import DEPLOYED, Cells, Split, split

ALL = "all answers"
ALARMS = 0.01  # of unchanged logs in which a change may be found
MOST_CHANGES = 4
ENTERED = 0.1  # share of a slice that something new has to have
JUDGED = 0.5  # share of marks whose judge was another, from which on the judge is suspected

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
class Change:
    """A day on which marks changed, with the periods on both sides that it was found in."""

    start: int
    day: int
    end: int
    sure: tuple[int, int]
    slices: tuple[Slice, ...]
    whole: Slice
    splits: tuple[Split, ...]
    entered: tuple[tuple[str, str], ...]
    judges: tuple[str, str] | None  # who marked most before and after, where that changed
    steady: Slice | None  # and then marks of those who marked on both sides
    apart: tuple[Slice, float] | None  # and a slice that changed otherwise than the rest, by what

    @property
    def best(self) -> Slice:
        """The slice that explains it best."""
        return self.slices[0]


def changes(cells: Cells) -> list[Change]:
    """The changes of a log, in order of days; each found in what no earlier one divides."""
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


def _change(cells: Cells, start: int, end: int, extra: float) -> Change | None:
    """What is to be said of the one change between two others, once more dated there."""
    part = cells.between(start, end)
    ranked = _ranked(part, extra)
    if not ranked or ranked[0].alarm > ALARMS:
        return None
    best = ranked[0]
    inside = part.only(_mask(part, best.name))
    z = _z(inside.whole(), part, extra)
    low, high = dated(z[0])
    day, moved = _judges(inside, low, high)
    judge = moved >= JUDGED
    day = day if judge else best.day
    narrower = None if judge else _narrower(part, best, extra)
    every = _slice((), part.whole(), _z(part.whole(), part, extra)[0], day)
    return Change(
        start,
        start + day,
        end,
        (start + low, start + high),
        tuple(([narrower] if narrower else []) + ranked),
        every,
        tuple(split(name, days, day) for name, days in part.slices()),
        tuple(_entered(inside, low - 1, high + 1)),
        _most(inside, day) if judge else None,
        _steady(inside, day, extra) if judge else None,
        _apart(part, day, extra) if judge else None,
    )


def _z(days: Days, cells: Cells, extra: float) -> Floats:
    whole = float(cells.whole().variance(0.0)[0])
    return scan(days, days.variance(whole) * extra)


def _ranked(cells: Cells, extra: float) -> list[Slice]:
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


def _mask(cells: Cells, name: Name) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    kept = np.ones(cells.n.size, dtype=bool)
    for column, value in name:
        kept &= cells.where(column, value)
    return kept


def _narrower(cells: Cells, best: Slice, extra: float) -> Slice | None:
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


def _ranked_at(inside: Cells, best: Slice, extra: float) -> Iterator[Slice]:
    for column, days in inside.slices():
        if column in dict(best.name):
            continue
        z = _z(days, inside, extra)
        for row in np.flatnonzero(z[:, best.day] != 0):
            one = Days(days.n[row : row + 1], days.s[row : row + 1], days.q[row : row + 1])
            yield _slice(((column, inside.values[column][row]),), one, z[row], best.day)


def _entered(cells: Cells, low: int, high: int) -> Iterator[tuple[str, str]]:
    """What a release can change, and began in the slice in some days, and has a share of it."""
    for column, days in cells.slices():
        if column in DEPLOYED:
            begun = np.argmax(days.n > 0, axis=1)
            after = days.n[:, high:].sum(axis=1)
            new = (begun > 0) & (begun >= low) & (begun <= high)
            for row in np.flatnonzero(new & (after >= ENTERED * after.sum())):
                yield column, cells.values[column][row]


def _judges(cells: Cells, low: int, high: int) -> tuple[int, float]:
    """The day, of some, on which most of the marks went to other judges; and which share."""
    shares = next((_shares(days) for column, days in cells.slices() if column == "judge"), None)
    if shares is None:
        return low, 0.0
    tried = range(max(1, low - 1), min(cells.days - 1, high + 1) + 1)
    moved = [float(np.abs(shares(day, 1) - shares(day, 0)).sum() / 2) for day in tried]
    best = int(np.argmax(moved))
    return tried[best], moved[best]


def _most(cells: Cells, day: int) -> tuple[str, str]:
    """Who marked most, before and from a day."""
    of = _shares(dict(cells.slices())["judge"])
    before, after = (cells.values["judge"][int(np.argmax(of(day, side)))] for side in (0, 1))
    return before, after


def _shares(days: Days) -> Callable[[int, int], Floats]:
    """Shares of the values before (0) or from (1) a day."""

    def of(day: int, side: int) -> Floats:
        part = days.n[:, day:] if side else days.n[:, :day]
        return np.asarray(part.sum(axis=1) / max(part.sum(), 1))

    return of


def _steady(cells: Cells, day: int, extra: float) -> Slice | None:
    """Marks of the judges who marked on both sides, where there are enough of them."""
    for column, days in cells.slices():
        if column == "judge":
            before, after = days.n[:, :day].sum(axis=1), days.n[:, day:].sum(axis=1)
            kept = (before >= LEAST) & (after >= LEAST)
            if kept.any():
                one = Days(*(x[kept].sum(axis=0, keepdims=True) for x in (days.n, days.s, days.q)))
                name = tuple(("judge", cells.values["judge"][row]) for row in np.flatnonzero(kept))
                return _slice(name[:1], one, _z(one, cells, extra)[0], day)
    return None


def _apart(cells: Cells, day: int, extra: float) -> tuple[Slice, float] | None:
    """The slice whose change on a day is furthest from that of the other answers, where it is far.

    Another judge marks all answers otherwise: what a slice changed by beyond the rest is its own.
    """
    whole = cells.whole()
    variance = float(whole.variance(0.0)[0]) * extra
    found = []
    for column, days in cells.slices():
        n, s = (
            np.stack([x[:, :day].sum(axis=1), x[:, day:].sum(axis=1)]) for x in (days.n, days.s)
        )
        rest_n, rest_s = (x.sum(axis=1, keepdims=True) - x for x in (n, s))
        enough = (np.minimum(n, rest_n) >= LEAST).all(axis=0) & (column != "judge")
        for row in np.flatnonzero(enough):
            mean, rest = s[:, row] / n[:, row], rest_s[:, row] / rest_n[:, row]
            more = float((mean[1] - mean[0]) - (rest[1] - rest[0]))
            z = more / np.sqrt(variance * (1 / n[:, row] + 1 / rest_n[:, row]).sum())
            counts = (int(n[0, row]), int(n[1, row]), float(mean[0]), float(mean[1]))
            name = ((column, cells.values[column][row]),)
            found.append((Slice((name,), day, float(z), *counts), more))
    falls = whole.s[0, day:].sum() / whole.n[0, day:].sum() < whole.s.sum() / whole.n.sum()
    worst = max(
        (one for one in found if (one[1] < 0) == falls), key=lambda one: abs(one[0].z), default=None
    )
    if worst is None:
        return None
    alarm = float(chance(np.array([worst[0].z]), len(found))[0])
    return (replace(worst[0], alarm=alarm), worst[1]) if alarm <= ALARMS else None
