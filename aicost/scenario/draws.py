"""Draws of what is not known: stratified, from a stream of its own for each field."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from aicost.values.quantities import Numeric, Quantity, Range, Spread, Value

DRAWS = 4096
SEED = 20261123


def is_plain(value: Value) -> bool:
    """Say whether a value holds no range."""
    if isinstance(value, Spread):
        return not isinstance(value.p50, Range) and not isinstance(value.p95, Range)
    return not isinstance(value, Range)


def drawn_value(value: Value, meaning: Quantity, path: str, n: int, seed: int) -> Value:
    """A range drawn `n` times, or a spread whose ends are."""
    return at_scores(value, meaning, scores_of(n, f"{seed}:{path}"))


def at_scores(value: Value, meaning: Quantity, z: Numeric) -> Value:
    """A range at standard-normal scores, or a spread whose ends are; no p95 is below its p50."""

    def part(of: Value) -> Value:
        return np.clip(of.at(z), meaning.low, meaning.high) if isinstance(of, Range) else of

    if not isinstance(value, Spread):
        return part(value)
    p50 = part(value.p50)
    return Spread(p50, np.maximum(p50, part(value.p95)))


def apart(value: Value) -> Value:
    """A sweep with an axis for draws behind it."""
    if isinstance(value, Spread):
        return Spread(apart(value.p50), apart(value.p95))
    return value[:, None] if isinstance(value, np.ndarray) and value.ndim == 1 else value


def in_row(row: int, rows: int, drawn: Value, rest: Value) -> Value:
    """A table whose one row is drawn and the others all stand at the rest."""
    if isinstance(drawn, Spread):
        p50, p95 = (
            in_row(row, rows, *ends) for ends in ((drawn.p50, rest.p50), (drawn.p95, rest.p95))
        )
        return Spread(p50, p95)
    table = np.full((rows, np.size(drawn)), rest, dtype=float)
    table[row] = drawn
    return table


def scores_of(n: int, seed: str) -> Numeric:
    """Standard-normal scores, one per stratum, in an order of their own."""
    key = int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=8).digest(), "big")
    return np.random.default_rng(key).permutation(_strata(n))


@lru_cache(maxsize=4)
def _strata(n: int) -> Numeric:
    return ndtri((np.arange(n) + 0.5) / n)
