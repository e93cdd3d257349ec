"""Values as a scenario writes them: numbers, ranges, spreads, units and bounds.

`4` was counted. `about 4` and `2 to 6` are numbers nobody knows exactly (`Range`, drawn once per
draw). `{p50: 250, p95: 900}` says that requests differ (`Spread`, never drawn: charges take the
exact mean of their formula over it).
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri

Numeric = Any  # float or numpy array: formulas take either and give the same back

Z95 = float(ndtri(0.95))


class ValueProblem(ValueError):
    """A value that cannot be read: what is wrong, and what to write instead."""

    def __init__(self, wrong: str, remedy: str) -> None:
        super().__init__(f"{wrong}; {remedy}")
        self.wrong, self.remedy = wrong, remedy


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
        """Return the value at standard-normal score `z`."""
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
        """Return the mean: closed where there is a form, else by 64-point Gauss-Hermite."""
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
        """Return centre and standard deviation on a scale where the range is normal."""
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
        """Return the standard deviation of the logarithm."""
        return np.log(self.p95 / self.p50) / Z95

    def moment(self, order: int) -> Numeric:
        """Return E[x^order]."""
        return self.p50**order * np.exp((order * self.sigma) ** 2 / 2)


Value = Any  # Numeric, Range, Spread (of Numeric or Range), str or None


def mean(value: Value) -> Numeric:
    """Return the mean over requests: a number is its own mean.

    >>> float(round(mean(Spread(250.0, 900.0)), 2))
    338.56
    """
    return value.moment(1) if isinstance(value, Spread) else value


def mean_square(value: Value) -> Numeric:
    """Return the mean of the square over requests.

    >>> mean_square(3.0)
    9.0
    """
    return value.moment(2) if isinstance(value, Spread) else value * value


def split(value: Value, *, shift: Numeric, breaks: Sequence[float]) -> list[tuple[Any, Any]]:
    """Cut `shift + value` at `breaks`: for each band its share and its mean inside the band.

    Share = P(b_i < shift + x <= b_{i+1}), mean = E[shift + x | band]; the means times the shares
    add up to the mean exactly, so a charge that is linear inside each band is exact.

    >>> [(round(float(s), 3), round(float(m), 1)) for s, m in split(Spread(250.0, 900.0), shift=0, breaks=[250])]
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
    for low, high in zip(z, z[1:], strict=False):
        share = _between(low, high)
        part = total * _between(low - sigma, high - sigma)
        inside = np.where(share > 0, part / np.where(share > 0, share, 1.0), 0.0)
        bands.append((share, (shift + inside)[()]))
    return bands


def _between(low: Numeric, high: Numeric) -> Numeric:
    """Return P(low < Z <= high), from the tail that keeps the digits."""
    return np.where(np.asarray(low) > 0, ndtr(-low) - ndtr(-high), ndtr(high) - ndtr(low))[()]


@lru_cache(maxsize=1)
def _nodes() -> tuple[np.ndarray, np.ndarray]:
    """Cut the normal into 160 bins of score; return their edges and weights."""
    edges = np.concatenate([[-np.inf], np.linspace(-5, 5, 159), [np.inf]])
    return edges, np.diff(ndtr(edges))


def mean_of(formula: Callable[[Numeric], Numeric], value: Value) -> Numeric:
    """Return the mean of `formula` over requests, by 160 fixed quantile bins.

    Each bin enters at its own conditional mean, so a linear formula comes out exact; steps and
    squares are right to about 0.1 %.

    >>> float(round(mean_of(lambda x: 2 * x, Spread(250.0, 900.0)), 2))
    677.11
    """
    if not isinstance(value, Spread):
        return formula(value)
    edges, weight = _nodes()
    sigma = np.asarray(value.sigma)[..., None]
    share = ndtr(edges[1:] - sigma) - ndtr(edges[:-1] - sigma)
    node = np.asarray(value.moment(1))[..., None] * share / weight
    return (formula_over(formula, node) @ weight)[()]


def formula_over(formula: Callable[[Numeric], Numeric], node: np.ndarray) -> np.ndarray:
    """Apply `formula` to each quantile node apart, so that it may hold arrays of its own."""
    return np.stack([np.asarray(formula(node[..., i])) for i in range(node.shape[-1])], axis=-1)


