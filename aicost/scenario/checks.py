"""What a scenario asks for that nobody has, and what in it does not fit together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from aicost.book.book import Book
from aicost.book.tokenizers import misspelled
from aicost.components.beside_price import said
from aicost.components.flow import Corpus, Flow
from aicost.components.stage import Stage
from aicost.scenario.alphabets import mixed_names
from aicost.scenario.loops import forgotten
from aicost.scenario.measures import uncounted
from aicost.scenario.model_names import renamed
from aicost.scenario.pool_checks import pool_gaps, pool_warnings
from aicost.scenario.problems import Problem, ScenarioError
from aicost.scenario.residency import elsewhere, no_place, unsaid
from aicost.scenario.scenario import Scenario, steps
from aicost.values.section import Concern, Section

LONGEST_PAGE = 100_000  # tokens; where pages stand in for whole documents, there is one of them


def verify(scenario: Scenario, book: Book) -> None:
    """Check that every price and size a scenario needs is in it or in the book.

    Raises ScenarioError with one line per gap.
    """
    point = scenario.point()
    if wrong := [*no_place(point.constraints.residency, book)]:
        where = point.constraints
        raise ScenarioError([problem(point, "constraints", where, one) for one in wrong])
    book = book.kept_in(point.constraints.residency)
    beside = overflows(point)
    problems = [
        problem(point, stage.name, stage, gap)
        for stage, flow in steps(point, point.requests())
        for gap in _gaps(stage, flow, book, overflows=stage.runs_on in beside)
    ]
    problems += [problem(point, stage.name, stage, gap) for stage, gap in unbilled_models(point)]
    problems += [problem(point, f"pools.{p.name}", p, gap) for p, gap in pool_gaps(point, book)]
    problems += [problem(point, f"other.{o.name}", o, gap) for o, gap in uncounted(point)]
    if point.corpus is not None:
        counted_with = point.corpus.counted_with
        if remedy := misspelled(counted_with):
            concern = Concern("counted_with", f"no {counted_with!r} counts tokens", remedy)
            problems.append(problem(point, "corpus", point.corpus, concern))
    if problems:
        raise ScenarioError(problems)


def _gaps(stage: Stage, flow: Flow, book: Book, *, overflows: bool) -> Iterable[Concern]:
    """What a stage has no place or price for; also where calls of it leave its pool."""
    beside = stage.by_call() if overflows else stage
    gaps = {**dict.fromkeys(stage.gaps(flow, book)), **dict.fromkeys(beside.gaps(flow, book))}
    return [*elsewhere(beside, book)] or gaps


def unbilled_models(scenario: Scenario) -> Iterator[tuple[Stage, Concern]]:
    """Yield stages with a model of the client's, and a pool that does all of their calls."""
    for stage in scenario.stages:
        if stage.runs_on and stage.runs_on not in overflows(scenario) and said(stage, "model"):
            wrong = f"it would not be billed: all calls run on the pool '{stage.runs_on}'"
            remedy = f"keep model: or pool: {stage.runs_on}, or write overflow: yes in the pool"
            yield stage, Concern("model", wrong, remedy)


def warnings(scenario: Scenario, book: Book) -> list[Problem]:
    """What is possible but unlikely in a scenario, one line each."""
    point = scenario.point()
    book = book.kept_in(point.constraints.residency)
    beside = overflows(point)
    found = unplaced(point, book)
    keys = {one.key for one in found}  # each asks for another name by itself
    found += [
        problem(point, stage.name, stage, concern)
        for stage, flow in steps(point, point.requests())
        for concern in (
            *(one for one in renamed(stage) if f"{stage.name}.{one.field}" not in keys),
            *(stage.by_call() if stage.runs_on in beside else stage).warnings(flow, book),
            *_on_a_pool(stage, overflows=stage.runs_on in beside),
            *_for_nothing(stage),
        )
    ]
    days = point.profile.days_per_week
    if np.any(point.traffic.busiest_day > days):
        wrong = f"one day is more than the {days:g} on which anybody asks hold together"
        remedy = "write how many times a mean day it is"
        concern = Concern("busiest_day", wrong, remedy)
        found.append(problem(point, "traffic", point.traffic, concern))
    if point.corpus is not None:
        found += [problem(point, "corpus", point.corpus, c) for c in _of_corpus(point.corpus)]
    found += [problem(point, name, part, concern) for name, part, concern in forgotten(point)]
    used = {stage.runs_on for stage in point.stages}
    for pool in point.pools:
        if pool.name not in used:
            remedy = f"give a stage pool: {pool.name}, or remove it"
            field = "serves" if pool.serves else "carries"
            concern = Concern(field, "no stage runs on it", remedy)
            found.append(problem(point, f"pools.{pool.name}", pool, concern))
    unsure = pool_warnings(point)
    found += [problem(point, f"pools.{pool.name}", pool, concern) for pool, concern in unsure]
    found += [problem(point, "goals", point.goals, concern) for concern in _of_goals(point)]
    if point.limits.usd_per_request is not None and not point.pipeline.loops:
        concern = Concern("usd_per_request", "it stops a loop, and there is none", "leave it out")
        found.append(problem(point, "limits", point.limits, concern))
    found += [problem(point, *one) for one in mixed_names(point)]
    return sorted(found, key=lambda one: one.line)


