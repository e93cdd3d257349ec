"""The vectors that are shipped: real ones, of length one, that find what a reader expects."""

import numpy as np
import pytest

from aicost.paths import data_dir
from aicost.show.workshop.sample_vectors import sample_vectors


def test_vectors_have_length_one_and_cannot_be_changed() -> None:
    found, words = sample_vectors()
    assert found.shape == (16_000, 64)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1.0, abs=1e-6)
    assert len(words) == len(found)
    with pytest.raises(ValueError, match="read-only"):
        found[0, 0] = 1


def test_words_are_whole_and_stand_once() -> None:
    words = [word for word in sample_vectors()[1].tolist() if word]
    assert len(words) == len(set(words)) > 4_000
    assert all(word.isascii() and word.islower() and len(word) > 2 for word in words)


@pytest.mark.parametrize(
    ("word", "other", "far"),
    [("price", "cost", "river"), ("river", "water", "price"), ("contract", "agreement", "blood")],
)
def test_what_means_alike_lies_near(word: str, other: str, far: str) -> None:
    found, words = sample_vectors()
    at = {text: i for i, text in enumerate(words.tolist()) if text}
    cosine = found @ found[at[word]]
    assert cosine[at[other]] > 0.4 > 0.3 > cosine[at[far]]


def test_they_are_small() -> None:
    assert (data_dir() / "vectors.npz").stat().st_size < 1_000_000
