"""A log gives back the scenario that made it: every value of it inside the range that is said."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from aicost.log.calibrate import measured_values
from aicost.log.measured import Measured
from aicost.log.mixes import MIXES
from aicost.log.sample import Sample, frames
from aicost.log.sample_calls import REVIEWED
from aicost.log.sample_system import FAILS, FEATURES, MOST_ROUNDS, MOST_TURNS, shapes
from aicost.log.traffic import EACH, TRAFFIC
from aicost.values.quantities import Spread
from aicost.values.result import Result

LOGS = int(os.environ.get("AICOST_CALIBRATED", "4"))


def log(seed: int = 1, rows: int = 20_000, days: int = 28) -> pd.DataFrame:
    sample = Sample(rows=rows, days=days, seed=seed, causes=())
    return pd.concat(frames(sample), ignore_index=True)


def truths() -> Iterator[tuple[str, str, tuple[float, ...]]]:
    """What the sample's system was declared to be."""
    _, lengths = shapes()
    turns = {x.name: x.share * x.turns * (1 - (1 - 1 / x.turns) ** MOST_TURNS) for x in FEATURES}
    for one in FEATURES:
        part = f"{one.name}: answer"
        yield part, "share", (turns[one.name] / sum(turns.values()) * (1 - one.own_cache),)
        yield part, "retry", (FAILS,)
        yield part, "reviewed_share", (REVIEWED,)
        if one.own_cache:
            yield part, "hit_share", (one.own_cache,)
        if one.rounds > 1:
            end = 1 - 1 / one.rounds
            yield part, "rounds", (one.rounds * (1 - end**MOST_ROUNDS),)
        else:
            yield part, "output_tokens", lengths[one.lengths][2:]


def test_every_truth_lies_in_its_range(record_property: Callable[[str, object], None]) -> None:
    inside = []
    for seed in range(LOGS):
        found = measured_values(log(seed))
        for part, field, true in truths():
            try:
                one = found.of(part, field)
            except KeyError:
                continue  # too few calls, or none of that kind: it says nothing
            pairs = zip(one.low, true, one.high, strict=True)
            inside += [low <= value <= high for low, value, high in pairs]
    share = np.mean(inside)
    words = f"of {len(inside)} truths of {LOGS} logs {share:.1%} lie inside the range measured"
    record_property("figure", words)
    assert len(inside) > 10 * LOGS
    assert share >= 0.9


def in_duckdb(frame: pd.DataFrame) -> Any:
    return duckdb.connect().from_df(frame)


def test_engines_agree() -> None:
    frame = log(rows=6_000)
    one, other = (measured_values(made(frame)).values for made in (pd.DataFrame, in_duckdb))
    assert [(a.part, a.field, a.n) for a in one] == [(b.part, b.field, b.n) for b in other]
    assert {a.field for a in one if isinstance(a.value, Spread)} == {*MIXES, EACH}

    def flat(each: tuple[Measured, ...]) -> list[float]:
        spread = [
            (x.value.p50, x.value.p95) if isinstance(x.value, Spread) else (x.value,) for x in each
        ]
        return [v for x, s in zip(each, spread, strict=True) for v in (*x.low, *s, *x.high)]

    assert flat(one) == pytest.approx(flat(other), rel=1e-9, nan_ok=True)


def test_values_are_those_worked_out_by_hand() -> None:
    frame = pd.DataFrame(
        {
            "moment": pd.date_range("2026-11-02", periods=8, freq="12h").repeat(50),
            "request": [f"r{i // 2}" for i in range(400)],
            "feature": "chat",
            "stage": "answer",
            "status": ["error", *["ok"] * 399],
            "input_tokens": 75,
            "cache_write_5m_tokens": 25,
            "cache_read_tokens": 300,
            "output_tokens": [200] * 200 + [400] * 200,
            "from_cache": [False] * 400,
        }
    )
    found = measured_values(frame)
    assert isinstance(found, Result)
    assert found.of("chat: answer", "rounds").value == pytest.approx(399 / 200)
    assert found.of("chat: answer", "retry").value == pytest.approx(1 / 400)
    assert found.of("chat: answer", "cache_read_share").value == pytest.approx(0.75)
    assert found.of("chat: answer", "cache_write_share").value == pytest.approx(0.25)  # of the rest
    assert found.of("chat: answer", "share").value == 1
    tokens = found.of("chat: answer", "output_tokens")
    assert (tokens.value, tokens.n) == (400, 399)
    assert tokens.mean == pytest.approx((199 * 200 + 200 * 400) / 399)
    assert (tokens.low, tokens.high) == ((200, 400), (400, 400))
    assert {one.field for one in found.values if one.part != TRAFFIC} == {
        "share",
        "rounds",
        "retry",
        "cache_read_share",
        "cache_write_share",
        "input_tokens",
        "output_tokens",
    }
    assert found.sentence == (
        "400 calls of 4 days measure 32 values of traffic and chat: answer. The users of a month "
        "are not told: that takes a log that says who asked, of 16 days or more."
    )
    assert "75 %" in found.rows().text()
    assert found.of(TRAFFIC, "requests_per_day").value == 50
    with pytest.raises(KeyError, match="hit_share was not measured"):
        found.of("chat: answer", "hit_share")


def test_few_days_give_no_range_and_no_calls_nothing() -> None:
    frame = log(rows=4_000)
    short = frame[frame["moment"] < "2026-10-07"]
    found = measured_values(short)
    assert "Shares have no range: that takes 4 days." in found.sentence
    with pytest.raises(ValueError, match="no call has a moment and tokens"):
        measured_values(frame.iloc[:0])


def test_a_request_over_midnight_is_one_of_the_day_that_it_began_on() -> None:
    moments = ["2026-11-02 12:00", "2026-11-02 23:59", "2026-11-03 00:01"]
    frame = pd.DataFrame(
        {
            "moment": pd.to_datetime(moments),
            "request": ["r1", "r2", "r2"],
            "stage": ["answer", "search", "answer"],
            "output_tokens": 10,
        }
    )
    found = measured_values(frame)
    assert found.of(TRAFFIC, "requests_per_day").value == 2
    assert found.of("answer", "share").value == 1
    assert found.of("search", "share").value == 0.5


def test_a_request_is_reviewed_once_however_many_of_its_calls_say_so() -> None:
    frame = pd.DataFrame(
        {
            "moment": pd.date_range("2026-11-02", periods=28, freq="D").repeat(120),
            "request": [f"r{i // 3}" for i in range(28 * 120)],
            "stage": "answer",
            "output_tokens": 10,
            "reviewed": [i // 3 % 10 == 0 for i in range(28 * 120)],
            "quality": [0.5 if i // 3 % 4 == 0 else None for i in range(28 * 120)],
        }
    )
    once = frame["request"].duplicated()
    for calls in (frame, frame.assign(reviewed=frame["reviewed"] & ~once)):
        found = measured_values(calls)
        assert found.of("answer", "reviewed_share").value == pytest.approx(0.1)
        assert found.of("answer", "marked_share").value == pytest.approx(0.25)
        assert found.of("answer", "rounds").value == pytest.approx(3)


def test_parts_with_too_few_answers_for_a_percentile_are_named() -> None:
    calls = log(rows=20_000)
    rare = calls[calls["feature"] == "report"].head(9).assign(stage="footnote")
    found = measured_values(pd.concat([calls, rare], ignore_index=True))
    assert "report: footnote" in found.few
    assert "Percentiles take 100 answers, more than " in found.sentence
    assert "report: footnote" in found.sentence
