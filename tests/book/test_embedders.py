"""The embedding model, where one is installed: what it says of texts; where none is, that."""

import sys

import numpy as np
import pytest

from aicost.book import embedders
from aicost.book.embedders import Embedder, embedder


@pytest.fixture
def model() -> Embedder:
    found = embedder()
    if found is None:
        pytest.skip("no embedding model is installed (pip install 'aicost-kit[local]')")
    return found


def test_what_means_the_same_lies_nearer(model: Embedder) -> None:
    texts = ["My card has not arrived yet", "The card still did not come", "Rain in the mountains"]
    vectors = model.embed(texts)
    assert vectors.shape == (3, model.dimensions)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, rel=1e-5)
    likeness = vectors @ vectors.T
    assert likeness[0, 1] > 0.5 > likeness[0, 2]


def test_no_text_is_no_error(model: Embedder) -> None:
    assert model.embed([]).shape == (0, model.dimensions)
    assert not model.embed([""]).any()
    assert model.tokens(["two words", ""])[1] == 0


@pytest.fixture
def fresh() -> None:
    """Look again, and once more when the test is over."""
    embedder.cache_clear()
    yield
    embedder.cache_clear()


@pytest.mark.usefixtures("fresh")
def test_without_a_package_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedders, "find_spec", lambda name: None)
    assert embedder() is None


@pytest.mark.usefixtures("fresh", "model")
def test_without_what_reads_it_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    embedder.cache_clear()
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    assert embedder() is None
