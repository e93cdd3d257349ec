"""Traffic, month, corpus and the flow of requests."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.components.flow import Corpus, Flow, World
from aicost.components.traffic import FLAT, Month, Profile, Traffic
from aicost.scenario.kinds import profiles
from aicost.values.charge import Count, Factor

CORPUS = Corpus(documents=10.0, pages_per_document=4.0, tokens_per_page=500.0, chunk_tokens=400.0)


@given(
    st.lists(st.floats(0.01, 5), min_size=24, max_size=24),
    st.sampled_from([5, 7]),
    st.sampled_from([28, 364 / 12, 30]),
)
def test_peak_share_by_counting_hours(hours: list[float], week: int, days: float) -> None:
    """A year of 52 weeks, hour by hour: the busiest hour's part of a month's requests."""
    weights = [hours[h] for day in range(364) for h in range(24) if day % 7 < week]
    share = max(weights) / sum(weights) * 364 / days
    assert Profile(tuple(hours), week).peak_share(days) == pytest.approx(share, rel=1e-12)


def test_a_flat_month_has_as_many_peaks_as_hours() -> None:
    assert FLAT.peak_share(30) == pytest.approx(1 / 720, rel=1e-15)


@pytest.mark.parametrize("name", ["flat", "office", "consumer"])
def test_known_profiles_lie_between_flat_and_one_hour(name: str) -> None:
    profile = profiles()[name]
    assert len(profile.hours) == 24
    assert 1 / 744 <= profile.peak_share(30) < 1 / 20


def test_requests_are_users_times_their_requests() -> None:
    assert Traffic(users=12.0, requests_per_user_month=50.0).requests(Month()).value == 600
    whole = Traffic(requests_per_month=777.0)
    assert whole.requests(Month()).value == 777
    assert (whole.scale, Traffic(users=1.0).scale) == ("requests_per_month", "users")


@given(
    st.integers(1, 400), st.integers(0, 9), st.integers(1, 60)
)  # chunk tokens, tenths of overlap, passages
def test_passages_by_cutting_a_text(chunk: int, tenths: int, passages: int) -> None:
    """Cut a text that fits in whole steps of c (1 - o): as many passages, o of each twice."""
    step = chunk * (10 - tenths)  # in tenths of a token
    corpus = replace(
        CORPUS,
        documents=1.0,
        pages_per_document=1.0,
        tokens_per_page=step * passages / 10,
        chunk_tokens=float(chunk),
        overlap=tenths / 10,
    )
    starts = range(0, step * passages, step)
    assert corpus.passages().value == pytest.approx(len(starts), rel=1e-12)
    embedded = corpus.tokens().times(corpus.repeated()).value
    assert embedded == pytest.approx(len(starts) * chunk, rel=1e-12)


def test_a_flow_narrows_and_remembers() -> None:
    world = World(Month(), FLAT, CORPUS)
    entry = Count().times(Factor("requests", 1000.0))
    flow = Flow(entry, world, entry)
    half = flow.narrowed(Factor("cache misses", 0.5, "share"))
    assert (half.requests, half.entry.value) == (500, 1000)
    assert half.passed("cache", entry).taken["cache"].value == 1000
    assert flow.context() == ()


def test_arrays_of_users_go_through() -> None:
    users = np.array([0.0, 1.0, 1e6])
    counted = Traffic(users=users, requests_per_user_month=3.0).requests(Month()).value
    assert counted.tolist() == [0, 3, 3e6]
    assert math.isclose(Month().hours, 24 * 365 / 12)
