"""The ranges that widen the bill most, one at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aicost.billing.walk import bill
from aicost.book.book import Book
from aicost.scenario.scenario import Scenario
from aicost.values.formatting import money, path_words

FEW = 256


@dataclass(frozen=True)
class Unknown:
    """A field that is not known; p5 and p95 of the bill, in USD a month, when only it is drawn."""

    path: str
    words: str
    low: float
    high: float

    @property
    def width(self) -> float:
        """How far it alone moves the bill."""
        return self.high - self.low

    @property
    def sentence(self) -> str:
        """Return it in plain words."""
        return (
            f"{self.words} alone moves the bill from {money(self.low)} to {money(self.high)} a "
            "month"
        )


def widest(scenario: Scenario, book: Book, k: int = 3) -> tuple[Unknown, ...]:
    """The `k` unknowns that widen the bill most, the widest first.

    width = p95 - p5 of the bill over 256 draws of one field, all others at their means.

    Parameters
    ----------
    scenario : the system, with its ranges.
    book : the price book.
    k : how many are named; those that leave the bill as it is never are.

    Returns
    -------
    tuple of Unknown

    Notes
    -----
    One at a time: what two unknowns do only together is not seen.

    Examples
    --------
    >>> import aicost
    >>> s = aicost.load("data/scenarios/contract-search-billed.yaml")
    >>> [u.words for u in widest(s, aicost.Book.load(as_of=s.as_of), k=1)]
    ['people: minutes']
    """
    found = []
    for path in scenario.unknowns():
        usd = bill(scenario.draw(FEW, only=path), book).total
        low, high = np.percentile(usd, (5, 95), method="hazen").tolist()  # strata: one a draw
        found.append(Unknown(path, path_words(path), low, high))
    moving = [u for u in found if u.width > 0]
    return tuple(sorted(moving, key=lambda u: (-u.width, u.path))[:k])
