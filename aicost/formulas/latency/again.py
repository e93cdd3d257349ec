"""Calls made again: rounds, retries, timeouts with a fallback, hedges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from aicost.formulas.latency.joins import _shares
from aicost.formulas.latency.leaves import Const
from aicost.formulas.latency.tree import CELLS, PARTS, Floats, Grid, Latency, Waves

#: Of a wave fainter than this no more powers are seen in a float: most waves of a grid are.
FAINT, COUNTED = 0.1, 18


@dataclass(frozen=True, kw_only=True)
class Repeat(Latency):
    """As often as a count says, with a pause between: Σ p_k of the k-fold sums."""

    shares: tuple[float, ...]  # of 0, 1, 2 … times
    pause_s: float

    def _mean(self, cells: int = CELLS) -> tuple[float, float]:
        times = float(np.arange(len(self.shares)) @ self.shares)
        pauses = times - (1 - self.shares[0])
        mean, beyond = self.parts[0]._mean(cells)
        return times * mean + pauses * self.pause_s, times * beyond

    def _sum(self, grid: Grid) -> Waves:
        once = grid.waves(self.parts[0])
        again = once * grid.waves(Const(seconds=self.pause_s))
        some = np.flatnonzero(self.shares[1:])
        least = int(some[0]) if some.size else 0  # earlier times that nobody goes without
        shares = self.shares[least + 1 :]
        found = _series(again, shares[:COUNTED])
        if len(shares) > COUNTED:
            strong = np.abs(again) > FAINT
            found[strong] = _series(again[strong], shares)
        return np.asarray(self.shares[0] + once * again**least * found)


def _series(again: Waves, shares: Sequence[float]) -> Waves:
    """Σ p_k a^k by Horner: one time, and what may follow it."""
    found = np.zeros(again.shape, dtype=complex)
    for share in reversed(shares):
        np.add(share, np.multiply(again, found, out=found), out=found)
    return found


@dataclass(frozen=True, kw_only=True)
class TimedOut(Latency):
    """A call, given up at a time for a fallback."""

    after_s: float

    def _on(self, grid: Grid) -> Floats:
        call, fallback = self.parts
        if self.after_s >= grid.horizon_s:
            return grid.masses(call)
        in_time = _in_time(call, self.after_s)
        below = np.minimum(grid.below(call), in_time)
        edges = (np.arange(grid.cells) + 0.5) * grid.step_s
        kept = np.diff(np.where(edges <= self.after_s, below, in_time), prepend=0.0)
        return kept + (1 - in_time) * grid.delay(grid.masses(fallback), self.after_s)


@lru_cache(maxsize=PARTS)
def _in_time(call: Latency, after_s: float) -> float:
    """F(d), on a grid of its own: a cell of a long one may hold all of a short call."""
    return float(call.within(after_s))


@dataclass(frozen=True, kw_only=True)
class Hedge(Latency):
    """A call, sent again at a time; the first answer counts: S(t) S(t - d)."""

    after_s: float

    def _on(self, grid: Grid) -> Floats:
        below = grid.below(self.parts[0])
        left = (1 - below) * (1 - grid.delay(below, self.after_s))
        return np.diff(1 - left, prepend=0.0)


def _wait(after_s: float) -> float:
    if not 0 <= after_s < np.inf:
        raise ValueError(f"a wait of {after_s:g} s: it has to be 0 or more")
    return float(after_s)


def repeat(call: Latency, counts: Sequence[int], shares: Sequence[float]) -> Latency:
    """A call made a random number of times, one after another: Σ p_k F^(*k).

    Parameters
    ----------
    call : one time; each is independent. [s]
    counts : how often it may be made; 0 takes no time. [calls]
    shares : share of requests with each count; they sum to 1. [share]

    Returns
    -------
    All the times together. [s]

    Raises
    ------
    ValueError
        Where they are not as many, a count is no whole number, or the shares do not sum to 1.

    Examples
    --------
    >>> from aicost.formulas.latency import lognormal
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
    """A call tried again while it fails: Σ (1 - p) p^(k-1) F^(*k)(t - (k-1) b).

    Parameters
    ----------
    call : one try, failed or not. [s]
    retry : share of tries that fail. [share]
    tries : most tries. [calls]
    backoff_s : pause before each further try. [s]

    Returns
    -------
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
    >>> from aicost.formulas.latency import lognormal
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
    """A call given up for a fallback: F(t) to d, then F(d) + (1 - F(d)) G(t - d).

    Parameters
    ----------
    call : what is waited for. [s]
    after_s : how long, d. [s]
    fallback : what then happens. [s]

    Returns
    -------
    Time to either answer. [s]

    Raises
    ------
    ValueError
        Where the wait is negative.

    Examples
    --------
    >>> from aicost.formulas.latency import lognormal
    >>> small = lognormal(p50=0.4, p95=1.1)
    >>> call = timeout(lognormal(p50=1.5, p95=4.5), after_s=3.0, fallback=small)
    >>> round(float(call.quantile(0.99)), 3)
    4.006
    """
    return TimedOut(parts=(call, fallback), after_s=_wait(after_s))


def hedge(call: Latency, after_s: float) -> Latency:
    """A call sent a second time if not done: S(t) to d, then S(t) S(t - d).

    Parameters
    ----------
    call : one call; both are independent. [s]
    after_s : when the second is sent, d. [s]

    Returns
    -------
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
    >>> from aicost.formulas.latency import lognormal
    >>> hedge(lognormal(p50=1.5, p95=4.5), after_s=4.5).quantile([0.95, 0.99]).round(3).tolist()
    [4.5, 5.962]
    """
    return Hedge(parts=(call,), after_s=_wait(after_s))
