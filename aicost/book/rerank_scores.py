"""Published scores of rerankers, as the price book has them."""

from __future__ import annotations

from aicost.book.book import Book

PREFIX = "rerank-quality/"


WITHOUT = "bm25"


MEASURE = "ndcg_10"


def rerankers(book: Book) -> tuple[str, ...]:
    """The rerankers whose quality was published, by the names that `scores` takes."""
    names = (item.removeprefix(PREFIX) for item in book.items(PREFIX))
    return tuple(name for name in names if name != WITHOUT)


def scores(book: Book, reranker: str = WITHOUT) -> dict[str, float]:
    """The published nDCG@10 by data set, of a reranker or without one.

    Raises BookError for a reranker that the book does not have, with the nearest name.
    """
    rows = book.all_rows(f"{PREFIX}{reranker}")
    return {r.context.removeprefix("data="): r.value for r in rows if r.parameter == MEASURE}


def gains(book: Book, reranker: str) -> dict[str, float]:
    """What a reranker adds to nDCG@10, by data set."""
    before = scores(book)
    return {name: after - before[name] for name, after in scores(book, reranker).items()}
