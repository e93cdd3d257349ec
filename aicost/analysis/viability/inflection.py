"""Where a system stops being viable: the usage at which each goal of money is met and missed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from aicost.analysis.viability.goals import left_at, left_over, stacked
from aicost.analysis.viability.odds import Chances, chances_of
from aicost.billing.walk import bill
from aicost.book.book import Book
from aicost.formulas.crossings import FAR, UP_TO, scan, windows
from aicost.scenario.scenario import Scenario
from aicost.values.formatting import count, line_words, money, percent


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


@dataclass(frozen=True)
class Inflection:
    """Where one goal is met and where not; counts to `up_to` all tried, in windows to `far`.

    `chances` is None where nothing is unknown.
    """

    goal: str
    words: str
    unit: str
    now: float
    met_now: bool
    met_at_start: bool
    crossings: tuple[Crossing, ...]
    up_to: int
    far: int
    chances: Chances | None

    @property
    def intervals(self) -> tuple[tuple[int, int | None], ...]:
        """The counts at which the goal is met, ends included; None for no end found."""
        turns = [(1, self.met_at_start), *((c.at, c.met) for c in self.crossings)]
        kept = [turn for i, turn in enumerate(turns) if i == 0 or turn[1] != turns[i - 1][1]]
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
            return f"{self.words} at no count of {self.unit} up to {self.far:,}."
        if not self.crossings:
            return (
                f"{self.words} at every count of {self.unit}: no inflection up to {self.far:,} "
                f"(each tried to {self.up_to:,}, windows above)."
            )
        spans = [self._span(*ends) for ends in self.intervals]
        said = " and ".join(spans[:3])
        if len(spans) > 3:
            said += f" and in {len(spans) - 3} more intervals, the last {spans[-1]}"
        chances = self.chances.words if self.chances else ()
        parts = [f"{self.words} {said}; now {count(self.now)}", *self._why(), *chances]
        return "; ".join(parts) + "."

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


def inflections(
    scenario: Scenario, book: Book, up_to: int = UP_TO, far: int = FAR
) -> tuple[Inflection, ...]:
    """Return, for each goal of money, the usage at which it is met and missed.

    contribution: revenue >= cost; margin: revenue (1 - m) >= cost; budget: budget >= cost.

    Parameters
    ----------
    scenario : the system; its ranges stand at their means, its collection at today's size.
    book : the price book.
    up_to : every whole count of users (or requests, where users are not given) to here is tried.
    far : above `up_to`, windows of equal ratio to here: those at whose two ends a goal stands
        differently are searched count by count, and what is found there is marked.

    Returns
    -------
    tuple of Inflection, one per goal, in the order contribution, margin, budget

    Notes
    -----
    Small systems may not yet pay what is there at zero users: the inflection is then on the left,
    and the goal has an interval. Across 512 draws the place is found on a grid of usage refined
    twice, to about 0.1 %; steps narrower than the grid may be missed there.

    Examples
    --------
    >>> import aicost
    >>> s = aicost.load("data/scenarios/contract-search-billed.yaml")
    >>> budget = inflections(s, aicost.Book.load(as_of=s.as_of))[-1]
    >>> budget.goal, budget.met_now, budget.point.met
    ('budget', True, False)
    """
    point = scenario.point()
    goals = list(left_over(bill(point, book)))
    if not goals:
        return ()
    f = left_at(point, book)
    now = float(getattr(point.traffic, point.traffic.scale))
    first, here = f(np.array([1.0, now])).T >= 0
    exact, beyond = scan(f, 1, up_to), windows(f, up_to, far)
    starts = [not met and len(e + b) == 1 for met, e, b in zip(first, exact, beyond, strict=True)]
    chances = chances_of(scenario, book, starts, far)
    return tuple(
        Inflection(
            goal=goal,
            words=_goal_words(point, goal),
            unit=point.traffic.usage_units,
            now=now,
            met_now=bool(here[i]),
            met_at_start=bool(first[i]),
            crossings=tuple(_explained(point, book, i, exact[i] + beyond[i], up_to)),
            up_to=up_to,
            far=far,
            chances=chances[i],
        )
        for i, goal in enumerate(goals)
    )


def _explained(
    scenario: Scenario, book: Book, goal: int, found: Sequence[int], up_to: int
) -> Iterator[Crossing]:
    """Yield each crossing with the line of the bill behind it."""
    if not found:
        return
    around = np.array(found, dtype=float)[:, None] + np.array([-2.0, -1.0, 0.0, 1.0])
    field = f"traffic.{scenario.traffic.scale}"
    priced = bill(scenario.at({field: np.maximum(around, 0.0)}), book)
    met = stacked(priced)[goal, :, 2] >= 0
    lines = [c for c in priced.charges if c.every == "month"]
    usd = np.stack([np.broadcast_to(c.usd, around.shape) for c in lines])
    stands = np.array([c.behaves != "usage" for c in lines])
    for i, at in enumerate(found):
        before, step, after = np.diff(usd[:, i], axis=1).T
        jumped = np.abs(step) > 2 * np.maximum(np.abs(before), np.abs(after)) + 1e-9 * usd[:, i, 1]
        if not met[i]:
            which = int(np.argmax(step))
        elif np.any(jumped & (step < 0)):
            which = int(np.argmin(step))
        else:
            which = int(np.argmax(np.where(stands, usd[:, i, 1], -1.0)))
        yield Crossing(
            at=at,
            met=bool(met[i]),
            windowed=at > up_to,
            line=line_words(lines[which]),
            jumped=bool(jumped[which]),
            line_usd=float(usd[which, i, 2]),
        )


def _goal_words(scenario: Scenario, goal: str) -> str:
    goals, unit = scenario.goals, scenario.traffic.unit
    each = unit if scenario.traffic.scale == "users" else "request"
    if goal == "contribution":
        return f"The price of {money(goals.price_per_user_month)} per {each} covers the cost"
    if goal == "margin":
        return f"The margin of {percent(goals.margin)} is kept"
    return f"The budget of {money(goals.budget_per_month)} a month is kept"
