"""What has to agree between the values of a scenario, wherever they were written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from aicost.components.flow import Corpus
from aicost.components.stage import Stage
from aicost.components.traffic import BY_REQUEST, Traffic
from aicost.scenario.pipeline import Pipeline, Route
from aicost.scenario.plans import Plan
from aicost.scenario.pool_checks import odd_pool
from aicost.scenario.pool_section import Pool
from aicost.scenario.scenario import Scenario
from aicost.scenario.sections import (
    OF_PARTS,
    Environment,
    Goals,
    Growth,
    Observed,
    OtherLine,
)
from aicost.scenario.shares import On, called, parts, shared
from aicost.values.charge import COMPONENTS
from aicost.values.formatting import listing
from aicost.values.quantities import Numeric, Range, Value, at_means
from aicost.values.spelling import MOST
from aicost.values.suggest import instead

Wrong = tuple[str, str]  # what is wrong, and what to do about it
PARTS = ("first_word", "whole_answer")  # of an answer, each with a time of its own
MISSING: Wrong = ("it is missing", "write a number, or a rough one such as 'about 50'")


def disagreements(scenario: Scenario) -> Iterator[tuple[str, str, str]]:
    """Yield path, fault and remedy of values that do not go together."""
    traffic, growth = scenario.traffic, scenario.growth
    if all(getattr(traffic, field) is None for field in BY_REQUEST):
        by_user = (f for f in ("users", "requests_per_user_month") if getattr(traffic, f) is None)
        yield from ((f"traffic.{field}", *MISSING) for field in by_user)
    for group in scenario.pipeline.groups.values():
        stated = [stage.share for stage in group.stages if stage.share is not None]
        if isinstance(group, Route) and (wrong := odd_shares(stated, len(group.stages))):
            yield f"{group.name}.route", *wrong
    for stage, fault, remedy in odd_fallbacks(scenario.stages):
        yield f"{stage.name}.timeout.fallback", fault, remedy
    for line in scenario.other:
        if wrong := per_nobody(line, traffic):
            yield f"other.{line.name}.per_user_month", *wrong
    for pool in scenario.pools:
        yield from odd_pool(pool)
    every = parts(scenario.pipeline, scenario.pools, scenario.other)
    for one in scenario.environments:
        yield from odd_environment(one, scenario.pipeline, every)
    if scenario.observed is not None:
        yield from odd_times(scenario.observed)
    yield from odd_plans(scenario.plans, scenario.goals, traffic)
    yield from odd_bounds(scenario.pools)
    if growth and (wrong := out_of_hand(growth, traffic.usage(scenario.month), scenario.corpus)):
        yield "growth", *wrong


def odd_times(observed: Observed) -> Iterator[tuple[str, str, str]]:
    """Yield path, fault and remedy of times that cannot be seen, or held, together."""
    given = {
        name: value
        for name in observed.quantities()
        if name != "at" and (value := getattr(observed, name)) is not None
    }
    if not given:
        yield "observed", "it says no time", "write whole_answer_p50: 4.5 s"
    for part in PARTS:
        if {f"{part}_p50", f"{part}_p95"} <= given.keys():
            wrong = f"it stands beside {part}_p50, and times are scaled to one of the two"
            yield f"observed.{part}_p95", wrong, "keep one"
    for part in ("p50", "p95"):
        first, whole = (at_means(given.get(f"{name}_{part}")) for name in PARTS)
        if first is not None and whole is not None and np.any(first > whole):
            wrong = f"it is above whole_answer_{part}"
            yield f"observed.first_word_{part}", wrong, "swap them"


def odd_shares(stated: Sequence[Value], branches: int) -> Wrong | None:
    """What is wrong with the shares of a route, of which one branch may state none."""
    least = sum(share.low if isinstance(share, Range) else share for share in stated)
    most = sum(share.high if isinstance(share, Range) else share for share in stated)
    short = len(stated) == branches > 0 and np.any(most < 1 - 1e-9)
    if not short and not np.any(least > 1 + 1e-9):
        return None
    size = float(np.min(most) if short else np.max(least))
    return f"shares add up to {size * 100:g} %", "make them 100 %"


def odd_fallbacks(stages: Sequence[Stage]) -> Iterator[tuple[Stage, str, str]]:
    """Yield each stage whose fallback is no later stage for its calls alone, and why."""
    place = {stage.name: i for i, stage in enumerate(stages)}
    for i, stage in enumerate(stages):
        name = stage.timeout.fallback if stage.timeout is not None else ""
        if name and (place.get(name, 0) <= i or stages[place[name]].of != stage.name):
            wrong = f"no stage {name!r} after it with of: {stage.name}"
            yield stage, wrong, "write such a stage, with the share of calls given up"


def per_nobody(line: OtherLine, traffic: Traffic) -> Wrong | None:
    """What is wrong with a cost per user where no users are given."""
    if line.per_user_month is None or traffic.users is not None:
        return None
    return "users are not given", "write per_request or per_month"


def odd_plans(
    plans: Sequence[Plan], goals: Goals, traffic: Traffic
) -> Iterator[tuple[str, str, str]]:
    """Yield path, fault and remedy of plans that do not go together, or with the rest of a file."""
    if plans and goals.price_per_user_month is not None:
        wrong = "plans say already what a user pays"
        yield "goals.price_per_user_month", wrong, "keep one of the two"
    if plans and traffic.users is None:
        yield "plans", "they are sold to users, and users are not given", "write traffic.users"
    stated = [plan.share for plan in plans if plan.share is not None]
    if len(plans) - len(stated) > 1:
        names = " and ".join(plan.name for plan in plans if plan.share is None)
        yield "plans", f"{names} state no share", "leave at most one to be the rest"
    elif wrong_shares := odd_shares(stated, len(plans)):
        yield "plans", *wrong_shares
    for plan in plans:
        if plan.requests_included is not None:
            continue
        if plan.price_per_extra_request is not None:
            path = f"plans.{plan.name}.price_per_extra_request"
            yield path, "no request is beyond all of them", "write requests_included"
        if plan.pooled:
            path = f"plans.{plan.name}.pooled"
            yield path, "all requests are included anyway", "write requests_included"


def odd_bounds(pools: Sequence[Pool]) -> Iterator[tuple[str, str, str]]:
    """Yield path, fault and remedy of two bounds of one thing that leave nothing between them."""
    pairs = [
        (f"pools.{pool.name}.at_most", "at_least", pool.at_least, pool.at_most) for pool in pools
    ]
    for path, other, low, high in pairs:
        if low is not None and high is not None and np.any(at_means(high) < at_means(low)):
            yield path, f"it is below {other}", f"write it as large as {other}, or larger"


def odd_parts(line: OtherLine, names: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield what of a line has nothing to go with: its field, what is wrong, what to write."""
    if line.per_unit is None and (line.states("units") or line.states("free_units")):
        yield "units", "units without a price", "write per_unit"
    if line.per_unit is not None and not line.states("units"):
        yield "per_unit", "a price without units", "write units"
    if line.of and all(getattr(line, field) is None for field in OF_PARTS):
        yield "of", "nothing here is of it", f"write one of: {', '.join(OF_PARTS)}"
    known = [name for name in names if name != line.name]
    if line.of and line.share_of_lines is not None and line.of not in known:
        yield "of", f"no line or component {line.of!r}", instead(line.of, known)


