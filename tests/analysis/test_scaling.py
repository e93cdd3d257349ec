"""Usage up and down: sweeps, all crossings, inflections and growth against one bill at a time."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import SAMPLES

import aicost
from aicost.analysis.scaling.growth import growth
from aicost.analysis.scaling.sweep import sweep
from aicost.analysis.viability.goals import left_over
from aicost.analysis.viability.inflection import Inflection, inflections
from aicost.formulas.crossings import crossings
from aicost.paths import data_dir


def scenario(folder: Path, text: str, name: str = "s") -> aicost.Scenario:
    """Load a scenario from its text."""
    path = folder / f"{name}.yaml"
    path.write_text(f"name: {name}\nas_of: 2026-11-23\n{text}", encoding="utf-8")
    return aicost.load(path)


def book_of(s: aicost.Scenario) -> aicost.Book:
    return aicost.Book.load(as_of=s.as_of)


# ---- crossings


def test_eleven_crossings(tmp_path: Path) -> None:
    """An API at $0.001 a request against boxes of $1,825 a month that carry 2,153,500 requests.

    By hand: k boxes cost 1,825 k, which the API reaches at 1,825,000 k requests and which carry
    up to 2,153,500 k. For k = 1 … 5 boxes are cheaper from 1,825,000 k to 2,153,500 k; the sixth
    pays from 10,950,000, and as 6 x 2,153,500 = 12,921,000 lies above 7 x 1,825,000 = 12,775,000
    nothing turns from there on.
    """
    api = scenario(
        tmp_path,
        """
traffic: {requests_per_month: 1}
other: {api: {per_request: 0.001, component: inference}}
""",
        "api",
    )
    box = scenario(
        tmp_path,
        """
traffic: {requests_per_month: 1}
pipeline: {answer: {is: inference, pool: boxes, input_tokens: 1, output_tokens: 1}}
pools: {boxes: {price_per_hour: 2.5, carries: 2_950}}
""",
        "box",
    )
    book = book_of(api)

    def saved(requests: np.ndarray) -> np.ndarray:
        at = {"requests_per_month": requests}
        return Case(api.at(at), book).bill.total - Case(box.at(at), book).bill.total

    assert crossings(saved, up_to=30_000_000) == [
        1_825_000,
        2_153_501,
        3_650_000,
        4_307_001,
        5_475_000,
        6_460_501,
        7_300_000,
        8_614_001,
        9_125_000,
        10_767_501,
        10_950_000,
    ]


@given(
    st.integers(1, 50),
    st.integers(0, 500),
    st.integers(0, 400),
    st.integers(1, 60),
    st.integers(0, 40),
    st.integers(1, 300),
)
def test_crossings_are_all_of_them(
    slope: int, floor: int, step: int, every: int, start: int, length: int
) -> None:
    def f(n: int) -> int:
        return slope * n - floor - step * (n // every)

    numbers = range(start, start + length)
    by_hand = [n for n in numbers[1:] if (f(n) >= 0) != (f(n - 1) >= 0)]
    assert crossings(f, up_to=start + length - 1, start=start) == by_hand


def test_crossings_at_the_seams_of_blocks() -> None:
    for at in (32_767, 32_768, 32_769, 65_536, 65_537):
        assert crossings(lambda n, at=at: n - at, up_to=100_000) == [at]
    assert crossings(lambda n: -1.0, up_to=100_000) == []
    assert crossings(lambda n: n, up_to=0) == []


# ---- sweep


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_sweep_is_one_bill_at_a_time(path: Path) -> None:
    s = aicost.load(path)
    book, values = book_of(s), (100.0, 1_000.0, 10_000.0, 1_000_000.0)
    swept = sweep(s, book, values=values)
    alone = [Case(s.at({"users": v}), book).bill for v in values]
    assert swept.bill.total.tolist() == [b.total for b in alone]
    totals, frame = swept.totals(), swept.frame()
    assert totals["per_request"].tolist() == [b.per_request for b in alone]
    assert np.all(totals["p5"] <= totals["usd"])
    assert np.all(totals["usd"] <= totals["p95"])
    assert frame.groupby("users")["usd"].sum().tolist() == pytest.approx([b.total for b in alone])
    assert frame.groupby("users")["share"].sum().tolist() == pytest.approx([1.0] * 4)
    largest = frame.sort_values("usd").groupby("users")["component"].last()
    assert largest.tolist() == totals["largest"].tolist()
    assert swept.frame("behaves").groupby("users")["usd"].sum().tolist() == pytest.approx(
        totals["usd"].tolist()
    )


def test_sweep_over_any_field() -> None:
    s = aicost.load(data_dir() / "scenarios" / "contract-search-billed.yaml")
    book = book_of(s)
    swept = sweep(s, book, "answer.output_tokens.p95", (600, 900, 1_200))
    assert swept.bill.total[1] == Case(s, book).bill.total
    assert np.all(np.diff(swept.bill.total) > 0)
    drawn = Case(s.at({"answer.output_tokens.p95": 600.0}).draw(), book).bill.total
    assert swept.totals()["p95"][0] == pytest.approx(np.percentile(drawn, 95))
    with pytest.raises(KeyError, match="top_k"):
        sweep(s, book, "retrieval.topk", (1, 2))


def test_a_swept_part_of_a_spread_is_drawn_apart() -> None:
    s = aicost.load(data_dir() / "scenarios" / "contract-search-billed.yaml")
    values = np.array([600.0, 900.0, 1_200.0])
    drawn = s.at({"answer.output_tokens.p95": values}).draw(64)
    assert drawn.get("answer.output_tokens").p95.shape == (3, 1)
    only = s.at({"users": values}).draw(64, only="people.minutes")
    assert Case(only, book_of(s)).bill.total.shape == (3, 64)


def test_sweep_sentence() -> None:
    s = aicost.load(data_dir() / "scenarios" / "contract-search-planned.yaml")
    swept = sweep(s, book_of(s), values=(1_000, 1_000_000))
    total = swept.bill.total
    assert f"at 1,000 users ${total[0]:,.0f} a month (hosting" in swept.sentence
    assert f"at 1,000,000 users ${total[1]:,.0f} a month (inference" in swept.sentence


# ---- inflections

STEPPED = """
traffic: {users: 400, requests_per_user_month: 30}
pipeline:
  answer: {is: inference, pool: boxes, input_tokens: 1, output_tokens: 1}
