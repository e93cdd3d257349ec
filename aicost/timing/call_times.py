"""How long one call of each kind of stage takes, alone: as stated, as published, or as usual."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import singledispatch

from aicost.book.book import Book
from aicost.components.human_review import HumanReview
from aicost.components.inference import Inference
from aicost.components.observability import Observability
from aicost.components.stage import Stage, kind_word
from aicost.formulas.latency import Latency, const, llm, lognormal
from aicost.scenario.kinds import defaults
from aicost.scenario.scenario import Scenario
from aicost.values.formatting import value_words
from aicost.values.quantities import SECONDS_PER_MINUTE, Quantity, Range, Spread, Value
from aicost.values.section import Origin, at_means

AT_ONCE = const(0.0)
#: How many times its median a p95 is taken to be where only medians are published.
RATIOS = {"ttft": 3.0, "tpot": 2.0}
#: Fields that hold a time, or what stretches one.
TIMES = ("seconds", "ttft", "tpot", "slow_day")


@dataclass(frozen=True)
class Call:
    """Time of one call to its first word and to its end, and `writing` between them, in seconds."""

    first: Latency
    done: Latency
    writing: Latency = AT_ONCE


def timed(scenario: Scenario, book: Book) -> Scenario:
    """A scenario in which every call has a time: stated, else published, else usual.

    What nobody stated is marked: `assumed` where it is what is usual for the kind of stage, and
    where a p95 was made from a published median.
    """
    traffic = scenario.traffic
    if traffic.slow_day is None:
        value, made = _default("traffic.slow_day", traffic.quantities()["slow_day"])
        traffic = replace(traffic, slow_day=value, origins={**traffic.origins, "slow_day": made})
    pipeline = tuple(_timed(stage, book) for stage in scenario.pipeline)
    return replace(scenario, traffic=traffic, pipeline=pipeline)


def _timed(stage: Stage, book: Book) -> Stage:
    fields = [field for field in _needs(stage) if getattr(stage, field) is None]
    found = {field: _published(stage, field, book) or _usual(stage, field) for field in fields}
    values = {field: value for field, (value, _) in found.items()}
    made = {field: how for field, (_, how) in found.items()}
    return replace(stage, origins={**stage.origins, **made}, **values)


def _needs(stage: Stage) -> tuple[str, ...]:
    """The fields of a stage that say how long a call takes."""
    if isinstance(stage, HumanReview | Observability):
        return ()
    alone = not isinstance(stage, Inference) or stage.batch or stage.seconds is not None
    return ("seconds",) if alone else ("ttft", "tpot")


def _published(stage: Stage, field: str, book: Book) -> tuple[Value, Origin] | None:
    """A model's published median, with a p95 at the usual ratio."""
    item = f"speed/{stage.model}" if isinstance(stage, Inference) else ""
    rows = book.rows(item, field) if field in RATIOS and item in book.items() else ()
    if not rows:
        return None
    value = Spread(rows[0].value, rows[0].value * RATIOS[field])
    words = f"{rows[0].source}; p95 taken as {RATIOS[field]:g} x the median"
    written = value_words(value, stage.quantities()[field])
    return value, Origin("assumed", words, written=written)


def _usual(stage: Stage, field: str) -> tuple[Value, Origin]:
    """What is usual for the kind of stage, a batch being a kind of its own."""
    kind = kind_word(type(stage))
    kind = f"batch_{kind}" if isinstance(stage, Inference) and stage.batch else kind
    return _default(f"{kind}.{field}", stage.quantities()[field])


def _default(path: str, meaning: Quantity) -> tuple[Value, Origin]:
    """The mix that data/defaults.csv has for a time."""
    ends = [defaults()["time", f"{path}.{part}"] for part in ("p50", "p95")]
    value = Spread(*(Range(d.low, d.high) if d.low < d.high else d.low for d in ends))
    return value, Origin("assumed", ends[0].source, written=value_words(value, meaning))


def assumed_times(scenario: Scenario) -> Iterator[tuple[str, str, str]]:
    """Yield (path, value, source) of each time that nobody stated, of a `timed` scenario."""
    for stage in scenario.pipeline:
        for field in _needs(stage):
            made = stage.origins[field]
            if made.basis == "assumed":
                yield f"{stage.name}.{field}", made.written, made.source


def at_ends(scenario: Scenario) -> tuple[Scenario, Scenario]:
    """A `timed` scenario with every time that is a range at its low end, and at its high."""

    def stood(end: str) -> Scenario:
        def change(path: str, meaning: Quantity, value: Value) -> Value:
            return _at_end(value, end) if path.rpartition(".")[2] in TIMES else value

        return scenario.mapped(change)

    return stood("low"), stood("high")


def _at_end(value: Value, end: str) -> Value:
    if isinstance(value, Spread):
        return Spread(_at_end(value.p50, end), _at_end(value.p95, end))
    return getattr(value, end) if isinstance(value, Range) else value


# ---- as distributions


@singledispatch
def call_of(stage: Stage) -> Call:
    """The time of one call of a `timed` stage, on a day like any other."""
    return _plain(stage.seconds)


@call_of.register
def _(stage: Inference) -> Call:
    if stage.seconds is not None:
        return _plain(stage.seconds)
    ttft = _time(*_pair(stage.ttft))
    tokens, tpot = Spread(*_pair(stage.output_tokens)), Spread(*_pair(stage.tpot))
    if not (tokens.p95 > 0 and tpot.p95 > 0):
        return Call(ttft, ttft)
    whole, writing = llm(ttft, tokens=tokens, tpot=tpot), llm(AT_ONCE, tokens=tokens, tpot=tpot)
    return Call(ttft, whole, writing) if stage.streams else Call(whole, whole)


@call_of.register
def _(stage: HumanReview) -> Call:
    return _plain(stage.minutes, SECONDS_PER_MINUTE)


@call_of.register
def _(stage: Observability) -> Call:
    return Call(AT_ONCE, AT_ONCE)


def _plain(value: Value, unit_s: float = 1.0) -> Call:
    """A call that has no first word before its end."""
    p50, p95 = _pair(value)
    whole = _time(p50 * unit_s, p95 * unit_s)
    return Call(whole, whole)


def _time(p50_s: float, p95_s: float) -> Latency:
    return lognormal(p50_s, p95_s) if p95_s > 0 else AT_ONCE


def _pair(value: Value) -> tuple[float, float]:
    """Median and p95 of a spread, or of a number that is always the same."""
    value = at_means(value)
    p50, p95 = (value.p50, value.p95) if isinstance(value, Spread) else (value, value)
    return float(p50), max(float(p50), float(p95))
