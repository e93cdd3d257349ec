"""The busiest hour: what calls wait for at a provider's limits, a desk and machines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy import fft, special

from aicost.billing.case import Case
from aicost.components.demand import Limits
from aicost.components.flow import Flow
from aicost.components.inference import Inference
from aicost.components.stage import Stage, kind_word
from aicost.formulas.latency import Latency, const, empirical, exponential, mixture
from aicost.formulas.queueing import erlang_c
from aicost.scenario.scenario import Scenario, steps
from aicost.timing.pool_waits import pool_waits
from aicost.values.quantities import (
    MINUTES_PER_HOUR,
    SECONDS_PER_MINUTE,
    Numeric,
)

CELLS = 1_024
POINTS = 400
NO_WAIT = const(0.0)


@dataclass(frozen=True)
class LimitUse:
    """What a stage asks of its provider in a minute of the busiest hour, beside the limit.

    `limit` is in calls a minute. `lump` is how much more than one call a call is worth in its ups
    and downs: E[X²] / E[X]² of what one call counts. Of a limit of tokens, `call_tokens` are those
    of one call and `tokens_limit` is the limit itself.
    """

    stage: str
    what: str
    per_minute: Numeric
    limit: float
    lump: float = 1.0
    call_tokens: float = 0.0
    tokens_limit: float = np.inf

    @property
    def too_large(self) -> bool:
        """Whether a single call asks for more than a minute gives: none is ever taken."""
        return self.call_tokens > self.tokens_limit


def limit_uses(scenario: Scenario) -> Iterator[LimitUse]:
    """Yield every stated limit of a scenario at its point, beside what the busiest hour asks."""
    for stage, flow in _peak_steps(scenario):
        asked = stage.demand(flow)
        if asked is None:
            continue
        calls = asked.calls / MINUTES_PER_HOUR
        if np.isfinite(asked.most_calls_per_minute):
            yield LimitUse(stage.name, "requests", calls, asked.most_calls_per_minute)
        # of a call without tokens a limit of tokens counts nothing
        if np.isfinite(asked.most_tokens_per_minute) and np.all(asked.tokens_per_call > 0):
            most, each = asked.most_tokens_per_minute, float(np.mean(asked.tokens_per_call))
            limit = most / each if each <= most else 0.0
            yield LimitUse(stage.name, "tokens", calls, limit, asked.lump, each, most)


def _peak_steps(scenario: Scenario) -> Iterator[tuple[Stage, Flow]]:
    """Yield every stage of a scenario at its point with its requests of the busiest hour."""
    return steps(scenario, scenario.world.peak(scenario.requests()))


def peak_waits(scenario: Scenario) -> dict[str, Latency]:
    """What the calls of a scenario at its point wait for in its busiest hour, by stage.

    Nothing stands for what is asked for more than it can do: see `overloads`.
    """
    return {**limit_waits(scenario), **queue_waits(scenario), **pool_waits(scenario)}


def limit_waits(scenario: Scenario) -> dict[str, Latency]:
    """What the calls of each limited stage wait for in the busiest hour."""
    found: dict[str, Latency] = {}
    for use in limit_uses(scenario):
        if float(use.per_minute) > use.limit:
            continue
        wait = limit_wait(float(use.per_minute), use.limit, use.lump)
        if use.stage not in found or wait.mean > found[use.stage].mean:
            found[use.stage] = wait
    return found


def queue_waits(scenario: Scenario) -> dict[str, Latency]:
    """What calls wait for in each queue of the busiest hour, before they are begun.

    M/M/c: with P(wait) = C an exponential time of mean s / (c - a), else nothing.
    """
    found: dict[str, Latency] = {}
    for stage, flow in _peak_steps(scenario):
        queue = stage.queue(flow)
        if queue is not None and queue.load > 0:
            servers, load = float(queue.servers), float(queue.load)
            waits = float(erlang_c(servers=servers, load=load))
            found[stage.name] = mixture(
                [waits], [exponential(float(queue.service_s) / (servers - load))]
            )
    return found


def limit_wait(per_minute: float, limit: float, lump: float = 1.0) -> Latency:
    """The wait of calls in an hour in which a provider takes so many a minute.

    Q(k + 1) = max(Q(k) + N(k) - limit, 0) for 60 minutes from an empty queue, N(k) Poisson; a call
    that comes in minute k waits Q(k) / limit minutes.

    Parameters
    ----------
    per_minute : calls that come in a minute, at random. [calls/minute]
    limit : calls that are taken in a minute. [calls/minute]
    lump : how much more than one call a call is worth in its ups and downs. [ratio]

    Returns
    -------
    Wait before a call is taken. [s]

    Notes
    -----
    The limit is one of whole minutes, as most providers state it: within a minute nobody waits. An
    hour that asks for more than the limit leaves a queue that grows to its end; what is left over
    from the hours before is not in it. Against 4,000 simulated hours: means and p95 within 2 %, or
    2 % of a minute.

    Examples
    --------
    >>> [round(limit_wait(per_minute=n, limit=100).mean, 1) for n in (60, 95, 120)]
    [0.0, 2.9, 354.1]
    """
    rate, taken = per_minute / lump, limit / lump
    if taken > rate + 9 * np.sqrt(rate) + 10:  # no minute ever asks for as much
        return NO_WAIT
    beyond = 8 * np.sqrt(MINUTES_PER_HOUR * max(rate, 1.0)) + 10
    top = MINUTES_PER_HOUR * max(rate - taken, 0.0) + beyond
    cell = max(1.0, top / CELLS)
    size = fft.next_fast_len(4 * CELLS)
    change = fft.rfft(_change(rate, taken, cell), size)
    queue, seen = np.zeros(CELLS), np.zeros(CELLS)
    queue[0] = 1.0
    for _ in range(MINUTES_PER_HOUR):
        seen += queue / MINUTES_PER_HOUR
        moved = fft.irfft(fft.rfft(queue, size) * change, size)[: 3 * CELLS]
        queue = np.maximum(moved[CELLS : 2 * CELLS], 0.0)
        queue[0] += max(0.0, float(moved[:CELLS].sum()))
        queue[-1] += max(0.0, float(moved[2 * CELLS :].sum()))
    return _as_latency(seen, np.arange(CELLS) * cell / taken * SECONDS_PER_MINUTE)


def _change(rate: float, taken: float, cell: float) -> np.ndarray:
    """P(N - taken) on cells from -CELLS to CELLS, each mass split so that means stay."""
    reach = 9 * np.sqrt(rate) + 10
    count = np.arange(max(0.0, np.floor(rate - reach)), rate + reach)
    masses = np.exp(special.xlogy(count, rate) - rate - special.gammaln(count + 1))
    at = np.clip((count - taken) / cell, -CELLS, CELLS - 1) + CELLS
    low, part = np.floor(at).astype(int), at % 1.0
    found = np.bincount(low, weights=masses * (1 - part), minlength=2 * CELLS + 1)
    return found + np.bincount(low + 1, weights=masses * part, minlength=2 * CELLS + 1)


def _as_latency(masses: np.ndarray, times_s: np.ndarray) -> Latency:
    """A wait as equally likely times, and the share that does not wait apart."""
    waiting = 1.0 - float(masses[0]) / float(masses.sum())
    if waiting < 1e-6:
        return NO_WAIT
    below = np.cumsum(masses[1:]) / masses[1:].sum()
    at = np.searchsorted(below, (np.arange(POINTS) + 0.5) / POINTS)
    return mixture([waiting], [empirical(times_s[1:][np.minimum(at, below.size - 1)])])


def with_limits(case: Case, stage: str) -> Case:
    """The case in which the limits of a stage's provider may be set; none binds that is not stated.

    Parameters
    ----------
    case : the system.
    stage : name of a stage that calls a model.

    Raises
    ------
    KeyError : no such stage. TypeError : it is no call to a model.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> desk = with_limits(load("data/scenarios/help-desk.yaml"), "answer")
    >>> desk.at({"answer.limits.requests_per_minute": 60}).scenario.stage("answer").limits
    Limits(requests_per_minute=60.0, tokens_per_minute=inf)
    """
    asked = case.scenario.stage(stage)
    if not isinstance(asked, Inference):
        raise TypeError(f"{stage}: it is {kind_word(type(asked))}, and calls no model")
    return case.with_stage(replace(asked, limits=asked.limits or Limits()))


def calls_per_minute(case: Case, stage: str) -> float:
    """How often a stage is called in a minute of the busiest hour.

    Parameters
    ----------
    case : the system; ranges stand at their means.
    stage : name of a stage that calls a model.

    Returns
    -------
    Calls. [calls/minute]

    Raises
    ------
    KeyError : no such stage that calls a model.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> round(calls_per_minute(load("data/scenarios/contract-search-billed.yaml"), "answer"), 1)
    32.8
    """
    for other, flow in _peak_steps(case.point.scenario):
        asked = other.demand(flow) if other.name == stage else None
        if asked is not None:
            return float(asked.calls) / MINUTES_PER_HOUR
    raise KeyError(f"{stage}: no stage of {case.name} of that name calls a model")
