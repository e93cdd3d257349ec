"""Loads under which a model was measured, and what was seen: one row each, whoever measured."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from aicost.formulas.serving.measured import Point
from aicost.values.formatting import count, plural, seconds_words
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table

NOT_SEEN = math.nan
COLUMNS = (
    "In and out: tokens of a request. First: the time to its first word; token: that of each "
    "further token; both on average, with the time that 95 % stay below."
)


class Seen(NamedTuple):
    """Times of many requests: their mean, median and 95th percentile; nan is what nobody says."""

    mean: float = NOT_SEEN
    p50: float = NOT_SEEN
    p95: float = NOT_SEEN


NEVER = Seen()


@dataclass(frozen=True)
class Load:
    """One load: requests at once, or so many a second, and what was seen under it."""

    requests: float
    input_tokens: float
    output_tokens: float
    concurrency: float = NOT_SEEN
    requests_per_s: float = NOT_SEEN
    tokens_per_s: float = NOT_SEEN
    first: Seen = NEVER
    token: Seen = NEVER
    failed: float = 0.0
    note: str = ""

    @property
    def words(self) -> str:
        """The load in words."""
        if math.isfinite(self.requests_per_s):
            return f"{count(self.requests_per_s)} a second"
        return f"{count(self.concurrency)} at once"

    @property
    def point(self) -> Point:
        """The load as formulas take it."""
        return Point(
            self.input_tokens,
            self.output_tokens,
            self.concurrency,
            self.requests_per_s,
            self.tokens_per_s,
            self.first.mean,
            self.token.mean,
        )


@dataclass(frozen=True, repr=False)
class Loads(Result):
    """All loads of one measurement, with who measured and what."""

    measured_by: str
    model: str
    each: tuple[Load, ...]

    @property
    def sentence(self) -> str:
        """Who measured what, at how many loads, and how it did at the heaviest."""
        named = f" of {self.model}" if self.model else ""
        loads = f"{len(self.each)} {plural('load', str(len(self.each)))}"
        top = max(
            self.each, key=lambda one: -1.0 if math.isnan(one.tokens_per_s) else one.tokens_per_s
        )
        words = f"{self.measured_by}: {loads}{named}."
        if math.isfinite(top.tokens_per_s):
            words += f" Most tokens a second: {count(top.tokens_per_s)}, with {top.words}."
        if math.isfinite(top.first.mean):
            words += f" The first word then came after {seconds_words(top.first.mean)} on average."
        return words

    def rows(self) -> Table:
        """A row a load."""
        columns = (
            Column("load"),
            Column("requests", Form.COUNT),
            Column("failed", Form.COUNT),
            Column("in", Form.COUNT, "input_tokens"),
            Column("out", Form.COUNT, "output_tokens"),
            Column("tokens/s", Form.COUNT, "tokens_per_s"),
            Column("first", Form.SECONDS, "first_s"),
            Column("p95", Form.SECONDS, "first_p95_s"),
            Column("token", Form.SECONDS, "token_s"),
            Column("p95", Form.SECONDS, "token_p95_s"),
        )
        notes = dict.fromkeys([COLUMNS, *(one.note for one in self.each if one.note)])
        return Table(columns, tuple(Row(_cells(one)) for one in self.each), notes=tuple(notes))


def _cells(one: Load) -> tuple[object, ...]:
    return (
        one.words,
        one.requests,
        one.failed,
        one.input_tokens,
        one.output_tokens,
        one.tokens_per_s,
        one.first.mean,
        one.first.p95,
        one.token.mean,
        one.token.p95,
    )
