"""A log played again: beside a plain engine that keeps whole prefixes and looks through all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.formulas.reuse import Shares, answers_met, blocks_met, first_blocks, shares, tokens_met

#: Requests as rows of letters: what comes after the same letters is the same block.
PROMPTS = st.lists(st.text("ab", min_size=1, max_size=5), min_size=1, max_size=40)


def played(
    prompts: list[str],
    times: list[float],
    capacity: float = np.inf,
    lifetime: float = np.inf,
    refreshed: bool = True,
) -> list[int]:
    """Return the blocks met, by a list of prefixes in the order of their last use."""
    there: list[tuple[str, float]] = []
    met = []
    for prompt, now in zip(prompts, times, strict=True):
        prefixes = [prompt[: i + 1] for i in range(len(prompt))]
        alive = {prefix for prefix, since in there if now - since <= lifetime}
        here = [prefix in alive for prefix in prefixes]
        met.append(here.index(False) if False in here else len(here))
        for prefix in reversed(prefixes):
            since = dict(there).get(prefix)
            there = [(other, at) for other, at in there if other != prefix]
            old = since is not None and prefix in alive and not refreshed
            there.append((prefix, since if old and since is not None else now))
            there = there[1:] if len(there) > capacity else there
    return met


def numbered(prompts: list[str]) -> dict[str, list[int]]:
    """Return the blocks of rows of letters, each with a number of its own."""
    numbers: dict[str, int] = {}
    blocks = [
        numbers.setdefault(prompt[: i + 1], len(numbers))
        for prompt in prompts
        for i in range(len(prompt))
    ]
    return {"blocks": blocks, "lengths": [len(prompt) for prompt in prompts]}


@settings(max_examples=30)
@given(PROMPTS, st.integers(1, 12), st.sampled_from([1.0, 4.0, np.inf]), st.booleans())
def test_another_engine_meets_the_same(
    prompts: list[str], capacity: int, lifetime: float, refreshed: bool
) -> None:
    times = [float(i // 2) for i in range(len(prompts))]
    cache = {"capacity": capacity, "lifetime_s": lifetime, "refreshed": refreshed}
    met = blocks_met(**numbered(prompts), at_s=times, **cache)
    assert met.tolist() == played(prompts, times, capacity, lifetime, refreshed)


@settings(max_examples=30)
@given(PROMPTS, st.integers(1, 12))
def test_a_larger_cache_never_meets_less(prompts: list[str], capacity: int) -> None:
    log = numbered(prompts)
    small, large = (blocks_met(**log, capacity=c) for c in (capacity, capacity + 3))
    assert np.all(small <= large)
    assert np.all(large <= blocks_met(**log))
    assert np.all(blocks_met(**log) <= log["lengths"])


def test_answers_are_prompts_of_one_block() -> None:
    asked, times = list("abacabad"), list(range(8))
    for cache in ({"capacity": 2.0}, {"lifetime_s": 2.0}, {"lifetime_s": 4.0, "refreshed": True}):
        hits = answers_met(asked=asked, at_s=times, **cache)
        ones = {"blocks": [ord(c) for c in asked], "lengths": [1] * 8, "at_s": times}
        assert hits.tolist() == (blocks_met(**ones, **{"refreshed": False, **cache}) > 0).tolist()


def test_a_fixed_lifetime_starts_with_what_was_written() -> None:
    log = {"asked": ["a"] * 4, "at_s": [0, 6, 12, 18], "lifetime_s": 10}
    assert answers_met(**log).tolist() == [False, True, False, True]
    assert answers_met(**log, refreshed=True).tolist() == [False, True, True, True]


@settings(max_examples=30)
@given(PROMPTS, st.integers(0, 4))
def test_first_blocks_are_those_of_shorter_prompts(prompts: list[str], most: int) -> None:
    kept = first_blocks(**numbered(prompts), at_most=most)
    every, end = numbered(prompts)["blocks"], 0
    expected: list[int] = []
    for prompt in prompts:
        expected += every[end : end + min(len(prompt), most)]
        end += len(prompt)
    assert kept.tolist() == expected


def test_three_denominators_of_one_replay() -> None:
    met, tokens = np.array([1, 0, 3]), np.array([500, 9_000, 1_500])
    read = tokens_met(met=met, input_tokens=tokens, block_tokens=512, minimum_tokens=600)
    assert read.tolist() == [0, 0, 1_500]
    found = shares(met=met, lengths=np.array([1, 18, 3]), tokens_read=read, input_tokens=tokens)
    assert found == Shares(2 / 3, 4 / 22, 1_500 / 11_000)


def test_a_log_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="3 blocks, but the lengths add up to 2"):
        blocks_met(blocks=[1, 2, 3], lengths=[2])
    with pytest.raises(ValueError, match="a lifetime needs the time of each request"):
        blocks_met(blocks=[1], lengths=[1], lifetime_s=3.0)
