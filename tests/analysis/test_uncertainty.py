"""Draws of what is not known, held against closed forms and another program's draws."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import aicost
from aicost.analysis.uncertainty.expected import BLOCK, expected
from aicost.analysis.uncertainty.tornado import widest
from aicost.paths import data_dir

# Four ordinary 90 % ranges. Requests, tokens, price and the part a cache lets through.
RANGES = ((20e3, 200e3), (1_500, 6_000), (1.5, 4.5), (0.55, 0.90))
FOUR = """
traffic: {requests_per_month: 20_000 to 200_000}
pipeline:
  answer:
    is: inference
    repeat: 0.55 to 0.90
    input_tokens: 1_500 to 6_000
    output_tokens: 0
    price: {input: 1.5 to 4.5, output: 0}
"""


def scenario(folder: Path, text: str) -> aicost.Scenario:
    path = folder / "s.yaml"
    path.write_text(f"as_of: 2026-11-23\n{text}", encoding="utf-8")
    return aicost.load(path)


def book_of(s: aicost.Scenario) -> aicost.Book:
    return aicost.Book.load(as_of=s.as_of)


def lognormal(ranges: tuple[tuple[float, float], ...]) -> stats.rv_continuous:
    """Return the product of lognormals through 90 % ranges: logs add."""
    z = stats.norm.ppf(0.95)
    mean = sum(np.log(a * b) / 2 for a, b in ranges)
    sigma = np.sqrt(sum((np.log(b / a) / 2 / z) ** 2 for a, b in ranges))
    return stats.lognorm(s=sigma, scale=np.exp(mean))


def test_product_of_ranges_has_the_closed_form(tmp_path: Path) -> None:
    s = scenario(tmp_path, FOUR)
    cost, exact = expected(s, book_of(s), n=400_000), lognormal(RANGES)
    dollars = 1e-6 * np.array([*exact.ppf((0.05, 0.50, 0.95)), exact.mean()])
    assert dollars == pytest.approx([79.5, 346.8, 1512, 517.8], rel=1e-3)
    found = np.array([cost.p5, cost.p50, cost.p95, cost.mean])
    assert found == pytest.approx(dollars, rel=0.006)
    assert cost.plan == pytest.approx(517.8, abs=0.05)
    assert cost.parted == ()


def test_few_draws_are_near_enough(tmp_path: Path) -> None:
    s = scenario(tmp_path, FOUR)
    cost = expected(s, book_of(s))
    found = (cost.p5, cost.p50, cost.p95, cost.mean)
    assert found == pytest.approx((79.5, 346.8, 1512.0, 517.8), rel=0.05)
    assert cost.totals.size == 4_096
    assert cost.totals.tolist() == Case(s.draw(), book_of(s)).bill.total.tolist()
    assert "nine in ten of 4,096 draws" in cost.sentence


def test_another_program_draws_the_same(tmp_path: Path) -> None:
    sq = pytest.importorskip("squigglepy")
    sq.set_seed(7)
    product = sq.to(*RANGES[0]) * sq.to(*RANGES[1]) * sq.to(*RANGES[2]) * sq.to(*RANGES[3])
    drawn = sq.sample(product, n=200_000) * 1e-6
    s = scenario(tmp_path, FOUR)
    ours = expected(s, book_of(s), n=200_000)
    theirs = np.percentile(drawn, (5, 50, 95))
    assert (ours.p5, ours.p50, ours.p95) == pytest.approx(tuple(theirs), rel=0.02)


@pytest.mark.parametrize("n", [1, 100, BLOCK, BLOCK + 1, 3 * BLOCK - 5])
def test_blocks_hold_every_draw_once(tmp_path: Path, n: int) -> None:
    s = scenario(tmp_path, FOUR)
    cost = expected(s, book_of(s), n=n)
    assert cost.totals.size == n
    assert np.unique(cost.totals).size == n
    assert cost.mean == pytest.approx(cost.totals.mean())
    assert cost.totals.tolist() == expected(s, book_of(s), n=n).totals.tolist()
    other = expected(s, book_of(s), n=n, seed=1).totals
    assert n == 1 or cost.totals.tolist() != other.tolist()  # one draw is the middle stratum


def test_a_line_in_whole_units_parts_from_the_plan(tmp_path: Path) -> None:
    """0.4 to 1.6 boxes are needed, 0.8 in the middle: one at the means, often two in a draw."""
    s = scenario(
        tmp_path,
        """
traffic: {requests_per_month: 292_000 to 1_168_000}
pipeline: {answer: {is: inference, pool: boxes, input_tokens: 1, output_tokens: 1}}
pools: {boxes: {price_per_hour: 2, carries: 1_000}}
other: {desk: {per_month: 100}, api: {per_request: 0.001}}
""",
    )
    cost = expected(s, book_of(s))
    (line,) = cost.parted
    two = stats.norm.sf(np.log(730_000 / 584_000) / (np.log(4) / 2 / stats.norm.ppf(0.95)))
    three = stats.norm.sf(np.log(2 * 730_000 / 584_000) / (np.log(4) / 2 / stats.norm.ppf(0.95)))
    assert (line.line, line.plan) == ("boxes: pool", 1_460.0)
    assert line.mean == pytest.approx(1_460 * (1 + two + three), rel=0.01)
    assert "'boxes: pool' is $" in cost.sentence


def test_nothing_unknown_is_one_bill() -> None:
    s = aicost.load(data_dir() / "scenarios" / "contract-search-planned.yaml").point()
    cost = expected(s, book_of(s))
    assert cost.p5 == cost.p95 == cost.plan == Case(s, book_of(s)).bill.total
    assert widest(s, book_of(s)) == ()


def test_widest_has_the_closed_form(tmp_path: Path) -> None:
    """Each range alone: the others stand at their means, so its 90 % width is theirs times it."""
    s = scenario(tmp_path, FOUR + "goals: {budget_per_month: 100 to 1_000}\n")
    found = widest(s, book_of(s), k=9)
    means = [lognormal((r,)).mean() for r in RANGES]
    rest = 1e-6 * np.prod(means)
    widths = {
        path: rest / mean * (high - low)
        for path, (low, high), mean in zip(
            (
                "traffic.requests_per_month",
                "answer.input_tokens",
                "answer.price.input",
                "answer.repeat",
            ),
            RANGES,
            means,
            strict=True,
        )
    }
    assert [u.path for u in found] == sorted(widths, key=widths.get, reverse=True)  # type: ignore[arg-type]
    for unknown in found:
        assert unknown.width == pytest.approx(widths[unknown.path], rel=0.01)
    assert found[0].sentence.startswith("requests a month alone moves the bill from $")
    assert [u.words for u in found[1:3]] == ["answer: input tokens", "answer: price of input"]
    assert widest(s, book_of(s), k=2) == found[:2]
