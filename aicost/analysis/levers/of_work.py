"""Levers of what is not asked again, of people, and of machines: caches, samples, desks, terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from aicost.analysis.alternatives.kept_answers import without
from aicost.analysis.alternatives.own_machines import own_machines
from aicost.analysis.levers.lever import LEAST_PART, Change, Lever, spent
from aicost.billing.case import Case
from aicost.book.data_files import data_rows
from aicost.book.rents import TERMS, rent
from aicost.book.rows import BookError
from aicost.components.caching import HITS, MORE_HITS, ResponseCache, in_front
from aicost.components.inference import Inference
from aicost.components.stage import Faster, Stage
from aicost.scenario.pool_section import Pool
from aicost.scenario.served_pools import opened
from aicost.timing.cache_saving import cache_of, repeats
from aicost.values.formatting import count, listing, money, percent

#: What a change of people's work sets, with the kind of lever it is.
OF_PEOPLE = {"share": "reviews", "answer_within": "desk", "price_per_review": "desk"}
NEAR = 0.1  # shares of hits this far from one another are alike


# ---- a cache of answers


def of_answers(case: Case) -> Iterator[Lever]:
    """Yield a cache of answers, more hits of the one there is, or none where it does not pay.

    None is put in front of what comes once, such as claims or a night's records.

    Parameters
    ----------
    case : the system, of which every call has a time.
    """
    point = case.point
    there = cache_of(point.scenario)
    if there is None:
        if repeats(point):
            yield _put_in_front(point)
        return
    if not isinstance(there, ResponseCache):
        return
    yield from _more_hits(point, there)
    yield Lever(
        "cache",
        f"{there.name}: taken out",
        "cache of answers",
        lambda case: without(case, _cache(case, there.name)),
        rests_on="What it costs, its wrong answers too, beside what its hits spare.",
        quality="No answer is given again, so none that was meant for another question.",
        note="its hits spare less than it costs with those that are wrong",
    )


def _put_in_front(point: Case) -> Lever:
    share, others = percent(HITS), [repr(line.name) for line in point.scenario.other]
    costs = "A store for the answers, which is not on the bill; the kit has no price of one."
    if others:  # by their names nobody can tell
        costs = f"A store for the answers, unless one of {listing(others)} is one; the kit has no "
        costs += "price of it."
    return Lever(
        "cache",
        f"a cache that answers {share} of requests",
        "cache of answers",
        _with_first(in_front(HITS)),
        rests_on=f"{share} of hits: our assumption; count how often a question comes again.",
        quality=_wrong_at(HITS),
        costs=costs,
        note="what the cache itself costs is not in the bill",
    )


def _with_first(stage: Stage) -> Change:
    def change(case: Case) -> Case:
        pipeline = case.scenario.pipeline.with_first(stage)
        return case.of(replace(case.scenario, pipeline=pipeline))

    return change


def _more_hits(point: Case, there: ResponseCache) -> Iterator[Lever]:
    if not repeats(point):
        return
    for change in there.faster(point.book):
        assert isinstance(change.stage, ResponseCache)

        def more(case: Case) -> Case:
            cache = _cache(case, there.name)
            hits = np.minimum(1.0, cache.hit_share + MORE_HITS)
            return case.of(case.scenario.with_stage(replace(cache, hit_share=hits)))

        yield Lever(
            "cache",
            change.words,
            "cache of answers",
            more,
            rests_on=f"{100 * MORE_HITS:g} points more of hits: our assumption.",
            quality=_wrong_at(float(np.mean(change.stage.hit_share))),
            costs="As the file has it; nothing more is taken for the hits.",
        )


def _cache(case: Case, name: str) -> ResponseCache:
    return case.scenario.stage_of(ResponseCache, name, "it is no cache of answers")


def _wrong_at(hits: float) -> str:
    """What was published of the wrong answers of such a cache, near a share of hits."""
    rows = data_rows("answer_cache_points.csv")
    near = [row for row in rows if abs(row.number("hit_share") - hits) <= NEAR]
    if not near:
        return "Nobody published how many wrong answers there are at such a share of hits."
    wrong = sorted(row.number("wrong_share") for row in near)
    words = " to ".join(f"{100 * share:.1f}" for share in (wrong[0], wrong[-1]))
    asked = count(near[0].number("questions"))
    return (
        f"Published, where questions count as alike by their embedding: {words} % of its answers "
        f"did not fit, in a replay of {asked} questions to a bank at about such a share of hits. "
        "Where only the same words count as the same question, none."
    )


# ---- people


def of_people(case: Case) -> Iterator[Lever]:
    """Yield what takes work off people: fewer reviews, a desk that may let work wait, or pieces.

    Parameters
    ----------
    case : the system, of which every call has a time.
    """
    point = case.point
    for stage in point.scenario.stages:
        for made in stage.cheaper(point.book):
            kind = OF_PEOPLE[_set_by(stage, made)]
            yield Lever(
                kind,
                made.words,
                f"{stage.name}: {kind}",
                _done_by(stage.name, _set_by(stage, made)),
                rests_on="Minutes, shares and wages as the file has them.",
                quality=_of_reviews(kind),
                costs="No source says what it takes to agree on it.",
                note=made.note,
                of_people=True,
            )


def _set_by(stage: Stage, made: Faster) -> str:
    """The field of people's work that a change sets."""
    return next(f for f in OF_PEOPLE if getattr(made.stage, f, None) is not getattr(stage, f, None))


