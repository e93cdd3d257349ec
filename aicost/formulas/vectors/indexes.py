"""Bytes of an index as each library writes it: layouts read off and counted, nothing fitted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from aicost.formulas.vectors.pages import pgvector_hnsw_bytes
from aicost.values.quantities import Numeric

PQ_CODES = 256  # centroids of one PQ sub-quantiser, eight bits


def flat_bytes(*, vectors: Numeric, dimensions: Numeric) -> Numeric:
    """The bytes of vectors kept as they are: 4 d N.

    Parameters
    ----------
    vectors : vectors N in the index. [vectors]
    dimensions : dimensions d, each a 32-bit float. [dimensions]

    Returns
    -------
    Bytes of the index. [B]

    Notes
    -----
    Against faiss 1.15: within 0.002 %.

    Examples
    --------
    >>> flat_bytes(vectors=10_000, dimensions=96)
    3840000
    """
    return 4 * dimensions * vectors


def sq8_bytes(*, vectors: Numeric, dimensions: Numeric) -> Numeric:
    """The bytes of vectors scaled to a byte a dimension: d N + 8 d.

    Parameters
    ----------
    vectors : vectors N in the index. [vectors]
    dimensions : dimensions d; least and span of each are kept once. [dimensions]

    Returns
    -------
    Bytes of the index. [B]

    Notes
    -----
    Against faiss 1.15: within 0.01 %.

    Examples
    --------
    >>> sq8_bytes(vectors=10_000, dimensions=96)
    960768
    """
    return dimensions * vectors + 8 * dimensions


def rabitq_bytes(*, vectors: Numeric, dimensions: Numeric) -> Numeric:
    """The bytes of vectors kept as one bit a dimension: (d / 8 + 8) N + 4 d.

    Parameters
    ----------
    vectors : vectors N in the index. [vectors]
    dimensions : dimensions d; two floats a vector correct the distance. [dimensions]

    Returns
    -------
    Bytes of the index. [B]

    Notes
    -----
    Against faiss 1.15: within 0.02 %.

    References
    ----------
    Gao and Long, RaBitQ, SIGMOD 2024; faiss IndexRaBitQ (read 2026-11-23).

    Examples
    --------
    >>> rabitq_bytes(vectors=10_000, dimensions=384)
    561536.0
    """
    return (dimensions / 8 + 8) * vectors + 4 * dimensions


def ivf_bytes(
    *, vectors: Numeric, dimensions: Numeric, lists: Numeric, code_bytes: Numeric
) -> Numeric:
    """The bytes of vectors in inverted lists: (code + 8) N + 4 d lists.

    Parameters
    ----------
    vectors : vectors N in the index, each with an id of eight bytes. [vectors]
    dimensions : dimensions d of the centroids. [dimensions]
    lists : inverted lists, one centroid each. [lists]
    code_bytes : bytes kept of a vector: 4 d as it is, d scaled to bytes. [B]

    Returns
    -------
    Bytes of the index. [B]

    Notes
    -----
    Against faiss 1.15: within 0.15 %.

    Examples
    --------
    >>> ivf_bytes(vectors=10_000, dimensions=96, lists=400, code_bytes=4 * 96)
    4073600
    """
    return (code_bytes + 8) * vectors + 4 * dimensions * lists


def ivf_pq_bytes(
    *, vectors: Numeric, dimensions: Numeric, lists: Numeric, code_bytes: Numeric
) -> Numeric:
    """The bytes of product-quantised vectors in lists: (m + 8) N + 4 d lists + 1,024 d.

    Parameters
    ----------
    vectors : vectors N in the index. [vectors]
    dimensions : dimensions d of centroids and codebooks. [dimensions]
    lists : inverted lists, one centroid each. [lists]
    code_bytes : bytes m of a code: sub-quantisers of eight bits. [B]

    Returns
    -------
    Bytes of the index. [B]

    Notes
    -----
    Against faiss 1.15: within 0.8 %. Below a million vectors centroids and codebooks weigh as
    much as the codes: m bytes a vector is wrong there.

    Examples
    --------
    >>> ivf_pq_bytes(vectors=200_000, dimensions=96, lists=1788, code_bytes=12)
    4784896
    """
    codebooks = 4 * PQ_CODES * dimensions
    kept = ivf_bytes(vectors=vectors, dimensions=dimensions, lists=lists, code_bytes=code_bytes)
    return kept + codebooks


def hnsw_faiss_bytes(
    *, vectors: Numeric, dimensions: Numeric, links: Numeric, bytes_per_dimension: Numeric = 4
) -> Numeric:
    """The bytes of a graph in faiss: (b d + 4 (2 M + M / (M - 1)) + 12) N.

    Parameters
    ----------
    vectors : vectors N in the index. [vectors]
    dimensions : dimensions d. [dimensions]
    links : links M of a vector in the upper levels, twice as many in the lowest; 2 or more. [links]
    bytes_per_dimension : 4 as it is; 1 scaled to bytes, which keeps 8 d more once. [B/dimension]

    Returns
    -------
    Bytes of the index. [B]

    Notes
    -----
    A vector stands in 1 / (M - 1) upper levels on average. What a vector keeps besides its links
    is its level and its place in the list of links. Against faiss 1.15: within 0.05 %. How
    thoroughly the graph was built (ef_construction) changes nothing.

    Examples
    --------
    >>> round(hnsw_faiss_bytes(vectors=10_000, dimensions=96, links=16))
    5282667
    """
    upper = links / (links - 1)
    scaled = np.where(np.equal(bytes_per_dimension, 1), 8 * dimensions, 0)[()]
    return (bytes_per_dimension * dimensions + 4 * (2 * links + upper) + 12) * vectors + scaled


def hnsw_bytes(
    *, vectors: Numeric, dimensions: Numeric, links: Numeric, bytes_per_dimension: Numeric = 4
) -> Numeric:
    """The bytes of a graph in hnswlib or usearch: (b d + 8 M + 16 + (4 + 4 M) / (M - 1)) N.

    Parameters
    ----------
    vectors : vectors N in the index. [vectors]
    dimensions : dimensions d. [dimensions]
    links : links M of a vector in the upper levels, twice as many in the lowest; 2 or more. [links]
    bytes_per_dimension : 4 for floats, 2 for half floats, 1 for bytes. [B/dimension]

    Returns
    -------
    Bytes of the index. [B]

    Notes
    -----
    Against hnswlib 0.8 and usearch 2.26: within 0.03 %. The graph is added to the vectors: 144 B
    at M = 16 are 37 % of 96 dimensions and 2.3 % of 1,536, so no factor on the raw size is right.

    Examples
    --------
    >>> round(hnsw_bytes(vectors=10_000, dimensions=96, links=16))
    5325333
    """
    upper = (4 + 4 * links) / (links - 1)
    return (bytes_per_dimension * dimensions + 8 * links + 16 + upper) * vectors


Size = Callable[..., Numeric]
_PLAIN: dict[str, Size] = {"flat": flat_bytes, "sq8": sq8_bytes, "rabitq": rabitq_bytes}
#: With the bytes a dimension takes in a code, then in a graph.
_LISTS: dict[str, tuple[Size, float]] = {
    "ivf-flat": (ivf_bytes, 4),
    "ivf-pq": (ivf_pq_bytes, 1 / 8),
}
_GRAPHS: dict[str, tuple[Size, float]] = {
    "hnsw": (hnsw_bytes, 4),
    "hnsw-f16": (hnsw_bytes, 2),
    "hnsw-sq8": (hnsw_faiss_bytes, 1),
    "pgvector": (pgvector_hnsw_bytes, 4),
    "pgvector-halfvec": (pgvector_hnsw_bytes, 2),
}
KINDS = (*_PLAIN, *_LISTS, *_GRAPHS)


def index_bytes(
    *, index: str, vectors: Numeric, dimensions: Numeric, links: Numeric = 16
) -> Numeric:
    """The bytes of an index of a kind by name: one of `KINDS`.

    Parameters
    ----------
    index : kind of index. [name]
    vectors : vectors N in the index. [vectors]
    dimensions : dimensions d. [dimensions]
    links : links M of a graph; other kinds have none. [links]

    Returns
    -------
    Bytes of the index. [B]

    Raises
    ------
    KeyError : no such kind.

    Notes
    -----
    Inverted lists are 4 sqrt(N) and codes d / 8 bytes, as they were measured.

    Examples
    --------
    >>> index_bytes(index="flat", vectors=1_000_000, dimensions=768)
    3072000000
    """
    size = {"vectors": vectors, "dimensions": dimensions}
    if index in _GRAPHS:
        graph, width = _GRAPHS[index]
        return graph(**size, links=links, bytes_per_dimension=width)
    if index in _LISTS:
        inverted, width = _LISTS[index]
        return inverted(**size, lists=4 * np.sqrt(vectors), code_bytes=width * dimensions)
    return _PLAIN[index](**size)
