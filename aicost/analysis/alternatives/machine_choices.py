"""What units of a pool cost and how busy they are at the peak of some stages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from aicost.billing.pools import pool_lines
from aicost.book.machines import within
from aicost.formulas.serving import Machine, at_rate
from aicost.scenario.pool_checks import running, unsure
from aicost.scenario.pool_section import Pool
from aicost.scenario.pool_work import Work
from aicost.scenario.scenario import Scenario
from aicost.scenario.served_pools import (
    carrying,
    chips_of,
    machine_of,
    most_of,
    unit_words,
)
from aicost.values.charge import total
from aicost.values.formatting import count, money, percent
from aicost.values.quantities import SECONDS_PER_HOUR, Numeric, Range, Value, at_means


@dataclass(frozen=True)
class Choice:
    """Units that serve a model in time, as many as the peak asks for, and what they cost.

    The pool stands at the means of rent and speed; `low` and `high` are both at their ends, each of
    which holds nineteen in twenty. `doubts` are what makes the speed less sure. [USD/month]
    """

    pool: Pool
    units: float
    busy: float
    first_s: float
    token_s: float
    usd: float
    low: float
    high: float
    doubts: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What one unit is."""
        return unit_words(self.pool)

    @property
    def unit(self) -> str:
        """The same without its model and its engine."""
        return unit_of(self.pool)

    @property
    def sentence(self) -> str:
        """How many units, what they cost, how busy they are."""
        low, high = money(self.low), money(self.high)
        usd = f"{money(self.usd)} a month" + (f" ({low} to {high})" if low != high else "")
        busy = percent(round(self.busy, 3))
        return f"{counted(self.units)} of {self.words}: {usd}, {busy} busy at the peak"


def counted(units: float) -> str:
    """So many units, in words."""
    return "1 unit" if units == 1 else f"{count(units)} units"


def unit_of(pool: Pool) -> str:
    """A unit by its bits and chips."""
    return f"{pool.weights} on {chips_of(pool)} x {pool.chip}"


def _stacked(every: Sequence[Machine]) -> Machine:
    """Machines side by side, each number an array."""
    parts = (
        type(kind[0])(*(np.array([getattr(one, f.name) for one in kind]) for f in fields(kind[0])))
        for kind in zip(*every, strict=True)
    )
    return Machine(*parts)


def choices_of(
    pools: Sequence[Pool], work: Work, peak: float, point: Scenario
) -> tuple[list[Choice], list[Pool]]:
    """Each pool with its units for the peak, and those of which none serves a call in time."""
    if not pools:
        return [], []
    every = _stacked([machine_of(one) for one in pools])
    most = np.broadcast_to(most_of(every, work), len(pools))
    sized = [_sized(one, work, float(rate)) for one, rate in zip(pools, most, strict=True)]
    units = np.array([float(one.units(peak)) for one, *_ in sized])
    busy = peak / units / np.array([float(one.carries) for one, *_ in sized])
    rates = np.minimum(busy, 1.0) * most
    served = at_rate(machine=every, **work.lengths, requests_per_s=rates)
    wrote = work.calls * work.output_tokens
    full, good, late = running(every, work, most), list[Choice](), list[Pool]()
    for i, one in enumerate(pools):
        if most[i] <= 0:
            late.append(one)
            continue
        usd, low, high = (float(cost_of(one, peak, point, wrote)) for one in sized[i])
        doubts = tuple(concern.wrong for concern in unsure(one, work, full[i]))
        times = float(served.first_s[i]), float(served.token_s[i])
        at = float(units[i]), float(busy[i]), *times, usd, low, high
        good.append(Choice(sized[i][0], *at, doubts))
    return good, late


def as_it_is(pool: Pool, written: Pool) -> Pool:
    """A pool of the file at its means, but for rent and speed, which keep their ranges."""
    return replace(pool, price_per_hour=written.price_per_hour, reached=written.reached)


def _sized(pool: Pool, work: Work, rate: float) -> tuple[Pool, Pool, Pool]:
    """A pool at the means of speed and rent, at the best of both, and at the worst."""
    low, high = within()["speed_within"]
    reached, price = pool.reached, pool.price_per_hour
    reached = Range(low, high) if reached is None else reached
    speeds = (reached.low, reached.high) if isinstance(reached, Range) else (reached, reached)
    prices = (price.low, price.high) if isinstance(price, Range) else (price, price)

    def at(speed: float, price: Value) -> Pool:
        one = carrying(pool, max(rate, 1e-300) * SECONDS_PER_HOUR * float(speed), work)
        sent = at_means(one.token_bytes) if one.token_bytes is not None else None
        return replace(one, price_per_hour=price, token_bytes=sent)

    mean = at(at_means(reached), at_means(price))
    return mean, at(speeds[1], prices[0]), at(speeds[0], prices[1])


def why_late(pool: Pool, work: Work) -> str:
    """Why a unit serves no call in time."""
    served = at_rate(machine=machine_of(pool), **work.lengths, requests_per_s=1e-9)
    if not np.isfinite(served.first_s):
        return "a call does not fit beside its weights"
    slow = served.first_s > work.first_s
    return "its first word comes too late" if slow else "its tokens come too slowly"


def cost_of(pool: Pool, peak: Numeric, point: Scenario, tokens: Numeric) -> Numeric:
    """What a pool costs a month that so many calls in the peak hour and tokens written make."""
    return total(pool_lines(pool, peak, point, tokens))
