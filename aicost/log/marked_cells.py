"""Marks of answers, added up once by day and slice; what rate and mix make of a difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from aicost.log.change_points import Days, Floats
from aicost.log.columns import NAMELESS
from aicost.log.engine import collected, conform

if TYPE_CHECKING:
    import pandas as pd

#: What a release can change comes first: of slices that are the same answers, it is named first.
DEPLOYED = ("version", "model", "judge", "from_cache", "provider", "region")
DIMENSIONS = (*DEPLOYED, "feature", "stage", "tenant")


@dataclass(frozen=True)
class MarkedCells:
    """Marks by day and slice: codes of each column, and how many, their sum, sum of squares."""

    first: date
    days: int
    day: NDArray[np.int64]
    codes: Mapping[str, NDArray[np.int64]]
    values: Mapping[str, tuple[str, ...]]
    n: Floats
    s: Floats
    q: Floats

    def by_day(self, group: NDArray[np.int64], groups: int) -> Days:
        """Marks of groups of cells, by day."""
        place = group * self.days + self.day
        n, s, q = (
            np.bincount(place, x, groups * self.days).reshape(groups, self.days).astype(np.float64)
            for x in (self.n, self.s, self.q)
        )
        return Days(n, s, q)

    def whole(self) -> Days:
        """All marks by day."""
        return self.by_day(np.zeros_like(self.day), 1)

    def slices(self) -> Iterator[tuple[str, Days]]:
        """By column, marks of each of its values by day."""
        for name, values in self.values.items():
            yield name, self.by_day(self.codes[name], len(values))

    def only(self, kept: NDArray[np.bool_]) -> MarkedCells:
        """Some of the cells, over the same days."""
        codes = {name: code[kept] for name, code in self.codes.items()}
        counts = (x[kept] for x in (self.n, self.s, self.q))
        return MarkedCells(self.first, self.days, self.day[kept], codes, self.values, *counts)

    def between(self, start: int, end: int) -> MarkedCells:
        """The cells of some days, counted from the first of these."""
        part = self.only((self.day >= start) & (self.day < end))
        first = date.fromordinal(self.first.toordinal() + start)
        counts = (part.n, part.s, part.q)
        return MarkedCells(first, end - start, part.day - start, part.codes, part.values, *counts)

    def where(self, column: str, value: str) -> NDArray[np.bool_]:
        """Which cells have a value."""
        return self.codes[column] == self.values[column].index(value)


def marked(calls: Any) -> MarkedCells:
    """Add up the marks of calls, on the engine that holds them.

    Parameters
    ----------
    calls : a frame of calls of any engine, as `conform` takes it.

    Raises
    ------
    ValueError : no call has a mark, or a mark is not between 0 and 1.
    """
    quality = nw.col("quality")
    scored = conform(calls).filter(~quality.is_null(), ~nw.col("moment").is_null())
    cells = collected(
        scored.with_columns(day=nw.col("moment").dt.truncate("1d"), squared=quality * quality)
        .group_by("day", *DIMENSIONS)
        .agg(
            n=quality.count(),
            s=quality.sum(),
            q=nw.col("squared").sum(),
            low=quality.min(),
            high=quality.max(),
        )
    )
    if cells.empty:
        raise ValueError("quality: no call has a mark; map the column of scores to quality")
    return _cells(cells)


def _cells(frame: pd.DataFrame) -> MarkedCells:
    import pandas as pd

    low, high = frame["low"].min(), frame["high"].max()
    if not 0 <= low <= high <= 1:
        remedy = "write them on a scale from 0, the worst, to 1, the best"
        if low >= 0 and 5 < high <= 100:
            remedy = "if they are of 100: --column 'quality=NAME [%]', the NAME that the log has"
        raise ValueError(f"quality: marks from {low:g} to {high:g} are not 0 to 1; {remedy}")
    frame = frame.sort_values(["day", *DIMENSIONS], kind="stable")
    days = frame["day"].to_numpy(dtype="datetime64[D]").astype(np.int64)
    codes, values = {}, {}
    for name in DIMENSIONS:
        texts = frame[name].astype("string").fillna(NAMELESS)
        code, found = pd.factorize(texts, sort=True)
        if len(found) > 1:
            codes[name], values[name] = code.astype(np.int64), tuple(map(str, found))
    n, s, q = (frame[name].to_numpy(dtype=np.float64) for name in ("n", "s", "q"))
    first = int(days.min())
    start = date(1970, 1, 1).toordinal() + first
    span = int(days.max()) - first + 1
    return MarkedCells(date.fromordinal(start), span, days - first, codes, values, n, s, q)


@dataclass(frozen=True, slots=True)
class Split:
    """What of a difference of two means is rates of a column's values, and what is their mix."""

    column: str
    rate: float
    mix: float
    stayed: float  # share of marks whose value is in both periods


def split(column: str, days: Days, change: int) -> Split:
    """Split a difference exactly over the values of a column.

    mean after - mean before = sum of (w0 + w1) / 2 * (r1 - r0)
    + sum of (w1 - w0) * ((r0 + r1) / 2 - r), with shares w, means r of the values and r the mean of
    both periods. A value of one period alone has the mean of that one in both: it is mix.

    >>> n = np.array([[80.0, 50.0], [20.0, 50.0]])
    >>> found = split("model", Days(n, n * [[0.8, 0.8], [0.5, 0.4]], n), 1)
    >>> round(found.rate, 3), round(found.mix, 3)
    (-0.035, -0.105)
    """
    (n0, n1), (s0, s1) = (
        (x[:, :change].sum(axis=1), x[:, change:].sum(axis=1)) for x in (days.n, days.s)
    )
    w0, w1 = n0 / n0.sum(), n1 / n1.sum()
    r0, r1 = s0 / np.maximum(n0, 1), s1 / np.maximum(n1, 1)
    r0, r1 = np.where(n0 > 0, r0, r1), np.where(n1 > 0, r1, r0)
    middle = (s0.sum() / n0.sum() + s1.sum() / n1.sum()) / 2
    of_rate = (w0 + w1) / 2 * (r1 - r0)
    of_mix = (w1 - w0) * ((r0 + r1) / 2 - middle)
    stayed = min(w0[n1 > 0].sum(), w1[n0 > 0].sum())
    return Split(column, float(of_rate.sum()), float(of_mix.sum()), float(stayed))