def _done_by(name: str, field: str) -> Change:
    """The change of a stage that sets a field, found anew in each case: shares may be drawn."""

    def change(case: Case) -> Case:
        stage = case.scenario.stage(name)
        there = (made for made in stage.cheaper(case.book) if _set_by(stage, made) == field)
        return case.of(case.scenario.with_stage(next(there).stage))

    return change


def _of_reviews(kind: str) -> str:
    if kind == "reviews":
        return "Nobody measured what is wrong in the answers that nobody looks at any more."
    return "People do the same work."


# ---- machines


def of_machines(case: Case) -> Iterator[Lever]:
    """Yield machines for an open model that is paid by the token, and terms for those there are.

    Not where data has to stay in a place: whether a provider's machines stand there nobody says.

    Parameters
    ----------
    case : the system, of which every call has a time.
    """
    point = case.point
    for pool in point.scenario.pools:
        yield from _reserved(point, pool)
    if point.book.place:
        return
    for stage in point.scenario.stages:
        paid = isinstance(stage, Inference) and not stage.pool and not stage.batch
        if paid and spent(point, stage.name) >= LEAST_PART:
            yield from _own_machines(point, stage.name)


def _own_machines(point: Case, name: str) -> Iterator[Lever]:
    """Yield the cheapest machines whose speed is well known, for the same model."""
    try:
        found = own_machines(point, name)
    except ValueError:
        return  # nobody but its provider has the weights, or they hold too little
    sure = found.best()
    if sure is None or sure.doubts or len(found.stages) != 1:
        return
    pool = replace(sure.pool, name=name)

    def change(case: Case) -> Case:
        stage = case.scenario.stage(name)
        there = replace(stage, pool=pool.name, ttft=None, tpot=None)  # type: ignore[call-arg]
        scenario = case.scenario.with_stage(there)
        return case.of(replace(scenario, pools=(*scenario.pools, pool)))

    yield Lever(
        "machines",
        f"{name} on machines of one's own: {count(sure.units)} x {sure.unit}",
        f"{name}: model",
        change,
        rests_on=f"Rents of providers, and how fast their chips serve: {sure.sentence}.",
        costs=f"{money(sure.usd)} a month of rent is on the bill; engineers are not: write "
        "build_hours and run_hours_per_month.",
        note="no unit stands in for one that fails",
    )


def _reserved(point: Case, pool: Pool) -> Iterator[Lever]:
    """Yield the terms of a commitment, for chips that are rented on demand at the list's price."""
    own = pool.price_per_month is not None or pool.bought is not None
    if own or not pool.serves or pool.terms != TERMS[0]:
        return
    if opened(pool, "price_per_hour").price_per_hour is not None:
        return  # a price of the client's own
    try:
        there = rent(pool.chip, TERMS[1], book=point.book)
    except BookError:
        return  # nobody's price is known

    def change(case: Case) -> Case:
        pools = [
            replace(opened(one, "price_per_hour"), terms=TERMS[1]) if one.name == pool.name else one
            for one in case.scenario.pools
        ]
        return case.of(replace(case.scenario, pools=tuple(pools)))

    yield Lever(
        "terms",
        f"{pool.name}: reserved, not on demand",
        f"{pool.name}: terms",
        change,
        rests_on=f"Rents by the term: {there.source}.",
        costs="It is paid for whether it is used or not, for as long as it is reserved.",
    )
