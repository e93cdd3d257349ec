"""Work that is due by a time: what a night holds, how fast it has to go, and whether it may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aicost.billing.case import Case
from aicost.components.demand import Demand
from aicost.scenario.scenario import Scenario, steps
from aicost.timing.budgets import goal_of
from aicost.values.charge import Basis, Count, Factor
from aicost.values.quantities import DAYS_PER_WEEK, MINUTES_PER_HOUR, SECONDS_PER_HOUR

BATCH_CEILING_HOURS = 24.0


@dataclass(frozen=True)
class NightWork:
    """What one stage has to do in a night, and the fewest hours its provider's limits allow."""

    stage: str
    calls: float
    tokens: float
    least_hours: float
    batch: bool

    def tokens_per_minute(self, hours: float) -> float:
        """The tokens a minute that bring it home in so many hours."""
        return self.tokens / hours / MINUTES_PER_HOUR


@dataclass(frozen=True)
class Night:
    """A night's requests and work beside the hours it is due in."""

    hours: float
    basis: Basis
    source: str
    requests: float
    work: tuple[NightWork, ...]

    @property
    def due(self) -> str:
        """The hours it is due in, and who says so."""
        return f"a night's work: {self.hours:g} h, says {self.source}."

    @property
    def requests_per_s(self) -> float:
        """The requests a second that fill the window evenly."""
        return self.requests / self.hours / SECONDS_PER_HOUR

    @property
    def least_hours(self) -> float:
        """The fewest hours that the stated limits allow; 0 where none is stated."""
        return max((work.least_hours for work in self.work), default=0.0)

    @property
    def promised(self) -> bool:
        """Say whether a provider promises it: a batch is promised within 24 hours, no sooner."""
        batch = any(work.batch for work in self.work)
        return self.least_hours <= self.hours and not (batch and self.hours < BATCH_CEILING_HOURS)


def night(case: Case) -> Night | None:
    """A night's work, where the case (or its kind) says when it is due.

    Requests of a night = requests of a month / nights x busiest day x busiest week; a rate = work
    / window.

    Parameters
    ----------
    case : the system; ranges stand at their means.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> work = night(load("data/scenarios/catalogue-overnight.yaml"))
    >>> round(work.requests), work.hours, work.promised
    (13151, 8.0, False)
    """
    point = case.point.scenario
    window = goal_of(case, "done_within")
    if window is None:
        return None
    hours, basis, source, _ = window
    nights = float(point.month.days) * point.profile.days_per_week / DAYS_PER_WEEK
    a_night = Factor("nights", 1.0 / nights, "", "listed")
    entry = point.requests().times(a_night, *point.traffic.busiest())
    return Night(hours, basis, source, float(entry.value), tuple(_work(point, entry)))


def _work(scenario: Scenario, entry: Count) -> Iterator[NightWork]:
    for stage, flow in steps(scenario, entry):
        asked = stage.demand(flow)
        if asked is not None:
            yield _of_stage(stage.name, asked)


def _of_stage(name: str, asked: Demand) -> NightWork:
    calls, each = float(asked.calls), float(asked.tokens_per_call)
    minutes = max(calls / asked.most_calls_per_minute, calls * each / asked.most_tokens_per_minute)
    return NightWork(name, calls, calls * each, minutes / MINUTES_PER_HOUR, asked.batch)
