"""What of an export is explained so far: the log as it would be if the causes found were all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from aicost.invoices.match_cells import Cells, Flags, Floats

#: Classes of cause, as they are spoken of.
ZONE, MISSING, RETRIES = "time zone", "missing rows", "retries"
CACHE, THINKING, TIER = "cache", "thinking", "tier or batch"
CREDITS, PRICE, MODELS = "credits", "price", "models"
OTHER, ROUNDING, REST = "no tokens", "rounding", "not explained"


@dataclass(frozen=True)
class State:
    """A log with causes applied to it, and what it is held against.

    Attributes
    ----------
    counted, price : how many of each, at what price.
    fixed : dollars beside those, where an amount is the export's own.
    settled : where a cause has set the amount of the export, which no other moves.
    target : dollars of the export. exported : what it counts.
    """

    cells: Cells
    counted: Floats
    price: Floats
    fixed: Floats
    settled: Flags
    target: Floats
    exported: Floats

    @classmethod
    def of(cls, cells: Cells) -> State:
        """The log beside what the export counts, at one price."""
        none = np.zeros_like(cells.usd)
        return cls(
            *(cells, cells.logged, cells.price, none, none > 0, cells.usd, cells.exported),
        )

    @property
    def usd(self) -> Floats:
        """What each comes to."""
        return self.counted * self.price + self.fixed

    @property
    def gap(self) -> Floats:
        """What the export has more, less where negative."""
        gap: Floats = self.target - self.usd
        return gap

    @property
    def open_gap(self) -> Floats:
        """The same, nothing where it is settled."""
        return np.where(self.settled, 0.0, self.gap)

    @property
    def off(self) -> float:
        """How far the two are apart, whichever has more. [USD]"""
        return float(np.abs(self.gap).sum())

    def set_where(self, where: Flags) -> State:
        """Take the amounts of the export where they are not settled yet."""
        where = where & ~self.settled
        fixed = self.fixed + np.where(where, self.gap, 0.0)
        return replace(self, fixed=fixed, settled=self.settled | where)

    def with_counted(self, counted: Floats) -> State:
        """Another count where nothing is settled."""
        return replace(self, counted=np.where(self.settled, self.counted, counted))

    def with_price(self, price: Floats) -> State:
        """Another price where nothing is settled."""
        return replace(self, price=np.where(self.settled, self.price, price))


@dataclass(frozen=True)
class Try:
    """A cause that may be, and the state if it were.

    `exact` says that it moves amounts by a rule; of what it moves, `leaves` may be left then.
    """

    cause: str
    label: str
    state: State
    exact: bool = True
    leaves: float = 0.25

    def gain(self, before: State) -> float:
        """By how much it brings the two together. [USD]"""
        return before.off - self.state.off

    def fits(self, before: State) -> bool:
        """Whether what it moves comes close to where it has to be."""
        moved = np.abs(self.state.usd - before.usd)
        left = total(np.abs(self.state.gap)[moved > 0])
        return not self.exact or left <= self.leaves * total(moved)


def total(amounts: Any) -> float:
    """The sum of some amounts."""
    return float(np.sum(amounts))
