"""Reranking: search units or tokens, and the few passages it lets through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from aicost.components.flow import Flow
from aicost.components.stage import on_average
from aicost.components.token_counts import RATIOS, CountedStage
from aicost.components.unit_prices import (
    ReadingPrice,
    listed,
    missing,
    stated,
    too_fast,
    unlisted,
    writes_answers,
)
from aicost.values.charge import Charge, Count, Factor, UnitPrice, summed, weakest
from aicost.values.quantities import MTOK, Numeric, Value, quantity, word
from aicost.values.section import Concern, section

if TYPE_CHECKING:
    from aicost.book.book import Book


def search_units(
    *,
    documents: Numeric,
    document_tokens: Numeric,
    query_tokens: Numeric,
    documents_per_unit: Numeric,
    tokens_per_document: Numeric,
) -> Numeric:
    """The billed searches of one query: ceil(n ceil((t + q) / limit) / documents per unit).

    Parameters
    ----------
    documents : passages sent with the query. [passages]
    document_tokens, query_tokens : tokens of one passage and of the query. [tokens]
    documents_per_unit : passages one search may hold. [passages]
    tokens_per_document : tokens up to which a passage counts once. [tokens]

    Returns
    -------
    Whole search units per query. [units]

    References
    ----------
    Cohere pricing, as quoted 2026-10-18: one search is one query with up to 100 documents.

    Examples
    --------
    >>> float(search_units(documents=120, document_tokens=400, query_tokens=20,
    ...                    documents_per_unit=100, tokens_per_document=4096))
    2.0
    """
    pieces = np.maximum(1.0, np.ceil((document_tokens + query_tokens) / tokens_per_document))
    return np.ceil(documents * pieces / documents_per_unit)


def reranked_tokens(
    *, documents: Numeric, document_tokens: Numeric, query_tokens: Numeric
) -> Numeric:
    """The billed tokens of one query where tokens are priced: n (t + q).

    Parameters
    ----------
    documents : passages sent with the query. [passages]
    document_tokens, query_tokens : tokens of one passage and of the query, which is read once per
        passage. [tokens]

    Returns
    -------
    Billed tokens per query. [tokens]

    References
    ----------
    Voyage AI documentation, rerank request (read 2026-11-23).

    Examples
    --------
    >>> reranked_tokens(documents=50, document_tokens=256, query_tokens=20)
    13800
    """
    return documents * (document_tokens + query_tokens)


@dataclass(frozen=True, kw_only=True)
class RerankPrice(ReadingPrice):
    """What a reranker costs: by the search, by the token, or on a rented machine."""

    asked: ClassVar[tuple[str, str]] = "price.search", "price: {input: …}"
    search: Value = quantity("USD/search", "price of one search unit", default=None)

    def gaps(self, book: Book) -> Iterator[Concern]:
        yield from self.twice() if self.search is not None else super().gaps(book)


@dataclass(frozen=True, kw_only=True)
class Reranking(CountedStage):
    """A second look at the passages found; only `keep` of them go on."""

    component: ClassVar[str] = "reranking"

    model: str = word("provider/model, in any spelling", default="", model=True)
    price: RerankPrice | None = section(RerankPrice, "prices in place of the model's listed ones")
    documents: Value = quantity("passages", "passages looked at, if not those found", default=None)
    passage_tokens: Value = quantity(
        "tokens", "tokens of a passage, if no search before it found them", low=1, default=None
    )
    keep: Value = quantity("passages", "passages handed on", default=None)
    query_tokens: Value = quantity("tokens", "tokens of a question", default=0.0)
    when_unsure: Value = quantity(
        "share", "share reranked; of the rest the first ones found go on", default=1.0
    )

    def gaps(self, flow: Flow, book: Book) -> Iterable[Concern]:
        yield from super().gaps(flow, book)
        if self.price is not None:
            yield from self.price.gaps(book)
        elif not self.model:
            yield missing("model", "price: {search: …}")
        else:
            yield from unlisted(
                lambda: self._search_price(book) or self._token_price(book), "model"
            )

        if self.documents is None and flow.passages is None:
            wrong = "no passages reach it"
            yield Concern("documents", wrong, "write it, or top_k: in a stage before")
        elif self._passage(flow) is None and (self.keep is not None or self._by_length(book)):
            wrong = "no search before it says how long a passage is"
            remedy = "write passage_tokens: …, or a search with top_k before it"
            yield Concern("passage_tokens", wrong, remedy)

    def warnings(self, flow: Flow, book: Book) -> Iterable[Concern]:
        yield from super().warnings(flow, book)
        corpus = flow.world.corpus
        size = self.in_tokens(self.query_tokens)
        if corpus is not None:
            size = self.in_tokens(corpus.chunk_tokens, "passage_ratio")
        yield from writes_answers(self.model, book)
        yield from too_fast(self.price, size, book)
        handed = None if flow.passages is None else flow.passages.value
        looked_at = self.documents if self.documents is not None else handed
        if handed is not None and looked_at > handed:
            wrong = f"only {handed:g} passages reach it"
            yield Concern("documents", wrong, f"write {handed:g} or less")
        if self.keep is not None and looked_at is not None and self.keep > looked_at:
            wrong = f"only {looked_at:g} passages are looked at"
            yield Concern("keep", wrong, f"write {looked_at:g} or less")

    def _by_length(self, book: Book) -> bool:
        """Whether it is billed by how long a passage is."""
        if not book.has(self.model) if self.price is None else any(self.price.gaps(book)):
            return False  # it has no price: said where that is missed
        by_search = self._search_price(book)
        return by_search is None or by_search[2] < np.inf

    def _documents(self, flow: Flow) -> Factor:
        if self.documents is not None:
            return self.factor("documents", "passages per search")
        return flow.passages or Factor("passages", 0.0, "passages", "listed")

    def calls(self, flow: Flow) -> Count:
        count = super().calls(flow)
        if not self.states("when_unsure"):
            return count
        return count.times(self.factor("when_unsure", "of them unsure"))

    def tokens_per_call(self, flow: Flow) -> Factor:
        documents, read = self._documents(flow), self._read(flow)
        tokens = reranked_tokens(
            documents=documents.value, document_tokens=read[0].value, query_tokens=read[1].value
        )
        return self._each("tokens per query", tokens, "tokens", documents, read, " x ")

    def per_request(self, flow: Flow, book: Book) -> Iterable[Charge]:
        queries, documents = self.calls(flow), self._documents(flow)
        read = self._read(flow)
        by_search = self._search_price(book)
        if by_search is not None:
            price, limit, window = by_search
            units = search_units(
                documents=documents.value,
                document_tokens=read[0].value,
                query_tokens=read[1].value,
                documents_per_unit=limit,
                tokens_per_document=window,
            )
            each = self._each("search units per query", units, "", documents, read, ", ")
            yield self.charge(queries.times(each), price, item="searches", driver="searches")
            return
        each = self.tokens_per_call(flow)
        price = self._token_price(book)
        yield self.charge(queries.times(each), price, item="tokens read", driver="tokens in")

    def _read(self, flow: Flow) -> tuple[Factor, Factor]:
        """What it reads of one passage and of the question, as its model counts them."""
        passage = self._passage(flow) or Factor("tokens per passage", 0.0, "tokens", "listed")
        question = self.token_factor("query_tokens", "tokens of the question")
        return self.converted(passage, "passage_ratio"), question

    def _passage(self, flow: Flow) -> Factor | None:
        """The tokens of a passage: as found, else as stated."""
        if flow.passage_tokens is None and self.passage_tokens is not None:
            return self.factor("passage_tokens", "tokens per passage")
        return flow.passage_tokens

    def _each(
        self,
        name: str,
        value: Numeric,
        unit: str,
        documents: Factor,
        read: tuple[Factor, Factor],
        joined: str,
    ) -> Factor:
        """What one query is billed; where tokens were converted, with how that was done."""
        basis = weakest([documents.basis, self.basis("query_tokens")])
        if not any(map(self.states, RATIOS)):
            return Factor(name, value, unit, basis)
        pair = summed("tokens of a passage and the question", "tokens", read)
        basis = weakest([basis, pair.basis])
        return Factor(name, value, unit, basis, parts=(documents, pair), joined=joined)

    def _search_price(self, book: Book) -> tuple[UnitPrice, float, float] | None:
        """Price, documents per search and tokens per document, where searches are sold."""
        if self.price is not None:
            if self.price.search is None:
                return None
            return stated(self.price, "search", unit="search"), 100.0, np.inf
        if not book.in_force(self.model, "search_unit"):
            return None
        row = book.find(self.model, "search_unit")
        limit = book.find(self.model, "documents_per_search").value
        window = book.in_force(self.model, "tokens_per_document")
        return (
            listed(row, sold="USD/search", unit="search"),
            limit,
            window[0].value if window else np.inf,
        )

    def _token_price(self, book: Book) -> UnitPrice:
        if self.price is not None:
            return self.price.per_mtok()
        return listed(book.find(self.model, "input"), sold="USD/Mtok", unit="Mtok", holds=MTOK)

    def pass_on(self, flow: Flow) -> Flow:
        if self.keep is None:
            return flow
        kept = self.factor("keep", "passages kept")
        most = np.minimum(kept.value, self._documents(flow).value)  # never more than it was given
        found = on_average(self, replace(kept, value=most), flow.passages)
        return replace(flow, passages=found, passage_tokens=self._passage(flow))
