"""Queries a second at another size, recall held: N to a power that grows with the recall.

Speed and recall go together. Curves of recall against queries/s are close to powers of the share
missed, (1 - recall)^a, and a grows with log N; so the exponent of N is straight in the log of the
share missed.
"""

from __future__ import annotations

import numpy as np

from aicost.values.quantities import Numeric

#: Exponents that were published, at two recalls; 0.34 over all of them.
RECALLS, EXPONENTS = (0.92, 0.96), (0.30, 0.45)
#: Distances computed (measured); and where recall has told what it can: at 0.96 and 0.97 five
#: systems lie anywhere between 0.28 and 0.7, and most of them below what a steeper line would say.
LEAST, MOST = 0.07, 0.42
#: How far the exponent of a single system may lie off on either side: 32 of 33 published points,
#: and 9 of 10 of a system that was left out.
EXPONENT_WITHIN = 0.25


def growth_exponent(*, recall: Numeric) -> Numeric:
    """The exponent b of N^b, the cost of a graph search that fits in memory.

    b = 0.30 + 0.15 ln(0.08 / (1 - recall)) / ln 2, between 0.07 and 0.42.

    Parameters
    ----------
    recall : share of the true neighbours that are found. [share]

    Returns
    -------
    Exponent of the number of vectors. [power]

    Notes
    -----
    Laid through two published exponents, 0.30 at recall 0.92 and 0.45 at 0.96, and no steeper than
    0.42: a line that goes on with the recall is too steep for a system that it was not laid
    through. Queries/s of 33 published points at ten million vectors, from the curve at one
    million, each system left out of what the line is laid through: see `aicost accuracy
    query-growth`. A system's own exponent lies within `EXPONENT_WITHIN` of it, as a rule: where it
    is known, it holds in its place. Not for flat indexes or metered gigabytes (1) nor for inverted
    lists with a fixed number of probes (0.5).

    References
    ----------
    VectorDBBench leaderboard, 1M and 10M x 768 (read 2026-11-23); the vendor of a system in it
    maintains it.

    Examples
    --------
    >>> [round(float(growth_exponent(recall=r)), 2) for r in (0.90, 0.92, 0.95, 0.98)]
    [0.25, 0.3, 0.4, 0.42]
    """
    missed = np.maximum(1.0 - np.asarray(recall), 1e-12)
    low, high = (-np.log(1.0 - r) for r in RECALLS)
    slope = (EXPONENTS[1] - EXPONENTS[0]) / (high - low)
    return np.clip(EXPONENTS[0] + slope * (-np.log(missed) - low), LEAST, MOST)[()]


def queries_at(
    *, queries_per_s: Numeric, vectors: Numeric, target_vectors: Numeric, exponent: Numeric
) -> Numeric:
    """The queries a second at another size, same recall: q (N / N')^b.

    Parameters
    ----------
    queries_per_s : queries a second at the size that is known. [1/s]
    vectors : vectors N at the size that is known. [vectors]
    target_vectors : vectors N' at the size that is asked for. [vectors]
    exponent : exponent b of the cost of a query. [power]

    Returns
    -------
    Queries a second. [1/s]

    Notes
    -----
    Only as long as the index stays in memory: `left_memory` is the step after that.

    Examples
    --------
    >>> round(queries_at(queries_per_s=1000, vectors=1e6, target_vectors=1e7, exponent=0.34))
    457
    """
    return queries_per_s * np.power(vectors / target_vectors, exponent)


def fitted_exponent(*, vectors: Numeric, queries_per_s: Numeric) -> Numeric:
    """The exponent of a client's own points: least squares in the logs.

    Parameters
    ----------
    vectors : sizes, two or more that differ, along the last axis. [vectors]
    queries_per_s : queries a second at each, at the same recall. [1/s]

    Returns
    -------
    Exponent of the number of vectors. [power]

    Raises
    ------
    ValueError : fewer than two sizes that differ.

    Examples
    --------
    >>> round(float(fitted_exponent(vectors=[1e6, 1e7], queries_per_s=[1000.0, 500.0])), 3)
    0.301
    """
    x, y = np.log(np.asarray(vectors, float)), -np.log(np.asarray(queries_per_s, float))
    x = x - x.mean(axis=-1, keepdims=True)
    if not np.all(np.square(x).sum(axis=-1)):
        raise ValueError("an exponent takes two sizes that differ")
    return ((x * y).sum(axis=-1) / np.square(x).sum(axis=-1))[()]


