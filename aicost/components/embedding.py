"""The embedding pipeline: first ingestion, churn, re-indexing, and the question itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aicost.charge import Charge, UnitPrice
from aicost.components.base import MTOK, Stage, TokenPrice, listed, missing, stated, unlisted
from aicost.flow import Flow, World
from aicost.quantities import Numeric, Value, flag, quantity, word
from aicost.rates import rates
from aicost.section import section

if TYPE_CHECKING:
    from aicost.book import Book


def monthly_share(
    *, added: Numeric, changed: Numeric, amplification: Numeric, months_between_models: Numeric
) -> Numeric:
    """Return the share of the collection embedded anew in a month: a + c x m + 1 / months.

    Parameters
    ----------
    added, changed : scalar or array
        Share of documents added and changed in a month. [share]
    amplification : scalar or array
        Tokens embedded per token changed; a whole document for one edit makes it large. [ratio]
    months_between_models : scalar or array
        Months until the embedding model changes and all is embedded again; inf for never. [months]

    Returns
    -------
    scalar or array
        Share of the collection's tokens embedded in a mean month. [share]

    Examples
    --------
    >>> monthly_share(added=0.02, changed=0.05, amplification=1.0, months_between_models=12.5)
    0.15000000000000002
    """
    return added + changed * amplification + 1.0 / months_between_models


@dataclass(frozen=True, kw_only=True)
class Embedding(Stage):
    """Embedding of the documents, as they come and change, and of every question."""

    component: ClassVar[str] = "embedding"

    model: str = word("provider/model, as the price book names it", default="")
    price: TokenPrice | None = section(TokenPrice, "prices in place of the model's listed ones")
    query_tokens: Value = quantity("tokens", "tokens of a question", default=0.0)
    amplification: Value = quantity(
        "times", "tokens embedded again per token changed", low=1, default=1.0
    )
    batch: bool = flag("documents go through the provider's batch service")

    def gaps(self, book: Book) -> Iterable[tuple[str, str]]:
        if self.price is not None:
            if self.price.input is None:
                yield missing("price.input", "0 if it is free")
        elif not self.model:
            yield missing("model", "price: {input: …}")
        else:
            yield from unlisted(lambda: self._price(book, batch=self.batch), "model")

    def _price(self, book: Book, *, batch: bool) -> UnitPrice:
        if self.price is not None:
            return stated(self.price, "input", unit="Mtok", holds=MTOK)
        context = "processing=batch" if batch else ""
        return listed(rates(book, self.model, context=context).row("input"), sold="USD/Mtok",
                      unit="Mtok", holds=MTOK)  # fmt: skip

    def standing(self, world: World, book: Book) -> Iterable[Charge]:
        corpus = world.corpus
        if corpus is None:
            return
        tokens = corpus.tokens().times(corpus.repeated())
        price = self._price(book, batch=self.batch)
        words = {"driver": "tokens of documents", "behaves": "data"}
        yield self.charge(tokens, price, item="first ingestion", every="once", **words)
        new = corpus.factor("added_per_month", "added in a month")
        yield self.charge(tokens.times(new), price, item="new documents", **words)
        churn = tokens.times(corpus.factor("changed_per_month", "changed in a month"))
        if self.states("amplification"):
            churn = churn.times(self.factor("amplification", "embedded again per change"))
        yield self.charge(churn, price, item="changed documents", **words)
        yield self.charge(tokens.times(corpus.renewed()), price, item="re-indexing", **words)

    def per_request(self, flow: Flow, book: Book) -> Iterable[Charge]:
        tokens = self.calls(flow).times(self.factor("query_tokens", "tokens per question"))
        price = self._price(book, batch=False)
        yield self.charge(tokens, price, item="questions", driver="tokens in")
