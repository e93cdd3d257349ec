"""A cache of answers: what it spares and what it costs itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_systems import bill_of, line, system

from aicost.components.caching import misses

ANSWER = (
    "answer: {is: inference, price: {input: 1, output: 0}, input_tokens: 1_000, output_tokens: 1}"
)


@given(st.floats(0, 1))
def test_hits_and_misses_are_all(hit_share: float) -> None:
    assert hit_share + misses(hit_share=hit_share) == pytest.approx(1, rel=1e-15)


@pytest.mark.parametrize(("share", "passed"), [("", 0.75), (", share: 40 %", 0.9)])
def test_a_hit_spares_what_is_behind_it(tmp_path, share: str, passed: float) -> None:
    """Requests that do not ask the cache miss it too."""
    before = ANSWER.replace("answer:", "before:")
    cache = f"cache: {{is: response_cache, hit_share: 25 %{share}}}"
    bill = bill_of(system(f"{before}\n{cache}\n{ANSWER}"), tmp_path)
    assert bill.by("stage") == pytest.approx({"before": 5, "cache": 0, "answer": 5 * passed})


@pytest.mark.parametrize(("of", "passed"), [("some", 0.75), ("requests", 0.5), ("before", 0.5)])
def test_a_cache_for_some_spares_what_is_behind_for_those(tmp_path, of: str, passed: float) -> None:
    before = ANSWER.replace("answer:", "before:")
    some = ANSWER.replace("answer: {", "some: {share: 50 %, ")
    cache = f"cache: {{is: response_cache, hit_share: 50 %, of: {of}}}"
    bill = bill_of(system(f"{before}\n{some}\n{cache}\n{ANSWER}"), tmp_path)
    assert bill.by("stage")["answer"] == pytest.approx(5 * passed)


def test_two_caches_each_take_their_part(tmp_path) -> None:
    caches = "\n".join(
        f"c{i}: {{is: response_cache, hit_share: {h} %}}" for i, h in enumerate((20, 50))
    )
    bill = bill_of(system(f"{caches}\n{ANSWER}"), tmp_path)
    assert bill.by("stage")["answer"] == pytest.approx(5 * 0.8 * 0.5, rel=1e-12)


def test_every_question_is_looked_up(tmp_path) -> None:
    cache = """cache: {is: response_cache, hit_share: 90 %, query_tokens: 40,
        model: openai/text-embedding-3-small, node_per_month: 90}"""
    bill = bill_of(system(f"{' '.join(cache.split())}\n{ANSWER}"), tmp_path)
    assert line(bill, "look-up embedding").usd == pytest.approx(5_000 * 40 / 1e6 * 0.02, rel=1e-12)
    assert line(bill, "cache node").usd == 90
    assert line(bill, "cache node").behaves == "fixed"
