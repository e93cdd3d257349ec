"""How long a model reads: what a first word seen after a short prompt lacks after a long one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aicost.scenario.kinds import Default, defaults
from aicost.values.formatting import count, seconds_words
from aicost.values.quantities import Numeric, Range, Spread, Value, p95

ENDS = ("low", "high")


def _usual(field: str) -> Default:
    return defaults()["time", f"inference.reading.{field}"]


@dataclass(frozen=True)
class Reading:
    """The tokens that a call reads before its first word; `cached` is the share of a cache."""

    tokens: Value
    cached: Numeric

    def seconds(self, tokens: Numeric, end: str) -> float:
        """How long so many are read beyond those of a timed prompt, at an end of what is known.

        A token that a cache holds counts as a part of one.
        """
        rate, weight = _usual("tokens_per_s"), getattr(_usual("cached"), end)
        counted = float(np.mean(tokens * (1.0 - self.cached * (1.0 - weight))))
        beyond = max(counted - _usual("from_tokens").low, 0.0)
        return beyond / (rate.high if end == "low" else rate.low)

    @property
    def is_long(self) -> bool:
        """Whether any of it is longer than the prompt of a published time."""
        return self.seconds(p95(self.tokens), "high") > 0

    @property
    def _median(self) -> Numeric:
        return self.tokens.p50 if isinstance(self.tokens, Spread) else self.tokens

    @property
    def words(self) -> str:
        """How long it reads, and what that rests on."""
        low, high = (seconds_words(self.seconds(self._median, end)) for end in ENDS)
        tokens = count(round(float(np.mean(self._median))))
        words = f"with {low} to {high} more for a prompt of {tokens} tokens"
        return f"{words}: {_usual('tokens_per_s').source}"

    def behind(self, ttft: Value) -> Value:
        """A time to the first token of a short prompt, as it is for this one.

        The medians add up; what p95 lies above them, as times that do not depend on each other:
        by their squares.
        """
        found = {}
        for end in ENDS:
            first, late = (_end(part, end) for part in _parts(ttft))
            reads = self.seconds(self._median, end)
            above = self.seconds(p95(self.tokens), end) - reads
            p50 = first + reads
            found[end] = p50, p50 + float(np.hypot(late - first, above))
        (p50_low, p95_low), (p50_high, p95_high) = found["low"], found["high"]
        return Spread(_between(p50_low, p50_high), _between(p95_low, p95_high))


def _parts(value: Value) -> tuple[Value, Value]:
    return (value.p50, value.p95) if isinstance(value, Spread) else (value, value)


def _end(value: Value, end: str) -> float:
    return float(getattr(value, end) if isinstance(value, Range) else value)


def _between(low: float, high: float) -> Value:
    return Range(low, high) if low < high else low
