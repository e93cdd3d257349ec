"""Units of a pool that stand still: how busy they are over a month, and what the rest costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from aicost.billing.case import Case
from aicost.billing.pools import beyond_pools, mean_units, pool_calls
from aicost.scenario.pool_section import IN_BATCHES, WITH_TRAFFIC, Pool
from aicost.scenario.scenario import Scenario
from aicost.scenario.served_pools import working
from aicost.values.formatting import money, percent


@dataclass(frozen=True)
class IdleUnits:
    """A pool over a month: the share of what its units carry that is asked for, and what they cost.

    `usd` is a month of its units, without their engineers. [USD]
    """

    pool: str
    busy: float
    usd: float

    @property
    def idle_usd(self) -> float:
        """What the time costs in which they stand still. [USD]"""
        return self.usd * (1.0 - self.busy)

    @property
    def sentence(self) -> str:
        """How busy they are, and what the rest costs."""
        busy = percent(float(f"{self.busy:.2g}"))
        return (
            f"{self.pool}: over the month its units do {busy} of what they can carry in time; "
            f"{money(self.idle_usd)} of their {money(self.usd)} pays for the rest."
        )


def idle_units(case: Case) -> Iterator[IdleUnits]:
    """Yield each pool that is called, with what its units cost while they stand still.

    Parameters
    ----------
    case : the system; ranges stand at their means.
    """
    scenario = case.point.scenario
    month = pool_calls(scenario, scenario.requests())
    peak = pool_calls(scenario, scenario.world.peak(scenario.requests()))
    beyond = beyond_pools(scenario, scenario.requests())
    for pool in working(scenario):
        calls, most = (float(sum(of[pool.name].values())) for of in (month, peak))
        left = float(beyond[pool.name].value) if pool.name in beyond else 0.0
        own = (c for c in case.point.bill.charges if c.stage == pool.name and c.every == "month")
        usd = sum(float(c.usd) for c in own if not c.item.startswith("engineers"))
        if calls > 0 and usd > 0 and pool.running != IN_BATCHES:  # none of it stands still
            busy = busy_share(pool, calls * (1.0 - left), most, scenario)
            yield IdleUnits(pool.name, busy, usd)


def busy_share(pool: Pool, calls: float, peak: float, scenario: Scenario) -> float:
    """The share of what the units of a pool carry in a month that is asked for.

    Parameters
    ----------
    pool : machines, with the calls that one unit carries.
    calls : those of a month that it carries. [calls/month]
    peak : calls of the peak, at which a burst stands in each hour. [calls/hour]
    scenario : the system; its profile says how calls fall on a day.
    """
    units = float(np.mean(pool.units(peak)))
    if pool.running == WITH_TRAFFIC:
        units = float(np.mean(mean_units(pool, peak, scenario) + pool.committed))
    carried = units * float(np.mean(pool.carries)) * float(scenario.month.hours)
    return min(calls / carried, 1.0) if carried > 0 else 0.0