pools: {boxes: {price_per_hour: 2.5, carries: 20}}
other: {desk: {per_month: 700}, agent: {per_user_month: 0.8}}
goals: {price_per_user_month: 5, margin: 20 %, budget_per_month: 9_000}
"""


def met_at(inflection: Inflection, n: int) -> bool:
    """Say whether the intervals of an inflection hold n."""
    return any(low <= n and (high is None or n <= high) for low, high in inflection.intervals)


@pytest.mark.parametrize("name", ["stepped", "contract-search-billed"])
def test_inflections_agree_with_one_bill_at_a_time(tmp_path: Path, name: str) -> None:
    file = data_dir() / "scenarios" / f"{name}.yaml"
    s = aicost.load(file) if file.exists() else scenario(tmp_path, STEPPED)
    book, point = book_of(s), s.point()
    found = inflections(s, book)
    assert [i.goal for i in found] == ["contribution", "margin", "budget"]
    near = {c.at + d for i in found for c in i.crossings for d in range(-2, 3)}
    chosen = np.random.default_rng(11).integers(1, 1_000_000, 2_000)
    for n in sorted(near | set(chosen.tolist())):
        left = left_over(Case(point.at({"users": float(n)}), book).bill)
        for i in found:
            assert met_at(i, n) == (left[i.goal] >= 0), (i.goal, n)


def test_steps_are_named_and_all_found(tmp_path: Path) -> None:
    """A box of $1,825 carries 20 x 730 / 30 = 486.67 users who bring $4.20 each after the agent.

    The first pays from 2,525 / 4.20 = 602 users, too late for one box: contribution
    4.20 n - 700 - 1,825 ceil(n / 486.67) >= 0 is first met between 1,036 = 4,350 / 4.20 and none
    (2 boxes end at 973), 1,471 and none (3 end at 1,460), then from 1,905 (4 boxes, to 1,946).
    """
    found = inflections(scenario(tmp_path, STEPPED), book_of(scenario(tmp_path, STEPPED)))
    contribution = found[0]
    n = np.arange(1, 1_000_001)
    boxes = -(-n * 30 // (20 * 730))
    cents = 420 * n - 70_000 - 182_500 * boxes
    turns = np.flatnonzero(np.diff(cents >= 0)) + 2
    assert [c.at for c in contribution.crossings] == turns.tolist()
    assert contribution.intervals[0] == (1_905, 1_946)
    first, second = contribution.crossings[:2]
    assert (first.met, second.met, second.jumped) == (True, False, True)
    assert second.line == "boxes: pool"
    assert second.line_usd == pytest.approx(5 * 1_825)
    assert not contribution.met_now
    assert contribution.point is first
    assert "from 1,905 users to" not in contribution.sentence
    assert "from 1,905 to 1,946 users" in contribution.sentence
    assert contribution.chances is None


def test_no_inflection_is_said(tmp_path: Path) -> None:
    text = """
