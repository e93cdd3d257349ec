"""Topic `query-growth`: queries a second at a larger size from those at a smaller one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from aicost.accuracy.report import Part, Report, read_cases
from aicost.formulas.vectors import growth_exponent, queries_at
from aicost.values.quantities import Numeric

MEAN = 0.15
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


def hold(path: Path) -> Report:
    """Hold unfiltered rows at a larger size against the curve of the same system at a smaller one.

    Recall is matched on the smaller curve: log queries/s straight between its two neighbours in
    recall, nothing outside it. Errors are relative. Only the first rule has a bar.
    """
    rows = [r for r in read_cases(path, *COLUMNS) if r["kind"] == KIND]
    rows = [r for r in rows if not r["filter_ratio"] or r.number("filter_ratio") == 0]
    systems: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    for r in rows:
        n, recall = r.number("n", low=2), r.number("recall", low=0, high=1)
        point = n, recall, r.number("qps", low=1e-9)
        systems.setdefault((r["system"], r["config"]), []).append(point)
    held: list[tuple[float, ...]] = []
    left_out: list[str] = []
    for system, points in systems.items():
        for recall, small, large, from_qps, qps in _pairs(points):
            if np.isnan(from_qps):
                why = f"recall {recall:g} is not on the curve at {small:,.0f}"
                left_out.append(f"{' '.join(system).strip()} at {large:,.0f}: {why}")
            else:
                held.append((recall, small, large, from_qps, qps))
        if len({n for n, *_ in points}) == 1:
            left_out.append(f"{' '.join(system).strip()}: stands at one size")
    parts = [_part(name, rule, held, left_out) for name, rule in RULES.items()]
    return Report("query-growth", path.name, "mean 15 % of the first rule", tuple(parts))


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


def _part(name: str, rule: Rule, held: list[tuple[float, ...]], left_out: list[str]) -> Part:
    recall, small, large, from_qps, qps = np.array(held).reshape(-1, 5).T
    errors = np.abs(rule(recall, small, large, from_qps) / qps - 1).tolist()
    mean = float(np.mean(errors)) if errors else np.nan
    first = rule is _by_recall
    over = first and errors and not mean <= MEAN
    failed = [f"mean {mean:.3g} instead of at most {MEAN}"] if over else []
    return Part(f"{name}, mean {mean:.3g}", errors, left_out if first else (), failed, judged=first)
