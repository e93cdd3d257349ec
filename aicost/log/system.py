"""The system that a log shows: its stages in their order, how often each is taken, what it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import narwhals as nw

from aicost.book.book import Book
from aicost.components.stage import attempts
from aicost.log.calibrate import MeasuredValues, measured_values
from aicost.log.engine import collected, conform, held
from aicost.log.means import mix
from aicost.log.measured import Measured
from aicost.log.part_sums import different, offsets, part_sums
from aicost.log.parts import Part, Unplaced, parts_of
from aicost.log.price import price_calls
from aicost.log.steady import Passed, on_days
from aicost.log.traffic import TRAFFIC
from aicost.values.formatting import listing, money, plural
from aicost.values.quantities import Spread, Value

TRIES = 3  # of a call, as a stage has them if its file does not say
ONE = 0.005  # as near to one as makes no difference
ALONE = 0.01  # of requests that may take two branches, or none, of a route


@dataclass(frozen=True)
class Step:
    """A stage as a log shows it: its part, how many requests take it, and its fields.

    `share` is that of all requests. `kept` of those were answered from a cache in front of it.
    """

    part: Part
    share: float
    kept: float
    fields: Mapping[str, Value]


@dataclass(frozen=True)
class Group:
    """Stages of one name: one alone, or branches; where each request takes one, a `route`."""

    name: str
    steps: tuple[Step, ...]
    route: bool

    @property
    def kept(self) -> float:
        """Requests of all that were answered from a cache in front of it."""
        return sum(one.kept for one in self.steps)


@dataclass(frozen=True)
class System:
    """What a log shows: groups of stages in their order, its traffic, and what has no stage.

    `usd` is what its calls cost at the prices of one day, `usd_then` at those of their own; `off`
    has the 95th percentiles that a mix with the mean of the log misses, and by how much.
    """

    groups: tuple[Group, ...]
    traffic: Mapping[str, Measured]
    measured: MeasuredValues
    unplaced: tuple[Unplaced, ...]
    reviewed: float
    requests: int
    days: int
    first: date
    last: date
    usd: float
    usd_then: float
    off: Mapping[str, float]

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every stage, in order."""
        return tuple(step for group in self.groups for step in group.steps)

    @property
    def sentence(self) -> str:
        """How much of a log it is drawn from, and which stages."""
        names = [group.name for group in self.groups]
        words = f"{self.requests:,} {plural('request', str(self.requests))} of {self.days} "
        words += f"{plural('day', str(self.days))}, {self.first} to {self.last}: {listing(names)}"
        many = len(self.steps)
        return f"{words}; {many} {plural('stage', str(many))}, {money(self.usd_then)}."


def system_of(calls: Any, book: Book) -> System:
    """The system of a log, priced by a book.

    Parameters
    ----------
    calls : a frame of calls of any engine.
    book : prices; models are named as it names them.

    Raises
    ------
    ValueError : no call has a price, or none a moment.

    Notes
    -----
    Tokens are means of all calls that were paid, those cut off too, so that the bill of the system
    is that of the log. A failed call is a `retry` of it. Turns tell how calls that read a cache
    follow one another; what they send along of earlier ones is in the input.
    """
    calls = conform(calls).with_columns(request=nw.coalesce("request", "call"))
    then = price_calls(calls.filter(~nw.col("request").is_null()), book)
    found = parts_of(then)
    if not found.parts:
        wrong = "no call of it has a name, or none a price"
        raise ValueError(f"{wrong}; map the columns request, or call, and model and provider")
    named = held(found.calls.with_columns(stage=nw.col("part"), feature=nw.lit(None, nw.String())))
    here = named.filter(~nw.col("part").is_null())
    measured = measured_values(here, lasting=True)
    sums = part_sums(here, found.parts, book)
    lasting = part_sums(_lasting(here, measured.passed), found.parts, book)
    traffic = {one.field: one for one in measured.values if one.part == TRAFFIC}
    requests, reviewed = _requests(named)
    off: dict[str, float] = {}
    steps = {
        part.path: replace(
            step_of(part, lasting[part.path], requests, measured, off),
            share=sums[part.path]["took"] / requests,
            kept=sums[part.path]["met"] / requests,
        )
        for part in found.parts
    }
    groups = _groups(found.parts, steps, sums, offsets(here), here, requests)
    days = measured.days
    ends = collected(named.select(first=nw.col("moment").min(), last=nw.col("moment").max()))
    now = price_calls(here, book, at=book.as_of)
    placed = sum(part.usd for part in found.parts)
    return System(
        groups,
        traffic,
        measured,
        found.unplaced,
        reviewed / requests,
        requests,
        days,
        ends["first"].iloc[0].date(),
        ends["last"].iloc[0].date(),
        float(now.total_usd),
        placed,
        off,
    )


def _requests(named: nw.LazyFrame[Any]) -> tuple[int, int]:
    """The requests of a log, and those that a person looked at."""
    seen = named.filter(nw.col("reviewed").fill_null(False))
    return different(named, "request"), different(seen, "request")


def _lasting(here: nw.LazyFrame[Any], some: Sequence[Passed]) -> nw.LazyFrame[Any]:
    """Calls of the days on which each part is as its end is."""
    for one in some:
        here = here.filter((nw.col("part") != one.part) | ~on_days(one))
    return here


