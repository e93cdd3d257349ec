"""Topic `serving`: tokens a second and times of served models, on pairs that no fit has seen."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from aicost.accuracy.report import Part, Report
from aicost.accuracy.serving_cases import Cases, read
from aicost.accuracy.serving_fit import Predicted, fitted, measured, predict
from aicost.accuracy.serving_gain import NAMES, Fits, gain_parts
from aicost.book.machines import constants, within
from aicost.values.formatting import percent

FOLDS, SEED, LEAST_PAIRS = 5, 1, 10
THIN = "cdna"  # one source, of 2024: shown apart
MEDIANS, P90S = (0.10, 0.20, 0.12), (0.30, np.inf, np.inf)
ENGINE_MEDIAN, INSIDE = 0.15, 0.90
FIRST, TOKEN = 1, 2


def hold(path: Path) -> Report:
    """Hold the formulas against measured points, every pair of model and chip left out once.

    Pairs are dealt into five folds; what is said of one comes from constants fitted to the other
    four. A file of fewer than ten pairs is held by the constants that ship, unfitted.
    """
    cases = read(path)
    few = len({*cases.pair}) < LEAST_PAIRS
    fits = [(np.full(len(cases), True), constants())] if few else _fits(cases)
    folds = [] if few else [test for test, _ in fits]
    found = said(cases, fits)
    how = "constants as shipped" if few else "pairs left out"
    parts = [*_judged(cases, found, how)]
    for number, test in enumerate(folds, 1):
        parts += _shown(cases, found, test, f"fold {number}")
    for kind, names, places in (
        ("engine", [*constants()["weights_share"]], cases.engine),
        ("family", [*constants()["multiply_share"]], cases.family),
    ):
        for place, name in enumerate(names):
            parts += _shown(cases, found, places == place, f"{kind} {name}")
    parts += _shown(cases, found, np.greater(cases.model.experts, 1), "with experts")
    parts += _shown(cases, found, np.equal(cases.model.experts, 1), "without experts")
    if not few:
        unfitted = predict(constants(), cases)
        parts += _shown(cases, unfitted, np.full(len(cases), True), "constants as shipped")
    parts += gain_parts(cases, fits)
    bar = f"medians {', '.join(percent(m) for m in MEDIANS)} ({', '.join(NAMES)}), peak p90 "
    bar += f"{percent(P90S[0])}, no engine's token above {percent(ENGINE_MEDIAN)}, first words "
    bar += f"{percent(INSIDE)} within the stated range"
    return Report("serving", path.name, bar, tuple(parts))


def _folds(cases: Cases, seed: int = SEED) -> Iterator[np.ndarray]:
    """Yield which points each fold tests: whole pairs of model and chip."""
    pairs = sorted({*cases.pair})
    random.Random(seed).shuffle(pairs)
    for fold in range(FOLDS):
        yield np.isin(cases.pair, pairs[fold::FOLDS])


def _fits(cases: Cases, seed: int = SEED) -> Fits:
    """Each fold with the constants that are fitted to the others."""
    folds = _folds(cases, seed)
    return [(test, fitted(constants(), cases.where(~test))) for test in folds]


def left_out(cases: Cases, seed: int = SEED) -> Predicted:
    """What the formulas say of each point, fitted to the folds that it is not in."""
    return said(cases, _fits(cases, seed))


def said(cases: Cases, fits: Fits) -> Predicted:
    """What the formulas say of each point by the constants of its fold."""
    speed, first, token = (np.full(len(cases), np.nan) for _ in range(3))
    over = np.zeros(len(cases), bool)
    for test, at in fits:
        speed[test], first[test], token[test], over[test] = predict(at, cases.where(test))
    return Predicted(speed, first, token, over)


def ratios(cases: Cases, found: Predicted, which: np.ndarray) -> tuple[np.ndarray, ...]:
    """Measured by said, of the points that are read for each of the three; what waits is out."""
    each = []
    for place, (said, true) in enumerate(zip(found[:3], measured(cases)[:3], strict=True)):
        counts = which & np.isfinite(true) & np.isfinite(said)
        counts &= ~(found.over & (place == FIRST))
        each.append(true[counts] / said[counts])
    return tuple(each)


def _errors(ratio: np.ndarray) -> list[float]:
    """Relative errors of what is said, by what was measured."""
    return np.abs(1.0 / ratio - 1.0).tolist()


def _judged(cases: Cases, found: Predicted, how: str) -> Iterator[Part]:
    thin = cases.family == [*constants()["multiply_share"]].index(THIN)
    all_ratios = ratios(cases, found, ~thin)
    low, high = within()["first_within"]
    for place, (name, ratio) in enumerate(zip(NAMES, all_ratios, strict=True)):
        errors, failed = _errors(ratio), []
        if errors and (median := float(np.median(errors))) > MEDIANS[place]:
            failed.append(f"median {median:.3g} instead of at most {MEDIANS[place]:g}")
        if errors and (p90 := float(np.quantile(errors, 0.9))) > P90S[place]:
            failed.append(f"p90 {p90:.3g} instead of at most {P90S[place]:g}")
        if place == FIRST and errors:
            inside = float(np.mean((ratio >= low) & (ratio <= high)))
            name += f", {percent(round(inside, 3))} within {low:.2g} to {high:.2g} times"
            if inside < INSIDE:
                failed.append(f"{percent(round(inside, 3))} within instead of {percent(INSIDE)}")
        if place == TOKEN:
            failed += _slow_engines(cases, found, ~thin)
        left = cases.left_out if place == 0 else ()
        yield Part(f"{name}, {how}", errors, left, failed)
    yield from _shown(cases, found, thin, f"{THIN}, {how}")
    waits = _errors(measured(cases).first_s[found.over] / found.first_s[found.over])
    waits = [error for error in waits if np.isfinite(error)]
    if waits:
        yield Part("first word where more are asked than fit", waits, judged=False)


def _slow_engines(cases: Cases, found: Predicted, which: np.ndarray) -> list[str]:
    failed = []
    for place, name in enumerate(constants()["weights_share"]):
        errors = _errors(ratios(cases, found, which & (cases.engine == place))[TOKEN])
        if errors and np.median(errors) > ENGINE_MEDIAN:
            failed.append(f"{name}: median {np.median(errors):.3g}, at most {ENGINE_MEDIAN:g}")
    return failed


def _shown(cases: Cases, found: Predicted, which: np.ndarray, words: str) -> list[Part]:
    """The three errors of some points, for comparison."""
    each = zip(NAMES, ratios(cases, found, which), strict=True)
    return [
        Part(f"{words}: {name}", _errors(ratio), judged=False) for name, ratio in each if ratio.size
    ]
