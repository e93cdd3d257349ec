"""Things kept apart: labels and rows that must not touch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np


def apart(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Move centres as little as need be (least squares) so that things of `sizes` do not touch.

    They keep their order and stay within `low` and `high` where they all fit there.

    >>> apart([10, 11, 50], [10, 10, 10], 0, 100)
    [5.5, 15.5, 50.0]
    """
    order = np.argsort(wanted, kind="stable")
    size = np.asarray(sizes, dtype=float)[order]
    ahead = np.concatenate(([0.0], np.cumsum(size)[:-1])) + size / 2
    free = _rising(np.asarray(wanted, dtype=float)[order] - ahead)
    placed = np.clip(free, low, max(low, high - size.sum())) + ahead
    found = np.empty(len(placed))
    found[order] = placed
    return [float(v) for v in found]


def _rising(values: Iterable[float]) -> list[float]:
    """The rising values that are nearest to some: what falls is pooled at its mean.

    As scipy.optimize.isotonic_regression, which takes a fifth of a second to load.
    """
    pools: list[tuple[float, int]] = []
    for value in values:
        mean, many = float(value), 1
        while pools and pools[-1][0] >= mean:
            below, fewer = pools.pop()
            mean, many = (below * fewer + mean * many) / (fewer + many), fewer + many
        pools.append((mean, many))
    return [mean for mean, many in pools for _ in range(many)]
