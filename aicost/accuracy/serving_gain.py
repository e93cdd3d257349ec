"""What one measured point of a served model gains on the other points of its pair, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from aicost.accuracy.report import Part
from aicost.accuracy.serving_cases import ALONE, OPEN, STEP, Cases
from aicost.accuracy.serving_fit import Constants, machines, measured, predicted
from aicost.book.machines import constants
from aicost.formulas.serving.measured import Point, refit
from aicost.formulas.serving.step import Machine

#: Folds of points, each with the constants that stand for it.
Fits = list[tuple[np.ndarray, Constants]]
NAMES = ("peak tokens/s", "first word", "time of a token")
SAME = "same engine, weights and split as the one measured point"
OTHER = "another engine, width or split than the one measured point"
FIRST = 1
THIN = "cdna"  # one source, of 2024: its error is the family's, which any point of it mends


class Gain(NamedTuple):
    """Errors of the three results on other points of a pair, before one is given and after."""

    before: tuple[np.ndarray, ...]
    after: tuple[np.ndarray, ...]


def gains(cases: Cases, fits: Fits) -> dict[str, Gain]:
    """Each point in turn is the measured one: errors of the others, by what they share with it."""
    found: dict[str, list[Gain]] = {SAME: [], OTHER: []}
    thin = [*constants()["multiply_share"]].index(THIN)
    for test, at in fits:
        some = cases.where(test & (cases.family != thin))
        points = _points(some)
        if any(np.isfinite(values).any() for values in points[4:]):
            machine = machines(at, some)
            mended = refit(machine=machine, points=[points])
            for name, (given, other) in _neighbours(some).items():
                found[name].append(_gain(some, machine, mended, given, other))
    return {name: _pooled(each) for name, each in found.items() if each}


def gain_parts(cases: Cases, fits: Fits) -> Iterator[Part]:
    """Two lines a result and kind of neighbour: its error before and after."""
    for where, gain in gains(cases, fits).items():
        for name, before, after in zip(NAMES, *gain, strict=True):
            if before.size:
                yield Part(f"{where}: {name}, before", before.tolist(), judged=False)
                yield Part(f"{where}: {name}, after", after.tolist(), judged=False)


def _points(cases: Cases) -> Point:
    """Every point as one that a user has measured; none of what is not served under load."""
    seen = measured(cases)
    loaded = ~np.isin(cases.scenario, (*ALONE, STEP))
    speed, first, token = (np.where(loaded, values, np.nan) for values in seen[:3])
    total = (cases.input_tokens + cases.output_tokens) / cases.output_tokens
    return Point(
        cases.input_tokens,
        cases.output_tokens,
        cases.concurrency,
        np.where((cases.scenario == OPEN) & np.isfinite(cases.rate), cases.rate, np.nan),
        np.where(cases.scenario == "batch", speed / total, speed),
        first,
        token,
    )


def _neighbours(cases: Cases) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Which two points are of one pair: the measured one and another, by what they share."""
    layout = cases.layout
    split = (layout.weight_bytes, layout.tensor, layout.data, layout.pipeline)
    columns = [np.broadcast_to(value, len(cases)).astype(float) for value in split]
    _, lot = np.unique([cases.engine, *columns], axis=1, return_inverse=True)
    pair = cases.pair[:, None] == cases.pair
    same = lot[:, None] == lot
    loaded = ~np.isin(cases.scenario, (*ALONE, STEP))
    apart = pair & loaded[:, None] & ~np.eye(len(cases), dtype=bool)
    return {SAME: _places(apart & same), OTHER: _places(apart & ~same)}


def _places(which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    given, other = np.nonzero(which)
    return given, other


def _gain(
    cases: Cases, machine: Machine, mended: Machine, given: np.ndarray, other: np.ndarray
) -> Gain:
    others, theirs = cases.where(other), machine.where(other)
    times = {n: getattr(mended.reached, n)[given] for n in ("step_times", "prompt_times")}
    own = theirs._replace(reached=replace(theirs.reached, **times))
    before, after = predicted(theirs, others), predicted(own, others)
    true = measured(others)
    errors: list[list[np.ndarray]] = [[], []]
    for place, value in enumerate(true[:3]):
        both = before[place], after[place]
        counts = np.isfinite(value) & np.isfinite(both).all(axis=0)
        counts &= ~(before.over & (place == FIRST))
        for which, said in enumerate(both):
            errors[which].append(np.abs(said[counts] / value[counts] - 1.0))
    return Gain(tuple(errors[0]), tuple(errors[1]))


def _pooled(each: list[Gain]) -> Gain:
    before, after = (
        tuple(np.concatenate(parts) for parts in zip(*(gain[side] for gain in each), strict=True))
        for side in (0, 1)
    )
    return Gain(before, after)
