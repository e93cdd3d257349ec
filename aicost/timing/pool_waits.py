"""Machines of one's own: how busy a pool is in the busiest hour, and what its calls wait for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aicost.billing.pools import pool_calls
from aicost.formulas.latency import Latency, exponential, mixture
from aicost.formulas.queueing import erlang_c, mean_wait
from aicost.scenario.pool_section import IN_BATCHES, Pool
from aicost.scenario.scenario import Scenario
from aicost.scenario.served_pools import working
from aicost.values.formatting import count, percent, plural, seconds_words
from aicost.values.quantities import SECONDS_PER_HOUR


@dataclass(frozen=True)
class PoolUse:
    """A pool in the busiest hour: its units, the calls they are asked for, and a call's own time.

    A unit works on as many calls at once as bring it to the calls it carries in an hour:
    carries x s / 3,600, at least one.
    """

    pool: Pool
    stages: tuple[str, ...]
    units: float
    calls_per_hour: float
    call_s: float

    @property
    def busy(self) -> float:
        """The share of what its units carry that is asked for, and does not go elsewhere."""
        asked = self.calls_per_hour / (self.units * float(self.pool.carries))
        return min(asked, 1.0) if self.pool.overflow else asked

    @property
    def beyond(self) -> float:
        """The share of its calls that goes elsewhere."""
        carried = self.units * float(self.pool.carries)
        return max(0.0, 1.0 - carried / self.calls_per_hour) if self.pool.overflow else 0.0

    @property
    def full(self) -> bool:
        """Whether all units are busy all the time, to the precision of the arithmetic."""
        return self.busy > 1 - 1e-9 and not self.pool.overflow

    @property
    def service_s(self) -> float:
        """How long one call holds its place: its own time, or what `carries` leaves for one."""
        return max(self.call_s, SECONDS_PER_HOUR / float(self.pool.carries))

    @property
    def places(self) -> float:
        """The calls that are worked on at once."""
        return self.units * float(self.pool.carries) * self.service_s / SECONDS_PER_HOUR

    @property
    def load(self) -> float:
        """The offered load. [erlang]"""
        return self.calls_per_hour * self.service_s / SECONDS_PER_HOUR

    @property
    def waits(self) -> float:
        """The share of calls that wait: Erlang C; none where they go elsewhere instead.

        What waits in an engine that serves a model stands in its time to the first word.
        """
        if self.pool.overflow or self.pool.serves:
            return 0.0
        return float(erlang_c(servers=self.places, load=self.load))

    @property
    def mean_wait_s(self) -> float:
        """The mean wait over all calls: C s / (c - a). [s]"""
        return float(mean_wait(servers=self.places, load=self.load, service_s=self.service_s))

    @property
    def sentence(self) -> str:
        """How busy its units are, and what calls wait for."""
        units = f"{count(self.units)} {plural('machine', count(self.units))}"
        busy = percent(round(self.busy, 3))
        does = "is" if self.units == 1 else "are"
        words = f"{self.pool.name}: in the busiest hour {units} {does} {busy} busy"
        if self.pool.overflow:
            left = percent(round(self.beyond, 3)) if self.beyond else "no call"
            of = " of its calls go" if self.beyond else " goes"
            return f"{words}; {left}{of} to the model in its place, and none waits."
        if self.pool.serves:
            return f"{words} of what {'it serves' if self.units == 1 else 'they serve'} in time."
        if self.mean_wait_s < 0.001 * self.call_s:
            return f"{words}; hardly a call waits for another."
        return (
            f"{words}; {percent(round(self.waits, 3))} of calls wait, and the mean wait of all is "
            f"{seconds_words(self.mean_wait_s)}."
        )

    def wait(self) -> Latency:
        """What a call waits for: with P(wait) = C an exponential time of mean s / (c - a)."""
        longer = exponential(self.service_s / (self.places - self.load))
        return mixture([self.waits], [longer])


def pool_uses(scenario: Scenario) -> Iterator[PoolUse]:
    """Yield every pool that is called, for a scenario at its point in which calls have times."""
    asked = pool_calls(scenario, scenario.world.peak(scenario.requests()))
    for pool in working(scenario):
        calls = {name: float(n) for name, n in asked[pool.name].items() if float(n) > 0}
        total = sum(calls.values())
        if total > 0 and pool.running != IN_BATCHES:  # what is kept for a batch has no queue
            busy_s = sum(n * scenario.stage(name).call().done.mean for name, n in calls.items())
            yield PoolUse(
                pool, tuple(calls), float(pool.units(total)), total, float(busy_s / total)
            )


def batch_words(scenario: Scenario) -> str:
    """That no time holds what is kept for a batch; nothing where there is none."""
    kept = [pool.name for pool in scenario.pools if pool.running == IN_BATCHES]
    if not kept:
        return ""
    return f" How long calls are kept for the batches of {' and '.join(kept)} is in none of them."


def pool_waits(scenario: Scenario) -> dict[str, Latency]:
    """What the calls of each stage on a pool wait for, where its queue has an end."""
    waiting = (use for use in pool_uses(scenario) if use.busy < 1 and use.waits > 0)
    return {name: use.wait() for use in waiting for name in use.stages}
