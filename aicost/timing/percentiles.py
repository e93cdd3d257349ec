"""How fast a system answers: at any usage, and stage by stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from aicost.billing.case import Case, kept
from aicost.components.stage import Stage
from aicost.formulas.latency import Latency
from aicost.scenario.pipeline import Loop, Pipeline
from aicost.scenario.scenario import Scenario
from aicost.timing.call_times import timed
from aicost.timing.ceilings import Overload, overloads
from aicost.timing.waits import peak_waits
from aicost.timing.walk import Answer, Conditions, Percentiles, Waits, time_of
from aicost.values.quantities import mean

NONE = np.inf, np.inf, np.inf


def answer_time(
    case: Case, conditions: Conditions | None = None, *, day: float | None = None
) -> Answer:
    """The time a request takes.

    Parameters
    ----------
    case : the system; ranges stand at their means, spreads are distributions.
    conditions : what calls wait for, and which are sent again.
    day : how slow the machines are, 1 on a day like any other; None for days of all kinds.
    """
    return time_of(timed(case).point.scenario, conditions or Conditions(), day)


@dataclass(frozen=True)
class Speed:
    """The p50, p95 and p99 of first word and whole answer in the busiest hour, in seconds.

    Where more is asked for than can be done, `over` says of what: `answer` then is the time of a
    call that is served without a wait, and there are no percentiles: they are infinite.
    """

    usage: float
    answer: Answer
    over: tuple[Overload, ...] = ()

    @property
    def first(self) -> Percentiles:
        """Those of the first word."""
        return NONE if self.over else self.answer.first_at

    @property
    def whole(self) -> Percentiles:
        """Those of the whole answer."""
        return NONE if self.over else self.answer.whole_at

    @property
    def served(self) -> float:
        """The share of calls that are served, of the part that serves fewest."""
        return min((over.served for over in self.over), default=1.0)


def speeds(case: Case, usages: Sequence[float]) -> tuple[Speed, ...]:
    """How fast a system answers in the busiest hour at several sizes of usage.

    Parameters
    ----------
    case : the system; ranges stand at their means.
    usages : users (or requests, where users are not given).

    Notes
    -----
    Only what depends on the load is worked out anew at each usage: the queue before a provider's
    limit and before machines of one's own, the desk of reviewers, which has seats for it, and the
    times of a model that is served by a pool.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> few, many = speeds(load("data/scenarios/help-desk.yaml"), [100, 10_000])
    >>> few.first == many.first  # no limit is stated, so nobody waits for another
    True
    """
    if not any(pool.serves for pool in case.scenario.pools):
        return speeds_of(timed(case), usages)
    field = f"traffic.{case.scenario.traffic.scale}"
    there = (case if n == case.usage else case.of(case.scenario.at({field: n})) for n in usages)
    return tuple(
        speeds_of(timed(one), [usage])[0] for one, usage in zip(there, usages, strict=True)
    )


def speeds_of(known: Case, usages: Sequence[float]) -> tuple[Speed, ...]:
    """How fast a system of which every call has a time answers at several sizes of usage."""
    point, field = known.point.scenario, f"traffic.{known.scenario.traffic.scale}"
    each = []
    for usage in usages:
        there = point.at({field: float(usage)})
        waits, over = peak_waits(there), tuple(overloads(there))
        each.append(Speed(float(usage), _answer_under(known, tuple(waits.items())), over))
    return tuple(each)


@kept
def _answer_under(case: Case, waits: tuple[tuple[str, Latency], ...]) -> Answer:
    """How a case answers where its calls wait so long; worked out once for the same waits."""
    return time_of(case.point.scenario, Conditions(dict(waits)))


# ---- stage by stage


@dataclass(frozen=True)
class StageTime:
    """What a stage takes, and how far its end is from the request.

    `mean` is what it adds to the mean of the whole answer, over all requests; `p50` and `p95` are
    those of the stage alone, for requests that reach it; `so_far` is p95 from the request to its
    end (for the last stage to its first word too, `first_so_far`). [s]
    """

    stage: str
    mean: float
    p50: float
    p95: float
    so_far: float
    first_so_far: float


def stage_times(case: Case, *, waits: Waits | None = None) -> tuple[StageTime, ...]:
    """What each stage adds to the time of a request, in order.

    Parameters
    ----------
    case : the system; ranges stand at their means.
    waits : what a call of a stage waits for before it begins, by stage.

    Returns
    -------
    Those that take time. The means add up to the mean of the whole answer, but for stages that
    run side by side.
    """
    point = timed(case).point.scenario
    usual, waits = float(mean(point.traffic.slow_day)), waits or {}

    def takes(of: Scenario, waits: Waits) -> float:
        return time_of(of, Conditions(waits), usual).whole.mean

    whole, stages = takes(point, waits), []

    def adds(stage: Stage) -> float:
        rest = {name: wait for name, wait in waits.items() if name != stage.name}
        return whole - takes(point.with_stage(stage.at_once()), rest)

    for stage in point.stages:
        alone = time_of(_alone(point, stage), Conditions(waits)).whole
        if alone.mean <= 0:
            continue
        instead = [adds(point.stage(name)) for name in _instead(point, stage)[:1]]
        p50, p95 = alone.quantile([0.5, 0.95]).tolist()
        upto = _upto(point, stage)
        waited = {name: wait for name, wait in waits.items() if name in upto}
        until = time_of(only(point, upto), Conditions(waited))
        stages.append(
            StageTime(
                stage.name,
                adds(stage) - sum(instead),
                p50,
                p95,
                float(until.whole.quantile(0.95)),
                float(until.first.quantile(0.95)),
            )
        )
    return tuple(stages)


def _alone(scenario: Scenario, stage: Stage) -> Scenario:
    """A scenario of one stage that everybody takes, and of what answers in its place."""
    behind = (scenario.stage(name) for name in _instead(scenario, stage))
    one, group = replace(stage, share=1.0, of=""), scenario.pipeline.group_of(stage.name)
    part = replace(group, stages=(one,)) if isinstance(group, Loop) else one
    return replace(scenario, pipeline=Pipeline((part, *behind)))


def _instead(scenario: Scenario, stage: Stage) -> list[str]:
    """The stages that answer where one takes too long, and where those do."""
    slowed: list[str] = []
    while stage.timeout is not None and stage.timeout.fallback:
        stage = scenario.stage(stage.timeout.fallback)
        slowed.append(stage.name)
    return slowed


def _upto(scenario: Scenario, stage: Stage) -> set[str]:
    """The stages up to one, and what answers in their place."""
    before = scenario.stages[: scenario.stages.index(stage) + 1]
    return {s.name for s in before}.union(*(_instead(scenario, s) for s in before))


def only(scenario: Scenario, names: set[str]) -> Scenario:
    """A scenario in which only some stages take time."""
    pipeline = scenario.pipeline.mapped(
        lambda name, part: part.at_once() if isinstance(part, Stage) and name not in names else part
    )
    return replace(scenario, pipeline=pipeline)
