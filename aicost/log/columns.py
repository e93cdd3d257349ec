"""The table that every log becomes: a row for each call, its tokens in buckets apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import narwhals as nw
from narwhals.dtypes import DType

Kind = Literal["moment", "text", "count", "number", "flag"]

#: What a column holds; moments are in UTC and say no zone, so that every engine has the same days.
TYPES: Mapping[Kind, DType] = {
    "moment": nw.Datetime("us"),
    "text": nw.String(),
    "count": nw.Int64(),
    "number": nw.Float64(),
    "flag": nw.Boolean(),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of calls: what it holds, and its unit."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""

    @property
    def dtype(self) -> DType:
        """Its type in a frame."""
        return TYPES[self.kind]


COLUMNS = (
    Column("moment", "moment", "when the call began, in UTC"),
    Column("call", "text", "the call's own name"),
    Column("request", "text", "what a user asked once: all calls of one trace"),
    Column("session", "text", "the conversation that the request is a turn of"),
    Column("tenant", "text", "the customer, team or project"),
    Column("user", "text", "who asked"),
    Column("feature", "text", "what the request is for, as the client names it"),
    Column("stage", "text", "the step of the pipeline, as the client names it"),
    Column("operation", "text", "chat, embedding, retrieval, rerank, tool, judge or other"),
    Column("provider", "text", "who answered, as the log names it"),
    Column("model", "text", "the model that answered, as the log names it"),
    Column("input_tokens", "count", "input neither read from nor written to a cache", "tokens"),
    Column("cache_read_tokens", "count", "input read from the provider's cache", "tokens"),
    Column("cache_write_5m_tokens", "count", "input written to it for five minutes", "tokens"),
    Column("cache_write_1h_tokens", "count", "input written to it for an hour", "tokens"),
    Column("output_tokens", "count", "output that is seen", "tokens"),
    Column("thinking_tokens", "count", "output that is thought and not seen", "tokens"),
    Column("units", "number", "searches, pages or pairs, where those are billed"),
    Column("batch", "flag", "sold as part of a batch"),
    Column("service_tier", "text", "how it was sold, where not in the standard way"),
    Column("region", "text", "where it was answered"),
    Column("status", "text", "ok or error"),
    Column("attempt", "count", "tries before this one: 0 for the first"),
    Column("from_cache", "flag", "answered from a cache of one's own, without the model"),
    Column("whole_s", "number", "until the whole answer stood", "s"),
    Column("first_s", "number", "until its first word", "s"),
    Column("quality", "number", "how good the answer was, 0 to 1"),
    Column("judge", "text", "who said how good"),
    Column("reviewed", "flag", "a person looked at it"),
    Column("version", "text", "the release, or prompt, that was in use"),
    Column(
        "logged_usd", "number", "what the log itself says that it cost; never counted with", "USD"
    ),
)
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}
#: How a reader sees what a call does not say.
NAMELESS = "(none)"
#: Buckets of tokens that do not overlap; their sum is all that a call read and wrote.
TOKENS = tuple(column.name for column in COLUMNS if column.unit == "tokens")
