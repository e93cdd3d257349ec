"""The ranges that widen the bill most, one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aicost.billing.agreed_draws import figure
from aicost.billing.case import Case, kept, single
from aicost.values.formatting import about, digits, listing, money, path_words, percent, value_words
from aicost.values.quantities import Numeric
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table, table

FEW = 256
#: A share of the bill below which no unknown is worth the trouble of measuring.
SLIGHT = 0.01
DUST = 1e-9  # what adding up leaves over


@dataclass(frozen=True)
class Unknown:
    """A field that is not known; p5 and p95 of the bill, in USD a month, when only it is drawn.

    `taken` is the range it stands for today, as a file would spell it; `open` how far it moves what
    no invoice shows: all that it moves where there is none.
    """

    path: str
    words: str
    taken: str
    low: float
    high: float
    open: float

    @property
    def width(self) -> float:
        """How far it alone moves the bill."""
        return self.high - self.low

    @property
    def sentence(self) -> str:
        """It in plain words."""
        ends = f"{money(self.low)} to {money(self.high)}"
        return f"{self.words} alone moves the bill from {ends} a month"


@dataclass(frozen=True, repr=False)
class Tornado(Result):
    """The unknowns that widen the bill most, the widest first."""

    unknowns: tuple[Unknown, ...]
    total: float

    def __iter__(self) -> Iterator[Unknown]:
        return iter(self.unknowns)

    def __len__(self) -> int:
        return len(self.unknowns)

    def __getitem__(self, place: int) -> Unknown:
        return self.unknowns[place]

    @property
    def worth(self) -> tuple[Unknown, ...]:
        """Those that move what is not known of the bill enough to be measured."""
        return tuple(u for u in self.unknowns if u.open >= SLIGHT * self.total)

    @property
    def sentence(self) -> str:
        """Which unknown to measure first, and what it does alone."""
        if not self.unknowns:
            return "Every number in this scenario was counted: nothing is left to measure first."
        if not self.worth:
            most = self.unknowns[0]
            if most.open < SLIGHT * self.total <= max(u.width for u in self.unknowns):
                return (
                    "Little is left to measure: beside what was invoiced, no unknown moves the "
                    f"bill by more than {percent(SLIGHT)}."
                )
            return (
                "Little is left to measure: no unknown alone moves the bill by more than "
                f"{percent(SLIGHT)}; '{most.words}' moves it most, by {about(most.width)} a month."
            )
        first, *rest = self.worth
        words = (
            f"Measure '{first.words}' first: on its own it moves the bill by {about(first.width)} "
            f"a month, {digits(100 * first.width / self.total, 3)} % of it, between its low and "
            "high end."
        )
        if about(first.open) != about(first.width):
            words = f"{words[:-1]}, {about(first.open)} of it in what no invoice shows."
        then = [f"'{unknown.words}' ({_moved(unknown)})" for unknown in rest]
        return f"{words} Then {listing(then)}." if then else words

    def rows(self) -> Table:
        """Each unknown, what it is taken as, and the bill when it alone is drawn."""
        columns = (
            Column("Unknown"),
            Column("now taken as"),
            Column("the bill then", Form.COUNT),
            Column("apart", Form.MONEY, "width"),
        )
        rows = [
            Row((u.words, u.taken, f"{money(u.low)} to {money(u.high)}", u.width), of=u)
            for u in self.unknowns
        ]
        return table(columns, rows)


def _moved(one: Unknown) -> str:
    """What it moves, of it what no invoice shows: the amount that those in a sentence stand by."""
    left, whole = about(one.open), about(one.width)
    return whole if left == whole else f"{left} of {whole}"


@kept
def tornado(case: Case, k: int = 3) -> Tornado:
    """The `k` unknowns that widen the bill most, the widest first.

    width = p95 - p5 of the bill over 256 draws of one field, all others at their means. Where draws
    follow an invoice, those come first that move what it does not show.

    Parameters
    ----------
    case : the system, with its ranges.
    k : how many are named; those that leave the bill as it is never are.

    Notes
    -----
    One at a time: what two unknowns do only together is not seen.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> [u.words for u in tornado(load("data/scenarios/contract-search-billed.yaml"), k=1)]
    ['pages per document']
    """
    single(case, "a tornado")
    paths = case.scenario.unknowns()
    if not paths:
        return Tornado((), float(case.bill.total))
    usd = _alone(case, paths)
    held = {
        path: value_words(value, part.quantities()[name])
        for path, part, name, value in case.scenario.fields
        if path in paths
    }
    found = [
        Unknown(path, path_words(path), held[path], low, high, open_)
        for path, (low, high, open_) in zip(paths, usd, strict=True)
    ]
    moving = [u for u in found if u.width > 0]
    first = sorted(moving, key=lambda u: (-u.open, -u.width, u.path))[:k]
    return Tornado(tuple(first), float(case.bill.total))


def _alone(case: Case, paths: Sequence[str]) -> list[tuple[float, float, float]]:
    """Where nine in ten bills lie when one field is drawn, and how far apart beside an invoice."""
    found = case.of(case.scenario.draw_each(FEW)).bill
    low, high = _nine_in_ten(found.total, len(paths))
    shown = sum(figure(found, name) for name in case.followed)
    least, most = _nine_in_ten(found.total - shown, len(paths))
    left = np.where(most - least > DUST * high, most - least, 0.0)
    return [*zip(low.tolist(), high.tolist(), left.tolist(), strict=True)]


def _nine_in_ten(usd: Numeric, rows: int) -> NDArray[np.float64]:
    """The ends of nine in ten of each row."""
    wide = np.broadcast_to(usd, (rows, FEW))
    ends: NDArray[np.float64] = np.percentile(wide, (5, 95), axis=1, method="hazen")
    return ends  # strata: one a draw
