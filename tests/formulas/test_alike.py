"""A cache by likeness against one that compares with everything it has kept, one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.formulas.reuse.alike import BLOCK, alike_met


def one_by_one(vectors: np.ndarray, ids: np.ndarray, threshold: float) -> list[int]:
    """Return where each question found its answer, -1 where nowhere."""
    kept: list[int] = []
    found = []
    for i, vector in enumerate(vectors):
        likeness = [float(vectors[j] @ vector) for j in kept]
        best = max(likeness, default=-9.0)
        found.append(kept[likeness.index(best)] if best >= threshold else -1)
        if found[-1] < 0:
            kept.append(i)
    return found


def drawn(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Questions around some topics, in two dimensions more than they need."""
    rng = np.random.default_rng(seed)
    topics = rng.normal(size=(8, 5))
    ids = rng.integers(8, size=count)
    vectors = (topics[ids] + 0.4 * rng.normal(size=(count, 5))).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), ids


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.integers(1, 60), st.floats(0.5, 0.99))
def test_as_one_by_one(seed: int, count: int, threshold: float) -> None:
    vectors, ids = drawn(seed, count)
    met = alike_met(embedded=vectors, answer_ids=ids, threshold=threshold)
    places = np.array(one_by_one(vectors, ids, threshold))
    assert met.hit.tolist() == (places >= 0).tolist()
    assert met.wrong.tolist() == ((places >= 0) & (ids[places] != ids)).tolist()


@pytest.mark.parametrize("count", [BLOCK - 1, BLOCK, 2 * BLOCK + 3])
def test_over_the_edges_of_its_blocks(count: int) -> None:
    vectors, ids = drawn(1, count)
    met = alike_met(embedded=vectors, answer_ids=ids, threshold=0.97)
    places = np.array(one_by_one(vectors, ids, 0.97))
    assert met.hit.tolist() == (places >= 0).tolist()
    assert met.hit_share == pytest.approx((places >= 0).mean())
    wrong = (places >= 0) & (ids[places] != ids)
    assert met.wrong_share == pytest.approx(wrong.sum() / (places >= 0).sum())


def test_a_cache_that_answers_nothing_is_wrong_in_nothing() -> None:
    met = alike_met(embedded=np.eye(4), answer_ids=range(4), threshold=0.5)
    assert (met.hit_share, met.wrong_share) == (0.0, 0.0)
