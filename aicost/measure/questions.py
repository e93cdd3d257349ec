"""A client's own questions through an embedding model on this machine: speed, hits, wrong ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import numpy as np

from aicost.book.embedders import INSTALL, LOADERS, Embedder, Vectors, embedder
from aicost.formulas.reuse.alike import alike_met
from aicost.values.formatting import count, percent
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table
from aicost.values.table_file import TableError, records

COLUMNS = ("question", "answer")
LEAST, MOST = 2, 20_000  # questions: fewer meet nothing, more take minutes
THRESHOLDS = (0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
NEAREST, TRIES, SPENT_S = 10, 200, 0.2


class Asked(NamedTuple):
    """Questions in the order they came, and what each is to be answered with."""

    questions: tuple[str, ...]
    answers: tuple[str, ...]


class Speed(NamedTuple):
    """What this machine does in a second: one thread or many, as its libraries like."""

    tokens: float
    questions: float
    exact: float
    near: float  # by an approximate index; nan where none is installed
    found: float  # of the truly nearest, by that index
    pairs: float  # question and answer read together; nan where the model has no layers


class Kept(NamedTuple):
    """What a cache with one threshold would have answered."""

    threshold: float
    hit_share: float
    wrong_share: float


def read_questions(path: Path) -> Asked:
    """The questions of a table with the columns question and answer, in its order.

    Raises
    ------
    TableError : a ValueError: what is wrong with the file, its header or a row.
    """
    rows = []
    for row in records(path, COLUMNS, called=path.name, prose=True):
        for name in COLUMNS:
            if not row[name]:
                raise row.error(name, "it is empty", "fill it in, or remove the row")
        rows.append((row["question"], row["answer"].lower()))
        if len(rows) > MOST:
            raise row.error("row", f"more than {MOST:,} questions", "cut a stretch of them out")
    if len(rows) < LEAST:
        raise TableError(path.name, 1, "file", "one question or none", "add more of them")
    questions, answers = zip(*rows, strict=True)
    return Asked(questions, answers)


@dataclass(frozen=True, repr=False)
class Questions(Result):
    """How often a cache by likeness would have answered, how often wrongly, and how fast."""

    model: str
    asked: int
    answers: int
    speed: Speed
    kept: tuple[Kept, ...]

    @property
    def sentence(self) -> str:
        """What was played, with which model, and how fast this machine is at it."""
        fast, near = self.speed, ""
        if np.isfinite(fast.near):
            near = f", {count(round(fast.near))} times in an index that finds "
            near += f"{percent(round(fast.found, 3))} of the nearest {NEAREST}"
        return (
            f"{count(self.asked)} questions with {count(self.answers)} answers, in their order, "
            f"through a cache that was empty at first, by {self.model}. This machine embeds "
            f"{count(round(fast.tokens))} tokens or {count(round(fast.questions))} questions a "
            f"second, and searches {count(round(fast.exact))} times a second exactly{near}."
            f"{self._of_pairs}"
        )

    @property
    def _of_pairs(self) -> str:
        """What a reranker with the layers of this model would read; none where it has none."""
        if not np.isfinite(self.speed.pairs):
            return ""
        return (
            f" A reranker of its size reads {count(round(self.speed.pairs))} pairs of a question "
            "and an answer a second here."
        )

    def rows(self) -> Table:
        """A row a threshold: hits of all questions, wrong ones of those."""
        columns = (
            Column("cosine from", key="threshold"),
            Column("answered", Form.PERCENT, "hit_share"),
            Column("of those wrongly", Form.PERCENT, "wrong_share"),
        )
        rows = (Row((f"{k.threshold:g}", k.hit_share, k.wrong_share)) for k in self.kept)
        note = (
            "Another embedding model, another order and more questions give other shares; "
            "an answer counts as wrong where the two answers of the file differ."
        )
        return Table(columns, tuple(rows), notes=(note,))


def played(
    asked: Asked, thresholds: Sequence[float] = THRESHOLDS, model_name: str = ""
) -> Questions:
    """Embed questions on this machine and play them through a cache at several thresholds.

    Parameters
    ----------
    asked : the questions. [questions]
    thresholds : cosines from which on two questions are taken for the same. [share]
    model_name : a model that is installed here; the fastest where none is named.

    Raises
    ------
    ValueError : it is not installed; the message says how to install it, or which there are.
    """
    if model_name and model_name not in LOADERS:
        raise ValueError(f"{model_name!r} is no embedding model; write {' or '.join(LOADERS)}")
    model = embedder(model_name)
    if model is None:
        raise ValueError(f"{model_name or 'no embedding model'} is not installed; {INSTALL}")
    vectors = model.embed(asked.questions)
    _, ids = np.unique(asked.answers, return_inverse=True)
    kept = []
    for threshold in thresholds:
        met = alike_met(embedded=vectors, answer_ids=ids, threshold=threshold)
        kept.append(Kept(threshold, met.hit_share, met.wrong_share))
    fast = _speed(model, asked, vectors)
    return Questions(model.package, len(ids), int(ids.max()) + 1, fast, tuple(kept))


def _speed(model: Embedder, asked: Asked, vectors: Vectors) -> Speed:
    some = asked.questions[: max(TRIES, 1)]
    embedding = _a_second(lambda: model.embed(some)) * len(some)
    tokens = sum(model.tokens(some)) / len(some)
    few = vectors[:TRIES]
    exact = _a_second(lambda: (few @ vectors.T).argmax(axis=1)) * len(few)
    near, found = _by_index(vectors, few)
    pairs = _pairs_a_second(model, [*zip(some, asked.answers, strict=False)])
    return Speed(embedding * tokens, embedding, exact, near, found, pairs)


def _pairs_a_second(model: Embedder, pairs: Sequence[tuple[str, str]]) -> float:
    read = model.read_pairs
    return np.nan if read is None else _a_second(lambda: read(pairs)) * len(pairs)


def _a_second(work: Callable[[], object]) -> float:
    """How often a piece of work is done in a second, the fastest of as many as fit in a while."""
    best, end = np.inf, time.perf_counter() + SPENT_S
    while best == np.inf or time.perf_counter() < end:
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return 1.0 / max(float(best), 1e-9)


def _by_index(vectors: Vectors, few: Vectors) -> tuple[float, float]:
    """Searches a second in an approximate index, and its share of the truly nearest."""
    try:
        index = import_module("usearch.index").Index(ndim=vectors.shape[1], metric="cos")
    except ImportError:
        return np.nan, np.nan
    index.add(np.arange(len(vectors)), vectors)
    nearest = min(NEAREST, len(vectors))
    rate = _a_second(lambda: index.search(few, nearest)) * len(few)
    said = np.asarray(index.search(few, nearest).keys).reshape(len(few), -1)
    true = np.argsort(-(few @ vectors.T), axis=1)[:, :nearest]
    met = [len({*a} & {*b}) / nearest for a, b in zip(said.tolist(), true.tolist(), strict=True)]
    return rate, float(np.mean(met))
