"""How far the formulas behind the figures are known to be off, as docs/accuracy.md has it."""

from __future__ import annotations

from collections.abc import Callable

from aicost.show.review.look import Look
from aicost.values.charge import HUMAN
from aicost.values.formatting import percent
from aicost.values.table import Column, Form, Table, table

LEAST = 1e-6  # below it an error is rounding
Asks = Callable[[Look], bool]


def _has(component: str) -> Asks:
    return lambda look: any(stage.component == component for stage in look.case.scenario.stages)


def _always(look: Look) -> bool:
    return True


def _ranges(look: Look) -> bool:
    return not look.cost.certain


def _times(look: Look) -> bool:
    return look.clock is not None


def _served(look: Look) -> bool:
    return any(pool.serves for pool in look.case.scenario.pools)


#: What each formula is held against and how it comes out; a test finds each in docs/accuracy.md.
KNOWN: tuple[tuple[str, str, str, Asks], ...] = (
    ("every line of the bill", "500 random scenarios", "1e-12", _always),
    ("bills that others published", "16 bills of other people", "0.1 %", _always),
    ("mean over 4,096 draws", "a million draws", "0.5 %", _ranges),
    ("latency of pipelines", "18 pipelines", "2e-6", _times),
    ("bytes of an index", "151 rows of 86 index files", "0.51 %", _has("retrieval")),
    ("queries/s at ten times the vectors", "33 published points", "20 %", _has("retrieval")),
    ("time of a reranking service", "nine published calls", "3.9 %", _has("reranking")),
    ("desks of reviewers", "one seat at a time, hour by hour", "1e-12", _has(HUMAN)),
    ("tokens/s of chips of one's own", "1,546 published points", "11 %", _served),
)


def exactness(look: Look) -> Table:
    """The formulas that this system uses, each with its error."""
    rows = [(what, against, _share(off)) for what, against, off, asks in KNOWN if asks(look)]
    columns = ("Formula", "held against", Column("off by", Form.PERCENT))
    return table(columns, rows, stacked=False)


def _share(off: str) -> str:
    """An error as a percentage, as a page has it."""
    if off.endswith("%"):
        return off
    return percent(float(off)) if float(off) >= LEAST else f"< {percent(LEAST)}"
