"""Tokens that were counted otherwise than the model counts them, and how they become its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, Self

from aicost.book.tokenizers import (
    CONTENTS,
    LENGTHS,
    UNNAMED,
    NotCounted,
    UnknownTokenizer,
    convert,
    misspelled,
)
from aicost.components.flow import Corpus, Flow
from aicost.components.stage import Stage
from aicost.values.charge import Factor, weakest
from aicost.values.formatting import count, value_words
from aicost.values.quantities import Range, Value, quantity, scaled, word
from aicost.values.section import Concern, Origin

if TYPE_CHECKING:
    from aicost.book.book import Book

NOT_CONVERTED = "not converted: "
COUNTED = ("counted_with", "passages_counted_with")
RATIOS = ("token_ratio", "passage_ratio")


class Count(NamedTuple):
    """What was counted with what, and for which model."""

    counted_with: str
    model: str
    content: str


@dataclass(frozen=True, kw_only=True)
class CountedStage(Stage):
    """A stage whose model takes tokens; where somebody else counted them, they are converted.

    The ratios hold whatever the client states; else `recounted` sets them, each a range that a
    draw draws once.
    """

    if TYPE_CHECKING:  # declared where it stands among the fields of each
        model: str

    counted_with: str = word(
        "what its tokens were counted with, if not its model: another, or characters, words, pages",
        default="",
    )
    passages_counted_with: str = word(
        "the same of the passages it reads, where corpus does not say", default=""
    )
    content: str = word("what it reads and writes", default="english", choices=CONTENTS)
    token_ratio: Value = quantity(
        "times", "tokens of its model per one that was counted", low=1e-6, default=1.0
    )
    passage_ratio: Value = quantity(
        "times", "tokens of its model per one of a passage", low=1e-6, default=1.0
    )

    @property
    def reads_passages(self) -> bool:
        """Whether it reads text of the collection."""
        return True

    # ---- in tokens of its model

    def in_tokens(self, counted: Value, ratio: str = "token_ratio") -> Value:
        """What was counted, in tokens of its model."""
        return scaled(counted, getattr(self, ratio)) if self.states(ratio) else counted

    @property
    def counts_lengths(self) -> bool:
        """Whether words, characters or pages were counted: nobody sees those of its thinking."""
        return self.counted_with in LENGTHS

    def thought_tokens(self, thought: Value) -> Value:
        """What it thinks, in tokens of its model."""
        return thought if self.counts_lengths else self.in_tokens(thought)

    def token_factor(self, name: str, label: str) -> Factor:
        """The field `name` as a factor, in tokens of its model."""
        return self.converted(self.factor(name, label))

    def converted(self, counted: Factor, ratio: str = "token_ratio") -> Factor:
        """A factor in tokens of its model, that says what was counted and by what."""
        if not self.states(ratio):
            return counted
        times = self.ratio_factor(ratio)
        value, basis = counted.value * times.value, weakest([counted.basis, times.basis])
        return Factor(
            counted.name, value, counted.unit, basis, parts=(counted, times), joined=" x "
        )

    def ratio_factor(self, ratio: str = "token_ratio") -> Factor:
        """How many tokens of its model are one that was counted."""
        return self.factor(ratio, "tokens of its model per one counted")

    def said_of_ratio(self) -> list[str]:
        """How its tokens were converted, in a few words; nothing where they were not counted so."""
        if self._not_converted("token_ratio"):
            return ["tokens not converted"]
        origin = self.origins.get("token_ratio", Origin("listed"))
        return [f"tokens x {count(self.token_ratio)} ({origin.written})"] if origin.written else []

    # ---- where a model or what was counted with is another

    def recounted(
        self, before: Stage | None, corpus: Corpus | None, earlier: Corpus | None
    ) -> Self:
        was = before if isinstance(before, CountedStage) else None
        stage = self
        if was is not None and was.model != self.model:  # its counts are those of the model it had
            earlier_model = was.model or UNNAMED
            stage = replace(
                self,
                counted_with=self.counted_with or earlier_model,
                passages_counted_with=self.passages_counted_with or earlier_model,
            )
        counts, known = stage.counts(corpus), was.counts(earlier) if was is not None else {}
        for ratio, counted in counts.items():
            if known.get(ratio) != counted:
                stage = stage._with_ratio(ratio, counted, was, known.get(ratio))
        return replace(
            stage,
            counted_with=stage._unless_own("counted_with"),
            passages_counted_with=stage._unless_own("passages_counted_with"),
        )

    def _unless_own(self, name: str) -> str:
        """What tokens were counted with; nothing where that is its model, and nobody said so."""
        counted_with: str = getattr(self, name)
        own = counted_with == self.model and name not in self.origins
        return "" if own else counted_with

    def counts(self, corpus: Corpus | None) -> dict[str, Count]:
        """For each ratio what was counted with what, and for which model."""
        own = {"token_ratio": Count(self.counted_with, self.model, self.content)}
        if corpus is None or not self.reads_passages:
            return own
        counted_with = corpus.counted_with or self.passages_counted_with
        return {**own, "passage_ratio": Count(counted_with, self.model, corpus.content)}

    def _with_ratio(
        self, ratio: str, count: Count, was: CountedStage | None, known: Count | None
    ) -> Self:
        """The stage with a ratio as the table has it, unless the client states it."""
        stated, now = self.origins.get(ratio), getattr(self, ratio)
        value, origin = _conversion(*count)
        said = stated is not None and stated.basis != "assumed"
        same = known is None or known.model == count.model or getattr(was, ratio) is not now
        if said and same:
            return self  # it is what the client says of this model
        if known and not same and (said or not count.counted_with):  # on from the last model's
            value, origin = _conversion(known.model or UNNAMED, count.model, count.content)
            value = _product(now, value)
        rest = {name: one for name, one in self.origins.items() if name != ratio}
        told = {ratio: origin} if origin is not None else {}
        return replace(self, **{ratio: value}, origins={**rest, **told})

    # ---- what does not fit

    def gaps(self, flow: Flow, book: Book) -> Iterable[Concern]:
        for name in COUNTED:
            if remedy := misspelled(counted_with := getattr(self, name)):
                yield Concern(name, f"no {counted_with!r} counts tokens", remedy)
        for ratio, counted in self.counts(flow.world.corpus).items():
            if counted.counted_with in LENGTHS and (why := self._not_converted(ratio)):
                yield Concern("counted_with", why, f"count tokens or characters, or write {ratio}")

    def warnings(self, flow: Flow, book: Book) -> Iterable[Concern]:
        for ratio in self.counts(flow.world.corpus):
            if why := self._not_converted(ratio):
                wrong = f"tokens are not converted: {why}"
                yield Concern("counted_with", wrong, f"count a sample, and write {ratio}: …")

    def _not_converted(self, ratio: str) -> str:
        """Why tokens stay as they were counted; nothing where they do not."""
        source = self.origins[ratio].source if ratio in self.origins else ""
        return source.removeprefix(NOT_CONVERTED) if source.startswith(NOT_CONVERTED) else ""


def _conversion(counted_with: str, model: str, content: str) -> tuple[Value, Origin | None]:
    """A ratio with where it is from; nothing where both count alike, or nobody says otherwise."""
    if not counted_with:
        return 1.0, None
    try:
        found = convert(counted_with, model or UNNAMED, content)
    except (UnknownTokenizer, NotCounted) as unknown:
        return 1.0, Origin("assumed", f"{NOT_CONVERTED}{unknown}")
    if found.exact:
        return 1.0, None if found.basis == "listed" else Origin("assumed", found.source)
    value = Range(found.low, found.high)
    written = value_words(value, CountedStage.quantities()["token_ratio"])
    return value, Origin("assumed", found.source, written=written)


def _product(one: Value, other: Value) -> Value:
    """Two ratios one after the other; both ends where either is a range."""
    ends = [(v.low, v.high) if isinstance(v, Range) else (v, v) for v in (one, other)]
    (a, b), (c, d) = ends
    return Range(a * c, b * d) if (a, c) != (b, d) else a * c
