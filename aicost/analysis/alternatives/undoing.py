"""Which choices are hard to undo: what it costs to choose again, now and when more is stored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aicost.billing.case import Case, kept
from aicost.components.stage import Stage
from aicost.values.formatting import money
from aicost.values.result import Result
from aicost.values.table import Column, Form, Table, table

NAMED = ("model", "store", "platform", "role")  # what a stage may be told to use
A_YEAR = 12


@dataclass(frozen=True)
class Choice:
    """What a stage uses, and the USD paid once to use another, now and later."""

    stage: str
    uses: str
    now: float
    later: float


@dataclass(frozen=True, repr=False)
class Choices(Result):
    """The choices in a file, and what it costs to make each again."""

    choices: tuple[Choice, ...]
    months: int

    @property
    def paid(self) -> tuple[Choice, ...]:
        """Those that cost something to undo."""
        return tuple(choice for choice in self.choices if choice.now >= 0.01)

    @property
    def sentence(self) -> str:
        """Which choices cost something to undo, and how that grows."""
        if not self.paid:
            return "Nothing here has to be loaded anew: each choice is a line in the file."
        most = max(self.paid, key=lambda choice: choice.later)
        free = len(self.choices) - len(self.paid)
        words = f"What costs most to undo is {most.uses} ('{most.stage}'): {money(most.now)} today"
        words += f", {money(most.later)} in month {self.months}, for what is stored by then"
        return f"{words}. {free} of {len(self.choices)} choices are a line in the file."

    def rows(self) -> Table:
        columns = (
            Column("Choice", key="uses"),
            "stage",
            Column("to undo today", Form.MONEY, "now"),
            Column(f"in month {self.months}", Form.MONEY, "later"),
        )
        return table(columns, [(c.uses, c.stage, c.now, c.later) for c in self.choices])


@kept
def choices(case: Case, months: int = A_YEAR) -> Choices:
    """What it costs to choose another model, store or platform, now and in some months.

    An encoder: the collection embedded and loaded anew. A store: loaded anew. Any other: nothing.

    Parameters
    ----------
    case : the system; ranges stand at their means, its own prices stand for those of the other.
    months : how much later; the collection grows by what is added a month. [months]

    Notes
    -----
    What it takes to test the answers again is in no price list, and is the larger part for a model.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> found = choices(load("data/scenarios/catalogue-overnight.yaml"))
    >>> [choice.uses for choice in found.paid]
    ['openai/text-embedding-3-small', 'pinecone-standard']
    """
    point = case.point
    now, later = _once(point), _once(_grown(point, months))
    stored = {name for name in now if point.scenario.stage(name).component == "retrieval"}

    def undone(stage: Stage, once: dict[str, float]) -> float:
        loads = stored if stage.component == "embedding" else set()
        return sum(once.get(name, 0.0) for name in {stage.name, *loads})

    found = [
        Choice(stage.name, uses, undone(stage, now), undone(stage, later))
        for stage in point.scenario.stages
        if (uses := _uses(stage))
    ]
    return Choices(tuple(found), months)


def _uses(stage: Stage) -> str:
    named = (getattr(stage, field, "") for field in NAMED)
    return next((name for name in named if isinstance(name, str) and name), "")


def _once(point: Case) -> dict[str, float]:
    """What each stage is paid once. [USD]"""
    names = {stage.name for stage in point.scenario.stages}
    sums: dict[str, float] = {}
    for charge in point.bill.charges:
        if charge.every == "once":
            sums[charge.stage] = sums.get(charge.stage, 0.0) + float(np.mean(charge.usd))
    return {name: usd for name, usd in sums.items() if name in names}


def _grown(point: Case, months: int) -> Case:
    corpus = point.scenario.corpus
    if corpus is None:
        return point
    grown = corpus.documents * (1.0 + corpus.added_per_month) ** months
    return point.at({"corpus.documents": grown})
