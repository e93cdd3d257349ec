"""`aicost accuracy`: a topic's formulas held against a file of cases, with a bar to pass."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from aicost.accuracy import index_bytes, names, pipelines, prices, query_growth, queueing
from aicost.accuracy.report import Part, Report
from aicost.values.suggest import instead

__all__ = ["TOPICS", "Part", "Report", "run"]

TOPICS: dict[str, Callable[[Path], Report]] = {
    "index-bytes": index_bytes.hold,
    "names": names.hold,
    "pipelines": pipelines.hold,
    "prices": prices.hold,
    "query-growth": query_growth.hold,
    "queueing": queueing.hold,
}


def run(topic: str, path: Path) -> Report:
    """Run one topic on a case file.

    Raises
    ------
    ValueError : an unknown topic, or what is wrong with the file, its header or a row.
    """
    if topic not in TOPICS:
        raise ValueError(f"no accuracy topic {topic!r}; {instead(topic, TOPICS)}")
    return TOPICS[topic](path)
