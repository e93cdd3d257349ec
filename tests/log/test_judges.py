"""A judge that was changed: its day, what it did, and marks without it."""

import numpy as np
import pandas as pd
import pytest

from aicost.log.judges import Befell, evened, switched
from aicost.log.marked_cells import MarkedCells, marked

DAYS = 30


def days_of(seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"moment": pd.date_range("2026-10-01", periods=DAYS).repeat(200)})
    frame["day"] = np.arange(DAYS).repeat(200)
    frame["feature"] = rng.choice(["chat", "search"], len(frame))
    frame["people"] = rng.random(len(frame)) < 0.1
    frame["quality"] = rng.uniform(0.6, 1.0, len(frame))
    return frame


def judged(frame: pd.DataFrame, *names: str, at: tuple[int, ...] = (15,)) -> pd.DataFrame:
    turn = np.searchsorted(at, frame["day"], side="right")
    return frame.assign(judge=np.where(frame["people"], "people", np.array(names)[turn]))


def same(one: MarkedCells, other: MarkedCells) -> None:
    assert one.s.sum() == pytest.approx(other.s.sum())
    assert one.q.sum() == pytest.approx(other.q.sum())


def test_the_days_are_those_on_which_most_marks_went_to_others() -> None:
    frame = days_of()
    assert switched(marked(frame)) == []
    assert switched(marked(judged(frame, "a", "a"))) == []
    assert switched(marked(judged(frame, "a", "b"))) == [15]
    assert switched(marked(judged(frame, "a", "b", "a", at=(8, 21)))) == [8, 21]
    some = judged(frame, "a", "a")
    some.loc[(some["day"] >= 12) & (some["feature"] == "chat"), "judge"] = "b"
    some.loc[some.index[::2], "judge"] = "c"  # and half of all marks are of a third
    assert switched(marked(some)) == []


def test_what_a_judge_does_is_taken_away_and_those_who_stayed_are_told() -> None:
    frame = judged(days_of(), "a", "b", "c", at=(10, 20))
    harsh = frame["judge"].map({"a": 0.0, "b": -0.1, "c": 0.05, "people": 0.0})
    even, told = evened(marked(frame.assign(quality=(frame["quality"] - 0.1 + harsh))), [10, 20])
    assert [(one.day, one.before, one.after, one.who) for one in told] == [
        (10, "a", "b", ("people",)),
        (20, "b", "c", ("people",)),
    ]
    assert told[0].marks.change == pytest.approx(-0.1, abs=0.015)
    for one in told:
        assert one.stayed is not None
        assert abs(one.stayed.change) < 3 * one.stayed.error
    assert one.marks.error == pytest.approx(0.115 * np.sqrt(2 / 1_800), rel=0.1)
    means = even.whole().s[0] / even.whole().n[0]
    assert means.std() == pytest.approx(0.115 / np.sqrt(200), rel=0.4)
    assert even.n.sum() == len(frame)


def test_without_a_change_marks_stay_as_they_are() -> None:
    cells = marked(judged(days_of(), "a", "a"))
    even, told = evened(cells, [])
    assert told == ()
    same(even, cells)


def test_what_befell_answers_is_not_put_down_to_the_judge() -> None:
    frame = judged(days_of(), "a", "b")
    fell = (frame["feature"] == "search") & (frame["day"] >= 15)
    cells = marked(frame.assign(quality=frame["quality"] - 0.2 * fell))
    _, (blind,) = evened(cells, [15])
    _, (told,) = evened(cells, [15], [Befell(cells.where("feature", "search"), 15)])
    assert blind.marks.change == pytest.approx(-0.1, abs=0.02)
    assert told.marks.change == pytest.approx(0, abs=0.015)
    later = (frame["feature"] == "search") & (frame["day"] >= 20)
    cells = marked(frame.assign(quality=frame["quality"] - 0.2 * later))
    _, (told,) = evened(cells, [15], [Befell(cells.where("feature", "search"), 20)])
    assert told.marks.change == pytest.approx(0, abs=0.015)
