"""What is said of a change of quality."""

import numpy as np
import pandas as pd
import pytest

from aicost.log.quality import quality_changes
from aicost.values.result import Result

DAYS = 30


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"moment": pd.date_range("2026-10-01", periods=DAYS).repeat(200)})
    frame["day"] = np.arange(DAYS).repeat(200)
    frame["feature"] = rng.choice(["chat", "search"], len(frame))
    frame["quality"] = rng.uniform(0.6, 1.0, len(frame))
    return frame


def dropped(frame: pd.DataFrame) -> pd.DataFrame:
    hit = (frame["feature"] == "search") & (frame["day"] >= 12)
    return frame.assign(quality=frame["quality"] - 0.1 * hit)


def test_a_drop_is_told_with_its_day_its_slice_and_what_a_sample_can_show(
    frame: pd.DataFrame,
) -> None:
    found = quality_changes(dropped(frame))
    assert isinstance(found, Result)
    words = found.sentence
    fell, error = 100 * found.changes[0].best.change, 100 * 0.115 / np.sqrt(1_000)
    assert fell == pytest.approx(-10, abs=4 * error)
    assert words.startswith(f"Quality fell by {-fell:.1f} points")
    assert "points of 100 on Tuesday, 2026-10-13" in words
    assert "in feature search, from 79." in words
    assert "With 200 marks a day, a drop of all answers by 4.0 is seen within a day in" in words
    first, second = (row.cells for row in found.rows().rows)
    assert (first[0], first[1]) == ("2026-10-13", "feature search")
    assert second[1] == "all answers"
    assert first[2] + first[3] == (frame["feature"] == "search").sum()
    assert first[7] == pytest.approx(1, abs=0.2)
    assert "From 2026-10-13 all answers changed by −" in str(found)


def test_without_a_change_the_days_are_shown(frame: pd.DataFrame) -> None:
    found = quality_changes(frame)
    assert found.sentence.startswith("No change is found in 6,000 marks of 30 days, mean ")
    rows = found.rows().rows
    assert len(rows) == DAYS
    day = frame.loc[frame["day"] == 3, "quality"]
    assert rows[3].cells[:2] == ("2026-10-04", 200)
    assert rows[3].cells[2] == pytest.approx(100 * day.mean(), abs=0.051)
    error = 100 * frame["quality"].std() / np.sqrt(200)
    assert rows[3].cells[3] == pytest.approx(error, abs=0.2)


def test_more_marks_see_more(frame: pd.DataFrame) -> None:
    few, many = (quality_changes(one) for one in (frame[::10], frame))
    for drop, days in ((0.02, 1), (0.04, 1), (0.04, 7)):
        assert few.seen(drop, days) < many.seen(drop, days)
    assert many.seen(0.04, 7) > many.seen(0.04, 1) > many.seen(0.02, 1)


def test_another_judge_is_the_first_suspect(frame: pd.DataFrame) -> None:
    people = np.random.default_rng(1).random(len(frame)) < 0.2
    late = frame["day"] >= 15
    judge = np.where(late, "rubric-2", "rubric-1")
    harsher = frame.assign(judge=judge, quality=frame["quality"] - 0.1 * late)
    words = quality_changes(harsher).sentence
    assert words.startswith("The judge changed on Friday, 2026-10-16, from rubric-1 to rubric-2: ")
    assert "and it is the first suspect. Have both mark the same answers" in words
    assert "No other change is found in" in words
    judge = np.where(people, "people", judge)
    marked = frame["quality"] - 0.1 * (late & ~people)
    found = quality_changes(frame.assign(judge=judge, quality=marked))
    assert "marks of people moved by" in found.sentence
    assert "no sign that answers changed" in found.sentence
    found = quality_changes(harsher.assign(judge=judge))
    assert "answers changed as well. Quality fell by" in found.sentence
    assert found.changes[0].best.name == ()
    assert found.changes[0].best.change == pytest.approx(-0.1, abs=0.02)
    words = quality_changes(frame.assign(judge=judge)).sentence
    assert "no more than chance may." in words


def test_marks_of_another_judge_are_counted_as_those_of_the_first(frame: pd.DataFrame) -> None:
    late = frame["day"] >= 20
    both = dropped(frame).assign(judge=np.where(late, "new", "old"))
    both["quality"] -= 0.05 * late
    found = quality_changes(both)
    assert "in feature search" in found.sentence
    assert "Quality fell by" in found.sentence
    assert found.changes[0].best.change == pytest.approx(-0.1, abs=0.015)
    assert "Marks are as old gives them: +" in str(found)


def test_less_good_answers_that_became_more_are_told_as_mix(frame: pd.DataFrame) -> None:
    rng = np.random.default_rng(2)
    stale = rng.random(len(frame)) < np.where(frame["day"] >= 15, 0.5, 0.1)
    worse = frame.assign(from_cache=stale, quality=frame["quality"] - 0.2 * stale)
    found = quality_changes(worse)
    (change,) = found.changes
    assert change.day == 15
    assert "of that is another mix by from_cache." in found.sentence
