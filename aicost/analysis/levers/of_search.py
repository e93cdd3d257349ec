"""Levers of what is searched: fewer passages, a second look only when unsure, another store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from aicost.analysis.alternatives.stores import in_store, sold
from aicost.analysis.levers.lever import LEAST_PART, Change, Lever, said_by, spent, with_fields
from aicost.billing.case import Case
from aicost.book.book import Book
from aicost.book.rates import BATCH, rates
from aicost.book.rerank_scores import gains, rerankers
from aicost.book.rows import BookError
from aicost.components.embedding import Embedding
from aicost.components.inference import Inference
from aicost.components.reranking import Reranking
from aicost.components.retrieval import Retrieval
from aicost.formulas.rerank_gain import POINT, interval
from aicost.scenario.problems import ScenarioError
from aicost.scenario.scenario import steps
from aicost.values.formatting import count, money, percent

FEWER = 0.5  # of the passages that are handed on: our assumption
UNSURE = 0.5  # of the searches that are looked at a second time: our assumption
AS_BILLED = "at the price they are billed at now."


def of_search(case: Case) -> Iterator[Lever]:
    """Yield the levers of what is searched, reranked and embedded.

    Parameters
    ----------
    case : the system, of which every call has a time.
    """
    point = case.point
    yield from _passages(point)
    for stage in point.scenario.stages:
        part = spent(point, stage.name)
        if isinstance(stage, Reranking) and part > 0 and not stage.differs("when_unsure"):
            yield _when_unsure(stage, point.book)
        elif isinstance(stage, Retrieval) and part >= LEAST_PART:
            yield from _store(point, stage)
        elif isinstance(stage, Embedding) and part > 0:
            yield from _batch(point, stage)


def _passages(point: Case) -> Iterator[Lever]:
    """Yield half as many passages from the last stage before a call that reads them."""
    last: tuple[str, str] | None = None
    seen = set()
    for stage, flow in steps(point.scenario, point.scenario.requests()):
        if isinstance(stage, Reranking) and stage.keep is not None:
            last = stage.name, "keep"
        elif isinstance(stage, Retrieval) and stage.top_k is not None:
            last = stage.name, "top_k"
        reads = isinstance(stage, Inference) and stage.reads_context and flow.passages is not None
        if last is None or not reads or last in seen:
            continue
        seen.add(last)
        name, field = last
        now = float(np.mean(getattr(point.scenario.stage(name), field)))
        if now < 2:
            continue
        fewer = f"{count(now)} to {count(_half(now))}"
        yield Lever(
            "passages",
            f"{name}: fewer passages, from {fewer}",
            f"{name}: passages",
            _times(name, field),
            rests_on=f"Half as many: our assumption. Tokens as the file has them, {AS_BILLED}",
            note="what is right may be among those left out",
            unmeasured=True,
        )


def _half(passages: Any) -> Any:
    """Half of some passages, whole ones."""
    return np.ceil(passages * FEWER)


def _times(name: str, field: str) -> Change:
    def change(case: Case) -> Case:
        now = getattr(case.scenario.stage(name), field)
        return with_fields(name, **{field: _half(now)})(case)

    return change


def _when_unsure(stage: Reranking, book: Book) -> Lever:
    """A second look at the passages of some questions only."""
    share = percent(UNSURE)
    found = [gain for name in rerankers(book) for gain in gains(book, name).values()]
    range_of = interval(values=found)
    points = " to ".join(f"{value / POINT:.0f}" for value in (range_of.least, range_of.most))
    quality = f"Published: a second look is worth {points} points of nDCG@10, "
    quality += f"{range_of.median / POINT:.0f} in the middle of {len(found)} pairs of reranker and "
    quality += "data set, a point being a hundredth; the questions left out lose theirs."
    return Lever(
        "rerank",
        f"{stage.name}: a second look at {share} of the questions",
        f"{stage.name}: when",
        with_fields(stage.name, when_unsure=UNSURE),
        rests_on=f"{share} are taken to be unsure: our assumption. Searches {AS_BILLED}",
        quality=quality,
        note="of the rest the first ones found go on; who sorts them is free",
    )


def _store(point: Case, stage: Retrieval) -> Iterator[Lever]:
    """Yield the cheapest store that is sold where the data has to stay."""
    bills: dict[str, float] = {}
    place = point.book.place
    for store in sold(point.book):
        if place and point.book.terms.placed(store, point.book.as_of) is None:
            continue  # nobody says that it runs where data have to stay
        try:
            bills[store] = float(in_store(point, stage.name, store).bill.total)
        except (ScenarioError, BookError):
            continue  # it has no price for what this search needs
    cheapest = min(bills, key=lambda store: (bills[store], store), default="")
    if not cheapest or cheapest == stage.store:
        return
    lines = in_store(point, stage.name, cheapest).bill.charges
    once = sum(float(c.usd) for c in lines if c.stage == stage.name and c.every == "once")
    paid = f"Loading the collection anew: {money(once)} once"
    row = next(iter(point.book.active(cheapest)))
    yield Lever(
        "store",
        f"{stage.name} in {cheapest}",
        f"{stage.name}: store",
        with_fields(stage.name, store=cheapest, price=None, measured=None),
        rests_on=f"The list prices of {cheapest}: {said_by(row)}",
        quality="Stores differ in recall and speed; neither is in these figures: measure both.",
        unmeasured=True,
        costs=f"{paid}; no source says how many days it takes.",
        note="the same queries, not the same recall nor speed; in whose cloud it is, is not asked",
    )


def _batch(point: Case, stage: Embedding) -> Iterator[Lever]:
    """Yield documents that are embedded in batches: nobody waits for them."""
    if stage.batch or stage.price is not None:
        return
    try:
        row = rates(point.book, stage.model, context=BATCH).row("input")
    except BookError:
        return  # it is not sold so
    yield Lever(
        "batch",
        f"{stage.name}: documents sent as a batch",
        f"{stage.name}: batch",
        with_fields(stage.name, batch=True),
        rests_on=f"The batch price of {stage.model}: {said_by(row)}",
        note="what is new is found up to a day later",
    )
