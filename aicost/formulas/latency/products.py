"""Times with one random multiplier: a model that writes, and a slow day for several stages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from scipy import fft, special

from aicost.formulas.latency.joins import series
from aicost.formulas.latency.leaves import Leaf, Lognormal, lognormal
from aicost.formulas.latency.tree import CELLS, TAIL, Floats, Grid, Latency, survey
from aicost.values.quantities import Spread

SPACING = 0.002  # of the nodes of ln t; some 8,000 of them
REACH = 9.0  # standard deviations of the factor's logarithm that are looked at


@dataclass(frozen=True, kw_only=True)
class Scaled(Latency):
    """A tree whose every time is multiplied by a constant."""

    factor: float

    @cached_property
    def _scale(self) -> float:
        return self.factor * self.parts[0]._scale

    def _mean(self, cells: int = CELLS) -> tuple[float, float]:
        mean, beyond = self.parts[0]._mean(cells)
        return self.factor * mean, self.factor * beyond

    def _on(self, grid: Grid) -> Floats:
        return Grid(grid.horizon_s / self.factor, grid.cells).masses(self.parts[0])


@dataclass(frozen=True, kw_only=True)
class Multiplied(Latency):
    """A tree whose whole time is multiplied by one lognormal draw."""

    factor: Lognormal

    @cached_property
    def _scale(self) -> float:
        return self.factor.p50_s * self.parts[0]._scale

    def _mean(self, cells: int = CELLS) -> tuple[float, float]:
        (mean, beyond), (by, _) = self.parts[0]._mean(cells), self.factor._mean()
        return by * mean, by * beyond

    def _on(self, grid: Grid) -> Floats:
        times = grid.nodes[1:]
        start, spacing, at_once, table = _table(self)
        done, taken = _between(table, (np.log(times) - start) / spacing)
        early = times * (at_once + done) - taken
        return grid.early(np.concatenate([[0.0], early]))


@lru_cache(maxsize=64)
def _table(tree: Multiplied) -> tuple[float, float, float, Floats]:
    """P(XV <= t) and E[XV; XV <= t], X > 0, over ln t: its start and spacing; P(X = 0) apart.

    On nodes evenly spaced in ln t both are convolutions of X's masses with V's formulas.
    """
    sigma, spacing = tree.factor.sigma, min(SPACING, tree.factor.sigma / 8)
    x, early = _early(tree.parts[0], spacing)
    nodes = np.concatenate([[0.0], x])
    slopes = np.diff(np.concatenate([[0.0], early])) / np.diff(nodes)
    masses = np.diff(slopes, prepend=0.0, append=1.0)
    at_once, masses = masses[0], masses[1:]
    reach = np.ceil(REACH * sigma / spacing)
    z = np.arange(-reach, reach + x.size) * spacing / sigma
    done = _convolved(masses, special.ndtr(z))
    by = tree.factor._mean()[0]
    taken = _convolved(masses * x * by, special.ndtr(z - sigma))
    start = float(np.log(x[0] * tree.factor.p50_s) - reach * spacing)
    return start, spacing, float(at_once), np.stack([done, taken])


def _between(table: Floats, place: Floats) -> Floats:
    """Rows of a table between its nodes, by the cubic through the four about a place.

    A spline is twice as close, but loads for a sixth of a second.
    """
    place = np.clip(place, 0.0, table.shape[1] - 1.0)
    first = np.clip(place.astype(int) - 1, 0, table.shape[1] - 4)
    a, b, c, d = (place - first - node for node in range(4))
    weights = (-b * c * d / 6, a * c * d / 2, -a * b * d / 2, a * b * c / 6)
    found: Floats = sum(by * table[:, first + node] for node, by in enumerate(weights))
    return found


def _convolved(masses: Floats, over: Floats) -> Floats:
    """The first terms of a convolution, as many as `over` has."""
    size = fft.next_fast_len(masses.size + over.size, real=True)
    found: Floats = fft.irfft(fft.rfft(masses, size) * fft.rfft(over, size), size)
    return found[: over.size]


def _early(part: Latency, spacing: float) -> tuple[Floats, Floats]:
    """Times evenly spaced in their logarithm, and E[(t - X)+] at them."""
    if isinstance(part, Leaf):  # known by formula: nothing has to be surveyed
        x = part._start * np.exp(np.arange(np.log(2.0**-14), np.log(2.0**14), spacing))
        early = part.early(x)
        some = np.searchsorted(x - early, (1 - TAIL) * part._mean()[0]) + 1
        return x[:some], early[:some]
    times, least, _ = survey(part)
    x = np.exp(np.arange(np.log(times[1]), np.log(times[-1]), spacing))
    return x, np.interp(x, times, times - least)


@dataclass(frozen=True, kw_only=True)
class FurtherTokens(Leaf):
    """Tokens after the first, max(N - 1, 0), N lognormal: the seconds they take at 1 s each."""

    tokens: Lognormal

    def early(self, times_s: Floats) -> Floats:
        """E[(t - X)+]. [s]"""
        return self.tokens.early(times_s + 1) - self.tokens.early(np.ones(1))

    @cached_property
    def _scale(self) -> float:
        return self.tokens.p50_s

    def _mean(self, cells: int = CELLS) -> tuple[float, float]:
        return self.tokens._mean()[0] - 1 + float(self.tokens.early(np.ones(1))[0]), 0.0


def slow_day(call: Latency, factor: Spread) -> Latency:
    """A tree whose every time is multiplied by one lognormal draw: V x X.

    Parameters
    ----------
    call : what is slow together: stages of one provider, or of one busy hour. [s]
    factor : p50 and p95 of the multiplier; equal ones make a constant. [ratio]

    Returns
    -------
    The tree on days of all kinds. [s]

    Raises
    ------
    ValueError
        Where the factor's p50 is not above 0 or its p95 is below it.

    Notes
    -----
    Stages that are slow together have a far longer tail than independent ones, with nearly the
    same median. Timeouts and backoffs inside are stretched too; put them outside if they are not.
    The first question after `call` costs some 0.1 s, later ones are read from its table.

    Examples
    --------
    >>> from aicost.formulas.latency import lognormal, series
    >>> five = series(*[lognormal(p50=0.9, p95=2.5)] * 5)
    >>> together = slow_day(five, factor=Spread(p50=1.0, p95=1.8))
    >>> [round(float(x.quantile(0.95)), 1) for x in (five, together)]
    [8.5, 11.2]
    """
    by = lognormal(p50=factor.p50, p95=factor.p95)
    if isinstance(by, Lognormal):
        return Multiplied(parts=(call,), factor=by)
    return Scaled(parts=(call,), factor=by.mean)


def llm(ttft: Latency, tokens: Spread, tpot: Spread) -> Latency:
    """The time of one whole model answer: TTFT + max(N - 1, 0) x TPOT.

    Parameters
    ----------
    ttft : time to first token. [s]
    tokens : output tokens N, not rounded. [tokens]
    tpot : time per output token after the first, one draw per answer. [s/token]

    Returns
    -------
    Request sent to last token. [s]

    Raises
    ------
    ValueError
        Where a p50 is not above 0 or a p95 is below it.

    Notes
    -----
    The three are independent. Tools that divide by N, or count the first token's time in TPOT,
    publish another figure under the same name.

    Examples
    --------
    >>> from aicost.formulas.latency import lognormal
    >>> tokens, tpot = Spread(p50=200, p95=700), Spread(p50=0.015, p95=0.030)
    >>> answer = llm(lognormal(p50=0.4, p95=1.2), tokens=tokens, tpot=tpot)
    >>> answer.quantile([0.5, 0.95]).round(3).tolist()
    [3.505, 13.053]
    """
    count = lognormal(p50=tokens.p50, p95=tokens.p95)
    if isinstance(count, Lognormal):
        return series(ttft, slow_day(FurtherTokens(tokens=count), factor=tpot))
    further = max(count.mean - 1.0, 0.0)
    if further == 0:
        return ttft
    return series(ttft, lognormal(p50=further * tpot.p50, p95=further * tpot.p95))
