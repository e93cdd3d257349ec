"""What to do first: changes that make the bill smaller, and what each month of waiting costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

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
    `unproven` says that it changes a model, and that nobody measured how many answers help.
    """

    name: str
    note: str
    before: Case
    after: Case
    usd: float
    of_people: bool = False
    unproven: bool = False

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
    """Changes that make the bill smaller, the one that saves most first; they do not add up.

    Behind them stand those that are not ranked: what another model's answers are worth is unproven.
    """

    steps: tuple[FirstStep, ...]
    now: float
    months: int

    @property
    def first(self) -> FirstStep | None:
        """The one that saves most, of those that are ranked."""
        return next((step for step in self.steps if not step.unproven), None)

    @property
    def sentence(self) -> str:
        """The step that saves most, and what it costs to take it late."""
        if not self.steps:
            return "No change that the kit knows makes this bill smaller."
        return " ".join([*self._of_first(), *self._of_unproven()])

    def _of_first(self) -> Iterator[str]:
        first = self.first
        if first is not None:
            note = f" ({first.note})" if first.note else ""
            yield f"Most is saved by this: {first.name}{note}."
            yield f"It takes {about(first.saved)} a month,"
            yield f"{percent(round(first.saved / self.now, 2))}, off the bill."
            yield f"Done {self.months} months later, it has cost"
            yield f"{about(first.waiting(self.months))} by then."

    def _of_unproven(self) -> Iterator[str]:
        step = next((step for step in self.steps if step.unproven), None)
        if step is not None:
            yield f"Not ranked, for nobody says how many answers help: {step.name}, which takes"
            yield f"{about(step.saved)} off;"
            yield f"{_least(step)}."

    def rows(self) -> Table:
        columns = (
            Column("First step, one at a time", key="step"),
            Column("the bill then", Form.MONEY, "usd"),
            Column("saved a month", Form.MONEY, "saved"),
            Column(f"{self.months} months later costs", Form.MONEY, "waiting"),
        )
        return table(columns, [self._row(step) for step in self.steps])

    def _row(self, step: FirstStep) -> Row:
        name = f"{step.name} (not ranked)" if step.unproven else step.name
        cells = name, step.usd, step.saved, step.waiting(self.months)
        return Row(cells, (step.note,) if step.note else (), of=step)


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
    and whether the answers stay as good, no price list says: it has to be measured. Without
    `traffic.success_share` another model is not ranked; what it may lose is said either way.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> found = first_steps(load("data/scenarios/contract-search-billed.yaml"))
    >>> found.first.name, found.first.waiting(6) > 6 * found.first.saved
    ('a cache that answers 30 % of requests', True)
    >>> found.steps[-1].name, found.steps[-1].unproven
    ('answer on anthropic/claude-haiku-5-5', True)
    """
    point = case.point
    now = float(point.bill.total)
    steps = [
        FirstStep(c.name, c.note, point, c.case.point, c.usd)
        for c in changes(case)
        if c.again is None
    ]
    every = [*map(_judged, steps), *_of_people(point)]
    found = (s for s in every if s.usd < now * LESS)
    return FirstSteps(tuple(sorted(found, key=lambda s: (s.unproven, s.usd))), now, months)


def _judged(step: FirstStep) -> FirstStep:
    """A step with what is known of its answers, where it changes the model that gives them."""
    before, after = (
        [getattr(stage, "model", "") for stage in case.scenario.stages if stage.writes]
        for case in (step.before, step.after)
    )
    if before == after:
        return step
    note = "; ".join(filter(None, (step.note, _least(step))))
    unproven = step.before.scenario.traffic.success_share is None
    return replace(step, note=note, unproven=unproven)


def _least(step: FirstStep) -> str:
    """What another model may lose before an answer that helps costs more."""
    still = step.usd / float(step.before.bill.total)
    share = step.before.scenario.traffic.success_share
    if share is None:
        words = f"{percent(round(still, 3))} of the answers that help now still have to"
    else:
        least = percent(round(float(np.mean(share)) * still, 3))
        words = f"{least} of its answers have to help, where {percent(share)} do now"
    return f"so that an answer that helps costs no more, {words}"


def _of_people(point: Case) -> Iterator[FirstStep]:
    """Yield what takes work off people, each as the case it would be."""
    for stage in point.scenario.stages:
        for change in stage.cheaper(point.book):
            after = point.with_stage(change.stage)
            usd = float(after.bill.total)
            yield FirstStep(change.words, change.note, point, after, usd, of_people=True)


def saved_by_first(case: Case) -> Callable[[Numeric], Numeric]:
    """What the first step saves in a month of the plan; a tenth of the bill where none is ranked.

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
    first = first_steps(case).first
    return first.saved_in if first else lambda month: 0.1 * _in_month(case.point, month)[0]


def _in_month(point: Case, month: Numeric) -> tuple[Numeric, Numeric]:
    """The bill of a month of the plan, today's where none is stated, and people's part. [USD]"""
    none = 0.0 * month
    growth = point.scenario.growth
    grown = point if growth is None else point.at(grown_fields(point.scenario, month))
    return grown.bill.total + none, grown.bill.people + none
