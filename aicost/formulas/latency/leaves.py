"""The leaves of a tree: times through two percentiles, constant, or as measured."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from aicost.formulas.latency.tree import CELLS, Floats, Grid, Latency
from aicost.values.quantities import Spread


@dataclass(frozen=True, kw_only=True)
class Leaf(Latency):
    """A time known by formula."""

    parts: tuple[Latency, ...] = ()

    @abstractmethod
    def early(self, times_s: Floats) -> Floats:
        """E[(t - X)+]: by how much the stage is done before t, 0 where it is not. [s]"""

    def _on(self, grid: Grid) -> Floats:
        return grid.early(self.early(grid.nodes))


@dataclass(frozen=True, kw_only=True)
class Const(Leaf):
    """The same time for every request."""

    seconds: float

    def early(self, times_s: Floats) -> Floats:
        """E[(t - X)+]. [s]"""
        return np.maximum(times_s - self.seconds, 0.0)

    @cached_property
    def _scale(self) -> float:
        return self.seconds

    def _mean(self, cells: int = CELLS) -> tuple[float, float]:
        return self.seconds, 0.0


@dataclass(frozen=True, kw_only=True)
class Lognormal(Leaf):
    """A lognormal time."""

    p50_s: float
    sigma: float

    def early(self, times_s: Floats) -> Floats:
        """E[(t - X)+]. [s]"""
        with np.errstate(divide="ignore"):
            z = np.log(times_s / self.p50_s) / self.sigma
        return times_s * special.ndtr(z) - self._mean()[0] * special.ndtr(z - self.sigma)

    @cached_property
    def _scale(self) -> float:
        return self.p50_s

    def _mean(self, cells: int = CELLS) -> tuple[float, float]:
        return self.p50_s * float(np.exp(self.sigma**2 / 2)), 0.0


@dataclass(frozen=True, kw_only=True)
class Gamma(Leaf):
    """A gamma time."""

    shape: float
    unit_s: float

    def early(self, times_s: Floats) -> Floats:
        """E[(t - X)+]. [s]"""
        x = times_s / self.unit_s
        lower = special.gammainc(self.shape, x)
        step = np.exp(special.xlogy(self.shape, x) - x - special.gammaln(self.shape + 1))
        return self.unit_s * (x * lower - self.shape * (lower - step))

    @cached_property
    def _scale(self) -> float:
        return self._mean()[0]

    def _mean(self, cells: int = CELLS) -> tuple[float, float]:
        return self.shape * self.unit_s, 0.0


@dataclass(frozen=True, kw_only=True)
class Empirical(Leaf):
    """Measured times, each as likely as the next."""

    data: bytes  # sorted seconds; bytes, so that equal trees are equal

    @property
    def seconds(self) -> Floats:
        """The samples. [s]"""
        return np.frombuffer(self.data)

    def early(self, times_s: Floats) -> Floats:
        """E[(t - X)+]. [s]"""
        sums = np.concatenate([[0.0], np.cumsum(self.seconds)])
        done = np.searchsorted(self.seconds, times_s, side="right")
        return (done * times_s - sums[done]) / self.seconds.size

    @cached_property
    def _scale(self) -> float:
        return self._mean()[0]

    def _mean(self, cells: int = CELLS) -> tuple[float, float]:
        return float(self.seconds.mean()), 0.0


def _check(p50: float, p95: float) -> None:
    if not 0 < p50 <= p95 < np.inf:
        raise ValueError(f"p50 {p50:g} and p95 {p95:g}: p50 has to be above 0 and p95 no lower")


def lognormal(p50: float, p95: float) -> Latency:
    """A lognormal time: ln X normal with mean ln p50 and sd ln(p95 / p50) / 1.645.

    Parameters
    ----------
    p50, p95 : median and 95th percentile; equal ones make a constant. [s]

    Returns
    -------
    The stage. [s]

    Raises
    ------
    ValueError
        Where p50 is not above 0 or p95 is below it.

    Notes
    -----
    The usual shape of a remote call's time; p99 follows from the two and is often measured higher.

    Examples
    --------
    >>> round(float(lognormal(p50=0.6, p95=1.5).quantile(0.99)), 4)
    2.1926
    """
    _check(p50, p95)
    if p50 == p95:
        return Const(seconds=float(p50))
    return Lognormal(p50_s=float(p50), sigma=float(Spread(p50=p50, p95=p95).sigma))


def gamma(p50: float, p95: float) -> Latency:
    """A gamma time: the shape whose p95 / p50 is the one given, scaled to p50.

    Parameters
    ----------
    p50, p95 : median and 95th percentile; equal ones make a constant. [s]

    Returns
    -------
    The stage. [s]

    Raises
    ------
    ValueError
        Where p50 is not above 0, p95 is below it, or p95 / p50 is outside 1.002 to 1e20.

    Notes
    -----
    A lighter tail than `lognormal`: work that is a sum of many small steps.

    Examples
    --------
    >>> round(float(gamma(p50=0.5, p95=1.2).quantile(0.99)), 4)
    1.6105
    """
    _check(p50, p95)
    if p50 == p95:
        return Const(seconds=float(p50))

    def off(log_shape: float) -> float:
        shape = np.exp(log_shape)
        middle, high = special.gammaincinv(shape, [0.5, 0.95])
        return float(np.log(high / middle) - np.log(p95 / p50))

    if not 1.002 <= p95 / p50 <= 1e20:
        raise ValueError(f"p95 / p50 of {p95 / p50:g} is outside 1.002 to 1e20 for a gamma time")
    from scipy.optimize import brentq  # heavy, and seldom needed

    shape = float(np.exp(brentq(off, np.log(0.01), np.log(1e6), xtol=1e-13)))
    return Gamma(shape=shape, unit_s=float(p50 / special.gammaincinv(shape, 0.5)))


def const(seconds: float) -> Latency:
    """The same time for every request.

    Parameters
    ----------
    seconds : the time. [s]

    Returns
    -------
    The stage. [s]

    Raises
    ------
    ValueError
        Where it is negative or not finite.

    Examples
    --------
    >>> round(float(const(0.004).quantile(0.5)), 9)
    0.004
    """
    if not 0 <= seconds < np.inf:
        raise ValueError(f"a time of {seconds:g} s: it has to be 0 or more")
    return Const(seconds=float(seconds))


def exponential(mean_s: float) -> Latency:
    """An exponential time: F(t) = 1 - exp(-t / m), the wait of who waits at a desk.

    Parameters
    ----------
    mean_s : mean time. [s]

    Returns
    -------
    The stage. [s]

    Raises
    ------
    ValueError
        Where the mean is not above 0 or not finite.

    Examples
    --------
    >>> round(float(exponential(60.0).quantile(0.95)), 2)
    179.74
    """
    if not 0 < mean_s < np.inf:
        raise ValueError(f"a mean of {mean_s:g} s: it has to be above 0")
    return Gamma(shape=1.0, unit_s=float(mean_s))


def empirical(samples: ArrayLike) -> Latency:
    """Measured times, each as likely as the next: F(t) = share of samples <= t.

    Parameters
    ----------
    samples : measured times, one axis. [s]

    Returns
    -------
    The stage. [s]

    Raises
    ------
    ValueError
        Where there are none, or one is negative or not finite.

    Notes
    -----
    Nothing beyond the longest sample: its own p99 wants some thousand samples.

    Examples
    --------
    >>> round(empirical([0.2, 0.3, 0.4, 2.0]).mean, 3)
    0.725
    """
    seconds = np.sort(np.asarray(samples, dtype=float).ravel())
    if not seconds.size or not np.all((seconds >= 0) & (seconds < np.inf)):
        raise ValueError("samples have to be one or more times of 0 s or more")
    return Empirical(data=seconds.tobytes())
