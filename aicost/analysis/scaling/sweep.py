"""Usage up and down: the bill at any size of any field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from aicost.billing.bill import Bill
from aicost.billing.case import Case, single
from aicost.scenario.changes import changed
from aicost.scenario.in_code import is_many
from aicost.scenario.scenario import SIZES
from aicost.values.formatting import about, count, money, percent, share
from aicost.values.quantities import Numeric
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table, table

if TYPE_CHECKING:
    import pandas as pd

ROWS_AT_ONCE = 48  # of 4,096 draws each: 1.5 MB an array


@dataclass(frozen=True, repr=False)
class Sweep(Result):
    """A bill of arrays: the same system with one field at several values."""

    field: str
    values: np.ndarray
    bill: Bill
    case: Case

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

        b, (low, high) = self.bill, self._ends
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

    def place(self, value: float) -> int:
        """Where a value stands among those billed. Raises ValueError where it does not."""
        return self.values.tolist().index(value)

    @cached_property
    def _ends(self) -> tuple[np.ndarray, np.ndarray]:
        return interval(self.case, {self.field: self.values})

    @property
    def sentence(self) -> str:
        """What it costs at each value and what dominates there."""
        traffic = self.case.scenario.traffic
        noun = traffic.usage_units if self.field == traffic.scale else self.field
        usd, largest, part = self._each(self.bill.total), *self._largest()
        rows = [
            f"at {count(value)} {noun} {money(usd[i])} a month "
            f"({largest[i]} {percent(round(part[i], 2))})"
            for i, value in enumerate(self.values)
        ]
        return f"{self.case.name} costs " + ", ".join(rows) + "."

    def rows(self) -> Table:
        """Cost a month, per user and per request at each value, with its range."""
        traffic, b, (low, high) = self.case.scenario.traffic, self.bill, self._ends
        each, request = self._each(b.per_user), self._each(b.per_request)
        unit = traffic.usage_unit
        per = [Column(f"per {unit}", Form.MONEY, "per_user")]
        if not np.allclose(each, request):
            per.append(Column("per request", Form.MONEY, "per_request"))
        name = traffic.usage_units if self.field == traffic.scale else self.field
        spread = [Column("nine in ten", Form.COUNT)] if np.any(low < high) else []
        columns = [
            Column(name, key=self.field),
            Column("a month", Form.MONEY, "usd"),
            *spread,
            *per,
            Column("largest part"),
        ]
        usd, largest, part = self._each(b.total), *self._largest()
        rows = []
        for i, value in enumerate(self.values.tolist()):
            today = self.field == traffic.scale and value == self.case.usage
            ends = dict.fromkeys((about(low[i]), about(high[i])))
            wide = [" to ".join(ends) if len(ends) > 1 else f"about {about(low[i])}"][: len(spread)]
            row = (f"{count(value)}{' (today)' if today else ''}", usd[i], *wide)
            most = f"{largest[i]} {share(part[i], 1.0)}"
            cells = (*row, *(each[i], request[i])[: len(per)], most)
            rows.append(Row(cells, of=value))
        return table(columns, rows)

    def _largest(self) -> tuple[list[str], np.ndarray]:
        """The largest component at each value, and its share of the bill."""
        parts = self.bill.by("component")
        usd = np.stack([self._each(part) for part in parts.values()])
        names = [list(parts)[i] for i in usd.argmax(axis=0)]
        return names, usd.max(axis=0) / np.maximum(self._each(self.bill.total), 1e-300)

    def _each(self, value: Numeric) -> np.ndarray:
        return np.broadcast_to(value, self.values.shape)


def sweep(case: Case, field: str = "", values: Sequence[float | str] = SIZES) -> Sweep:
    """The bill at several values of one field, in one pass.

    Parameters
    ----------
    case : the system; its ranges stand at their means.
    field : path of a number, such as "users" or "answer.output_tokens"; empty for the usage the
        system is measured in.
    values : what the field is set to, one bill each: numbers, or text as a file spells them.

    Raises
    ------
    KeyError : no such field. ScenarioError : values that it cannot take.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> at = sweep(load("data/scenarios/help-desk.yaml"), values=(1_000, 2_000))
    >>> bool(at.bill.total[1] < 2 * at.bill.total[0])  # fixed costs are there once
    True
    """
    single(case, "a sweep")
    where = field or case.scenario.traffic.scale
    several = list(values) if is_many(values) else [values]
    swept = case.of(changed(case.scenario, case.book, {where: several}, lambda key: "sweep()"))
    return Sweep(where, swept.scenario.get(where), swept.bill, case)


def interval(case: Case, rows: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """p5 and p95 of the bill at each row of field values."""
    size = len(next(iter(rows.values())))
    if not case.scenario.unknowns():
        usd = np.broadcast_to(_at(case, rows).bill.total, (size,))
        return usd, usd
    ends = []
    for start in range(0, size, ROWS_AT_ONCE):
        part = {path: column[start : start + ROWS_AT_ONCE] for path, column in rows.items()}
        n = len(next(iter(part.values())))
        usd = _at(case, part).draw().bill.total
        wide = np.broadcast_to(usd if usd.ndim == 2 else usd[None], (n, usd.shape[-1]))
        ends.append(np.percentile(wide, (5, 95), axis=1))
    low, high = np.concatenate(ends, axis=1)
    return low, high


def _at(case: Case, rows: Mapping[str, np.ndarray]) -> Case:
    return case.of(case.scenario.at(rows))
