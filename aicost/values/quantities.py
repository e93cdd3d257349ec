"""Values as a scenario writes them: numbers, ranges, spreads, units and bounds.

`4` was counted. `about 4` and `2 to 6` are numbers nobody knows exactly (`Range`, drawn once per
draw). `{p50: 250, p95: 900}` says that requests differ (`Spread`, never drawn: charges take the
exact mean of their formula over it).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri

Numeric = Any  # float or numpy array: formulas take either and give the same back

Z95 = float(ndtri(0.95))

SECONDS_PER_MINUTE = MINUTES_PER_HOUR = 60
SECONDS_PER_HOUR = SECONDS_PER_MINUTE * MINUTES_PER_HOUR
HOURS_PER_DAY = 24
DAYS_PER_WEEK = 7
MTOK = 1e6  # tokens that most prices are for


@dataclass(frozen=True, slots=True)
class Range:
    """One number that is not known: `low` to `high` hold it with 90 % confidence.

    Lognormal above zero, logit-normal below a `ceiling` (shares), uniform from zero or up to the
    ceiling, normal where it may be negative.
    """

    low: float
    high: float
    ceiling: float = math.inf

    def at(self, z: Numeric) -> Numeric:
        """The value at standard-normal score `z`."""
        if self.low == self.high:
            return np.full_like(z, self.low)
        if self.low < 0:
            return self._middle + (self.high - self.low) / (2 * Z95) * z
        if self.low == 0 or self.high >= self.ceiling:
            return self.low + (self.high - self.low) * ndtr(z)
        if math.isfinite(self.ceiling):
            mid, half = self._on(logit)
            return self.ceiling * expit(mid + half * z)
        mid, half = self._on(np.log)
        return np.exp(mid + half * z)

    @property
    def mean(self) -> float:
        """The mean: closed where there is a form, else by 64-point Gauss-Hermite."""
        if self.low <= 0 or self.low == self.high or self.high >= self.ceiling:
            return self._middle
        if math.isfinite(self.ceiling):
            z, weight = _gauss_hermite()
            return float(weight @ self.at(z))
        mid, half = self._on(np.log)
        return float(np.exp(mid + half**2 / 2))

    @property
    def _middle(self) -> float:
        return (self.low + self.high) / 2

    def _on(self, scale: Callable[[float], float]) -> tuple[float, float]:
        """Centre and standard deviation on a scale where the range is normal."""
        unit = self.ceiling if math.isfinite(self.ceiling) else 1.0
        low, high = scale(self.low / unit), scale(self.high / unit)
        return (low + high) / 2, (high - low) / (2 * Z95)


@lru_cache(maxsize=1)
def _gauss_hermite() -> tuple[np.ndarray, np.ndarray]:
    x, w = np.polynomial.hermite_e.hermegauss(64)
    return x, w / w.sum()


@dataclass(frozen=True, slots=True)
class Spread:
    """Requests differ: a lognormal mix through its median and 95th percentile."""

    p50: Numeric
    p95: Numeric

    @property
    def sigma(self) -> Numeric:
        """The standard deviation of the logarithm."""
        return np.log(self.p95 / self.p50) / Z95

    def moment(self, order: int) -> Numeric:
        """E[x^order]."""
        return np.power(self.p50, order) * np.exp(np.square(order * self.sigma) / 2)


Value = Any  # Numeric, Range, Spread (of Numeric or Range), str or None


def ends(value: Value) -> tuple[Value, ...]:
    """The median and the 95th percentile of a spread, or a value alone.

    >>> ends(Spread(250.0, 900.0)), ends(4.0)
    ((250.0, 900.0), (4.0,))
    """
    return (value.p50, value.p95) if isinstance(value, Spread) else (value,)


def at_means(value: Value) -> Value:
    """Put a range at its mean; a spread keeps its shape.

    >>> round(at_means(Range(2.0, 8.0)), 3)
    4.371
    """
    if isinstance(value, Range):
        return value.mean
    if isinstance(value, Spread):
        return Spread(at_means(value.p50), at_means(value.p95))
    return value


def mean(value: Value) -> Numeric:
    """The mean over requests: a number is its own mean.

    >>> float(round(mean(Spread(250.0, 900.0)), 2))
    338.56
    """
    return value.moment(1) if isinstance(value, Spread) else value


def scaled(value: Value, factor: Numeric) -> Value:
    """A value, or both ends of a spread, times a factor.

    >>> scaled(Spread(250.0, 900.0), 0.5)
    Spread(p50=125.0, p95=450.0)
    """
    if isinstance(value, Spread):
        return Spread(value.p50 * factor, value.p95 * factor)
    return value * factor


def p95(value: Value) -> Numeric:
    """What 95 of 100 requests stay below: a number is always the same.

    >>> p95(Spread(250.0, 900.0)), p95(4.0)
    (900.0, 4.0)
    """
    return value.p95 if isinstance(value, Spread) else value


def mean_square(value: Value) -> Numeric:
    """The mean of the square over requests.

    >>> mean_square(3.0)
    9.0
    """
    return value.moment(2) if isinstance(value, Spread) else value * value


def split(value: Value, *, shift: Numeric, breaks: Sequence[float]) -> list[tuple[Any, Any]]:
    """Cut `shift + value` at `breaks`: for each band its share and its mean inside the band.

    Share = P(b_i < shift + x <= b_{i+1}), mean = E[shift + x | band]; the means times the shares
    add up to the mean exactly, so a charge that is linear inside each band is exact.

    >>> bands = split(Spread(250.0, 900.0), shift=0, breaks=[250])
    >>> [(round(float(s), 3), round(float(m), 1)) for s, m in bands]
    [(0.5, 147.7), (0.5, 529.5)]
    """
    edges = [np.asarray(b) - shift for b in breaks]
    if not isinstance(value, Spread):
        above = [np.greater(value, e) * 1.0 for e in edges]
        held = [1.0, *above, 0.0]
        return [(held[i] - held[i + 1], shift + value) for i in range(len(breaks) + 1)]
    mu, sigma, total = np.log(value.p50), np.maximum(value.sigma, 1e-12), value.moment(1)
    z = [(np.log(np.maximum(e, 1e-300)) - mu) / sigma for e in edges]
    z = [-np.inf, *z, np.inf]
    bands = []
    for low, high in pairwise(z):
        share = _between(low, high)
        part = total * _between(low - sigma, high - sigma)
        inside = np.where(share > 0, part / np.where(share > 0, share, 1.0), 0.0)
        bands.append((share, (shift + inside)[()]))
    return bands


def _between(low: Numeric, high: Numeric) -> Numeric:
    """P(low < Z <= high), from the tail that keeps the digits."""
    return np.where(np.asarray(low) > 0, ndtr(-low) - ndtr(-high), ndtr(high) - ndtr(low))[()]


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a field of the scenario holds: its unit, bounds and meaning."""

    doc: str
    unit: str = ""  # "" marks a name, not a number
    low: float = 0.0
    high: float = math.inf
    spread: bool = False
    choices: tuple[str, ...] = ()
    flag: bool = False
    endless: bool = False  # may be `never`
    model: bool = False  # names a model of the book
    service: bool = False  # names a store or a platform of the book
    several: bool = False  # one name or a list of them; held as a tuple
    billed: bool = True  # can move a bill; a time, or what a thing is called, never does
    only_asked: bool = False  # what is usual stands in only where it is said to be unknown
    plain: tuple[float, float] = (0.0, math.inf)  # what a number without a unit may be

    @property
    def is_money(self) -> bool:
        """Whether it is an amount of money, in dollars, by itself or for something."""
        return self.unit.partition("/")[0] == "USD"


