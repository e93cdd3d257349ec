"""A row of a case file of caches: what it says, and what it can be held with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

from aicost.accuracy.traces import Prompts, Traces
from aicost.values.table_file import Record

REPLAY, LIFETIMES, BILL = "prefixes played again", "lifetimes played again", "bill of input"
FORMULAS, PILOT, TIMES = "formulas", "Good-Turing", "times by mixture"
LIKENESS = "questions played again by likeness"
THINNED = "arrivals at random, beside logs thinned out at random, no bar"
FORECAST = "what a pilot foretells, beside what came, no bar"
SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}
NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,12})?"
Log = TypeVar("Log")


class Unheld(Exception):
    """Why a row cannot be held against anything here."""


class Known(NamedTuple):
    """What a row is held with: the logs, and what other rows state, by data set, metric, param."""

    logs: Traces
    stated: Mapping[tuple[str, str, str], float]

    def other(self, row: Record, metric: str, param: str) -> float:
        """What another row of the same data set states. Raises Unheld."""
        key = row["dataset"], metric, param
        if key not in self.stated:
            raise Unheld(f"the file states no {metric} at {param}")
        return self.stated[key]


#: From a row and what is known to the figure that ours is; raises Unheld.
Ours = Callable[[Record, Known], float]


class Figure(NamedTuple):
    """How a metric is held: in which part of the report, and what ours is."""

    part: str
    ours: Ours


def said(row: Record, pattern: str, example: str) -> list[str]:
    """What a row's `param` says, by a pattern of its spelling. Raises TableError."""
    found = re.fullmatch(pattern, row["param"])
    if found is None:
        raise row.error("param", f"cannot read {row['param']!r}", f"write it as {example}")
    return list(found.groups())


def one(row: Record, pattern: str, example: str) -> float:
    """The number that a row's `param` says. Raises TableError."""
    return float(said(row, pattern, example)[0])


def load(row: Record) -> float:
    """The arrivals within a lifetime that a row is of."""
    return one(row, rf"lamT=({NUMBER})", "lamT=0.3")


def capacity(row: Record) -> float:
    """The blocks that a row's cache holds."""
    return one(row, r"([0-9]{1,9}|inf)", "3000")


def prompts(row: Record, known: Known) -> Prompts:
    """The log of prompts that a row is of. Raises Unheld."""
    return here(known.logs.prompts(row["dataset"]), row)


def here(found: Log | None, row: Record) -> Log:
    """A log, where it is in the folder. Raises Unheld."""
    if found is None:
        raise Unheld(f"no such log of {row['dataset']} in the folder of traces")
    return found
