"""A log played again through a cache: which requests meet what an earlier one left there.

One engine plays all of them. A prompt is a row of blocks, each known by the whole prefix that ends
with it; a cached answer is a prompt of one block. A request meets the blocks from its first on that
are all there; then all its own are there, the first of them used last, so that a prefix outlives
what hangs on it. A cache forgets the block used longest ago, or one whose time is up.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aicost.values.quantities import Numeric


class Shares(NamedTuple):
    """One replay by three denominators: requests that met anything, blocks, and tokens."""

    requests: float
    blocks: float
    tokens: float


def blocks_met(
    *,
    blocks: ArrayLike,
    lengths: ArrayLike,
    at_s: ArrayLike | None = None,
    capacity: float = np.inf,
    lifetime_s: float = np.inf,
    refreshed: bool = True,
) -> NDArray[np.int64]:
    """How many blocks from its first on each request of a log finds in the cache.

    Parameters
    ----------
    blocks : blocks of all requests, one request after another; the same number is the same prefix
        up to there. [id]
    lengths : blocks of each request. [blocks]
    at_s : when each request comes; needed for a lifetime. [s]
    capacity : entries that the cache holds. [entries]
    lifetime_s : time after which an entry is gone. [s]
    refreshed : whether a call that meets an entry keeps it for another lifetime. [flag]

    Returns
    -------
    Blocks met by each request. [blocks]

    Raises
    ------
    ValueError : lengths that do not add up to the blocks, or a lifetime without times.

    Notes
    -----
    The cache is empty at first. Requests come in the order of the log, and what one leaves is
    there for the next, also for one that comes in the same moment.

    Examples
    --------
    >>> log = {"blocks": [1, 2, 3, 1, 2, 4], "lengths": [3, 3], "at_s": [0.0, 60.0]}
    >>> blocks_met(**log).tolist(), blocks_met(**log, lifetime_s=30.0).tolist()
    ([0, 2], [0, 0])
    """
    sizes = np.asarray(lengths, int)
    every = np.asarray(blocks).tolist()
    if sizes.sum() != len(every):
        raise ValueError(f"{len(every)} blocks, but the lengths add up to {sizes.sum()}")
    if at_s is None and np.isfinite(lifetime_s):
        raise ValueError("a lifetime needs the time of each request")
    times = np.zeros(len(sizes)) if at_s is None else np.asarray(at_s, float)
    kept: OrderedDict[Any, float] = OrderedDict()  # until when, the one used longest ago in front
    met, end = np.zeros(len(sizes), np.int64), 0
    none, crowded = -math.inf, capacity < math.inf
    for i, (size, now) in enumerate(zip(sizes.tolist(), times.tolist(), strict=True)):
        own, end = every[end : end + size], end + size
        found, until = 0, now + lifetime_s
        while found < size and kept.get(own[found], none) >= now:
            found += 1
        for block in reversed(own):
            if refreshed or kept.get(block, none) < now:
                kept[block] = until
            if crowded:
                kept.move_to_end(block)
                if len(kept) > capacity:
                    kept.popitem(last=False)
        met[i] = found
    return met


def answers_met(
    *,
    asked: ArrayLike,
    at_s: ArrayLike | None = None,
    capacity: float = np.inf,
    lifetime_s: float = np.inf,
    refreshed: bool = False,
) -> NDArray[np.bool_]:
    """Which requests of a log find an answer to the same question in a cache of answers.

    Parameters
    ----------
    asked : what is asked, as a cache of exact answers compares it, tenant and all. [id]
    at_s : when each request comes; needed for a lifetime. [s]
    capacity : entries that the cache holds. [entries]
    lifetime_s : time after which an entry is gone. [s]
    refreshed : whether a call that meets an entry keeps it for another lifetime. [flag]

    Returns
    -------
    Whether each request is answered from the cache. [flag]

    Examples
    --------
    >>> answers_met(asked=["a", "b", "a", "a"], at_s=[0, 1, 5, 11], lifetime_s=10).tolist()
    [False, False, True, False]
    """
    _, numbers = np.unique(np.asarray(asked), return_inverse=True)
    met = blocks_met(
        blocks=numbers,
        lengths=np.ones(len(numbers), int),
        at_s=at_s,
        capacity=capacity,
        lifetime_s=lifetime_s,
        refreshed=refreshed,
    )
    return met > 0


def first_blocks(*, blocks: ArrayLike, lengths: ArrayLike, at_most: ArrayLike) -> NDArray[np.int64]:
    """The first blocks of each request, such as those that are full.

    Parameters
    ----------
    blocks : blocks of all requests, one request after another; the same number is the same prefix
        up to there. [id]
    lengths : blocks of each request. [blocks]
    at_most : blocks that are kept of each request at most. [blocks]

    Returns
    -------
    The blocks kept, one request after another: min(lengths, at_most) of each. [id]

    Examples
    --------
    >>> first_blocks(blocks=[1, 2, 3, 7, 8], lengths=[3, 2], at_most=[2, 5]).tolist()
    [1, 2, 7, 8]
    """
    sizes = np.asarray(lengths, int)
    place = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.asarray(blocks)[place < np.repeat(np.broadcast_to(at_most, sizes.shape), sizes)]


def tokens_met(
    *, met: Numeric, input_tokens: Numeric, block_tokens: float, minimum_tokens: float = 0.0
) -> Numeric:
    """The tokens of a prompt in the blocks that it meets, where they are as many as are kept.

    Parameters
    ----------
    met : blocks that a request meets. [blocks]
    input_tokens : tokens of its input. [tokens]
    block_tokens : tokens of a full block. [tokens]
    minimum_tokens : shortest prefix that is kept. [tokens]

    Returns
    -------
    Tokens read from the cache. [tokens]

    Examples
    --------
    >>> float(tokens_met(met=2, input_tokens=900, block_tokens=512))
    900.0
    >>> float(tokens_met(met=1, input_tokens=900, block_tokens=512, minimum_tokens=1024))
    0.0
    """
    tokens = np.minimum(np.multiply(met, block_tokens), input_tokens)
    return np.where(tokens >= minimum_tokens, tokens, 0.0)[()]


def shares(
    *, met: Numeric, lengths: Numeric, tokens_read: Numeric, input_tokens: Numeric
) -> Shares:
    """What a replay met, by each denominator.

    Parameters
    ----------
    met : blocks that a request meets. [blocks]
    lengths : blocks of each request. [blocks]
    tokens_read : tokens that each request reads from the cache. [tokens]
    input_tokens : tokens of its input. [tokens]

    Returns
    -------
    Shares of requests, of blocks and of tokens. [share]

    Examples
    --------
    >>> met = {"met": np.array([0, 1]), "tokens_read": np.array([0, 512])}
    >>> shares(**met, lengths=np.array([1, 9]), input_tokens=np.array([512, 4608]))
    Shares(requests=0.5, blocks=0.1, tokens=0.1)
    """
    return Shares(
        float(np.mean(np.greater(met, 0))),
        float(np.sum(met) / np.sum(lengths)),
        float(np.sum(tokens_read) / np.sum(input_tokens)),
    )
