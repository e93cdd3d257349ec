"""Draws of what is not known: one per stratum, each field by itself, always the same."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri
from small_systems import BOOK

from aicost.billing.case import Case
from aicost.scenario.draws import drawn_value, in_row, is_plain
from aicost.scenario.kinds import kind_names
from aicost.scenario.load import build
from aicost.scenario.scenario import Scenario
from aicost.values.quantities import Quantity, Range, Spread, at_means

TOKENS = Quantity("", "tokens")
SEEDS = st.integers(0, 2**32)
RANGES = st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)).map(lambda ends: Range(*sorted(ends)))
KINDS = {
    kind: build({"kind": kind, "traffic": {"users": "unknown"}}) for kind in sorted(kind_names())
}


def parts(value: Any) -> list[Any]:
    return [value.p50, value.p95] if isinstance(value, Spread) else [value]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (4.0, True),
        (None, True),
        ("openai/gpt-6-sol", True),
        (np.array([1.0, 2.0]), True),
        (Spread(2.0, 5.0), True),
        (Range(2.0, 5.0), False),
        (Spread(Range(2.0, 3.0), 5.0), False),
        (Spread(2.0, Range(5.0, 9.0)), False),
    ],
)
def test_what_is_drawn(value: Any, plain: bool) -> None:
    assert is_plain(value) is plain


@given(RANGES, SEEDS, st.integers(1, 50))
def test_one_draw_for_each_part_of_the_probability(known: Range, seed: int, n: int) -> None:
    drawn = drawn_value(known, TOKENS, "a.b", n, seed)
    strata = known.at(ndtri((np.arange(n) + 0.5) / n))
    assert np.array_equal(np.sort(drawn), np.sort(strata))
    assert np.array_equal(drawn, drawn_value(known, TOKENS, "a.b", n, seed))


def test_every_field_and_every_seed_has_an_order_of_its_own() -> None:
    known = Range(1.0, 9.0)
    one, *others = (
        drawn_value(known, TOKENS, path, 64, seed)
        for path, seed in (("a.b", 1), ("a.c", 1), ("a.b", 2))
    )
    assert all(not np.array_equal(one, other) for other in others)


@given(RANGES, SEEDS, st.floats(0, 2e6), st.floats(0, 2e6))
def test_draws_stay_within_the_bounds_of_the_field(
    known: Range, seed: int, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    drawn = drawn_value(known, Quantity("", "tokens", low=low, high=high), "a.b", 16, seed)
    assert np.all((drawn >= low) & (drawn <= high))


@given(RANGES, RANGES, SEEDS)
def test_a_drawn_mix_never_runs_downwards(p50: Range, p95: Range, seed: int) -> None:
    mix = drawn_value(Spread(p50, p95), TOKENS, "a.b", 16, seed)
    assert np.array_equal(mix.p50, drawn_value(p50, TOKENS, "a.b", 16, seed))
    assert np.array_equal(mix.p95, np.maximum(mix.p50, drawn_value(p95, TOKENS, "a.b", 16, seed)))
    half = drawn_value(Spread(5.0, p95), TOKENS, "a.b", 16, seed)
    assert half.p50 == 5.0
    assert np.all(half.p95 >= 5.0)


@given(st.integers(1, 5), st.data())
def test_one_row_of_a_table_is_drawn(rows: int, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, rows - 1))
    drawn = np.array([3.0, 1.0, 2.0])
    table = in_row(row, rows, Spread(drawn, 9.0), Spread(2.0, 8.0))
    for found, own, rest in ((table.p50, drawn, 2.0), (table.p95, 9.0, 8.0)):
        assert np.all(found[row] == own)
        assert np.all(np.delete(found, row, axis=0) == rest)
    assert in_row(row, rows, drawn, 2.0).shape == (rows, 3)


# ---- one at a time


def values(scenario: Scenario) -> dict[str, Any]:
    return {path: value for path, _, _, value in scenario.fields}


def only(scenario: Scenario, field: str) -> Scenario:
    """Return a scenario of which one field alone is not known."""
    return scenario.mapped(lambda path, _, value: value if path == field else at_means(value))


@given(st.sampled_from(sorted(KINDS)), st.integers(1, 9), SEEDS)
@settings(max_examples=30)
def test_a_row_is_a_draw_of_its_field_alone(kind: str, n: int, seed: int) -> None:
    scenario = KINDS[kind]
    unknowns = scenario.unknowns()
    each = values(scenario.draw_each(n, seed))
    for row, field in enumerate(unknowns):
        alone = values(only(scenario, field).draw(n, seed))
        for path in unknowns:
            for found, wanted in zip(parts(each[path]), parts(alone[path]), strict=True):
                table = np.broadcast_to(found, (len(unknowns), n))
                assert np.array_equal(table[row], np.broadcast_to(wanted, (n,))), (field, path)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_row_of_bills_is_the_bills_of_its_field_alone(kind: str) -> None:
    scenario = KINDS[kind]
    rows = Case(scenario.draw_each(32), BOOK).bill.total
    assert rows.shape == (len(scenario.unknowns()), 32)
    for row, field in zip(rows, scenario.unknowns(), strict=True):
        alone = Case(only(scenario, field).draw(32), BOOK).bill.total
        assert row == pytest.approx(np.broadcast_to(alone, (32,)), rel=1e-12), field


def test_shares_of_a_route_add_up_where_one_of_them_is_drawn() -> None:
    call = {"price": {"input": 1, "output": 2}, "input_tokens": 9, "output_tokens": 9}
    branches = {"a": {"share": "20 % to 60 %", **call}, "b": {"share": "about 30 %", **call}}
    for last in ({}, {"share": "10 % to 40 %"}):
        route = {"route": {**branches, "c": {**call, **last}}}
        traffic = {"users": 9, "requests_per_user_month": 30}
        each = build({"traffic": traffic, "pipeline": {"to": route}}).draw_each(16)
        shares = np.array([stage.share for stage in each.stages])
        assert shares.shape == (3, len(last) + 2, 16)
        assert np.allclose(shares.sum(axis=0), 1, rtol=1e-12)
        assert np.ptp(shares[0][0]) > 0.1
