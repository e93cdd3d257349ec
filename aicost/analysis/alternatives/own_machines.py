"""A stage on machines of one's own: which chips, how many, in how many bits; the cheapest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from aicost.analysis.alternatives.machine_choices import (
    Choice,
    as_it_is,
    choices_of,
    unit_of,
    why_late,
)
from aicost.analysis.alternatives.served_stages import (
    asked_stage,
    counted_for,
    peak_calls,
    stages_on,
    template,
)
from aicost.billing.case import Case, single
from aicost.book.machines import architecture, context_tokens, families
from aicost.scenario.pool_section import SIZES, Pool
from aicost.scenario.pool_work import Work
from aicost.scenario.scenario import Scenario
from aicost.scenario.served_pools import (
    holds,
    rented,
    work_of,
)
from aicost.scenario.time_left import due
from aicost.values.formatting import count
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table, table

if TYPE_CHECKING:
    from aicost.book.book import Book

WEIGHTS = ("bf16", "fp8", "fp4")  # one name for each width that chips multiply, or only read
BITS = "Fewer bits a weight change the answers of a model; nothing here says by how much."
RENTS = (
    " Rents are by the chip: who rents or sells whole servers only bills chips that no unit uses "
    "as well."
)
ANEW = " What an engine may keep of prompts is not counted; prefix_cache: yes in a pool does."
SPARE = " No unit is kept in reserve; spare: 1 in a pool adds one."


@dataclass(frozen=True)
class RuledOut:
    """Units that are none, by what is against them."""

    words: str
    why: str


@dataclass(frozen=True, repr=False)
class OwnMachines(Result):
    """The units that serve a stage in time, the cheapest first, and those that are ruled out.

    `point` is the system whose tokens are counted as the model counts them that is served, `stages`
    are those that the machines would serve, `called` is the model by the token that the file names,
    `serves` the one that is served, and `work` their mean call; `now` are the units of its file,
    where they run on such a pool.
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
    serves: str
    note: str = ""

    @property
    def sentence(self) -> str:
        """What is asked for, and the cheapest that does it."""
        if not self.choices:
            why = self.ruled_out[0].why if self.ruled_out else "there are none"
            return f"{self.stage}: {self.asked}. No machine does it in time: {why}."
        best, sure = self.choices[0], self.best()
        words = f"{self.stage}: {self.asked}. The cheapest that does it in time is {best.sentence}."
        if sure is None or sure is best:
            return words
        held = "" if self.now else ", which are held against tokens,"
        return f"{words} Of those whose speed is well known{held} it is {sure.sentence}."

    def in_bits(self, weights: str) -> tuple[Choice, ...]:
        """The choices in so many bits, the cheapest first; all, where none is in those.

        Parameters
        ----------
        weights : what weights are held in; any, if empty. [name]
        """
        kept = (one for one in self.choices if not weights or one.pool.weights == weights)
        return tuple(kept) or self.choices

    def best(self, weights: str = "") -> Choice | None:
        """What is held against tokens where the file names no units: the cheapest without a doubt.

        A doubted one where no other serves in time.

        Parameters
        ----------
        weights : what weights are held in; any, if left out. [name]
        """
        kept = self.in_bits(weights)
        sure = (choice for choice in kept if not choice.doubts)
        return next(iter((*sure, *kept)), None)

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
            Column("speed in doubt", key="doubts"),
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
        return replace(table(columns, lines), notes=(f"{BITS}{RENTS}{self.note}",))

    def ruled_out_rows(self) -> Table:
        """A row for each reason, with the units it is against."""
        whys: dict[str, list[str]] = {}
        for one in self.ruled_out:
            whys.setdefault(one.why, []).append(one.words)
        return table(["ruled out", "because"], [(_some(w), why) for why, w in whys.items()])


def _now(unit: str, now: bool) -> str:
    return f"{unit}, as in the file" if now else unit


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
    had and no other is named; or its mean call is more than that model holds.

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
    pool = due(pool, point, on_it, case.book)
    work, peak = work_of(pool, point, on_it), peak_calls(point, on_it)
    if work.input_tokens + work.output_tokens > (most := context_tokens(pool.serves)):
        wrong = f"{call.name}: a mean call of {work.words} is more than the {count(most)} that "
        raise ValueError(f"{wrong}{pool.serves} holds; name a model that holds more")
    possible, ruled = _possible(pool, case.book)
    good, late = choices_of(possible, work, peak, point)
    ruled += [RuledOut(unit_of(one), why_late(one, work)) for one in late]
    now = [one for one in case.scenario.pools if one.name == pool.name]
    stands = choices_of([as_it_is(pool, one) for one in now], work, peak, point)[0]
    often = count(round(peak))
    asked = f"{often} calls in the busiest hour of {work.words}, on average: {work.due}"
    ranked = sorted(good, key=lambda choice: (choice.usd, choice.words))
    place = case.book.place
    note = "" if pool.differs("spare") else SPARE
    if np.any(call.read_before) and not pool.prefix_cache:
        note += ANEW
    if place:
        note += f" The rents do not say whether a provider's machines stand in {place}."
    same = stands[0] if stands else None
    parts = call.name, asked, point, on_it, called.model, work, same
    return OwnMachines(*parts, tuple(ranked), tuple(ruled), pool.serves, note)


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
