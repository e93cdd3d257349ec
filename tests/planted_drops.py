"""Logs with a quality drop planted at random, as marks alone, and how well each is found."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from aicost.log.marked_cells import marked
from aicost.log.quality_search import changes
from aicost.log.sample import Sample
from aicost.log.sample_calls import JUDGES, MODELS, STAGES, Drawn
from aicost.log.sample_causes import Cause, planted
from aicost.log.sample_system import calls_of_a_session, of, requests_of_a_day

DAYS = 42
SLICES = (
    {"feature": "chat"},
    {"feature": "search"},
    {"region": "eu"},
    {"region": "us"},
    {"tenant": "tenant-01"},
    {"tenant": "tenant-02"},
)
#: Of all calls those that are the answers of requests, nearly.
ANSWERS = float((of("share") * of("turns")).sum()) / calls_of_a_session()


@dataclass(frozen=True)
class Trial:
    """One log: was the drop found, to the day, and its slice first."""

    found: bool
    dated: bool
    first: bool
    others: int
    inside: bool  # the true day in the days that were said


def sample(seed: int, per_day: float, size: float, judged: bool, rows: int = 40_000) -> Sample:
    """A log with a drop in a slice and on a day that the seed decides."""
    rng = np.random.default_rng([7, seed])
    start = Sample(days=DAYS).first + np.timedelta64(int(rng.integers(10, DAYS - 10)), "D")
    end = Sample(days=DAYS).first + np.timedelta64(DAYS, "D")
    drop = Cause("quality drop", start, end, SLICES[seed % len(SLICES)], size)
    others = planted(DAYS, ("judge change",)) if judged else ()
    rows = max(rows, int(1.2 * per_day * DAYS / ANSWERS))
    share = per_day * DAYS / ANSWERS / rows
    return Sample(rows=rows, days=DAYS, seed=seed, scored=share, causes=(drop, *others))


def marks(one: Sample) -> pd.DataFrame:
    """The answers of a log that have a mark; its other calls are not made into rows."""
    return pd.concat(_marks(one), ignore_index=True)


def _marks(one: Sample) -> Iterator[pd.DataFrame]:
    for day, rng, sessions, _ in one.chunks():
        asked = requests_of_a_day(rng, sessions, int((day - one.first).astype(int)))
        drawn = Drawn(rng, asked, day, one.causes or (), one.scored)
        rows = drawn.calls["judge"] >= 0
        request = drawn.calls["request"][rows]
        version = np.char.add(drawn.words["feature"], asked["version"].astype(str))
        names = [model for _, model in MODELS]
        yield pd.DataFrame(
            {
                "moment": drawn.moment[request],
                "quality": drawn.calls["quality"][rows],
                "judge": np.array(JUDGES)[drawn.calls["judge"][rows]],
                "from_cache": drawn.calls["from_cache"][rows],
                "model": np.array(names)[drawn.calls["model"][rows]],
                "stage": np.array(STAGES)[drawn.calls["stage"][rows]],
                "version": version[request],
                **{
                    name: drawn.words[name][request]
                    for name in ("feature", "tenant", "region", "provider")
                },
            }
        )


def trial(seed: int, per_day: float, size: float, judged: bool) -> Trial:
    """Plant a drop, and look for it."""
    one = sample(seed, per_day, size, judged)
    drop = (one.causes or ())[0]
    cells = marked(marks(one))
    day = int((drop.start - np.datetime64(cells.first)).astype(int))
    each, _ = changes(cells)
    if not each:
        return Trial(False, False, False, 0, False)
    near = min(each, key=lambda change: abs(change.day - day))
    truth = tuple(drop.slice.items())
    return Trial(
        True,
        abs(near.day - day) <= 1,
        truth in near.best.names,
        len(each) - 1,
        near.sure[0] <= day <= near.sure[1],
    )
