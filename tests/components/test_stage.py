"""What every stage shares: tries, rounds, shares."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_systems import bill_of, line, system

from aicost.components.flow import growth_per_call
from aicost.components.stage import Stage, attempts, registry
from aicost.values.charge import COMPONENTS
from aicost.values.quantities import Spread

ANSWER = "is: inference, price: {input: 1, output: 0}, input_tokens: 1_000, output_tokens: 1"


# ---- retries


@given(st.floats(0, 1), st.integers(1, 12))
def test_attempts_add_up_try_by_try(retry: float, tries: int) -> None:
    series = sum(retry**k for k in range(tries))
    assert attempts(retry=retry, tries=tries) == pytest.approx(series, rel=1e-4)
    if retry < 0.999:
        assert attempts(retry=retry, tries=tries) == pytest.approx(series, rel=1e-12)


def test_attempts_by_trying() -> None:
    """A million calls, each tried until it works or three are paid for."""
    fails = np.random.default_rng(1).random((1_000_000, 3)) < 0.2
    paid = 1 + fails[:, 0] + (fails[:, 0] & fails[:, 1])
    error = 4 * paid.std() / 1000
    assert attempts(retry=0.2, tries=3) == pytest.approx(paid.mean(), abs=error)


def test_attempts_at_the_ends() -> None:
    assert attempts(retry=0.0, tries=3.0) == 1
    assert attempts(retry=1.0, tries=3.0) == pytest.approx(3, rel=1e-9)
    assert attempts(retry=0.5, tries=1.0) == 1
    assert attempts(retry=0.5, tries=60.0) == pytest.approx(2, rel=1e-12)
    assert np.allclose(attempts(retry=np.array([0.0, 0.5]), tries=3.0), [1, 1.75])


# ---- rounds


@pytest.mark.parametrize(("turns", "tokens"), [(10, 4_495), (40, 70_180)])
def test_history_grows_as_measured(turns: int, tokens: int) -> None:
    """agentguard-lint 0.3.1 measured these totals: 58 tokens at first, 87 more with each turn."""
    grown = turns * (58 + 87 * growth_per_call(rounds=float(turns)))
    assert grown == pytest.approx(tokens, rel=1e-12)
    by_hand = sum(58 + 87 * earlier for earlier in range(turns))
    assert by_hand == tokens


@pytest.mark.parametrize("rounds", [Spread(6.0, 18.0), Spread(3.0, 4.0), Spread(1.0, 30.0)])
def test_rounds_that_differ_by_drawing_them(rounds: Spread) -> None:
    """E[K(K-1)/2] and E[K] of two million loops, the formula's own mix."""
    z = np.random.default_rng(2).standard_normal(2_000_000)
    drawn = rounds.p50 * np.exp(rounds.sigma * z)
    carried = drawn * (drawn - 1) / 2
    error = 4 * carried.std() / np.sqrt(z.size)
    mean = float(rounds.moment(1))
    assert growth_per_call(rounds=rounds) * mean == pytest.approx(carried.mean(), abs=error)
    assert mean == pytest.approx(drawn.mean(), abs=4 * drawn.std() / np.sqrt(z.size))


def test_whole_rounds_one_by_one() -> None:
    """Loops of 1, 2, … rounds, counted token by token: the mix weighs a loop by its calls."""
    lengths = np.array([1, 2, 3, 5, 8, 13])
    tokens = sum(87 * k for n in lengths for k in range(n))
    mean, square = lengths.mean(), (lengths**2).mean()
    assert 87 * (square / mean - 1) / 2 * lengths.sum() == pytest.approx(tokens, rel=1e-12)


def test_a_loop_in_a_bill(tmp_path) -> None:
    loop = "rounds: 10, grows_tokens_per_round: 87"
    think = "is: inference, price: {input: 1, output: 0}, input_tokens: 58, output_tokens: 1"
    bill = bill_of(system(f"work: {{loop: {{{loop}, steps: {{think: {{{think}}}}}}}}}"), tmp_path)
    assert line(bill, "input").quantity == pytest.approx(5_000 * 4_495 / 1e6, rel=1e-12)


# ---- shares


def test_a_share_is_of_what_arrives_or_of_what_it_names(tmp_path) -> None:
    bill = bill_of(
        system(
            f"""
            cache: {{is: response_cache, hit_share: 50 %}}
            check: {{{ANSWER}, share: 40 %}}
            after: {{{ANSWER}, share: 10 %}}
            again: {{{ANSWER}, share: 50 %, of: check}}
            all: {{{ANSWER}, share: 10 %, of: requests}}
            """
        ),
        tmp_path,
    )
    requests = {c.stage: c.quantity * 1000 for c in bill.charges if c.item == "input"}
    expected = {"check": 1_000, "after": 250, "again": 500, "all": 500}
    assert requests == pytest.approx(expected, rel=1e-12)


def test_calls_are_requests_repeats_tries_and_rounds(tmp_path) -> None:
    fields = "repeat: 2, retry: 50 %, tries: 2, share: 10 %"
    bill = bill_of(system(f"answer: {{{ANSWER}, {fields}}}"), tmp_path)
    assert line(bill, "input").quantity == pytest.approx(5_000 * 0.1 * 2 * 1.5 / 1_000, rel=1e-12)


def test_it_is_billed_where_the_file_says(tmp_path) -> None:
    bill = bill_of(system(f"judge: {{{ANSWER}, billed_as: observability}}"), tmp_path)
    assert bill.by("component") == {"observability": pytest.approx(5.0)}


# ---- kinds


def test_every_kind_of_stage_has_a_component() -> None:
    found = registry()
    assert {
        "inference",
        "embedding",
        "retrieval",
        "reranking",
        "human_review",
        "response_cache",
        "observability",
    } <= found.keys()
    assert all(issubclass(cls, Stage) and cls.component in COMPONENTS for cls in found.values())
