"""Margins of users: against a million users drawn one by one, scipy's lognormal and the bill."""

import numpy as np
import pytest
from cases import SAMPLES, sample, shows_well, written
from scipy.stats import lognorm

import aicost as ac
from aicost.analysis.request_cost.report import request_cost
from aicost.analysis.user_margins.report import UserMargins, told, user_margins
from aicost.analysis.user_margins.seats import merged, seats
from aicost.billing.case import Case, load
from aicost.values.formatting import money
from aicost.values.quantities import Spread

N = 1_000_000
WITHIN = 5e-3
HEAD = """traffic: {users: 1_000, requests_per_user_month: {p50: 12, p95: 90}}
pipeline:
  answer:
    {is: inference, model: anthropic/claude-sonnet-5-5, input_tokens: 9_000, output_tokens: 900}
other: {desk: {per_month: 700}, licences: {per_user_month: 0.5}}
"""
PLANS = """plans:
  free: {share: 50 %, price_per_seat_month: 0, requests_included: 20}
  team:
    share: 30 %
    price_per_seat_month: 2
    requests_included: 15
    price_per_extra_request: 0.05
    pooled: yes
  pro: {price_per_seat_month: 3, requests_included: 60, price_per_extra_request: 0.04}
"""
POOLED_CAP = """plans:
  crew: {share: 40 %, price_per_seat_month: 1.5, requests_included: 20, pooled: yes}
  pay: {price_per_seat_month: 0, requests_included: 0, price_per_extra_request: 0.03}
"""
PRICE = "goals: {price_per_user_month: 2}\n"


class Drawn:
    """A million users, each in a plan, by rules written down once more."""

    def __init__(self, case: Case) -> None:
        rng = np.random.default_rng(3)
        level = (rng.permutation(N) + rng.random(N)) / N
        asked = case.scenario.traffic.requests_per_user_month
        self.x = lognorm(s=float(asked.sigma), scale=float(asked.p50)).ppf(level)
        self.served, self.brings = self.x.copy(), np.zeros(N)
        plans = case.scenario.plans
        cuts = np.cumsum([1 if plan.share is None else plan.share for plan in plans])
        self.plan = np.searchsorted(cuts, (rng.permutation(N) + rng.random(N)) / N)
        for i, plan in enumerate(plans):
            mine = self.plan == i
            x, a, more = self.x[mine], plan.requests_included, plan.price_per_extra_request
            self.brings[mine] = plan.price_per_seat_month
            beyond = np.maximum(x - a, 0)
            if plan.pooled:
                beyond = np.full(x.size, max(x.mean() - a, 0))
            if more is not None:
                self.brings[mine] += more * beyond
            elif plan.pooled:
                self.served[mine] = x * min(1, a / x.mean())
            else:
                self.served[mine] = np.minimum(x, a)
        if not plans:
            self.brings += case.scenario.goals.price_per_user_month
        bill = case.bill
        token = sum(c.usd for c in bill.charges if c.stage == "answer")
        each = float(token) / float(bill.requests)
        rest = 700 / 1_000 + 0.5
        self.costs = each * self.served + rest
        self.left = self.brings - self.costs


