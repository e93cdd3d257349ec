"""What is not known: the bill over draws of every range, and the ranges that widen it most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from aicost.billing.bill import Bill
from aicost.billing.case import Case, kept, single
from aicost.scenario.draws import DRAWS, SEED
from aicost.values.formatting import about, line_words, money
from aicost.values.result import Result
from aicost.values.table import Column, Form, Table, table

BLOCK = 1 << 15  # draws at a time: few walks, and a working set that stays in the cache
APART = 0.05
OF_THE_BILL = 0.001


@dataclass(frozen=True)
class MeanGap:
    """A line whose mean over the draws is not its bill at the means, in USD a month."""

    line: str
    plan: float
    mean: float


NO_RANGE = "no number that is billed is a range"


@dataclass(frozen=True, repr=False)
class Expected(Result):
    """The monthly bill over draws, beside `plan`, the bill with every range at its mean.

    `gaps` lists the lines whose two figures lie more than 5 % apart (and more than 0.1 % of the
    bill), the widest gap first; `totals` holds the bill of each draw. [USD/month]
    """

    plan: float
    mean: float
    p5: float
    p50: float
    p95: float
    seed: int
    gaps: tuple[MeanGap, ...]
    totals: np.ndarray = field(repr=False, compare=False)

    @property
    def certain(self) -> bool:
        """Whether all draws come to the same: nothing that is billed is a range."""
        return self.p5 == self.p95

    @property
    def sentence(self) -> str:
        """The mean with its range, and the line that parts most from the plan."""
        if self.certain:
            return f"{money(self.mean)} a month; {NO_RANGE}."
        words = (
            f"{about(self.mean)} a month; nine in ten of {self.totals.size:,} draws lie between "
            f"{about(self.p5)} and {about(self.p95)}"
        )
        if self.gaps:
            first = self.gaps[0]
            words += (
                f"; '{first.line}' is {money(first.mean)} on average but {money(first.plan)} with "
                "every input at its mean"
            )
        return f"{words}."

    def rows(self) -> Table:
        """The plan, the mean of the draws and their range, in USD a month."""
        named = (
            ("with every input at its mean", self.plan),
            ("mean of the draws", self.mean),
            ("1 in 20 is below", self.p5),
            ("half are below", self.p50),
            ("1 in 20 is above", self.p95),
        )
        return table(["The bill", Column("a month", Form.MONEY, "usd")], named)


@kept
def expected(case: Case, n: int = DRAWS, seed: int = SEED) -> Expected:
    """Mean and range of the monthly bill over `n` draws of everything unknown.

    Parameters
    ----------
    case : the system, with its ranges.
    n : draws, stratified for each unknown; above 32,768 in even blocks of their own strata.
    seed : the same seed gives the same draws.

    Notes
    -----
    A product of independent inputs has the mean of the plan; steps, minimums and ratios part from
    it. The mean over 4,096 draws of a bill that varies by half its size is good to about 0.5 %.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> cost = expected(load("data/scenarios/contract-search-billed.yaml"))
    >>> cost.p5 < cost.p50 < cost.p95
    True
    """
    single(case, "a mean over draws")
    plan = case.bill
    totals, sums = [], np.zeros(len(plan.charges))
    for k, size in enumerate(_blocks(n)):
        drawn = case.draw(size, seed + k).bill
        totals.append(np.broadcast_to(drawn.total, (size,)))
        sums += [float(np.mean(c.usd)) * size for c in drawn.charges]
    usd = np.concatenate(totals)
    p5, p50, p95 = np.percentile(usd, (5, 50, 95)).tolist()
    gaps = sorted(_mean_gaps(plan, sums / n), key=lambda gap: -abs(gap.mean - gap.plan))
    return Expected(float(plan.total), float(usd.mean()), p5, p50, p95, seed, tuple(gaps), usd)


def _blocks(n: int) -> Iterator[int]:
    """Yield the sizes of even blocks that add up to n."""
    blocks = -(-n // BLOCK)
    for k in range(blocks):
        yield (k + 1) * n // blocks - k * n // blocks


def _mean_gaps(plan: Bill, means: np.ndarray) -> Iterator[MeanGap]:
    for line, mean in zip(plan.charges, means.tolist(), strict=True):
        gap = abs(mean - line.usd)
        if line.every == "month" and gap > max(APART * line.usd, OF_THE_BILL * plan.total):
            yield MeanGap(line_words(line), float(line.usd), mean)
