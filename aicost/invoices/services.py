"""Which service of an invoice is which component of a bill, by the rows of a file."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from aicost.book.book import Book
from aicost.book.data_files import data_rows
from aicost.book.names import candidates
from aicost.values.charge import COMPONENTS

#: What is no service: lines of their own on every invoice.
ASIDE = ("tax", "support", "credits", "commitments", "rounding")
#: Rows of the file that are of no vendor: kinds of charge, what of a service, and meters.
KIND, DETAIL, METER, ANY = "kind", "detail", "meter", "any"
CLOUDS = (
    "aws",
    "azure",
    "gcp",
)  # who sells so much that a name may be theirs where nobody is named
USAGE, OTHER = "usage", "other"
FILE = "invoice_services.csv"
#: What a vendor is called in the columns of exports, and in the file.
_VENDORS = {
    "amazon web services": "aws",
    "amazon": "aws",
    "aws marketplace": "aws",
    "microsoft": "azure",
    "microsoft azure": "azure",
    "google": "gcp",
    "google cloud": "gcp",
    "google cloud platform": "gcp",
}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|[A-Z]+[a-z]*|\d+|[^\W_]")
_PARTS = re.compile(r"\s*[,|;:]\s+|\s+\|\s*")


class _Words:
    """A name as words, to be searched for others: CloudWatch is two words and one."""

    def __init__(self, name: str) -> None:
        words = [word.lower() for word in _WORD.findall(name)]
        if words[:1] in (["amazon"], ["aws"]) and len(words) > 1:
            words = words[1:]
        self.letters, self.ends = "".join(words), {0}
        for word in words:
            self.ends.add(max(self.ends) + len(word))


@dataclass(frozen=True)
class _Service:
    """A row of the file: its words stand at the beginning or the end of a name unless `*` does."""

    provider: str
    pattern: str
    component: str

    @cached_property
    def letters(self) -> str:
        return "".join(_WORD.findall(self.pattern)).lower()

    def fits(self, name: _Words) -> bool:
        """Say whether the whole words of a pattern stand in a name."""
        mine, at = self.letters, -1
        if not mine:
            return self.pattern == "*"
        while (at := name.letters.find(mine, at + 1)) >= 0:
            end = at + len(mine)
            if (
                at in name.ends
                and end in name.ends
                and (not at or self.pattern.startswith("*"))
                and (end == len(name.letters) or self.pattern.endswith("*"))
            ):
                return True
        return False


class _Services:
    """The rows of a vendor, in order; those that stand at the beginning of a name are looked up."""

    def __init__(self, provider: str) -> None:
        every = [(row["provider"], row["pattern"], row["component"]) for row in data_rows(FILE)]
        rows = [_Service(*row) for row in every if row[0] == provider]
        self._begin: defaultdict[str, list[tuple[int, _Service]]] = defaultdict(list)
        self._within = [(at, row) for at, row in enumerate(rows) if row.pattern.startswith("*")]
        for at, row in enumerate(rows):
            if not row.pattern.startswith("*"):
                self._begin[row.letters].append((at, row))
        self._lengths = sorted({len(letters) for letters in self._begin})

    def first(self, name: _Words, named: bool) -> str:
        """The component of the first row that fits a name; '' where none does.

        Where it has to be `named`, a row for all names does not fit.
        """
        begun = [one for n in self._lengths for one in self._begin.get(name.letters[:n], ())]
        within = [one for one in self._within if one[1].letters in name.letters]
        fit = (row for _, row in sorted([*begun, *within]) if row.fits(name))
        return next((row.component for row in fit if row.letters or not named), "")


@lru_cache(maxsize=64)
def _services(provider: str) -> _Services:
    return _Services(provider)


@lru_cache(maxsize=64)
def _words(name: str) -> _Words:
    return _Words(name)


def _first(provider: str, name: str, *, named: bool = False) -> str:
    return _services(provider).first(_words(name), named)


def vendor_of(name: str) -> str:
    """A vendor as the file calls it.

    >>> vendor_of("Microsoft"), vendor_of("AWS"), vendor_of("Elastic")
    ('azure', 'aws', 'elastic')
    """
    word = name.strip().lower()
    return _VENDORS.get(word, word)


@lru_cache(maxsize=4096)
def component_of(service: str, provider: str = "", detail: str = "") -> str:
    """The component a service is paid for, or several joined by `+`; '' where unknown.

    Without a provider those of all count. `detail` says which of several it is.

    >>> component_of("OpenSearch Service", "aws"), component_of("Tax", "aws")
    ('retrieval', 'tax')
    >>> component_of("Amazon Bedrock", "aws", "USE1-Claude4.6Sonnet-input-tokens")
    'inference'
    """
    name = service.strip()
    if name.lower().replace("_", " ") in (*COMPONENTS, *ASIDE):
        return name.lower().replace("_", " ")
    if provider:
        anyone = _first(ANY, name)
        found = _first(provider, name, named=anyone in ASIDE) or anyone
        found = found or ("" if provider in CLOUDS else _first(ANY, provider))
    else:
        found = next((found for one in (ANY, *CLOUDS) if (found := _first(one, name))), "")
    told = _first(DETAIL, f"{name} {detail}")
    several = found.split(" + ")
    narrower = told in several or (told == OTHER and len(several) > 1)
    return told if told and (not found or narrower) else found


@lru_cache(maxsize=4096)
def component_of_model(service: str, provider: str, book: Book) -> str:
    """The component that a model of the book is used in; '' for what is no model of it.

    >>> component_of_model("gpt-5-2025-08-07, input", "openai", Book.load())
    'inference'
    """
    for item in _items(service, provider, book):
        sold = {row.parameter for row in book.active(item)}
        if "search_unit" in sold or "rerank" in item:
            return "reranking"
        if sold & {"input", "output"}:
            return "inference" if "output" in sold else "embedding"
    return ""


def _items(service: str, provider: str, book: Book) -> Iterator[str]:
    """Yield the items of the book that the parts of a name stand for."""
    for part in named_parts(service):
        written = f"{provider}/{part}" if provider and "/" not in part else part
        yield from candidates(book, written)[:1]


def named_parts(service: str) -> Iterator[str]:
    """Yield the parts of a line that may be the name of a model.

    >>> [*named_parts("priority | gpt-5.6-sol, output, long context")]
    ['gpt-5.6-sol']
    """
    for part in filter(None, _PARTS.split(service.strip())):
        if re.search(r"\d", part) and re.search(r"[A-Za-z]", part):
            yield part


@lru_cache(maxsize=4096)
def meter_of(words: str) -> str:
    """What a model is paid for beside its tokens, such as searches; '' where it is tokens.

    >>> meter_of("web search tool calls | gpt-5"), meter_of("gpt-5, input")
    ('web searches', '')
    """
    return _first(METER, words)


@lru_cache(maxsize=4096)
def aside_of(kind: str) -> str:
    """What a row is that is no usage: tax, credits, …; '' where it is usage.

    >>> aside_of("RoundingAdjustment"), aside_of("Private")
    ('rounding', '')
    """
    found = _first(KIND, kind)
    return "" if found == USAGE else found
