"""Where two systems cost the same: every usage from which on another of them is the cheaper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aicost.billing.case import Case, single
from aicost.formulas.crossings import UP_TO, farthest, turns
from aicost.values.formatting import count, listing
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table, table

DUST = 1e-12  # of the two bills: what adding up leaves between two that are the same
MANY = 5  # stretches that a sentence names one by one
SHOWN = 20  # rows of a table


@dataclass(frozen=True)
class Stretch:
    """Counts of usage, ends included, at which the same system is the cheaper; None for no end.

    `cheaper` is 0 for the first, 1 for the second, None where they cost the same; `usd` are the
    two bills at its least count. [USD/month]
    """

    low: int
    high: int | None
    cheaper: int | None
    usd: tuple[float, float]


@dataclass(frozen=True, repr=False)
class EqualCost(Result):
    """Two systems over every usage to `far`; `why_not` says why nothing was looked at.

    `usage` is what each has today.
    """

    names: tuple[str, str]
    units: str
    stretches: tuple[Stretch, ...]
    far: int
    why_not: str = ""
    usage: tuple[float, float] = (0.0, 0.0)

    @property
    def sentence(self) -> str:
        """Which is the cheaper, from when on the other is, and how far that was looked at."""
        if self.why_not:
            return f"Where the two cost the same was not looked for: {self.why_not}."
        one, other = map(count, self.usage)
        if one == other:
            return self._compared
        had = f"{self._named(0)} has {one} {self.units} and {self._named(1)} {other}; with as many"
        return f"Today {had} of both: {self._compared[0].lower()}{self._compared[1:]}"

    @property
    def _compared(self) -> str:
        first, *more = self.stretches
        if not more:
            words = f"at every number of {self.units} looked at, 1 to {self.far:,}"
            if first.cheaper is None:
                return f"{self._both} cost the same {words}."
            other = self._named(1 - first.cheaper)
            return f"{self._named(first.cheaper)} is cheaper than {other} {words}."
        if len(self.stretches) > MANY:  # units come whole: the bills change places with each
            last = self.stretches[-1]
            between = f"from {more[0].low:,} to {last.low:,} it turns {len(more)} times"
            told = [self._said(first), f"{between}, as units come whole or prices in tiers"]
            words = "; ".join([*told, self._said(last)])
        else:
            words = "; ".join(self._said(stretch) for stretch in self.stretches)
        each = f"each number to {UP_TO:,}, windows above to {self.far:,}"
        return f"{words[0].upper()}{words[1:]}. Looked at: {each}."

    def rows(self) -> Table:
        """A row for each usage from which on another is the cheaper, with both bills there."""
        columns = [Column(f"from {self.units}", Form.COUNT, "from"), Column("to", Form.COUNT)]
        columns += [Column(name, Form.MONEY) for name in self.names]
        lines = [
            Row((stretch.low, stretch.high, *stretch.usd, self._cell(stretch)), of=stretch)
            for stretch in self.stretches[:SHOWN]
        ]
        left = len(self.stretches) - len(lines)
        note = self.sentence if self.why_not else f"Looked at: 1 to {self.far:,} {self.units}."
        notes = (note, f"{left} more stretches are left out.") if left else (note,)
        return Table(table([*columns, "cheaper"], lines).columns, tuple(lines), notes=notes)

    def _cell(self, stretch: Stretch) -> str:
        return "neither" if stretch.cheaper is None else self.names[stretch.cheaper]

    def _said(self, stretch: Stretch) -> str:
        where = _span(stretch, self.units)
        if stretch.cheaper is None:
            return f"the two cost the same {where}"
        return f"{self._named(stretch.cheaper)} is cheaper {where}"

    def _named(self, which: int) -> str:
        return f"'{self.names[which]}'"

    @property
    def _both(self) -> str:
        return listing([self._named(0), self._named(1)])


def _span(stretch: Stretch, units: str) -> str:
    words = f" {units}"
    if stretch.high is None:
        return f"from {stretch.low:,}{words} on"
    if stretch.low == stretch.high:
        return f"at {stretch.low:,}{words}"
    low = "" if stretch.low == 1 else f"from {stretch.low:,} "
    return f"{low}{'to' if low else 'up to'} {stretch.high:,}{words}"


def equal_cost(a: Case, b: Case, names: tuple[str, str] | None = None) -> EqualCost:
    """Every usage from which on another of two systems is the cheaper.

    Parameters
    ----------
    a, b : two systems at their means, billed at the prices of `b`; each keeps its own collection.
    names : what they are called, their own names where None.

    Returns
    -------
    The stretches of usage in which the first, the second or neither is the cheaper. A bill moves
    from one whole count to the next, so that two may change places without being equal anywhere.

    Raises
    ------
    ValueError : a system holds a sweep or draws.

    Notes
    -----
    Every whole count to a million is tried, windows of equal ratio above, to ten billion or a
    hundred times what the larger has. Two systems that count other things are not held against
    each other.

    Examples
    --------
    >>> from aicost.billing.case import case
    >>> api = case(requests_per_month=1_000, other={"api": {"per_request": 0.004}})
    >>> box = case(requests_per_month=1_000, other={"box": {"per_month": 1_800}})
    >>> found = equal_cost(api, box, ("api", "box"))
    >>> [(part.low, part.high, part.cheaper) for part in found.stretches]
    [(1, 449999, 0), (450000, 450000, None), (450001, None, 1)]
    """
    for one in (a, b):
        single(one, "where two bills are equal")
    a = a if a.book is b.book else b.of(a.scenario)
    called = names or (a.name, b.name)
    traffic = [one.point.scenario.traffic for one in (a, b)]
    counted = [one.usage_units for one in traffic]
    far = farthest(max(a.usage, b.usage))
    if counted[0] != counted[1]:
        pairs = zip(called, counted, strict=True)
        why = " and ".join(f"'{name}' counts {units}" for name, units in pairs)
        return EqualCost(called, "", (), far, f"{why}, so no number is the same usage of both")
    units = counted[0] if traffic[0].scale == "users" else f"{counted[0]} a month"

    def bills(usage: np.ndarray) -> np.ndarray:
        return np.stack([_total(one.point, usage) for one in (a, b)])

    def costs_more(usage: np.ndarray) -> np.ndarray:
        """The second less the first, and the first less the second: both are 0 where they tie."""
        usd = bills(usage)
        more = usd[1] - usd[0]
        more = np.where(np.abs(more) <= DUST * np.abs(usd).max(axis=0), 0.0, more)
        return np.stack([more, -more])

    starts = sorted({1, *(at for found in turns(costs_more, 1, UP_TO, far) for at in found)})
    where = np.array(starts, dtype=float)
    usd, signs = bills(where), np.sign(costs_more(where)[0]).astype(int).tolist()
    ends: list[int | None] = [at - 1 for at in starts[1:]]
    cheaper = {1: 0, 0: None, -1: 1}
    parts = zip(starts, [*ends, None], signs, usd.T.tolist(), strict=True)
    found = (Stretch(low, high, cheaper[sign], (x, y)) for low, high, sign, (x, y) in parts)
    return EqualCost(called, units, tuple(found), far, usage=(a.usage, b.usage))


def _total(case: Case, usage: np.ndarray) -> np.ndarray:
    asked = case.scenario.at({f"traffic.{case.scenario.traffic.scale}": usage})
    return np.broadcast_to(case.of(asked).bill.total, usage.shape)