def shard_work(*, shards: Numeric, exponent: Numeric) -> Numeric:
    """The work of a query that visits every shard, to one index of all: s^(1 - b).

    Parameters
    ----------
    shards : parts that the vectors are split into evenly. [shards]
    exponent : exponent b of the cost of a query. [power]

    Returns
    -------
    Times the work. [ratio]

    Notes
    -----
    s searches of N / s vectors: inferred from the exponent, not measured. One published engine
    answers 4.2 times as many queries once its many segments are merged into one.

    Examples
    --------
    >>> float(round(shard_work(shards=4, exponent=0.4), 2))
    2.3
    """
    return np.power(shards, 1.0 - exponent)


def left_memory(
    *,
    queries_per_s: Numeric,
    index_bytes: Numeric,
    memory_bytes: Numeric,
    slowdown: Numeric,
) -> Numeric:
    """The queries a second with the step where the index outgrows its memory.

    Parameters
    ----------
    queries_per_s : queries a second out of memory. [1/s]
    index_bytes : size of the index. [B]
    memory_bytes : memory it may fill (for pgvector: shared buffers). [B]
    slowdown : times slower from disk. [ratio]

    Returns
    -------
    Queries a second. [1/s]

    Notes
    -----
    A step, not a slope: published are 107 queries/s warmed against 5 to 6 cold (pgvector), 14 ms
    against 874 ms (turbopuffer, from object storage). The share of pages found in memory hardly
    moves before.

    References
    ----------
    pgvector issues 455 and 700; turbopuffer.com architecture (read 2026-11-23).

    Examples
    --------
    >>> left_memory(queries_per_s=107.0, index_bytes=np.array([7e9, 9e9]), memory_bytes=8e9,
    ...     slowdown=20.0)
    array([107.  ,   5.35])
    """
    outgrown = np.greater(index_bytes, memory_bytes)
    return np.where(outgrown, queries_per_s / slowdown, queries_per_s)[()]


def filtered_between(
    *, filtered_share: Numeric, known_shares: Numeric, known_figures: Numeric
) -> tuple[Numeric, Numeric]:
    """Least and most of a figure under a filter: those of the measured points around it.

    Parameters
    ----------
    filtered_share : share of the vectors that the filter rules out. [share]
    known_shares : shares at which a system was measured, ascending. [share]
    known_figures : queries a second at each, or recall, which has to be read with them. [any]

    Returns
    -------
    Least and most; both the measured figure where there is one. [any]

    Raises
    ------
    ValueError : a share outside the measured ones.

    Notes
    -----
    No curve is laid through the points: between two of them an engine may turn from searching
    its graph to comparing all that is left, and the valley is there. At ten million vectors a
    filter cost one engine 200 times its speed, and others kept their speed and lost recall.

    References
    ----------
    VectorDBBench leaderboard, filter ratios (read 2026-11-23).

    Examples
    --------
    >>> shares, speeds = [0.0, 0.5, 0.99, 0.999], [2181.0, 126.0, 43.0, 350.0]
    >>> [float(q) for q in filtered_between(
    ...     filtered_share=0.9, known_shares=shares, known_figures=speeds)]
    [43.0, 126.0]
    """
    shares, speeds = np.asarray(known_shares), np.asarray(known_figures)
    asked = np.asarray(filtered_share)
    if np.any((asked < shares[0]) | (asked > shares[-1])):
        raise ValueError(f"measured from {shares[0]:g} to {shares[-1]:g} filtered only")
    left = speeds[np.searchsorted(shares, asked, side="right") - 1]
    right = speeds[np.searchsorted(shares, asked, side="left")]
    return np.minimum(left, right)[()], np.maximum(left, right)[()]
