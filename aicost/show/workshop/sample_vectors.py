"""Real vectors that are shipped, for a search by hand."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from aicost.paths import data_dir


@lru_cache(maxsize=1)
def sample_vectors() -> tuple[NDArray[np.float32], NDArray[np.str_]]:
    """16,000 real vectors of 64 dimensions, and the English word that each stands for.

    Vectors have length one, so that their product is the cosine of their angle. They stand for
    pieces of words; where a piece is no English word by itself its text is empty.

    Examples
    --------
    >>> found, words = sample_vectors()
    >>> found.shape
    (16000, 64)
    >>> query = found[words.tolist().index("doctor")]
    >>> near = [w for w in words[np.argsort(-(found @ query))] if w]
    >>> [str(w) for w in near[:4]]
    ['doctor', 'medical', 'doc', 'medicine']
    """
    with np.load(data_dir() / "vectors.npz") as file:
        found, words = file["vectors"].astype(np.float32), file["words"]
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    found.flags.writeable = False  # everybody gets the same ones
    return found, words
