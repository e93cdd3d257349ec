"""A provider's cache of prompts as a decision: what a shared prompt costs, for which lifetime."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from aicost.analysis.alternatives.kept_answers import machines
from aicost.billing.case import Case, kept
from aicost.book.book import Book
from aicost.book.rates import rates
from aicost.components.flow import Flow
from aicost.components.inference import Inference
from aicost.formulas.crossings import UP_TO, farthest, windows
from aicost.formulas.reuse.prompts import break_even_warm, input_multiplier
from aicost.scenario.scenario import steps
from aicost.values.quantities import MTOK, Spread

FlowsAt = Callable[[np.ndarray], dict[str, Flow]]
SHOWN = 1_000  # tokens that calls share, where nobody says how many they do


@dataclass(frozen=True)
class Lifetime:
    """What a prompt that all calls share costs where it is kept so long.

    Attributes
    ----------
    asked : 5m, 1h, or nothing where there is no choice.
    lasts_s : how long that is, since it was last read. [s]
    write : price of what is written, in prices of input.
    read : price of what is read, in prices of input.
    found_share : calls that find it in the cache.
    needed_share : calls that have to, so that keeping it saves.
    times : its bill, in those of one that is not kept.
    """

    asked: str
    lasts_s: float
    write: float
    read: float
    found_share: float
    needed_share: float
    times: float


@dataclass(frozen=True)
class KeptPrompts:
    """The prompts of a stage, kept by its provider or not.

    Attributes
    ----------
    there : whether the system reads from the cache.
    unasked : whether the provider keeps them without a mark.
    asked : the lifetime of the file.
    lifetimes : those that are sold, the cheapest first; of two alike to the cent, the shorter.
    input_tokens : tokens of a mean prompt.
    shown : tokens that its calls are shown to share, at most 1,000: no more than stand in it
        beside passages, and none where that is less than the provider keeps.
    least : the fewest tokens that the provider keeps.
    read_share : of them, read from the cache.
    saved : what keeping takes off the bill of a month. [USD]
    saved_if : the same for each lifetime. [USD]
    shared_usd : what each 1,000 tokens that all calls share cost a month, where none is kept. [USD]
    without_usd : the bill of a month without it. [USD]
    pays_from : the first usage at which enough calls find it, at the cheapest lifetime.
    """

    stage: str
    there: bool
    unasked: bool
    asked: str
    lifetimes: tuple[Lifetime, ...]
    input_tokens: float
    shown: float
    least: float
    read_share: float
    saved: float
    saved_if: Mapping[str, float]
    shared_usd: float
    without_usd: float
    pays_from: int | None

    @property
    def best(self) -> Lifetime:
        """The lifetime at which a shared prompt costs least."""
        return self.lifetimes[0]

    @property
    def held(self) -> Lifetime:
        """The lifetime that the file asks for, the cheapest where it is not sold."""
        return next((one for one in self.lifetimes if one.asked == self.asked), self.best)

    @property
    def gained(self) -> float:
        """What keeping the shared tokens takes off the bill of a month, at best. [USD]"""
        return self.shared_usd * self.shown / SHOWN * (1.0 - self.best.times)


@kept
def kept_prompts(case: Case) -> tuple[KeptPrompts, ...]:
    """What each call to a model keeps of its prompts, or would.

    A prompt that all calls share costs w (1 - h) + r h of its price, h the share of calls that
    find it: w for what is written, r for what is read.

    Parameters
    ----------
    case : the system; ranges stand at their means.

    Returns
    -------
    One a stage whose provider's cache has a price of reads and a known lifetime.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> (one,) = kept_prompts(load("data/scenarios/contract-search-billed.yaml"))
    >>> one.stage, one.there, one.best.asked, round(one.best.times, 2)
    ('answer', False, '5m', 0.05)
    """
    point = case.point
    if not point.bill.requests > 0:
        return ()
    here = [*steps(point.scenario, point.scenario.requests())]
    calls = [(s, flow) for s, flow in here if isinstance(s, Inference) and not s.pool]
    at = _flows_at(point)
    return tuple(one for s, flow in calls if (one := _of(point, s, flow, at)) is not None)


def without(point: Case, stage: Inference) -> Case:
    """The system whose stage reads nothing from its provider's cache."""
    named = "cache_read_share", "cache_write_share"
    origins = {name: origin for name, origin in stage.origins.items() if name not in named}
    unkept = replace(
        stage, cache_read_share=0.0, cache_write_share=None, cache_kept=None, origins=origins
    )
    return point.of(point.scenario.with_stage(unkept))


