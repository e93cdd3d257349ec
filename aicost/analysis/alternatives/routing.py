"""Which model answers: a route by shares, or a small model first, beside each model alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from aicost.billing.case import Case, single
from aicost.components.inference import Inference
from aicost.components.stage import Stage
from aicost.formulas.routing import break_even_escalation
from aicost.scenario.pipeline import Route
from aicost.scenario.pool_section import Pool
from aicost.timing.percentiles import speeds
from aicost.values.formatting import listing, money, percent
from aicost.values.quantities import mean
from aicost.values.result import Result
from aicost.values.table import Column, Form, Table, table

NOW = "as it is"


@dataclass(frozen=True)
class Way:
    """One way to answer: its bill of a month in USD, and p50 and p95 of the whole answer in s.

    `success` is the share of its answers that help, where somebody says so; `least` is what it has
    to be, so that an answer that helps costs no more than it does now.
    """

    name: str
    usd: float
    whole: tuple[float, float]
    per_success: float | None
    least: float | None


@dataclass(frozen=True, repr=False)
class Routing(Result):
    """A route or a cascade beside each of its models alone.

    Of a cascade `escalated` is the share of requests that go on from the `first` to the `last`
    model, and `needed` that up to which it saves; `judged_usd` is what calls cost that look at
    every answer of the first, a month, and `judges` are their names. A way's bill is that of the
    whole system; `people_usd` is the review staff on it as it is.
    """

    name: str
    ways: tuple[Way, ...]
    first: str = ""
    last: str = ""
    escalated: float = 0.0
    needed: float | None = None
    judges: tuple[str, ...] = ()
    judged_usd: float = 0.0
    people_usd: float = 0.0

    @property
    def sentence(self) -> str:
        """What it saves beside its costliest model, and up to where."""
        now, *others = self.ways
        words = f"With '{self.name}' as it is a month costs {money(now.usd)}"
        if self.people_usd > 0:
            words += f" ({money(self.people_usd)} of it review staff)"
        words += "".join(f", {way.name} {money(way.usd)}" for way in others)
        if self.needed is None:
            return f"{words}.{self._helped()}"
        words += f". {percent(round(self.escalated, 3))} go on from '{self.first}', and pay and"
        words += f" wait for both; trying it first saves {self._up_to()}. No word of"
        words += f" '{self.first}' is shown before its answer is whole"
        if self.judges:
            judges = listing([repr(name) for name in self.judges])
            words += f" and {judges} {'has' if len(self.judges) == 1 else 'have'} judged it, at "
            words += f"{money(self.judged_usd)} a month"
        return f"{words}, for it may be thrown away.{self._helped()}"

    def _helped(self) -> str:
        """What an answer that helps costs each way, where its share is known of more than one."""
        known = [way for way in self.ways if way.per_success is not None]
        if len(known) < 2:
            return ""
        each = [f"{money(way.per_success)} {way.name}" for way in known if way.per_success]
        return f" An answer that helps costs {listing(each)}."

    def _up_to(self) -> str:
        assert self.needed is not None
        if self.needed <= 0:
            return "nothing, however few go on"
        if self.needed >= 1:
            return "even if all go on"
        return f"as long as fewer than {percent(round(self.needed, 3))} do"

    def rows(self) -> Table:
        helps = any(way.per_success is not None for way in self.ways)
        columns = [
            Column("Way", key="way"),
            Column("a month", Form.MONEY, "usd"),
            Column("whole p50", Form.SECONDS, "p50"),
            Column("whole p95", Form.SECONDS, "p95"),
            *([Column("per answer that helps", Form.MONEY, "per_success")] if helps else []),
            Column("has to help", key="least"),
        ]
        rows = []
        for way in self.ways:
            each = [way.per_success] if helps else []
            rows.append((way.name, way.usd, *way.whole, *each, _least(way, self.ways[0])))
        return table(columns, rows)


def routings(case: Case, success: Mapping[str, float] | None = None) -> tuple[Routing, ...]:
    """The routes and cascades of a system, each beside its models alone.

    A cascade is a call to a model for a share of the requests `of` an earlier one.

    Parameters
    ----------
    case : the system; ranges stand at their means.
    success : share of answers that help, by stage that answers alone, in place of its own
        `success_share`. That of the system as it is stands in `traffic.success_share`.

    Notes
    -----
    A way that takes another model is not said to be as good: what share of its answers has to help
    stands beside it. Calls between the two that are `of` the first, such as a judge, belong to the
    cascade alone.

    Examples
    --------
    >>> from aicost.billing.case import case
    >>> call = {"is": "inference", "input_tokens": 900, "output_tokens": 200}
    >>> small = {**call, "price": {"input": 1, "output": 5}, "ttft": 0.5, "tpot": 0.01}
    >>> large = {**small, "price": {"input": 5, "output": 25}, "of": "small", "share": 0.2}
    >>> (found,) = routings(case(users=100, requests_per_user_month=50, small=small, large=large))
    >>> found.first, found.escalated, round(found.needed, 3)
    ('small', 0.2, 0.8)
    """
    single(case, "a comparison of ways to answer")
    point = case.point
    calls = (one for one in point.scenario.stages if isinstance(one, Inference))
    stated = {one.name: one.success_share for one in calls if one.success_share is not None}
    helps = {name: float(np.mean(mean(share))) for name, share in stated.items()}
    helps |= success or {}
    if not point.bill.requests > 0:
        return ()
    return (*_routes(point, helps), *_cascades(point, helps))


def _routes(point: Case, success: Mapping[str, float]) -> Iterator[Routing]:
    """Yield each route that is one of models."""
    for name, group in point.scenario.pipeline.groups.items():
        if not isinstance(group, Route) or not any(isinstance(s, Inference) for s in group.stages):
            continue
        alone = {
            f"all on '{one.name.removeprefix(f'{name}/')}'": (
                one.name,
                _only(point, group.stages, one),
            )
            for one in group.stages
        }
        people = float(point.bill.people)
        yield Routing(name, tuple(_ways(point, alone, success)), people_usd=people)


def _cascades(point: Case, success: Mapping[str, float]) -> Iterator[Routing]:
    """Yield each call that some requests of an earlier one go on to."""
    stages = point.scenario.stages
    groups = point.scenario.pipeline.group_of
    calls = {s.name: s for s in stages if isinstance(s, Inference) and groups(s.name) is None}
    for last in calls.values():
        first = calls.get(last.of)
        share = float(np.mean(last.share))
        if first is None or not share < 1 or not last.waited_for:  # who marks answers gives none
            continue
        beside = [s for s in calls.values() if s.of == first.name]  # a judge, and the last
        none, every = (_with(point, replace(last, share=e)) for e in (0.0, 1.0))
        small = _with(point, *(replace(s, share=0.0) for s in beside))
        large = _with(point, replace(first, share=0.0), replace(last, of="", share=1.0))
        alone = {
            f"all on '{first.name}'": (first.name, small),
            f"all on '{last.name}'": (last.name, large),
        }
        usd = [float(one.bill.total) for one in (none, every, large)]
        needed = break_even_escalation(
            first_usd=usd[0], alone_usd=usd[2], added_usd=usd[1] - usd[0]
        )
        if first.pool or last.pool:
            needed = _saves_up_to(point, last, usd[2])
        ways = tuple(_ways(point, alone, success))
        name = f"{first.name}, then {last.name}"
        judges = tuple(s.name for s in beside if s is not last)
        by = point.bill.by("stage")
        judged = sum(float(by.get(judge, 0.0)) for judge in judges)
        escalated = first.name, last.name, share, float(needed)
        yield Routing(name, ways, *escalated, judges, judged, float(point.bill.people))


def _ways(
    point: Case, alone: Mapping[str, tuple[str, Case]], success: Mapping[str, float]
) -> Iterator[Way]:
    """Yield the system as it is, and each way to answer in its place."""
    stated = point.scenario.traffic.success_share
    now, helps = float(point.bill.total), None if stated is None else float(np.mean(stated))
    yield _way(NOW, point, helps, None)
    for name, (stage, case) in alone.items():
        ratio = float(case.bill.total) / now if now > 0 else 1.0
        yield _way(name, case, success.get(stage), ratio * (1.0 if helps is None else helps))


def _way(name: str, case: Case, success: float | None, least: float | None) -> Way:
    usd = float(case.bill.total)
    p50, p95, _ = speeds(case, [case.usage])[0].whole
    each = None if not success else usd / float(case.bill.requests) / success
    return Way(name, usd, (p50, p95), each, least)


def _least(way: Way, now: Way) -> str:
    """How many of a way's answers have to help, in words."""
    if way.least is None:
        return ""
    if now.per_success is not None:
        return percent(round(way.least, 3)) if way.least <= 1 else "cannot"
    if way.least > 1:
        return f"{way.least:.3g} times those that do now"
    return f"{percent(round(way.least, 3))} of those that do now"


