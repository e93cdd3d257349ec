"""A bill beside the log of the system that it is of: stage by stage, and which inputs differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import narwhals as nw
import numpy as np

from aicost.analysis.attribution.bridge import Bridge, bridge
from aicost.analysis.logged.by_stage import by_stage, labelled, month_of
from aicost.analysis.logged.lines import EVEN, Line, components_of, lines_of, summed
from aicost.billing.case import Case, single
from aicost.log.calibrate import MeasuredValues, measured_values
from aicost.log.engine import collected, conform, held
from aicost.log.part_sums import part_sums
from aicost.log.parts import Part, Unplaced, parts_of, unplaced_lines
from aicost.log.placed import placed_values
from aicost.log.price import price_calls
from aicost.log.stage_match import stages_of_parts
from aicost.log.system import step_of
from aicost.log.traffic import TRAFFIC
from aicost.scenario.pipeline import Route
from aicost.scenario.problems import ScenarioError
from aicost.values.formatting import listing, money, percent, plural, signed
from aicost.values.quantities import ends
from aicost.values.result import Result
from aicost.values.table import Column, Form, Role, Row, Table

ALIKE = 0.003  # of an input: what rounding leaves
LARGEST = 3
CENT = 0.005


@dataclass(frozen=True, repr=False)
class Against(Result):
    """A bill held against a log: stages, components, all of it, and what of either has no match.

    `logged` is the same system with all that the log has measured of it; `prices` is what the log
    cost more at the prices of its days. All sums are of a month.
    """

    case: Case
    logged: Case
    stages: tuple[Line, ...]
    components: tuple[Line, ...]
    whole: Line
    unsaid: tuple[Line, ...]
    unseen: tuple[Line, ...]
    unplaced: tuple[Unplaced, ...]
    left: tuple[str, ...]
    prices: float
    calls: int
    days: int

    @cached_property
    def bridge(self) -> Bridge:
        """Which inputs explain the difference."""
        return bridge(self.case, self.logged)

    @property
    def unexplained(self) -> float:
        """What the inputs that were measured leave over, at the prices of the bill."""
        own = {line.name for line in self.stages}
        bill = sum(float(c.usd) for c in self.logged.bill.charges if c.stage in own)
        return self.whole.actual - self.prices - bill

    @property
    def sentence(self) -> str:
        """How far the bill is off, whether that is inside its range, and what explains it."""
        one = self.whole
        off = one.actual / one.said - 1 if one.said else 0.0
        words = f"What the log has of the bill costs {money(one.actual)} a month by "
        words += f"{self.days} {plural('day', str(self.days))}"
        if one.actual and not one.said:
            words += ", where nothing was said"
        elif abs(off) <= EVEN:
            words += f", as was said ({money(one.said)})"
        else:
            side = "more" if off > 0 else "less"
            words += f", {percent(abs(off))} {side} than the {money(one.said)} that was said"
        if one.high - one.low > EVEN * abs(one.said):
            words += ": inside" if one.inside else ": outside"
            words += f" what we said ({money(one.low)} to {money(one.high)})."
        else:
            words += ", which has no range."
        beyond = [line.name for line in self.stages if not line.inside]
        if beyond:
            words += f" Outside: {listing(beyond)}."
        every = [*((bar.usd, bar.label) for bar in self.bars), *self._rest]
        every.sort(key=lambda one: -abs(one[0]))
        bars = [f"{signed(usd)} {label}" for usd, label in every[:LARGEST]]
        if abs(off) > EVEN and bars:
            words += f" Most of it: {'; '.join(bars)}."
        if self.unsaid:
            costs = sum(line.actual for line in self.unsaid)
            names = listing([line.name for line in self.unsaid])
            words += f" In the log and not in the file: {names}, {money(costs)}."
        if self.unseen:
            costs = sum(line.said for line in self.unseen)
            names = listing([line.name for line in self.unseen])
            words += f" In the file and not in the log: {names}, {money(costs)}."
        return words

    @property
    def bars(self) -> tuple[Any, ...]:
        """What each input makes of the difference, the largest first."""
        return tuple(bar for bar in self.bridge.bars if bar.group not in self._own)

    @property
    def _rest(self) -> list[tuple[float, str]]:
        """What no input makes of the difference, where it is a cent or more."""
        rest = [(self.prices, "prices of their days"), (self.unexplained, "not explained")]
        return [one for one in rest if abs(one[0]) >= CENT]

    @property
    def _own(self) -> set[str]:
        return {line.name for line in self.unseen}

    def rows(self) -> Table:
        """Each component and stage: as said, its range, as logged, and whether that is inside."""
        columns = (
            Column("a month"),
            Column("said", Form.MONEY, "said_usd"),
            Column("from", Form.MONEY, "low_usd"),
            Column("to", Form.MONEY, "high_usd"),
            Column("logged", Form.MONEY, "logged_usd"),
            Column("inside"),
        )
        lines = []
        for component in self.components:
            lines.append(_row(component, "sum"))
            lines += [_row(one, "line") for one in self.stages if one.component == component.name]
        lines += [Row((one.name, None, None, None, one.actual, "not said")) for one in self.unsaid]
        lines += [
            Row((one.name, one.said, one.low, one.high, None, "not in the log"))
            for one in self.unseen
        ]
        lines.append(_row(self.whole, "sum"))
        return Table(columns, tuple(lines), notes=tuple(self._notes()))

    def explained(self) -> Table:
        """The way from what was said to what was logged, input by input."""
        rows = [Row((self.whole.name + " as said", self.whole.said), role="sum")]
        rows += [Row((bar.label, signed(bar.usd)), bar.inside, of=bar) for bar in self.bars]
        rows += [Row((name, signed(usd))) for usd, name in self._rest]
        rows.append(Row((self.whole.name + " as logged", self.whole.actual), role="sum"))
        return Table((Column("What differs"), Column("a month", Form.MONEY, "usd")), tuple(rows))

    def _notes(self) -> Iterator[str]:
        yield from unplaced_lines(self.unplaced)
        yield from self.left


def _row(line: Line, role: Role) -> Row:
    name = f"  {line.name}" if role == "line" else line.name
    inside = "yes" if line.inside else "no"
    return Row((name, line.said, line.low, line.high, line.actual, inside), role=role, of=line)


def against_log(case: Case, calls: Any, said: Sequence[str] = ()) -> Against:
    """Hold the bill of a system against a log of it.

    Parameters
    ----------
    case : the system, with its ranges.
    calls : a frame of calls of any engine.
    said : which stage is which part of the log, as STAGE=PART.

    Raises
    ------
    ValueError : no part of the log is a stage of the file, or no call has a price.
    """
    single(case, "a log")
    named = conform(calls).with_columns(request=nw.coalesce("request", "call"))
    priced = price_calls(named, case.book)
    found = parts_of(priced)
    if not found.parts:
        raise ValueError("no call of the log has a price; map the columns model and provider")
    again = _again(found.calls) if case.point.scenario.pipeline.loops else frozenset()
    match = stages_of_parts(found.parts, case.point.scenario, said, again)
    if not match:
        names = [part.path for part in found.parts]
        stages = [stage.name for stage in case.scenario.stages]
        wrong = f"the log has {listing(names)}, the file {listing(stages)}"
        raise ValueError(f"{wrong}; say which is which, --stage {stages[0]}='{names[0]}'")
    here = held(labelled(found.calls, match))
    measured = measured_values(here)
    month = month_of(measured)
    then = by_stage(here, month)
    now = by_stage(price_calls(here, case.book, at=case.book.as_of).calls, month)
    values = _values(measured, case, set(match.values()))
    values |= _as_paid(here, found.parts, match, measured, case, values)
    values = {path: value for path, value in values.items() if not _same(case, path, value)}
    lines = tuple(lines_of(case, then, set(match.values())))
    meant = [line.name for line in lines]
    unsaid = tuple(
        Line(name, "", 0.0, 0.0, 0.0, usd) for name, usd in then.items() if name not in meant
    )
    unseen = tuple(
        one for one in lines_of(case, {}, None) if one.name not in meant and abs(one.said) >= CENT
    )
    logged, left = _logged(case, values)
    prices = sum(then[name] - now.get(name, 0.0) for name in meant if name in then)
    return Against(
        case,
        logged,
        lines,
        tuple(components_of(case, lines)),
        summed(case, "all in the log", lines),
        unsaid,
        unseen,
        found.unplaced,
        left,
        prices,
        measured.calls,
        measured.days,
    )


def _again(calls: nw.LazyFrame[Any]) -> frozenset[str]:
    """The parts that some request has more than one answer of."""
    answered = calls.filter(~(nw.col("status") == "error").fill_null(False))
    each = answered.group_by("part", "request").agg(n=nw.len())
    return frozenset(collected(each.filter(nw.col("n") > 1).select("part").unique())["part"])


def _values(measured: MeasuredValues, case: Case, stages: set[str]) -> dict[str, Any]:
    """What was measured, by the paths of the file; the rest of a route stays the rest."""
    scenario = case.point.scenario
    where = {name: (name,) for name in stages}
    kept = tuple(one for one in measured.values if one.part in (*stages, TRAFFIC))
    placed = placed_values(MeasuredValues(kept, measured.days, measured.calls), scenario, where)
    rest = {
        f"{stage.name}.share"
        for group in case.scenario.pipeline.groups.values()
        if isinstance(group, Route)
        for stage in group.stages
        if stage.share is None
    }
    return {path: value for path, value in placed.values.items() if path not in rest}


def _as_paid(
    here: nw.LazyFrame[Any],
    parts: Sequence[Part],
    match: Mapping[str, str],
    measured: MeasuredValues,
    case: Case,
    placed: Mapping[str, Any],
) -> dict[str, Any]:
    """Tokens and calls as means of all that was paid, where the stage has a place for them."""
    every: dict[str, Part] = {}
    for part in sorted(parts, key=lambda part: part.usd):  # of several, the costliest is last
        if part.path in match:
            every[match[part.path]] = replace(part, name=match[part.path], branch="")
    named = here.with_columns(part=nw.col("stage"))
    sums = part_sums(named, tuple(every.values()), case.book)
    found: dict[str, Any] = {}
    for name, part in every.items():
        stage = case.point.scenario.pipeline.stage(name)
        fields = step_of(part, sums[name], 1, measured, {}).fields
        for field, value in fields.items():
            path = f"{name}.{field}"
            if path in placed or (field == "model" and value != getattr(stage, "model", value)):
                found[path] = value
        if "query_tokens" in fields and part.does == "embedding":
            found[f"{name}.query_tokens"] = fields["query_tokens"]
    return found


def _same(case: Case, path: str, value: Any) -> bool:
    """Whether the file says nearly what was measured."""
    said = case.point.scenario.get(path)
    if isinstance(said, str) or isinstance(value, str) or said is None:
        return bool(said == value)
    one, other = ends(said), ends(value)
    return len(one) == len(other) and bool(np.allclose(one, other, rtol=ALIKE, atol=0))


def _logged(case: Case, values: Mapping[str, Any]) -> tuple[Case, tuple[str, ...]]:
    """The system with what was measured; shares of a route that make no whole are left as said."""
    try:
        return case.at(values), ()
    except ScenarioError as problem:
        inside = {
            f"{stage.name}.share"
            for group in case.scenario.pipeline.groups.values()
            if isinstance(group, Route)
            for stage in group.stages
        }
        kept = {path: value for path, value in values.items() if path not in inside}
        if len(kept) == len(values):
            raise
        return case.at(kept), (f"not placed: {problem}",)