def quantity(
    unit: str,
    doc: str,
    *,
    low: float = 0.0,
    high: float | None = None,
    default: Value = dataclasses.MISSING,
    spread: bool = False,
    billed: bool = True,
    only_asked: bool = False,
    plain: tuple[float, float] = (0.0, math.inf),
) -> Any:
    """Declare a numeric field; a `share` is bounded by 1 unless said otherwise.

    A number outside `plain` is taken only with its unit: 800 s where 800 ms may be meant.
    """
    top = high if high is not None else (1.0 if unit == "share" else math.inf)
    endless = isinstance(default, float) and math.isinf(default)
    meaning = Quantity(
        doc=doc,
        unit=unit,
        low=low,
        high=top,
        spread=spread,
        endless=endless,
        billed=billed,
        only_asked=only_asked,
        plain=plain,
    )
    return dataclasses.field(default=default, metadata={"quantity": meaning, "doc": doc})


#: Declare a number that a system is held against, and that moves no line of its bill.
unbilled = partial(quantity, default=None, billed=False)


def word(
    doc: str,
    *,
    default: Any = dataclasses.MISSING,
    choices: Sequence[str] = (),
    model: bool = False,
    service: bool = False,
    billed: bool = True,
) -> Any:
    """Declare a field that holds a name: one of `choices`, or of a model, a store, a platform."""
    meaning = Quantity(doc=doc, choices=tuple(choices), model=model, service=service, billed=billed)
    return dataclasses.field(default=default, metadata={"quantity": meaning, "doc": doc})


def names(doc: str) -> Any:
    """Declare a field that holds names of the file: one, or a list."""
    return dataclasses.field(
        default=(), metadata={"quantity": Quantity(doc=doc, several=True), "doc": doc}
    )


def flag(doc: str, *, default: bool = False, billed: bool = True) -> Any:
    """Declare a field that is yes or no."""
    meaning = Quantity(doc=doc, flag=True, billed=billed)
    return dataclasses.field(default=default, metadata={"quantity": meaning, "doc": doc})


@lru_cache
def fields(cls: type) -> Mapping[str, Quantity]:
    """The declared fields of a dataclass by name."""
    declared = dataclasses.fields(cls)
    return {f.name: f.metadata["quantity"] for f in declared if "quantity" in f.metadata}
