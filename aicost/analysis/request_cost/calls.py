"""What single calls of a stage cost, as the stage itself bills them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from aicost.book.book import Book
from aicost.components.flow import Flow, OneCall
from aicost.components.stage import Stage, attempts
from aicost.values.charge import Count, Factor, total
from aicost.values.quantities import HOURS_PER_DAY, Quantity, Spread, Value, mean

FIRST = OneCall(0.0, lambda turns: 0.0, mean)


@dataclass(frozen=True)
class CallPrices:
    """A stage among the requests that take it in a month, by what its calls cost.

    `calls` are those of the month, at whose graduated prices each is billed. Hours of the day with
    other prices are in groups: `group_of_hour` says in which each hour is.
    """

    stage: Stage
    flow: Flow
    book: Book
    calls: float
    group_of_hour: NDArray[np.intp]

    @staticmethod
    def of(stage: Stage, flow: Flow, book: Book) -> CallPrices:
        """The prices of a stage's calls, given the month's flow that takes it."""
        calls = float(stage.calls(flow).value)
        found = CallPrices(stage, flow, book, calls, np.zeros(HOURS_PER_DAY, dtype=np.intp))
        if calls <= 0:
            return found
        one = stage.one_call(flow, book, FIRST)
        prices = np.array([found._billed(one, hour) for hour in range(HOURS_PER_DAY)])
        _, groups = np.unique(np.round(prices / (prices.max() or 1.0), 12), return_inverse=True)
        return replace(found, group_of_hour=groups)

    def drawn(self, call: OneCall) -> Stage:
        """The stage as it makes each of some calls, which differ."""
        one = self.stage.one_call(self.flow, self.book, call)

        def differing(path: str, meaning: Quantity, value: Value) -> Value:
            return call.drawn(value) if isinstance(value, Spread) and meaning.billed else value

        return one.mapped(one.name, differing)

    def tokens(self, one: Stage) -> Value:
        """What each of some calls reads and writes. [tokens]"""
        found = one.tokens_per_call(replace(self.flow, loop=None))
        return found.value if found is not None else 0.0

    def usd(self, one: Stage, hours: NDArray[np.intp] | None = None) -> Value:
        """What each of some calls costs; `hours` of the day where their prices differ. [USD]"""
        if hours is None:
            return self._billed(one, None)
        groups = self.group_of_hour[hours]
        cost = np.empty(hours.size)
        for group in np.unique(groups):
            hour = int(np.flatnonzero(self.group_of_hour == group)[0])
            inside = groups == group
            cost[inside] = np.broadcast_to(self._billed(one, hour), hours.shape)[inside]
        return cost

    @property
    def counted(self) -> float:
        """What a call that is made counts as: a part, of a reranker asked where it is unsure."""
        stage = self.stage
        made = attempts(retry=stage.retry, tries=stage.tries) * stage.repeat * self.flow.requests
        if self.flow.loop is not None:
            made = made * mean(self.flow.loop.rounds)
        return float(self.calls / made) if made > 0 else 0.0

    @property
    def by_hour(self) -> bool:
        """Whether a call costs more at one hour of the day than at another."""
        return bool(np.any(self.group_of_hour))

    def _billed(self, one: Stage, hour: int | None) -> Value:
        """What a call costs among all of the month, at one hour of the day or over all. [USD]"""
        world = self.flow.world
        if hour is not None:
            weights = tuple(float(h == hour) for h in range(HOURS_PER_DAY))
            world = replace(world, profile=replace(world.profile, hours=weights))
        month = Count().times(Factor("calls of the month", self.calls, "calls"))
        flow = replace(self.flow, count=month, world=world, loop=None)
        return total(one.per_request(flow, self.book)) / self.calls
