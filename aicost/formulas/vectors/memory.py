"""Memory that serves and builds an index: rules read off 64 builds, not laws."""

from __future__ import annotations

from aicost.values.quantities import Numeric

SERVING, BUILDING, USABLE = 1.15, 1.7, 0.8


def serving_memory(
    *,
    index_bytes: Numeric,
    payload_bytes: Numeric = 0.0,
    replicas: Numeric = 1.0,
    usable_share: Numeric = USABLE,
) -> Numeric:
    """The memory that serves an index: (1.15 index + payload) x copies / usable share.

    Parameters
    ----------
    index_bytes : size of the index. [B]
    payload_bytes : text and metadata that are kept in memory beside it. [B]
    replicas : copies that serve, the first included. [copies]
    usable_share : part of the memory that may be filled. [share]

    Returns
    -------
    Memory of all copies together. [B]

    Notes
    -----
    A rule. Of 64 indexes of five million numbers or more, just loaded, 50 took at most 1.15 times
    their file and 63 at most 1.15 / 0.8 times; on average 1.05 (faiss), 1.10 (usearch) and 1.14
    (hnswlib).

    References
    ----------
    Own measurements of faiss 1.15, hnswlib 0.8 and usearch 2.26 (2026-11-23); qdrant.tech
    capacity planning: trouble above 80 % (read 2026-11-23).

    Examples
    --------
    >>> serving_memory(index_bytes=32e9, payload_bytes=5e9) / 1e9
    52.25
    """
    return (SERVING * index_bytes + payload_bytes) * replicas / usable_share


def building_memory(*, index_bytes: Numeric, usable_share: Numeric = USABLE) -> Numeric:
    """The memory that builds an index: 1.7 index / usable share.

    Parameters
    ----------
    index_bytes : size of the index when built. [B]
    usable_share : part of the memory that may be filled. [share]

    Returns
    -------
    Memory during the build, the raw vectors not counted. [B]

    Notes
    -----
    A rule. Of 64 builds of five million numbers or more 60 took at most 1.7 times the file, 1.29
    on average; training of inverted lists took up to 3.9 times.

    References
    ----------
    Own measurements of faiss 1.15, hnswlib 0.8 and usearch 2.26 (2026-11-23).

    Examples
    --------
    >>> building_memory(index_bytes=32e9) / 1e9
    68.0
    """
    return BUILDING * index_bytes / usable_share
