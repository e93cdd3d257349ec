"""Long prompts are read before the first word; short ones are in what was published."""

from __future__ import annotations

import numpy as np
import pytest
from cases import written
from timed_systems import system

from aicost.scenario.kinds import defaults
from aicost.timing.call_times import timed
from aicost.timing.percentiles import answer_time
from aicost.timing.reading import Reading
from aicost.timing.report import latency, notes
from aicost.values.quantities import Range, Spread

MODEL = "is: inference, model: google/gemini-2.5-flash, output_tokens: 100, thinking_tokens: 0"
RATE = defaults()["time", "inference.reading.tokens_per_s"]


def call(tokens: str, more: str = "") -> str:
    """A system of one call with a prompt."""
    return system(f"a: {{{MODEL}, input_tokens: {tokens}{more}}}")


def ttft(tokens: str, more: str = "") -> Spread:
    """What its first token takes."""
    found = timed(written(call(tokens, more))).scenario.stage("a").ttft
    assert isinstance(found, Spread)
    return found


def test_a_short_prompt_takes_what_was_published() -> None:
    (row, *_) = written(call("900")).book.in_force("speed/google/gemini-2.5-flash", "ttft")
    assert ttft("900") == ttft("1_000") == Spread(row.value, 3 * row.value)


def test_a_long_prompt_takes_longer_by_what_it_holds() -> None:
    short, some, long = ttft("1_000"), ttft("31_000"), ttft("901_000")
    assert isinstance(long.p50, Range)
    assert long.p50.low == pytest.approx(float(short.p50) + 900_000 / RATE.high)
    assert long.p50.high == pytest.approx(float(short.p50) + 900_000 / RATE.low)
    assert some.p50.high == pytest.approx(float(short.p50) + 30_000 / RATE.low)
    origin = timed(written(call("901_000"))).scenario.stage("a").origins["ttft"]
    assert origin.basis == "assumed"
    assert "901,000 tokens" in origin.source


def test_passages_and_history_are_read_too() -> None:
    corpus = (
        "corpus: {documents: 90, pages_per_document: 9, tokens_per_page: 500, chunk_tokens: 400}"
    )
    search = "s: {is: retrieval, store: pinecone-standard, top_k: 20}"
    text = system(search, f"a: {{{MODEL}, input_tokens: 900}}") + corpus
    found = timed(written(text)).scenario.stage("a").ttft
    assert found.p50.high == pytest.approx(ttft("8_900").p50.high)


def test_a_token_of_the_cache_counts_a_part() -> None:
    plain, cached = ttft("51_000"), ttft("51_000", ", cache_read_share: 80 %")
    weight = defaults()["time", "inference.reading.cached"]
    without = ttft("1_000").p50
    counted = 51_000 * (1 - 0.8 * (1 - weight.high)) - 1_000
    assert cached.p50.high == pytest.approx(float(without) + counted / RATE.low, rel=1e-3)
    assert cached.p50.high < 0.5 * plain.p50.high


def test_a_time_that_was_measured_stays() -> None:
    case = written(call("900_000", ", ttft: 28 s, tpot: 0.01"))
    assert timed(case) is case


def test_the_mix_is_as_a_simulation_of_both_times_has_it() -> None:
    prompts = Spread(30_000.0, 110_000.0)
    reading = Reading(prompts, 0.0)
    rng, n = np.random.default_rng(7), 400_000
    first = Spread(0.9, 2.7)
    drawn = first.p50 * np.exp(first.sigma * rng.standard_normal(n))
    tokens = prompts.p50 * np.exp(prompts.sigma * rng.standard_normal(n))
    for end, rate in (("low", RATE.high), ("high", RATE.low)):
        seen = np.quantile(drawn + np.maximum(tokens - 1_000, 0) / rate, [0.5, 0.95])
        found = reading.behind(first)
        told = [getattr(part, end) for part in (found.p50, found.p95)]
        assert told == pytest.approx(seen, rel=0.12)


def test_more_passages_make_a_first_word_later() -> None:
    few, many = (answer_time(written(call(n))).first.mean for n in ("2_000", "20_000"))
    assert few < many


def test_what_nobody_times_is_said() -> None:
    times = latency(written(call("900", ", input_audio_tokens: 5_000")))
    assert times is not None
    assert any("sound is left out" in note for note in notes(times))
    measured = latency(written(call("900", ", input_audio_tokens: 5_000, ttft: 1, tpot: 0.01")))
    assert measured is not None
    assert not any("left out" in note for note in notes(measured))
