"""The cost of one request: against requests drawn one by one, the bill, and closed forms."""

import os

import numpy as np
import pytest
from cases import sample, shows_well, written
from cost_simulation import SYSTEM, simulate
from places import SAMPLES
from random_scenarios import random_text
from scipy.special import ndtri

from aicost.analysis.request_cost.calls import FIRST, CallPrices
from aicost.analysis.request_cost.chances import Chances
from aicost.analysis.request_cost.report import per_request, request_cost
from aicost.analysis.request_cost.spent import Spent
from aicost.analysis.request_cost.walk import DrawnWalk
from aicost.billing.case import Case, load
from aicost.scenario.scenario import steps
from aicost.values.charge import total
from aicost.values.quantities import Spread

SHARES = (0.5, 0.95, 0.99)
#: Requests that are simulated; ten million by hand: AICOST_REQUESTS=10_000_000
SIMULATED = int(os.environ.get("AICOST_REQUESTS", "200_000"))
BY_HAND = SIMULATED >= 10_000_000
WITHIN = 0.01 if BY_HAND else 0.04
DRAWN = 2**18 if BY_HAND else 2**16
Z95 = 1.6448536269514722


def spent(case: Case, n: int = 20_000) -> np.ndarray:
    """What drawn requests spend in all."""
    return DrawnWalk(case, n).through().whole


def event_usd(case: Case) -> float:
    """What an event of the log costs on average over the month."""
    lines = [c for c in case.bill.charges if c.driver == "events"]
    return float(total(lines)) / float(case.bill.requests) / 3


# ---- requests drawn one by one


