"""Figures of a bill beside somebody else's: how far apart, and whether that was to be expected."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from aicost.billing.bill import Bill
from aicost.values.formatting import money, usd
from aicost.values.money import spoken
from aicost.values.quantities import Numeric
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table, table

NEAR = 0.005  # figures this close are the same where nothing is unknown
LEAST_SHARE = 0.0005  # in print 0.0 %
CENT, DUST = 0.005, 1e-9  # what is less in print is 0.00, and of a sum what adding it up leaves


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a bill that a figure is of: lines by their places, a month of them times a scale.

    `per` is what it is for one of, `users` or `requests`; `half_unit` how far its print may be off.
    Of lines that an invoice has under several components, those of `components` count, if any.
    """

    lines: tuple[int, ...] = ()
    scale: float = 1.0
    per: str = ""
    half_unit: float = 0.0
    components: frozenset[str] = frozenset()

    def of(self, bill: Bill) -> Numeric:
        """The figure as a bill has it, its lines in the order of those of the bill."""
        lines, parts = (bill.charges[at] for at in self.lines), self.components
        sums = (c.invoiced_as(parts) if parts else c.usd for c in lines)
        whole = sum(sums, start=np.float64(0.0))
        return whole / getattr(bill, self.per) if self.per else whole * self.scale


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure of the bill beside theirs, and what would make the two agree.

    `low` and `high` are the bill's own range, 90 % of its draws; none where nothing is unknown.
    `parts` are what of theirs is for something that has its own price, such as searches; `services`
    what theirs is for, by name; `part` where it stands on the bill.
    """

    name: str
    ours: float
    theirs: float
    said: str = ""
    agrees: bool = False
    low: float = 0.0
    high: float = 0.0
    parts: tuple[Comparison, ...] = ()
    services: tuple[tuple[str, float], ...] = ()
    part: Part = Part()

    @property
    def gap(self) -> float:
        return self.theirs - self.ours

    @property
    def unknown(self) -> bool:
        """Whether the bill has a range."""
        return self.high > self.low

    @property
    def inside(self) -> bool:
        """Whether theirs is what the bill said, or in its range."""
        low, high = (self.low, self.high) if self.unknown else (self.ours, self.ours)
        return low - NEAR * self.ours <= self.theirs <= high + NEAR * self.ours

    @property
    def range(self) -> str:
        """The bill's own range."""
        return f"{money(self.low)} to {money(self.high)}" if self.unknown else ""

    @property
    def apart(self) -> str:
        """How far theirs is from ours, and what would make the two agree."""
        if self.agrees:
            return "agrees"
        if not self.theirs:
            return "not on this invoice"
        if not self.ours:
            return "no line of the bill"
        words = f"{self.gap / self.ours:+.1%}".replace("%", " %")
        if abs(self.gap / self.ours) < LEAST_SHARE:
            words = "< 0.1 %" if told(self.gap, self.theirs) else "the same"
        if self.unknown:
            words += f", {self.verdict}"
        return f"{words}; {self.said}" if self.said else words

    @property
    def verdict(self) -> str:
        """Whether the bill said so."""
        if self.inside:
            return "inside what we said"
        return f"{'above' if self.gap > 0 else 'below'} what we said"


@dataclass(frozen=True, repr=False)
class Reconciliation(Result):
    """Figures of a bill beside somebody else's, the furthest apart first.

    `tied` is the share of theirs that the bill explains; `aside` are lines of their own (tax,
    support, credits, commitments), which no bill of a design has; `notes` say what was left out.
    `parts` is whether theirs are parts of one invoice, which add up; `covers` is the time it is of.
    """

    ties: tuple[Comparison, ...]
    tied: float
    aside: tuple[Comparison, ...]
    notes: tuple[str, ...]
    text: str
    parts: bool = False
    covers: str = ""

    @property
    def sentence(self) -> str:
        """How much of theirs is on the bill, or the figure that is furthest apart."""
        first = self.text.splitlines()[0]
        return first if first.endswith("?") else f"{first}."

    def rows(self) -> Table:
        """Each figure of the bill beside theirs, and their sums where they are parts of a whole."""
        columns = [Column("a month"), Column("bill", Form.USD, "ours")]
        ranged = any(tie.unknown for tie in self.ties)
        columns += [Column("its range")] if ranged else []
        columns += [
            Column("invoice" if self.parts else "theirs", Form.USD, "theirs"),
            Column("apart"),
        ]

        def row(of: Comparison, apart: str, name: str = "") -> Row:
            middle = (of.range,) if ranged else ()
            cells = (name or of.name, of.ours or "-", *middle, of.theirs or "-", apart)
            return Row(cells, of=of)

        rows: list[Row] = []
        for tie in self.ties:
            rows.append(row(tie, tie.apart))
            rows += [row(part, part.apart, f"of it {part.name}") for part in tie.parts]
        rows += [row(tie, "a line of its own") for tie in self.aside]
        if self.parts:
            both = [*self.ties, *self.aside]
            ours, theirs = sum(c.ours for c in both), sum(c.theirs for c in both)
            rows.append(Row(("in all", ours, *(("",) if ranged else ()), theirs, ""), role="sum"))
        return replace(table(columns, rows), notes=self.notes)


def told(gap: float, of: float) -> bool:
    """Whether a difference of a sum is one: half a cent or more, and no dust of adding it up."""
    return abs(gap) >= max(CENT * spoken().in_usd, DUST * abs(of))


def row_words(tie: Comparison) -> str:
    """A figure of the bill beside an invoice's, as a sentence."""
    words = f"{tie.name}: bill {usd(tie.ours)}, invoice {usd(tie.theirs)}"
    if not tie.theirs:
        return f"{words}; not on this invoice"
    if not tie.ours:
        return f"{words}; no line of the bill"
    if abs(tie.gap) <= NEAR * tie.ours:
        return words
    return f"{words}, {tie.apart}"
