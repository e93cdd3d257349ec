"""A lever: one change of a system that makes its bill smaller, and what is known of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from aicost.billing.case import Case
from aicost.book.rows import Row
from aicost.components.stage import Stage

#: In the order in which they are made, so that it does not matter in which they are named.
KINDS = (
    "store",
    "model",
    "machines",
    "batch",
    "output",
    "thinking",
    "passages",
    "rerank",
    "prompts",
    "terms",
    "reviews",
    "desk",
    "cache",
)
#: What a change of a kind asks of the client, the least first; how long it takes nobody published.
EFFORTS = {
    "a setting": ("output", "thinking", "passages"),
    "a contract": ("terms",),
    "an agreement with staff": ("reviews", "desk"),
    "a change of the code": ("prompts", "batch", "rerank", "cache"),
    "another model, tried first": ("model",),
    "a move": ("store", "machines"),
}
SAME = "They stay as they are."
UNTIMED = "No source says how many hours it takes to make and to test."
EASY, REST = "easy", "rest"  # the branches of a call that is routed
Change = Callable[[Case], Case]
LEAST_PART = 0.01  # of the bill that a stage has to be, for its levers to be tried


@dataclass(frozen=True)
class Lever:
    """One change, as it is made to a case at its means or to its draws.

    Attributes
    ----------
    kind : one of KINDS.
    name : what is done.
    decides : what it settles; of two levers that settle the same only one can be pulled.
    change : from a case without it to the case with it.
    rests_on : what its saving is computed from, and who says so.
    quality : what was published of the answers after it.
    costs : what it takes, beside what is on the bill then.
    note : what is assumed.
    unmeasured : whether it changes the answers, and nobody measured how many help then.
    of_people : whether it is people whom it spares; else they go on to see as many answers.
    instead : those that would settle the same, and save less.
    """

    kind: str
    name: str
    decides: str
    change: Change
    rests_on: str
    quality: str = SAME
    costs: str = UNTIMED
    note: str = ""
    unmeasured: bool = False
    of_people: bool = False
    instead: tuple[str, ...] = ()


def effort(kind: str) -> tuple[int, str]:
    """What a change of a kind asks of the client, behind how many that ask less."""
    return next((at, words) for at, (words, of) in enumerate(EFFORTS.items()) if kind in of)


def in_order(lever: Lever) -> tuple[int, str]:
    """Where a lever stands among others: by its kind, then by its name."""
    return KINDS.index(lever.kind), lever.name


def branches(case: Case, name: str) -> list[Stage]:
    """A stage by its name, or the two that stand in its place where it is routed."""
    names = {name, f"{name}/{EASY}", f"{name}/{REST}"}
    return [stage for stage in case.scenario.stages if stage.name in names]


def each_branch(name: str, made: Callable[[Stage], Stage]) -> Change:
    """A change of a stage, in each branch of it."""

    def change(case: Case) -> Case:
        scenario = case.scenario
        for stage in branches(case, name):
            scenario = scenario.with_stage(made(stage))
        return case.of(scenario)

    return change


def with_fields(name: str, **fields: Any) -> Change:
    """A change that sets fields of a stage, in each branch of it."""
    return each_branch(name, lambda stage: replace(stage, **fields))


def said_by(row: Row) -> str:
    """Who says a price, and the day that was read."""
    return f"{row.source.removeprefix('https://')}, read {row.read_on}."


def spent(case: Case, name: str) -> float:
    """The share of the bill of a month that a stage is."""
    point = case.point
    return float(point.bill.by("stage").get(name, 0.0)) / max(float(point.bill.total), 1e-300)
