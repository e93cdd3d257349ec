"""Which notebooks a review has something to show in: a notebook says what it is about."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aicost.analysis.alternatives.caches import caches
from aicost.billing.case import Case
from aicost.paths import notebooks_dir
from aicost.timing.percentiles import speeds

#: What a notebook may need beside components, and what a system lacks that has it not.
CACHE, CORPUS, TIMES, LOG = "cache", "corpus", "times", "log"
WORDS = {CORPUS: "documents", TIMES: "times", LOG: "a log of requests"}


@dataclass(frozen=True)
class Choice:
    """A notebook, and what a system lacks of that which it is about."""

    path: Path
    lacks: tuple[str, ...] = ()


def choices(case: Case, *, logged: bool = False) -> list[Choice]:
    """Every notebook that is shipped, in order, with what the system lacks for it.

    `logged` says that there is a log of its requests; one that is made up has no place in a review.
    """
    paths = sorted(notebooks_dir().glob("*.ipynb"))
    there = {LOG} if logged else set()
    wanted = [[need for need in needs(path) if need not in there] for path in paths]
    return [Choice(path, tuple(lacking(case, w))) for path, w in zip(paths, wanted, strict=True)]


def needs(notebook: Path) -> list[str]:
    """What a notebook is about, as its metadata says: components, or one of WORDS and `cache`."""
    metadata = json.loads(notebook.read_bytes())["metadata"]
    return [str(need) for need in metadata.get("aicost", {}).get("needs", ())]


def lacking(case: Case, wanted: Sequence[str]) -> Iterator[str]:
    """Yield in words what a system has not of what is wanted."""
    scenario = case.point.scenario
    stages = [s for s in scenario.stages if getattr(s, "share", None) != 0]
    for need in wanted:
        if need == CACHE:
            has = caches(case).there
        elif need == CORPUS:
            has = scenario.corpus is not None
        elif need == LOG:
            has = False  # no scenario holds one
        elif need == TIMES:
            has = speeds(case, [case.usage])[0].whole[-1] > 0
        else:
            has = any(stage.component == need for stage in stages)
        if not has:
            yield WORDS.get(need, need)


@dataclass(frozen=True)
class Behind:
    """What a review says of the notebooks behind it."""

    links: tuple[dict[str, str], ...] = ()
    left_out: tuple[dict[str, str], ...] = ()
    stopped: tuple[str, ...] = ()
