"""Topic `caching`: replays and formulas of reuse against what was read off logs of requests."""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

from aicost.accuracy import cache_alike, cache_formulas, cache_replays
from aicost.accuracy.cache_rows import (
    BILL,
    FORECAST,
    FORMULAS,
    LIFETIMES,
    LIKENESS,
    PILOT,
    REPLAY,
    THINNED,
    TIMES,
    Known,
    Unheld,
)
from aicost.accuracy.report import Part, Report, read_cases
from aicost.accuracy.traces import Traces
from aicost.values.table_file import Record

FIGURES = {**cache_replays.FIGURES, **cache_formulas.FIGURES}
REPLAYED, COMPUTED, STANDARD_ERRORS = 0.002, 0.005, 4.0
BARS = {REPLAY: REPLAYED, LIFETIMES: REPLAYED, BILL: REPLAYED, PILOT: COMPUTED, FORMULAS: COMPUTED}
SHOWN = (THINNED, FORECAST)
BAR = (
    "0.2 points for what is played again, 0.5 points or 0.5 % for formulas, 1 point by likeness; "
    "for times and likeness, drawn once by the file, that or 4 standard errors of the draw"
)
TIMED = "latency_mixture"
COLUMNS = ("dataset", "metric", "param", "value", "unit")
#: What is read off the likeness of questions.
ALIKE = (
    *("hit_rate", "wrong_hit_rate", "wrong_share_of_hits", "hit_rate_by_volume"),
    *("good_turing_predicted_hit", "tpr", "fpr", "auc", "mean_similarity", "served@"),
)
OTHERWISE = {
    "plain_lru_block_hit_shuffled": "a random order that the file does not state",
    "che_minus_sim": "the difference of two other rows",
    "input_cost_multiplier_oracle_placement": "a bound that looks ahead, of no cache there is",
    "kv_bytes_for_90pct_of_ideal": "a size, of the formulas of serving",
    "exact_duplicate_share": "of a sample that the file does not state",
}
DESCRIBES = "describes a log and is of no cache"


class Held(NamedTuple):
    """A row beside ours: how far off, how far it may be, and ours in words."""

    error: float
    bar: float
    ours: str


def hold(path: Path, traces: Path) -> Report:
    """Hold replays and formulas against a file of figures, with the logs they were read off.

    Errors are absolute where a figure is a share or a multiple of the bill, else relative.

    Parameters
    ----------
    path : the case file. [Path]
    traces : folder of the logs. [Path]

    Raises
    ------
    ValueError : what is wrong with the file, a row, the folder or a log.
    """
    rows = read_cases(path, *COLUMNS)
    stated = {(r["dataset"], r["metric"], r["param"]): r.number("value") for r in rows}
    known = Known(Traces(traces), stated)
    errors: dict[str, list[float]] = {name: [] for name in (*BARS, TIMES, LIKENESS, *SHOWN)}
    failed: dict[str, list[str]] = {name: [] for name in errors}
    left_out: list[str] = []
    for row in rows:
        name = f"{row['dataset']} {row['metric']}"
        try:
            part = _part(row)
            drawn = {TIMES: _timed, LIKENESS: _alike}
            held = drawn[part](row, known) if part in drawn else _held(row, known, part)
        except Unheld as why:
            left_out.append(f"{name}: {why}")
            continue
        errors[part].append(held.error)
        if not held.error <= held.bar:
            failed[part].append(f"{name} {row['param']}: {held.ours} instead of {row['value']}")
    parts = [
        Part(name, errors[name], (), failed[name], judged=name not in SHOWN)
        for name in errors
        if errors[name]
    ]
    if left_out:
        parts.append(Part("other rows", [], left_out, judged=False))
    return Report("caching", path.name, BAR, tuple(parts))


def _part(row: Record) -> str:
    """The part of the report that a row is held in. Raises Unheld."""
    metric = row["metric"]
    if metric.startswith(ALIKE) and "|" in row["dataset"]:
        if metric not in cache_alike.FIGURES:
            raise Unheld("is read off the likeness of single pairs, or of a part of a log")
        return LIKENESS
    if metric == TIMED:
        return TIMES
    if metric not in FIGURES:
        raise Unheld(OTHERWISE.get(metric, DESCRIBES))
    return FIGURES[metric].part


def _held(row: Record, known: Known, part: str) -> Held:
    stated, ours = row.number("value"), FIGURES[row["metric"]].ours(row, known)
    size = 1.0 if row["unit"].startswith(("share", "x ")) else max(abs(stated), 1e-12)
    error = 0.0 if ours == stated else abs(ours - stated) / size
    return Held(error, BARS.get(part, math.inf), f"{ours:.6g}")


def _timed(row: Record, known: Known) -> Held:
    error, drawn = cache_formulas.timed(row, known)
    return Held(error, max(COMPUTED, STANDARD_ERRORS * drawn), f"{error:.2%} off,")


def _alike(row: Record, known: Known) -> Held:
    ours, stated = cache_alike.alike(row, known), row.number("value")
    bar = max(cache_alike.ALIKE, STANDARD_ERRORS * ours.spread)
    return Held(abs(ours.mean - stated), bar, f"{ours.mean:.4f}")
