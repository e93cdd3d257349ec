"""Calls as another model, or another provider, would answer them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from aicost.book.book import Book
from aicost.book.names import provider_called, taken
from aicost.book.rows import BookError
from aicost.book.tokenizers import SAME, Conversion, NotCounted, UnknownTokenizer, convert

ALL = ""  # stands for every model that writes answers
ELSEWHERE = "not sold there"


@dataclass(frozen=True)
class Switch:
    """Which model answers in place of which, or who sells it.

    Attributes
    ----------
    models : another model for each item, or one for `ALL` that write answers.
    provider : who sells the models then.
    unconverted : why tokens stay as they were counted, by model; filled as it is asked.
    """

    models: Mapping[str, str] = field(default_factory=dict)
    provider: str = ""
    unconverted: dict[str, str] = field(default_factory=dict)

    def of(self, book: Book, item: str) -> tuple[str, str, Conversion]:
        """What is sold in place of an item, else why nothing is; and its tokens per old one."""
        answers = any(row.parameter == "output" for row in book.all_rows(item))
        other = self.models.get(item, self.models.get(ALL, item) if answers else item)
        if self.provider:
            other = self._sold(book, other)
            if not other:
                return "", ELSEWHERE, SAME
        if other == item:
            return item, "", SAME
        try:
            return other, "", convert(item, other)
        except (UnknownTokenizer, NotCounted) as unknown:
            self.unconverted[item] = str(unknown)
            return other, "", SAME

    def _sold(self, book: Book, item: str) -> str:
        """The same model at the provider: under its name, or its maker's and its name."""
        for name in (item.partition("/")[2], item):
            with suppress(BookError):
                found = taken(book, f"{self.provider}/{name}")
                if provider_called(book, found.partition("/")[0]) == self.provider:
                    return found  # and not one who sells it too
        return ""


def switch_of(book: Book, model: str | Mapping[str, str] | None, provider: str | None) -> Switch:
    """What is said to answer instead, by the names of the book.

    Raises BookError for a name that it does not have.
    """
    said = {ALL: model} if isinstance(model, str) else dict(model or {})
    models = {taken(book, old) if old else ALL: taken(book, new) for old, new in said.items()}
    if provider is None:
        return Switch(models)
    known = provider_called(book, provider)
    if known is None:
        raise BookError(f"no provider {provider!r} in the book", "write one, such as openai")
    return Switch(models, known)
