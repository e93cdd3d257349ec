"""A stage on machines of one's own: which chips, how many, in how many bits; the cheapest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from aicost.analysis.alternatives.served_stages import (
    asked_stage,
    counted_for,
    peak_calls,
    stages_on,
    template,
)
from aicost.billing.case import Case, single
from aicost.billing.pools import pool_lines
from aicost.book.machines import architecture, families, within
from aicost.formulas.serving import Machine, at_rate
from aicost.scenario.pool_checks import running, unsure
from aicost.scenario.pool_section import SIZES, Pool
from aicost.scenario.scenario import Scenario
from aicost.scenario.served_pools import (
    Work,
    carrying,
    chips_of,
    holds,
    machine_of,
    most_of,
    rented,
    unit_words,
    work_of,
)
from aicost.values.charge import total
from aicost.values.formatting import count, money, percent, seconds_words
from aicost.values.quantities import SECONDS_PER_HOUR, Numeric, Range, Value, at_means
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table, table

if TYPE_CHECKING:
    from aicost.book.book import Book

WEIGHTS = ("bf16", "fp8", "fp4")  # one name for each width that chips multiply, or only read
NOTE = (
    "Fewer bits a weight change the answers of a model; nothing here says by how much. No unit is "
    "spare: spare: 1 in a pool adds one that stands in."
)


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
        return _unit(self.pool)

    @property
    def sentence(self) -> str:
        """How many units, what they cost, how busy they are."""
        many = "1 unit" if self.units == 1 else f"{count(self.units)} units"
        usd = f"{money(self.usd)} a month ({money(self.low)} to {money(self.high)})"
        return f"{many} of {self.words}: {usd}, {percent(round(self.busy, 3))} busy at the peak"


@dataclass(frozen=True)
class RuledOut:
    """Units that are none, by what is against them."""

    words: str
    why: str


@dataclass(frozen=True, repr=False)
class OwnMachines(Result):
    """The units that serve a stage in time, the cheapest first, and those that are ruled out.

    `point` is the system whose tokens are counted as the model counts them that is served, `stages`
    are those that the machines would serve, `called` is
    the model by the token that the file names, and `work` their mean call; `now` are the units of
    its file, where they run on such a pool.
    """

    stage: str
    asked: str
    point: Scenario
    stages: tuple[str, ...]
    called: str
    work: Work
    now: Choice | None
    choices: tuple[Choice, ...]
    ruled_out: tuple[RuledOut, ...]
    note: str = ""

    @property
    def sentence(self) -> str:
        """What is asked for, and the cheapest that does it."""
        if not self.choices:
            why = self.ruled_out[0].why if self.ruled_out else "there are none"
            return f"{self.stage}: {self.asked}. No machine does it in time: {why}."
        best = self.choices[0]
        words = f"{self.stage}: {self.asked}. The cheapest that does it in time is {best.sentence}."
        sure = next((choice for choice in self.choices if not choice.doubts), None)
        if sure is None or sure is best:
            return words
        return f"{words} Of those whose speed is well known it is {sure.sentence}."

    def rows(self) -> Table:
        """A row a choice, with how fast it answers and what it costs."""
        columns = [
            Column("unit"),
            Column("units", Form.COUNT),
            Column("busy", Form.PERCENT),
            Column("first word", Form.SECONDS, "first_s"),
            Column("token", Form.SECONDS, "token_s"),
            Column("a month", Form.MONEY, "usd"),
            Column("low", Form.MONEY),
            Column("high", Form.MONEY),
            Column("less sure", key="doubts"),
        ]
        lines = [
            Row(
                (
                    *(_now(c.unit, c is self.now), c.units, round(c.busy, 3), c.first_s, c.token_s),
                    *(c.usd, c.low, c.high, "yes" if c.doubts else ""),
                ),
                c.doubts,
                of=c.pool,
            )
            for c in (*filter(None, [self.now]), *self.choices)
        ]
        return replace(table(columns, lines), notes=(f"{NOTE}{self.note}",))

    def ruled_out_rows(self) -> Table:
        """A row for each reason, with the units it is against."""
        whys: dict[str, list[str]] = {}
        for one in self.ruled_out:
            whys.setdefault(one.why, []).append(one.words)
        return table(["ruled out", "because"], [(_some(w), why) for why, w in whys.items()])


def _now(unit: str, now: bool) -> str:
    return f"{unit}, as in the file" if now else unit


def _unit(pool: Pool) -> str:
    return f"{pool.weights} on {chips_of(pool)} x {pool.chip}"


def _some(words: Sequence[str]) -> str:
    return ", ".join(words[:3]) + (f" and {len(words) - 3} more" if len(words) > 3 else "")


def own_machines(case: Case, stage: str = "", model: str = "") -> OwnMachines:
    """List the units that would serve a stage's model in time, the cheapest first.

    Parameters
    ----------
    case : the system; ranges stand at their means. [Case]
    stage : name of a stage that calls a model; the first, if left out. [name]
    model : as data/architectures.csv names it; that of the stage, if left out. [name]

    Raises
    ------
    KeyError : no such stage. ValueError : it calls no model, or one whose weights are not to be
    had and no other is named.

    Notes
    -----
    Every chip of data/hardware.csv that models are served on, 1 to 8 to a unit, in 16, 8 and 4
    bits, at the rents of data/machine_prices.csv. Limits are those of a pool, `served_pools`.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> case = load("data/scenarios/contract-search-billed.yaml")
    >>> own_machines(case, "answer", "llama-3.1-70b").choices[0].units
    1.0
    """
    single(case, "a choice of machines")
    called = asked_stage(case.point.scenario, stage)
    pool = template(case, called, model)
    point = counted_for(case, called, pool)
    call = asked_stage(point, called.name)
    on_it = stages_on(pool, point, call)
    work, peak = work_of(pool, point, on_it), peak_calls(point, on_it)
    possible, ruled = _possible(pool, case.book)
    good, late = _choices(possible, work, peak, point)
    ruled += [RuledOut(_unit(one), _late(one, work)) for one in late]
    now = [one for one in case.scenario.pools if one.name == pool.name]
    stands = _choices([_as_it_is(pool, one) for one in now], work, peak, point)[0]
    often = count(round(peak))
    asked = f"{often} calls in the busiest hour of {work.words}, the first word within "
    asked += f"{seconds_words(work.first_s)} and a token within {seconds_words(work.token_s)} "
    asked += f"on average ({work.limits})"
    ranked = sorted(good, key=lambda choice: (choice.usd, choice.words))
    place = case.book.place
    note = f" Whether a provider's machines stand in {place} is not in the rents." if place else ""
    same = stands[0] if stands else None
    return OwnMachines(
        call.name, asked, point, on_it, called.model, work, same, tuple(ranked), tuple(ruled), note
    )


def _possible(pool: Pool, book: Book) -> tuple[list[Pool], list[RuledOut]]:
    """The units that hold the model and have a rent, and those that do not."""
    found: list[Pool] = []
    ruled: list[RuledOut] = []
    heads = architecture(pool.serves).heads
    for chip in families():
        for weights in WEIGHTS:
            roomy = False
            for chips in (n for n in SIZES if heads % n == 0):
                words = {"chip": chip, "chips": f"{chips}", "weights": weights}
                one = replace(_bare(pool), **words)  # type: ignore[arg-type]
                if not holds(one, chips):
                    continue
                roomy = True
                one = rented(one)
                if one.price_per_hour is None:
                    ruled.append(RuledOut(chip, f"no rent {pool.terms.replace('_', ' ')} is known"))
                    break
                found.append(one)
            if not roomy:
                ruled.append(RuledOut(f"{weights} on {chip}", "not even 8 chips hold its weights"))
    return found, list(dict.fromkeys(ruled))


def _bare(pool: Pool) -> Pool:
    """A pool without what is paid for its own chips."""
    paid: dict[str, Any] = {name: None for name in pool.quantities() if "price_per" in name}
    return replace(pool, **paid, committed=0.0, bought=None)


def _stacked(every: Sequence[Machine]) -> Machine:
    """Machines side by side, each number an array."""
    parts = (
        type(kind[0])(*(np.array([getattr(one, f.name) for one in kind]) for f in fields(kind[0])))
        for kind in zip(*every, strict=True)
    )
    return Machine(*parts)


def _choices(
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
    tokens = {"input_tokens": work.input_tokens, "output_tokens": work.output_tokens}
    served = at_rate(machine=every, **tokens, requests_per_s=np.minimum(busy, 1.0) * most)
    full, good, late = running(every, work, most), list[Choice](), list[Pool]()
    for i, one in enumerate(pools):
        if most[i] <= 0:
            late.append(one)
            continue
        usd, low, high = (float(cost_of(pool, peak, point)) for pool in sized[i])
        doubts = tuple(concern.wrong for concern in unsure(one, work, full[i]))
        times = float(served.first_s[i]), float(served.token_s[i])
        at = float(units[i]), float(busy[i]), *times, usd, low, high
        good.append(Choice(sized[i][0], *at, doubts))
    return good, late


def _as_it_is(pool: Pool, written: Pool) -> Pool:
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
        return replace(one, price_per_hour=price)

    mean = at(at_means(reached), at_means(price))
    return mean, at(speeds[1], prices[0]), at(speeds[0], prices[1])


def _late(pool: Pool, work: Work) -> str:
    """Why a unit serves no call in time."""
    served = at_rate(
        machine=machine_of(pool),
        input_tokens=work.input_tokens,
        output_tokens=work.output_tokens,
        requests_per_s=1e-9,
    )
    if not np.isfinite(served.first_s):
        return "a call does not fit beside its weights"
    slow = served.first_s > work.first_s
    return "its first word comes too late" if slow else "its tokens come too slowly"


def cost_of(pool: Pool, peak: Numeric, point: Scenario) -> Numeric:
    """What a pool costs a month with so many calls in the peak hour, in USD."""
    return total(pool_lines(pool, peak, point))