# ---------------------------------------------------------------- fields of a scenario


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a field of the scenario holds: its unit, bounds and meaning."""

    doc: str
    unit: str = ""  # "" marks a name, not a number
    low: float = 0.0
    high: float = math.inf
    spread: bool = False
    choices: tuple[str, ...] = ()
    whole: bool = False  # steps between whole numbers mean nothing: prompts may say so
    flag: bool = False
    mapping: bool = False


def quantity(
    unit: str,
    doc: str,
    *,
    low: float = 0.0,
    high: float | None = None,
    default: Value = dataclasses.MISSING,
    spread: bool = False,
) -> Any:
    """Declare a numeric field; a `share` is bounded by 1 unless said otherwise."""
    top = high if high is not None else (1.0 if unit == "share" else math.inf)
    meaning = Quantity(doc=doc, unit=unit, low=low, high=top, spread=spread)
    return dataclasses.field(default=default, metadata={"quantity": meaning, "doc": doc})


def name(doc: str, *, default: Any = dataclasses.MISSING, choices: Sequence[str] = ()) -> Any:
    """Declare a field that holds a name, one of `choices` where they are given."""
    meaning = Quantity(doc=doc, choices=tuple(choices))
    return dataclasses.field(default=default, metadata={"quantity": meaning, "doc": doc})


def flag(doc: str, *, default: bool = False) -> Any:
    """Declare a field that is yes or no."""
    meaning = Quantity(doc=doc, flag=True)
    return dataclasses.field(default=default, metadata={"quantity": meaning, "doc": doc})


def fields(cls: type) -> dict[str, Quantity]:
    """Return the declared fields of a dataclass by name."""
    declared = dataclasses.fields(cls)  # type: ignore[arg-type]
    return {f.name: f.metadata["quantity"] for f in declared if "quantity" in f.metadata}


# ---------------------------------------------------------------- reading a value

_PLAIN = re.compile(r"[0-9]+(?:_[0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+")
_NUMBER = re.compile(
    r"(?P<sign>[-+]?)\s*(?P<money>\$?)\s*(?P<digits>[0-9][0-9_]*(?:\.[0-9]+)?|\.[0-9]+)"
    r"\s*(?P<unit>.*)",
    re.DOTALL,
)
_COUNT = {"": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_TIME = {"ms": 1e-3, "s": 1.0, "sec": 1.0, "min": 60.0, "minutes": 60.0, "minute": 60.0,
         "h": 3600.0, "hours": 3600.0, "hour": 3600.0, "days": 86400.0, "day": 86400.0}  # fmt: skip
_BYTES = {"B": 1.0, "KB": 1e3, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}
_BASE = {"s": ("s", _TIME), "minutes": ("min", _TIME), "hours": ("h", _TIME),
         "days": ("days", _TIME), "B": ("B", _BYTES), "KB": ("KB", _BYTES),
         "GB": ("GB", _BYTES)}  # fmt: skip


def read_value(text: str, meaning: Quantity) -> tuple[Value, str]:
    """Read one number, range or `unknown`; return it and its basis.

    A plain number was counted (`measured`), a range is the client's word (`given`); `unknown`
    reads as None. Raises ValueProblem with the spelling that works.

    >>> read_value("about 4", Quantity("", "pages"))
    (Range(low=2.0, high=8.0, ceiling=inf), 'given')
    >>> read_value("5 %", Quantity("", "share", high=1.0))
    (0.05, 'measured')
    """
    text = text.strip()
    if text == "unknown":
        return None, "assumed"
    if text.startswith("about "):
        return _around(text[6:], meaning), "given"
    if " to " in text:
        low_text, _, high_text = text.partition(" to ")
        high = _number(high_text, meaning)
        unit = _unit_of(high_text)
        low = _number(low_text if _unit_of(low_text) else f"{low_text} {unit}", meaning)
        if low > high:
            raise ValueProblem(f"{text!r} runs downwards", f"write {high_text} to {low_text}")
        return Range(low, high, meaning.high), "given"
    return _number(text, meaning), "measured"


def _around(text: str, meaning: Quantity) -> Range:
    """Read `about x`: half to double, for a share half to double its odds."""
    value = _number(text, meaning)
    if value <= 0:
        raise ValueProblem("'about' needs a number above zero", "write a range such as 0 to 5")
    if math.isfinite(meaning.high):
        part = value / meaning.high
        if part >= 1:
            raise ValueProblem(f"'about {text}' is the most it can be", f"write {text}")
        odds = part / (1 - part)
        low, high = (meaning.high * o / (1 + o) for o in (odds / 2, odds * 2))
        return Range(low, high, meaning.high)
    return Range(value / 2, value * 2)


def _unit_of(text: str) -> str:
    found = _NUMBER.fullmatch(text.strip())
    return found["unit"].strip() if found else ""


def _number(text: str, meaning: Quantity) -> float:
    text = text.strip()
    found = _NUMBER.fullmatch(text)
    if not found:
        raise ValueProblem(*_why_no_number(text, meaning))
    digits, unit = found["digits"], found["unit"].strip()
    if not _PLAIN.fullmatch(digits) or (len(digits) > 1 and re.match(r"0[0-9_]", digits)):
        raise ValueProblem(*_why_no_number(text, meaning))
    value = float(digits.replace("_", "")) * _factor(text, unit, meaning)
    if found["sign"] == "-":
        value = -value
    if found["money"] and not meaning.unit.startswith("USD"):
        raise ValueProblem(f"{text!r} is money, this is in {meaning.unit}", "drop the $")
    return _bounded(text, value, unit, meaning)


def _bounded(text: str, value: float, unit: str, meaning: Quantity) -> float:
    if meaning.unit == "share" and meaning.high == 1.0 and value > 1 and unit != "%":
        raise ValueProblem(f"{text} is more than all of it", f"write {text} %")
    if not meaning.low <= value <= meaning.high:
        wrong = f"{text!r} is outside {_bound(meaning.low, meaning)} to {_bound(meaning.high, meaning)}"
        raise ValueProblem(wrong, "write a number inside")
    return value


def _bound(value: float, meaning: Quantity) -> str:
    if math.isinf(value):
        return "any size"
    return f"{value * 100:g} %" if meaning.unit == "share" else f"{value:g}"


def _factor(text: str, unit: str, meaning: Quantity) -> float:
    """Return what to multiply by to arrive at the field's own unit."""
    if not unit:
        return 1.0
    if meaning.unit == "share":
        if unit == "%":
            return 0.01
        raise ValueProblem(f"{text!r} has the unit {unit!r}, this is a share", "write it as 5 %")
    if meaning.unit in _BASE:
        base, table = _BASE[meaning.unit]
        if unit in table:
            return table[unit] / table[base]
        choice = ", ".join(table)
        raise ValueProblem(f"{text!r} has the unit {unit!r}", f"use one of {choice}")
    head, _, rest = unit.partition(" ")
    if head in _COUNT and (not rest or _names_unit(rest, meaning)):
        return _COUNT[head]
    if _names_unit(unit, meaning):
        return 1.0
    raise ValueProblem(
        f"{text!r} has the unit {unit!r}, this is in {meaning.unit}",
        "write the number alone, or with k or M",
    )


