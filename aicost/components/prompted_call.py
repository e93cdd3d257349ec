"""What one call to a model reads and writes: its prompt, what grows in it, its thoughts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from aicost.components.call_fees import ChargedCall
from aicost.components.call_tokens import Beside, CallTokens, Prompt
from aicost.components.flow import Corpus, Flow, OneCall, World, growth_per_call
from aicost.components.modalities import MEDIA
from aicost.components.sharing import kept_apart
from aicost.components.token_counts import Count
from aicost.values.charge import Factor, summed, weakest
from aicost.values.named import Named
from aicost.values.quantities import Numeric, Value, mean, p95, quantity
from aicost.values.section import Concern, Section

if TYPE_CHECKING:
    from aicost.book.book import Book

TOOLS = "tools"  # how text is counted that describes them
BESIDE = "parts of the prompt, as long in every call, beside input_tokens, which are 0 if left out"
#: What a part may be called that a call reads as well: as which part, and how that is left out.
READ_TOO = {
    "passages": ("passages", "reads_context: no"),
    "context": ("passages", "reads_context: no"),
    "documents": ("passages", "reads_context: no"),
    "tools": ("tools", "no tools"),
    "history": ("history", "no tokens_kept_per_turn"),
}


@dataclass(frozen=True, kw_only=True)
class Tools(Section):
    """The tools that a call may use, whose descriptions are sent along with it."""

    count: Value = quantity("tools", "tools, those of MCP servers too")
    tokens_each: Value = quantity("tokens", "tokens of the description of one")


@dataclass(frozen=True, kw_only=True)
class Part(Section):
    """A part of the prompt, as long in every call."""

    tokens: Value = quantity("tokens", "tokens of it in one call")


@dataclass(frozen=True, kw_only=True)
class Parts(Named):
    """The parts of a prompt, by names of the client's own."""

    of: ClassVar[type[Section]] = Part
    short: ClassVar[str] = "tokens"


