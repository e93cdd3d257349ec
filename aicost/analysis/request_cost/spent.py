"""What requests spend, line by line, and what a cap spares them."""

from __future__ import annotations

from collections.abc import Container, Mapping

import numpy as np

from aicost.analysis.request_cost.chances import Floats, Places
from aicost.values.charge import HUMAN
from aicost.values.quantities import Value

#: What is spent on: the name of a stage or another line, and its component.
On = tuple[str, str]


class Spent:
    """What each of `n` requests spends in USD, line by line; and where a cap stops it.

    The cap is held against all but people, whom no meter sees.
    """

    def __init__(self, n: int, cap: float) -> None:
        self.cap, self.n = cap, n
        self.lines: dict[On, Floats] = {}
        self.spared: dict[On, Floats] = {}
        self.stopped = np.zeros(n, dtype=bool)
        self._metered = np.zeros(n)

    def add(self, on: On, who: Places, usd: Value, *, stops: bool) -> None:
        """Book what a line costs some requests; it `stops` where they do."""
        _held(self.lines, on, self.n)[who] += usd
        if self.cap == np.inf:
            return
        spared = np.where(self.stopped[who] & stops, usd, 0.0)
        _held(self.spared, on, self.n)[who] += spared
        if on[1] != HUMAN:
            self._metered[who] += usd - spared

    def add_share(self, on: On, share: float, above: Container[On]) -> None:
        """Book a share of lines that are booked already."""
        for book in (self.lines, self.spared):
            parts = [share * usd for line, usd in book.items() if line in above]
            book[on] = np.asarray(sum(parts, book.get(on, np.zeros(self.n))))

    def stop(self, who: Places) -> None:
        """Stop those of `who` that have reached the cap."""
        if self.cap < np.inf:
            self.stopped[who] |= self._metered[who] >= self.cap

    @property
    def whole(self) -> Floats:
        """What each request spends in all, where nothing stops it. [USD]"""
        return self._sum(self.lines)

    @property
    def machines(self) -> Floats:
        """The same without review staff. [USD]"""
        return self._sum({on: usd for on, usd in self.lines.items() if on[1] != HUMAN})

    @property
    def saved(self) -> Floats:
        """What the cap saves of each. [USD]"""
        return self._sum(self.spared)

    @property
    def saved_of_machines(self) -> Floats:
        """The same without review staff. [USD]"""
        return self._sum({on: usd for on, usd in self.spared.items() if on[1] != HUMAN})

    def _sum(self, book: Mapping[On, Floats]) -> Floats:
        return np.asarray(sum(book.values(), np.zeros(self.n)))


def _held(book: dict[On, Floats], on: On, n: int) -> Floats:
    return book.setdefault(on, np.zeros(n))
