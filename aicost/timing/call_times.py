"""How long one call of each stage takes, alone: as stated, as published, or as usual."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from aicost.billing.case import Case, kept
from aicost.book.book import Book
from aicost.components.stage import Stage
from aicost.scenario.checks import problem
from aicost.scenario.kinds import defaults
from aicost.scenario.problems import ScenarioError
from aicost.scenario.scenario import Scenario
from aicost.values.formatting import value_words
from aicost.values.quantities import Quantity, Range, Spread, Value
from aicost.values.section import Concern, Origin

SLOW_DAY = "traffic.slow_day"
Known = tuple[Value, Origin]


@kept
def timed(case: Case) -> Case:
    """The case in which every call has a time: stated, else published, else usual.

    What nobody stated is marked: `assumed` where it is what is usual for the kind of stage, and
    where a p95 was made from a published median.

    Raises ScenarioError for stages of which no usual time is known either.
    """
    scenario = case.scenario
    unknown = [
        problem(scenario, stage.name, stage, concern)
        for stage in scenario.stages
        for concern in _untimed(stage, case.book)
    ]
    if unknown:
        raise ScenarioError(unknown)
    traffic = scenario.traffic
    if traffic.slow_day is not None and not any(map(_open, scenario.stages)):
        return case
    if traffic.slow_day is None:
        value, origin = _default(SLOW_DAY, traffic.quantities()["slow_day"])
        origins = {**traffic.origins, "slow_day": origin}
        traffic = replace(traffic, slow_day=value, origins=origins)
    pipeline = scenario.pipeline.mapped(
        lambda name, part: _timed(part, case.book) if isinstance(part, Stage) else part
    )
    return case.of(replace(scenario, traffic=traffic, pipeline=pipeline))


def _untimed(stage: Stage, book: Book) -> Iterator[Concern]:
    """Yield the times of a stage that neither file nor book nor defaults have."""
    for field in _open(stage):
        usual = f"{stage.usual}.{field}"
        if stage.published_time(field, book) is None and not _has_default(usual):
            remedy = f"write {field}: …, or add time,{usual}.p50 and .p95 to data/defaults.csv"
            yield Concern(field, "how long a call takes is not known", remedy)


def _timed(stage: Stage, book: Book) -> Stage:
    found = {field: _found(stage, field, book) for field in _open(stage)}
    values = {field: value for field, (value, _) in found.items()}
    origins = {field: origin for field, (_, origin) in found.items()}
    return replace(stage, origins={**stage.origins, **origins}, **values)


def _open(stage: Stage) -> list[str]:
    """The times of a stage that it does not state."""
    return [field for field in stage.times if getattr(stage, field) is None]


def _found(stage: Stage, field: str, book: Book) -> Known:
    usual = f"{stage.usual}.{field}"
    return stage.published_time(field, book) or _default(usual, stage.quantities()[field])


def _has_default(path: str) -> bool:
    return all(("time", f"{path}.{part}") in defaults() for part in ("p50", "p95"))


def _default(path: str, meaning: Quantity) -> Known:
    """The mix that data/defaults.csv has for a time."""
    ends = [defaults()["time", f"{path}.{part}"] for part in ("p50", "p95")]
    value = Spread(*(Range(d.low, d.high) if d.low < d.high else d.low for d in ends))
    return value, Origin("assumed", ends[0].source, written=value_words(value, meaning))


def assumed_times(case: Case) -> Iterator[tuple[str, str, str]]:
    """Yield (path, value, source) of each time of a case that nobody stated."""
    for stage in timed(case).scenario.stages:
        for field in stage.times:
            origin = stage.origins.get(field)
            if origin is not None and origin.basis == "assumed":
                yield f"{stage.name}.{field}", origin.written, origin.source


def at_ends(case: Case) -> tuple[Case, Case]:
    """The case with every time that is a range at its low end, and at its high end."""
    known = timed(case)
    times = {f"{s.name}.{field}" for s in known.scenario.stages for field in s.times}

    def stood(end: str) -> Scenario:
        def change(path: str, meaning: Quantity, value: Value) -> Value:
            return _at_end(value, end) if path in times | {SLOW_DAY} else value

        return known.scenario.mapped(change)

    return known.of(stood("low")), known.of(stood("high"))


def _at_end(value: Value, end: str) -> Value:
    if isinstance(value, Spread):
        return Spread(_at_end(value.p50, end), _at_end(value.p95, end))
    return getattr(value, end) if isinstance(value, Range) else value
