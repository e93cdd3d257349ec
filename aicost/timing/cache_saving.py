"""A cache of answers as a way to save time: from which share of hits on it does."""

from __future__ import annotations

from dataclasses import dataclass, replace

from aicost.billing.case import Case
from aicost.components.caching import in_front
from aicost.components.stage import Stage
from aicost.scenario.answered import answered_share
from aicost.scenario.pipeline import Pipeline
from aicost.scenario.scenario import Scenario
from aicost.timing.batch_window import night
from aicost.timing.call_times import timed
from aicost.timing.percentiles import only
from aicost.timing.walk import time_of
from aicost.values.quantities import mean


@dataclass(frozen=True)
class BreakEven:
    """The share of hits from which on a cache of answers lowers the mean time, and its own."""

    stage: str
    lookup_s: float
    ahead_s: float
    hit_share: float | None

    @property
    def needed(self) -> float:
        """The break-even share of hits: look-up / what lies ahead of it; above 1 none is."""
        return self.lookup_s / self.ahead_s if self.ahead_s > 0 else float("inf")


def cache_of(scenario: Scenario) -> Stage | None:
    """The first stage in which some requests have their answer."""
    return next((stage for stage in scenario.stages if stage.ends_requests), None)


def repeats(case: Case) -> bool:
    """Say whether the same may be asked twice: a record or a claim comes once, and is new.

    It may where users ask (the unit is a user, or asks more than once a month) and somebody waits
    for the answer; a night's work is of different records, and `each_once` (the file's or its
    kind's) says that each of what is asked is another, whatever is counted.

    Parameters
    ----------
    case : the system; ranges stand at their means.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> [repeats(load(f"data/scenarios/{name}.yaml")) for name in ("help-desk", "claims-review")]
    [True, False]
    """
    traffic = case.point.scenario.traffic
    often = traffic.requests_per_user_month
    asked = traffic.unit == "user" or (often is not None and float(mean(often)) > 1)
    return asked and night(case) is None and not traffic.each_once


def cached(case: Case) -> Case:
    """The case with a cache of answers in front that has answered nobody yet, or the one it has.

    Parameters
    ----------
    case : the system; a share of hits may be set in what is returned.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> case = cached(load("data/scenarios/contract-search-billed.yaml"))
    >>> case.scenario.stages[0].name, float(case.scenario.stages[0].hit_share)
    ('cache of answers', 0.0)
    """
    if cache_of(case.scenario) is not None:
        return case
    pipeline = case.scenario.pipeline.with_first(in_front(0.0))
    return case.of(replace(case.scenario, pipeline=pipeline))


def break_even(case: Case) -> BreakEven:
    """The break-even of a system's cache of answers, or of one put in front of it.

    h x ahead = look-up: a hit saves what lies ahead, every request pays the look-up.

    Parameters
    ----------
    case : the system; ranges stand at their means.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> found = break_even(load("data/scenarios/help-desk.yaml"))
    >>> found.needed < 0.01 < found.hit_share
    True
    """
    point = timed(case).point.scenario
    there = cache_of(point)
    cache = there or replace(in_front(0.0), name="a cache in front")
    alone = replace(case.scenario, pipeline=Pipeline((replace(cache, share=1.0, of=""),)))
    usual = float(mean(point.traffic.slow_day))
    before = timed(case.of(alone)).point.scenario
    lookup, ahead = (
        time_of(part, day=usual).whole.mean for part in (before, _behind(point, there))
    )
    hits = answered_share(point, there) if there else None
    return BreakEven(cache.name, lookup, ahead, hits)


def _behind(point: Scenario, cache: Stage | None) -> Scenario:
    """A scenario in which nothing up to its cache takes time, and nobody has a hit there."""
    if cache is None:
        return point
    at = point.stages.index(cache) + 1
    missed = point
    for stage in point.stages[:at]:
        missed = missed.with_stage(stage.passed_by()) if stage.ends_requests else missed
    return only(missed, {stage.name for stage in point.stages[at:]})
