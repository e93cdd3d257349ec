"""Usage up and down: the bill at any size of any field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from aicost.billing.bill import Bill
from aicost.billing.walk import bill
from aicost.book.book import Book
from aicost.scenario.scenario import Scenario
from aicost.values.formatting import count, money, percent
from aicost.values.quantities import Numeric

if TYPE_CHECKING:
    import pandas as pd


USAGE = (100.0, 1_000.0, 10_000.0, 1_000_000.0)


ROWS_AT_ONCE = 8  # of 4,096 draws each: a block stays in the processor's cache


@dataclass(frozen=True)
class Sweep:
    """A bill of arrays: the same scenario with one field at several values."""

    field: str
    values: np.ndarray
    bill: Bill
    scenario: Scenario

    def frame(self, by: str = "component") -> pd.DataFrame:
        """One row per value and part of the bill: the field, the part, usd, share.

        `by` is component, stage, behaves or basis.
        """
        import pandas as pd

        total = self._each(self.bill.total)
        parts = {part: self._each(usd) for part, usd in self.bill.by(by).items()}
        return pd.DataFrame(
            {self.field: value, by: part, "usd": usd[i], "share": usd[i] / (total[i] or 1.0)}
            for i, value in enumerate(self.values.tolist())
            for part, usd in parts.items()
        )

    def totals(self) -> pd.DataFrame:
        """One row per value: usd with p5 and p95, per user, request and success, largest.

        usd is the bill with every range at its mean; p5 and p95 are of 4,096 draws.
        """
        import pandas as pd

        b = self.bill
        low, high = _interval(self.scenario, b.book, {self.field: self.values})
        columns: dict[str, object] = {
            self.field: self.values,
            "usd": self._each(b.total),
            "p5": low,
            "p95": high,
            "per_user": self._each(b.per_user),
            "per_request": self._each(b.per_request),
        }
        if b.per_success is not None:
            columns["per_success"] = self._each(b.per_success)
        columns["largest"], columns["largest_share"] = self._largest()
        return pd.DataFrame(columns)

    @property
    def sentence(self) -> str:
        """What it costs at each value and what dominates there."""
        scale = self.scenario.traffic.scale
        noun = self.scenario.traffic.usage_units if self.field == scale else self.field
        usd, largest, share = self._each(self.bill.total), *self._largest()
        rows = [
            f"at {count(value)} {noun} {money(usd[i])} a month "
            f"({largest[i]} {percent(round(share[i], 2))})"
            for i, value in enumerate(self.values)
        ]
        return f"{self.scenario.name} costs " + ", ".join(rows) + "."

    def _largest(self) -> tuple[list[str], np.ndarray]:
        """The largest component at each value, and its share of the bill."""
        parts = self.bill.by("component")
        usd = np.stack([self._each(part) for part in parts.values()])
        names = [list(parts)[i] for i in usd.argmax(axis=0)]
        return names, usd.max(axis=0) / np.maximum(self._each(self.bill.total), 1e-300)

    def _each(self, value: Numeric) -> np.ndarray:
        return np.broadcast_to(value, self.values.shape)


def sweep(
    scenario: Scenario, book: Book, field: str = "", values: Sequence[float] = USAGE
) -> Sweep:
    """The bill at several values of one field, in one pass.

    Parameters
    ----------
    scenario : the system; its ranges stand at their means.
    book : the price book.
    field : path of a number, such as "users" or "answer.output_tokens"; empty for the usage the
        scenario is measured in.
    values : what the field is set to, one bill each.

    Raises
    ------
    KeyError : no such field. ScenarioError : a value out of its bounds.

    Examples
    --------
    >>> import aicost
    >>> s = aicost.load("data/scenarios/help-desk.yaml")
    >>> at = sweep(s, aicost.Book.load(as_of=s.as_of), values=(1_000, 2_000))
    >>> bool(at.bill.total[1] < 2 * at.bill.total[0])  # fixed costs are there once
    True
    """
    where = field or scenario.traffic.scale
    points = np.asarray(values, dtype=float)
    return Sweep(where, points, bill(scenario.at({where: points}), book), scenario)


def _interval(
    scenario: Scenario, book: Book, rows: Mapping[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """P5 and p95 of the bill at each row of field values."""
    size = len(next(iter(rows.values())))
    if not scenario.unknowns():
        usd = np.broadcast_to(bill(scenario.at(rows), book).total, (size,))
        return usd, usd
    ends = []
    for start in range(0, size, ROWS_AT_ONCE):
        part = {path: column[start : start + ROWS_AT_ONCE] for path, column in rows.items()}
        n = len(next(iter(part.values())))
        usd = bill(scenario.at(part).draw(), book).total
        wide = np.broadcast_to(usd if usd.ndim == 2 else usd[None], (n, usd.shape[-1]))
        ends.append(np.percentile(wide, (5, 95), axis=1))
    low, high = np.concatenate(ends, axis=1)
    return low, high
