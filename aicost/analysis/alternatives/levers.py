"""What to do first: changes that make the bill smaller, and what each month of waiting costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from aicost.analysis.viability.goals import grown_fields
from aicost.billing.case import Case, kept
from aicost.timing.remedies import changes
from aicost.values.formatting import about, percent
from aicost.values.quantities import Numeric
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table, table

HALF_A_YEAR = 6
LESS = 1 - 1e-3  # of the bill: what saves less is no step


@dataclass(frozen=True)
class FirstStep:
    """A change: the system before it and after, and the bill of a month under it, in USD.

    `of_people` says that it is people whom it spares; else they go on to see as many answers.
    """

    name: str
    note: str
    before: Case
    after: Case
    usd: float
    of_people: bool = False

    @property
    def saved(self) -> float:
        """What it takes off the bill of a month. [USD]"""
        return float(self.before.bill.total) - self.usd

    def saved_in(self, month: Numeric) -> Numeric:
        """What it takes off the bill of a month of the growth plan, 0 for now. [USD]"""
        (before, people), (after, fewer) = (_in_month(c, month) for c in (self.before, self.after))
        return before - after - (0.0 if self.of_people else np.maximum(people - fewer, 0.0))

    def waiting(self, months: int) -> float:
        """What it costs to make it so many months later: all that it would have saved. [USD]"""
        return float(np.sum(self.saved_in(np.arange(months))))


@dataclass(frozen=True, repr=False)
class FirstSteps(Result):
    """Changes that make the bill smaller, the one that saves most first; they do not add up."""

    steps: tuple[FirstStep, ...]
    now: float
    months: int

    @property
    def sentence(self) -> str:
        """The step that saves most, and what it costs to take it late."""
        if not self.steps:
            return "No change that the kit knows makes this bill smaller."
        first = self.steps[0]
        note = f" ({first.note})" if first.note else ""
        return (
            f"Most is saved by this: {first.name}{note}. It takes {about(first.saved)} a month, "
            f"{percent(round(first.saved / self.now, 2))}, off the bill. Done {self.months} months "
            f"later, it has cost {about(first.waiting(self.months))} by then."
        )

    def rows(self) -> Table:
        columns = (
            Column("First step, one at a time", key="step"),
            Column("the bill then", Form.MONEY, "usd"),
            Column("saved a month", Form.MONEY, "saved"),
            Column(f"{self.months} months later costs", Form.MONEY, "waiting"),
        )
        rows = [
            Row((s.name, s.usd, s.saved, s.waiting(self.months)), (s.note,) if s.note else (), of=s)
            for s in self.steps
        ]
        return table(columns, rows)


@kept
def first_steps(case: Case, months: int = HALF_A_YEAR) -> FirstSteps:
    """The changes that make a bill smaller, with what it costs to make them late.

    waiting = sum over the months of bill(t) - bill under the change(t), usage and documents grown
    by the plan where there is one.

    Parameters
    ----------
    case : the system; ranges stand at their means.
    months : how much later. [months]

    Notes
    -----
    They are the remedies for slow answers that save money as well, and what takes work off people:
    fewer reviews, a desk that may let work wait, reviews by the piece. What a step costs to make,
    and whether the answers stay as good, no price list says: it has to be measured.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> found = first_steps(load("data/scenarios/contract-search-billed.yaml"))
    >>> found.steps[0].name, found.steps[0].waiting(6) > 6 * found.steps[0].saved
    ('answer on anthropic/claude-haiku-5-5', True)
    """
    point = case.point
    now = float(point.bill.total)
    steps = [
        FirstStep(c.name, c.note, point, c.case.point, c.usd)
        for c in changes(case)
        if c.again is None
    ]
    every = [*steps, *_of_people(point)]
    ranked = sorted((s for s in every if s.usd < now * LESS), key=lambda step: step.usd)
    return FirstSteps(tuple(ranked), now, months)


def _of_people(point: Case) -> Iterator[FirstStep]:
    """Yield what takes work off people, each as the case it would be."""
    for stage in point.scenario.stages:
        for change in stage.cheaper(point.book):
            after = point.with_stage(change.stage)
            usd = float(after.bill.total)
            yield FirstStep(change.words, change.note, point, after, usd, of_people=True)


def saved_by_first(case: Case) -> Callable[[Numeric], Numeric]:
    """What the first step saves in a month of the plan; a tenth of the bill where there is none.

    Parameters
    ----------
    case : the system; ranges stand at their means.

    Returns
    -------
    A function of the month, 0 for now. [USD/month]

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> saved_in = saved_by_first(load("data/scenarios/contract-search-billed.yaml"))
    >>> bool(saved_in(0) < saved_in(1))
    True
    """
    steps = first_steps(case).steps
    return steps[0].saved_in if steps else lambda month: 0.1 * _in_month(case.point, month)[0]


def _in_month(point: Case, month: Numeric) -> tuple[Numeric, Numeric]:
    """The bill of a month of the plan, today's where none is stated, and people's part. [USD]"""
    none = 0.0 * month
    growth = point.scenario.growth
    grown = point if growth is None else point.at(grown_fields(point.scenario, month))
    return grown.bill.total + none, grown.bill.people + none
