"""Levers of a call to a model: a smaller one, for all or some; kept prompts, batches, tokens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from aicost.analysis.alternatives.kept_prompts import SHOWN, kept_prompts, shareable
from aicost.analysis.levers.lever import (
    EASY,
    LEAST_PART,
    REST,
    Change,
    Lever,
    branches,
    each_branch,
    said_by,
    spent,
    with_fields,
)
from aicost.billing.case import Case
from aicost.book.book import Book
from aicost.book.rates import BATCH, rates
from aicost.book.rows import BookError
from aicost.components.flow import Flow
from aicost.components.inference import Inference
from aicost.components.stage import Faster, Stage
from aicost.scenario.pipeline import Route
from aicost.scenario.scenario import Scenario, steps
from aicost.timing.batch_window import BATCH_CEILING_HOURS, night
from aicost.values.formatting import count, percent

ROUTED = 0.5  # of requests, taken to be easy enough for a smaller model: our assumption
ANSWERS_AGAIN = (
    "Its answers have to be tested again, which is the larger part: no source says how many days "
    "that takes."
)


def of_calls(case: Case) -> Iterator[Lever]:
    """Yield the levers of each call to a model that is a part of the bill worth looking at.

    Parameters
    ----------
    case : the system, of which every call has a time.
    """
    point = case.point
    for stage, flow in steps(point.scenario, point.scenario.requests()):
        if isinstance(stage, Inference) and spent(point, stage.name) >= LEAST_PART:
            yield from _smaller(point, stage, flow)
            yield from _prompts(point, stage, flow)
            yield from _batch(point, stage)
            yield from _fewer_tokens(point, stage)


# ---- a smaller model


def _smaller(point: Case, stage: Inference, flow: Flow) -> Iterator[Lever]:
    """Yield the cheapest model of the same provider, for all calls and for the easy ones."""
    for change in stage.smaller(point.book):
        small = change.stage
        assert isinstance(small, Inference)
        if small.over(flow, point.book) is not None:
            continue  # a large call would not fit
        decides, said = f"{stage.name}: model", _listed(point.book, small.model)
        yield Lever(
            "model",
            change.words,
            decides,
            _switched(small),
            rests_on=said,
            costs=ANSWERS_AGAIN,
            note=change.note,
            unmeasured=True,
        )
        if _may_be_routed(point.scenario, stage):
            share = percent(ROUTED)
            note = f"{share} of requests are taken to be easy enough, and who sorts them is free; "
            note += change.note
            yield Lever(
                "model",
                f"{share} of '{stage.name}' on {small.model}",
                decides,
                _routed(small),
                rests_on=f"{share} of requests: our assumption. {said}",
                costs=ANSWERS_AGAIN,
                note=note,
                unmeasured=True,
            )


def _may_be_routed(scenario: Scenario, stage: Inference) -> bool:
    """Whether two may stand in a stage's place: all take it, and no other names it."""
    named = {
        *(s.of for s in scenario.stages),
        *(s.timeout.fallback for s in scenario.stages if s.timeout is not None),
    }
    alone = scenario.pipeline.group_of(stage.name) is None and stage.name not in named
    return alone and not stage.of and not stage.differs("share")


def _switched(small: Inference) -> Change:
    """All calls of a stage on another model, with what it reads and writes counted as it counts."""
    there = with_fields(small.name, model=small.model, ttft=small.ttft, tpot=small.tpot)

    def change(case: Case) -> Case:
        return case.of(there(case).scenario.recounted(case.scenario))

    return change


def _routed(small: Inference) -> Change:
    """The easy calls of a stage on another model, and the rest as they are."""
    switched, name = _switched(small), small.name

    def change(case: Case) -> Case:
        easy, rest = (one.scenario.stage(name) for one in (switched(case), case))
        parts = (
            replace(easy, name=f"{name}/{EASY}", share=ROUTED),
            replace(rest, name=f"{name}/{REST}", share=1.0 - ROUTED),
        )
        pipeline = case.scenario.pipeline.in_place_of(name, [Route(name, parts)])
        return case.of(replace(case.scenario, pipeline=pipeline))

    return change


def _listed(book: Book, model: str) -> str:
    """Who says what a model costs."""
    row = rates(book, model).row("input")
    return f"The list price of {model}: {said_by(row)}"


