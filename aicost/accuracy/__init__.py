"""`aicost accuracy`: a topic's formulas held against a file of cases, with a bar to pass."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from aicost.accuracy import (
    caching,
    index_bytes,
    names,
    pipelines,
    prices,
    query_growth,
    queueing,
    serving,
)
from aicost.accuracy.report import Part, Report
from aicost.values.suggest import instead

__all__ = ["TOPICS", "WITH_TRACES", "Part", "Report", "run"]

TOPICS: dict[str, Callable[[Path], Report]] = {
    "index-bytes": index_bytes.hold,
    "names": names.hold,
    "pipelines": pipelines.hold,
    "prices": prices.hold,
    "query-growth": query_growth.hold,
    "queueing": queueing.hold,
    "serving": serving.hold,
}
#: Topics whose figures were read off logs, which have to be there too.
WITH_TRACES: dict[str, Callable[[Path, Path], Report]] = {"caching": caching.hold}


def run(topic: str, path: Path, traces: Path | None = None) -> Report:
    """Run one topic on a case file, with the folder of its logs where it has any.

    Raises
    ------
    ValueError : an unknown topic, or what is wrong with the file, its header, a row or the logs.
    """
    if topic in WITH_TRACES:
        if traces is None:
            raise ValueError(f"{topic} plays logs again; name their folder with --traces DIR")
        return WITH_TRACES[topic](path, traces)
    if topic not in TOPICS:
        raise ValueError(f"no accuracy topic {topic!r}; {instead(topic, [*TOPICS, *WITH_TRACES])}")
    if traces is not None:
        raise ValueError(f"{topic} plays no logs again; leave --traces out")
    return TOPICS[topic](path)