def test_percentiles_are_those_of_requests_drawn_one_by_one() -> None:
    """Loop, cache, route, thoughts, tries, repeats and review; ten million by hand."""
    case = written(SYSTEM)
    found, parts = request_cost(case, DRAWN), max(1, SIMULATED // 1_000_000)
    drawn = [simulate(SIMULATED // parts, seed, event_usd=event_usd(case)) for seed in range(parts)]
    for name, ours in (("whole", found.percentiles), ("machines", found.machines)):
        theirs = np.quantile(np.concatenate([getattr(d, name) for d in drawn]), SHARES)
        off = np.array([p.usd for p in ours[:3]]) / theirs - 1
        assert np.all(np.abs(off) < WITHIN), (name, off)
    mean = np.mean([d.whole.mean() for d in drawn])
    assert found.mean == pytest.approx(mean, rel=WITHIN / 2)


def test_a_cap_stops_requests_as_those_drawn_one_by_one() -> None:
    case = written(SYSTEM).at({"limits.usd_per_request": 0.3})
    drawn = simulate(SIMULATED, 1, cap=0.3, event_usd=event_usd(case))
    cost = request_cost(case, DRAWN)
    found = cost.cap
    assert found is not None
    assert found.strikes == pytest.approx(drawn.stopped.mean(), rel=WITHIN)
    assert found.saved == pytest.approx(np.mean(drawn.whole - drawn.capped), rel=WITHIN)
    theirs = np.quantile(drawn.capped, SHARES)
    assert [p.usd for p in found.percentiles[:3]] == pytest.approx(theirs, rel=WITHIN)
    assert found.stopped_at > 0.3
    assert cost.mean == request_cost(written(SYSTEM), 64).mean
    shows_well(cost)


# ---- the bill


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples_have_the_mean_of_their_bill(path: object) -> None:
    case = load(path)  # type: ignore[arg-type]
    found, requests = request_cost(case, 2**16), float(case.bill.requests)
    lines = [c for c in case.bill.charges if c.every == "month" and c.behaves == "usage"]
    usage = float(total(c for c in lines if c.driver != "users"))
    assert found.mean * requests == pytest.approx(usage, rel=1e-12)
    whole = (found.mean + found.even_share) * requests
    assert whole == pytest.approx(float(case.bill.total), rel=1e-12)
    shows_well(found)


@pytest.mark.parametrize("seed", range(int(os.environ.get("AICOST_FUZZ", "16"))))
def test_systems_at_random_spend_what_their_bill_says(seed: int) -> None:
    case = written(random_text(seed), checked=False).point
    requests = float(case.bill.requests)
    if not requests:  # plans that serve nobody
        return
    walked = sum(float(c.usd) for c in per_request(case)) / requests
    usd = spent(case)
    error = usd.std() / np.sqrt(usd.size)
    assert abs(usd.mean() - walked) <= 5 * error + 0.003 * walked, usd.mean() / walked - 1


# ---- closed forms


def one_call(fields: str, *, before: str = "") -> Case:
    """A system of one call, at a price of $1 and $2 a million tokens."""
    head = f"traffic: {{requests_per_month: 1_000}}\npipeline:\n{before}"
    priced = "is: inference, price: {input: 1, output: 2}"
    return written(f"{head}  answer: {{{priced}, {fields}}}\n")


def lognormal(p50: float, p95: float, share: float) -> float:
    return float(p50 * (p95 / p50) ** (ndtri(share) / Z95))


def test_one_thing_that_differs_is_worked_out() -> None:
    found = request_cost(one_call("input_tokens: 1_000, output_tokens: {p50: 250, p95: 900}"))
    assert found.exact
    for p in found.percentiles:
        usd = (1_000 + 2 * lognormal(250, 900, p.share)) / 1e6
        assert p.usd == pytest.approx(usd, rel=1e-3 if p.share > 0.99 else 1e-4)


def test_a_mixture_of_answered_and_asked_is_worked_out() -> None:
    """Half are answered by the cache: a level of all is twice as far from the top of the rest."""
    cache = "  cache: {is: response_cache, hit_share: 50 %}\n"
    case = one_call("input_tokens: 0, output_tokens: {p50: 250, p95: 900}", before=cache)
    found = request_cost(case)
    assert found.exact
    for p in found.percentiles[1:]:
        usd = 2e-6 * lognormal(250, 900, 1 - 2 * (1 - p.share))
        assert p.usd == pytest.approx(usd, rel=1e-3)
    assert found.quantile(0.5) < 1e-6


def test_what_never_differs_costs_the_same() -> None:
    found = request_cost(one_call("input_tokens: 1_000, output_tokens: 500"))
    assert found.same
    assert [p.usd for p in found.percentiles] == pytest.approx([0.002] * 4)
    assert found.sentence.startswith("Every request costs the same, $0.002: nothing in the file")


def test_two_things_that_differ_are_drawn_and_their_error_is_said() -> None:
    mix = "{p50: 1_000, p95: 4_000}"
    found = request_cost(one_call(f"input_tokens: {mix}, output_tokens: {mix}"))
    assert not found.exact
    for p in found.percentiles:
        assert p.low < p.usd < p.high
        assert 0 < p.error < 0.08
    assert "of 262,144 requests drawn" in found.rows().notes[0]


def test_a_call_above_a_price_tier_pays_for_all_of_its_tokens() -> None:
    """Half of the calls are above 272,000 tokens, where each token costs more."""
    head = "traffic: {requests_per_month: 1_000}\npipeline:\n"
    call = "model: openai/gpt-6.1-sol, input_tokens: {p50: 272_000, p95: 600_000}"
    case = written(f"{head}  answer: {{is: inference, {call}, output_tokens: 0}}\n")
    one = [c.price.usd for c in case.bill.charges if c.item.startswith("input")]
    found = request_cost(case)
    assert len(set(one)) == 2
    assert found.quantile(0.95) == pytest.approx(0.6 * max(one), rel=1e-4)
    assert found.quantile(0.5) == pytest.approx(0.272 * min(one), rel=1e-3)


def test_hours_with_other_prices_are_told_apart() -> None:
    head = "traffic: {requests_per_month: 1_000}\npipeline:\n"
    call = "model: deepseek/deepseek-v4-pro, input_tokens: 1_000_000, output_tokens: 0"
    case = written(f"{head}  answer: {{is: inference, {call}}}\n")
    prices = sorted({float(c.price.usd) for c in case.bill.charges if "input" in c.item})
    way = DrawnWalk(case, 20_000)
    usd = way.through().whole
    assert len(prices) > 1
    assert usd.max() > usd.min()
    assert usd.min() == pytest.approx(prices[0], rel=1e-9)


def test_turns_stand_anywhere_in_their_conversation() -> None:
    case = one_call("input_tokens: 0, output_tokens: 0, turns: 5, tokens_kept_per_turn: 1_000")
    usd = np.round(spent(case, 50_000) * 1e3, 9)
    assert np.unique(usd).tolist() == pytest.approx([0, 1, 2, 3, 4])
    assert np.mean(usd == 4) == pytest.approx(0.2, abs=1e-3)


def test_very_many_calls_vary_as_little_as_their_sum() -> None:
    """5,000 calls a request are drawn in lots; the sum of so many is all but normal."""
    case = one_call("input_tokens: 0, output_tokens: {p50: 100, p95: 400}, repeat: 5_000")
    usd = spent(case, 4_000)
    sigma = np.log(4) / Z95
    expected = np.sqrt(np.expm1(sigma**2) / 5_000)
    assert usd.std() / usd.mean() == pytest.approx(expected, rel=0.05)


def test_a_choice_splits_requests_in_its_exact_shares_whatever_came_before() -> None:
    chances = Chances(1_000)
    everyone = np.arange(1_000)
    first, second = chances.some(everyone, 0.3), chances.some(everyone, 0.5)
    assert [int(np.sum(first)), int(np.sum(first & second))] == [300, 150]
    assert chances.ways == 4
    scores = chances.mix(everyone, Spread(1.0, 5.0))
    for way in (first & second, ~first & ~second):
        assert np.quantile(scores[way], 0.5) == pytest.approx(1.0, rel=0.05)
    assert chances.exact
    chances.mix(everyone, Spread(1.0, 5.0))
    assert not chances.exact


def test_a_call_is_billed_at_the_prices_of_the_month() -> None:
    """Graduated prices fall with the month's volume, not with one request's."""
    case = written(SYSTEM).point
    flows = {s.name: flow for s, flow in steps(case.scenario, case.scenario.requests())}
    prices = CallPrices.of(case.scenario.stage("log"), flows["log"], case.book)
    events = float(case.bill.by("stage")["log"]) - 29  # the plan stands still
    assert prices.usd(prices.drawn(FIRST)) * prices.calls == pytest.approx(events)
    assert not prices.by_hour


def test_nobody_asks() -> None:
    with pytest.raises(ValueError, match="nobody asks"):
        request_cost(one_call("input_tokens: 1, output_tokens: 1").at({"requests_per_month": 0}))


def test_a_sweep_is_no_one_system() -> None:
    with pytest.raises(ValueError, match="several values"):
        request_cost(sample("help-desk").at({"users": [10, 20]}))


# ---- other lines


def test_other_lines_of_a_request_are_drawn_and_their_shares_follow() -> None:
    """Against a plain simulation: a loop with a sandbox, a guard, a gateway, and 10 % support."""
    text = """
traffic: {requests_per_month: 1_000}
pipeline:
  work:
    loop:
      rounds: {p50: 3, p95: 9}
      steps:
        think: {is: inference, price: {input: 1, output: 2}, input_tokens: 2_000,
                output_tokens: {p50: 300, p95: 1_500}}
  people: {is: human_review, share: 5 %, minutes: 1, wage_per_hour: 12, when: after_answer,
           overhead: 1, occupancy: 100 %, shrinkage: 0}
other:
  sandbox: {per_round: {p50: 0.002, p95: 0.01}, of: work}
  guard: {per_call: 0.001, of: work/think}
  gateway: {per_mtok: 3, of: work}
  search: {per_request: {p50: 0.01, p95: 0.06}}
  server: {per_month: 40}
  support: {share_of_lines: 10 %}
  agency: {share_of_lines: 20 %, of: people}
"""
    rng, n = np.random.default_rng(8), 400_000

    def drawn(p50: float, p95: float, m: int = n) -> np.ndarray:
        return p50 * np.exp(np.log(p95 / p50) / Z95 * rng.standard_normal(m))

    rounds = drawn(3, 9)
    rounds = np.maximum(1, np.floor(rounds) + (rng.random(n) < rounds % 1))
    spent = drawn(0.01, 0.06)
    for k in range(int(rounds.max())):
        going = np.flatnonzero(rounds > k)
        out = drawn(300, 1_500, going.size)
        spent[going] += (2_000 + 2 * out + 3 * (2_000 + out)) / 1e6 + 0.001
        spent[going] += drawn(0.002, 0.01, going.size)
    people = np.where(rng.random(n) < 0.05, 0.2, 0)
    case = written(text)
    found = request_cost(case, 2**17)
    for ours, theirs in (
        (found.percentiles, 1.1 * spent + 1.2 * people),
        (found.machines, 1.1 * spent + 0.2 * people),
    ):
        expected = np.quantile(theirs, SHARES)
        assert [p.usd for p in ours[:3]] == pytest.approx(expected, rel=0.02)
    whole = (found.mean + found.even_share) * 1_000
    assert whole == pytest.approx(float(case.bill.total), rel=1e-12)
    assert found.even_share == pytest.approx(0.04 * 1.1)


def test_a_share_is_of_what_is_spent_and_of_what_a_cap_spares() -> None:
    spent, everyone = Spent(3, 1.0), np.arange(3)
    spent.add(("a", "inference"), everyone, np.array([0.5, 2.0, 3.0]), stops=True)
    spent.stop(everyone)
    spent.add(("b", "human review"), everyone, 4.0, stops=True)
    spent.add_share(("tax", "other"), 0.5, [("a", "inference"), ("b", "human review")])
    assert spent.whole.tolist() == [6.75, 9.0, 10.5]
    assert spent.machines.tolist() == [2.75, 5.0, 6.5]
    assert spent.saved.tolist() == [0.0, 6.0, 6.0]
    assert spent.saved_of_machines.tolist() == [0.0, 2.0, 2.0]


SUPPORT = "support: {share_of_lines: 10 %}, desk: {share_of_lines: 10 %, of: human review}"


def test_a_tenth_of_support_raises_each_percentile_by_a_tenth() -> None:
    supported = SYSTEM.replace("other: {", f"other: {{{SUPPORT}, ")
    plain, held = (request_cost(written(text), 2**14) for text in (SYSTEM, supported))
    for before, after in zip(plain.percentiles, held.percentiles, strict=True):
        assert after.usd == pytest.approx(1.1 * before.usd)
    assert held.mean == pytest.approx(1.1 * plain.mean)
    limit = {"limits.usd_per_request": 0.3}
    caps = [request_cost(written(text).at(limit), 2**14).cap for text in (SYSTEM, supported)]
    saved = [cap.saved for cap in caps if cap is not None]
    assert saved[1] == pytest.approx(1.1 * saved[0])


def test_environments_are_of_the_month_and_of_each_request() -> None:
    """A twentieth of all but people, then a tenth of support on both."""
    beside = "environments: {dev: {share: 5 %}}\n"
    text = SYSTEM.replace("other: {", "other: {support: {share_of_lines: 10 %}, ")
    plain, held = (request_cost(written(one), 2**14) for one in (SYSTEM, text + beside))
    for before, after in zip(plain.machines, held.machines, strict=True):
        assert after.usd == pytest.approx(1.05 * 1.1 * before.usd)
    bill, requests = written(text + beside).bill, float(written(text).bill.requests)
    assert (held.mean + held.even_share) * requests == pytest.approx(float(bill.total))


# ---- a cap


def test_a_cap_nobody_reaches_and_one_that_lets_a_single_round_pass() -> None:
    agent = sample("research-agent")
    high, low = (
        request_cost(agent.at({"limits.usd_per_request": usd}), 2**14).cap for usd in (1e6, 1e-9)
    )
    assert high is not None
    assert low is not None
    assert (high.strikes, high.saved) == (0, 0)
    assert "stops none of those drawn" in high.sentence
    assert 0.97 < low.strikes < 1  # some make one round alone
    assert low.percentiles[-1].usd < 0.2


def test_a_cap_is_read_from_the_file_and_does_not_move_the_bill() -> None:
    capped = written(f"{SYSTEM}limits: {{usd_per_request: 0.25}}")
    assert capped.scenario.limits.usd_per_request == 0.25
    assert float(capped.bill.total) == float(written(SYSTEM).bill.total)
    cost = request_cost(capped, 2**14)
    assert cost.cap is not None
    assert "the round that crosses it is paid" in cost.sentence
    assert "with the cap" in [column.name for column in cost.rows().columns]
