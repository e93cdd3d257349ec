"""Why quality dropped: on which day, in which slice, and what a sample of marks can show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from aicost.log.change_points import LEAST_VARIANCE, Days, power
from aicost.log.judges import Judged
from aicost.log.marked_cells import MarkedCells, marked
from aicost.log.quality_search import ALARMS, QualityChange, Slice, changes, words_of
from aicost.values.formatting import listing, plural
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table

SHOWN = 5  # slices of a change
DROP = 0.04  # whose chance to be seen is said
SURE = 2.0  # standard errors
MIXED = 0.5  # share of a change from which on its mix is said
SLICES = (
    Column("from", key="day"),
    Column("slice", key="slice"),
    Column("marks before", Form.COUNT, "n0"),
    Column("after", Form.COUNT, "n1"),
    Column("mean before", Form.COUNT, "mean0"),
    Column("after it", Form.COUNT, "mean1"),
    Column("points", Form.COUNT, "points"),
    Column("of the change", Form.SHARE, "part"),
    Column("by chance", Form.SHARE, "alarm"),
)
DAILY = (
    Column("day"),
    Column("marks", Form.COUNT, "n"),
    Column("mean", Form.COUNT, "mean"),
    Column("standard error", Form.COUNT, "error"),
)


@dataclass(frozen=True, repr=False)
class Quality(Result):
    """How good answers were, day by day, and what changed; marks are points of 100."""

    cells: MarkedCells
    changes: tuple[QualityChange, ...]
    judged: tuple[Judged, ...] = ()

    @property
    def per_day(self) -> float:
        """Marks of a day, a mean."""
        return float(self.cells.n.sum() / self.cells.days)

    def seen(self, drop: float, days: float = 1) -> float:
        """Chance that a drop of all answers is seen from the marks of so many days after it.

        Parameters
        ----------
        drop : by which the mean mark falls, 0 to 1. [share]
        days : after it, with as many marks a day as this log has. [days]
        """
        whole = self.cells.whole()
        sd = float(np.sqrt(whole.variance(0.0)[0]))
        n = float(self.cells.n.sum())
        return power(drop, self.per_day, days, n, sd, ALARMS, self.cells.days)

    @property
    def sentence(self) -> str:
        """What changed, and how sure that is."""
        n = int(self.cells.n.sum())
        said = [self._judge(one) for one in self.judged]
        said += [self._told(change) for change in self.changes]
        if not self.changes:
            mean = _points(float(self.cells.s.sum()) / n)
            other = "other " if self.judged else ""
            said.append(
                f"No {other}change is found in {n:,} {plural('mark', str(n))} of {self.cells.days} "
                f"{plural('day', str(self.cells.days))}, mean {mean}."
            )
        return " ".join([*said, self._power()])

    def rows(self) -> Table:
        """The slices of each change, those first that explain it best; else the days."""
        if not self.changes:
            return self.daily()
        rows = [self._row(change, one) for change in self.changes for one in _shown(change.slices)]
        return Table(SLICES, tuple(rows), notes=(*map(self._split, self.changes), *self._even()))

    def daily(self) -> Table:
        """The mean mark of each day, with its standard error."""
        whole = self.cells.whole()
        rows = []
        for number in range(self.cells.days):
            one = Days(*(x[:, number : number + 1] for x in (whole.n, whole.s, whole.q)))
            n = float(one.n[0, 0])
            mean = 100 * float(one.s[0, 0]) / n if n else None
            spread = 100 * float(np.sqrt(one.variance(0.0)[0] / n)) if n > 1 else None
            rows.append(Row((str(self._day(number)), n, _short(mean), _short(spread))))
        return Table(DAILY, tuple(rows))

    def _day(self, number: int) -> date:
        return self.cells.first + timedelta(days=number)

    def _told(self, change: QualityChange) -> str:
        best, when = change.best, self._day(change.day)
        low, high = (self._day(number) for number in change.sure)
        between = "" if low == high else f" (95 % sure: {low} to {high})"
        moved = f"{_way(best.change)} by {_points(abs(best.change))} points of 100"
        means = f"from {_points(best.mean0)} to {_points(best.mean1)}"
        told = f"Quality {moved} on {when:%A}, {when}{between} in {best.words}, {means}."
        if change.entered:
            begun = listing([words_of((one,)) for one in change.entered])
            told += f" New in it about then: {begun}."
        if best.name:
            told += (
                f" All answers {_way(change.whole.change)} by {_points(abs(change.whole.change))}."
            )
        return told + _mixed(change)

    def _judge(self, one: Judged) -> str:
        """What a change of judge did to the marks, and whether it alone did it."""
        marks, when = one.marks, self._day(one.day)
        told = f"The judge changed on {when:%A}, {when}, from {one.before} to {one.after}: "
        if abs(marks.change) < SURE * marks.error:
            return f"{told}marks moved by {_signed(marks.change)} points, no more than chance may."
        told += f"marks {_way(marks.change)} by {_points(abs(marks.change))} points of 100, from "
        told += f"{_points(marks.mean0)} to {_points(marks.mean1)}, and it is the first suspect."
        if one.stayed is None:
            return f"{told} Have both mark the same answers: no one else did on both sides."
        stayed = one.stayed
        told += f" {stayed.n0:,} and {stayed.n1:,} marks of {listing(one.who)} moved by "
        told += f"{_signed(stayed.change)} (standard error {_points(stayed.error)})"
        alone, alike = (
            abs(stayed.change - expected) < SURE * stayed.error for expected in (0, marks.change)
        )
        if alone and alike:
            return f"{told}: too few to tell whether answers changed too."
        if alone:
            return f"{told}: no sign that answers changed."
        return f"{told}: answers changed as well."

    def _even(self) -> list[str]:
        """What marks in the table are counted by, where the judge changed."""
        if not self.judged:
            return []
        by = [f"{_signed(-one.shift)} for {one.after}" for one in self.judged]
        return [f"Marks are as {self.judged[0].before} gives them: {listing(by)} points are added."]

    def _power(self) -> str:
        if self.cells.whole().variance(0.0)[0] <= LEAST_VARIANCE:
            return "All marks are alike: how small a drop they would show cannot be told."
        day, week = (f"{100 * self.seen(DROP, days):.0f} %" for days in (1, 7))
        drop = f"a drop of all answers by {_points(DROP)}"
        seen = f"is seen within a day in {day} of cases, within a week in {week}"
        return f"With {self.per_day:,.0f} marks a day, {drop} {seen}."

    def _row(self, change: QualityChange, one: Slice) -> Row:
        share = (one.n0 / change.whole.n0 + one.n1 / change.whole.n1) / 2
        part = share * one.change / change.whole.change if change.whole.change else None
        cells = (
            str(self._day(change.day)),
            one.words,
            one.n0,
            one.n1,
            _short(100 * one.mean0),
            _short(100 * one.mean1),
            _short(100 * one.change),
            part,
            one.alarm,
        )
        return Row(cells, of=one)

    def _split(self, change: QualityChange) -> str:
        each = [f"{one.column} {_signed(one.rate)} and {_signed(one.mix)}" for one in change.splits]
        whole = (
            f"From {self._day(change.day)} all answers changed by {_signed(change.whole.change)}"
        )
        return f"{whole}: what of it is other marks, and what another mix, by {'; '.join(each)}."


def quality_changes(calls: Any) -> Quality:
    """Find when the quality of answers changed, and in which slice of them.

    Days are compared by the likelihood of one change of the mean mark, of all answers and of each
    slice alone; what is found divides the log, and both parts are searched again. The day on which
    another judge began is known: its marks are first made those of the one before. A change counts
    where chance makes one as large in fewer than 1 % of unchanged logs; among slices by
    Benjamini and Hochberg. The slice that explains most is the one whose change is furthest beyond
    its standard error.

    Parameters
    ----------
    calls : a frame of calls of any engine, with quality between 0 and 1.

    Raises
    ------
    ValueError : no call has a mark, or a mark is not between 0 and 1.

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.date_range("2026-10-01", periods=20).repeat(50)
    >>> marks = [0.7, 0.9] * 350 + [0.5, 0.7] * 150
    >>> found = quality_changes(pd.DataFrame({"moment": days, "quality": marks}))
    >>> found.sentence.split(". ")[0]
    'Quality fell by 20.0 points of 100 on Thursday, 2026-10-15 in all answers, from 80.0 to 60.0'
    >>> round(found.seen(0.04), 2), round(found.seen(0.04, days=7), 2)
    (0.24, 1.0)
    """
    cells = marked(calls)
    return Quality(cells, *changes(cells))


def _shown(slices: tuple[Slice, ...]) -> list[Slice]:
    sure = [one for one in slices if one.alarm <= ALARMS]
    return sure[:SHOWN]


def _way(change: float) -> str:
    return "fell" if change < 0 else "rose"


def _mixed(change: QualityChange) -> str:
    """Said where less good answers became more, rather than answers less good."""
    by = [one for one in change.splits if one.stayed > 0.9]
    most = max(by, key=lambda one: one.mix / change.whole.change, default=None)
    if most is None or most.mix / change.whole.change < MIXED:
        return ""
    return f" {_points(abs(most.mix))} of that is another mix by {most.column}."


def _points(share: float) -> str:
    return f"{100 * share:.1f}"


def _signed(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "−")


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
