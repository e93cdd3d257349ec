"""What is not known: the bill over draws of every range, and the ranges that widen it most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from aicost.billing.bill import Bill
from aicost.billing.walk import bill
from aicost.book.book import Book
from aicost.scenario.scenario import DRAWS, SEED, Scenario
from aicost.values.formatting import line_words, money

BLOCK = 1 << 14  # draws at a time: the working set stays in the processor's cache
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
        """The mean with its range, and the line that parts most from the plan."""
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
    """Mean and range of the monthly bill over `n` draws of everything unknown.

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
