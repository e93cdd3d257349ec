"""Where goals are met and missed, against one bill at a time."""

import numpy as np
import pytest
from cases import STEPPED, sample, written

from aicost.analysis.viability.goals import left_over
from aicost.analysis.viability.inflection import Inflection, inflections


def met_at(inflection: Inflection, n: int) -> bool:
    """Say whether the intervals of an inflection hold n."""
    return any(low <= n and (high is None or n <= high) for low, high in inflection.intervals)


@pytest.mark.parametrize("name", ["stepped", "contract-search-billed"])
def test_inflections_agree_with_one_bill_at_a_time(name: str) -> None:
    case = written(STEPPED) if name == "stepped" else sample(name)
    point, found = case.point, inflections(case)
    assert [i.goal for i in found] == ["contribution", "margin", "budget"]
    near = {c.at + d for i in found for c in i.crossings for d in range(-2, 3)}
    chosen = np.random.default_rng(11).integers(1, 1_000_000, 600)
    for n in sorted(near | set(chosen.tolist())):
        left = left_over(point.at({"users": float(n)}).bill)
        for i in found:
            assert met_at(i, n) == (left[i.goal] >= 0), (i.goal, n)


def test_steps_are_named_and_all_found() -> None:
    """A box of $1,825 carries 20 x 730 / 30 = 486.67 users who bring $4.20 each after the agent.

    The first pays from 2,525 / 4.20 = 602 users, too late for one box: contribution
    4.20 n - 700 - 1,825 ceil(n / 486.67) >= 0 is first met between 1,036 = 4,350 / 4.20 and none
    (2 boxes end at 973), 1,471 and none (3 end at 1,460), then from 1,905 (4 boxes, to 1,946).
    """
    contribution = inflections(written(STEPPED))[0]
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
    assert contribution.odds is None


def test_no_inflection_is_said() -> None:
    text = """
traffic: {requests_per_month: 1_000}
other: {api: {per_request: 0.001}}
goals: {price_per_user_month: PRICE}
"""
    (always,) = inflections(written(text.replace("PRICE", "0.002")))
    assert always.sentence == (
        "The price of $0.002 per request covers the cost at every number of requests: no "
        "inflection up to 10,000,000,000 (each tried to 1,000,000, windows above)."
    )
    (never,) = inflections(written(text.replace("PRICE", "0.0005")))
    assert never.sentence.endswith("at no number of requests up to 10,000,000,000.")
    assert never.point is None


def test_without_a_goal_nothing_turns() -> None:
    found = inflections(written("traffic: {requests_per_month: 5}\nother: {a: {once: 1}}"))
    assert [*found] == []
    assert len(found) == 0
    assert found.sentence == "No goal of money is stated."
    assert found.rows().rows == ()


def test_above_the_counts_all_tried_it_says_so() -> None:
    case = written(
        """
traffic: {requests_per_month: 1_000}
other: {api: {per_request: 0.001}, desk: {per_month: 500}}
goals: {budget_per_month: 40_500}
"""
    )
    (budget,) = inflections(case)
    assert [(c.at, c.windowed) for c in budget.crossings] == [(40_000_001, True)]
    assert budget.headroom == 40_000
    assert "above 1,000,000 only windows were searched" in budget.sentence
    (exact,) = inflections(case, up_to=41_000_000)
    assert [(c.at, c.windowed) for c in exact.crossings] == [(40_000_001, False)]


def test_a_goal_is_found_by_its_place_or_its_name() -> None:
    found = inflections(sample("contract-search-billed"))
    assert len(found) == 3
    assert found["budget"] is found[2]
    assert found["contribution"] is found[0]
    assert found.sentence == " ".join(one.sentence for one in found)
    assert [row.of for row in found.rows().rows] == [*found]


def test_a_row_says_where_a_goal_is_met_and_what_ends_it() -> None:
    budget = inflections(sample("contract-search-billed"))["budget"]
    assert budget.point is not None
    goal, met, why, wide, kept = budget.row().cells
    assert goal == budget.words
    assert met == f"up to {budget.point.at - 1:,}"
    assert why.startswith(f"above {budget.point.at - 1:,}: pushed over by {budget.point.line} ($")
    assert budget.odds is not None
    assert " to " in wide
    assert kept == round(budget.odds.plan, 2)
    counted = inflections(written(STEPPED))["contribution"].row()
    assert counted.cells[3:] == ("all is counted", None)
    narrow = inflections(sample("contract-search-planned"))["budget"].row()
    assert narrow.cells[3] == "51,000 to 52,000"


def test_what_turns_beyond_a_hundred_million_is_found() -> None:
    text = (
        "traffic: {requests_per_month: 200_000_000}\n"
        "other: {each: {per_request: 0.001}}\ngoals: {budget_per_month: 184_800}\n"
    )
    (missed,) = inflections(written(text))
    assert (missed.met_now, missed.intervals) == (False, ((1, 184_800_000),))
    assert "up to 184,800,000 requests" in missed.sentence
    (far,) = inflections(written(text.replace("200_000_000", "900_000_000_000")))
    assert (far.met_now, far.far) == (False, 90_000_000_000_000)
    assert far.intervals == ((1, 184_800_000),)


def test_a_goal_that_is_met_at_last_has_a_place_across_the_draws() -> None:
    """People come in whole seats: around 5,500 claims the price is met, missed and met again."""
    contribution = inflections(sample("claims-review"))["contribution"]
    assert len(contribution.intervals) == 2
    met = contribution.row().cells[1]
    assert met == "5,028 to 5,497 and from 5,786"
    odds = contribution.odds
    assert odds is not None
    assert odds.starts
    assert odds.low < 5_786 <= 1.05 * odds.high
    assert np.isfinite(odds.high)


def test_many_intervals_are_told_in_a_few_words() -> None:
    margin = inflections(sample("help-desk"))["margin"]
    first, last = margin.intervals[0], margin.intervals[-1]
    assert len(margin.intervals) > 2
    assert last[1] is None
    assert margin.row().cells[1] == f"from {last[0]:,}, at times from {first[0]:,}"
    assert margin.row().cells[3].endswith("to never")
