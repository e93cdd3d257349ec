"""The tokens of a call: every one of them on one line, whatever the cache and the tiers."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.components.call_tokens import CallTokens, Prompt, TokenLine, tier_words
from aicost.values.charge import Count, Factor, UnitPrice
from aicost.values.quantities import MTOK, Spread, Value, mean

SHARES = st.none() | st.floats(0, 1)
SIZES = st.floats(1, 1e6)
TIERS = st.sampled_from([(0,), (0, 200_000), (0, 32_000, 128_000)])
CALLS = Count().times(Factor("calls", 1_000.0))


def price(bucket: str, tier: int) -> UnitPrice:
    """Return a price that tells which bucket and tier it is of."""
    return UnitPrice(1.0 + tier, "Mtok", MTOK, source=bucket)


def share(value: float | None, name: str) -> Factor | None:
    return None if value is None else Factor(name, value, "share")


def tokens(own: Value, passages: float, history: float, **more: Any) -> CallTokens:
    prompt = Prompt(
        Factor("own", mean(own), "tokens"),
        Factor("passages", passages, "tokens") if passages else None,
        Factor("history", history, "tokens") if history else None,
    )
    answer = Factor("answer", 300.0, "tokens")
    given = {"grows_over": 1.0, "read": None, "written": None, "written_as": "cache_write_1h"}
    return CallTokens(prompt, answer, own, **(given | more))


def per_call(line: TokenLine) -> Any:
    return line.tokens.value / CALLS.value


# ---- what a prompt is made of


def test_a_prompt_is_its_parts_in_order() -> None:
    own, found = Factor("own", 100.0), Factor("passages", 400.0, basis="assumed")
    history = Factor("history", 50.0)
    whole = Prompt(own, found, history)
    assert whole.parts == whole.whole().parts == (own, found, history)
    assert whole.whole().value == 550
    assert whole.whole().basis == "assumed"
    assert whole.added == 450
    assert Prompt(own, None, history).parts == (own, history)
    assert Prompt(own).added == 0


# ---- every token once


@given(
    own=SIZES | st.tuples(SIZES, st.floats(1, 9)).map(lambda p: Spread(p[0], p[0] * p[1])),
    passages=st.just(0.0) | SIZES,
    history=st.just(0.0) | SIZES,
    read=SHARES,
    written=SHARES,
    tiers=TIERS,
    rounds=st.just(1.0) | st.just(Spread(4.0, 12.0)),
)
def test_no_token_is_lost_and_none_is_counted_twice(
    own: Value,
    passages: float,
    history: float,
    read: float | None,
    written: float | None,
    tiers: tuple[float, ...],
    rounds: Value,
) -> None:
    shares = {"read": share(read, "read"), "written": share(written, "written")}
    made = tokens(own, passages, history, grows_over=rounds, **shares)
    lines = [*made.lines(CALLS, price, tiers)]
    sums = dict.fromkeys(("input", "cache_read", "cache_write", "output"), 0.0)
    for line in lines:
        sums[line.bucket] += per_call(line)
    whole = mean(own) + passages + history
    assert sums["cache_read"] == pytest.approx(whole * (read or 0), rel=1e-9, abs=1e-9)
    rest = whole * (1 - (read or 0))
    assert sums["cache_write"] == pytest.approx(rest * (written or 0), rel=1e-9, abs=1e-9)
    assert sums["input"] == pytest.approx(rest * (1 - (written or 0)), rel=1e-9, abs=1e-9)
    assert sums["output"] == pytest.approx(300, rel=1e-9)
    buckets = 2 + (read is not None) + (written is not None)
    assert len(lines) == buckets * len(tiers)


@given(own=SIZES, read=SHARES, written=SHARES, tiers=TIERS)
def test_a_line_is_the_product_of_its_factors(
    own: float, read: float | None, written: float | None, tiers: tuple[float, ...]
) -> None:
    shares = {"read": share(read, "read"), "written": share(written, "written")}
    for line in tokens(own, 0.0, 0.0, **shares).lines(CALLS, price, tiers):
        product = math.prod(float(f.value) for f in line.tokens.factors)
        assert product == pytest.approx(float(line.tokens.value), rel=1e-12)


# ---- which price, and in which words


def test_each_bucket_has_its_own_price_and_words() -> None:
    shares = {"read": share(0.5, "read"), "written": share(0.25, "written")}
    lines = [*tokens(1_000.0, 0.0, 0.0, **shares).lines(CALLS, price, (0,), ", off-peak")]
    assert [(line.item, line.bucket, line.price.source) for line in lines] == [
        ("input from cache, off-peak", "cache_read", "cache_read"),
        ("cache writes, off-peak", "cache_write", "cache_write_1h"),
        ("input, off-peak", "input", "input"),
        ("output, off-peak", "output", "output"),
    ]
    assert [per_call(line) for line in lines] == [500, 125, 375, 300]
    names = [factor.name for factor in lines[2].tokens.factors]
    assert names == ["calls", "input tokens per call", "not read from it", "not written to it"]


def test_a_call_is_priced_whole_in_the_tier_of_its_size() -> None:
    made = tokens(150_000.0, 0.0, 60_000.0, grows_over=13.0)
    lines = [*made.lines(CALLS, price, (0, 200_000))]
    low, high = ([line for line in lines if line.price.usd == usd] for usd in (1.0, 2.0))
    assert [line.item for line in low] == ["input up to 200k tokens", "output up to 200k tokens"]
    assert [line.item for line in high] == ["input above 200k tokens", "output above 200k tokens"]
    # the history of a mean call is 60,000: 10,000 for each of 0 to 12 rounds, above 50,000 in 7
    above = per_call(high[1]) / 300
    assert above == pytest.approx(7 / 13)
    assert per_call(low[0]) / (1 - above) < 200_000 < per_call(high[0]) / above


def test_the_parts_are_named_only_where_all_calls_have_them() -> None:
    """In a tier that takes a part of the calls, theirs are not the mean parts."""

    def whole(made: CallTokens, tiers: tuple[float, ...]) -> list[int]:
        found = [line for line in made.lines(CALLS, price, tiers) if line.bucket == "input"]
        factors = [f for line in found for f in line.tokens.factors]
        return [len(f.parts) for f in factors if f.name == "input tokens per call"]

    assert whole(tokens(900.0, 400.0, 0.0), (0,)) == [2]
    assert whole(tokens(900.0, 400.0, 0.0), (0, 200_000)) == [2, 0]
    assert whole(tokens(Spread(1e5, 4e5), 400.0, 0.0), (0, 200_000)) == [0, 0]


def test_arrays_go_through() -> None:
    own = np.array([1_000.0, 300_000.0])
    lines = [*tokens(own, 0.0, 0.0).lines(CALLS, price, (0, 200_000))]
    found = {line.item: per_call(line).tolist() for line in lines if line.bucket == "input"}
    assert found == {"input up to 200k tokens": [1e3, 0], "input above 200k tokens": [0, 3e5]}


@pytest.mark.parametrize(
    ("tier", "words"),
    [(0, "up to 32k tokens"), (1, "32k to 128k tokens"), (2, "above 128k tokens")],
)
def test_tiers_in_words(tier: int, words: str) -> None:
    assert tier_words((0, 32_000, 128_000), tier) == words
