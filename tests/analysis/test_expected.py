"""Draws of what is not known, held against closed forms and another program's draws."""

import numpy as np
import pytest
from cases import sample, written
from scipy import stats
from unknowns import FOUR, RANGES, lognormal

from aicost.analysis.uncertainty.expected import BLOCK, NO_RANGE, expected


def test_product_of_ranges_has_the_closed_form() -> None:
    cost, exact = expected(written(FOUR), n=400_000), lognormal(RANGES)
    dollars = 1e-6 * np.array([*exact.ppf((0.05, 0.50, 0.95)), exact.mean()])
    assert dollars == pytest.approx([79.5, 346.8, 1512, 517.8], rel=1e-3)
    found = np.array([cost.p5, cost.p50, cost.p95, cost.mean])
    assert found == pytest.approx(dollars, rel=0.006)
    assert cost.plan == pytest.approx(517.8, abs=0.05)
    assert cost.gaps == ()


def test_few_draws_are_near_enough() -> None:
    case = written(FOUR)
    cost = expected(case)
    found = (cost.p5, cost.p50, cost.p95, cost.mean)
    assert found == pytest.approx((79.5, 346.8, 1512.0, 517.8), rel=0.05)
    assert cost.totals.size == 4_096
    assert cost.totals.tolist() == case.draw().bill.total.tolist()
    assert "nine in ten of 4,096 draws" in cost.sentence


def test_a_bill_without_a_range_has_no_ends() -> None:
    cost = expected(written("traffic: {requests_per_month: 10}\nother: {api: {per_request: 0.5}}"))
    assert cost.certain
    assert cost.sentence.endswith(f"; {NO_RANGE}.")
    assert not expected(written(FOUR)).certain


def test_another_program_draws_the_same() -> None:
    sq = pytest.importorskip("squigglepy")
    sq.set_seed(7)
    product = sq.to(*RANGES[0]) * sq.to(*RANGES[1]) * sq.to(*RANGES[2]) * sq.to(*RANGES[3])
    drawn = sq.sample(product, n=200_000) * 1e-6
    ours = expected(written(FOUR), n=200_000)
    theirs = np.percentile(drawn, (5, 50, 95))
    assert (ours.p5, ours.p50, ours.p95) == pytest.approx(tuple(theirs), rel=0.02)


@pytest.mark.parametrize("n", [1, 100, BLOCK, BLOCK + 1, 3 * BLOCK - 5])
def test_blocks_hold_every_draw_once(n: int) -> None:
    case = written(FOUR)
    cost = expected(case, n=n)
    assert cost.totals.size == n
    assert np.unique(cost.totals).size == n
    assert cost.mean == pytest.approx(cost.totals.mean())
    again = expected(case.of(case.scenario), n=n)  # another case, so nothing is kept
    assert again is not cost
    assert cost.totals.tolist() == again.totals.tolist()
    other = expected(case, n=n, seed=1).totals
    assert n == 1 or cost.totals.tolist() != other.tolist()  # one draw is the middle stratum


def test_a_line_in_whole_units_parts_from_the_plan() -> None:
    """0.4 to 1.6 boxes are needed, 0.8 in the middle: one at the means, often two in a draw."""
    case = written(
        """
traffic: {requests_per_month: 292_000 to 1_168_000}
pipeline: {answer: {is: inference, pool: boxes, input_tokens: 1, output_tokens: 1}}
pools: {boxes: {price_per_hour: 2, carries: 1_000}}
other: {desk: {per_month: 100}, api: {per_request: 0.001}}
"""
    )
    cost = expected(case)
    (line,) = cost.gaps
    two = stats.norm.sf(np.log(730_000 / 584_000) / (np.log(4) / 2 / stats.norm.ppf(0.95)))
    three = stats.norm.sf(np.log(2 * 730_000 / 584_000) / (np.log(4) / 2 / stats.norm.ppf(0.95)))
    assert (line.line, line.plan) == ("boxes: pool", 1_460.0)
    assert line.mean == pytest.approx(1_460 * (1 + two + three), rel=0.01)
    assert "'boxes: pool' is $" in cost.sentence


def test_nothing_unknown_is_one_bill() -> None:
    case = sample("contract-search-planned").point
    cost = expected(case)
    assert cost.p5 == cost.p95 == cost.plan == case.bill.total


def test_the_table_is_the_figures() -> None:
    cost = expected(written(FOUR))
    assert cost.rows().frame()["usd"].tolist() == [
        cost.plan,
        cost.mean,
        cost.p5,
        cost.p50,
        cost.p95,
    ]