def step_of(
    part: Part,
    sums: Mapping[str, float],
    requests: int,
    measured: MeasuredValues,
    off: dict[str, float],
) -> Step:
    """A stage with its fields, of what was added up and measured of it."""
    held = {one.field: one for one in measured.values if one.part == part.path}
    paid = max(sums["paid"], 1.0)
    fields: dict[str, Value] = {"model": part.model}
    if part.batch:
        fields["batch"] = True
    if part.service_tier:
        fields["service_tier"] = part.service_tier
    failed = sums["cut"] / paid
    if failed > ONE / 10:
        fields["retry"] = failed
    often = sums["paid"] / max(sums["took"], 1.0) / float(attempts(retry=failed, tries=TRIES))
    if abs(often - 1) > ONE:
        fields["repeat"] = often
    tokens = {
        "whole": (sums["whole"] / paid, sums["beyond"] / max(sums["whole"], 1.0), sums["tier"]),
        "out": (sums["out"] / paid, 0.0, 0.0),
    }
    if part.does in ("embedding", "rerank"):
        fields |= _looked_up(part.does, tokens["whole"][0])
    else:
        for name, of in (("input_tokens", "whole"), ("output_tokens", "out")):
            fields[name] = _size(f"{part.path}.{name}", held.get(name), *tokens[of], off)
        fields["thinking_tokens"] = sums["thought"] / paid
        if sums["read"] or sums["written"]:
            fields["cache_read_share"] = sums["read"] / max(sums["whole"], 1.0)
            fields["cache_write_share"] = sums["written"] / max(sums["whole"] - sums["read"], 1.0)
        if sums["read"] and sums["turns"] > 1 + ONE:
            fields |= {"turns": sums["turns"], "tokens_kept_per_turn": 0.0}
        if sums["hour"] > sums["written"] / 2:
            fields["cache_ttl"] = "1h"
        fields["reads_context"] = False
    fields |= _times(part, held, sums["thought"] / paid)
    return Step(part, sums["took"] / requests, sums["met"] / requests, fields)


def _size(
    path: str,
    one: Measured | None,
    mean: float,
    beyond: float,
    tier: float,
    off: dict[str, float],
) -> Value:
    """The size of a part of a call: a mix with the mean of the log, or the mean alone."""
    if one is None or not isinstance(one.value, Spread) or mean <= 0:
        return mean
    found = mix(one.value.p50, one.value.p95, mean, beyond, tier)
    off[path] = found.p95 / one.value.p95 - 1
    return found


def _looked_up(does: str, tokens: float) -> dict[str, Value]:
    """The tokens of a look-up, or what a reranker reads, as one passage of all it does."""
    if does == "embedding":
        return {"query_tokens": tokens}
    return {"documents": 1.0, "passage_tokens": max(tokens, 1.0), "query_tokens": 0.0}


def _times(part: Part, held: Mapping[str, Measured], thought: float) -> dict[str, Value]:
    """How long calls take, as far as the log says it; nobody waits for a judge."""
    if part.does == "judge":
        return {"seconds": 0.0}
    first, token, whole = (held.get(name) for name in ("ttft", "tpot", "seconds"))
    writes = part.does == "chat" and not part.batch
    if writes and first is not None and token is not None:
        start = first.value
        if thought > 0:
            start = _less(start, thought * _median(token.value))
        return {"ttft": start, "tpot": token.value}
    return {"seconds": whole.value} if whole is not None else {}


def _median(value: Value) -> float:
    return float(value.p50 if isinstance(value, Spread) else value)


def _less(value: Value, seconds: float) -> Value:
    """A time without what is thought in it, at least a tenth of it."""
    if isinstance(value, Spread):
        return Spread(_less(value.p50, seconds), _less(value.p95, seconds))
    return max(value - seconds, value / 10)


def _groups(
    parts: tuple[Part, ...],
    steps: Mapping[str, Step],
    sums: Mapping[str, Mapping[str, float]],
    late: Mapping[str, float],
    here: nw.LazyFrame[Any],
    requests: int,
) -> tuple[Group, ...]:
    """Stages by their names, in the order in which requests come to them; judges last."""
    by_name: dict[str, list[Part]] = {}
    for part in parts:
        by_name.setdefault(part.name, []).append(part)
    found = []
    for name, of in by_name.items():
        paths = [part.path for part in of]
        each = sum(sums[path]["took"] + sums[path]["met"] for path in paths) / requests
        union = different(here.filter(nw.col("part").is_in(paths)), "request") / requests
        alone = abs(each - union) <= ALONE and abs(union - 1) <= ALONE
        chosen = sorted(paths, key=lambda path: -steps[path].share)
        times = [sums[path]["took"] + sums[path]["met"] for path in paths]
        when = sum(n * late[path] for n, path in zip(times, paths, strict=True)) / sum(times)
        judged = all(part.does == "judge" for part in of)
        group = Group(name, tuple(steps[p] for p in chosen), route=len(paths) > 1 and alone)
        found.append(((judged, when, name), group))
    return tuple(group for _, group in sorted(found, key=lambda one: one[0]))
