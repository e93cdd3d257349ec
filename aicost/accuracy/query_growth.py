"""Topic `query-growth`: queries a second at a larger size from those at a smaller one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from aicost.accuracy.report import Part, Report, read_cases
from aicost.formulas.vectors import EXPONENT_WITHIN, growth_exponent, queries_at
from aicost.formulas.vectors.growth import LEAST, MOST
from aicost.values.formatting import percent
from aicost.values.quantities import Numeric

MEAN, INSIDE = 0.20, 0.90
KIND = "vdbbench_search"
COLUMNS = ("kind", "system", "config", "n", "filter_ratio", "qps", "recall")

#: From recall, the two sizes and queries/s at the smaller one to queries/s at the larger one.
Rule = Callable[[Numeric, Numeric, Numeric, Numeric], Numeric]


def _power(exponent: float) -> Rule:
    return lambda _, small, large, qps: qps * np.power(small / large, exponent)


def _by_recall(recall: Numeric, small: Numeric, large: Numeric, qps: Numeric) -> Numeric:
    b = growth_exponent(recall=recall)
    return queries_at(queries_per_s=qps, vectors=small, target_vectors=large, exponent=b)


RULES: dict[str, Rule] = {
    "N^b, b by recall": _by_recall,
    "N^0.34": _power(0.34),
    "log N": lambda _, small, large, qps: qps * np.log(small) / np.log(large),
    "constant": _power(0.0),
    "sqrt N": _power(0.5),
    "linear": _power(1.0),
}


class Held(NamedTuple):
    """One published point at the larger size, beside what its system answered at the smaller."""

    system: str
    recall: float
    small: float
    large: float
    from_qps: float
    qps: float

    @property
    def exponent(self) -> float:
        """The exponent that leads from one to the other."""
        return float(np.log(self.from_qps / self.qps) / np.log(self.large / self.small))


def hold(path: Path) -> Report:
    """Hold unfiltered rows at a larger size against the curve of the same system at a smaller one.

    Recall is matched on the smaller curve: log queries/s straight between its two neighbours in
    recall, nothing outside it. Errors are relative. A system is judged by a line through the
    others, or by the formula where fewer than two others are there.
    """
    rows = [r for r in read_cases(path, *COLUMNS) if r["kind"] == KIND]
    rows = [r for r in rows if not r["filter_ratio"] or r.number("filter_ratio") == 0]
    systems: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    for r in rows:
        n, recall = r.number("n", low=2), r.number("recall", low=0, high=1)
        point = n, recall, r.number("qps", low=1e-9)
        systems.setdefault((r["system"], r["config"]), []).append(point)
    held: list[Held] = []
    left_out: list[str] = []
    for system, points in systems.items():
        for recall, small, large, from_qps, qps in _pairs(points):
            if np.isnan(from_qps):
                why = f"recall {recall:g} is not on the curve at {small:,.0f}"
                left_out.append(f"{' '.join(system).strip()} at {large:,.0f}: {why}")
            else:
                held.append(Held(system[0], recall, small, large, from_qps, qps))
        if len({n for n, *_ in points}) == 1:
            left_out.append(f"{' '.join(system).strip()}: stands at one size")
    judged = [*_judged(held, left_out)]
    shown = [_shown(name, rule, held) for name, rule in RULES.items()]
    bar = f"mean {percent(MEAN)} and {percent(INSIDE)} of exponents within {EXPONENT_WITHIN:g}, "
    bar += "system left out"
    return Report("query-growth", path.name, bar, (*judged, *shown))


def _pairs(points: list[tuple[float, float, float]]) -> Iterator[tuple[float, ...]]:
    """Yield recall, both sizes, queries/s of the smaller at that recall, and of the larger."""
    sizes = sorted({n for n, *_ in points})
    for small, large in pairwise(sizes):
        curve = sorted((recall, qps) for n, recall, qps in points if n == small)
        recalls, speeds = np.array(curve).T
        for n, recall, qps in points:
            if n == large:
                matched = np.interp(recall, recalls, np.log(speeds), left=np.nan, right=np.nan)
                yield recall, small, large, float(np.exp(matched)), qps


def line_through(others: Sequence[Held]) -> Callable[[Numeric], Numeric]:
    """The exponent by recall as other systems have it, each with the same weight in all.

    Parameters
    ----------
    others : points of the systems it is laid through. [points]

    Returns
    -------
    From recall to the exponent: the formula where there are fewer than two systems. [function]

    Notes
    -----
    A line in the log of the share missed, between the bounds of the formula.

    Examples
    --------
    >>> bool(line_through([])(0.92) == growth_exponent(recall=0.92))
    True
    """
    names = [one.system for one in others]
    if len({*names}) < 2:
        return lambda recall: growth_exponent(recall=recall)
    missed = -np.log(np.maximum(1.0 - np.array([one.recall for one in others]), 1e-12))
    weights = [names.count(name) ** -0.5 for name in names]
    slope, start = np.polyfit(missed, [one.exponent for one in others], 1, w=weights)
    return lambda recall: np.clip(start - slope * np.log(1.0 - recall), LEAST, MOST)


def _judged(held: list[Held], left_out: list[str]) -> Iterator[Part]:
    """Yield queries/s and exponents of each system, by what is known of the others."""
    by_system: dict[str, list[float]] = {}
    off = []
    for one in held:
        line = line_through([other for other in held if other.system != one.system])
        exponent = float(line(min(one.recall, 1 - 1e-12)))
        found = one.from_qps * (one.small / one.large) ** exponent
        by_system.setdefault(one.system, []).append(abs(found / one.qps - 1))
        off.append(abs(one.exponent - exponent))
    errors = [error for found in by_system.values() for error in found]
    mean = float(np.mean(errors)) if errors else np.nan
    failed = [f"mean {mean:.3g} instead of at most {MEAN}"] if errors and not mean <= MEAN else []
    each = ", ".join(f"{name} {np.mean(found):.2g}" for name, found in by_system.items())
    words = f"queries/s, each system left out, mean {mean:.3g} ({each})"
    yield Part(words, errors, left_out, failed)
    inside = float(np.mean(np.less_equal(off, EXPONENT_WITHIN))) if off else np.nan
    held_words = f"{percent(round(inside, 3))} within {EXPONENT_WITHIN:g}"
    few = f"{held_words} instead of {percent(INSIDE)}"
    words = f"exponent, each system left out, {held_words}"
    yield Part(words, off, (), [few] if off and inside < INSIDE else [])


def _shown(name: str, rule: Rule, held: list[Held]) -> Part:
    columns = [one[1:] for one in held]
    recall, small, large, from_qps, qps = np.array(columns).reshape(-1, 5).T
    errors = np.abs(rule(recall, small, large, from_qps) / qps - 1).tolist()
    mean = float(np.mean(errors)) if errors else np.nan
    return Part(f"{name}, mean {mean:.3g}", errors, judged=False)
