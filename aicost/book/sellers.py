"""One model, whoever sells it, and what the others ask for it."""

from __future__ import annotations

import re
from functools import cache

from aicost.book.book import Book
from aicost.book.data_files import data_rows
from aicost.book.rows import BookError, Row
from aicost.values.suggest import instead

PRICED_BY = ("input", "output", "search_unit")
#: What Bedrock writes before a model's own name: a geography, and who made it.
_CLOUD = re.compile(r"(?:[a-z-]+\.)?[a-z0-9]+\.(?=[a-z])")
#: What a host writes behind a name for how it runs the same weights; -turbo and -fp8 are others.
_HOSTED = re.compile(r"(?:-(?:versatile|instant|specdec|maas|instruct))+$")
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
    known = [row["model"] for row in data_rows("architectures.csv")]
    if model not in known:
        raise BookError(f"no architecture of {model!r}", instead(model, known))
    return [one for one in book.items() if "/" in one and open_model(one) == model]


def open_model(item: str) -> str:
    """The model of architectures.csv that an item is, by the name it is published as or its own.

    A name that is its own, without a word of the maker, is taken where a host gives it alone: a
    maker's own may be the weights before they were taught to follow instructions.

    Examples
    --------
    >>> open_model("groq/llama-3.3-70b-versatile"), open_model("meta-llama/Llama-3.3-70B-Instruct")
    ('llama-3.3-70b', 'llama-3.3-70b')
    """
    name = own_name(item)
    if name in _open_names() or "-v0" in item:  # an early version is none of a later one
        return _open_names().get(name, "")
    short = _HOSTED.sub("", name)
    alone = item.count("/") == 1 or short != name
    return _open_keys().get(_letters(short), "") if alone else ""


@cache
def _open_names() -> dict[str, str]:
    """Models by the names they are published as, with and without who made them."""
    found: dict[str, str] = {}
    for row in data_rows("architectures.csv"):
        maker, name = row["published_as"].partition("-")[0].lower(), own_name(row["published_as"])
        found |= dict.fromkeys((name, f"{maker.partition('/')[0]}-{name}"), row["model"])
    return found


@cache
def _open_keys() -> dict[str, str]:
    return {_letters(row["model"]): row["model"] for row in data_rows("architectures.csv")}


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def plain_prices(book: Book, item: str) -> dict[str, Row]:
    """The standard prices of an item, by what they are of."""
    return {
        row.parameter: row
        for row in book.active(item)
        if row.parameter in PRICED_BY and not (row.context or row.tier_gt or row.schedule)
    }
