"""Goals across the draws of what is not known, against a closed form and one bill at a time."""

import numpy as np
import pytest
from cases import STEPPED, written

from aicost.analysis.viability.goals import left_over
from aicost.analysis.viability.inflection import inflections
from aicost.analysis.viability.odds import DRAWS, Odds, odds_of

RANGED = """
traffic: {requests_per_month: 10_000}
other: {api: {per_request: 0.001 to 0.004}, desk: {per_month: 500}}
goals: {price_per_user_month: 0.005, budget_per_month: 1_500}
growth: {users_per_month: 5 %, months: 80}
"""


def test_odds_have_the_closed_form() -> None:
    """Budget and price allow budget / price requests; its percentiles are those of the price."""
    contribution, budget = inflections(written(RANGED))
    assert budget.odds
    assert contribution.odds
    places = (budget.odds.low, budget.odds.middle, budget.odds.high)
    assert places == pytest.approx((250_000, 500_000, 1_000_000), rel=0.01)
    # Grown 80 months there are 495,614 requests: half the draws, less a little, carry them.
    assert budget.odds.plan == pytest.approx(0.508, abs=0.01)
    # At 10,000 requests the fixed 500 is a twentieth of a dollar each: nobody pays that.
    assert contribution.odds.met_now == 0.0
    assert contribution.odds.starts
    assert contribution.odds.middle == pytest.approx(500 / (0.005 - 0.002), rel=0.01)


def test_the_share_that_meets_a_goal_today_is_that_of_the_draws() -> None:
    case = written(RANGED.replace("10_000", "600_000"))
    (_, odds) = odds_of(case, [True, False], 100_000_000)
    assert odds is not None
    left = left_over(case.draw(DRAWS).bill)["budget"]
    assert odds.met_now == np.mean(left >= 0)
    assert 0 < odds.met_now < 1


def test_where_nothing_is_unknown_there_are_no_odds() -> None:
    assert odds_of(written(STEPPED), [False, False, False], 1_000) == [None, None, None]


def test_without_a_growth_plan_nothing_is_said_of_it() -> None:
    _, odds = odds_of(written(RANGED.partition("growth")[0]), [True, False], 100_000_000)
    assert odds is not None
    assert odds.plan is None
    assert not any("growth plan" in words for words in odds.words)


@pytest.mark.parametrize(
    ("odds", "said"),
    [
        (
            Odds(False, 1_234.0, 2_345.0, np.inf, 0.5, 0.25),
            [
                "with what is unknown, from about 1,200 on (middle 2,300), at times without end",
                "25 % of draws keep it through the growth plan",
            ],
        ),
        (
            Odds(True, 10.0, np.inf, np.inf, 0.5, None),
            ["with what is unknown, from about 10 on (middle never), at times never"],
        ),
        (
            Odds(False, 100.0, 200.0, 300.0, 0.5, None),
            ["with what is unknown, about 100 to 300 (middle 200)"],
        ),
        (Odds(False, 100.0, 100.0, 100.0, 1.0, None), []),
    ],
)
def test_odds_in_words(odds: Odds, said: list[str]) -> None:
    assert [*odds.words] == said
