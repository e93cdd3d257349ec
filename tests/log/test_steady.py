"""Days that are not as a log's end is are found where they were planted, and nowhere else."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from aicost.log.calibrate import measured_values
from aicost.log.sample import Sample, frames
from aicost.log.steady import AT_END, Figure, Passed, passed, passed_lines, steady_days

MONDAY = date(2026, 10, 5)


def days(many: int) -> list[date]:
    return [MONDAY + timedelta(days=n) for n in range(many)]


def figure(sizes: Sequence[float], seed: int = 1, requests: int = 80) -> Figure:
    """Tokens a call, of calls that differ as those of a log do."""
    rng = np.random.default_rng(seed)
    each = np.array([rng.lognormal(0, 0.8, requests).sum() for _ in sizes])
    many = np.full(len(sizes), float(requests))
    return Figure(each * np.array(sizes), many, many)


def left_out(sizes: Sequence[float], seed: int = 1) -> list[int]:
    like = steady_days(days(len(sizes)), figure(sizes, seed))
    return np.flatnonzero(~like).tolist()


def test_what_changed_for_good_and_what_passed_are_left_out_to_the_day() -> None:
    assert left_out([1.0] * 17 + [2.0] * 11) == [*range(17)]
    assert left_out([1.0] * 7 + [3.0] * 5 + [1.0] * 16) == [*range(7, 12)]
    assert left_out([1.0] * 25 + [4.0] + [1.0] * 2) == [25]
    assert left_out([2.0] * 7 + [0.5] * 5 + [2.0] * 9 + [6.0] + [2.0] * 6) == [*range(7, 12), 21]
    assert left_out([1.0] * 5 + [3.0] * 3 + [1.0] * 12 + [2.0] * 10) == [*range(20)]


def test_what_is_usual_recurs_or_is_too_new_is_not() -> None:
    week = [1.0] * 5 + [2.0] * 2
    assert left_out(week * 4) == []  # weekends are others
    assert left_out([1.0] * 7 + [3.0] * 2 + [1.0] * 9 + [3.0] * 2 + [1.0] * 8) == []  # twice
    assert left_out([1.0] * 10 + [2.0] * 10) == []  # less than three weeks
    new = AT_END - 1
    assert left_out([1.0] * 24 + [3.0] * new) == [*range(24, 24 + new)]  # it may pass


def test_chance_alone_leaves_days_out_in_one_figure_of_a_hundred() -> None:
    assert sum(bool(left_out([1.0] * 28, seed)) for seed in range(100)) <= 1


def test_what_is_left_out_is_said() -> None:
    found = [*passed("answer", days(28), {"input_tokens": figure([1.0] * 17 + [2.0] * 11)})]
    assert found == [Passed("answer", MONDAY, date(2026, 10, 21), ("input_tokens",))]
    assert [*passed_lines(found)] == [
        "left out of its values: answer, 2026-10-05 to 2026-10-21: input_tokens differ at its end"
    ]


def test_planted_causes_are_left_out_of_a_log() -> None:
    """A prompt that grew for good, a cache that was lost for five days, a storm of two."""
    sample = Sample(rows=30_000, days=28, seed=1)
    frame = pd.concat(frames(sample), ignore_index=True)
    planted = {one.cause: one for one in sample.causes or ()}
    found = measured_values(frame, lasting=True)

    def on(part: str, field: str) -> tuple[date, date]:
        (one,) = (x for x in found.passed if x.part == part and field in x.fields)
        return one.first, one.last + timedelta(days=1)

    lost, grew, storm = (planted[name] for name in ("lost cache", "tier cliff", "retry storm"))
    assert on("agent: answer", "cache_read_share") == (lost.start.item(), lost.end.item())
    assert on("report: answer", "input_tokens") == (sample.first.item(), grew.start.item())
    assert on("search: answer", "retry") == (storm.start.item(), storm.end.item())
    kept = frame[(frame["feature"] == "report") & (frame["moment"] >= grew.start)]
    kept = kept[(kept["stage"] == "answer") & (kept["status"] == "ok")]
    mean = kept["input_tokens"].mean()
    assert found.of("report: answer", "input_tokens").mean == pytest.approx(mean)
    share = frame[frame["feature"] == "report"]["request"].nunique() / frame["request"].nunique()
    one = found.of("report: answer", "share")  # all days tell how often it is asked
    assert one.value == pytest.approx(share)
    assert not measured_values(frame).passed
