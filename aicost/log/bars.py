"""The bill of one period beside another's: bars, a sentence, a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from aicost.log.day_sums import Period
from aicost.values.formatting import listing, money, percent, plural, signed
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table

if TYPE_CHECKING:
    import pandas as pd

LARGEST = 3  # bars that a sentence names
STILL = 1e-9  # share of a bill that is no move of it


@dataclass(frozen=True)
class Bar:
    """What one cause makes of the difference, in dollars a day, and between what and what.

    `lmdi` is what the other exact method makes of it; what began or ended has none. `where` says
    in which cells it comes about.
    """

    cause: str
    label: str
    usd: float
    low: float
    high: float
    lmdi: float | None = None
    where: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether its interval leaves out that nothing changed."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, repr=False)
class BillChange(Result):
    """The way from one period's bill to another's, the largest bar first.

    Bars add up to the difference. Amounts are dollars a day, so that periods may be of any length.
    `low` and `high` are the 95 % interval of the difference, `ratio_low` and `ratio_high` of after
    over before.
    """

    a: Period
    b: Period
    before: float
    after: float
    low: float
    high: float
    ratio_low: float
    ratio_high: float
    bars: tuple[Bar, ...]
    notes: tuple[str, ...]

    @property
    def difference(self) -> float:
        """How much more a day of the second period costs. [USD/day]"""
        return self.after - self.before

    def past(self, limit: float) -> bool:
        """Say whether the bill rose by more than a share of it, with its whole interval."""
        return self.ratio_low - 1 > limit

    @property
    def sentence(self) -> str:
        """How far the bill moved, how sure that is, and what moved it."""
        rose = "rose" if self.difference >= 0 else "fell"
        rose = rose if abs(self.difference) > STILL * self.before else "did not move,"
        words = (
            f"The bill {rose} from {money(self.before)} a day ({days_words(self.a)}) to "
            f"{money(self.after)} ({days_words(self.b)}): {_relative(self.after / self.before)}, "
            f"between {_relative(self.ratio_low)} and {_relative(self.ratio_high)} in 95 of 100 "
            "cases"
        )
        if not self.bars:
            return f"{words}. Nothing that is billed differs."
        named = [f"{signed(bar.usd)} {bar.label}" for bar in self.bars[:LARGEST]]
        if rest := self.bars[LARGEST:]:
            named.append(f"{signed(sum(bar.usd for bar in rest))} from {len(rest)} more")
        words = f"{words}. {'; '.join(named)}."
        if unsure := [bar.label for bar in self.bars[:LARGEST] if not bar.sure]:
            words += f" May be chance: {listing(unsure)}."
        return words

    def rows(self) -> Table:
        """Both bills and, between them, what each cause makes of the difference."""
        columns = (
            Column("What changed"),
            Column("a day", Form.MONEY, "usd"),
            Column("low", Form.MONEY),
            Column("high", Form.MONEY),
            Column("LMDI", Form.MONEY, "lmdi"),
        )
        steps = (Row(_cells(bar), bar.where, of=bar) for bar in self.bars)
        ends = [
            Row((days_words(side), usd, None, None, None), role="sum")
            for side, usd in ((self.a, self.before), (self.b, self.after))
        ]
        return Table(columns, (ends[0], *steps, ends[1]), notes=self.notes)

    def frame(self) -> pd.DataFrame:
        """A row a bar: cause, label, usd, low, high, lmdi."""
        import pandas as pd

        rows = [(x.cause, x.label, x.usd, x.low, x.high, x.lmdi) for x in self.bars]
        return pd.DataFrame(rows, columns=["cause", "label", "usd", "low", "high", "lmdi"])


def _cells(bar: Bar) -> tuple[Any, ...]:
    amounts = (bar.usd, bar.low, bar.high, bar.lmdi)
    return bar.label, *(None if usd is None else signed(usd) for usd in amounts)


def _relative(ratio: float) -> str:
    if ratio >= 1_000:
        return "more than 1,000 times as much"
    return f"{'+' if ratio >= 1 else '−'}{percent(float(f'{abs(ratio - 1):.2g}'))}"


def days_words(side: Period) -> str:
    """The days of a period."""
    if side.single:
        return f"{side.first}"
    return f"{side.first} to {side.last}"


def days_of(many: int) -> str:
    """A number of days in words."""
    return "1 day" if many == 1 else f"{many:,} days"


def notes(before: Period, after: Period) -> Iterator[str]:
    """Yield what one has to know of the periods."""
    lengths = [len(side.days) for side in (before, after)]
    if lengths[0] != lengths[1]:
        words = [days_of(n) for n in lengths]
        yield f"The periods have {words[0]} and {words[1]}; both are counted by the day."
    quiet = [np.mean([day.weekday() > 4 for day in side.days]) for side in (before, after)]
    if abs(quiet[0] - quiet[1]) > 0.02:
        was, now = (percent(round(float(part), 2)) for part in quiet)
        yield (
            f"Saturdays and Sundays are {was} of the days before and {now} after; part of the "
            "change is that. Whole weeks are free of it."
        )
    for side in (before, after):
        if side.single:
            yield f"{side.first} is one day: its intervals say how requests differ, not days."
        elif empty := len(side.days) - side.found["day"].nunique():
            yield f"{days_words(side)}: {days_of(empty)} without calls, counted as such."
        if many := side.left_out:
            which = f"{many:,} {plural('call', str(many))}"
            yield f"{days_words(side)}: {which} without a price or a moment, in no bar."
    yield (
        "Bars are Shapley values, low and high their 95 % intervals. LMDI shares the same "
        "difference out in another exact way: where the two are far apart, causes are entangled."
    )
