"""Machines of one's own or rented: what they carry or serve, and what a unit of them costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from aicost.book.machines import ENGINES, WEIGHT_BYTES
from aicost.book.rents import TERMS
from aicost.values.charge import COMPONENTS
from aicost.values.quantities import Numeric, Value, flag, quantity, word
from aicost.values.section import Section, section

if TYPE_CHECKING:
    from aicost.book.book import Book

FIRST_S, TOKEN_S = (0.0, 120.0), (0.0, 2.0)  # what is no slip for milliseconds
BY_COUNT = (
    "at_least: … beside carries, or per_unit and units under other: where no stage runs on it"
)
IN_ONE = "running: in_batches beside carries: …, if rented only while a batch is worked off"
LEAST = 1e-9  # more than nothing: no machine is free for want of a price
WITH_TRAFFIC, IN_BATCHES = "with_traffic", "in_batches"
SHARED_DISK = "shared"
SIZES = (1, 2, 4, 8)  # chips of one unit, as they are sold and measured


@dataclass(frozen=True, kw_only=True)
class Bought(Section):
    """What a unit costs that is bought, in place of a price per hour."""

    price: Value = quantity("USD", "price of one unit")
    years: Value = quantity("years", "years it is used", low=0.1, high=30.0)
    residual_share: Value = quantity(
        "share", "share of its price that it then sells for", default=0.0
    )
    power: Value = quantity(
        "W",
        "what a unit draws at most; if left out, its chips' share of a server, or theirs alone",
        default=None,
    )
    power_share: Value = quantity("share", "share of that it draws on average", default=1.0)
    pue: Value = quantity("times", "power of the building per power of the machines", low=1.0)
    energy_price: Value = quantity("USD/kWh", "price of energy")
    hosting_per_month: Value = quantity(
        "USD/month", "room, network and hands for one unit", default=0.0
    )
    maintenance_share: Value = quantity("share", "share of its price a year", default=0.0)


@dataclass(frozen=True, kw_only=True)
class Pool(Section):
    """Machines in whole units for the peak hour, that carry calls or serve a model."""

    meant: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("units", "count", "number", "machines", "gpus", "replicas"), BY_COUNT),
        **dict.fromkeys(("hours", "active_hours", "hours_per_month", "batch"), IN_ONE),
        **dict.fromkeys(("calls_per_hour", "requests_per_hour", "throughput"), "carries: …"),
    }

    name: str
    price_per_hour: Value = quantity(
        "USD/hour",
        "price of one unit for an hour; of its chips by `terms`, where it serves",
        low=LEAST,
        default=None,
    )
    price_per_month: Value = quantity("USD/month", "the same for a month", low=LEAST, default=None)
    carries: Value = quantity(
        "calls/hour",
        "calls one unit carries in an hour; worked out for a pool that serves a model",
        low=LEAST,
        default=None,
    )
    serves: str = word("model that its units serve, as data/architectures.csv names it", default="")
    chip: str = word("chip that serves it, as data/hardware.csv names it", default="")
    chips: str = word(
        "chips of one unit, tensor parallel; the fewest whose memory the weights fill to 85 %, if "
        "left out",
        default="",
        choices=tuple(f"{n}" for n in SIZES),
    )
    weights: str = word("what weights are held in", default="bf16", choices=tuple(WEIGHT_BYTES))
    engine: str = word("engine that serves", default="vllm", choices=ENGINES)
    prefix_cache: bool = flag(
        "its engine keeps the prompts it has read: the cache_read_share of its stages is found "
        "there, and is not read again, as far as running calls leave room for so many prompts"
    )
    first_word_within: Value = quantity(
        "s",
        "mean time to a first word at which a unit is full; a third of goals.first_word_p95, else "
        "of MLPerf's limit, if left out",
        low=1e-3,
        default=None,
        plain=FIRST_S,
    )
    token_within: Value = quantity(
        "s/token",
        "mean time of a further token at which a unit is full; half of MLPerf's limit, if left out",
        low=1e-4,
        default=None,
        plain=TOKEN_S,
    )
    reached: Value = quantity(
        "times",
        "what a unit is found to carry, beside what is worked out for it",
        low=0.01,
        default=None,
    )
    terms: str = word("terms that chips are rented on", default=TERMS[0], choices=TERMS)
    running: str = word(
        "always, as many as the peak needs; or with_traffic, as many as each hour of each day: an "
        "hour with one call is paid whole, and with at_least: 0 none without; or in_batches, only "
        "while calls that were kept are worked off: calls / carries hours, nobody waits for them",
        default="always",
        choices=("always", WITH_TRAFFIC, IN_BATCHES),
    )
    at_least: Value = quantity("units", "fewest units that run", default=1.0)
    spare: Value = quantity("units", "units beyond what the peak needs", default=0.0)
    at_most: Value = quantity("units", "most units there can be", low=1.0, default=np.inf)
    committed: Value = quantity(
        "units",
        "units paid for whether they are needed or not, at a price of their own",
        default=0.0,
    )
    committed_price_per_hour: Value = quantity(
        "USD/hour", "price of a committed unit for an hour", low=LEAST, default=None
    )
    committed_price_per_month: Value = quantity(
        "USD/month", "the same for a month", low=LEAST, default=None
    )
    overflow: bool = flag(
        "calls beyond what at_most units carry, hour by hour, go to the model of their stage at "
        "its price per token; they do not wait"
    )
    build_hours: Value = quantity("hours", "hours of engineers to set it up, once", default=0.0)
    run_hours_per_month: Value = quantity(
        "hours/month", "hours of engineers to run it", default=0.0
    )
    engineer_per_hour: Value = quantity(
        "USD/hour",
        "what an hour of an engineer costs, with overhead: of both of those above",
        low=LEAST,
        default=None,
    )
    storage_price: Value = quantity(
        "USD/GB-month",
        "price of a gigabyte of disk for a month, for its weights; if left out, none is billed",
        default=None,
    )
    weights_on: str = word(
        "disks with its weights: each, one of every unit; or shared, one that all load them from",
        default="each",
        choices=("each", SHARED_DISK),
    )
    egress_price: Value = quantity(
        "USD/GB",
        "price of a gigabyte of answers that leaves the cloud; if left out, none is billed",
        default=None,
    )
    token_bytes: Value = quantity(
        "B/token",
        "bytes that leave for a token of an answer; 4 are its text alone, 300 an event of a stream",
        default=None,
    )
    component: str = word(
        "component it is shown under", default="inference", choices=COMPONENTS, billed=False
    )
    bought: Bought | None = section(Bought, "what a unit costs that is bought, not rented")
    sheets: Book | None = field(
        default=None,
        repr=False,
        compare=False,
        metadata={"doc": "where the data sheet of its chip is read"},
    )

    def units(self, calls_per_hour: Numeric) -> Numeric:
        """The whole units that run for so many calls in the peak hour: all that are committed.

        In batches a unit runs for the part of an hour that it works.
        """
        if self.running == IN_BATCHES:
            return calls_per_hour / self.carries
        needed = np.maximum(self.at_least, np.ceil(calls_per_hour / self.carries)) + self.spare
        return np.maximum(np.minimum(needed, self.at_most), self.committed)

    def hourly_units(self, calls_per_hour: Numeric) -> Numeric:
        """The units of an hour of so many calls, where each has its own."""
        found = self.units(calls_per_hour)
        idle = np.less_equal(calls_per_hour, 0.0) & np.less_equal(self.at_least, 0.0)
        return np.where(idle, self.committed, found)

    def paid(self, price: str) -> bool:
        """Whether a price of its units is stated, by the hour or by the month."""
        return any(getattr(self, f"{price}_per_{p}") is not None for p in ("hour", "month"))

    def carried(self, calls_per_hour: Numeric) -> Numeric:
        """The calls that the units for so many calls in the peak hour carry in an hour."""
        return self.units(calls_per_hour) * self.carries

    def of_standing(self) -> Iterator[str]:
        """Yield the fields it says that only units which stand have a use for."""
        terms = ("price_per_month", "at_least", "at_most", "spare", "committed", "overflow")
        yield from (name for name in terms if self.states(name))

    def of_serving(self) -> Iterator[str]:
        """Yield the fields it says that only a pool which serves a model has a use for."""
        only = ("chip", "chips", "weights", "engine", "first_word_within", "token_within")
        more = ("reached", "terms", "prefix_cache")
        disks = ("storage_price", "weights_on", "egress_price", "token_bytes")
        yield from (name for name in (*only, *more, *disks) if self.states(name))