traffic: {requests_per_month: 1_000}
other: {api: {per_request: 0.001}}
goals: {price_per_user_month: PRICE}
"""
    s = scenario(tmp_path, text.replace("PRICE", "0.002"))
    (always,) = inflections(s, book_of(s))
    assert always.sentence == (
        "The price of $0.002 per request covers the cost at every count of requests: no "
        "inflection up to 100,000,000 (each tried to 1,000,000, windows above)."
    )
    s = scenario(tmp_path, text.replace("PRICE", "0.0005"))
    (never,) = inflections(s, book_of(s))
    assert never.sentence.endswith("at no count of requests up to 100,000,000.")
    assert never.point is None
    no_goal = scenario(tmp_path, "traffic: {requests_per_month: 5}\nother: {a: {once: 1}}")
    assert inflections(no_goal, book_of(no_goal)) == ()


def test_above_the_counts_all_tried_it_says_so(tmp_path: Path) -> None:
    s = scenario(
        tmp_path,
        """
traffic: {requests_per_month: 1_000}
other: {api: {per_request: 0.001}, desk: {per_month: 500}}
goals: {budget_per_month: 40_500}
""",
    )
    (budget,) = inflections(s, book_of(s))
    assert [(c.at, c.windowed) for c in budget.crossings] == [(40_000_001, True)]
    assert budget.headroom == 40_000
    assert "above 1,000,000 only windows were searched" in budget.sentence
    (exact,) = inflections(s, book_of(s), up_to=41_000_000)
    assert [(c.at, c.windowed) for c in exact.crossings] == [(40_000_001, False)]


def test_chances_have_the_closed_form(tmp_path: Path) -> None:
    """Budget and price allow budget / price requests; its percentiles are those of the price."""
    s = scenario(
        tmp_path,
        """
traffic: {requests_per_month: 10_000}
other: {api: {per_request: 0.001 to 0.004}, desk: {per_month: 500}}
goals: {price_per_user_month: 0.005, budget_per_month: 1_500}
growth: {users_per_month: 5 %, months: 80}
""",
    )
    contribution, budget = inflections(s, book_of(s))
    assert budget.chances
    assert contribution.chances
    places = (budget.chances.low, budget.chances.middle, budget.chances.high)
    assert places == pytest.approx((250_000, 500_000, 1_000_000), rel=0.01)
    # Grown 80 months there are 495,614 requests: half the draws, less a little, carry them.
    assert budget.chances.plan == pytest.approx(0.508, abs=0.01)
    # At 10,000 requests the fixed 500 is a twentieth of a dollar each: nobody pays that.
    assert contribution.chances.met_now == 0.0
    assert contribution.chances.starts
    assert contribution.chances.middle == pytest.approx(500 / (0.005 - 0.002), rel=0.01)


# ---- growth


def test_growth_is_one_bill_a_month() -> None:
    s = aicost.load(data_dir() / "scenarios" / "contract-search-billed.yaml")
    book = book_of(s)
    outlook = growth(s, book)
    frame = outlook.frame
    assert frame["month"].tolist() == list(range(25))
    for t in (0, 1, 7, 24):
        users, documents = 6_000 * 1.08**t, 180_000 * 1.02**t
        b = Case(s.at({"users": users, "corpus.documents": documents}), book).bill
        row = frame.iloc[t]
        assert row["users"] == pytest.approx(users)
        assert row["documents"] == pytest.approx(documents)
        assert row["usd"] == pytest.approx(b.total)
        assert row["retrieval"] == pytest.approx(b.by("component")["retrieval"])
        assert row["margin"] == pytest.approx(1 - b.total / (4 * users))
        assert row["p5"] < row["usd"] < row["p95"]
    over = frame[frame["usd"] > 20_000]["month"].iloc[0]
    assert outlook.missed == {"contribution": None, "margin": None, "budget": over}
    assert f"the budget goal is missed in month {over}" in outlook.sentence
    assert "the contribution and margin goals held" in outlook.sentence
    now = np.percentile(Case(s.draw(), book).bill.total, (5, 95))
    assert (frame["p5"][0], frame["p95"][0]) == pytest.approx(tuple(now))


def test_growth_without_a_plan_is_refused(tmp_path: Path) -> None:
    s = scenario(tmp_path, STEPPED)
    with pytest.raises(ValueError, match="no growth plan; write growth"):
        growth(s, book_of(s))


def test_a_goal_missed_already_is_said(tmp_path: Path) -> None:
    s = scenario(tmp_path, STEPPED + "growth: {users_per_month: 20 %, months: 12}\n")
    outlook = growth(s, book_of(s))
    assert outlook.missed["contribution"] == 0
    assert "the contribution goal is missed already now" in outlook.sentence
    assert outlook.frame["p5"].tolist() == outlook.frame["usd"].tolist()
