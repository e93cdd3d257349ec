"""Where a system stops being viable: the usage at which each goal of money is met and missed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from aicost.analysis.viability.goals import Goal, left_at, left_over, stacked
from aicost.analysis.viability.odds import Odds, odds_of
from aicost.billing.case import Case, kept, single
from aicost.formulas.crossings import UP_TO, farthest, turns
from aicost.values.charge import HUMAN, Charge
from aicost.values.formatting import count, line_words, money
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table, table


@dataclass(frozen=True)
class Crossing:
    """The first count of usage at which a goal is met, or missed.

    `line` is the line of the bill behind it: where a goal is missed, the one that jumped by a
    whole unit there, or grows most; where it is met, the one that fell, or the largest of those
    that stand at any usage. `windowed` marks a crossing above the counts that were all tried.
    """

    at: int
    met: bool
    windowed: bool
    line: str
    jumped: bool
    line_usd: float


@dataclass(frozen=True, repr=False)
class Inflection(Result):
    """Where one goal is met and where not; counts to `up_to` all tried, in windows to `far`."""

    goal: Goal
    words: str
    unit: str
    now: float
    met_now: bool
    met_at_start: bool
    crossings: tuple[Crossing, ...]
    up_to: int
    far: int
    #: Worked out where it is asked for, for all goals together.
    across: Callable[[], Mapping[Goal, Odds | None]] = field(repr=False, compare=False)

    @property
    def odds(self) -> Odds | None:
        """How the goal stands across the draws; None where nothing is unknown."""
        return self.across()[self.goal]

    @property
    def intervals(self) -> tuple[tuple[int, int | None], ...]:
        """The counts at which the goal is met, ends included; None for no end found."""
        every = [(1, self.met_at_start), *((c.at, c.met) for c in self.crossings)]
        kept = [turn for i, turn in enumerate(every) if i == 0 or turn[1] != every[i - 1][1]]
        ends: list[int | None] = [at - 1 for at, _ in kept[1:]]
        return tuple((at, end) for (at, met), end in zip(kept, [*ends, None], strict=True) if met)

    @property
    def point(self) -> Crossing | None:
        """The crossing that matters at today's usage, if there is one.

        Where the goal is met: the first above at which it is missed, else the last below from
        which it is met. Where it is missed: the nearest, by ratio.
        """
        above = [c for c in self.crossings if c.at > self.now]
        below = [c for c in self.crossings if c.at <= self.now]
        if self.met_now:
            return above[0] if above else below[-1] if below else None
        near = sorted(self.crossings, key=lambda c: abs(np.log(c.at / max(self.now, 1.0))))
        return near[0] if near else None

    @property
    def headroom(self) -> float | None:
        """How many times today's usage fits before the goal is missed; None for no end."""
        if not self.met_now or self.point is None or self.point.met:
            return None
        return (self.point.at - 1) / self.now

    @property
    def sentence(self) -> str:
        """Return in plain words where the goal is met, and which line of the bill ends it."""
        if not self.intervals:
            return f"{self.words} at no number of {self.unit} up to {self.far:,}."
        if not self.crossings:
            return (
                f"{self.words} at every number of {self.unit}: no inflection up to {self.far:,} "
                f"(each tried to {self.up_to:,}, windows above)."
            )
        spans = [self._span(*ends) for ends in self.intervals]
        said = " and ".join(spans[:3])
        if len(spans) > 3:
            said += f" and in {len(spans) - 3} more intervals, the last {spans[-1]}"
        odds = self.odds.words if self.odds else ()
        parts = [f"{self.words} {said}; now {count(self.now)}", *self._why(), *odds]
        return "; ".join(parts) + "."

    def rows(self) -> Table:
        return table(COLUMNS, [self.row()])

    def row(self) -> Row:
        """The goal as a row: where it is met, what ends it and how sure that is."""
        why = "none"
        if self.point is not None:
            what = f"{self.point.line} ({money(self.point.line_usd)})"
            why = f"above {self.point.at - 1:,}: pushed over by {what}"
            if self.point.met:
                why = f"below {self.point.at:,}: {what} is not yet covered"
        plan = self.odds.plan if self.odds else None
        kept = None if plan is None else round(plan, 2)
        wide = self.odds.short if self.odds else "all is counted"
        return Row((self.words, self._met, why, wide, kept), of=self)

    @property
    def _met(self) -> str:
        """Where the goal is met, in a few words; whole units may break it up near a turn."""
        if not self.intervals:
            return "nowhere"
        if len(self.intervals) < 3:
            return " and ".join(_short_span(low, high) for low, high in self.intervals)
        (low, first), (last, high) = self.intervals[0], self.intervals[-1]
        if high is None:
            return f"from {last:,}, at times from {low:,}"
        if low == 1:
            return f"up to {first:,}, at times to {high:,}"
        return f"{low:,} to {high:,}, with gaps"

    def _span(self, low: int, high: int | None) -> str:
        if high is None:
            return f"from {low:,} {self.unit} on"
        return f"{'up to' if low == 1 else f'from {low:,} to'} {high:,} {self.unit}"

    def _why(self) -> Iterator[str]:
        """Yield which line stands behind the crossing, and how far the search went."""
        point = self.point
        if point is not None and not point.met:
            does = "jumps to" if point.jumped else "grows most and stands at"
            yield f"at {point.at:,} '{point.line}' {does} {money(point.line_usd)} a month"
        elif point is not None and point.jumped:
            yield f"at {point.at:,} '{point.line}' falls to {money(point.line_usd)} a month"
        elif point is not None:
            yield f"below {point.at:,} what stands at any usage weighs most, first '{point.line}'"
        if any(c.windowed for c in self.crossings):
            yield f"above {self.up_to:,} only windows were searched"


