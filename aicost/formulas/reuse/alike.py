"""Questions played through a cache that answers those that are like one it has."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

BLOCK = 256  # questions that are held against all kept ones at once


class Alike(NamedTuple):
    """Which questions met an answer, and which of those an answer to something else."""

    hit: NDArray[np.bool_]
    wrong: NDArray[np.bool_]

    @property
    def hit_share(self) -> float:
        """Hits, of all questions."""
        return float(self.hit.mean())

    @property
    def wrong_share(self) -> float:
        """Wrong answers, of all that the cache gave; 0 where it gave none."""
        return float(self.wrong.sum() / max(self.hit.sum(), 1))


def alike_met(*, embedded: ArrayLike, answer_ids: ArrayLike, threshold: float) -> Alike:
    """Play questions in their order: one that is like a kept one meets its answer, else it is kept.

    Parameters
    ----------
    embedded : a row a question, its vector of length one. [numbers]
    answer_ids : what each question is to be answered with: the same number, the same answer. [id]
    threshold : cosine from which on the nearest kept question is taken for the same. [share]

    Returns
    -------
    Which met an answer, and a wrong one. [flag]

    Notes
    -----
    The cache is empty at first, forgets nothing and is one for all; so its share of hits grows with
    the questions, and is no forecast for more. Of several that are equally near, the first kept.

    Examples
    --------
    >>> asked = [[1.0, 0.0], [0.9, 0.436], [0.0, 1.0], [0.96, 0.28]]
    >>> found = alike_met(embedded=asked, answer_ids=[1, 1, 2, 2], threshold=0.95)
    >>> found.hit.tolist(), found.wrong.tolist()
    ([False, False, False, True], [False, False, False, True])
    """
    vectors = np.asarray(embedded, np.float32)
    ids = np.asarray(answer_ids)
    kept, places = np.empty_like(vectors), np.empty(len(vectors), int)
    source, count = np.full(len(vectors), -1), 0
    for start in range(0, len(vectors), BLOCK):
        block = vectors[start : start + BLOCK]
        among, fresh = block @ block.T, list[int]()
        before = block @ kept[:count].T
        nearest = before.argmax(axis=1) if count else np.zeros(len(block), int)
        for i in range(len(block)):
            best, at = (before[i, nearest[i]], places[nearest[i]]) if before.size else (-np.inf, -1)
            if fresh:
                near = fresh[int(among[i, fresh].argmax())]
                if among[i, near] > best:
                    best, at = among[i, near], start + near
            if best >= threshold:
                source[start + i] = at
            else:
                fresh.append(i)
        ends = count + len(fresh)
        kept[count:ends], places[count:ends] = block[fresh], np.array(fresh, int) + start
        count = ends
    hit = source >= 0
    return Alike(hit, hit & (ids[source] != ids))