def _flows_at(point: Case) -> FlowsAt:
    """What passes each stage at some usage, worked out once for all stages that ask."""

    @lru_cache(maxsize=8)
    def kept_at(usage: bytes) -> dict[str, Flow]:
        there = point.at({point.scenario.traffic.scale: np.frombuffer(usage)}).scenario
        return {stage.name: flow for stage, flow in steps(there, there.requests())}

    return lambda usage: kept_at(usage.tobytes())


def _of(point: Case, stage: Inference, flow: Flow, at: FlowsAt) -> KeptPrompts | None:
    lifetimes = tuple(sorted(_lifetimes(point, stage, flow), key=lambda one: round(one.times, 2)))
    calls = float(stage.calls(flow).value)
    if not lifetimes or not calls > 0:
        return None
    read = stage.from_cache(flow, point.book)[0]
    there = read is not None and float(np.mean(read.value)) > 0
    plain = without(point, stage)
    usd, least = machines(plain.bill), float(stage.keeps(point.book).minimum)
    if_kept = {
        one.asked: float(usd - machines(_for(point, stage, one.asked).bill))
        for one in lifetimes
        if there and one.asked
    }
    return KeptPrompts(
        stage=stage.name,
        there=there,
        unasked=stage.keeps(point.book).automatic,
        asked=stage.cache_ttl,
        lifetimes=lifetimes,
        input_tokens=float(np.mean(stage.prompt_of(flow).whole().value)),
        shown=_shown(stage, flow, least),
        least=least,
        read_share=float(np.mean(read.value)) if there and read is not None else 0.0,
        saved=float(usd - machines(point.bill)),
        saved_if=if_kept,
        shared_usd=calls * SHOWN / MTOK * _usd_per_mtok(stage, point.book, "input"),
        without_usd=float(plain.bill.total),
        pays_from=_pays_from(point, stage, lifetimes[0], at),
    )


def shareable(stage: Inference, flow: Flow) -> float:
    """The tokens of a prompt that calls might share: all but passages, which differ."""
    prompt, asked = stage.prompt_of(flow), stage.in_tokens(stage.input_tokens)
    own = float(np.mean(asked.p50 if isinstance(asked, Spread) else asked))
    beside = (prompt.tools, prompt.history)
    return own + sum(float(np.mean(part.value)) for part in beside if part is not None)


def _shown(stage: Inference, flow: Flow, least: float) -> float:
    able = float(np.floor(shareable(stage, flow)))
    return min(float(SHOWN), able) if able >= least else 0.0


def _lifetimes(point: Case, stage: Inference, flow: Flow) -> Iterator[Lifetime]:
    """Yield the lifetimes that are sold, where what is read has a price below that of input."""
    if stage.price is None:
        sold = rates(point.book, stage.model, context=stage.context)
        if not sold.priced("input"):  # paid by the hour or the page: there is no prompt to keep
            return
    for asked, lasts_s in stage.keeps(point.book).lifetimes_s.items():
        write, read = _multiples(stage, point.book, asked)
        found = stage.found_share(flow, point.book, asked)
        if found is None or not read < 1:
            continue
        share = float(np.mean(found))
        times = input_multiplier(
            read_share=share, written_share=1.0 - share, write=write, read=read
        )
        needed = float(break_even_warm(write=write, read=read))
        yield Lifetime(asked, lasts_s, write, read, share, needed, float(times))


def _multiples(stage: Inference, book: Book, ttl: str) -> tuple[float, float]:
    """What is written to the cache and what is read from it cost, in prices of input."""
    buckets = "input", f"cache_write_{ttl or '5m'}", "cache_read"
    new, written, read = (_usd_per_mtok(stage, book, bucket) for bucket in buckets)
    return (written / new, read / new) if new > 0 else (1.0, 1.0)


def _usd_per_mtok(stage: Inference, book: Book, bucket: str) -> float:
    """What a million tokens of a bucket cost, in the lowest tier. [USD/Mtok]"""
    if stage.price is not None:
        return float(np.mean(stage.price.of(bucket).usd))
    return rates(book, stage.model, context=stage.context).usd_per_mtok(bucket)


def _for(point: Case, stage: Inference, ttl: str) -> Case:
    """The system whose stage asks for another lifetime."""
    return point.of(point.scenario.with_stage(replace(stage, cache_ttl=ttl)))


def _pays_from(point: Case, stage: Inference, lifetime: Lifetime, at: FlowsAt) -> int | None:
    """The first count of usage at which enough calls find a shared prompt."""

    def beyond(usage: np.ndarray) -> np.ndarray:
        found = stage.found_share(at(usage)[stage.name], point.book, lifetime.asked)
        assert found is not None  # as it is for the usage of today
        return np.broadcast_to(found - lifetime.needed_share, usage.shape)[None]

    if beyond(np.array([1.0]))[0, 0] >= 0:
        return 1
    (found,) = windows(beyond, 1, farthest(point.usage, UP_TO))
    return found[0] if found else None
