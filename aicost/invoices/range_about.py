"""A scenario with its ranges at given scores, and the range that has a given mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, logit

from aicost.scenario.draws import at_scores
from aicost.scenario.scenario import Scenario
from aicost.values.formatting import digits
from aicost.values.quantities import Numeric, Quantity, Range, Value, at_means

KEPT = 4  # digits of an end that is written
NARROW = 1e-4  # a width that four digits do not show


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
    if known.low == known.high:
        return 0.0
    return float(brentq(lambda z: float(known.at(z)) - known.mean, -6.0, 6.0))


def range_about(
    value: float, draws: NDArray[np.float64], meaning: Quantity, ceiling: float = math.inf
) -> Range:
    """The range whose mean is a value, as wide as draws of it are.

    Parameters
    ----------
    value : what the mean has to be.
    draws : of the value, nine in ten of which the range is as wide as.
    meaning : the bounds that a file allows.
    ceiling : below which a share lies.

    Examples
    --------
    >>> draws = Range(20.0, 80.0).at(np.linspace(-2, 2, 99))
    >>> known = range_about(30.0, draws, Quantity("", "users"))
    >>> known.low < 30 < known.high and abs(known.mean / 30 - 1) < 1e-3
    True
    """
    there, back = _scale(value, ceiling)
    lower, upper = np.percentile(there(np.asarray(draws, dtype=float)), (5, 95)).tolist()
    half = (upper - lower) / 2
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
    found = about(centre)
    return Range(float(digits(found.low, KEPT)), float(digits(found.high, KEPT)), ceiling)


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
