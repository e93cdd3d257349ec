"""Plans: what a user of one is served and brings, against users drawn one by one and the bill."""

import math

import numpy as np
import pytest
from cases import sample, written
from places import PACKAGE
from scipy.stats import lognorm

import aicost as ac
from aicost.scenario.plans import Plan, per_user, served_share, shares
from aicost.scenario.problems import ScenarioError
from aicost.scenario.scenario import Scenario
from aicost.values.quantities import Spread, mean

ASKED = Spread(12.0, 90.0)
HEAD = "traffic: {users: 1_000, requests_per_user_month: {p50: 12, p95: 90}}\n"
CHAT = """pipeline:
  answer: {is: inference, model: anthropic/claude-haiku-4-5, input_tokens: 900, output_tokens: 250}
"""


ONE_IN_FIVE = ", seats_per_user: 1.25"


def plan(**said: float | bool | None) -> Plan:
    return Plan(**{"name": "pro", "price_per_seat_month": 9.0, **said})  # type: ignore[arg-type]


def sold(*plans: str) -> ac.Case:
    pairs = zip("abc", plans, strict=False)
    lines = [f"  {name}: {{price_per_seat_month: {rest}}}" for name, rest in pairs]
    return written("\n".join([HEAD + CHAT + "plans:", *lines, ""]))


# ---- one plan


@pytest.mark.parametrize("most", [0.0, 5.0, 40.0, 2_000.0])
def test_what_is_included_is_the_expectation_of_the_least(most: float) -> None:
    mix = lognorm(s=float(ASKED.sigma), scale=12)
    expected = mix.expect(lambda x: np.minimum(x, most), lb=0, ub=np.inf, epsabs=1e-10)
    own = plan(requests_included=most)
    assert float(own.included(ASKED)) == pytest.approx(expected, rel=1e-6, abs=1e-9)
    assert own.included(30.0) == min(30.0, most)
    shared = plan(requests_included=most, pooled=True)
    assert float(shared.included(ASKED)) == min(float(mean(ASKED)), most)


def test_a_cap_serves_what_is_included_and_a_price_for_more_all() -> None:
    cap = plan(requests_included=20.0)
    more = plan(requests_included=20.0, price_per_extra_request=0.5)
    assert (cap.capped, more.capped, plan().capped) == (True, False, False)
    assert cap.served(50.0) == 20
    assert more.served(50.0) == 50
    assert plan().served(50.0) == 50
    assert cap.brings(50.0) == plan().brings(50.0) == 9
    assert more.brings(50.0) == 9 + 0.5 * 30
    assert more.brings(10.0) == 9


def test_seats_that_nobody_uses_are_paid_and_lend_a_pool_what_they_hold() -> None:
    """A fifth of 125 seats are empty: 100 users bring what 125 seats cost."""
    own = plan(requests_included=20.0, seats_per_user=1.25, price_per_extra_request=0.5)
    assert own.brings(10.0) == 9 * 1.25
    assert own.brings(30.0) == 9 * 1.25 + 0.5 * 10
    shared = plan(requests_included=20.0, seats_per_user=1.25, pooled=True)
    assert shared.served(30.0) == 25
    revenue, left = [], []
    for more in ("", ONE_IN_FIVE):
        case = sold(f"12{more}")
        revenue.append(float(case.point.scenario.revenue_per_user))
        found = ac.user_margins(case)
        assert found is not None
        left.append(found.users.brings)
    assert revenue == [12, 15]
    assert left[1] - left[0] == pytest.approx(3)


def test_draws_and_sweeps_go_through_whole() -> None:
    asked = Spread(np.array([5.0, 12.0]), np.array([60.0, 90.0]))
    more = plan(requests_included=np.array([10.0, 40.0]), price_per_extra_request=0.5)
    one_by_one = [
        plan(requests_included=a, price_per_extra_request=0.5).brings(Spread(p50, p95))
        for a, p50, p95 in ((10.0, 5.0, 60.0), (40.0, 12.0, 90.0))
    ]
    assert np.allclose(more.brings(asked), one_by_one, rtol=1e-12)


