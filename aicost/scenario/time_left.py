"""What the stages before a pool leave of the time to the first word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from aicost.book.book import Book
from aicost.book.rents import RATIOS
from aicost.components.flow import Flow
from aicost.components.stage import Stage
from aicost.scenario.kinds import defaults
from aicost.scenario.pool_section import Pool
from aicost.scenario.scenario import Scenario, steps
from aicost.scenario.served_pools import LEFT, equipped, filled_in, opened
from aicost.values.formatting import seconds_words
from aicost.values.quantities import Numeric, Range, Spread, at_means, mean
from aicost.values.section import Origin


def ready(scenario: Scenario, book: Book) -> Scenario:
    """The scenario with rents of chips, and first words due in what earlier stages leave."""
    if not any(pool.serves for pool in scenario.pools):
        return scenario
    point = scenario.point()
    on_it: dict[str, list[str]] = {pool.name: [] for pool in scenario.pools}
    for stage in point.stages:
        on_it.setdefault(stage.runs_on, []).append(stage.name)
    pools = (due(pool, point, on_it[pool.name], book) for pool in scenario.pools)
    return equipped(replace(scenario, pools=tuple(pools)), book)


def due(pool: Pool, point: Scenario, stages: Sequence[str], book: Book) -> Pool:
    """A pool for some stages whose first word is due in what those before them leave of the goal.

    Parameters
    ----------
    pool : machines; with a time of their own they keep it.
    point : the system, at its point.
    stages : those that the machines serve. [names]
    book : the price book.
    """
    pool = opened(pool, "first_word_within")
    goal = point.goals.first_word_p95
    if not pool.serves or goal is None or not stages:
        return pool
    before = before_s(point, stages, book)
    if not before > 0.0:
        return pool
    left, share = max(float(np.mean(at_means(goal))) - before, 1e-3), RATIOS["ttft"]
    words = f"{LEFT}{seconds_words(left)} that stages before it leave of goals.first_word_p95"
    return filled_in(pool, "first_word_within", left / share, Origin("assumed", words))


def before_s(scenario: Scenario, stages: Sequence[str], book: Book) -> float:
    """The mean time that a request spends in stages before the first of some, in seconds.

    Stages of one route, or side by side, do not wait for each other. A time that nobody states is
    the one that was published, or is usual; waits for others are left out.
    """
    entry = scenario.requests()
    group = scenario.pipeline.group_of(stages[0])
    spent = 0.0
    for stage, flow in steps(scenario, entry):
        if stage.name in stages:
            break
        if stage.waited_for and (group is None or scenario.pipeline.group_of(stage.name) != group):
            share = stage.calls(flow).value / np.maximum(entry.value, 1e-300)
            spent += float(np.mean(share * _call_s(stage, flow, book)))
    return spent


def _call_s(stage: Stage, flow: Flow, book: Book) -> Numeric:
    """The mean time of a call. [s]"""
    known = {field: _time(stage, field, book) for field in stage.times}
    worked = stage.worked(flow)
    written = worked[1] if worked is not None else 0.0
    return sum(known.get(f, 0.0) for f in ("seconds", "ttft")) + written * known.get("tpot", 0.0)


def _time(stage: Stage, field: str, book: Book) -> Numeric:
    value = getattr(stage, field)
    if value is None:
        published = stage.published_time(field, book)
        parts = [("time", f"{stage.usual}.{field}.{part}") for part in ("p50", "p95")]
        if published is not None:
            value = published[0]
        elif all(part in defaults() for part in parts):
            value = Spread(*(Range(defaults()[p].low, defaults()[p].high) for p in parts))
    return mean(at_means(value)) if value is not None else 0.0
