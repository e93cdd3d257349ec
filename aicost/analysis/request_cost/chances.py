"""Draws for many requests at once, spread evenly over those that have been alike so far."""

from __future__ import annotations

from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from aicost.values.quantities import Numeric, Spread, Value, mean

SEED = 20_261_127
MOST_PATHS = 4_096  # ways that are told apart; beyond them draws are spread over all alike

Floats = NDArray[np.float64]
Places = NDArray[np.intp]  # which requests
Chosen = NDArray[np.bool_]


class Chances:
    """The chances of `n` requests, the same at every run.

    Whatever is drawn is spread evenly over the requests that went the same way up to there. So a
    choice splits them in its exact shares, and one lognormal behind choices is no estimate.
    """

    def __init__(self, n: int) -> None:
        self.n = n
        self.paths = np.zeros(n, dtype=np.uint16)
        self.ways = 1
        self.mixes = np.zeros(n, dtype=np.int64)  # how many lognormals each has drawn
        self.in_strata = True  # else each draw for itself: of many, spreading them gains nothing
        self.told_apart = True
        self._rng = np.random.default_rng(SEED)

    def named(self, name: str) -> None:
        """Begin a stream of draws of its own, so that a stage more leaves the others alone."""
        self._rng = np.random.default_rng((SEED, crc32(name.encode())))

    @property
    def exact(self) -> bool:
        """Whether each request is choices told apart, and then no more than one lognormal."""
        return self.told_apart and bool(self.mixes.max(initial=0) <= 1)

    @property
    def differ(self) -> bool:
        """Whether anything was drawn that requests differ by."""
        return self.ways > 1 or not self.told_apart or bool(self.mixes.any())

    # ---- what is drawn

    def levels(self, who: Places) -> Floats:
        """Levels from 0 to 1 for `who`, evenly spread over those of each way."""
        jitter = self._rng.random(who.size)
        if not self.in_strata:
            return jitter
        order, found = self._rng.permutation(who.size), np.empty(who.size)
        if self.ways == 1:
            found[order] = np.arange(who.size)
            return (found + jitter) / max(who.size, 1)
        ways = self.paths[who]
        order = order[np.argsort(ways[order], kind="stable")]
        sizes = np.bincount(ways, minlength=self.ways)
        before = np.cumsum(sizes) - sizes
        found[order] = np.arange(who.size) - np.repeat(before, sizes)
        return (found + jitter) / sizes[ways]

    def some(self, who: Places, share: float) -> Chosen:
        """A share of `who`; from here on they have gone another way."""
        if share >= 1 or share <= 0:
            return np.full(who.size, share >= 1)
        chosen = self.levels(who) < share
        self.apart(who, chosen)
        return chosen

    def apart(self, who: Places, way: NDArray[np.integer] | Chosen) -> None:
        """Tell requests apart by a way that they went, a whole number from 0."""
        many = int(way.max(initial=0)) + 1
        if not self.in_strata or self.ways * many > MOST_PATHS or self.mixes[who].any():
            self.told_apart = False
            return
        paths = self.paths.astype(np.intp) * many
        paths[who] += way
        there = np.bincount(paths, minlength=self.ways * many) > 0
        self.paths = (np.cumsum(there) - 1)[paths].astype(np.uint16)
        self.ways = int(there.sum())

    def whole(self, who: Places, mean: float) -> NDArray[np.int64]:
        """Whole numbers with this mean: the two around it."""
        return int(mean) + self.some(who, mean - int(mean))

    def mix(self, who: Places, value: Value, lot: float = 1.0) -> Numeric:
        """A value as it is, of a mix a lognormal for each of `who`, or the mean of a `lot`."""
        if not isinstance(value, Spread) or value.p50 <= 0 or value.p95 <= value.p50:
            return mean(value)
        sigma = float(value.sigma)
        if self.in_strata:
            self.mixes += np.bincount(who, minlength=self.n)
        self.told_apart &= self.in_strata
        narrowed = np.sqrt(np.log1p(np.expm1(sigma**2) / lot))
        score = self._scores(who)
        return np.asarray(value.moment(1) * np.exp(narrowed * score - narrowed**2 / 2))

    def _scores(self, who: Places) -> Floats:
        if self.in_strata:
            return np.asarray(ndtri(self.levels(who)))
        return self._rng.standard_normal(who.size)
