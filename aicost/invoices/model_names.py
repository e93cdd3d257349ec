"""Which model of the book a line of an export speaks of, by a name of its own or by its words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from functools import cached_property

from aicost.book.book import Book
from aicost.book.names import candidates, without_place
from aicost.invoices.services import named_parts
from aicost.log.price_table import item_of

_WORD = re.compile(r"[A-Za-z]+|\d+")
_DATED = re.compile(r"[-@:]?(?:20\d{2}-?\d{2}-?\d{2}|v\d+:\d+)")
#: What clouds put before the name of a model.
_VENDOR = re.compile(
    r"^(?:regional\.|global\.)?(?:ai21|amazon|anthropic|cohere|deepseek|meta|mistral|openai)\."
)


class ModelNames:
    """The models of a provider, by how exports call them.

    Parameters
    ----------
    book : the price book.
    provider : who sells them, as the book calls it.
    logged : the items of a log, of which one is meant where several have the words of a line.
    """

    def __init__(self, book: Book, provider: str, logged: Collection[str]) -> None:
        self.book, self.provider, self.logged = book, provider, frozenset(logged)
        self._known: dict[str, str] = {}

    def named(self, model: str) -> str:
        """The item that a model's name stands for; one that the book lacks stays as it is."""
        if model not in self._known:
            item = item_of(self.book, self.provider, model)[0]
            self._known[model] = item or f"{self.provider}/{model}"
        return self._known[model]

    def spoken_of(self, words: str) -> str:
        """The item that a line names among other words; nothing where it names none."""
        if words not in self._known:
            self._known[words] = self._found(words)
        return self._known[words]

    def _found(self, words: str) -> str:
        for part in named_parts(words):
            for item in candidates(self.book, f"{self.provider}/{part}")[:1]:
                return item
        there = Counter(word.lower() for word in _WORD.findall(words))
        fits = [(sum(core.values()), item) for item, core in self._cores if core <= there]
        most = max((size for size, _ in fits), default=0)
        best = [item for size, item in fits if size == most]
        return min(best, key=lambda item: (item not in self.logged, len(item), item), default="")

    @cached_property
    def _cores(self) -> list[tuple[str, Counter[str]]]:
        """The words of each model's name that are no vendor's, place or date."""
        items = {*self.book.having("input", "output"), *self.logged}
        found = []
        for item in sorted(one for one in items if one.startswith(f"{self.provider}/")):
            bare = without_place(item).partition("/")[2]
            core = Counter(w.lower() for w in _WORD.findall(_DATED.sub("", _VENDOR.sub("", bare))))
            if len(core) > 1:
                found.append((item, core))
        return found