def _on_a_pool(stage: Stage, *, overflows: bool) -> Iterator[Concern]:
    """Yield what a stage says beside its pool, and what is done without."""
    if not stage.runs_on:
        return
    if stage.differs("price") and not overflows:
        wrong = "the pool is billed, not the stage's own price"
        yield Concern("pool", wrong, "keep one of the two, or write overflow: yes in the pool")
    if stage.differs("limits"):
        calls = f"calls {'beyond' if overflows else 'on'} a pool"
        yield Concern("limits", f"{calls} are not held against a provider's limit", "leave it out")


def _for_nothing(stage: Stage) -> Iterator[Concern]:
    """Yield tokens of a model that the client's own price has for nothing, which few have."""
    price = getattr(stage, "price", None)
    for field in ("input", "output"):
        if price is not None and field in price.origins and getattr(price, field) == 0:
            wrong, remedy = "nothing is billed for it", "write a range where nobody knows the price"
            yield Concern(f"price.{field}", wrong, remedy)


def _of_goals(point: Scenario) -> Iterator[Concern]:
    """Yield goals that stand on what the file does not say."""
    goals, sold = point.goals, bool(point.plans)
    if goals.margin is not None and goals.price_per_user_month is None and not sold:
        remedy = "write price_per_user_month beside it, or plans"
        yield Concern(
            "margin", "nothing says what users bring, so it is held against nothing", remedy
        )
    if goals.price_per_user_month is not None and point.traffic.users is None:
        wrong = "no users are given, so it is taken as the price of a request"
        yield Concern("price_per_user_month", wrong, "write traffic.users, unless that is meant")


def unplaced(scenario: Scenario, book: Book) -> list[Problem]:
    """What nobody says of, whether it runs where data has to stay, one line each."""
    point = scenario.point()
    there = book.kept_in(point.constraints.residency)
    beside = overflows(point)
    named = ((s, s.by_call() if s.runs_on in beside else s) for s in point.stages)
    every = ((stage, concern) for stage, sold in named for concern in unsaid(sold, there))
    return [problem(point, stage.name, stage, concern) for stage, concern in every]


def overflows(scenario: Scenario) -> set[str]:
    """The pools that leave calls to the models of their stages."""
    return {pool.name for pool in scenario.pools if pool.overflow}


def problem(scenario: Scenario, prefix: str, part: Section, concern: Concern) -> Problem:
    """What is wrong with a field, at the line that states it or its section."""
    origins = part.origins.get(concern.field.split(".")[0]), part.origins.get("name")
    first = min((one.line for one in part.origins.values() if one.line), default=1)
    line = next((one.line for one in origins if one and one.line), first)
    if scenario.path is None:  # what was made in code has no lines
        line = 0
    file = str(scenario.path or scenario.name)
    key = f"{prefix}.{concern.field}".removeprefix(".")
    return Problem(file, line, key, concern.wrong, concern.remedy)


def _of_corpus(corpus: Corpus) -> Iterator[Concern]:
    document, page = corpus.document_tokens, corpus.tokens_per_page
    if page > LONGEST_PAGE and corpus.pages_per_document > 1:
        wrong = f"a page of {page:,.0f} tokens is longer than a book"
        yield Concern("tokens_per_page", wrong, f"write {page / 1e3:g} if a page is meant")
    if corpus.content != "english" and corpus.basis("tokens_per_page") == "assumed":
        wrong = f"what is assumed of a page is that of English prose, and this is {corpus.content}"
        remedy = f"write tokens_per_page: …; aicost tokens TEXT --content {corpus.content} counts"
        yield Concern("tokens_per_page", wrong, remedy)
    if corpus.chunk_tokens > document:
        wrong = f"a passage is longer than a document of {document:,.0f} tokens"
        yield Concern("chunk_tokens", wrong, "write less")