@pytest.mark.parametrize("more", [PLANS, POOLED_CAP, PRICE])
def test_every_figure_is_that_of_users_drawn_one_by_one(more: str) -> None:
    case = written(HEAD + more)
    found, drawn = user_margins(case), Drawn(case)
    close = {"rel": WITHIN, "abs": 1e-3}
    assert found.losing == pytest.approx((drawn.left < 0).mean(), **close)
    order = np.argsort(drawn.x)
    for k, (_, part) in enumerate(found.tenths):
        who = order[k * N // 10 : (k + 1) * N // 10]
        assert part.share == pytest.approx(0.1)
        for name in ("asked", "served", "brings", "costs"):
            theirs = (drawn.x if name == "asked" else getattr(drawn, name))[who].mean()
            assert getattr(part, name) == pytest.approx(theirs, **close), (k, name)
        assert part.losing / part.share == pytest.approx((drawn.left[who] < 0).mean(), abs=4e-3)
    assert found.heaviest is not None
    few = order[-N // 100 :]
    assert found.heaviest[0] == pytest.approx(drawn.x[few].min(), rel=WITHIN)
    whole = drawn.costs.sum()
    assert found.of_bill(found.heaviest[1]) == pytest.approx(
        drawn.costs[few].sum() / whole, **close
    )
    for i, plan in enumerate(found.plans if len(found.plans) > 1 else ()):
        mine = drawn.plan == i
        assert plan.losing == pytest.approx((drawn.left[mine] < 0).mean(), abs=4e-3)
        assert plan.users.left == pytest.approx(drawn.left[mine].mean(), rel=2e-2, abs=1e-3)
        for low, high in plan.loses:
            inside = mine & (drawn.x > low) & (drawn.x < high)
            assert np.all(drawn.left[inside] < 0.02)  # the drawn pool is of its own mean


@pytest.mark.parametrize("more", [PLANS, POOLED_CAP, PRICE])
def test_the_parts_add_up_to_the_bill_and_to_what_comes_in(more: str) -> None:
    case = written(HEAD + more)
    found, bill = user_margins(case), case.bill
    assert found.users.costs == pytest.approx(float(bill.per_user), rel=1e-12)
    assert found.users.brings == pytest.approx(float(case.scenario.revenue_per_user), rel=1e-12)
    assert found.users.served * 1_000 == pytest.approx(float(bill.requests), rel=1e-12)
    for groups in ([part for _, part in found.tenths], [plan.users for plan in found.plans]):
        whole = merged(groups)
        for name in ("share", "asked", "served", "brings", "left", "losing"):
            assert getattr(whole, name) == pytest.approx(getattr(found.users, name), rel=1e-10)
    assert sum(found.of_bill(part) for _, part in found.tenths) == pytest.approx(1)


def test_one_price_against_scipys_lognormal() -> None:
    case = written(HEAD + PRICE)
    found, mix = user_margins(case), lognorm(s=np.log(90 / 12) / 1.6448536269514722, scale=12)
    turn = (2 - found.even_share) / found.per_request
    ((low, high),) = found.plans[0].loses
    assert (low, high) == (pytest.approx(turn, rel=1e-12), np.inf)
    assert found.losing == pytest.approx(float(mix.sf(turn)), rel=1e-12)
    assert found.heaviest is not None
    assert found.heaviest[0] == pytest.approx(float(mix.ppf(0.99)), rel=1e-9)
    for k, (_, part) in enumerate(found.tenths):
        ends = mix.ppf(k / 10), mix.ppf((k + 1) / 10)
        assert part.asked == pytest.approx(
            10 * mix.expect(lambda x: x, lb=ends[0], ub=ends[1]), 1e-6
        )


def test_where_a_seat_loses_and_where_it_earns_again() -> None:
    case = written(HEAD + PLANS)
    free, team, pro = (plan.loses for plan in user_margins(case).plans)
    assert free == ((0.0, np.inf),)
    ((at, end),) = team
    assert end == np.inf
    assert at > 0
    rest = 1.2
    found = {s.plan.name: s for s in seats(case.scenario, 0.02, rest)}
    dear = found["pro"]
    assert dear.left(np.array([0.0, 60.0, 100.0])).tolist() == pytest.approx([1.8, 0.6, 1.4])
    assert dear.loses == ()
    valley = {s.plan.name: s for s in seats(case.scenario, 0.035, rest)}["pro"]
    assert valley.loses == ((pytest.approx(1.8 / 0.035), pytest.approx(60 + 0.3 / 0.005)),)
    assert len(pro) <= 1


def test_alike_users_are_said_to_be_taken_so() -> None:
    case = sample("help-desk")
    found = user_margins(case)
    assert (found.tenths, found.heaviest, told(case)) == ((), None, False)
    assert "is taken to ask alike" in found.sentence
    assert "{p50: …, p95: …}" in found.sentence
    same = written(HEAD.replace("p95: 90", "p95: 12") + PRICE)
    assert user_margins(same).tenths == ()
    number = written(HEAD.replace("{p50: 12, p95: 90}", "12") + PRICE)
    assert user_margins(same).users.left == pytest.approx(user_margins(number).users.left)


def test_without_a_price_it_says_costs_alone() -> None:
    found = user_margins(written(HEAD))
    assert not found.priced
    assert "Nothing says what a user brings" in found.sentence
    assert [c.key for c in found.rows().columns] == ["who", "asked", "costs", "of_bill"]


def test_pooled_and_alone_are_bills_of_their_own() -> None:
    case = written(HEAD + PLANS)
    found = user_margins(case)
    both = [
        case.at({f"plans.{name}.pooled": pooled for name in ("free", "team", "pro")})
        for pooled in (True, False)
    ]
    left = [float(one.scenario.revenue_per_user) * 1_000 - float(one.bill.total) for one in both]
    assert [found.pooled, found.alone] == pytest.approx(left, rel=1e-12)
    assert user_margins(written(HEAD + PRICE)).pooled is None


def test_what_must_not_matter_does_not() -> None:
    case = written(HEAD + PLANS)
    found = user_margins(case)
    halves = PLANS.replace("{share: 50 %,", "{share: 25 %,") + PLANS.splitlines()[1].replace(
        "free: {share: 50 %", "also: {share: 25 %"
    )
    split = user_margins(written(HEAD + halves + "\n"))
    assert split.losing == pytest.approx(found.losing, rel=1e-12)
    assert split.users.left == pytest.approx(found.users.left, rel=1e-9)
    # an allowance of its own never earns less than a pool, where what is beyond it is paid
    prices = PLANS.replace(
        "requests_included: 20}", "requests_included: 20, price_per_extra_request: 0.01}"
    )
    paid = user_margins(written(HEAD + prices))
    assert paid.pooled is not None
    assert paid.alone is not None
    assert paid.alone > paid.pooled
    more = user_margins(case.at({"users": 5_000}))  # each bears less of what stands
    assert more.losing <= found.losing
    assert more.per_request == pytest.approx(found.per_request)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_shows_well_with_users_who_differ(path: object) -> None:
    case = load(str(path))
    if case.scenario.traffic.users is None:
        with pytest.raises(ValueError, match=r"need users; write traffic\.users"):
            user_margins(case)
        return
    shows_well(user_margins(case))
    mixed = case.at({"requests_per_user_month": Spread(2.0, 30.0)})
    found = user_margins(mixed)
    shows_well(found)
    assert found.users.costs == pytest.approx(float(mixed.bill.per_user), rel=1e-9)


def test_plans_show_well() -> None:
    for more in (PLANS, POOLED_CAP, ""):
        found = user_margins(written(HEAD + more))
        assert isinstance(found, UserMargins)
        shows_well(found)
    assert "not served" in user_margins(written(HEAD + POOLED_CAP)).sentence


def test_nobody_and_several_are_refused() -> None:
    case = written(HEAD + PRICE)
    with pytest.raises(ValueError, match="need users"):
        user_margins(case.at({"users": 0}))
    with pytest.raises(ValueError, match="has several values"):
        user_margins(case.at({"users": [5, 6]}))
    silent = user_margins(
        case.at({"requests_per_user_month.p50": 1e-9, "requests_per_user_month.p95": 1e-9})
    )
    assert silent.losing == 0


def test_ranges_stand_at_their_means() -> None:
    case = written(HEAD.replace("p50: 12", "p50: 6 to 20") + PLANS)
    found = ac.user_margins(case)
    assert found.users.costs == pytest.approx(float(case.bill.per_user), rel=1e-12)
    assert found.tenths == user_margins(case.point).tenths


def test_seats_are_named_in_the_even_share() -> None:
    """Of what stands still, the seats of people are said; both of a request and of a user."""
    case = sample("help-desk")
    found, cost, users = user_margins(case), request_cost(case), float(case.bill.users)
    requests = float(case.bill.requests)
    assert found.seats * users == pytest.approx(cost.seats * requests, rel=1e-9)
    assert 0 < found.seats <= found.even_share
    assert f"(of it {money(found.seats)} for people's seats)" in found.sentence
    assert f"(of it {money(cost.seats)} for people's seats)" in cost.beside
    assert "seats" not in request_cost(sample("contract-search-billed")).beside