def _only(point: Case, branches: tuple[Stage, ...], one: Stage) -> Case:
    """The system whose requests all take one branch of a route."""
    return _with(point, *(replace(s, share=float(s.name == one.name)) for s in branches))


def _with(point: Case, *stages: Stage) -> Case:
    """The system with some of its stages as given."""
    scenario = point.scenario
    for stage in stages:
        scenario = scenario.with_stage(stage)
    used = {s.runs_on for s in scenario.stages if np.any(s.share > 0)}
    asked = {s.runs_on for s in stages} - used
    pools = (_not_had(p) if p.name in asked else p for p in scenario.pools)
    return point.of(replace(scenario, pools=tuple(pools)))


def _not_had(pool: Pool) -> Pool:
    """A pool that nothing is left to run on, as if it were not there."""
    return replace(
        pool, at_least=0.0, spare=0.0, committed=0.0, build_hours=0.0, run_hours_per_month=0.0
    )


def _saves_up_to(point: Case, last: Inference, alone_usd: float) -> float:
    """The share that may go on before the cascade costs more, where machines come in whole units.

    Tried at every whole per cent.
    """
    shares = np.linspace(0.01, 1.0, 100)
    worse = _with(point, replace(last, share=shares)).bill.total >= alone_usd
    return float(shares[np.argmax(worse)] - 0.01) if np.any(worse) else 1.0