# ---- several


def test_one_plan_is_the_rest() -> None:
    parts = {"a": 0.6, "b": None, "c": 0.3}
    three = [Plan(name=n, share=part, price_per_seat_month=1.0) for n, part in parts.items()]
    assert shares(three) == pytest.approx([0.6, 0.1, 0.3])
    assert per_user(three, lambda one: {"a": 1.0, "b": 10.0, "c": 100.0}[one.name]) == 31.6


def test_without_a_cap_nothing_is_said_of_what_is_served() -> None:
    assert served_share([], ASKED) is None
    assert (
        served_share([plan(), plan(requests_included=3.0, price_per_extra_request=1.0)], 9) is None
    )
    part = served_share([plan(requests_included=3.0)], 12.0)
    assert part is not None
    assert (part.value, part.unit) == (0.25, "share")
    assert served_share([plan(requests_included=3.0)], 0.0).value == 0  # type: ignore[union-attr]


# ---- the bill


def test_the_bill_takes_users_times_the_mean() -> None:
    case = written(HEAD + CHAT)
    flat = case.at({"users": 1_000.0}).scenario
    number = written(HEAD.replace("{p50: 12, p95: 90}", repr(float(mean(ASKED)))) + CHAT)
    assert case.bill.total == pytest.approx(number.bill.total, rel=1e-12)
    assert flat.traffic.requests_per_user_month == ASKED
    assert case.bill.charges[0].basis == number.bill.charges[0].basis == "stated"
    assert "mean of p50 12, p95 90" in case.bill.charges[0].count.factors[1].note


def test_plans_without_a_cap_leave_the_bill_as_it_is() -> None:
    plain = written(HEAD + CHAT).bill
    found = sold("9, requests_included: 20, price_per_extra_request: 0.1").bill
    assert [(c.usd, c.factors) for c in found.charges] == [
        (c.usd, c.factors) for c in plain.charges
    ]


def test_a_cap_lowers_what_is_billed_by_what_is_not_served() -> None:
    plain, found = written(HEAD + CHAT).bill, sold("9, requests_included: 20").bill
    rng = np.random.default_rng(7)
    x = ASKED.p50 * np.exp(ASKED.sigma * rng.standard_normal(1_000_000))
    part = np.minimum(x, 20).mean() / x.mean()
    assert found.requests / plain.requests == pytest.approx(part, rel=5e-3)
    assert found.total / plain.total == pytest.approx(part, rel=5e-3)
    assert "within what plans include" in found.explain(0)


def test_the_cap_is_on_the_peak_and_on_the_times_too() -> None:
    """What counts requests asks the scenario, which knows of plans, and not its traffic."""
    asks = [
        path.name
        for path in PACKAGE.rglob("*.py")
        if "traffic.requests(" in path.read_text(encoding="utf-8")
    ]
    assert asks == ["scenario.py"]


def test_revenue_is_that_of_the_plans() -> None:
    case = sold(
        "0, share: 50 %, requests_included: 20",
        "12, share: 30 %, requests_included: 40, price_per_extra_request: 0.2, pooled: yes",
        "20, requests_included: 60, price_per_extra_request: 0.15",
    )
    rng = np.random.default_rng(8)
    x = ASKED.p50 * np.exp(ASKED.sigma * rng.standard_normal(1_000_000))
    brings = 0.3 * (12 + 0.2 * max(x.mean() - 40, 0))
    brings += 0.2 * (20 + 0.15 * np.maximum(x - 60, 0).mean())
    assert float(case.scenario.revenue_per_user) == pytest.approx(brings, rel=5e-3)
    assert written(HEAD + CHAT).scenario.revenue_per_user is None
    assert float(sample("help-desk").point.scenario.revenue_per_user) == 10  # type: ignore[arg-type]


# ---- where what a user brings is asked for


