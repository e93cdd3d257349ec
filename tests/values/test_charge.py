"""A charge and its making."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.values.charge import DOLLAR, Count, Factor, UnitPrice, charge, summed, total, weakest

NUMBERS = st.floats(0, 1e9)
WORDS = {"stage": "s", "component": "other", "item": "i", "driver": "d"}


@given(st.lists(NUMBERS, min_size=1, max_size=8))
def test_a_count_is_the_product_of_its_factors(values: list[float]) -> None:
    factors = [Factor(f"f{i}", value) for i, value in enumerate(values)]
    together = Count().times(*factors)
    one_by_one = Count()
    for factor in factors:
        one_by_one = one_by_one.times(factor)
    assert together == one_by_one
    assert together.factors == tuple(factors)
    assert together.value == pytest.approx(math.prod(values), rel=1e-12)


@given(NUMBERS, NUMBERS, st.sampled_from([1.0, 60.0, 1e5, 1e6]))
def test_dollars_are_quantity_times_price(count: float, usd: float, holds: float) -> None:
    line = charge(Count().times(Factor("n", count)), UnitPrice(usd, "unit", holds), **WORDS)
    assert line.quantity == count / holds
    assert line.usd == line.quantity * usd


def test_arrays_go_through() -> None:
    n = np.array([1.0, 2.0, 4.0])
    line = charge(Count().times(Factor("n", n), Factor("m", 3.0)), UnitPrice(2.0, "unit"), **WORDS)
    assert line.usd.tolist() == [6, 12, 24]


def test_a_sum_keeps_its_parts() -> None:
    parts = [Factor("a", 2.0, basis="stated"), Factor("b", 3.0, basis="assumed")]
    whole = summed("both", "tokens", parts)
    assert (whole.value, whole.basis, whole.parts) == (5.0, "assumed", tuple(parts))


def test_the_weakest_word_wins() -> None:
    order = ["assumed", "given", "stated", "listed"]
    for pair in itertools.product(order, repeat=2):
        assert weakest(pair) == min(pair, key=order.index)


def test_a_line_claims_no_more_than_its_weakest_part() -> None:
    count = Count().times(Factor("n", 1.0, basis="stated"), Factor("m", 1.0, basis="given"))
    assert charge(count, UnitPrice(1.0, "unit", basis="listed"), **WORDS).basis == "given"
    assert charge(count, UnitPrice(1.0, "unit", basis="assumed"), **WORDS).basis == "assumed"


def test_what_is_paid_once_is_no_part_of_the_month() -> None:
    one = Count().times(Factor("n", 1.0))
    lines = [
        charge(one, UnitPrice(usd, "unit"), every=every, **WORDS)
        for usd, every in ((1.0, "month"), (20.0, "once"), (300.0, "month"))
    ]
    assert total(lines) == 301
    assert total(lines, every="once") == 20
    assert total([]) == 0


def test_a_dollar_costs_a_dollar() -> None:
    assert charge(Count().times(Factor("n", 12.5, "USD")), DOLLAR, **WORDS).usd == 12.5