def _names_unit(word: str, meaning: Quantity) -> bool:
    return word.rstrip("s") in {w.rstrip("s") for w in re.split(r"[ /]", meaning.unit)}


def _why_no_number(text: str, meaning: Quantity) -> tuple[str, str]:
    """Say what is wrong with a text that should have been a number."""
    if re.fullmatch(r"[-+]?\$?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?.*", text):
        return f"{text!r} has commas", f"write {text.replace(',', '_')}"
    if re.fullmatch(r"[0-9.]+\s*[-–—]\s*[0-9.]+.*", text):
        low, high = re.split(r"\s*[-–—]\s*", text, maxsplit=1)
        return f"{text!r} is not a range here", f"write {low} to {high}"
    if re.fullmatch(r"0[0-9_]+.*", text):
        return f"{text!r} starts with a zero", f"write {text.lstrip('0') or '0'}"
    if re.fullmatch(r"[0-9.]+[eE][-+]?[0-9]+", text):
        return f"{text!r} is in powers of ten", f"write {float(text):.12g} or use k or M"
    if re.fullmatch(r"[0-9]+:[0-9]+.*", text):
        return f"{text!r} looks like a time of day", "write a number with its unit, such as 4.5 min"
    if re.fullmatch(r"[0-9]+,[0-9]+.*", text):
        return f"{text!r} has a comma", f"write {text.replace(',', '.')}"
    example = "5 %" if meaning.unit == "share" else "12"
    return (
        f"{text!r} is not a number" if text else "the value is missing",
        f"write a number of {meaning.unit} such as {example}, 'about {example}', a range, or unknown",
    )