class PromptedCall(ChargedCall):
    """What a call knows of the tokens in it; its fields stand below."""

    prompt: Parts
    reads_context: bool
    turns: Value
    tokens_kept_per_turn: Value
    tools: Tools | None
    tool_ratio: Value
    cache_read_share: Value
    cache_ttl: str
    prefixes: str

    def tokens(
        self,
        flow: Flow,
        cached: tuple[Factor | None, Factor | None],
        sells: Callable[[str], bool] = lambda bucket: True,
    ) -> CallTokens:
        """What one mean call reads and writes; `cached` are the shares read and written."""
        return CallTokens(
            self.prompt_of(flow),
            self.token_factor("output_tokens", "output tokens per call"),
            self.in_tokens(self.input_tokens),
            self._grows_over(flow),
            *cached,
            f"cache_write_{self.cache_ttl}",
            tuple(self._beside()),
            sells,
        )

    def _beside(self) -> Iterator[Beside]:
        """Yield what is no text of prompt or answer, where there is any."""
        for field, (bucket, unit, item) in MEDIA.items():
            if self.differs(field):
                yield Beside(self.factor(field, f"tokens of {item}"), bucket, unit, item)
        if self.differs("thinking_tokens"):
            thought = self.factor("thinking_tokens", "thinking tokens per call")
            thought = thought if self.counts_lengths else self.converted(thought)
            yield Beside(thought, "thinking", "output_reasoning", "thinking")

    def tokens_per_call(self, flow: Flow) -> Factor:
        written = self.token_factor("output_tokens", "output tokens per call")
        beside = (one.tokens for one in self._beside())
        return summed("tokens per call", "tokens", (*self.prompt_of(flow).parts, *beside, written))

    def worked(self, flow: Flow) -> tuple[Numeric, Numeric]:
        whole, thought = self.tokens_per_call(flow).value, self.thought_tokens(self.thinking_tokens)
        written = mean(self.in_tokens(self.output_tokens)) + mean(thought)
        return whole - written, written

    @property
    def read_before(self) -> Numeric:
        return self.cache_read_share

    def prompts_kept(self, world: World) -> Numeric | None:
        return kept_apart(world, self.prefixes)

    def prompt_of(self, flow: Flow) -> Prompt:
        """What one call's input adds up from: its own words, parts, tools, passages, history."""
        own, passages = self.token_factor("input_tokens", "instructions and question"), None
        context = flow.context()
        if self.reads_context and context:
            count, each = context
            basis = weakest([count.basis, each.basis])
            tokens = count.value * each.value
            read = Factor("passages", tokens, "tokens", basis, parts=context)
            passages = self.converted(read, "passage_ratio")
        said = tuple(self.converted(one) for one in self._said())
        return Prompt(own, passages, self._history(flow), self._tools(), said)

    def _said(self) -> Iterator[Factor]:
        """Yield the parts of its prompt that go along with every call."""
        for name, part in self.prompt.parts.items():
            yield part.factor("tokens", name.replace("_", " "))

    def _tools(self) -> Factor | None:
        """The descriptions of its tools, where it has any."""
        if self.tools is None:
            return None
        parts = self.tools.factor("count", "tools"), self.tools.factor("tokens_each", "tokens each")
        count, each = parts
        basis = weakest([count.basis, each.basis])
        sent = Factor(TOOLS, count.value * each.value, "tokens", basis, parts=parts, joined=" x ")
        return self.converted(sent, "tool_ratio")

    def _history(self, flow: Flow) -> Factor | None:
        """The earlier turns and rounds that a mean call carries, where there are any."""
        carried: list[Factor] = []
        if self.differs("tokens_kept_per_turn") and self.differs("turns"):
            carried.append(_carried("earlier turns", self, "tokens_kept_per_turn", "turns"))
        if flow.loop is not None and flow.loop.differs("grows_tokens_per_round"):
            carried.append(
                _carried("earlier rounds", flow.loop, "grows_tokens_per_round", "rounds")
            )
        carried = [self.converted(part) for part in carried]
        if len(carried) < 2:
            return carried[0] if carried else None
        return summed("earlier turns and rounds", "tokens", carried)

    def warnings(self, flow: Flow, book: Book) -> Iterable[Concern]:
        yield from super().warnings(flow, book)
        prompt = self.prompt_of(flow)
        summed_up = sum(part.value for part in prompt.said)
        if prompt.said and np.all(np.equal(prompt.own.value, summed_up)):
            wrong = "it is what the parts of prompt add up to, and is read beside them"
            yield Concern("input_tokens", wrong, "leave it out")
        for name in self.prompt.parts:
            what, without = READ_TOO.get(name, ("", ""))
            if what and getattr(prompt, what) is not None:
                wrong = f"the call reads {what} beside it"
                yield Concern(f"prompt.{name}", wrong, f"leave it out, or write {without}")

    def one_call(self, flow: Flow, book: Book, call: OneCall) -> Self:
        carried: Numeric = 0.0
        if self.differs("tokens_kept_per_turn") and self.differs("turns"):
            carried = self.tokens_kept_per_turn * call.turns_before(self.turns)
        if flow.loop is not None:
            carried = carried + flow.loop.grows_tokens_per_round * call.rounds_before
        return (
            super()
            .one_call(flow, book, call)
            ._with(
                input_tokens=call.drawn(self.input_tokens) + carried,
                turns=1.0,
                tokens_kept_per_turn=0.0,
            )
        )

    def _grows_over(self, flow: Flow) -> Value:
        """What the history of a call grows with: the rounds of its loop, else its turns."""
        if flow.loop is not None and flow.loop.differs("grows_tokens_per_round"):
            return flow.loop.rounds
        return self.turns

    @property
    def unread(self) -> tuple[str, ...]:
        return tuple(m.bucket for field, m in MEDIA.items() if not m.made and self.differs(field))

    def _media(self, *, made: bool) -> Iterator[Numeric]:
        """Yield tokens of pictures, sound and video that are made, or read."""
        for field, medium in MEDIA.items():
            if medium.made == made and self.differs(field):
                yield getattr(self, field)

    def holds(self, field: str) -> bool:
        said = self._said() if field == "input_tokens" else ()
        return super().holds(field) or any(np.any(part.value) for part in said)

    @property
    def counted(self) -> tuple[Value, ...]:
        """What differs from call to call: own input, thoughts and answer. [tokens]"""
        asked, written = map(self.in_tokens, (self.input_tokens, self.output_tokens))
        return asked, self.thought_tokens(self.thinking_tokens), written

    def largest(self, flow: Flow) -> Numeric:
        """A large call and its answer, each part at its p95, history at its longest. [tokens]"""
        return self.longest_prompt(flow) + sum(self._media(made=False)) + self.longest_answer

    def longest_prompt(self, flow: Flow) -> Numeric:
        """The text that a large call reads. [tokens]"""
        history = self.tokens_kept_per_turn * (p95(self.turns) - 1)
        if flow.loop is not None:
            history = history + flow.loop.grows_tokens_per_round * (p95(flow.loop.rounds) - 1)
        prompt = self.prompt_of(flow)
        beside = sum(part.value for part in (*prompt.said, *prompt.found))
        return self.in_tokens(p95(self.input_tokens) + history) + beside

    @property
    def longest_answer(self) -> Numeric:
        """A long answer with its thoughts, each at its p95, and pictures made. [tokens]"""
        written = self.in_tokens(p95(self.output_tokens))
        thought = self.thought_tokens(p95(self.thinking_tokens))
        return written + thought + sum(self._media(made=True))

    def counts(self, corpus: Corpus | None) -> dict[str, Count]:
        own = super().counts(corpus)
        if self.tools is None:
            return own
        return {**own, "tool_ratio": Count(self.counted_with, self.model, TOOLS)}


def _carried(label: str, owner: Section, size: str, count: str) -> Factor:
    """The history that a mean call carries of what grows by `size` with each of `count`."""
    tokens = getattr(owner, size) * growth_per_call(rounds=getattr(owner, count))
    return Factor(label, tokens, "tokens", weakest([owner.basis(size), owner.basis(count)]))
