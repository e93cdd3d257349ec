"""How fast a system answers: at any usage, stage by stage, and beside its budgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aicost.book.book import Book
from aicost.components.caching import ResponseCache
from aicost.components.human_review import HumanReview
from aicost.components.stage import Stage
from aicost.formulas.latency import Latency
from aicost.scenario.scenario import Scenario
from aicost.timing.call_times import timed
from aicost.timing.waits import desk_waits, limit_waits
from aicost.timing.walk import Answer, Waits, answer_time
from aicost.values.quantities import mean

QUANTILES = (0.5, 0.95, 0.99)


@dataclass(frozen=True)
class Speed:
    """The p50, p95 and p99 of first word and whole answer in the busiest hour, in seconds."""

    usage: float
    answer: Answer
    first: tuple[float, float, float]
    whole: tuple[float, float, float]


def peak_waits(scenario: Scenario) -> Waits:
    """What the calls of a scenario at its point wait for in its busiest hour, by stage."""
    return {**limit_waits(scenario), **desk_waits(scenario)}


def speeds(scenario: Scenario, book: Book, usages: Sequence[float]) -> tuple[Speed, ...]:
    """How fast a system answers in the busiest hour at several sizes of usage.

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
    """What each stage adds to the time of a request, in order.

    Parameters
    ----------
    scenario : the system; ranges stand at their means.
    book : the price book, for published speeds.
    waits : what a call of a stage waits for before it begins, by stage.

    Returns
    -------
    Those that take time. The means add up to the mean of the whole answer, but for stages that run
    side by side.
    """
    point = timed(scenario, book).point()
    usual, waits = float(mean(point.traffic.slow_day)), waits or {}

    def takes(of: Scenario, waits: Waits) -> float:
        return answer_time(of, book, waits=waits, day=usual).whole.mean

    whole, found = takes(point, waits), []

    def adds(stage: Stage) -> float:
        rest = {name: wait for name, wait in waits.items() if name != stage.name}
        return whole - takes(_without(point, stage), rest)

    for stage in point.pipeline:
        alone = answer_time(_alone(point, stage), book, waits=waits).whole
        if alone.mean <= 0:
            continue
        instead = [adds(point.stage(name)) for name in _instead(point, stage)[:1]]
        p50, p95 = alone.quantile([0.5, 0.95]).tolist()
        kept = _upto(point, stage)
        until = answer_time(
            _only(point, kept), book, waits={n: w for n, w in waits.items() if n in kept}
        )
        found.append(
            StageTime(
                stage.name,
                adds(stage) - sum(instead),
                p50,
                p95,
                float(until.whole.quantile(0.95)),
                float(until.first.quantile(0.95)),
            )
        )
    return tuple(found)


def _alone(scenario: Scenario, stage: Stage) -> Scenario:
    """A scenario of one stage that everybody takes, and of what answers in its place."""
    behind = tuple(s for s in scenario.pipeline if s.name in _instead(scenario, stage))
    one = replace(stage, share=1.0, of="")
    return replace(scenario, pipeline=(one, *behind), routes={}, parallels={})


def _instead(scenario: Scenario, stage: Stage) -> list[str]:
    """The stages that answer where one takes too long, and where those do."""
    found: list[str] = []
    while stage.timeout is not None and stage.timeout.fallback:
        stage = scenario.stage(stage.timeout.fallback)
        found.append(stage.name)
    return found


def _upto(scenario: Scenario, stage: Stage) -> set[str]:
    """The stages up to one, and what answers in their place."""
    before = scenario.pipeline[: scenario.pipeline.index(stage) + 1]
    return {s.name for s in before}.union(*(_instead(scenario, s) for s in before))


def _only(scenario: Scenario, names: set[str]) -> Scenario:
    """A scenario in which only some stages take time."""
    pipeline = (s if s.name in names else _quick(s) for s in scenario.pipeline)
    return replace(scenario, pipeline=tuple(pipeline))


def _without(scenario: Scenario, stage: Stage) -> Scenario:
    """A scenario in which a stage does what it does in no time."""
    return scenario.with_stage(_quick(stage))


def _quick(stage: Stage) -> Stage:
    if isinstance(stage, HumanReview):
        stage = replace(stage, minutes=0.0)
    return replace(stage, seconds=0.0, backoff=0.0)


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
        """The break-even share of hits: look-up / what lies ahead of it; above 1 none is."""
        return self.lookup_s / self.ahead_s if self.ahead_s > 0 else float("inf")


def break_even(scenario: Scenario, book: Book) -> BreakEven:
    """The break-even of a scenario's cache of answers, or of one put in front of it.

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
    point = timed(scenario, book).point()
    there = next((s for s in point.pipeline if isinstance(s, ResponseCache)), None)
    cache = there or ResponseCache(name="a cache in front", hit_share=0.0)
    once = replace(cache, share=1.0, hit_share=1.0, of="")
    parts = replace(point, pipeline=(once,), routes={}, parallels={}), _behind(point, there)
    usual = float(mean(timed(point, book).point().traffic.slow_day))
    lookup, ahead = (answer_time(part, book, day=usual).whole.mean for part in parts)
    return BreakEven(cache.name, lookup, ahead, float(there.hit_share) if there else None)


def _behind(point: Scenario, cache: ResponseCache | None) -> Scenario:
    """A scenario in which nothing up to its cache takes time, and nobody has a hit there."""
    if cache is None:
        return point
    at = point.pipeline.index(cache) + 1
    missed = (
        replace(s, hit_share=0.0) if isinstance(s, ResponseCache) else s
        for s in point.pipeline[:at]
    )
    behind = replace(point, pipeline=(*missed, *point.pipeline[at:]))
    return _only(behind, {s.name for s in point.pipeline[at:]})
