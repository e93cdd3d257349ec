"""Where a system stops being viable: the usage at which each goal of money is met and missed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from aicost.bill import Bill, bill
from aicost.book import Book
from aicost.crossings import Rows, scan, windows
from aicost.quantities import Numeric
from aicost.scenario import Scenario
from aicost.words import count, line_words, money, percent

DRAWS = 512
GRIDS = (129, 17, 17)  # points of the first grid across the draws and of its refinements


def left_over(priced: Bill) -> dict[str, Numeric]:
    """Return the dollars a month left of each goal the scenario sets; at zero it is still met.

    contribution = revenue - cost; margin = revenue (1 - m) - cost; budget = budget - cost.
    """
    goals, cost = priced.scenario.goals, priced.total
    left: dict[str, Numeric] = {}
    if goals.price_per_user_month is not None:
        revenue = goals.price_per_user_month * priced.users
        left["contribution"] = revenue - cost
        if goals.margin is not None:
            left["margin"] = revenue * (1.0 - goals.margin) - cost
    if goals.budget_per_month is not None:
        left["budget"] = goals.budget_per_month - cost
    return left


def usage_words(scenario: Scenario) -> str:
    """Return what usage counts: users, claims, requests."""
    return f"{scenario.traffic.unit}s" if scenario.traffic.scale == "users" else "requests"


def grown_fields(scenario: Scenario, t: Numeric) -> dict[str, Numeric]:
    """Return usage and documents after `t` months, for a scenario at its means or drawn."""
    assert scenario.growth is not None
    scale = scenario.traffic.scale
    now = getattr(scenario.traffic, scale)
    grown = {f"traffic.{scale}": now * np.power(1.0 + scenario.growth.users_per_month, t)}
    if scenario.corpus is not None:
        added = np.power(1.0 + scenario.corpus.added_per_month, t)
        grown["corpus.documents"] = scenario.corpus.documents * added
    return grown


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
class Chances:
    """A goal across the draws.

    `middle`, with `low` to `high` (5 % to 95 %), is the usage at which the goal is missed again
    once it is met: inf for nowhere, 0 where it is never met. For a goal that at the means is only
    begun to be met (`starts`) it is the usage at which it is first met: inf for nowhere.
    `met_now` is the share of draws that meet it at today's usage, `plan` in every month of the
    growth plan.
    """

    starts: bool
    low: float
    middle: float
    high: float
    met_now: float
    plan: float | None

    @property
    def words(self) -> Iterator[str]:
        """Yield what the draws say, in plain words."""
        low, middle, high = (self._short(v) for v in (self.low, self.middle, self.high))
        if not np.isfinite(self.high):
            yield f"with what is unknown, from about {low} on (middle {middle}), at times {high}"
        elif low != high:
            yield f"with what is unknown, about {low} to {high} (middle {middle})"
        if self.plan is not None:
            yield f"{percent(round(self.plan, 2))} of draws keep it through the growth plan"

    def _short(self, value: float) -> str:
        if not np.isfinite(value):
            return "never" if self.starts else "without end"
        return f"{float(f'{value:.2g}'):,.0f}"


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
        """Return the counts at which the goal is met, ends included; None for no end found."""
        turns = [(1, self.met_at_start), *((c.at, c.met) for c in self.crossings)]
        kept = [turn for i, turn in enumerate(turns) if i == 0 or turn[1] != turns[i - 1][1]]
        ends: list[int | None] = [at - 1 for at, _ in kept[1:]]
        return tuple((at, end) for (at, met), end in zip(kept, [*ends, None], strict=True) if met)

    @property
    def point(self) -> Crossing | None:
        """Return the crossing that matters at today's usage, if there is one.

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
        """Return how many times today's usage fits before the goal is missed; None for no end."""
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
    scenario: Scenario, book: Book, up_to: int = 1_000_000, far: int = 100_000_000
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
    f = _left(point, book)
    now = float(getattr(point.traffic, point.traffic.scale))
    first, here = f(np.array([1.0, now])).T >= 0
    exact, beyond = scan(f, 1, up_to), windows(f, up_to, far)
    starts = [not met and len(e + b) == 1 for met, e, b in zip(first, exact, beyond, strict=True)]
    chances = _chances(scenario, book, starts, far)
    return tuple(
        Inflection(
            goal=goal, words=_goal_words(point, goal), unit=usage_words(point), now=now,
            met_now=bool(here[i]), met_at_start=bool(first[i]),
            crossings=tuple(_explained(point, book, i, exact[i] + beyond[i], up_to)),
            up_to=up_to, far=far, chances=chances[i],
        )
        for i, goal in enumerate(goals)
    )  # fmt: skip