# ---- the same model, paid otherwise


def _prompts(point: Case, stage: Inference, flow: Flow) -> Iterator[Lever]:
    """Yield a provider's cache of prompts where none is read, and a better lifetime of one."""
    one = next((one for one in kept_prompts(point) if one.stage == stage.name), None)
    if one is None:
        return
    best, decides = one.best, f"{stage.name}: prompts"
    said = "Prices of reads and writes, and how long an entry lasts, as its provider lists them; "
    said += "how many calls find it follows from the traffic of the file."
    if one.there:
        if best.asked and best.asked != one.asked:
            lasts = {"5m": "5 minutes", "1h": "an hour"}.get(best.asked, best.asked)
            name = f"{stage.name}: prompts kept for {lasts}"
            change = with_fields(stage.name, cache_ttl=best.asked)
            yield Lever("prompts", name, decides, change, rests_on=said)
        return
    whole = float(np.mean(stage.prompt_of(flow).whole().value))
    shared = max(float(SHOWN), stage.keeps(point.book).minimum)
    if shareable(stage, flow) < shared or best.times >= 1:
        return  # too short a prompt, or too few calls to find it
    marked = "" if one.unasked else " and marked"
    yield Lever(
        "prompts",
        f"{stage.name}: {count(shared)} tokens that all calls share, from the cache",
        decides,
        _kept(stage.name, shared, best.asked or stage.cache_ttl),
        rests_on=f"{count(shared)} shared tokens of {count(round(whole))}: our assumption. {said}",
        costs=f"What calls share has to stand first{marked}; writes are on the bill.",
        note=f"{count(shared)} tokens are taken to be shared: count those of the instructions",
    )


def _kept(name: str, shared: float, ttl: str) -> Change:
    """So many tokens of each prompt read from the cache, whatever part of it they are."""

    def change(case: Case) -> Case:
        named = {stage.name for stage in branches(case, name)}
        scenario = case.scenario
        for stage, flow in steps(scenario, scenario.requests()):
            if isinstance(stage, Inference) and stage.name in named:
                share = np.minimum(1.0, shared / stage.prompt_of(flow).whole().value)
                kept = replace(stage, cache_read_share=share, cache_ttl=ttl)
                scenario = scenario.with_stage(kept)
        return case.of(scenario)

    return change


def _batch(point: Case, stage: Inference) -> Iterator[Lever]:
    """Yield a batch where nobody waits for the answer: the work is due by an hour of the day."""
    work = night(point)
    if work is None or stage.batch or stage.pool or stage.service_tier or stage.price is not None:
        return
    try:
        row = rates(point.book, stage.model, context=BATCH).row("input")
    except BookError:
        return  # it is not sold so
    promised = f"a batch is promised within {BATCH_CEILING_HOURS:g} h, "
    promised += f"and the work is due in {work.hours:g} h"
    yield Lever(
        "batch",
        f"{stage.name}: sent as a batch",
        f"{stage.name}: batch",
        with_fields(stage.name, batch=True, seconds=None, ttft=None, tpot=None),
        rests_on=f"The batch price of {stage.model}: {said_by(row)}",
        note=promised if work.hours < BATCH_CEILING_HOURS else "",
    )


# ---- fewer tokens


def _fewer_tokens(point: Case, stage: Inference) -> Iterator[Lever]:
    """Yield long answers held shorter, and answers without thinking."""
    for change in stage.faster(point.book):
        there = change.stage
        assert isinstance(there, Inference)
        if there.thinking_tokens is not stage.thinking_tokens:
            none = with_fields(stage.name, thinking_tokens=0.0, thought_in_time=None)
            yield _of_tokens("thinking", change, none)
        elif there.output_tokens is not stage.output_tokens:
            yield _of_tokens("output", change, each_branch(stage.name, _shorter))


def _shorter(stage: Stage) -> Stage:
    """A call whose long answers are held shorter, as long as they are now or are drawn."""
    assert isinstance(stage, Inference)
    return stage.held_shorter()


def _of_tokens(kind: str, change: Faster, made: Change) -> Lever:
    return Lever(
        kind,
        change.words,
        f"{change.stage.name}: {kind}",
        made,
        rests_on="Tokens as the file has them, at the price they are billed at now.",
        note=change.note,
        unmeasured=True,
    )
