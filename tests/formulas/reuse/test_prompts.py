"""What keeping prompts is worth, beside bills added up call by call."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.formulas.reuse import (
    break_even_gap_s,
    break_even_reads,
    break_even_warm,
    conversation_input,
    conversation_written,
    input_multiplier,
    warm_share,
)

WRITES, READS = st.floats(1.0, 3.0), st.floats(0.0, 0.9)


@settings(max_examples=40)
@given(WRITES, READS)
def test_at_each_break_even_the_bill_is_that_without_a_cache(write: float, read: float) -> None:
    prices = {"write": write, "read": read}
    warm = break_even_warm(**prices)
    same = input_multiplier(read_share=warm, written_share=1 - warm, **prices)
    assert same == pytest.approx(1.0, rel=1e-9)
    reads = break_even_reads(**prices)
    assert write + reads * read == pytest.approx(1 + reads, rel=1e-9)


@settings(max_examples=40)
@given(st.floats(1.01, 3.0), READS, st.floats(1.0, 1e5))
def test_calls_at_the_gap_find_their_prefix_just_often_enough(
    write: float, read: float, lifetime: float
) -> None:
    gap = break_even_gap_s(lifetime_s=lifetime, write=write, read=read)
    met = warm_share(arrivals_per_s=1 / gap, lifetime_s=lifetime)
    assert met == pytest.approx(break_even_warm(write=write, read=read), rel=1e-6)


def test_free_writes_pay_at_any_gap() -> None:
    assert break_even_gap_s(lifetime_s=300.0, write=1.0, read=0.1) == np.inf


def test_at_list_price_a_cache_changes_nothing() -> None:
    assert input_multiplier(read_share=0.4, written_share=0.6, write=1.0, read=1.0) == 1.0


@settings(max_examples=40)
@given(st.integers(1, 30), st.integers(0, 5_000), st.integers(1, 900), st.integers(1, 900))
def test_a_conversation_turn_by_turn(turns: int, head: int, asked: int, answer: int) -> None:
    billed = written = 0
    for turn in range(turns):
        whole = head + (turn + 1) * asked + turn * answer
        billed += whole
        written += whole - (head + turn * asked + (turn - 1) * answer if turn else 0)
    sizes = {"prompt_tokens": head, "asked_tokens": asked, "answer_tokens": answer}
    assert conversation_input(turns=turns, **sizes) == billed
    assert conversation_written(turns=turns, **sizes) == written