def _left(scenario: Scenario, book: Book) -> Rows:
    """Return a function from usage to what is left of each goal, one row a goal."""

    def left(usage: np.ndarray) -> np.ndarray:
        return _stacked(bill(scenario.at({f"traffic.{scenario.traffic.scale}": usage}), book))

    return left


def _stacked(priced: Bill) -> np.ndarray:
    """Return what is left of each goal as one array, goals first."""
    return np.stack(np.broadcast_arrays(*left_over(priced).values(), priced.users)[:-1])


def _explained(
    scenario: Scenario, book: Book, goal: int, found: Sequence[int], up_to: int
) -> Iterator[Crossing]:
    """Yield each crossing with the line of the bill behind it."""
    if not found:
        return
    around = np.array(found, dtype=float)[:, None] + np.array([-2.0, -1.0, 0.0, 1.0])
    field = f"traffic.{scenario.traffic.scale}"
    priced = bill(scenario.at({field: np.maximum(around, 0.0)}), book)
    met = _stacked(priced)[goal, :, 2] >= 0
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
            at=at, met=bool(met[i]), windowed=at > up_to, line=line_words(lines[which]),
            jumped=bool(jumped[which]), line_usd=float(usd[which, i, 2]),
        )  # fmt: skip


def _goal_words(scenario: Scenario, goal: str) -> str:
    goals, unit = scenario.goals, scenario.traffic.unit
    each = unit if scenario.traffic.scale == "users" else "request"
    if goal == "contribution":
        return f"The price of {money(goals.price_per_user_month)} per {each} covers the cost"
    if goal == "margin":
        return f"The margin of {percent(goals.margin)} is kept"
    return f"The budget of {money(goals.budget_per_month)} a month is kept"


def _chances(
    scenario: Scenario, book: Book, starts: Sequence[bool], far: int
) -> list[Chances | None]:
    """Return how each goal stands across the draws."""
    if not scenario.unknowns():
        return [None for _ in starts]
    drawn = scenario.draw(DRAWS)
    f = _left(drawn, book)
    usage = getattr(drawn.traffic, drawn.traffic.scale)
    met_now = (f(np.broadcast_to(usage, (1, DRAWS))) >= 0).mean(axis=(1, 2))
    plan: Sequence[float | None] = [None for _ in starts]
    if drawn.growth is not None:
        t = np.arange(round(float(np.mean(drawn.growth.months))) + 1)[:, None]
        path = _stacked(bill(drawn.at(grown_fields(drawn, t)), book)) >= 0
        plan = path.all(axis=1).mean(axis=1).tolist()
    found: list[Chances | None] = []
    for goal, begins in enumerate(starts):
        places = _places(f, goal, begins, far)
        low, middle, high = np.percentile(places, (5, 50, 95), method="inverted_cdf").tolist()
        found.append(Chances(begins, low, middle, high, float(met_now[goal]), plan[goal]))
    return found


def _places(f: Rows, goal: int, starts: bool, far: int) -> np.ndarray:
    """Return per draw the usage at which a goal is first met, or missed again once it is met."""
    low, high, column = np.ones(DRAWS), np.full(DRAWS, float(far)), np.arange(DRAWS)
    never = some = np.zeros(DRAWS, dtype=bool)
    for points in GRIDS:
        grid = np.geomspace(low, high, points)
        met = f(grid)[goal] >= 0
        if points == GRIDS[0] and not starts:
            never = ~met.any(axis=0)
            met |= ~np.logical_or.accumulate(met, axis=0)  # not met yet is not missed again
        turned = met if starts else ~met
        if points == GRIDS[0]:
            some = turned.any(axis=0)
        first = turned.argmax(axis=0)
        high = np.where(some, grid[first, column], high)
        low = np.where(some, grid[np.maximum(first - 1, 0), column], low)
    return np.where(never, 0.0, np.where(some, high, np.inf))
