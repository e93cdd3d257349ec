"""The system that a log shows bills what the log cost, whatever was planted in it."""

import os
from functools import lru_cache

import narwhals as nw
import numpy as np
import pandas as pd
import pytest

from aicost.book.book import Book
from aicost.log.engine import conform
from aicost.log.part_sums import offsets
from aicost.log.price import price_calls
from aicost.log.sample import Sample, frames
from aicost.log.sample_calls import REVIEWED
from aicost.log.sample_system import FAILS, FEATURES
from aicost.log.system import System, system_of

BOOK = Book.load()
LOGS = int(os.environ.get("AICOST_DRAWN", "1"))


@lru_cache(maxsize=4)
def drawn(seed: int, planted: bool) -> tuple[System, pd.DataFrame]:
    causes = None if planted else ()
    sample = Sample(rows=20_000, days=28, seed=seed, causes=causes)
    frame = pd.concat(frames(sample), ignore_index=True)
    return system_of(frame, BOOK), frame


@pytest.mark.parametrize("seed", range(20, 20 + LOGS))
def test_the_sample_is_drawn_as_it_was_made(seed: int) -> None:
    found, frame = drawn(seed, False)
    assert [group.name for group in found.groups] == ["embed", "rerank", "answer", "judge"]
    route = found.groups[2]
    assert route.route
    steps = {step.part.branch: step for step in route.steps}
    assert {*steps} == {one.name for one in FEATURES}
    asked = frame[frame["stage"] == "answer"].groupby("feature")["request"].nunique()
    for one in FEATURES:
        step = steps[one.name]
        assert step.part.model == f"{one.provider}/{one.model}"
        share = asked[one.name] / frame["request"].nunique()
        assert step.share + step.kept == pytest.approx(share)
        assert step.kept / share == pytest.approx(one.own_cache, abs=0.05)
        assert ("repeat" in step.fields) == (one.rounds > 1)
        assert step.fields.get("retry", 0.0) == pytest.approx(FAILS, abs=0.01)
        assert (step.fields["thinking_tokens"] > 0) == (one.thinks > 0)
        assert bool(step.fields.get("cache_read_share")) == one.cached
    assert found.reviewed == pytest.approx(REVIEWED, rel=0.4)
    assert not found.unplaced
    whole = price_calls(frame, BOOK, at=BOOK.as_of).total_usd
    assert found.usd == pytest.approx(float(whole), rel=1e-9)


def test_calls_without_traces_are_one_stage_and_a_request_each() -> None:
    rng = np.random.default_rng(3)
    many = 2_000
    moment = pd.Timestamp("2026-11-02") + pd.to_timedelta(np.arange(many) * 600, unit="s")
    frame = pd.DataFrame(
        {
            "moment": moment,
            "call": [f"c{i}" for i in range(many)],
            "model": "gpt-5",
            "provider": "openai",
            "input_tokens": rng.integers(100, 900, many),
            "output_tokens": rng.integers(10, 90, many),
            "whole_s": 2.0,
        }
    )
    found = system_of(frame, BOOK)
    (step,) = found.steps
    assert (step.part.path, step.share, found.requests) == ("answer", 1.0, many)
    assert step.fields["input_tokens"].moment(1) == pytest.approx(frame["input_tokens"].mean())
    assert step.fields["seconds"] == 2.0
    assert "users" not in found.traffic
    assert "14 days, 2026-11-02 to 2026-11-15: answer; 1 stage" in found.sentence
    with pytest.raises(ValueError, match="map the columns request, or call"):
        system_of(frame.drop(columns="call"), BOOK)
    with pytest.raises(ValueError, match="map the columns request, or call"):
        system_of(frame.assign(model="gpt-0"), BOOK)


def test_stages_that_some_requests_take_twice_or_not_are_no_route() -> None:
    rows = [
        {
            "moment": pd.Timestamp("2026-11-02") + pd.Timedelta(hours=n, seconds=late),
            "request": f"r{n}",
            "stage": "answer",
            "feature": feature,
            "model": "gpt-5",
            "provider": "openai",
            "input_tokens": 100,
            "output_tokens": 10,
        }
        for n in range(300)
        for late, feature in enumerate(("first", "second")[: 1 + n % 2])
    ]
    frame = pd.DataFrame(rows)
    late = offsets(conform(frame).with_columns(part=nw.col("feature")))
    assert late == {"first": 0.0, "second": 1.0}
    (group,) = system_of(frame, BOOK).groups
    assert not group.route
    assert [step.share for step in group.steps] == [1.0, 0.5]
