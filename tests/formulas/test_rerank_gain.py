"""What reranking gains: published rows, an interval that keeps its word, the price of a point."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_systems import BOOK

from aicost.book.rerank_scores import WITHOUT, gains, rerankers, scores
from aicost.book.rows import BookError
from aicost.components.reranking import reranked_tokens
from aicost.formulas.rerank_gain import crossover_tokens, interval, usd_per_point

NAMES = {
    "BM25 (no rerank)": WITHOUT,
    "ms-marco-MiniLM-L-6-v2": "ms-marco-minilm-l6",
    "bge-reranker-v2-m3": "bge-reranker-v2-m3",
}


def test_rows_are_the_published_ones(reference_dir: Path) -> None:
    with (reference_dir / "vectordb_published.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "rerank_quality_beir"]
    assert len(rows) == 21
    for row in rows:
        known = scores(BOOK, NAMES[row["system"]])
        assert known[row["dataset"]] == float(row["quality_value"])


@pytest.mark.parametrize(
    ("name", "mean"),
    [(WITHOUT, 0.437), ("ms-marco-minilm-l6", 0.532), ("bge-reranker-v2-m3", 0.571)],
)
def test_means_of_eleven_sets(name: str, mean: float) -> None:
    known = scores(BOOK, name)
    assert len(known) == 11
    assert sum(known.values()) / 11 == pytest.approx(mean, abs=0.001)


def test_every_reranker_is_held_against_the_same_search() -> None:
    assert set(rerankers(BOOK)) == set(NAMES.values()) - {WITHOUT}
    assert all(gains(BOOK, name).keys() == scores(BOOK).keys() for name in rerankers(BOOK))
    with pytest.raises(BookError, match="did you mean"):
        gains(BOOK, "bge-reranker-m3")


def test_gains_range_from_one_point_to_twenty_nine() -> None:
    every = [gain for name in rerankers(BOOK) for gain in gains(BOOK, name).values()]
    assert (round(min(every), 3), round(max(every), 3)) == (0.012, 0.292)


def test_the_next_data_set_lies_inside_as_often_as_said() -> None:
    """Draw eleven values and one more, of a skewed law, many times."""
    rng, inside, said = random.Random(7), 0, 0.0
    for _ in range(20_000):
        *seen, later = (rng.lognormvariate(0, 1) for _ in range(12))
        found = interval(values=seen)
        inside, said = inside + (found.least <= later <= found.most), found.coverage
    assert inside / 20_000 == pytest.approx(said, abs=0.01)
    assert said == pytest.approx(10 / 12)


def test_one_data_set_makes_no_interval() -> None:
    with pytest.raises(ValueError, match="fewer than two"):
        interval(values=[0.1])


def test_the_price_of_a_point() -> None:
    gained = np.array([0.08, 0.01, 0.0, -0.02])
    paid = usd_per_point(usd_per_query=0.002, gain=gained)
    assert paid == pytest.approx([0.00025, 0.002, np.inf, np.inf])


@given(st.floats(1e-5, 1), st.floats(1e-3, 10))
def test_at_the_crossover_both_cost_the_same(search: float, mtok: float) -> None:
    tokens = crossover_tokens(usd_per_search=search, usd_per_mtok=mtok)
    assert tokens / 1e6 * mtok == pytest.approx(search, rel=1e-12)


def test_the_published_crossover() -> None:
    """$2 per thousand searches against $0.05 per Mtok: a hundred passages of 380 tokens."""
    tokens = crossover_tokens(usd_per_search=0.002, usd_per_mtok=0.05)
    assert tokens == pytest.approx(40_000)
    read = reranked_tokens(documents=100, document_tokens=380, query_tokens=20)
    assert read == pytest.approx(tokens)
