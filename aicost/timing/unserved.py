"""What of a month a provider's limit, or machines, leave undone: it is on the bill all the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from aicost.billing.case import Case, kept
from aicost.billing.settle import pool_calls
from aicost.scenario.checks import problem
from aicost.scenario.problems import Problem
from aicost.scenario.scenario import Scenario, steps
from aicost.timing.call_times import timed
from aicost.timing.ceilings import MACHINES, Overload, overloads
from aicost.values.formatting import count, money, share
from aicost.values.section import Concern

#: More to two digits would say more than is known of how a month's traffic lies.
DIGITS = 2


@dataclass(frozen=True)
class Unserved:
    """The calls of a month that one part leaves undone, of all it is asked for; what both cost."""

    part: str
    what: str
    calls: float
    asked: float
    usd: float
    served_usd: float

    @property
    def wrong(self) -> str:
        """How many calls, and that they are billed."""
        place = "its machines" if self.what == MACHINES else f"its limit of {self.what} a minute"
        size = float(f"{self.calls:.{DIGITS}g}") if self.calls < self.asked else self.asked
        some = f"{count(size)} of the {count(self.asked)} calls of a month"
        words = f"{place} {'leave' if self.what == MACHINES else 'leaves'} {some} unserved "
        words += f"({share(self.calls, self.asked)}), and the bill of {money(self.usd)} counts "
        return f"{words}them all; of what is served alone it is about {money(self.served_usd)}"

    @property
    def remedy(self) -> str:
        """What to do about it."""
        if self.what == MACHINES:
            return "let there be more of them, or bill fewer requests"
        return "have the limit raised, or bill fewer requests"

    @property
    def sentence(self) -> str:
        """Both in one line."""
        return f"{self.part}: {self.wrong}; {self.remedy}."


@kept
def unserved(case: Case) -> Unserved | None:
    """The part that leaves most of a month undone, where one does."""
    scenario = timed(case).point.scenario
    worst = min(overloads(scenario), key=lambda one: one.in_month, default=None)
    asked = 0.0 if worst is None else _asked(scenario, worst)
    if worst is None or worst.in_month >= 1 or not asked:
        return None
    scale = f"traffic.{scenario.traffic.scale}"
    less = case.point.at({scale: case.usage * worst.in_month})
    bills = float(case.point.bill.total), float(less.bill.total)
    return Unserved(worst.part, worst.what, asked * (1.0 - worst.in_month), asked, *bills)


def unserved_problems(case: Case) -> Iterator[Problem]:
    """Yield what `check` says of it."""
    found = unserved(case)
    if found is None:
        return
    scenario = case.point.scenario
    concern = Concern("limits", found.wrong, found.remedy)
    for pool in scenario.pools:
        if pool.name == found.part:
            concern = Concern("at_most", found.wrong, found.remedy)
            yield problem(scenario, f"pools.{pool.name}", pool, concern)
            return
    yield problem(scenario, found.part, scenario.stage(found.part), concern)


def _asked(scenario: Scenario, over: Overload) -> float:
    """The calls of a month that a part is asked for."""
    if over.what == MACHINES:
        every = pool_calls(scenario, scenario.requests())[over.part].values()
        return float(sum(np.mean(calls) for calls in every))
    flows = {stage.name: (stage, flow) for stage, flow in steps(scenario, scenario.requests())}
    stage, flow = flows[over.part]
    return float(np.mean(stage.calls(flow).value))