def odd_environment(
    environment: Environment, way: Pipeline, every: Sequence[On]
) -> Iterator[tuple[str, str, str]]:
    """Yield path, fault and remedy of an environment, given all that production is billed for."""
    path, known = f"environments.{environment.name}", called(way, every)
    if environment.name in (*(stage.name for stage in way.stages), *way.groups, *known):
        yield path, "a part of production is called that as well", "give it a name of its own"
    wrong = [name for name in environment.of if name not in known]
    for name in wrong:
        yield f"{path}.of", f"no part {name!r} is billed", instead(name, known)
    component = environment.component
    if not wrong and component in ("", *COMPONENTS) and not shared(environment, way, every):
        words = f"{component} of {listing(environment.of)}" if environment.of else component
        there = [name for name in known if name in COMPONENTS]
        remedy = instead("", there) if there else "write pipeline:"
        yield f"{path}.component", f"no {words or 'cost but people'} is billed", remedy


def out_of_hand(growth: Growth, usage: Numeric, corpus: Corpus | None) -> Wrong | None:
    """What is wrong with a plan that ends beyond any number that a file may hold."""
    months = np.asarray(at_means(growth.months))
    grown: list[tuple[Value, Value]] = [(usage, growth.users_per_month)]
    grown += [(corpus.documents, corpus.added_per_month)] if corpus is not None else []
    for now, rate in grown:
        start = np.maximum(at_means(0.0 if now is None else now), 1.0)
        if np.any(np.log(start) + np.log1p(at_means(rate)) * months > np.log(MOST)):
            return f"it ends beyond {MOST:,.0f}", "write fewer months, or grow by less"
    return None
