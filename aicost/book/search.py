"""Items of the book looked for: by words of their names, who sells them, and what they price."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable

from aicost.book.book import Book
from aicost.book.names import letters, provider_called
from aicost.book.rows import BookError, Row
from aicost.book.thinking import thinking_of
from aicost.values.suggest import did_you_mean, instead

Rows = Collection[Row]


def _prices(*parts: str) -> Callable[[Rows], bool]:
    """A test for a row whose parameter has one of these parts."""
    return lambda rows: any(part in row.parameter for row in rows for part in parts)


def _sold_in(context: str) -> Callable[[Rows], bool]:
    return lambda rows: any(row.context == context for row in rows)


def _reads(rows: Rows) -> bool:
    """Whether it is paid by the tokens that it reads, and writes none."""
    priced = {row.parameter for row in rows if row.unit == "USD/Mtok"}
    return "input" in priced and not any("output" in parameter for parameter in priced)


def _reranks(rows: Rows) -> bool:
    named = any("rerank" in row.item.lower() for row in rows)
    return _prices("search_unit")(rows) or (named and _reads(rows))


def _thinks(rows: Rows) -> bool:
    return any(row.parameter == "output_reasoning" or thinking_of(row.item) for row in rows)


#: What a model can be asked for, and how its rows show it: by a price, but for its thoughts.
CAPABILITIES: dict[str, Callable[[Rows], bool]] = {
    "audio": _prices("audio"),
    "batch": _sold_in("processing=batch"),
    "cache": _prices("cache_read", "cache_write"),
    "embedding": lambda rows: _reads(rows) and not _reranks(rows),
    "flex": _sold_in("service_tier=flex"),
    "priority": _sold_in("service_tier=priority"),
    "rerank": _reranks,
    "thinks": _thinks,
    "vision": _prices("image", "video"),
    "web_search": _prices("web_search"),
}


def search(
    book: Book,
    words: Iterable[str] = (),
    *,
    provider: str = "",
    capability: str = "",
    older_than: int | None = None,
) -> tuple[str, ...]:
    """Names of the items that hold all words and pass all tests, the cheapest first.

    Parameters
    ----------
    book : the price book.
    words : parts of the name, in any spelling of capitals, dots and dashes.
    provider : who sells it, as the book, a cloud or a router calls them.
    capability : one of `CAPABILITIES`: what it has a price of.
    older_than : age above which a row in force has to be. [days]

    Raises
    ------
    BookError : no such provider or capability.

    Examples
    --------
    >>> search(Book.load(), ["haiku 5.5"], provider="anthropic")
    ('anthropic/claude-haiku-5-5',)
    """
    parts = [letters(part) for word in words for part in word.split()]
    seller = _seller(book, provider) if provider else ""
    if capability not in ("", *CAPABILITIES):
        remedy = instead(capability, sorted(CAPABILITIES))
        raise BookError(f"--capability {capability}: no such thing is priced", remedy)
    found = [
        (cost, item)
        for item in book.items(f"{seller}/" if seller else "")
        if all(part in letters(item) for part in parts)
        and _passes(book, book.active(item), capability, older_than)
        for cost in [_cost(book.active(item))]
    ]
    return tuple(item for _, item in sorted(found))


def main_prices(rows: Rows) -> dict[str, Row]:
    """Rows of a model in force that hold without a condition, by parameter."""
    return {r.parameter: r for r in rows if not (r.context or r.tier_gt or r.schedule)}


def _seller(book: Book, word: str) -> str:
    found = provider_called(book, word)
    if found is None:
        known = {item.partition("/")[0] for item in book.items()}
        raise BookError(f"--provider {word}: nobody is called so", did_you_mean(word, known))
    return found


def _passes(book: Book, rows: Rows, capability: str, older_than: int | None) -> bool:
    return (not capability or CAPABILITIES[capability](rows)) and (
        older_than is None or book.age_days(rows) > older_than
    )


def _cost(rows: Rows) -> tuple[float, float]:
    """What is sorted by: the price of input, then of output; what has none is the last."""
    plain = main_prices(rows)

    def price(name: str) -> float:
        return plain[name].value if name in plain else math.inf

    return price("input"), price("output")
