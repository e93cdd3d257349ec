"""Bytes of an index inside PostgreSQL, which writes whole pages."""

from __future__ import annotations

import numpy as np

from aicost.values.quantities import Numeric

PAGE, PAGE_ROOM = 8192, 8160  # a page, and what its header and end leave of it


def pgvector_hnsw_bytes(
    *, vectors: Numeric, dimensions: Numeric, links: Numeric, bytes_per_dimension: Numeric = 4
) -> Numeric:
    """The bytes of an hnsw index of pgvector: whole pages of 8,192 B.

    As many vectors go on a page as find room with their links: element a8(80 + b d), links
    a8(4 + 12 M) and 8 for their places, a8 rounding up to 8; where not even one does, its links
    take a page of their own.

    Parameters
    ----------
    vectors : vectors N in the index. [vectors]
    dimensions : dimensions d, to 2,000 as vector and 4,000 as halfvec. [dimensions]
    links : the index's m. [links]
    bytes_per_dimension : 4 as vector, 2 as halfvec. [B/dimension]

    Returns
    -------
    Bytes of the index. [B]

    Notes
    -----
    Against two sizes that users published (500,000 x 1,536 and 900,000 x 1,280): 0.1 %. At 1,536
    dimensions each vector has a page to itself whatever m is; as halfvec two share one. Links of
    the upper levels are left out.

    References
    ----------
    pgvector src/hnsw.h and hnswbuild.c (read 2026-11-24); issues 370 and 688 (read 2026-11-23).

    Examples
    --------
    >>> float(pgvector_hnsw_bytes(vectors=500_000, dimensions=1536, links=16) / 2**20)
    3906.2578125
    >>> float(pgvector_hnsw_bytes(
    ...     vectors=500_000, dimensions=1536, links=16, bytes_per_dimension=2) / 2**20)
    1953.1328125
    """
    element = _aligned(72 + 8 + bytes_per_dimension * np.asarray(dimensions))
    neighbours = _aligned(4 + 6 * 2 * np.asarray(links))
    slots = np.floor(PAGE_ROOM / (element + neighbours + 8))
    pages = np.where(slots >= 1, np.ceil(vectors / np.maximum(slots, 1)), 2 * np.ceil(vectors))
    return (PAGE * (pages + 1))[()]


def _aligned(size: Numeric) -> Numeric:
    """Round up to the eight bytes that PostgreSQL aligns to."""
    return np.ceil(size / 8) * 8