def test_inflection_growth_and_margin_read_the_plans() -> None:
    """A plan that brings as much as one price turns at the same count."""
    fixed = "other: {desk: {per_month: 700}}\n"
    goals, growth = "goals: {margin: 20 %}\n", "growth: {users_per_month: 5 %, months: 12}\n"
    text = HEAD + CHAT + fixed + growth
    plans = written(
        text + goals + "plans: {a: {price_per_seat_month: 3, requests_included: 40, "
        "price_per_extra_request: 0.05}}\n"
    )
    each = float(plans.scenario.revenue_per_user)
    price = written(text + goals.replace("{", f"{{price_per_user_month: {each!r}, "))
    ours, theirs = ac.inflections(plans), ac.inflections(price)
    assert [one.crossings for one in ours] == [one.crossings for one in theirs]
    assert [one.intervals for one in ours] == [one.intervals for one in theirs]
    assert ours["contribution"].words.startswith("The mean price of $")
    assert ac.growth(plans).frame.equals(ac.growth(price).frame)
    at = ours["contribution"].point
    assert at is not None
    for users, met in ((at.at - 1, not at.met), (at.at, at.met)):
        bill = plans.at({"users": users}).bill
        assert (each * users >= bill.total) is np.bool_(met)


def test_ranges_in_plans_are_drawn() -> None:
    case = written(
        HEAD
        + CHAT
        + "other: {desk: {per_month: 7_000}}\nplans: {a: {price_per_seat_month: 3 to 30}}\n"
    )
    odds = ac.inflections(case)["contribution"].odds
    assert odds is not None
    assert 0.1 < odds.met_now < 0.9
    assert "plans.a.price_per_seat_month" in case.scenario.unknowns()


def test_a_draw_of_a_capped_plan_is_a_bill_of_its_own() -> None:
    case = sold("9, requests_included: 10 to 40")
    drawn = case.draw(64)
    most = drawn.scenario.plans[0].requests_included
    for i in (0, 17, 63):
        one = case.at({"plans.a.requests_included": float(np.ravel(most)[i])})
        assert np.ravel(drawn.bill.total)[i] == pytest.approx(one.bill.total, rel=1e-12)


def test_compare_says_what_a_cap_does() -> None:
    free, capped = written(HEAD + CHAT), sold("9, requests_included: 20")
    found = ac.bridge(free, capped)
    assert "requests within plans 100 % → " in found.sentence
    assert found.after == pytest.approx(capped.bill.total)
    priced = sold("12, requests_included: 20")
    assert ac.bridge(capped, priced).after == pytest.approx(ac.bridge(capped, priced).before)


# ---- what does not go together


def test_what_if_is_held_against_the_plans() -> None:
    case = sold("9, share: 40 %", "3, requests_included: 20")
    with pytest.raises(ScenarioError, match="plans say already what a user pays; keep one"):
        case.at({"goals.price_per_user_month": 4})
    with pytest.raises(ScenarioError, match=r"plans\.a\.price_per_extra_request: no request is"):
        case.at({"plans.a.price_per_extra_request": 0.1})
    with pytest.raises(ScenarioError, match="no kind has a range for it"):
        case.at({"plans.b.requests_included": "unknown"})
    more = case.at({"plans.b.price_per_extra_request": "0.10", "plans.a.share": "20 %"})
    assert more.bill.requests > case.bill.requests
    mixed = case.at({"requests_per_user_month.p95": 300})
    assert mixed.scenario.revenue_per_user == case.scenario.revenue_per_user
    assert mixed.bill.total > case.bill.total


def test_in_the_currency_of_the_file() -> None:
    euros = written("currency: EUR\n" + HEAD + CHAT + "plans: {a: {price_per_seat_month: 9}}\n")
    rate = euros.scenario.money.in_usd
    assert rate != 1
    assert float(euros.scenario.revenue_per_user) == pytest.approx(9 * rate)


def test_a_scenario_in_code_has_plans() -> None:
    case = ac.case(
        kind="rag-chat",
        users=500,
        requests_per_user_month=ac.Spread(12.0, 90.0),
        plans={"pro": {"price_per_seat_month": 9, "requests_included": 50, "pooled": True}},
    )
    assert isinstance(case.scenario, Scenario)
    assert case.scenario.plans[0].pooled is True
    assert math.isclose(float(case.point.scenario.revenue_per_user), 9.0)
