"""Embedding models that ship inside a package and run offline, where one is installed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

PACKAGE, NAME, DIMENSIONS = "wordllama", "wordllama256", 256
WEIGHTS = ("weights", "l2_supercat_256.safetensors")
TOKENIZER = ("tokenizers", "l2_supercat_tokenizer_config.json")
INSTALL = "pip install 'aicost-kit[local]'"


class Embedder(NamedTuple):
    """A model that turns texts into vectors of length one, and how many tokens it reads of each."""

    name: str
    package: str
    dimensions: int
    embed: Callable[[Sequence[str]], Vectors]
    tokens: Callable[[Sequence[str]], list[int]]


@lru_cache(maxsize=1)
def embedder() -> Embedder | None:
    """The embedding model that is installed here; None where none is.

    `pip install 'aicost-kit[local]'` installs wordllama: the mean of 256 numbers a token, from
    weights inside the package. Nothing is downloaded; its own loader, which may, is not used.

    Examples
    --------
    >>> found = embedder()
    >>> found is None or found.embed(["a question"]).shape == (1, 256)
    True
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    home = Path(next(iter(spec.submodule_search_locations)))
    if not (home.joinpath(*WEIGHTS).is_file() and home.joinpath(*TOKENIZER).is_file()):
        return None
    try:
        cut = import_module("tokenizers").Tokenizer.from_file(str(home.joinpath(*TOKENIZER)))
        held = import_module("safetensors.numpy").load_file(str(home.joinpath(*WEIGHTS)))
    except ImportError:
        return None
    table = next(iter(held.values())).astype(np.float32)

    def pieces(texts: Sequence[str]) -> list[list[int]]:
        found: list[Any] = cut.encode_batch(list(texts), add_special_tokens=False)
        return [one.ids for one in found]

    def embed(texts: Sequence[str]) -> Vectors:
        none = np.zeros(DIMENSIONS, np.float32)
        every = [table[ids].mean(axis=0) if ids else none for ids in pieces(texts)]
        vectors = np.array(every, np.float32).reshape(-1, DIMENSIONS)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)

    def tokens(texts: Sequence[str]) -> list[int]:
        return [len(ids) for ids in pieces(texts)]

    return Embedder(NAME, f"{PACKAGE} {version(PACKAGE)}", DIMENSIONS, embed, tokens)
