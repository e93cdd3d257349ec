"""The time of one call: its first word, its end, and what is written between them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.formulas.latency.call import AT_ONCE, Call, whole_call, written_call
from aicost.values.quantities import Range, Spread, Value

QUANTILES = [0.1, 0.5, 0.9, 0.99]
SECONDS = st.floats(0.01, 600)
MIXES = st.tuples(SECONDS, st.floats(1.1, 9)).map(lambda pair: Spread(pair[0], pair[0] * pair[1]))
DRAWS = 1_000_000


def drawn(mix: Spread, seed: int) -> np.ndarray:
    return mix.p50 * np.exp(mix.sigma * np.random.default_rng(seed).standard_normal(DRAWS))


# ---- a call without words before its end


@given(MIXES)
@settings(max_examples=25)
def test_a_whole_call_takes_what_is_stated(seconds: Spread) -> None:
    call = whole_call(seconds=seconds)
    assert call.first == call.done
    assert call.writing == AT_ONCE
    stated = [float(seconds.p50), float(seconds.p95)]
    assert call.done.quantile([0.5, 0.95]) == pytest.approx(stated, rel=1e-4)
    assert call.done.mean == pytest.approx(float(seconds.moment(1)), rel=1e-6)


@given(SECONDS)
def test_a_number_is_the_time_of_every_call(seconds: float) -> None:
    call = whole_call(seconds=seconds)
    assert call.done.mean == pytest.approx(seconds, rel=1e-12)
    assert call.done.within(seconds * 0.99) == pytest.approx(0, abs=1e-9)
    assert call.done.within(seconds * 1.01) == pytest.approx(1, abs=1e-9)


def test_no_time_at_all() -> None:
    assert whole_call(seconds=0.0) == Call() == Call(AT_ONCE, AT_ONCE, AT_ONCE)
    nothing = {"ttft": 0.0, "tokens": 0.0, "tpot": 0.0}
    assert written_call(**nothing, streams=True) == Call()


def test_ranges_stand_at_their_means() -> None:
    known = Range(2.0, 8.0)
    assert whole_call(seconds=known) == whole_call(seconds=known.mean)
    mixes = [Spread(known, 20.0), Spread(known.mean, 20.0)]
    assert len({whole_call(seconds=mix) for mix in mixes}) == 1


def test_a_mix_never_runs_downwards() -> None:
    """Its median at a mean above its p95, a range of many draws can have."""
    assert whole_call(seconds=Spread(5.0, 3.0)) == whole_call(seconds=5.0)


# ---- a call that writes

TTFT, TOKENS, TPOT = Spread(0.5, 1.5), Spread(250.0, 900.0), Spread(0.01, 0.03)


def test_an_answer_written_token_by_token() -> None:
    """A million answers: first token, then each further one at a pace of the answer."""
    call = written_call(ttft=TTFT, tokens=TOKENS, tpot=TPOT, streams=True)
    first = drawn(TTFT, 1)
    writing = np.maximum(drawn(TOKENS, 2) - 1, 0) * drawn(TPOT, 3)
    for part, times in ((call.first, first), (call.writing, writing), (call.done, first + writing)):
        assert part.mean == pytest.approx(times.mean(), rel=0.005)
        assert part.quantile(QUANTILES) == pytest.approx(np.quantile(times, QUANTILES), rel=0.01)


@pytest.mark.parametrize("streams", [True, False])
def test_what_is_not_shown_as_it_is_written_has_its_first_word_at_its_end(streams: bool) -> None:
    call = written_call(ttft=TTFT, tokens=TOKENS, tpot=TPOT, streams=streams)
    assert call.done.mean == pytest.approx(TTFT.moment(1) + (TOKENS.moment(1) - 1) * TPOT.moment(1))
    assert (call.first == call.done) is not streams
    assert (call.writing == AT_ONCE) is not streams


@given(MIXES | SECONDS, MIXES | SECONDS, MIXES | SECONDS, st.booleans())
@settings(max_examples=15)
def test_no_answer_ends_before_its_first_word(
    ttft: Value, tokens: Value, tpot: Value, streams: bool
) -> None:
    call = written_call(ttft=ttft, tokens=tokens, tpot=tpot, streams=streams)
    first, done = (part.quantile(QUANTILES) for part in (call.first, call.done))
    assert np.all(first <= done * (1 + 1e-6) + 1e-9)
    assert call.first.mean <= call.done.mean * (1 + 1e-9)


@pytest.mark.parametrize("tokens", [0.0, 0.5, 1.0])
def test_an_answer_of_a_token_ends_with_it(tokens: float) -> None:
    call = written_call(ttft=2.0, tokens=tokens, tpot=0.5, streams=True)
    assert call.first.mean == call.done.mean == 2.0
    assert call.writing == AT_ONCE


def test_without_a_pace_an_answer_is_there_at_once() -> None:
    assert written_call(ttft=2.0, tokens=TOKENS, tpot=0.0, streams=True) == whole_call(seconds=2.0)
