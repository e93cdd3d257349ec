"""How long one call of each stage takes, alone: as stated, as published, or as usual."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import replace

from aicost.billing.agreed_draws import agrees
from aicost.billing.case import Case, kept
from aicost.book.book import Book
from aicost.components.stage import Stage
from aicost.scenario.checks import problem
from aicost.scenario.kinds import defaults
from aicost.scenario.problems import ScenarioError
from aicost.scenario.scenario import Scenario, steps
from aicost.scenario.sections import Observed
from aicost.timing.observed import Factors, factors
from aicost.timing.reading import Reading
from aicost.timing.served_times import served_times
from aicost.values.formatting import value_words
from aicost.values.quantities import Quantity, Range, Spread, Value, at_means, ends, scaled
from aicost.values.section import Concern, Origin, Section

FIRST = "ttft"
SLOW_DAY = "traffic.slow_day"
Known = tuple[Value, Origin]


@kept
def timed(case: Case, end: str = "mean") -> Case:
    """The case in which every call has a time: stated, else published, else usual.

    What nobody stated is marked: `assumed` where it is what is usual for the kind of stage, and
    where a p95 was made from a published median. Where times of the whole system were observed,
    it is fitted to them: in the system that the file describes, once, whatever is changed then.
    How much a model thinks is fitted in its times alone: the bill stays the file's. Where an
    invoice shows what it thinks, it is not fitted: time and bill take the same.

    Parameters
    ----------
    case : the system. end : of what was observed as a range, `mean`, `low` or `high`.

    Raises
    ------
    ScenarioError : stages of which no usual time is known either; what `factors` refuses.
    """
    scenario = case.scenario
    unknown = [
        problem(scenario, stage.name, stage, concern)
        for stage in scenario.stages
        for concern in _untimed(stage, case.book)
    ]
    if unknown:
        raise ScenarioError(unknown)
    scale = observed_scale(case, end)
    traffic = scenario.traffic
    thought = {} if scale is None else _thought(case, scale)
    if traffic.slow_day is not None and not thought and not any(map(_open, scenario.stages)):
        return case
    if traffic.slow_day is None:
        value, origin = _default(SLOW_DAY, traffic.quantities()["slow_day"])
        origins = {**traffic.origins, "slow_day": origin}
        traffic = replace(traffic, slow_day=value, origins=origins)
    reading, served = _reading(case), served_times(scenario.point())

    def with_times(name: str, part: Section) -> Section:
        if not isinstance(part, Stage):
            return part
        own = served.get(name, {})
        return _timed(part, case.book, reading[name], scale, thought.get(name), own)

    pipeline = scenario.pipeline.mapped(with_times)
    return case.of(replace(scenario, traffic=traffic, pipeline=pipeline))


def observed_scale(case: Case, end: str = "mean") -> Factors | None:
    """What the assumed times of a case are multiplied by; nothing where none was observed.

    Whatever was changed since, they are those of the system that the file describes.
    """
    return None if case.scenario.observed is None else _scale(_as_described(case), end)


def _as_described(case: Case) -> Case:
    """The case that the file describes, of which the times were seen."""
    seen = _seen(case.scenario, "mean")
    return case.first_with(lambda one: _seen(one, "mean") == seen)


def _thought(case: Case, scale: Factors) -> dict[str, Spread]:
    """What stages think as it fits the times seen, where the file leaves that open."""
    if scale.thinking is None:
        return {}
    now = {stage.name: stage for stage in case.scenario.stages}
    fitted = {}
    for name, thoughts in _open_thoughts(_as_described(case).scenario).items():
        left = getattr(now.get(name), "thinking_tokens", None)
        same = left in (thoughts, at_means(thoughts))  # nobody changed it since
        if same and name not in scale.invoiced:
            fitted[name] = _at_score(thoughts, scale.thinking)
    return fitted


def _open_thoughts(scenario: Scenario) -> dict[str, Value]:
    """What each stage thinks where that takes time and is a range."""
    thoughts = {s.name: getattr(s, "thinking_tokens", None) for s in scenario.stages if s.writes}
    return {
        name: value
        for name, value in thoughts.items()
        if any(isinstance(end, Range) for end in ends(value))
    }


def _at_score(thoughts: Value, z: float) -> Spread:
    """The median and the p95 of thoughts with each range at a standard-normal score."""
    p50, p95 = ends(thoughts)[0], ends(thoughts)[-1]
    return Spread(*(float(e.at(z)) if isinstance(e, Range) else float(e) for e in (p50, p95)))


def _seen(scenario: Scenario, end: str) -> Observed | None:
    if scenario.observed is None:
        return None
    return scenario.observed.mapped("observed", lambda path, meaning, value: at_end(value, end))


def invoiced(case: Case) -> set[str]:
    """The stages that are in a figure of an invoice which the bill agrees with."""
    names = [name for name in case.scenario.invoiced if agrees(case.bill, name)]
    shown = {part for name in names for part in (name, *name.split(" + "))}
    return {
        stage.name
        for stage in case.scenario.stages
        if shown & {"month", stage.name, stage.billed_as or stage.component}
    }


@kept
def _scale(case: Case, end: str) -> Factors:
    told = invoiced(case) & _open_thoughts(case.scenario).keys()
    if told:
        try:
            found = replace(_fit(case, end, told), invoiced=tuple(sorted(told)))
        except ScenarioError:
            pass  # what the invoice shows takes another time than was seen, whatever is scaled
        else:
            if believed(case, found):
                return found
    return _fit(case, end, set())


def believed(case: Case, scale: Factors) -> bool:
    """Whether no call would have to run faster than the fastest that was assumed of it.

    Parameters
    ----------
    case : the system. scale : what fits the times seen of it.
    """
    known = timed(case.of(replace(case.scenario, observed=None))).scenario
    return all(
        float(at_means(time)) * scale.of(field) >= time.low
        for stage in case.scenario.stages
        for field in _open(stage)
        for time in ends(getattr(known.stage(stage.name), field))
        if isinstance(time, Range)
    )


def _fit(case: Case, end: str, told: Container[str]) -> Factors:
    """The factors that fit the times seen, with what some stages think as the bill has it."""
    scenario = case.scenario
    known = timed(case.of(replace(scenario, observed=None)))
    fixed = replace(known.scenario, observed=_seen(scenario, end))
    every = _open_thoughts(scenario)
    thoughts = {name: value for name, value in every.items() if name not in told}

    def under(by: Factors) -> Scenario:
        def one(name: str, part: Section) -> Section:
            if not isinstance(part, Stage):
                return part
            times = {f: _times(getattr(part, f), by.of(f)) for f in _open(scenario.stage(name))}
            if by.thinking is not None and name in thoughts:
                times["thought_in_time"] = _at_score(thoughts[name], by.thinking)
            return replace(part, **times)

        return replace(fixed, pipeline=fixed.pipeline.mapped(one)).point()

    assumed = {field for stage in scenario.stages for field in _open(stage)}
    return factors(under, assumed, thinks=bool(thoughts))


def _untimed(stage: Stage, book: Book) -> Iterator[Concern]:
    """Yield the times of a stage that neither file nor book nor defaults have."""
    for field in _open(stage):
        usual = f"{stage.usual}.{field}"
        if stage.published_time(field, book) is None and not _has_default(usual):
            remedy = f"write {field}: …, or add time,{usual}.p50 and .p95 to data/defaults.csv"
            yield Concern(field, "how long a call takes is not known", remedy)


def _reading(case: Case) -> dict[str, Reading]:
    """What each stage reads before its first word."""
    point = case.scenario.point()
    walk = steps(point, point.requests())
    return {stage.name: Reading(*stage.reads(flow, case.book)) for stage, flow in walk}


def _timed(
    stage: Stage,
    book: Book,
    reading: Reading,
    scale: Factors | None,
    thought: Spread | None,
    served: Mapping[str, Known],
) -> Stage:
    found = {
        field: _found(stage, field, book, reading, scale, served.get(field))
        for field in _open(stage)
    }
    values = {field: value for field, (value, _) in found.items()}
    origins = {field: origin for field, (_, origin) in found.items()}
    if thought is not None:
        values["thought_in_time"] = thought
    return replace(stage, origins={**stage.origins, **origins}, **values)


def _open(stage: Stage) -> list[str]:
    """The times of a stage that it does not state."""
    return [field for field in stage.times if getattr(stage, field) is None]


def _found(
    stage: Stage,
    field: str,
    book: Book,
    reading: Reading,
    scale: Factors | None,
    served: Known | None,
) -> Known:
    usual, meaning = f"{stage.usual}.{field}", stage.quantities()[field]
    value, origin = served or stage.published_time(field, book) or _default(usual, meaning)
    if field == FIRST and reading.is_long and served is None:
        value = reading.behind(value)
        source = f"{origin.source}; {reading.words}"
        origin = replace(origin, source=source, written=value_words(value, meaning))
    if scale is None or scale.of(field) == 1.0:
        return value, origin
    value = _times(value, scale.of(field))
    source = f"{origin.source}; x {scale.of(field):.3g}, as it was observed"
    return value, replace(origin, source=source, written=value_words(value, meaning))


def _times(value: Value, factor: float) -> Value:
    """What was assumed, scaled to what was observed: no range is left of it."""
    return scaled(at_means(value), factor)


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
    return _stood(case, "low"), _stood(case, "high")


def _stood(case: Case, end: str) -> Case:
    known = timed(case, end)
    times = {f"{s.name}.{field}" for s in known.scenario.stages for field in s.times}

    def change(path: str, meaning: Quantity, value: Value) -> Value:
        return at_end(value, end) if path in times | {SLOW_DAY} else value

    return known.of(known.scenario.mapped(change))


def at_end(value: Value, end: str) -> Value:
    """A range at its low end, its high end or its mean."""
    if isinstance(value, Spread):
        return Spread(at_end(value.p50, end), at_end(value.p95, end))
    return getattr(value, end) if isinstance(value, Range) else value
