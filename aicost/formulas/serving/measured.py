"""A served model corrected by what was measured of it: that wins over fitted constants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import NamedTuple

import numpy as np

from aicost.formulas.serving.load import Served, at_concurrency, at_rate
from aicost.formulas.serving.step import Machine
from aicost.values.quantities import Numeric

#: How far a step and a prompt may lie from what constants say, as a log: what was seen of pairs.
SPREADS = (0.3, 0.45)
#: How far a point may lie from the formula that its own machine obeys, as a log: tokens/s and
#: tokens closely; a first word loosely, for it is as much the harness's as the chip's.
NOISE = (0.2, 0.6, 0.2)  # tokens/s, first word, time of a token
STARTS, TURNS, NUDGE = (-2.0, -1.0, 0.0, 1.0, 2.0), 6, 1e-4
FARTHEST, PARTS = 0.5, (1.0, 0.3, 0.1)  # of one move, as a log; of it, where the whole is too far
NOTHING = "nothing was measured: give tokens a second, or times"
_LEAST, _MOST = 1e-9, 1e12  # of what is compared, so that what cannot be served has a log


class Point(NamedTuple):
    """One measured load and what was seen under it; nan is what was not measured."""

    input_tokens: Numeric
    output_tokens: Numeric
    concurrency: Numeric = np.inf  # requests at once; inf: as many as fit
    requests_per_s: Numeric = np.nan  # in place of it
    tokens_per_s: Numeric = np.nan
    first_s: Numeric = np.nan
    token_s: Numeric = np.nan


def under(*, machine: Machine, point: Point) -> Served:
    """What the formulas say of a measured load: at its rate where it has one, else so many at once.

    Parameters
    ----------
    machine : a model on its chips. [numbers]
    point : lengths and load. [numbers]

    Returns
    -------
    As `at_concurrency`. [s, s, tokens/s]

    Examples
    --------
    >>> from aicost.book.machines import machine
    >>> one = machine("llama-3.1-8b", "h100-sxm", weights="fp8")
    >>> full, rated = Point(1_000, 200), Point(1_000, 200, requests_per_s=2.0)
    >>> full, rated = (under(machine=one, point=p).tokens_per_s for p in (full, rated))
    >>> bool(full > 5_000), float(rated)
    (True, 400.0)
    """
    rated = np.isfinite(point.requests_per_s)
    lengths = {"input_tokens": point.input_tokens, "output_tokens": point.output_tokens}
    closed = at_concurrency(machine=machine, concurrency=point.concurrency, **lengths)
    if not np.any(rated):
        return closed
    rate = np.where(rated, point.requests_per_s, 1.0)
    opened = at_rate(machine=machine, requests_per_s=rate, **lengths)
    return Served(*(np.where(rated, o, c) for o, c in zip(opened, closed, strict=True)))


def refit(*, machine: Machine, points: Sequence[Point]) -> Machine:
    """The machine with its step and its prompt corrected by what was measured on it.

    The two factors are the most probable ones: minimal Σ (log said / measured)² / noise² over all
    that was measured, + (log factor)² / spread² of the two.

    Parameters
    ----------
    machine : the model on its chips as constants have it. [numbers]
    points : what was measured: same model, chip, engine, width of weights and split. [numbers]

    Returns
    -------
    The same machine, other `step_times` and `prompt_times`. [numbers]

    Raises
    ------
    ValueError : no point, or none that has a result.

    Notes
    -----
    One point lowers the median error on the other points of its pair, engine, weights and split:
    `aicost accuracy serving` prints by how much. On another engine, width or split of the same
    pair the two factors make it worse; correct each machine by its own points. First words gain
    little: much of them is the server's and the harness's. The spreads and the noise were chosen
    on the points that this is held against.

    References
    ----------
    Maximum a posteriori by Gauss-Newton steps from a grid of starts.

    Examples
    --------
    >>> from aicost.book.machines import machine
    >>> one = machine("llama-3.1-8b", "h100-sxm", weights="fp8")
    >>> said = at_concurrency(machine=one, input_tokens=1_000, output_tokens=200, concurrency=16)
    >>> slower = Point(1_000, 200, 16, token_s=1.5 * said.token_s)
    >>> round(float(refit(machine=one, points=[slower]).reached.step_times), 2)
    1.33
    """
    if not points:
        raise ValueError(NOTHING)
    shape = np.broadcast_shapes(*(np.shape(value) for point in points for value in point))
    columns = zip(*points, strict=True)
    every = Point(*(np.stack([np.broadcast_to(v, shape) for v in column]) for column in columns))
    seen = _seen(machine, every)
    there = np.isfinite(seen)
    if not there.any():
        raise ValueError(NOTHING)
    true, weights = np.where(there, seen, 0.0), there / _column(NOISE, every.first_s)
    spreads = _column(SPREADS, shape)

    def corrected(logs: np.ndarray) -> Machine:
        step, prompt = np.exp(logs)
        found = replace(machine.reached, step_times=step, prompt_times=prompt)
        return machine._replace(reached=found)

    def residuals(logs: np.ndarray) -> np.ndarray:
        off = (_logs(corrected(logs), every) - true) * weights
        return np.concatenate([off.reshape(-1, *shape), logs / spreads])

    def cost(logs: np.ndarray) -> np.ndarray:
        found: np.ndarray = (residuals(logs) ** 2).sum(axis=0)
        return found

    none = np.zeros((2, *shape))
    starts = np.array([none + spreads * _column(at, shape) for at in product(STARTS, STARTS)])
    nearest = np.array([cost(start) for start in starts]).argmin(axis=0)
    logs = np.take_along_axis(starts, nearest[None, None], axis=0)[0]
    nudges = [NUDGE * _column(at, shape) for at in np.eye(2)]
    for _ in range(TURNS):
        now = residuals(logs)
        step, prompt = ((residuals(logs + nudge) - now) / NUDGE for nudge in nudges)
        a, b, d = ((x * y).sum(axis=0) for x, y in ((step, step), (step, prompt), (prompt, prompt)))
        left, right = ((slope * now).sum(axis=0) for slope in (step, prompt))
        move = np.array([d * left - b * right, a * right - b * left]) / (a * d - b * b)
        move, before = np.clip(move, -FARTHEST, FARTHEST), (now**2).sum(axis=0)
        for part in PARTS:
            better = cost(logs - part * move) < before
            logs = np.where(better, logs - part * move, logs)
            move = np.where(better, 0.0, move)
    return corrected(logs)


def _column(values: Sequence[float] | np.ndarray, like: tuple[int, ...] | np.ndarray) -> np.ndarray:
    """Values along a first axis, to be held against all of what is shaped as another."""
    behind = len(like) if isinstance(like, tuple) else like.ndim
    return np.reshape(np.asarray(values, float), (-1, *(1 for _ in range(behind))))


def _logs(machine: Machine, point: Point) -> np.ndarray:
    """Logs of the three results as said."""
    said = under(machine=machine, point=point)
    three = np.broadcast_arrays(said.tokens_per_s, said.first_s, said.token_s)
    return np.log(np.clip(three, _LEAST, _MOST))


def _seen(machine: Machine, point: Point) -> np.ndarray:
    """Logs of the three results as measured; no first word that waits for room in memory."""
    closed = ~np.isfinite(point.requests_per_s) & np.isfinite(point.concurrency)
    waits = closed & np.greater(point.concurrency, under(machine=machine, point=point).fits)
    first = np.where(waits, np.nan, point.first_s)
    three: np.ndarray = np.log(np.array([point.tokens_per_s, first, point.token_s], float))
    return three
