"""A cache of answers as a decision: what a hit spares, what a wrong one costs, where it pays."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from aicost.billing.bill import Bill
from aicost.billing.case import Case, kept
from aicost.components.caching import HITS, OLD, UNFIT, ResponseCache, in_front
from aicost.formulas.crossings import UP_TO, farthest, windows
from aicost.formulas.reuse.answers import answer_saving, break_even_hits, break_even_wrong
from aicost.scenario.answered import answered_share
from aicost.scenario.scenario import steps
from aicost.timing.cache_saving import repeats
from aicost.values.quantities import Numeric, mean

TOKENS = ("tokens in", "tokens out")  # what drives a line of a call to a model
WRONG = (UNFIT, OLD)


@dataclass(frozen=True)
class KeptAnswers:
    """A cache of answers, in USD: what it is made of, a month.

    Where there is none (`there` is False) it is what one put in front would spare: its hits, its
    wrong answers and its own price are nobody's yet.

    Attributes
    ----------
    asked : requests of a month that come to it.
    hit_share : of those, answered from it.
    token_share : tokens of calls to models that it spares, of those without it.
    spared_usd : what a hit spares, behind it.
    wrong_share : of its answers, those that do not fit or are out of date.
    old_share : of its answers, those that are out of date.
    wrong_usd : what one of them costs.
    lookup_usd : what it costs itself, a request: looking up, and its part of what stands.
    without_usd : the bill of a month without it.
    pays_from : the first usage at which it saves; None where none was found.
    """

    stage: str
    there: bool
    asked: float
    hit_share: float
    token_share: float
    spared_usd: float
    wrong_share: float
    old_share: float
    wrong_usd: float
    lookup_usd: float
    without_usd: float
    pays_from: int | None

    @property
    def saved(self) -> float:
        """What it takes off the bill of a month; below 0 where it costs more. [USD]"""
        return self.asked * float(
            answer_saving(
                hit_share=self.hit_share,
                wrong_share=self.wrong_share,
                call_usd=self.spared_usd,
                wrong_usd=self.wrong_usd,
                lookup_usd=self.lookup_usd,
            )
        )

    @property
    def hits_needed(self) -> float:
        """The share of hits from which on it saves; infinite where wrong ones cost too much."""
        return float(
            break_even_hits(
                wrong_share=self.wrong_share,
                call_usd=self.spared_usd,
                wrong_usd=self.wrong_usd,
                lookup_usd=self.lookup_usd,
            )
        )

    @property
    def most_wrong(self) -> float | None:
        """The share of its answers up to which they may be wrong, where a wrong one has a price."""
        if not self.wrong_usd > 0 or not self.hit_share > 0:
            return None
        most = break_even_wrong(
            hit_share=self.hit_share,
            call_usd=self.spared_usd,
            wrong_usd=self.wrong_usd,
            lookup_usd=self.lookup_usd,
        )
        return float(np.clip(most, 0.0, 1.0))

    def most_usd(self, wrong_share: float) -> float:
        """What a wrong answer may cost where so many are. [USD]"""
        lost = self.lookup_usd / self.hit_share if self.hit_share > 0 else 0.0
        return max(0.0, self.spared_usd - lost) / wrong_share


@kept
def kept_answers(case: Case) -> KeptAnswers | None:
    """The first cache of answers of a system, or what one would spare where questions repeat.

    saved = bill without it - bill with it; a hit spares what of that is not the cache's own.

    Parameters
    ----------
    case : the system; ranges stand at their means.

    Returns
    -------
    Nothing where there is none and what is asked comes once.

    Notes
    -----
    People who would see fewer answers go on to see as many: that is no saving of a cache.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> found = kept_answers(load("data/scenarios/help-desk.yaml"))
    >>> found.stage, found.there, round(found.hit_share, 3), found.saved < 0
    ('cache', True, 0.166, True)
    >>> kept_answers(load("data/scenarios/claims-review.yaml")) is None
    True
    """
    point = case.point
    caches = (s for s in point.scenario.stages if isinstance(s, ResponseCache))
    cache = next(caches, None)
    there = cache is not None and answered_share(point.scenario, cache) > 0
    if not point.bill.requests > 0:
        return None
    if cache is None or not there:
        if not repeats(case):
            return None
        shown = in_front(HITS)
        if cache is None:
            pipeline = point.scenario.pipeline.with_first(shown)
            point = point.of(replace(point.scenario, pipeline=pipeline))
        else:
            shown = cache.answering(HITS)
            point = point.of(point.scenario.with_stage(shown))
        cache = shown
    found = _measured(point, cache)
    if there:
        return found
    bare = replace(found, wrong_share=0.0, old_share=0.0, wrong_usd=0.0, lookup_usd=0.0)
    return replace(bare, there=False, hit_share=0.0, token_share=0.0, pays_from=None)


def without(point: Case, cache: ResponseCache) -> Case:
    """The system with a cache that answers nobody and costs nothing."""
    return point.of(point.scenario.with_stage(cache.unused()))


def machines(bill: Bill) -> Numeric:
    """What a month costs without its people, in USD."""
    return bill.total - bill.people


def _measured(point: Case, cache: ResponseCache) -> KeptAnswers:
    """What a cache does to the bill of its system."""
    plain, bill = without(point, cache), point.bill
    asked = _asked(point, cache)
    share = answered_share(point.scenario, cache)
    own = [c for c in bill.charges if c.stage == cache.name and c.every == "month"]
    wrong = {c.item: float(c.usd) for c in own if c.item in WRONG}
    of_itself = sum(float(c.usd) for c in own if c.item not in WRONG)
    wrong_usd = float(np.mean(mean(cache.wrong_costs))) if wrong else 0.0
    lost = sum(wrong.values())
    saved, hits = float(machines(plain.bill) - machines(bill)), asked * share
    tokens, before = (_tokens(b) for b in (bill, plain.bill))
    return KeptAnswers(
        stage=cache.name,
        there=True,
        asked=asked,
        hit_share=share,
        token_share=1.0 - tokens / before if before > 0 else 0.0,
        spared_usd=(saved + of_itself + lost) / hits,
        wrong_share=lost / wrong_usd / hits if wrong_usd > 0 else 0.0,
        old_share=wrong.get(OLD, 0.0) / wrong_usd / hits if wrong_usd > 0 else 0.0,
        wrong_usd=wrong_usd,
        lookup_usd=of_itself / asked,
        without_usd=float(plain.bill.total),
        pays_from=_pays_from(point, plain),
    )


def _asked(point: Case, cache: ResponseCache) -> float:
    """The requests of a month that come to a cache."""
    here = steps(point.scenario, point.scenario.requests())
    return next(float(flow.requests) for stage, flow in here if stage.name == cache.name)


def _tokens(bill: Bill) -> float:
    """The tokens that models read and write in a month. [tokens]"""
    lines = (c for c in bill.charges if c.bucket and c.driver in TOKENS and c.every == "month")
    return sum(float(c.quantity) * c.price.holds for c in lines)


def _pays_from(point: Case, plain: Case) -> int | None:
    """The first count of usage from which on a system with its cache is the cheaper one."""
    scale = point.scenario.traffic.scale

    def saved(usage: np.ndarray) -> np.ndarray:
        at = {scale: usage}
        bills = (one.at(at).bill for one in (plain, point))
        before, after = (np.broadcast_to(machines(bill), usage.shape) for bill in bills)
        return (before - after)[None]

    if saved(np.array([1.0]))[0, 0] >= 0:
        return 1
    (found,) = windows(saved, 1, farthest(point.usage, UP_TO))
    return found[0] if found else None
