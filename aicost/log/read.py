"""A log as it is read: its calls, what was set aside and why, and how its tokens are counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw

from aicost.log.columns import COLUMNS
from aicost.log.engine import conform
from aicost.log.records import FILE_OF
from aicost.log.settled import settled
from aicost.log.sources import Fields, fields_of
from aicost.values.formatting import plural
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table

if TYPE_CHECKING:
    import pandas as pd

AGAIN = "the same call stands again further down"
FEW = 3  # places of rows that are named for each reason


@dataclass(frozen=True, repr=False)
class Log(Result):
    """Calls of a log, and what of it is none: read = good + set aside."""

    source: str
    files: tuple[str, ...]
    calls: nw.LazyFrame[Any]
    read: int
    set_aside: pd.DataFrame
    notes: tuple[str, ...] = ()
    lost_marks: int = 0  # that cannot be read, of rows that are calls all the same

    @property
    def good(self) -> int:
        """Rows that are calls."""
        return self.read - len(self.set_aside)

    @property
    def named(self) -> str:
        """Its file, or how many those are."""
        return self.files[0] if len(self.files) == 1 else f"{len(self.files):,} files"

    @property
    def sentence(self) -> str:
        """Whose log it is, how much of it was read, and how much is set aside."""
        words = f"{self.named}, as {self.source} writes it: {self.read:,} {_rows(self.read)} read, "
        words += f"{self.good:,} {plural('call', str(self.good))}"
        aside = len(self.set_aside)
        return f"{words}, {aside:,} set aside." if aside else f"{words}, none set aside."

    @property
    def reasons(self) -> str:
        """Why rows are set aside, how many for each reason, and where the first of each stands."""
        of = self.set_aside.groupby("reason", sort=False)
        told = (f"{why} ({len(x):,}, {x['file'].iloc[0]}:{x['row'].iloc[0]})" for why, x in of)
        return "; ".join(told)

    def rows(self) -> Table:
        """The calls, and each reason for which rows were set aside."""
        lines = [Row(("calls", self.good, ""), role="sum")]
        for reason, of in self.set_aside.groupby("reason", sort=False):
            where = [f"{file}:{row}" for file, row in zip(of["file"], of["row"], strict=True)]
            more = f" and {len(of) - FEW:,} more" if len(of) > FEW else ""
            lines.append(Row((f"aside: {reason}", len(of), ", ".join(where[:FEW]) + more)))
        columns = (Column("rows"), Column("number", Form.COUNT), Column("where", key="where"))
        return Table(columns, tuple(lines), notes=self.notes)


def read_log(
    path: str | Path | Sequence[str | Path],
    columns: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> Log:
    """Read a log of calls to models, whoever wrote it.

    Parameters
    ----------
    path : a file, several, or a folder of them: JSON, in lines or whole, CSV, Parquet; gzipped.
    columns : where a log has a column of calls that is not found by itself: `model=engine`,
        `whole_s=took [ms]`, `tenant=metadata>customer`; `cached=inside` or `beside` its input.
    now : the moment beyond which a date is in the future, this one if not said.

    Raises
    ------
    LogError : a ValueError in one line: a log that nobody knows, an export that is none.
    """
    now = now or datetime.now(UTC).replace(tzinfo=None)
    return log_of(fields_of(path, columns or {}), now)


def log_of(fields: Fields, now: datetime) -> Log:
    """A log of the fields of its source, on whatever engine holds them."""
    files = fields.files
    every, found = settled(fields.frame, fields.layout, now)
    again = _again(fields.frame, every)
    if again is not None:
        every = every.join(again, on="call", how="left").with_columns(
            reason=nw.when(nw.col("reason").is_null() & (nw.col("place") < nw.col("last")))
            .then(nw.lit(AGAIN))
            .otherwise("reason")
        )
    totals = fields.frame.select(
        read=nw.len(), traced=nw.col("request").count(), lost=nw.col("lost_mark").sum()
    )
    read, traced, lost = (int(number or 0) for number in totals.collect(backend="pandas").row(0))
    aside = every.filter(~nw.col("reason").is_null()).select("place", "reason")
    placed = _placed(aside, files)
    kept = every.filter(nw.col("reason").is_null()) if len(placed) else every
    kept = kept.select(*(column.name for column in COLUMNS))
    notes = [one.sentence for one in found]
    if not traced:
        notes.append("It has no traces: a request here is one call, and figures are per call.")
    return Log(
        fields.layout.name,
        files,
        conform(kept.to_native()),
        read,
        placed,
        tuple(filter(None, notes)),
        lost,
    )


def _again(fields: nw.LazyFrame[Any], every: nw.LazyFrame[Any]) -> nw.LazyFrame[Any] | None:
    """The calls that stand more than once, each with its last place, None where none does."""
    named = fields.filter(~nw.col("call").is_null()).group_by("call").agg(times=nw.len())
    some = named.filter(nw.col("times") > 1).select(nw.len()).collect(backend="pandas").item()
    if not some:
        return None
    good = every.filter(nw.col("reason").is_null())
    found = good.group_by("call").agg(times=nw.len(), last=nw.col("place").max())
    return found.filter(nw.col("times") > 1).select("call", "last")


def _placed(aside: nw.LazyFrame[Any], files: tuple[str, ...]) -> pd.DataFrame:
    """What is set aside: file, row of it, reason; in order."""
    found = aside.sort("place").collect(backend="pandas").to_native()
    place = found["place"].astype("int64")
    names = dict(enumerate(files))
    found["file"] = (place // FILE_OF).map(names)
    found["row"] = place % FILE_OF
    return found[["file", "row", "reason"]].reset_index(drop=True)


def _rows(number: int) -> str:
    return plural("row", str(number))
