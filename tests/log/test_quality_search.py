"""A change of quality is dated, its slice found; unchanged logs stay without one.

Over 200 logs, and more sizes than one, some minutes: AICOST_DROPS=200 pytest -s
tests/log/test_quality_search.py
"""

import os
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from planted_drops import marks, sample, trial

from aicost.log.marked_cells import marked
from aicost.log.quality_search import ALARMS, changes

LOGS = int(os.environ.get("AICOST_DROPS", "8"))
#: Marks a day, size of the drop, whether the judge changes too, and what of the logs has to be
#: dated within a day and with its slice first. The last is beyond where it holds.
SIZES = [(400, -0.10, False, 0.95, 0.90), (400, -0.10, True, 0.95, 0.90)]
MORE = [(200, -0.10, False, 0.9, 0.9), (100, -0.10, False, 0.8, 0.85), (50, -0.10, False, 0.5, 0.5)]


@pytest.mark.parametrize(
    ("per_day", "size", "judged", "dated", "first"),
    SIZES + (MORE if "AICOST_DROPS" in os.environ else []),
)
def test_a_planted_drop_is_dated_and_its_slice_is_first(
    per_day: int,
    size: float,
    judged: bool,
    dated: float,
    first: float,
    record_property: Callable[[str, object], None],
) -> None:
    each = [trial(seed, per_day, size, judged) for seed in range(LOGS)]
    share = {
        name: sum(getattr(one, name) for one in each) / LOGS
        for name in ("found", "dated", "first", "inside", "others")
    }
    words = f"a drop by {-100 * size:g} points in a slice, {per_day} marks a day of all answers"
    words += f"{', another judge too' if judged else ''}: of {LOGS} logs found in "
    words += "{found:.1%}, dated within a day in {dated:.1%}, its slice first in {first:.1%}, its "
    words += "day among those said in {inside:.1%}, other changes a log {others:.3f}"
    record_property("figure", words.format(**share))
    assert share["dated"] >= dated
    assert share["first"] >= first


def test_unchanged_logs_stay_without_a_change() -> None:
    alarms = 0
    for seed in range(LOGS):
        alarms += len(changes(marked(marks(sample(seed, 100, 0.0, False))))[0]) > 0
    assert alarms / LOGS <= ALARMS + 2 * np.sqrt(ALARMS * (1 - ALARMS) / LOGS)


def days_of(n: int, days: int = 30) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"moment": pd.date_range("2026-10-01", periods=days).repeat(n)})
    frame["day"] = np.arange(days).repeat(n)
    frame["feature"] = rng.choice(["chat", "search"], len(frame))
    frame["region"] = rng.choice(["eu", "us"], len(frame))
    frame["quality"] = rng.uniform(0.6, 1.0, len(frame))
    return frame


def test_a_slice_of_two_columns_is_told_where_it_explains_more() -> None:
    frame = days_of(200)
    both = (frame["feature"] == "search") & (frame["region"] == "eu") & (frame["day"] >= 18)
    frame.loc[both, "quality"] -= 0.1
    (change,), _ = changes(marked(frame))
    assert change.day == 18
    assert set(change.best.name) == {("feature", "search"), ("region", "eu")}
    assert change.best.change == pytest.approx(-0.1, abs=0.01)


def test_a_release_that_began_then_is_named() -> None:
    frame = days_of(200)
    new = (frame["feature"] == "search") & (frame["day"] >= 12)
    frame["version"] = np.where(new, "search 2", frame["feature"] + " 1")
    frame.loc[new, "quality"] -= 0.1
    (change,), _ = changes(marked(frame))
    assert (change.day, change.best.name) == (12, (("feature", "search"),))
    assert change.entered == (("version", "search 2"),)


def test_slices_that_are_the_same_answers_are_one_what_is_deployed_first() -> None:
    frame = days_of(200)
    frame["model"] = np.where(frame["feature"] == "chat", "large", "small")
    frame.loc[(frame["feature"] == "chat") & (frame["day"] >= 12), "quality"] -= 0.1
    (change,), _ = changes(marked(frame))
    assert change.best.names == ((("model", "large"),), (("feature", "chat"),))


def test_two_changes_are_told_apart() -> None:
    frame = days_of(300)
    frame.loc[frame["day"] >= 10, "quality"] -= 0.1
    frame.loc[(frame["day"] >= 20) & (frame["region"] == "us"), "quality"] += 0.1
    (one, two), _ = changes(marked(frame))
    assert (one.day, one.best.name) == (10, ())
    assert (two.day, two.best.name) == (20, (("region", "us"),))
    assert (one.start, one.end, two.start, two.end) == (0, 20, 10, 30)


def test_a_slice_that_fell_on_the_day_of_another_judge_is_told_apart() -> None:
    frame = days_of(300)
    frame["tenant"] = np.random.default_rng(8).choice(["a", "b", "c", "d"], len(frame))
    after = frame["day"] >= 15
    frame["judge"] = np.where(after, "new", "old")
    frame["quality"] -= 0.05 * after
    found, (judged,) = changes(marked(frame))
    assert found == ()
    assert (judged.day, judged.before, judged.after) == (15, "old", "new")
    frame["quality"] -= 0.1 * (after & (frame["tenant"] == "b"))
    (change,), (judged,) = changes(marked(frame))
    assert (change.day, change.best.name) == (15, (("tenant", "b"),))
    assert change.best.change == pytest.approx(-0.1, abs=0.015)
    assert judged.marks.change == pytest.approx(-0.05, abs=0.01)
