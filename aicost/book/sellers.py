"""One model, whoever sells it, and what the others ask for it."""

from __future__ import annotations

import re

from aicost.book.book import Book
from aicost.book.data_files import data_rows
from aicost.book.rows import BookError, Row
from aicost.values.suggest import instead

PRICED_BY = ("input", "output", "search_unit")
#: What Bedrock writes before a model's own name: a geography, and who made it.
_CLOUD = re.compile(r"(?:[a-z-]+\.)?[a-z0-9]+\.(?=[a-z])")
_EDITION = re.compile(r"-v\d+(?::\d+)?$|-20\d{6}(?=-|$)|@.*$")


def own_name(item: str) -> str:
    """The letters and digits of a model's name without its seller, a place or an edition.

    Examples
    --------
    >>> own_name("aws/regional.anthropic.claude-haiku-4-5-20251001-v1:0")
    'claude-haiku-4-5'
    """
    provider, _, name = item.lower().rpartition("/")
    if provider.startswith("aws"):
        name = _CLOUD.sub("", name, count=1)
    before = ""
    while before != name:
        before, name = name, _EDITION.sub("", name)
    return re.sub(r"[\s._-]+", "-", name)


def other_sellers(book: Book, item: str) -> list[str]:
    """The items of the book that are the same model, by their names."""
    name = own_name(item)
    return [one for one in book.items() if "/" in one and one != item and own_name(one) == name]


def open_sellers(book: Book, model: str) -> list[str]:
    """The items of the book that are a model of architectures.csv, by the name it is published as.

    Raises
    ------
    BookError : no such model, with the nearest.

    Examples
    --------
    >>> "novita/meta-llama/llama-3.1-70b-instruct" in open_sellers(Book.load(), "llama-3.1-70b")
    True
    """
    published = {row["model"]: row["published_as"] for row in data_rows("architectures.csv")}
    if model not in published:
        raise BookError(f"no architecture of {model!r}", instead(model, published))
    maker = published[model].partition("/")[0].partition("-")[0].lower()
    name = own_name(published[model])
    names = {name, f"{maker}-{name}"}
    return [one for one in book.items() if "/" in one and own_name(one) in names]


def plain_prices(book: Book, item: str) -> dict[str, Row]:
    """The standard prices of an item, by what they are of."""
    return {
        row.parameter: row
        for row in book.active(item)
        if row.parameter in PRICED_BY and not (row.context or row.tier_gt or row.schedule)
    }