COLUMNS = (
    "Goal",
    "met",
    "turning point",
    "nine draws in ten",
    Column("kept along the plan", Form.PERCENT, "plan"),
)


def _short_span(low: int, high: int | None) -> str:
    if high is None:
        return f"from {low:,}" if low > 1 else "at every size"
    return f"up to {high:,}" if low == 1 else f"{low:,} to {high:,}"


@dataclass(frozen=True, repr=False)
class Inflections(Result):
    """The inflection of each goal of money, contribution, margin and the budgets in order."""

    goals: tuple[Inflection, ...]

    def __iter__(self) -> Iterator[Inflection]:
        return iter(self.goals)

    def __len__(self) -> int:
        return len(self.goals)

    def __getitem__(self, goal: int | str) -> Inflection:
        """The inflection at a place, or of a goal by its name."""
        if isinstance(goal, str):
            return next(found for found in self.goals if found.goal == goal)
        return self.goals[goal]

    @property
    def sentence(self) -> str:
        """Each goal in plain words."""
        return " ".join(found.sentence for found in self.goals) or "No goal of money is stated."

    def rows(self) -> Table:
        return table(COLUMNS, [found.row() for found in self.goals])


@kept
def inflections(case: Case, up_to: int = UP_TO, far: int | None = None) -> Inflections:
    """For each goal of money, the usage at which it is met and missed.

    contribution: revenue >= cost; margin: revenue (1 - m) >= cost; budget: budget >= cost;
    cloud: budget for cloud >= cost without review staff.

    Parameters
    ----------
    case : the system; its ranges stand at their means, its collection at today's size.
    up_to : every whole count of users (or requests, where users are not given) to here is tried.
    far : above `up_to`, windows of equal ratio to here (ten billion, or a hundred times today's
        usage, where not given): those at whose two ends a goal stands
        differently are searched count by count, and what is found there is marked.

    Notes
    -----
    Small systems may not yet pay what is there at zero users: the inflection is then on the left,
    and the goal has an interval. Across 512 draws the place is found on a grid of usage refined
    twice, to about 0.1 %; steps narrower than the grid may be missed there.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> budget = inflections(load("data/scenarios/contract-search-billed.yaml"))["budget"]
    >>> budget.met_now, budget.point.met
    (True, False)
    """
    single(case, "an inflection")
    point, far = case.point, far or farthest(case.usage)
    goals = list(left_over(point.bill))
    if not goals:
        return Inflections(())
    f = left_at(point)
    first, here = f(np.array([1.0, case.usage])).T >= 0
    found = turns(f, 1, up_to, far)
    starts = [not met and len(at) % 2 == 1 for met, at in zip(first, found, strict=True)]
    explained = _explained(point, goals, found, up_to)
    across = cache(lambda: dict(zip(goals, odds_of(case, starts, far), strict=True)))
    return Inflections(
        tuple(
            Inflection(
                goal=goal,
                words=goal.words(point.scenario),
                unit=point.scenario.traffic.usage_units,
                now=case.usage,
                met_now=bool(here[i]),
                met_at_start=bool(first[i]),
                crossings=explained[i],
                up_to=up_to,
                far=far,
                across=across,
            )
            for i, goal in enumerate(goals)
        )
    )


def _explained(
    point: Case, goals: Sequence[Goal], turned: Sequence[Sequence[int]], up_to: int
) -> list[tuple[Crossing, ...]]:
    """The crossings of each goal, each with the line of the bill behind it."""
    every = [(goal, at) for goal, found in enumerate(turned) for at in found]
    if not every:
        return [() for _ in turned]
    around = np.array([at for _, at in every], dtype=float)[:, None] + np.array([-2, -1, 0, 1])
    field = f"traffic.{point.scenario.traffic.scale}"
    billed = point.of(point.scenario.at({field: np.maximum(around, 0.0)})).bill
    met = stacked(billed)[:, :, 2] >= 0
    lines = [c for c in billed.charges if c.every == "month"]
    usd = np.stack([np.broadcast_to(c.usd, around.shape) for c in lines])
    found: list[list[Crossing]] = [[] for _ in turned]
    for i, (goal, at) in enumerate(every):
        held = [
            k for k, c in enumerate(lines) if goals[goal] is not Goal.CLOUD or c.component != HUMAN
        ]
        crossing = _crossing(
            [lines[k] for k in held], usd[held, i], at, bool(met[goal, i]), windowed=at > up_to
        )
        found[goal].append(crossing)
    return [tuple(crossings) for crossings in found]


def _crossing(
    lines: Sequence[Charge], usd: np.ndarray, at: int, met: bool, *, windowed: bool
) -> Crossing:
    """One crossing, from what each line comes to at two counts before it, at it and behind it."""
    before, step, after = np.diff(usd, axis=1).T
    jumped = np.abs(step) > 2 * np.maximum(np.abs(before), np.abs(after)) + 1e-9 * usd[:, 1]
    if not met:
        which = int(np.argmax(step))
    elif np.any(jumped & (step < 0)):
        which = int(np.argmin(step))
    else:
        stands = np.array([line.behaves != "usage" for line in lines])
        which = int(np.argmax(np.where(stands, usd[:, 1], -1.0)))
    return Crossing(
        at=at,
        met=met,
        windowed=windowed,
        line=line_words(lines[which]),
        jumped=bool(jumped[which]),
        line_usd=float(usd[which, 2]),
    )
