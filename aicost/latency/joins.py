"""Times made of times: one after another, side by side, again, or in place of one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from aicost.latency.stages import Const
from aicost.latency.tree import Floats, Grid, Latency


@dataclass(frozen=True, kw_only=True)
class Series(Latency):
    """One after another: means add up, transforms multiply."""

    def _mean(self) -> tuple[float, float]:
        found = np.sum([part._mean() for part in self.parts], axis=0)
        return float(found[0]), float(found[1])

    def _on(self, grid: Grid) -> Floats:
        product, *more = (grid.to_waves(grid.masses(part)) for part in self.parts)
        for waves in more:
            product = product * waves
        return grid.from_waves(product)


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

    def _mean(self) -> tuple[float, float]:
        found = np.asarray(self.shares) @ np.array([part._mean() for part in self.parts])
        return float(found[0]), float(found[1])

    def _on(self, grid: Grid) -> Floats:
        found = np.asarray(self.shares) @ np.stack([grid.masses(part) for part in self.parts])
        found[0] += 1 - sum(self.shares)
        return found


@dataclass(frozen=True, kw_only=True)
class Repeat(Latency):
    """As often as a count says, with a pause between: Σ p_k of the k-fold sums."""

    shares: tuple[float, ...]  # of 0, 1, 2 … times
    pause_s: float

    def _mean(self) -> tuple[float, float]:
        times = float(np.arange(len(self.shares)) @ self.shares)
        pauses = times - (1 - self.shares[0])
        mean, error = self.parts[0]._mean()
        return times * mean + pauses * self.pause_s, times * error

    def _on(self, grid: Grid) -> Floats:
        once = grid.to_waves(grid.masses(self.parts[0]))
        again = once * grid.to_waves(grid.masses(Const(seconds=self.pause_s)))
        found = np.full(once.shape, self.shares[-1], dtype=complex)
        for share in self.shares[-2:0:-1]:  # Horner: one time, and what may follow it
            found = share + again * found
        return grid.from_waves(self.shares[0] + once * found * (len(self.shares) > 1))


@dataclass(frozen=True, kw_only=True)
class Timeout(Latency):
    """A call, given up at a time for a fallback."""

    after_s: float

    def _on(self, grid: Grid) -> Floats:
        call, fallback = self.parts
        if self.after_s >= grid.horizon_s:
            return grid.masses(call)
        below = grid.below(call)
        edges = (np.arange(grid.cells) + 0.5) * grid.step_s
        in_time = float(np.interp(self.after_s, edges, below, left=below[0]))
        kept = np.diff(np.where(edges <= self.after_s, below, in_time), prepend=0.0)
        return kept + (1 - in_time) * grid.delay(grid.masses(fallback), self.after_s)


@dataclass(frozen=True, kw_only=True)
class Hedge(Latency):
    """A call, sent again at a time; the first answer counts: S(t) S(t - d)."""

    after_s: float

    def _on(self, grid: Grid) -> Floats:
        below = grid.below(self.parts[0])
        left = (1 - below) * (1 - grid.delay(below, self.after_s))
        return np.diff(1 - left, prepend=0.0)


def _some(parts: tuple[Latency, ...]) -> tuple[Latency, ...]:
    if not parts:
        raise ValueError("no parts: give one latency or more")
    return parts


def _shares(shares: Sequence[float], most: float = 1 + 1e-9) -> tuple[float, ...]:
    found = tuple(float(share) for share in shares)
    if not all(share >= 0 for share in found) or not sum(found) <= most:
        raise ValueError(f"shares {found}: each has to be 0 or more, and their sum at most 1")
    return found


def _wait(after_s: float) -> float:
    if not 0 <= after_s < np.inf:
        raise ValueError(f"a wait of {after_s:g} s: it has to be 0 or more")
    return float(after_s)


def series(*parts: Latency) -> Latency:
    """Return one after another: X1 + X2 + … + Xn.

    Parameters
    ----------
    *parts : Latency
        Stages, independent of each other. [s]

    Returns
    -------
    Latency
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
    >>> from aicost.latency import lognormal
    >>> two = series(lognormal(p50=0.7, p95=2.0), lognormal(p50=1.3, p95=4.0))
    >>> round(float(two.quantile(0.95)), 3)
    5.107
    """
    return Series(parts=_some(parts))


def slowest(*parts: Latency) -> Latency:
    """Return all at once, done when the last is: F1(t) F2(t) … Fn(t).

    Parameters
    ----------
    *parts : Latency
        Stages, independent of each other. [s]

    Returns
    -------
    Latency
        Time of the slowest. [s]

    Raises
    ------
    ValueError
        Where there is none.

    Examples
    --------
    >>> from aicost.latency import lognormal
    >>> round(float(slowest(*[lognormal(p50=0.2, p95=0.7)] * 8).quantile(0.5)), 4)
    0.5744
    """
    return Slowest(parts=_some(parts))


def fastest(*parts: Latency) -> Latency:
    """Return all at once, done when the first is: 1 - (1 - F1(t)) … (1 - Fn(t)).

    Parameters
    ----------
    *parts : Latency
        Stages, independent of each other. [s]

    Returns
    -------
    Latency
        Time of the fastest. [s]

    Raises
    ------
    ValueError
        Where there is none.

    Examples
    --------
    >>> from aicost.latency import lognormal
    >>> round(float(fastest(*[lognormal(p50=1.5, p95=4.5)] * 2).quantile(0.5)), 4)
    1.0424
    """
    return Fastest(parts=_some(parts))


def quorum(call: Latency, k: int, n: int) -> Latency:
    """Return n copies at once, done when k are: Σ C(n, i) F^i (1 - F)^(n - i), i from k to n.

    Parameters
    ----------
    call : Latency
        One copy; they are independent. [s]
    k : int
        Copies that have to be done. [calls]
    n : int
        Copies sent. [calls]

    Returns
    -------
    Latency
        Time of the k-th fastest. [s]

    Raises
    ------
    ValueError
        Where not 1 <= k <= n.

    Examples
    --------
    >>> from aicost.latency import lognormal
    >>> round(float(quorum(lognormal(p50=1.5, p95=4.5), k=2, n=3).quantile(0.95)), 3)
    3.13
    """
    if not 1 <= k <= n:
        raise ValueError(f"{k} of {n}: k has to be 1 or more and n no fewer")
    return Quorum(parts=(call,), k=int(k), n=int(n))


def mixture(shares: Sequence[float], parts: Sequence[Latency]) -> Latency:
    """Return one of several: p1 F1(t) + … + pn Fn(t).

    Parameters
    ----------
    shares : sequence of floats
        Share of requests that takes each part; what is missing to 1 takes no time. [share]
    parts : sequence of Latency
        As many. [s]

    Returns
    -------
    Latency
        Time of a request, whichever it takes. [s]

    Raises
    ------
    ValueError
        Where they are not as many, or the shares not 0 or more with a sum of at most 1.

    Examples
    --------
    >>> from aicost.latency import const, lognormal
    >>> cached = mixture([0.55, 0.45], [lognormal(p50=1.5, p95=4.5), const(0.004)])
    >>> round(float(cached.quantile(0.25)), 4)
    0.004
    """
    if len(shares) != len(parts):
        raise ValueError(f"{len(shares)} shares for {len(parts)} parts: give one each")
    return Mixture(parts=_some(tuple(parts)), shares=_shares(shares))


def repeat(call: Latency, counts: Sequence[int], shares: Sequence[float]) -> Latency:
    """Return a call made a random number of times, one after another: Σ p_k F^(*k).

    Parameters
    ----------
    call : Latency
        One time; each is independent. [s]
    counts : sequence of ints
        How often it may be made; 0 takes no time. [calls]
    shares : sequence of floats
        Share of requests with each count; they sum to 1. [share]

    Returns
    -------
    Latency
        All the times together. [s]

    Raises
    ------
    ValueError
        Where they are not as many, a count is no whole number, or the shares do not sum to 1.

    Examples
    --------
    >>> from aicost.latency import lognormal
    >>> loop = repeat(lognormal(p50=1.5, p95=4.5), counts=[1, 2, 3], shares=[0.2, 0.5, 0.3])
    >>> round(loop.mean / lognormal(p50=1.5, p95=4.5).mean, 6)
    2.1
    """
    given = _shares(shares)
    if len(counts) != len(given) or abs(sum(given) - 1) > 1e-9:
        raise ValueError(f"{len(counts)} counts, shares {given}: one each, with a sum of 1")
    if not all(count >= 0 and count == int(count) for count in counts):
        raise ValueError(f"counts {tuple(counts)}: each has to be a whole number, 0 or more")
    all_shares = np.bincount(np.asarray(counts, dtype=int), weights=given)
    return Repeat(parts=(call,), shares=tuple(all_shares.tolist()), pause_s=0.0)


def retried(call: Latency, retry: float, tries: int, backoff_s: float = 0.0) -> Latency:
    """Return a call tried again while it fails: Σ (1 - p) p^(k-1) F^(*k)(t - (k-1) b).

    Parameters
    ----------
    call : Latency
        One try, failed or not. [s]
    retry : float
        Share of tries that fail. [share]
    tries : int
        Most tries. [calls]
    backoff_s : float
        Pause before each further try. [s]

    Returns
    -------
    Latency
        Time to the final outcome; where the last try fails too, that try is included. [s]

    Raises
    ------
    ValueError
        Where `retry` is no share, `tries` below 1 or the pause negative.

    Notes
    -----
    Failures are independent of the time taken; for a try that fails by taking too long, see
    `timeout`.

    Examples
    --------
    >>> from aicost.latency import lognormal
    >>> call = retried(lognormal(p50=1.5, p95=4.5), retry=0.1, tries=3, backoff_s=0.25)
    >>> call.quantile([0.5, 0.95]).round(3).tolist()
    [1.637, 5.29]
    """
    if not 0 <= retry <= 1 or tries < 1 or tries != int(tries):
        raise ValueError(f"retry {retry:g}, tries {tries}: a share, and 1 try or more")
    ends = [(1 - retry) * retry**k for k in range(int(tries) - 1)]
    shares = (0.0, *ends, float(retry) ** (int(tries) - 1))
    return Repeat(parts=(call,), shares=shares, pause_s=_wait(backoff_s))


def timeout(call: Latency, after_s: float, fallback: Latency) -> Latency:
    """Return a call given up for a fallback: F(t) to d, then F(d) + (1 - F(d)) G(t - d).

    Parameters
    ----------
    call : Latency
        What is waited for. [s]
    after_s : float
        How long, d. [s]
    fallback : Latency
        What then happens. [s]

    Returns
    -------
    Latency
        Time to either answer. [s]

    Raises
    ------
    ValueError
        Where the wait is negative.

    Examples
    --------
    >>> from aicost.latency import lognormal
    >>> small = lognormal(p50=0.4, p95=1.1)
    >>> call = timeout(lognormal(p50=1.5, p95=4.5), after_s=3.0, fallback=small)
    >>> round(float(call.quantile(0.99)), 3)
    4.006
    """
    return Timeout(parts=(call, fallback), after_s=_wait(after_s))


def hedge(call: Latency, after_s: float) -> Latency:
    """Return a call sent a second time if not done: S(t) to d, then S(t) S(t - d).

    Parameters
    ----------
    call : Latency
        One call; both are independent. [s]
    after_s : float
        When the second is sent, d. [s]

    Returns
    -------
    Latency
        Time to the first answer. [s]

    Raises
    ------
    ValueError
        Where the wait is negative.

    Notes
    -----
    The share 1 - F(d) of requests is paid for twice. Hedging at p95 leaves p95 where it is.

    Examples
    --------
    >>> from aicost.latency import lognormal
    >>> hedge(lognormal(p50=1.5, p95=4.5), after_s=4.5).quantile([0.95, 0.99]).round(3).tolist()
    [4.5, 5.962]
    """
    return Hedge(parts=(call,), after_s=_wait(after_s))
