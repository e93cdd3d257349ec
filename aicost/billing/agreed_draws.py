"""Draws of what is not known that agree with what an invoice shows of the month."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from aicost.billing.bill import Bill
from aicost.billing.walk import bill
from aicost.book.book import Book
from aicost.scenario.draws import SEED, scores_of
from aicost.scenario.scenario import Scenario
from aicost.values.formatting import usd
from aicost.values.quantities import Z95, Numeric, Range, Value, at_means

Floats = NDArray[np.float64]
Figures = Callable[[Floats], Floats]
Agreed = tuple[dict[str, Floats], tuple[str, ...]]
#: Of a figure, beside its print: days of a month, rates, rounded prices.
SLACK = 0.002
AGREES = 0.02  # figures that are no further apart need no explanation
TOLD = 0.005  # beyond what a copy is off that a calibration wrote
NEAR = 0.05  # of what no figure shows, that its draws may lie off its bill
FEWEST = 0.25  # of the draws, that have to agree before a figure is followed
MOST = 3.5  # scores of an input
CLOUD = 512  # points over which the slopes of the figures are taken
STEPS, ENOUGH = 6, 0.99  # of the draws, that are near enough to end with
ROUNDS, WIDEST = 60, 25.0


def agreed_scores(scenario: Scenario, book: Book, n: int, seed: int) -> Agreed:
    """Standard-normal scores of all that is unknown, by path, at which the bill is the invoice.

    Each draw is moved by the least that makes its figures what was invoiced (randomized maximum
    likelihood, linear in logarithms, its slopes mended on the way). Beforehand inputs are drawn
    wider, by as much as the invoice then narrows them: each keeps the range that the file states.
    A product of means is more than one of medians: what that takes is of the inputs that move
    nothing beside the figures, so that what no figure shows stays what it is on the bill.

    An invoice shows the system as it was: a figure that the bill at the means is not within 2 % of
    is of another system, and not followed. Nor is one that fewer than a quarter of the draws
    reach. The names of those that are followed come too.
    """
    paths, plan = scenario.unknowns(), bill(scenario.point(), book)
    names = [name for name in scenario.invoiced if agrees(plan, name)]
    if not (paths and names):
        return {}, tuple(names)
    free = np.column_stack([scores_of(n, f"{seed}:{path}") for path in paths])
    rng = np.random.default_rng(seed)
    seen = np.column_stack([_seen(scenario.invoiced[name], rng, n) for name in names])

    def logs(points: Floats, names: list[str]) -> Floats:
        scores = dict(zip(paths, points.T, strict=True))
        found = bill(scenario.draw(len(points), SEED, scores), book)
        sums = [np.broadcast_to(figure(found, name), len(points)) for name in names]
        total = np.broadcast_to(figure(found, "month"), len(points))
        rest = np.maximum(total - sum(sums), 1e-6 * total)
        return np.log(np.maximum(np.column_stack([*sums, rest]), 1e-9))

    while names:
        held = np.log([at_means(scenario.invoiced[name]) for name in names])
        points, off = _agreeing(partial(logs, names=names), free, seen, held)
        good = off.max(axis=1) <= AGREES
        if good.mean() >= FEWEST:
            points[~good] = np.resize(points[good], points[~good].shape)
            return dict(zip(paths, points.T, strict=True)), tuple(names)
        worst = int(np.median(off, axis=0).argmax())
        names = names[:worst] + names[worst + 1 :]
        seen = np.delete(seen, worst, axis=1)
    return {}, ()


def figure(found: Bill, name: str) -> Numeric:
    """What a bill has for a figure of an invoice: the month, components, or a stage."""
    every = [c for c in found.charges if c.every == "month"]
    parts = {*name.split(" + ")}
    if name != "month" and any(c.component in parts for c in every):
        return sum((c.invoiced_as(parts) for c in every), np.float64(0.0))
    own = [c.usd for c in every if name == "month" or c.stage == name]
    return sum(own, np.float64(0.0))


def agrees(found: Bill, name: str) -> bool:
    """Whether the bill at the means is what was invoiced: whether the system is as it was then."""
    theirs = at_means(found.scenario.invoiced[name])
    return bool(abs(figure(found, name) - theirs) <= AGREES * theirs)


def apart(found: Bill, followed: Collection[str]) -> Iterator[str]:
    """Yield the figures of an invoice that a bill, at the means or drawn, does not agree with."""
    for name, value in found.scenario.invoiced.items():
        ours, theirs = float(np.mean(figure(found, name))), at_means(value)
        if not agrees(found, name):
            words = f"invoiced.{name}: {usd(theirs)} was invoiced, the bill has {usd(ours)} for it"
            why = "it shows the system before it was changed, and no range follows it"
            yield f"{words}; {why}: reconcile again, or remove the figure"
        elif abs(ours / theirs - 1) > TOLD and name in followed:
            words = f"invoiced.{name}: {usd(theirs)} was invoiced, the bill has {usd(ours)} for it"
            yield f"{words}, and its range is of what was invoiced: reconcile again if it changed"
        elif name not in followed:
            words = f"invoiced.{name}: the ranges of the file hardly reach {usd(theirs)} together"
            yield f"{words} with what else was invoiced, so its range does not follow it"


def _seen(value: Value, rng: np.random.Generator, n: int) -> Floats:
    """The logarithm of what was invoiced, for each draw."""
    z = rng.standard_normal(n)
    middle = np.log(at_means(value))
    wide = np.log(value.high / value.low) / (2 * Z95) if isinstance(value, Range) else 0.0
    return middle + max(wide, SLACK) * z


def _agreeing(every: Figures, free: Floats, seen: Floats, held: Floats) -> tuple[Floats, Floats]:
    """Points next to free draws at which figures are what was seen, and how far off they are.

    Draws lie about a point that makes the figures what was `held`, and leaves all else as it is.
    """
    many, unknowns = free.shape
    cloud = np.random.default_rng(SEED).standard_normal((CLOUD, unknowns))
    rising = np.column_stack([np.ones(CLOUD), cloud])
    middle, *slopes = np.linalg.lstsq(rising, every(cloud), rcond=None)[0]
    both = np.column_stack(slopes)
    flat, shown = both[:-1], len(held)
    spread = _widened(flat)
    slack = np.append(np.full(shown, SLACK), NEAR)
    start = _gain(both, spread, slack) @ np.append(held - middle[:-1], 0.0)
    centre = start + free * np.sqrt(spread)
    each = np.broadcast_to(flat, (many, *flat.shape))
    point, logs = np.zeros_like(free), np.broadcast_to(middle[:-1], seen.shape)
    best, least = point, np.full(seen.shape, np.inf)
    for _ in range(STEPS):
        ahead = seen - logs + _times(each, point - centre)
        way = centre + _times(_gain(each, spread), ahead)
        way = np.clip(way, -MOST, MOST)
        step, before = way - point, logs
        point, logs = way, every(way)[:, :shown]
        off = np.abs(logs - seen)
        nearer = (off.max(axis=1) < least.max(axis=1))[:, None]
        best, least = np.where(nearer, point, best), np.where(nearer, off, least)
        if np.mean(least.max(axis=1) <= SLACK) > ENOUGH:
            break
        long = np.maximum(np.square(step).sum(axis=1, keepdims=True), 1e-12)
        missed = (logs - before - _times(each, step)) / long
        each = each + missed[:, :, None] * step[:, None, :]  # by Broyden
    return best, least


def _gain(slopes: Floats, spread: Floats, slack: Floats | float = SLACK) -> Floats:
    """How far points move for what figures are off: by the variances of what moves them."""
    across = spread * slopes
    sums = across @ np.swapaxes(slopes, -1, -2) + np.square(slack) * np.eye(slopes.shape[-2])
    gain: Floats = np.swapaxes(np.linalg.solve(sums, across), -1, -2)
    return gain


def _widened(slopes: Floats) -> Floats:
    """The variances of scores that are one once the figures are known."""
    spread = np.ones(slopes.shape[1])
    for _ in range(ROUNDS):
        left = 1 - (_gain(slopes, spread) * slopes.T).sum(axis=1)
        spread = np.minimum(1 / np.maximum(left, 1 / WIDEST), WIDEST)
    return spread


def _times(slopes: Floats, points: Floats) -> Floats:
    """Each matrix times the vector of its row."""
    found: Floats = (slopes @ points[..., None])[..., 0]
    return found
