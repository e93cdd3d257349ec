"""A cache of answers: a hit spares everything behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from aicost.book.rates import rates
from aicost.components.flow import Flow, OneCall, World
from aicost.components.sharing import ONE, SHARED, kept_apart, unshared
from aicost.components.stage import Faster
from aicost.components.token_counts import CountedStage
from aicost.components.unit_prices import listed, missing, stated, unlisted
from aicost.formulas.reuse.answers import stale_share
from aicost.formulas.reuse.demand import Crowded, Demand, Expiring, Piloted, zipf
from aicost.values.charge import Charge, Count, Factor, weakest
from aicost.values.formatting import count, percent
from aicost.values.quantities import (
    MTOK,
    SECONDS_PER_HOUR,
    Numeric,
    Value,
    flag,
    mean,
    quantity,
    scaled,
    word,
)
from aicost.values.section import Concern, Section, section

if TYPE_CHECKING:
    from aicost.book.book import Book


def misses(*, hit_share: Numeric) -> Numeric:
    """The share of requests a cache lets through: 1 - h.

    Parameters
    ----------
    hit_share : share of requests answered from the cache. [share]

    Returns
    -------
    Share that passes on. [share]

    Examples
    --------
    >>> misses(hit_share=0.25)
    0.75
    """
    return 1.0 - hit_share


HITS = 0.30  # of a cache that is put in front of a system, to see what it would do: our assumption
MORE_HITS = 0.20  # added to those of one that is there
#: The ways to say how often it answers, and what each needs beside it.
WAYS = {
    "hit_share": (),
    "distinct_questions": ("popularity", "lifetime"),
    "pilot": ("lifetime",),
}
#: What the lines of its wrong answers are called: those that fit no question, those too old.
UNFIT, OLD = "wrong answers", "answers out of date"
#: What does nothing beside a stated share, but for staleness.
OF_DEMAND = ("popularity", "entries", "caches")


@dataclass(frozen=True, kw_only=True)
class Pilot(Section):
    """What a trial counted of the questions that came."""

    requests: Value = quantity("requests", "requests of the trial", low=1)
    distinct: Value = quantity("questions", "different questions among them", low=1)
    once: Value = quantity("questions", "questions that came exactly once")


@dataclass(frozen=True, kw_only=True)
class ResponseCache(CountedStage):
    """A cache in front of the pipeline: its share of hits is stated, or follows from traffic."""

    component: ClassVar[str] = "caching"
    ends_requests: ClassVar[bool] = True

    hit_share: Value = quantity(
        "share", "share of requests answered from the cache, whatever the traffic", default=None
    )
    distinct_questions: Value = quantity(
        "questions", "different questions that may be asked of one cache", low=1, default=None
    )
    popularity: Value = quantity(
        "power",
        "how unevenly they are asked, Zipf's exponent: 0 all alike, 0.6 to 1.0 as of pages",
        high=3,
        default=None,
    )
    pilot: Pilot | None = section(Pilot, "what a trial counted, in place of both")
    lifetime: Value = quantity(
        "hours", "hours after which a question is answered anew", low=1e-3, default=None
    )
    refreshed: bool = flag("a hit keeps its answer for another lifetime")
    entries: Value = quantity("entries", "answers that one cache has room for", low=1, default=None)
    caches: str = word("how many caches: 1 for all, or one for each", default=ONE, choices=SHARED)
    wrong_share: Value = quantity(
        "share", "of the answers it gives, those that do not fit what was asked", default=None
    )
    wrong_costs: Value = quantity("USD/answer", "what one wrong answer costs", default=None)
    changes_per_month: Value = quantity(
        "times", "how often in a month what an answer rests on changes", default=None
    )
    node_per_month: Value = quantity("USD/month", "what the cache itself costs", default=0.0)
    model: str = word("embedding model of a semantic cache's look-up", default="", model=True)
    query_tokens: Value = quantity("tokens", "tokens embedded per look-up", default=None)

    @property
    def reads_passages(self) -> bool:
        return False

    # ---- what does not fit

    def gaps(self, flow: Flow, book: Book) -> Iterable[Concern]:
        yield from super().gaps(flow, book)
        if self.model:
            yield from unlisted(lambda: rates(book, self.model).row("input"), "model")
            if self.query_tokens is None:
                yield missing("query_tokens", "leave model: out")
        yield from self._demand_gaps()
        yield from unshared("caches", self.caches, flow.world)

    def _demand_gaps(self) -> Iterator[Concern]:
        """Yield what is missing to say how often it answers, or said twice."""
        ways = [way for way in WAYS if getattr(self, way) is not None]
        if not ways:
            instead = "distinct_questions: …, popularity: 0.6 to 1.0 and lifetime: 24, "
            yield missing("hit_share", f"{instead}or pilot: {{requests, distinct, once}}")
        elif len(ways) > 1:
            wrong = f"it says twice how often it answers, beside {' and '.join(ways[1:])}"
            yield Concern(ways[0], wrong, "keep one of them")
        else:
            for field in WAYS[ways[0]]:
                if getattr(self, field) is None:
                    yield missing(field, f"hit_share: … in place of {ways[0]}")
        if self.pilot is not None:
            once, distinct, seen = (
                mean(getattr(self.pilot, name)) for name in ("once", "distinct", "requests")
            )
            if np.any(once > distinct) or np.any(seen < 2 * distinct - once):
                wrong = "no trial counts so: each question but those that came once came twice"
                remedy = "write once <= distinct, and requests >= 2 x distinct - once"
                yield Concern("pilot", wrong, remedy)

    def warnings(self, flow: Flow, book: Book) -> Iterable[Concern]:
        yield from super().warnings(flow, book)
        stated_hits = self.hit_share is not None
        for field in OF_DEMAND:
            if stated_hits and self.differs(field):
                wrong = "it does nothing beside hit_share"
                yield Concern(field, wrong, "leave one of the two out")
        if self.entries is not None and self.pilot is not None:
            wrong = "a pilot does not say which answers would go"
            yield Concern("entries", wrong, "write distinct_questions and popularity, or leave it")
        if self.wrong_share is not None and self.wrong_costs is None:
            wrong = "wrong answers cost nothing on this bill"
            yield Concern("wrong_share", wrong, "write wrong_costs: … beside it")
        if self.model and self.wrong_share is None:
            wrong = "nobody checks what it answers: a question that is only alike counts as a hit"
            remedy = "write wrong_share: … from hits that people read, and wrong_costs: …"
            yield Concern("wrong_share", wrong, remedy)
        if self.changes_per_month is not None and (self.refreshed or self.lifetime is None):
            wrong = "no answer has an age at which it is asked anew"
            yield Concern("changes_per_month", wrong, "write lifetime: …, without refreshed")

    # ---- what it costs

    def standing(self, world: World, book: Book) -> Iterable[Charge]:
        price = stated(self, "node_per_month", unit="month")
        one = Count().times(Factor("cache", 1.0, "node", "listed"))
        yield self.charge(one, price, item="cache node", driver="months", behaves="fixed")

    def per_request(self, flow: Flow, book: Book) -> Iterable[Charge]:
        yield from self._wrong(flow)
        if not self.model:
            return
        tokens = self.calls(flow).times(self.token_factor("query_tokens", "tokens per look-up"))
        price = listed(
            rates(book, self.model).row("input"), sold="USD/Mtok", unit="Mtok", holds=MTOK
        )
        yield self.charge(tokens, price, item="look-up embedding", driver="tokens in")

    def one_call(self, flow: Flow, book: Book, call: OneCall) -> Self:
        """The cache at one look-up: a request has one answer, however often it looks."""
        one = super().one_call(flow, book, call)
        if self.wrong_costs is None:
            return one
        each = flow.requests / self.calls(flow).value
        return replace(one, wrong_costs=scaled(self.wrong_costs, each))

    def _wrong(self, flow: Flow) -> Iterator[Charge]:
        """Yield what wrong answers cost, those that do not fit and those out of date."""
        if self.wrong_costs is None:
            return
        price = stated(self, "wrong_costs", unit="answer")
        shares = []
        if self.wrong_share is not None:
            shares.append((self.factor("wrong_share", "do not fit"), UNFIT))
        if (old := self._out_of_date(flow)) is not None:
            shares.append((old, OLD))
        for share, item in shares:
            wrong = flow.count.times(self._hits(flow), share)
            yield self.charge(wrong, price, item=item, driver="answers")

    def _out_of_date(self, flow: Flow) -> Factor | None:
        """The share of its answers that have changed since they were given."""
        if self.changes_per_month is None or self.lifetime is None or self.refreshed:
            return None
        month_s = flow.world.month.hours * SECONDS_PER_HOUR
        share = stale_share(
            lifetime_s=self.lifetime * SECONDS_PER_HOUR,
            changes_per_s=self.changes_per_month / month_s,
        )
        basis = weakest([self.basis("changes_per_month"), self.basis("lifetime")])
        return Factor("out of date", share, "share", basis, note="changes come at random")

    # ---- how often it answers

    def answered(self, flow: Flow) -> Numeric:
        return self._hits(flow).value

    def _hits(self, flow: Flow) -> Factor:
        """The share of those who ask that it answers: as stated, or as their questions repeat."""
        label = "answered from the cache"
        if self.hit_share is not None:
            return self.factor("hit_share", label)
        if any(self._demand_gaps()):  # said where it is checked
            return Factor(label, 0.0, "share", "assumed")
        apart = kept_apart(flow.world, self.caches)
        within = flow.in_the_month * self.lifetime / flow.world.month.hours
        within = within / (1.0 if apart is None else apart)
        share = self._demand().hit_share(requests=within)
        said = [way for way in ("distinct_questions", "popularity", "entries") if self.states(way)]
        bases = [self.basis(name) for name in (*said, "lifetime")]
        if self.pilot is not None:
            bases = ["assumed", *bases]  # it is carried on to another volume
        note = f"{count(within)} requests come to a cache within {count(self.lifetime)} hours"
        return Factor(label, share, "share", weakest(bases), note=note)

    def _demand(self) -> Demand:
        """The model of how questions repeat."""
        if self.pilot is not None:
            return Piloted(
                mean(self.pilot.once),
                mean(self.pilot.distinct),
                mean(self.pilot.requests),
                self.refreshed,
            )
        asked = zipf(keys=self.distinct_questions, skew=self.popularity)
        if self.entries is None:
            return Expiring(asked, self.refreshed)
        return Crowded(asked, self.entries, self.refreshed)

    def faster(self, book: Book) -> Iterable[Faster]:
        if self.hit_share is None:
            return
        more = min(1.0, float(self.hit_share) + MORE_HITS)
        words = f"{self.name}: {percent(round(more, 2))} of requests answered from it"
        if more > self.hit_share:
            yield Faster(words, replace(self, hit_share=more))

    def pass_on(self, flow: Flow) -> Flow:
        here = self.arriving(flow)
        hits = self._hits(here)
        share = misses(hit_share=self.share * hits.value)  # who skips the cache misses it too
        if self.of:  # of those who are here, the ones it is for
            asks = np.divide(here.requests, np.maximum(flow.requests, 1e-300))
            share = 1.0 - np.minimum(asks, 1.0) * hits.value
        return flow.narrowed(Factor("cache misses", share, "share", hits.basis, note=hits.note))

    def answering(self, hit_share: float) -> Self:
        """The cache with a stated share of hits, whatever the traffic."""
        return replace(self, hit_share=hit_share, distinct_questions=None, pilot=None)

    def unused(self) -> ResponseCache:
        """A cache in its place that answers nobody and costs nothing."""
        return ResponseCache(name=self.name, share=self.share, of=self.of, hit_share=0.0)


def in_front(hit_share: float) -> ResponseCache:
    """A cache in front of a system that has none, free and without a look-up to be billed.

    Parameters
    ----------
    hit_share : share of requests answered from it. [share]

    Returns
    -------
    A stage to put first. [stage]

    Examples
    --------
    >>> in_front(0.3).hit_share
    0.3
    """
    return ResponseCache(name="cache of answers", hit_share=hit_share)
