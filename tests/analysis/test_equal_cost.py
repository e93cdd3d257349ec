"""Where two systems cost the same, against sums done by hand."""

import pytest
from cases import shows_well, written

from aicost.analysis.alternatives.equal_cost import EqualCost, equal_cost
from aicost.billing.case import Case


def other(line: str, traffic: str = "requests_per_month: 10") -> Case:
    return written(f"traffic: {{{traffic}}}\nother: {{a: {{{line}}}}}\n")


API = other("per_request: 0.001")
BOXES = written(
    """
traffic: {requests_per_month: 1}
pipeline: {answer: {is: inference, pool: boxes, input_tokens: 1, output_tokens: 1}}
pools: {boxes: {price_per_hour: 2.5, carries: 2_950}}
"""
)


def parts(found: EqualCost) -> list[tuple[int, int | None, int | None]]:
    return [(part.low, part.high, part.cheaper) for part in found.stretches]


def test_the_count_at_which_they_are_equal_is_no_ones() -> None:
    """$0.004 a request are $1,800 at 450,000."""
    found = equal_cost(other("per_request: 0.004"), other("per_month: 1_800"), ("api", "box"))
    assert parts(found) == [(1, 449_999, 0), (450_000, 450_000, None), (450_001, None, 1)]
    assert found.stretches[1].usd == pytest.approx((1_800, 1_800))
    assert "'api' is cheaper up to 449,999 requests a month" in found.sentence
    assert "the two cost the same at 450,000 requests a month" in found.sentence
    shows_well(found)


def test_bills_pass_each_other_between_two_counts() -> None:
    """$0.003 a request are $0.999 at 333, below $1, and $1.002 at 334."""
    found = equal_cost(other("per_request: 0.003"), other("per_month: 1"))
    assert parts(found) == [(1, 333, 0), (334, None, 1)]


def test_the_other_way_round_it_is_the_other_that_is_cheaper() -> None:
    one, two = equal_cost(API, BOXES), equal_cost(BOXES, API)
    turned = {0: 1, 1: 0, None: None}
    assert parts(two) == [(low, high, turned[cheaper]) for low, high, cheaper in parts(one)]


def test_every_crossing_of_whole_units_is_found() -> None:
    """The eleven of test_crossings.py; where the API reaches a box exactly, neither is cheaper."""
    found = equal_cost(API, BOXES, ("api", "boxes"))
    meet = [1_825_000 * n for n in range(1, 7)]
    full = [2_153_500 * n + 1 for n in range(1, 6)]
    own = [part.low for part in found.stretches]
    assert own == sorted([1, *meet, *(n + 1 for n in meet), *full])
    assert "it turns 17 times, as units come whole" in found.sentence
    shows_well(found)


def test_not_reached_is_said_with_how_far_it_was_looked_for() -> None:
    found = equal_cost(API, other("per_request: 0.002"), ("one", "two"))
    assert found.sentence == (
        "'one' is cheaper than 'two' at every number of requests a month looked at, 1 to "
        "10,000,000,000."
    )
    shows_well(found)


def test_what_costs_the_same_is_not_cheaper_by_the_last_digit() -> None:
    three = written(
        "traffic: {requests_per_month: 1}\nother: {a: {per_request: 0.1}, b: {per_request: 0.2}}\n"
    )
    found = equal_cost(three, other("per_request: 0.3"))
    assert parts(found) == [(1, None, None)]
    assert "cost the same at every number" in found.sentence


def test_not_looked_for_is_another_word_than_not_reached() -> None:
    users = other("per_user_month: 2", "users: 10, requests_per_user_month: 5")
    found = equal_cost(API, users, ("api", "seats"))
    assert found.sentence == (
        "Where the two cost the same was not looked for: 'api' counts requests and 'seats' counts "
        "users, so no number is the same usage of both."
    )


def test_requests_by_the_day_are_requests() -> None:
    daily = other("per_month: 1_800", "requests_per_day: 40")
    found = equal_cost(other("per_request: 0.004"), daily)
    assert [part.low for part in found.stretches] == [1, 450_000, 450_001]


def test_systems_of_other_usage_are_said_to_be_compared_at_the_same() -> None:
    """What costs the same for as many users costs more a month where there are more of them."""
    found = equal_cost(other("per_request: 1"), other("per_request: 1", "requests_per_month: 20"))
    assert found.sentence.startswith("Today 'system' has 10 requests a month and ")
    assert " 20; with as many of both: " in found.sentence
    assert "cost the same at every number" in found.sentence
    assert "Today" not in equal_cost(API, API).sentence
