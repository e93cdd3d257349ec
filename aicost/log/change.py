"""Why one period's bill is not the other's: volume, mix, tokens, caching, price, and how sure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from aicost.book.book import Book
from aicost.log.bars import Bar, BillChange, days_words, notes
from aicost.log.columns import NAMELESS
from aicost.log.day_sums import (
    PARTS,
    Calls,
    Cell,
    ChangeError,
    Period,
    cells_of,
    period,
    sums_by_unit,
)
from aicost.log.factors import (
    FACTORS,
    INPUT,
    OUTPUT,
    THINKING,
    BillCells,
    Floats,
    Sums,
    cell_shares,
    checks,
    shares,
)
from aicost.log.spread import Left, days_left, half_width, parts_left
from aicost.values.formatting import count, percent, signed

INNER = 3  # cells that a bar names
EXACT = 1e-9
DUST = 1e-9  # of the larger bill
FURTHEST = 99.0  # logarithm of a ratio that says nothing
WORDS = {
    "volume": "requests a day",
    "mix": "which features are asked for",
    "calls": "calls a request",
    "models": "which models answer",
    "input": "input of a call",
    "caching": "input read from a cache",
    "output": "visible output of a call",
    "thinking": "thinking of a call",
    "list price": "list prices",
    "long context": "calls above a limit of length",
    "how sold": "batch, service tier, hours and fees",
}


def change(before: Period, after: Period) -> BillChange:
    """The difference between two periods' bills by its causes, each with a 95 % interval.

    A cell is a feature x stage x model. What is in one period only began or ended, a bar each; the
    other cells' difference is shared out among factors by their Shapley values.

    Parameters
    ----------
    before, after : days of priced calls, added up by `period`.

    Raises
    ------
    ChangeError : one of the periods costs nothing.

    Notes
    -----
    Bars add up to the difference, to a part in 10^9. Days are taken to be alike but for chance,
    working days and weekends each among themselves. A bill that grows within a period makes its
    interval wider, not narrower.
    """
    both = _Both.of(before, after)
    old, new = both.ends
    for side, usd in ((before, old), (after, new)):
        if usd <= 0:
            raise ChangeError(f"{days_words(side)}: calls cost nothing; name days that have a bill")
    found = both.figures(*both.whole)[:, 0]
    rest = new - old - found[:-2].sum()
    if abs(rest) > EXACT * max(old, new):
        raise ArithmeticError(f"bars leave ${rest:,.12f} of ${new - old:,.6f} over")
    width = both.half_width()
    low, high, by = found - width, found + width, min(float(width[-1]), FURTHEST)
    bars = both.bars(found, low, high)
    sure = [bar for bar in bars if abs(bar.usd) > DUST * max(old, new)]
    return BillChange(
        a=before,
        b=after,
        before=old,
        after=new,
        low=float(low[-2]),
        high=float(high[-2]),
        ratio_low=new / old * math.exp(-by),
        ratio_high=new / old * math.exp(by),
        bars=tuple(sorted(sure, key=lambda bar: (-abs(bar.usd), bar.label))),
        notes=tuple(notes(before, after)),
    )


@dataclass(frozen=True)
class _Both:
    """Two periods laid over each other: the same cells, by unit and as a whole.

    causes : what began or ended with each cell, "" where it stays.
    """

    keys: tuple[Cell, ...]
    causes: tuple[str, ...]
    cells: BillCells
    units: tuple[Sums, Sums]
    whole: tuple[Sums, Sums]
    left: tuple[Left, Left]

    @classmethod
    def of(cls, before: Period, after: Period) -> _Both:
        keys = cells_of(before, after)
        features = sorted({key.feature for key in keys})
        a, b = (sums_by_unit(side, keys, features) for side in (before, after))
        causes = _causes(keys, a.calls.sum(axis=0) > 0, b.calls.sum(axis=0) > 0)
        cells = _placed(keys, features, np.array([not cause for cause in causes]))
        whole = _whole(before, a), _whole(after, b)
        left = _left(before), _left(after)
        return cls(tuple(keys), tuple(causes), cells, (a, b), whole, left)

    @property
    def ends(self) -> tuple[float, float]:
        """Both bills. [USD/day]"""
        old, new = (float(one.usd.sum()) for one in self.whole)
        return old, new

    @property
    def labels(self) -> list[str]:
        """What began or ended, each once."""
        return [*dict.fromkeys(cause for cause in self.causes if cause)]

    def figures(self, a: Sums, b: Sums) -> Floats:
        """Each factor, what began or ended, the difference, and that of shares of each bill.

        The last goes with the logarithm of their ratio, but is no more than a sum.
        """
        many = max(len(a.usd), len(b.usd))
        a, b = (one if len(one.usd) == many else one.weighed(np.ones((many, 1))) for one in (a, b))
        member = [[cause == label for cause in self.causes] for label in self.labels]
        apart = np.reshape(member, (-1, len(self.keys))).astype(float) @ (b.usd - a.usd).T
        old, new = a.usd.sum(axis=1), b.usd.sum(axis=1)
        apart_by = new / self.ends[1] - old / self.ends[0]
        return np.vstack([shares(a, b, self.cells), apart, new - old, apart_by])

    def half_width(self) -> Floats:
        """How far the interval of each figure goes to either side."""
        (a, b), (old, new), (of_a, of_b) = self.units, self.whole, self.left
        without_a = self.figures(a.weighed(of_a.weights), new)
        without_b = self.figures(old, b.weighed(of_b.weights))
        return half_width(of_a, without_a, of_b, without_b)

    def bars(self, found: Floats, low: Floats, high: Floats) -> Iterator[Bar]:
        """Yield a bar for each figure but the last two."""
        old, new = self.whole
        lmdi, inside = checks(old, new, self.cells), cell_shares(old, new, self.cells)
        labels = _spelled(_moved(old, self.cells), _moved(new, self.cells))
        staying = self._cells_of("")
        for i, name in enumerate(FACTORS):
            where = _where([self.keys[j] for j in staying], inside[i])
            ends = float(found[i]), float(low[i]), float(high[i])
            yield Bar(name, labels[name], *ends, lmdi=float(lmdi[i]), where=where)
        for i, label in enumerate(self.labels, start=len(FACTORS)):
            inner = self._cells_of(label)
            where = _where([self.keys[j] for j in inner], (new.usd - old.usd)[0, inner])
            ends = float(found[i]), float(low[i]), float(high[i])
            yield Bar("ended" if found[i] < 0 else "began", label, *ends, where=where)

    def _cells_of(self, cause: str) -> list[int]:
        return [i for i, one in enumerate(self.causes) if one == cause]


def _whole(side: Period, sums: Sums) -> Sums:
    units = PARTS if side.single else len(side.days)
    return sums.weighed(np.full((1, units), 1.0 if side.single else 1 / units))


def _left(side: Period) -> Left:
    return parts_left(PARTS) if side.single else days_left(side.days)


def _placed(keys: Sequence[Cell], features: Sequence[str], staying: Any) -> BillCells:
    stages = sorted({(key.feature, key.stage) for key in keys})
    feature = np.array([features.index(key.feature) for key in keys], dtype=np.intp)
    stage = np.array([stages.index((key.feature, key.stage)) for key in keys], dtype=np.intp)
    return BillCells(feature, stage, staying)


def _causes(keys: Sequence[Cell], was: Any, now: Any) -> list[str]:
    """What began or ended with each cell, in words; nothing where it is in both."""
    both = set()
    for key, old, new in zip(keys, was, now, strict=True):
        both |= {(part, side) for part in _parts(key) for side, on in enumerate((old, new)) if on}

    def cause(key: Cell, old: bool, new: bool) -> str:
        if old and new:
            return ""
        for part in _parts(key):
            if (part, 1 - int(new)) not in both:
                return f"{part[0]} {part[-1] or '(none)'} {'began' if new else 'ended'}"
        raise AssertionError(key)

    return [cause(*one) for one in zip(keys, was, now, strict=True)]


def _parts(key: Cell) -> tuple[tuple[str, ...], ...]:
    """What a cell is part of, the largest first; a model by itself means a model of this stage."""
    return (
        ("feature", key.feature),
        ("stage", key.feature, key.stage),
        ("model", key.feature, key.stage, key.model),
    )


def _where(keys: Sequence[Cell], usd: Floats) -> tuple[str, ...]:
    """The cells that make most of a bar."""
    largest = np.argsort(-abs(usd), kind="stable")[:INNER]
    shown = [i for i in largest if abs(usd[i]) > DUST]
    words = [f"{signed(usd[i])} {_cell_words(keys[i])}" for i in shown]
    rest, more = usd.sum() - usd[shown].sum(), len(usd) - len(shown)
    if more and shown and abs(rest) > DUST:
        words.append(f"{signed(rest)} in {more} more")
    return tuple(words)


def _cell_words(key: Cell) -> str:
    return " / ".join(part or NAMELESS for part in (key.feature, key.stage, key.model))


def _moved(sums: Sums, cells: BillCells) -> dict[str, float]:
    """What factors are on average, over the cells that stay."""
    stay = cells.staying
    calls, amounts = sums.calls[0, stay].sum(), sums.amounts[0, stay].sum(axis=0)
    read, volume = amounts[list(INPUT)].sum(), sums.requests[0, cells.features_that_stay].sum()
    if not (calls and volume):
        return {}
    return {
        "volume": volume,
        "calls": calls / volume,
        "input": read / calls,
        "caching": amounts[INPUT[1]] / read if read else 0.0,
        "output": amounts[OUTPUT] / calls,
        "thinking": amounts[THINKING] / calls,
    }


def _spelled(was: dict[str, float], now: dict[str, float]) -> dict[str, str]:
    """The label of each factor, with what it was and is where one number says it."""

    def number(name: str, value: float) -> str:
        if name == "caching":
            return percent(float(f"{value:.3g}"))
        return count(float(f"{value:.3g}") if value < 1_000 else round(value))

    return {
        name: f"{words} {number(name, was[name])} → {number(name, now[name])}"
        if name in was and name in now
        else words
        for name, words in WORDS.items()
    }


def changed(
    before: Calls,
    after: Calls,
    book: Book,
    days: Sequence[tuple[date, date] | None] = (None, None),
) -> BillChange:
    """The difference between two logs of priced calls, or between some of their days.

    Parameters
    ----------
    before, after : priced calls; the same log twice where `days` are of one log.
    book : the prices that they were priced at.
    days : the first and the last day of each, all that there are where None.
    """
    sides = []
    for calls, some in zip((before, after), days, strict=True):
        first, last = some or (None, None)
        sides.append(period(calls, book, first=first, last=last))
    return change(*sides)
