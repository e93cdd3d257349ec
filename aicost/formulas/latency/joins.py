"""Times made of times: one after another, side by side, or one of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add, mul

import numpy as np
from scipy import special

from aicost.formulas.latency.tree import CELLS, Floats, Grid, Latency, Waves


@dataclass(frozen=True, kw_only=True)
class Series(Latency):
    """One after another: means add up, transforms multiply."""

    def _mean(self, cells: int = CELLS) -> tuple[float, float]:
        means, beyond = zip(*(part._mean(cells) for part in self.parts), strict=True)
        return sum(means), sum(beyond)

    def _sum(self, grid: Grid) -> Waves:
        return reduce(mul, (grid.waves(part) for part in self.parts))


@dataclass(frozen=True, kw_only=True)
class Slowest(Latency):
    """All at once, done with the last: ΠF."""

    def _on(self, grid: Grid) -> Floats:
        return np.diff(np.prod([grid.below(part) for part in self.parts], axis=0), prepend=0.0)


@dataclass(frozen=True, kw_only=True)
class Fastest(Latency):
    """All at once, done with the first: 1 - Π(1 - F)."""

    def _on(self, grid: Grid) -> Floats:
        left = np.prod([1 - grid.below(part) for part in self.parts], axis=0)
        return np.diff(1 - left, prepend=0.0)


@dataclass(frozen=True, kw_only=True)
class Quorum(Latency):
    """Copies at once, done with the k-th: the binomial tail of F."""

    k: int
    n: int

    def _on(self, grid: Grid) -> Floats:
        below = grid.below(self.parts[0])
        return np.diff(special.betainc(self.k, self.n - self.k + 1, below), prepend=0.0)


@dataclass(frozen=True, kw_only=True)
class Mixture(Latency):
    """One of several: Σ pF, the rest at once."""

    shares: tuple[float, ...]

    def _mean(self, cells: int = CELLS) -> tuple[float, float]:
        found = np.asarray(self.shares) @ np.array([part._mean(cells) for part in self.parts])
        return float(found[0]), float(found[1])

    def _sum(self, grid: Grid) -> Waves:
        found = reduce(
            add, (s * grid.waves(p) for s, p in zip(self.shares, self.parts, strict=True))
        )
        return found + (1 - sum(self.shares))


def _some(parts: tuple[Latency, ...]) -> tuple[Latency, ...]:
    if not parts:
        raise ValueError("no parts: give one latency or more")
    return parts


def _shares(shares: Sequence[float]) -> tuple[float, ...]:
    found = tuple(float(share) for share in shares)
    if not all(share >= 0 for share in found) or not sum(found) <= 1 + 1e-9:
        raise ValueError(f"shares {found}: each has to be 0 or more, and their sum at most 1")
    return found


def series(*parts: Latency) -> Latency:
    """One after another: X1 + X2 + … + Xn.

    Parameters
    ----------
    *parts : stages, independent of each other. [s]

    Returns
    -------
    Start of the first to end of the last. [s]

    Raises
    ------
    ValueError
        Where there is none.

    Notes
    -----
    The mean is the exact sum of means. Percentiles are not sums: a chain of five equal calls has
    a p95 a third below the sum of five.

    Examples
    --------
    >>> from aicost.formulas.latency import lognormal
    >>> two = series(lognormal(p50=0.7, p95=2.0), lognormal(p50=1.3, p95=4.0))
    >>> round(float(two.quantile(0.95)), 3)
    5.107
    """
    return Series(parts=_some(parts))


def slowest(*parts: Latency) -> Latency:
    """All at once, done when the last is: F1(t) F2(t) … Fn(t).

    Parameters
    ----------
    *parts : stages, independent of each other. [s]

    Returns
    -------
    Time of the slowest. [s]

    Raises
    ------
    ValueError
        Where there is none.

    Examples
    --------
    >>> from aicost.formulas.latency import lognormal
    >>> round(float(slowest(*[lognormal(p50=0.2, p95=0.7)] * 8).quantile(0.5)), 4)
    0.5744
    """
    return Slowest(parts=_some(parts))


def fastest(*parts: Latency) -> Latency:
    """All at once, done when the first is: 1 - (1 - F1(t)) … (1 - Fn(t)).

    Parameters
    ----------
    *parts : stages, independent of each other. [s]

    Returns
    -------
    Time of the fastest. [s]

    Raises
    ------
    ValueError
        Where there is none.

    Examples
    --------
    >>> from aicost.formulas.latency import lognormal
    >>> round(float(fastest(*[lognormal(p50=1.5, p95=4.5)] * 2).quantile(0.5)), 4)
    1.0424
    """
    return Fastest(parts=_some(parts))


def quorum(call: Latency, k: int, n: int) -> Latency:
    """N copies at once, done when k are: Σ C(n, i) F^i (1 - F)^(n - i), i from k to n.

    Parameters
    ----------
    call : one copy; they are independent. [s]
    k : copies that have to be done. [calls]
    n : copies sent. [calls]

    Returns
    -------
    Time of the k-th fastest. [s]

    Raises
    ------
    ValueError
        Where not 1 <= k <= n.

    Examples
    --------
    >>> from aicost.formulas.latency import lognormal
    >>> round(float(quorum(lognormal(p50=1.5, p95=4.5), k=2, n=3).quantile(0.95)), 3)
    3.13
    """
    if not 1 <= k <= n:
        raise ValueError(f"{k} of {n}: k has to be 1 or more and n no fewer")
    return Quorum(parts=(call,), k=int(k), n=int(n))


def mixture(shares: Sequence[float], parts: Sequence[Latency]) -> Latency:
    """One of several: p1 F1(t) + … + pn Fn(t).

    Parameters
    ----------
    shares : share of requests that takes each part; what is missing to 1 takes no time. [share]
    parts : as many. [s]

    Returns
    -------
    Time of a request, whichever it takes. [s]

    Raises
    ------
    ValueError
        Where they are not as many, or the shares not 0 or more with a sum of at most 1.

    Examples
    --------
    >>> from aicost.formulas.latency import const, lognormal
    >>> cached = mixture([0.55, 0.45], [lognormal(p50=1.5, p95=4.5), const(0.004)])
    >>> round(float(cached.quantile(0.25)), 4)
    0.004
    """
    if len(shares) != len(parts):
        raise ValueError(f"{len(shares)} shares for {len(parts)} parts: give one each")
    return Mixture(parts=_some(tuple(parts)), shares=_shares(shares))
