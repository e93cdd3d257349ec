"""Which questions a log can answer, and what it has to say for the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import narwhals as nw

from aicost.book.data_files import data_rows
from aicost.log.read import Log
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table

EMITTERS = "log_emitters.csv"


@dataclass(frozen=True, slots=True)
class Question:
    """Something that is asked of a log, and the fields that answer it."""

    words: str
    needs: tuple[str, ...]


BILLED = ("model", "input_tokens", "output_tokens")
QUESTIONS = (
    Question("what a request costs", (*BILLED, "request")),
    Question("what each feature costs", (*BILLED, "feature")),
    Question("what each tenant costs", (*BILLED, "tenant")),
    Question("why a request cost so much", (*BILLED, "request", "feature", "stage")),
    Question("what changed the bill", (*BILLED, "feature", "cache_read_tokens")),
    Question("what a cache is worth", (*BILLED, "session", "cache_read_tokens")),
    Question("what retries cost", (*BILLED, "request", "status", "attempt")),
    Question("how fast answers come, and the slowest", ("whole_s", "first_s", "stage")),
    Question("when and where quality dropped", ("quality", "judge", "version", "feature")),
    Question("whether the estimate holds", (*BILLED, "request", "stage", "user", "whole_s")),
)
FIELDS = tuple(dict.fromkeys(name for one in QUESTIONS for name in one.needs))


@dataclass(frozen=True, repr=False)
class Ready(Result):
    """The questions, each with what the log lacks for it, and in how many of its calls a field is.

    `shares` is the share of calls that have a field.
    """

    log: Log
    shares: Mapping[str, float]

    def missing(self, question: Question) -> tuple[str, ...]:
        """The fields of a question that no call has."""
        return tuple(name for name in question.needs if not self.shares[name])

    @property
    def sentence(self) -> str:
        """How many of the questions it answers, and the field that most of the others need."""
        lacks = [self.missing(one) for one in QUESTIONS]
        answered = sum(not one for one in lacks)
        words = f"{self.log.sentence} It can answer {answered} of {len(QUESTIONS)} questions."
        every = [name for one in lacks for name in one]
        if not every:
            return words
        most = max(dict.fromkeys(every), key=every.count)
        return f"{words} Most often it lacks {most}: {every.count(most)} need it."

    def rows(self) -> Table:
        """A row for each question: whether it is answered, of how many calls, what is lacking."""
        lines = []
        for one in QUESTIONS:
            lacks = self.missing(one)
            least = min(self.shares[name] for name in one.needs)
            answer = "no" if lacks else "yes" if least > 0.99 else "in part"
            lines.append(Row((one.words, answer, least, ", ".join(lacks))))
        columns = (
            Column("question"),
            Column("answered"),
            Column("of calls", Form.SHARE, "share"),
            Column("lacks"),
        )
        return Table(columns, tuple(lines), notes=self.log.notes)

    def emitters(self) -> Table:
        """For each field that a question lacks, the line of code that puts it into a log."""
        lacks = dict.fromkeys(name for one in QUESTIONS for name in self.missing(one))
        lines = [
            Row((row["field"], row["emitter"], row["line"]))
            for name in lacks
            for row in data_rows(EMITTERS)
            if row["field"] == name
        ]
        return Table((Column("field"), Column("emitter"), Column("line")), tuple(lines))


def ready(log: Log) -> Ready:
    """Which of the ten questions a log can answer."""
    own = nw.col("request") != nw.col("call")  # a trace, and not the name of a call for want of one
    counts = log.calls.with_columns(request=nw.when(own).then("request")).select(
        calls=nw.len(), **{name: nw.col(name).count() for name in FIELDS}
    )
    (found,) = counts.collect(backend="pandas").to_native().to_dict("records")
    return Ready(log, {name: found[name] / max(found["calls"], 1) for name in FIELDS})
