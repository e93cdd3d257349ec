"""Rows of caches by likeness: questions embedded and played again, where a model is installed."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from aicost.accuracy.cache_rows import NUMBER, Known, Unheld, here, one
from aicost.book.embedders import INSTALL, LOADERS, embedder
from aicost.formulas.reuse.alike import Alike, alike_met
from aicost.values.table_file import Record, records

ALIKE, PLAYED, ORDERS = 0.01, 5_000, 8
COLUMNS = ("text", "category")
Read = Callable[[Alike], float]
FIGURES: dict[str, Read] = {
    "hit_rate": lambda met: met.hit_share,
    "wrong_hit_rate": lambda met: float(met.wrong.mean()),
    "wrong_share_of_hits": lambda met: met.wrong_share,
}


class Likeness(NamedTuple):
    """A figure of ours over several orders: its mean, and how far one order lies from that."""

    mean: float
    spread: float


def alike(row: Record, known: Known) -> Likeness:
    """Ours beside a row: the file draws 5,000 questions once, we draw them several times.

    Raises Unheld where no model is installed, or another one than the row is of.
    """
    log, _, named = row["dataset"].partition("|")
    if embedder(named) is None:
        remedy = f": {INSTALL}" if named in LOADERS else ""
        raise Unheld(f"needs the embedding model {named}{remedy}")
    path = here(known.logs.table(f"{log}_train"), row)
    threshold = one(row, f"({NUMBER})", "0.9")
    every = [FIGURES[row["metric"]](met) for met in _orders(path, named, threshold)]
    return Likeness(float(np.mean(every)), float(np.std(every, ddof=1)))


@lru_cache(maxsize=32)
def _orders(path: Path, model: str, threshold: float) -> tuple[Alike, ...]:
    """Several draws of questions, each played in its own order."""
    vectors, ids = _embedded(path, model)
    found = []
    for seed in range(ORDERS):
        drawn = np.random.default_rng(seed).permutation(len(ids))[:PLAYED]
        met = alike_met(embedded=vectors[drawn], answer_ids=ids[drawn], threshold=threshold)
        found.append(met)
    return tuple(found)


@lru_cache(maxsize=2)
def _embedded(path: Path, named: str) -> tuple[np.ndarray, np.ndarray]:
    rows = [*records(path, COLUMNS, called=path.name, prose=True)]
    model = embedder(named)
    assert model is not None  # asked before
    _, ids = np.unique([row["category"] for row in rows], return_inverse=True)
    return model.embed([row["text"] for row in rows]), ids
