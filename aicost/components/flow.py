"""The corpus, and the flow of requests that passes from stage to stage."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from aicost.book.tokenizers import CONTENTS
from aicost.components.traffic import Month, Profile
from aicost.values.charge import Count, Factor
from aicost.values.quantities import Numeric, Value, mean, mean_square, quantity, word
from aicost.values.section import Section


@dataclass(frozen=True, kw_only=True)
class Corpus(Section):
    """The documents that are searched, and how they are cut into passages."""

    documents: Value = quantity("documents", "documents in the collection")
    pages_per_document: Value = quantity("pages", "pages of one document", plain=(0.0, 100_000.0))
    tokens_per_page: Value = quantity("tokens", "tokens of one page", plain=(5.0, math.inf))
    chunk_tokens: Value = quantity("tokens", "tokens of one passage", low=1, plain=(5.0, math.inf))
    counted_with: str = word(
        "what pages and passages were counted with, if not the model that reads them: another, or "
        "characters, words, pages",
        default="",
    )
    content: str = word("what the documents are", default="english", choices=CONTENTS)
    overlap: Value = quantity(
        "share", "share of a passage that it has in common with the last", high=0.9, default=0.0
    )
    changed_per_month: Value = quantity(
        "share",
        "share of the text changed in a month; 400 % where all of it is read in anew each week",
        high=1_000.0,
        default=0.0,
    )
    added_per_month: Value = quantity("share", "documents added in a month", high=10.0, default=0.0)
    months_between_models: Value = quantity(
        "months",
        "months until all is embedded anew with another model, or never",
        low=0.01,
        default=math.inf,
    )

    @property
    def document_tokens(self) -> Numeric:
        """The tokens of one document."""
        return self.pages_per_document * self.tokens_per_page

    @property
    def passages_per_document(self) -> Numeric:
        """The passages of one document: tokens / (c (1 - overlap))."""
        return self.document_tokens / (self.chunk_tokens * (1.0 - self.overlap))

    def tokens(self) -> Count:
        """The tokens of the whole collection."""
        pages = self.factor("pages_per_document", "pages per document")
        per_page = self.factor("tokens_per_page", "tokens per page")
        return Count().times(self.factor("documents"), pages, per_page)

    def repeated(self) -> Factor:
        """How often a token stands in passages: 1 / (1 - overlap)."""
        return Factor("for overlap", 1.0 / (1.0 - self.overlap), "times", self.basis("overlap"))

    def renewed(self) -> Factor:
        """The share embedded anew in a month because the model changes: 1 / months."""
        basis = self.basis("months_between_models")
        often = 1.0 / self.months_between_models
        return Factor("a month for changes of model", often, "share", basis)

    def passages(self) -> Count:
        """The passages of the whole collection: tokens / (c (1 - overlap))."""
        step = 1.0 / (self.chunk_tokens * (1.0 - self.overlap))
        per_token = Factor("passages per token", step, "", self.basis("chunk_tokens"))
        return self.tokens().times(per_token)


@dataclass(frozen=True, kw_only=True)
class Rounds(Section):
    """The numbers of a loop: how many rounds it makes, and what each adds to the next call."""

    rounds: Value = quantity("rounds", "rounds of the loop", low=1, spread=True, plain=(0.0, 1e5))
    grows_tokens_per_round: Value = quantity(
        "tokens", "tokens a round of the loop adds to the next call", default=0.0
    )


def growth_per_call(*, rounds: Value) -> Numeric:
    """The mean number of earlier rounds a call carries: E[K(K-1)/2] / E[K].

    Parameters
    ----------
    rounds : rounds K of a loop, or turns of a conversation. [rounds]

    Returns
    -------
    Earlier rounds per call. [rounds]

    Notes
    -----
    Exact for any mix of K: the squares enter through E[K^2], not through the mean of K.

    Examples
    --------
    >>> growth_per_call(rounds=10.0)
    4.5
    """
    return (mean_square(rounds) / mean(rounds) - 1) / 2


@dataclass(frozen=True, slots=True)
class World:
    """What stands around the pipeline: month, traffic profile and corpus.

    `crest` is what the peak is above the busiest hour of a mean day; `rewritten` is how many
    passages are embedded, and so written, for one that changed; `requests` and
    `users` are those of the month.
    """

    month: Month
    profile: Profile
    corpus: Corpus | None
    crest: tuple[Factor, ...] = ()
    requests: Numeric = 0.0
    users: Numeric | None = None
    users_per_tenant: Numeric | None = None
    rewritten: Factor | None = None

    def peak(self, month: Count) -> Count:
        """The requests that an hour would have at the rate of the peak.

        Busiest hour of a mean day x busiest day x busiest week x burst, of which 1 is taken for
        what nobody says. A mean day is one of those on which anybody asks: with five in a week it
        holds 7/5 of what an even week has.
        """
        return self.busiest_hour(month).times(*self.crest)

    def busiest_hour(self, month: Count) -> Count:
        """The requests of the busiest hour of a mean day, from those of the month."""
        share = self.profile.peak_share(self.month.days)
        return month.times(Factor("in the peak hour", share, "share", "assumed"))


@dataclass(frozen=True, slots=True)
class Flow:
    """The requests of a period that arrive at a stage, and what they carry.

    `uncounted` is the last search that did not say how many passages it hands on.
    """

    count: Count
    world: World
    entry: Count
    passages: Factor | None = None
    passage_tokens: Factor | None = None
    taken: Mapping[str, Count] = field(default_factory=dict)
    loop: Rounds | None = None
    uncounted: str = ""

    @property
    def requests(self) -> Numeric:
        return self.count.value

    @property
    def in_the_month(self) -> Numeric:
        """The requests of a month that arrive here, also where the period is its busiest hour."""
        return self.world.requests * (self.requests / np.maximum(self.entry.value, 1e-300))

    def narrowed(self, *factors: Factor) -> Flow:
        """Let only a part pass on."""
        return replace(self, count=self.count.times(*factors))

    def passed(self, stage: str, count: Count) -> Flow:
        """Remember which requests took `stage`."""
        return replace(self, taken={**self.taken, stage: count})

    def context(self) -> tuple[Factor, ...]:
        """The retrieved context per call, as factors: passages x tokens each."""
        if self.passages is None or self.passage_tokens is None:
            return ()
        return (self.passages, self.passage_tokens)


@dataclass(frozen=True, slots=True)
class OneCall:
    """One call among others: the rounds of its loop before it, and what it takes of a mix.

    `turns_before` are those of its conversation, given how many that has; `drawn` is a draw of any
    other mix.
    """

    rounds_before: Numeric
    turns_before: Callable[[Value], Numeric]
    drawn: Callable[[Value], Numeric]
