"""The embedding pipeline: first ingestion, churn, re-indexing, and the question itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from aicost.book.prompt_caches import cache_policy
from aicost.book.rates import BATCH, STANDARD, rates
from aicost.book.tokenizers import count_alike
from aicost.components.flow import Corpus, Flow, World
from aicost.components.stage import Stage
from aicost.components.token_counts import Count, CountedStage
from aicost.components.unit_prices import (
    ReadingPrice,
    figure_of,
    listed,
    missing,
    too_fast,
    unlisted,
    writes_answers,
)
from aicost.values.charge import Charge, Factor, UnitPrice, weakest
from aicost.values.quantities import MTOK, Numeric, Value, flag, quantity, word
from aicost.values.section import Concern, Origin, section

if TYPE_CHECKING:
    from aicost.book.book import Book


def amplification(*, passages_per_document: Numeric, passages_per_edit: Numeric) -> Numeric:
    """The tokens embedded again per token changed, by whole documents: max(1, n / e).

    Parameters
    ----------
    passages_per_document : passages n of one document. [passages]
    passages_per_edit : passages e that one edit changes. [passages]

    Returns
    -------
    1 where the document is no more than what was changed. [ratio]

    Notes
    -----
    Where passages are compared one by one, only those that changed are embedded again: 1. With an
    overlap an edit also changes the neighbour that repeats it; count it in e.

    Examples
    --------
    >>> float(amplification(passages_per_document=40, passages_per_edit=1))
    40.0
    """
    return np.maximum(1.0, passages_per_document / passages_per_edit)


@dataclass(frozen=True, kw_only=True)
class Embedding(CountedStage):
    """Embedding of the documents, as they come and change, and of every question."""

    component: ClassVar[str] = "embedding"

    model: str = word("provider/model, in any spelling", default="", model=True)
    price: ReadingPrice | None = section(ReadingPrice, "price in place of the model's listed one")
    query_tokens: Value = quantity("tokens", "tokens of a question", default=0.0)
    reembeds: str = word(
        "what an edit embeds again: its passages, or whole documents; sets the amplification",
        default="",
        choices=("passages", "documents"),
    )
    passages_per_edit: Value = quantity("passages", "passages one edit changes", low=1, default=1.0)
    amplification: Value = quantity(
        "times",
        "tokens embedded again per token changed, at most the passages of a document",
        low=1,
        default=1.0,
    )
    batch: bool = flag("documents go through the provider's batch service")
    prefix_model: str = word(
        "provider/model that writes context for each passage", default="", model=True
    )
    prefix_tokens: Value = quantity("tokens", "tokens it writes for a passage", default=None)
    prefix_prompt_tokens: Value = quantity("tokens", "tokens of its instructions", default=50.0)
    prefix_ratio: Value = quantity(
        "times", "tokens of prefix_model per one of a document", low=1e-6, default=1.0
    )

    def counts(self, corpus: Corpus | None) -> dict[str, Count]:
        own = super().counts(corpus)
        if corpus is None or not self.prefix_model:
            return own
        read = Count(corpus.counted_with, self.prefix_model, corpus.content)
        return {**own, "prefix_ratio": read}

    def recounted(
        self, before: Stage | None, corpus: Corpus | None, earlier: Corpus | None
    ) -> Self:
        stage = super().recounted(before, corpus, earlier)
        was = before.prefix_model if isinstance(before, Embedding) else ""
        if not was or count_alike(was, stage.prefix_model):
            return stage
        told = Origin("assumed", f"counted for {was}, not converted")
        own = dict.fromkeys(("prefix_tokens", "prefix_prompt_tokens"), told)
        return replace(stage, origins={**stage.origins, **own})

    def gaps(self, flow: Flow, book: Book) -> Iterable[Concern]:
        yield from super().gaps(flow, book)
        if self.price is not None:
            yield from self.price.gaps(book)
        elif not self.model:
            yield missing("model", "price: {input: …}")
        else:
            yield from unlisted(lambda: self._price(book, batch=self.batch), "model")
        if self.prefix_model:
            yield from unlisted(
                lambda: rates(book, self.prefix_model).row("output"), "prefix_model"
            )
            if self.prefix_tokens is None:
                yield missing("prefix_tokens", "take prefix_model out")

    def warnings(self, flow: Flow, book: Book) -> Iterable[Concern]:
        yield from super().warnings(flow, book)
        corpus = flow.world.corpus
        size = self._passage(corpus) if corpus is not None else self.in_tokens(self.query_tokens)
        if self.batch and self.price is not None:
            wrong = "nothing is taken off price: for a batch, it is what a token costs in one"
            yield Concern("batch", wrong, "leave it out, or price: for the listed one")
        yield from writes_answers(self.model, book)
        yield from too_fast(self.price, size, book)
        if corpus is not None:
            yield from self._cut_off(corpus, book)
            yield from self._contexts(corpus, book)

    def _cut_off(self, corpus: Corpus, book: Book) -> Iterator[Concern]:
        window, size = figure_of(book, self.model, "context_window"), self._passage(corpus)
        if window is not None and size > window:
            wrong = f"passages of {size:,.0f} tokens are cut off at {window:,.0f}"
            yield Concern("model", wrong, "make chunk_tokens smaller, or change model")

    def _contexts(self, corpus: Corpus, book: Book) -> Iterator[Concern]:
        """Yield a warning where documents are too short to be cached, or too long to be read."""
        origin = self.origins.get("amplification")
        if self.reembeds and origin is not None and origin.line:
            yield Concern("amplification", "reembeds sets it", "keep one of the two")
        most = np.maximum(corpus.passages_per_document, 1.0)
        if not self.reembeds and origin is not None and origin.line and self.amplification > most:
            wrong = f"a document makes only {most:,.3g} passages"
            yield Concern("amplification", wrong, f"write {most:.3g} or less")
        size, least = corpus.document_tokens, cache_policy(book, self.prefix_model).minimum
        window = figure_of(book, self.prefix_model, "context_window")
        if self.prefix_model and size < least:
            wrong = f"documents of {size:,.0f} tokens are shorter than the {least:,.0f} it caches"
            remedy = "every passage reads them in full: choose another model"
            yield Concern("prefix_model", wrong, remedy)
        if window is not None and size > window:
            wrong = f"documents of {size:,.0f} tokens are more than the {window:,.0f} it holds"
            yield Concern("prefix_model", wrong, "choose another model")

    def _passage(self, corpus: Corpus) -> Numeric:
        """The tokens of one passage, as its model counts them."""
        return self.in_tokens(corpus.chunk_tokens, "passage_ratio")

    def _price(self, book: Book, *, batch: bool) -> UnitPrice:
        if self.price is not None:
            return self.price.per_mtok()
        context = BATCH if batch else STANDARD
        return listed(
            rates(book, self.model, context=context).row("input"),
            sold="USD/Mtok",
            unit="Mtok",
            holds=MTOK,
        )

    def prepared(self, world: World) -> World:
        if world.corpus is None or not (self.reembeds or self.states("amplification")):
            return world
        return replace(world, rewritten=self.again(world.corpus))

    def standing(self, world: World, book: Book) -> Iterable[Charge]:
        corpus = world.corpus
        if corpus is None:
            return
        tokens = corpus.tokens().times(corpus.repeated())
        if self.states("passage_ratio"):
            tokens = tokens.times(self.ratio_factor("passage_ratio"))
        if self.prefix_model:
            longer = 1.0 + self.prefix_tokens / self._passage(corpus)
            basis = self.basis("prefix_tokens")
            tokens = tokens.times(Factor("with its context", longer, "times", basis))
        price = self._price(book, batch=self.batch)
        words = {"driver": "tokens of documents", "behaves": "data"}
        yield self.charge(tokens, price, item="first ingestion", every="once", **words)
        new = corpus.factor("added_per_month", "added in a month")
        yield self.charge(tokens.times(new), price, item="new documents", **words)
        churn = tokens.times(corpus.factor("changed_per_month", "changed in a month"))
        if self.reembeds or self.states("amplification"):
            churn = churn.times(self.again(corpus))
        yield self.charge(churn, price, item="changed documents", **words)
        yield self.charge(tokens.times(corpus.renewed()), price, item="re-indexing", **words)
        if self.prefix_model:
            yield from self._prefixes(corpus, book)

    def again(self, corpus: Corpus) -> Factor:
        """The tokens embedded again per token changed; never more than the whole document."""
        if not self.reembeds:
            stated = self.factor("amplification", "embedded again per change")
            whole = np.maximum(corpus.passages_per_document, 1.0)
            note = f"a document makes {float(np.mean(whole)):.3g} passages"
            capped = float(np.max(stated.value - whole)) > 0
            least = np.minimum(stated.value, whole)
            return replace(stated, value=least, note=note if capped else stated.note)
        times = self._whole(corpus) if self.reembeds == "documents" else 1.0
        basis = weakest([corpus.basis("chunk_tokens"), self.basis("passages_per_edit")])
        return Factor("embedded again per change", times, "times", basis)

    def _whole(self, corpus: Corpus) -> Numeric:
        return amplification(
            passages_per_document=corpus.passages_per_document,
            passages_per_edit=self.passages_per_edit,
        )

    def _prefixes(self, corpus: Corpus, book: Book) -> Iterator[Charge]:
        """Yield what the writer of contexts reads and writes: at first, then with every edit.

        It reads a document into its cache once and from there for each passage. An edit has the
        document read in again, also where only one passage needs a new context.
        """
        basis, made = corpus.basis("pages_per_document"), corpus.basis("changed_per_month")
        whole = corpus.tokens()
        document = Factor("tokens per document", corpus.document_tokens, "tokens", basis)
        passage = Factor("tokens of a passage", corpus.chunk_tokens, "tokens", basis)
        if self.states("prefix_ratio"):
            whole = whole.times(self.ratio_factor("prefix_ratio"))
            document, passage = (self.converted(one, "prefix_ratio") for one in (document, passage))
        told = self.origins.get("prefix_prompt_tokens", Origin("listed")).source
        asked = Factor(
            "tokens of passage and instructions",
            passage.value + self.prefix_prompt_tokens,
            "tokens",
            weakest([passage.basis, self.basis("prefix_prompt_tokens")]),
            told if self.states("prefix_ratio") else "",
            parts=(passage,) if passage.parts else (),
        )
        written = self.factor("prefix_tokens", "tokens of context")
        touched, redone = (
            Factor(
                "new or changed in a month",
                corpus.added_per_month + corpus.changed_per_month * times,
                "",
                made,
            )
            for times in (self._whole(corpus), self.again(corpus).value)
        )
        passages, prices = corpus.passages(), rates(book, self.prefix_model)
        for bucket, item, count, often in (
            ("cache_write_5m", "documents into the cache", whole, touched),
            ("cache_read", "documents from the cache", passages.times(document), redone),
            ("input", "passages", passages.times(asked), redone),
            ("output", "written", passages.times(written), redone),
        ):
            price = listed(prices.row(bucket), sold="USD/Mtok", unit="Mtok", holds=MTOK)
            words = {"driver": "tokens of documents", "behaves": "data"}
            yield self.charge(count, price, item=f"first context: {item}", every="once", **words)
            yield self.charge(count.times(often), price, item=f"context: {item}", **words)

    def tokens_per_call(self, flow: Flow) -> Factor:
        return self.token_factor("query_tokens", "tokens per question")

    def per_request(self, flow: Flow, book: Book) -> Iterable[Charge]:
        tokens = self.calls(flow).times(self.tokens_per_call(flow))
        price = self._price(book, batch=False)
        yield self.charge(tokens, price, item="questions", driver="tokens in")
