"""What is not known: the bill over draws of every range, and the ranges that widen it most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from aicost.bill import Bill, bill
from aicost.book import Book
from aicost.scenario import DRAWS, SEED, Scenario
from aicost.words import line_words, money, path_words

BLOCK = 1 << 14  # draws at a time: the working set stays in the processor's cache
FEW = 256
PARTED = 0.05
OF_THE_BILL = 0.001


@dataclass(frozen=True)
class Parted:
    """A line whose mean over the draws is not its bill at the means, in USD a month."""

    line: str
    plan: float
    mean: float


@dataclass(frozen=True)
class Expected:
    """The monthly bill over draws, beside `plan`, the bill with every range at its mean.

    `parted` lists the lines whose two figures lie more than 5 % apart (and more than 0.1 % of the
    bill), the widest gap first; `totals` holds the bill of each draw. [USD/month]
    """

    plan: float
    mean: float
    p5: float
    p50: float
    p95: float
    seed: int
    parted: tuple[Parted, ...]
    totals: np.ndarray = field(repr=False, compare=False)

    @property
    def sentence(self) -> str:
        """Return the mean with its range, and the line that parts most from the plan."""
        words = (
            f"{money(self.mean)} a month, with nine in ten of {self.totals.size:,} draws from "
            f"{money(self.p5)} to {money(self.p95)}"
        )
        if self.parted:
            first = self.parted[0]
            words += (
                f"; '{first.line}' is {money(first.mean)} on average but {money(first.plan)} with "
                "every input at its mean"
            )
        return f"{words}."


def expected(scenario: Scenario, book: Book, n: int = DRAWS, seed: int = SEED) -> Expected:
    """Return mean and range of the monthly bill over `n` draws of everything unknown.

    Parameters
    ----------
    scenario : the system, with its ranges.
    book : the price book.
    n : draws, stratified for each unknown; above 16,384 in even blocks of their own strata.
    seed : the same seed gives the same draws.

    Returns
    -------
    Expected

    Notes
    -----
    A product of independent inputs has the mean of the plan; steps, minimums and ratios part from
    it. The mean over 4,096 draws of a bill that varies by half its size is good to about 0.5 %.

    Examples
    --------
    >>> import aicost
    >>> s = aicost.load("data/scenarios/contract-search-billed.yaml")
    >>> cost = expected(s, aicost.Book.load(as_of=s.as_of))
    >>> cost.p5 < cost.p50 < cost.p95
    True
    """
    plan = bill(scenario, book)
    totals, sums = [], np.zeros(len(plan.charges))
    for k, size in enumerate(_blocks(n)):
        drawn = bill(scenario.draw(size, seed + k), book)
        totals.append(np.broadcast_to(drawn.total, (size,)))
        sums += [float(np.mean(c.usd)) * size for c in drawn.charges]
    usd = np.concatenate(totals)
    p5, p50, p95 = np.percentile(usd, (5, 50, 95)).tolist()
    parted = sorted(_parted(plan, sums / n), key=lambda p: -abs(p.mean - p.plan))
    return Expected(float(plan.total), float(usd.mean()), p5, p50, p95, seed, tuple(parted), usd)


def _blocks(n: int) -> Iterator[int]:
    """Yield the sizes of even blocks that add up to n."""
    blocks = -(-n // BLOCK)
    for k in range(blocks):
        yield (k + 1) * n // blocks - k * n // blocks


def _parted(plan: Bill, means: np.ndarray) -> Iterator[Parted]:
    for line, mean in zip(plan.charges, means.tolist(), strict=True):
        gap = abs(mean - line.usd)
        if line.every == "month" and gap > max(PARTED * line.usd, OF_THE_BILL * plan.total):
            yield Parted(line_words(line), float(line.usd), mean)


@dataclass(frozen=True)
class Unknown:
    """A field that is not known; p5 and p95 of the bill, in USD a month, when only it is drawn."""

    path: str
    words: str
    low: float
    high: float

    @property
    def width(self) -> float:
        """Return how far it alone moves the bill."""
        return self.high - self.low

    @property
    def sentence(self) -> str:
        """Return it in plain words."""
        return (
            f"{self.words} alone moves the bill from {money(self.low)} to {money(self.high)} a "
            "month"
        )


def widest(scenario: Scenario, book: Book, k: int = 3) -> tuple[Unknown, ...]:
    """Return the `k` unknowns that widen the bill most, the widest first.

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
