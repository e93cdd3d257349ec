"""A range that a file can hold, with the mean that a bill needs."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.invoices.range_about import mean_score, range_about, scenario_at
from aicost.scenario.load import build
from aicost.values.quantities import Quantity, Range
from aicost.values.spelling import read_value, spelled

ENDS = st.tuples(st.floats(0.01, 0.6), st.floats(1.05, 8.0)).map(lambda p: (p[0], p[0] * p[1]))


@given(ENDS)
def test_the_score_of_a_mean_is_where_the_range_has_it(ends: tuple[float, float]) -> None:
    for known in (Range(*ends), Range(min(ends[0], 0.4), min(ends[1], 0.9), 1.0), Range(0.0, 3.0)):
        assert float(known.at(mean_score(known))) == pytest.approx(known.mean)


@pytest.mark.parametrize("ceiling", [math.inf, 1.0])
@given(value=st.floats(0.02, 0.9), wide=st.floats(0.01, 0.8))
def test_its_mean_is_the_value_and_its_width_that_of_the_draws(
    ceiling: float, value: float, wide: float
) -> None:
    z = np.linspace(-3, 3, 2_001)
    draws = value * np.exp(wide * z)
    if math.isfinite(ceiling):
        odds = value / (1 - value) * np.exp(wide * z)
        draws = odds / (1 + odds)
    meaning = Quantity("", "share" if math.isfinite(ceiling) else "tokens", high=ceiling)
    wider = Range(1e-6 * value, 1 - 1e-3 if math.isfinite(ceiling) else 1e6, ceiling)
    found = range_about(value, draws, meaning, wider)
    assert found.mean == pytest.approx(value, rel=2e-3)
    low, high = np.percentile(draws, (5, 95))
    if math.isinf(ceiling):
        assert math.log(found.high / found.low) == pytest.approx(math.log(high / low), rel=0.02)
    read, basis = read_value(spelled(found, meaning), meaning)
    assert read == found
    assert basis == "given"


def test_it_is_no_wider_than_it_was_and_written_as_a_person_would() -> None:
    """Passages of a search: draws that are wider than the file is say nothing of it."""
    passages, file = Quantity("", "passages", low=1.0), Range(5.0, 20.0)
    draws = 11.24 * np.exp(np.linspace(-1, 1, 99))
    found = range_about(11.24, draws, passages, file)
    assert found.low.is_integer()
    assert found.high.is_integer()
    assert found.high / found.low <= file.high / file.low
    assert found.mean == pytest.approx(11.24, rel=0.012)
    tokens = range_about(1_000.8, draws / 11.24 * 1_000.8, Quantity("", "tokens"), Range(1, 1e5))
    assert all(end == float(f"{end:.3g}") and end.is_integer() for end in (tokens.low, tokens.high))


def test_a_value_at_a_bound_or_known_exactly_stays_itself() -> None:
    meaning, any_ = Quantity("", "rounds", low=1.0), Range(1.0, 100.0)
    assert range_about(1.0, np.full(9, 1.0), meaning, any_) == Range(1.0, 1.0)
    assert range_about(5.0, np.full(9, 5.0), meaning, any_) == Range(5.0, 5.0)
    near = range_about(1.2, 1.2 * np.exp(np.linspace(-1, 1, 99)), meaning, any_)
    assert near.low >= 1.0
    assert near.mean == pytest.approx(1.2, rel=1e-3)


def test_a_scenario_at_scores_is_what_each_range_says_there() -> None:
    scenario = build({"kind": "rag-chat", "traffic": {"users": 900}})
    path = "answer.input_tokens"
    moved = scenario_at(scenario, {path: np.array([-1.0, 2.0])})
    known, now = scenario.get(path), moved.get(path)
    assert now.p50 == pytest.approx(known.p50.at(np.array([-1.0, 2.0])))
    assert now.p95 == pytest.approx(known.p95.at(np.array([-1.0, 2.0])))
    point = scenario.point()
    rest = [p for p, *_ in point.fields if p != path]
    assert {p: moved.get(p) for p in rest} == {p: point.get(p) for p in rest}
