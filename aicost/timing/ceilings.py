"""What has an end: a provider's limits and machines that cannot grow, and what happens above it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from aicost.billing.case import Case, kept
from aicost.billing.pools import pool_calls
from aicost.formulas.crossings import FAR, UP_TO, farthest, turns
from aicost.scenario.scenario import Scenario
from aicost.scenario.served_pools import working
from aicost.timing.pool_waits import pool_uses
from aicost.timing.waits import limit_uses
from aicost.values.formatting import count, share
from aicost.values.quantities import MINUTES_PER_HOUR, Numeric

MACHINES = "machines"


@dataclass(frozen=True)
class Overload:
    """A stage or pool that is asked for more in the busiest hour than it can do.

    `served` is the share of its calls that are done in that hour, `in_month` that of a whole month;
    a provider refuses the rest, in front of machines the queue grows without end. `call_tokens`
    are those of one call where each single one is above the limit, `limit` is that limit.
    """

    part: str
    what: str
    served: float
    in_month: float
    call_tokens: float = 0.0
    limit: float = 0.0

    @property
    def sentence(self) -> str:
        """What is served, and what becomes of the rest."""
        if self.call_tokens:
            return (
                f"{self.part}: one call holds {count(round(self.call_tokens))} tokens, more than "
                f"the {count(self.limit)} a minute that its provider takes, so each is refused "
                "(429), however few there are; shorten the call or have the limit raised."
            )
        hour, month = (share(part, 1.0) for part in (self.served, self.in_month))
        if self.what == MACHINES:
            if self.served >= 1:
                return (
                    f"{self.part}: all its machines are busy all the time, so the queue in front "
                    "of them grows without end; one more machine (spare: 1) ends that."
                )
            return (
                f"{self.part}: its machines serve {hour} of the calls of the busiest hour and "
                f"{month} of those of the month; the queue of the rest grows without end."
            )
        return (
            f"{self.part}: its limit of {self.what} a minute serves {hour} of the calls of the "
            f"busiest hour and {month} of those of the month; the rest is refused (429)."
        )


def overloads(scenario: Scenario) -> Iterator[Overload]:
    """Yield what is asked for more than it can do, for a scenario in which calls have times."""
    profile = scenario.profile
    above = float(np.prod([factor.value for factor in scenario.world.crest]))
    for use in limit_uses(scenario):
        asked, taken = float(use.per_minute), use.limit
        if use.too_large:
            yield Overload(use.stage, use.what, 0.0, 0.0, use.call_tokens, use.tokens_limit)
        elif asked > taken:
            in_month = float(profile.served(taken / asked * above))
            yield Overload(use.stage, use.what, taken / asked, in_month)
    for pool in pool_uses(scenario):
        if pool.full:
            part = min(1.0, 1.0 / pool.busy)
            yield Overload(pool.pool.name, MACHINES, part, float(profile.served(part * above)))


@dataclass(frozen=True)
class LimitReached:
    """The first usage whose busiest hour asks for more than can be done; None for no such."""

    stage: str
    what: str
    at: int | None
    far: int = FAR

    @property
    def noun(self) -> str:
        """What it is, in a sentence."""
        if self.what == MACHINES:
            return f"what the machines of '{self.stage}' carry"
        return f"the limit of {self.what} a minute of '{self.stage}'"

    def words(self, units: str) -> str:
        """Where it is reached, and what happens from there on."""
        if self.at is None:
            noun = f"{self.noun[0].upper()}{self.noun[1:]}"
            return f"{noun} is not reached at any size up to {self.far:,}."
        size = "at any size" if self.at == 1 else f"from {self.at:,} {units} on"
        words = f"{self.stage}: {size} the busiest hour asks for"
        if self.what == MACHINES:
            return f"{words} all its machines carry, or more: {self.after}."
        words += f" more {self.what} a minute than the provider takes"
        return f"{words}; {self.after}."

    @property
    def after(self) -> str:
        """What happens above it."""
        if self.what == MACHINES:
            return "the queue grows without end"
        return "what is above that is refused (429)"


@kept
def limits_reached(case: Case) -> tuple[LimitReached, ...]:
    """For each stated limit, of a provider or of machines, the first usage that is above it.

    Every whole count to a million is tried, windows of equal ratio above.
    """
    point = case.point.scenario
    named = [(name, what) for name, what, _ in _left(point)]
    if not named:
        return ()
    field = f"traffic.{point.traffic.scale}"

    def left(usage: np.ndarray) -> np.ndarray:
        asked = _left(point.at({field: usage}))
        return np.stack([np.broadcast_to(rest, usage.shape) for _, _, rest in asked])

    far = farthest(case.usage)
    reached = turns(left, 1, UP_TO, far)
    never = (left(np.array([1.0])) < 0)[:, 0]
    return tuple(
        LimitReached(name, what, 1 if none else next(iter(found), None), far)
        for (name, what), found, none in zip(named, reached, never, strict=True)
    )


def _left(scenario: Scenario) -> Iterator[tuple[str, str, Numeric]]:
    """Yield each limit with what is left of it in a minute of the busiest hour."""
    for use in limit_uses(scenario):
        yield use.stage, use.what, use.limit - use.per_minute
    asked = pool_calls(scenario, scenario.world.peak(scenario.requests()))
    for pool in working(scenario):
        if np.all(np.isfinite(pool.at_most)) and not pool.overflow:
            calls = sum(asked[pool.name].values())
            carried = pool.at_most * pool.carries * (1 - 1e-9)  # all of them busy is too much
            yield pool.name, MACHINES, (carried - calls) / MINUTES_PER_HOUR
