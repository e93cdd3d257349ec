"""How fast a system answers: at any usage, stage by stage, and beside its budgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aicost.book import Book
from aicost.components.base import Stage
from aicost.components.caching import ResponseCache
from aicost.components.human_review import HumanReview
from aicost.latency import Latency
from aicost.quantities import mean
from aicost.scenario import Scenario
from aicost.timing.calls import timed
from aicost.timing.peak import desk_waits, limit_waits
from aicost.timing.walk import Answer, Waits, answer_time

QUANTILES = (0.5, 0.95, 0.99)


@dataclass(frozen=True)
class Speed:
    """The p50, p95 and p99 of first word and whole answer in the busiest hour, in seconds."""

    usage: float
    answer: Answer
    first: tuple[float, float, float]
    whole: tuple[float, float, float]


def peak_waits(scenario: Scenario) -> Waits:
    """Return what the calls of a scenario at its point wait for in its busiest hour, by stage."""
    return {**limit_waits(scenario), **desk_waits(scenario)}


def speeds(scenario: Scenario, book: Book, usages: Sequence[float]) -> tuple[Speed, ...]:
    """Return how fast a system answers in the busiest hour at several sizes of usage.

    Parameters
    ----------
    scenario : the system; ranges stand at their means.
    book : the price book, for published speeds.
    usages : users (or requests, where users are not given).

    Returns
    -------
    tuple of Speed

    Notes
    -----
    Only what depends on the load is worked out anew at each usage: the queue before a provider's
    limit, and the desk of reviewers, which has seats for that usage.

    Examples
    --------
    >>> import aicost
    >>> s = aicost.load("data/scenarios/help-desk.yaml")
    >>> few, many = speeds(s, aicost.Book.load(as_of=s.as_of), [100, 10_000])
    >>> few.first == many.first  # no limit is stated, so nobody waits for another
    True
    """
    point = timed(scenario, book).point()
    field = f"traffic.{point.traffic.scale}"
    answers: dict[tuple[tuple[str, Latency], ...], Speed] = {}
    found = []
    for usage in usages:
        waits = peak_waits(point.at({field: float(usage)}))
        key = tuple(sorted(waits.items(), key=lambda item: item[0]))
        if key not in answers:
            answers[key] = _speed(answer_time(point, book, waits=waits), usage)
        found.append(replace(answers[key], usage=float(usage)))
    return tuple(found)


def _speed(answer: Answer, usage: float) -> Speed:
    first, whole = (part.quantile(QUANTILES).tolist() for part in (answer.first, answer.whole))
    return Speed(usage, answer, tuple(first), tuple(whole))


# ---- stage by stage


@dataclass(frozen=True)
class StageTime:
    """What a stage takes, and how far its end is from the request.

    `mean` is what it adds to the mean of the whole answer, over all requests; `p50` and `p95` are
    those of the stage alone, for who takes it; `so_far` is p95 from the request to its end (for the
    last stage to its first word too, `first_so_far`). [s]
    """

    stage: str
    mean: float
    p50: float
    p95: float
    so_far: float
    first_so_far: float


def stage_times(
    scenario: Scenario, book: Book, *, waits: Waits | None = None
) -> tuple[StageTime, ...]:
    """Return what each stage adds to the time of a request, in order.

    Parameters
    ----------
    scenario : the system; ranges stand at their means.
    book : the price book, for published speeds.
    waits : what a call of a stage waits for before it begins, by stage.

    Returns
    -------
    tuple of StageTime
        Those that take time. The means add up to the mean of the whole answer, but for stages that
        run side by side.
    """
    point = timed(scenario, book).point()
    usual, waits = float(mean(point.traffic.slow_day)), waits or {}

    def takes(of: Scenario, waits: Waits) -> float:
        return answer_time(of, book, waits=waits, day=usual).whole.mean

    whole, found = takes(point, waits), []
    for stage in point.pipeline:
        alone = answer_time(_alone(point, stage), book, waits=waits).whole
        if alone.mean <= 0:
            continue
        rest = {name: wait for name, wait in waits.items() if name != stage.name}
        p50, p95 = alone.quantile([0.5, 0.95]).tolist()
        until = answer_time(_until(point, stage), book, waits=waits)
        found.append(StageTime(
            stage.name, whole - takes(_without(point, stage), rest), p50, p95,
            float(until.whole.quantile(0.95)), float(until.first.quantile(0.95)),
        ))  # fmt: skip
    return tuple(found)


def _alone(scenario: Scenario, stage: Stage) -> Scenario:
    """Return a scenario of one stage that everybody takes, and of what answers in its place."""
    fallback = stage.timeout.fallback if stage.timeout is not None else ""
    behind = tuple(s for s in scenario.pipeline if s.name == fallback)
    return replace(scenario, pipeline=(replace(stage, share=1.0, of=""), *behind))


def _until(scenario: Scenario, stage: Stage) -> Scenario:
    """Return a scenario that ends behind a stage."""
    names = [s.name for s in scenario.pipeline]
    ends = {s.timeout.fallback for s in scenario.pipeline if s.timeout is not None}
    kept = names[: names.index(stage.name) + 1]
    return replace(
        scenario, pipeline=tuple(s for s in scenario.pipeline if s.name in {*kept, *ends})
    )


def _without(scenario: Scenario, stage: Stage) -> Scenario:
    """Return a scenario in which a stage does what it does in no time."""
    quick = replace(stage, seconds=0.0, backoff=0.0, timeout=None)
    if isinstance(quick, HumanReview):
        quick = replace(quick, minutes=0.0)
    return scenario.with_stage(quick)


# ---- caches


@dataclass(frozen=True)
class BreakEven:
    """The share of hits from which on a cache of answers lowers the mean time, and its own."""

    stage: str
    lookup_s: float
    ahead_s: float
    hit_share: float | None

    @property
    def needed(self) -> float:
        """Return the break-even share of hits: look-up / what lies ahead of it."""
        return self.lookup_s / self.ahead_s


def break_even(scenario: Scenario, book: Book) -> BreakEven:
    """Return the break-even of a scenario's cache of answers, or of one put in front of it.

    h x ahead = look-up: a hit saves what lies ahead, every request pays the look-up.

    Parameters
    ----------
    scenario : the system; ranges stand at their means.
    book : the price book, for published speeds.

    Examples
    --------
    >>> import aicost
    >>> s = aicost.load("data/scenarios/help-desk.yaml")
    >>> found = break_even(s, aicost.Book.load(as_of=s.as_of))
    >>> found.needed < 0.01 < found.hit_share
    True
    """
    point = scenario.point()
    there = next((s for s in point.pipeline if isinstance(s, ResponseCache)), None)
    cache = there or ResponseCache(name="a cache in front", hit_share=0.0)
    behind = point.pipeline[point.pipeline.index(there) + 1 :] if there else point.pipeline
    usual = float(mean(timed(point, book).point().traffic.slow_day))
    lookup, ahead = (
        answer_time(replace(point, pipeline=part), book, day=usual).whole.mean
        for part in ((replace(cache, share=1.0, hit_share=1.0, of=""),), behind)
    )
    return BreakEven(cache.name, lookup, ahead, float(there.hit_share) if there else None)
