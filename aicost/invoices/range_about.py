"""A scenario with its ranges at given scores, and the range that has a given mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from aicost.scenario.draws import at_scores
from aicost.scenario.scenario import Scenario
from aicost.values.formatting import digits
from aicost.values.quantities import Numeric, Quantity, Range, Value, at_means

KEPT = range(2, 6)  # digits of an end that is written: as few as do
NARROW = 1e-4  # a width that four digits do not show
#: How far the mean and the width may be off for an end to be written short, or as a whole number.
SHORT, WHOLE = (0.001, 0.02), (0.0105, 0.2)
#: What is counted, by the unit of a field.
COUNTED = (
    "calls",
    "days",
    "documents",
    "entries",
    "links",
    "pages",
    "passages",
    "people",
    "questions",
    "requests",
    "rounds",
    "tokens",
    "tools",
    "users",
)


def scenario_at(scenario: Scenario, scores: Mapping[str, Numeric]) -> Scenario:
    """A scenario with ranges at standard-normal scores, by their paths, all others at their means.

    Parameters
    ----------
    scenario : with its ranges. [scenario]
    scores : a number, or an array of them of one length. [scores]
    """

    def placed(path: str, meaning: Quantity, value: Value) -> Value:
        if path not in scores:
            return at_means(value)
        return at_scores(value, meaning, scores[path])

    found = scenario.mapped(placed)
    return replace(found, pipeline=found.pipeline.shared_out())


def mean_score(known: Range) -> float:
    """The standard-normal score of a range's mean.

    >>> known = Range(20.0, 80.0)
    >>> round(float(known.at(mean_score(known))), 9) == round(known.mean, 9)
    True
    """
    from scipy.optimize import brentq  # heavy, and seldom needed

    if known.low == known.high:
        return 0.0
    return float(brentq(lambda z: float(known.at(z)) - known.mean, -6.0, 6.0))


def range_about(value: float, draws: NDArray[np.float64], meaning: Quantity, known: Range) -> Range:
    """The range whose mean is a value, as wide as draws of it are, and no wider than it was.

    Parameters
    ----------
    value : what the mean has to be.
    draws : of the value, nine in ten of which the range is as wide as.
    meaning : the bounds that a file allows.
    known : what the file has: how wide it is, and the ceiling below which a share lies.

    Examples
    --------
    >>> draws = Range(20.0, 80.0).at(np.linspace(-2, 2, 99))
    >>> range_about(30.0, draws, Quantity("", "users"), Range(10.0, 90.0))
    Range(low=12.0, high=59.0, ceiling=inf)
    """
    from scipy.optimize import brentq

    ceiling = known.ceiling
    there, back = _scale(value, ceiling)
    lower, upper = np.percentile(there(np.asarray(draws, dtype=float)), (5, 95)).tolist()
    first, last = there(np.array([known.low, known.high])).tolist()
    half = min(upper - lower, last - first) / 2
    if not half > NARROW:
        return Range(value, value, ceiling)

    def about(centre: float) -> Range:
        ends = [back(centre - half), back(centre + half)]
        low, high = np.clip(ends, meaning.low, meaning.high).tolist()
        return Range(low, high, ceiling)

    middle, far = float(there(np.asarray(value))), half + half**2 + 1.0
    try:
        centre = brentq(lambda at: about(at).mean - value, middle - far, middle + far)
    except ValueError:  # at a bound of what a file allows
        return Range(value, value, ceiling)
    wide = last - first
    return _short(
        about(centre), value, meaning, lambda of: there(np.array([of.low, of.high])), wide
    )


def _short(found: Range, value: float, meaning: Quantity, there: Ends, most: float) -> Range:
    """A range as a person writes it: counts whole, few digits, its mean and its width kept."""
    wide = float(np.ptp(there(found)))

    def best(near: Sequence[Iterable[float]], off: tuple[float, float]) -> Range | None:
        tried = []
        for low, high in product(*near):
            one = Range(low, high, found.ceiling)
            if not meaning.low <= low < high <= meaning.high:
                continue
            width = float(np.ptp(there(one)))
            apart, wider = abs(one.mean / value - 1) / off[0], (width / wide - 1) / off[1]
            if max(apart, abs(wider)) <= 1 and width <= most * (1 + 1e-9):
                tried.append((apart - min(wider, 0.0), low, high))
        return Range(*min(tried)[1:], found.ceiling) if tried else None

    ends = (found.low, found.high)
    if meaning.unit in COUNTED:
        whole = [(math.floor(_cut(end, 3)), math.ceil(_cut(end, 3, up=True))) for end in ends]
        near = [{_cut(n, 3) for n in (low - 1, low, high, high + 1)} for low, high in whole]
        if short := best(near, WHOLE):
            return short
    for kept in KEPT:
        if short := best([(_cut(end, kept), _cut(end, kept, up=True)) for end in ends], SHORT):
            return short
    return Range(float(digits(found.low, 6)), float(digits(found.high, 6)), found.ceiling)


def _cut(value: float, kept: int, *, up: bool = False) -> float:
    """A number to some digits, the next below or above."""
    if value <= 0:
        return value
    unit = kept - 1 - math.floor(math.log10(value))
    cut = (math.ceil if up else math.floor)(round(value * 10.0**unit, 9))
    return float(digits(cut / 10.0**unit, kept))


Ends = Callable[[Range], NDArray[np.float64]]
Scale = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def _scale(value: float, ceiling: float) -> tuple[Scale, Callable[[float], float]]:
    """The scale on which a range is normal, and the way back."""
    if value <= 0:
        return (lambda of: of), (lambda at: at)
    if math.isfinite(ceiling) and value < ceiling:
        top = 1 - 1e-9
        return (
            lambda of: logit(np.clip(of / ceiling, 1e-12, top)),
            lambda at: ceiling * float(expit(at)),
        )
    return (lambda of: np.log(np.maximum(of, 1e-300))), (lambda at: math.exp(at))
