"""Environments beside production: sums one can write down, of all, of parts, of a component."""

import numpy as np
import pytest
from cases import written

import aicost as ac
from aicost.billing.case import Case
from aicost.scenario.problems import ScenarioError
from aicost.scenario.sections import Environment
from aicost.scenario.shares import called, falls_under, parts, share_words, shared, shown_as
from aicost.values.charge import ENVIRONMENTS

#: A month: answer $200, check $100, machines $730, gateway $40, people $500; paid once $9.
SYSTEM = """
traffic: {users: 100, requests_per_user_month: 10, profile: flat}
month: {hours: 730}
pipeline:
  answer: {is: inference, price: {input: 100, output: 0}, input_tokens: 2_000, output_tokens: 0}
  check: {is: inference, price: {input: 100, output: 0}, input_tokens: 1_000, output_tokens: 0}
  read: {is: inference, pool: boxes, input_tokens: 10, output_tokens: 0}
  people: {is: human_review, share: 10 %, minutes: 10, wage_per_hour: 30, when: after_answer,
           overhead: 1, occupancy: 100 %, shrinkage: 0}
pools: {boxes: {price_per_hour: 1, carries: 1_000}}
"""
OTHER = "other: {gateway: {per_month: 40, once: 9}}\n"


def with_lines(environments: str, other: str = OTHER) -> Case:
    return written(f"{SYSTEM}{other}environments: {environments}\n")


def beside(case: Case) -> dict[str, float]:
    """What each environment comes to."""
    return {c.stage: float(c.usd) for c in case.bill.charges if c.driver == ENVIRONMENTS}


@pytest.mark.parametrize(
    ("keys", "expected", "component"),
    [
        ("share: 5 %", 0.05 * 1_070, "hosting"),
        ("share: 10 %, of: [answer, boxes]", 0.1 * 930, "inference"),
        ("share: 10 %, of: answer", 20, "inference"),
        ("share: 10 %, of: [answer, answer, inference]", 0.1 * 1_030, "inference"),
        ("share: 20 %, component: inference", 0.2 * 1_030, "inference"),
        ("share: 50 %, of: [check, gateway]", 70, "hosting"),
        ("share: 50 %, of: [check, gateway], component: inference", 50, "inference"),
        ("share: 2 %, of: people", 10, "human review"),
        ("share: 2 %, of: [human review, gateway]", 10.8, "hosting"),
        ("share: 2 %, component: human review", 10, "human review"),
        ("share: 150 %, of: gateway", 60, "hosting"),
    ],
)
def test_an_environment_is_its_share_of_a_month(keys: str, expected: float, component: str) -> None:
    case = with_lines(f"{{dev: {{{keys}}}}}")
    assert beside(case) == {"dev": pytest.approx(expected)}
    (line,) = [c for c in case.bill.charges if c.stage == "dev"]
    assert (line.component, line.item, line.every) == (component, "dev", "month")
    assert case.bill.explain("dev: dev").endswith(f"= ${expected:,.2f}")


def test_each_is_of_production_and_none_of_another() -> None:
    case = with_lines("{dev: {share: 10 %, of: gateway}, load: {share: 100 %}}")
    assert beside(case) == pytest.approx({"dev": 4, "load": 1_070})
    assert float(case.bill.environments) == pytest.approx(1_074)
    words = "Production $1,570, other environments $1,074: dev and load."
    assert words in case.bill.sentence
    assert with_lines("{}", OTHER).bill.apart == ""


def test_support_and_tax_are_of_environments_too() -> None:
    other = "other: {support: {share_of_lines: 10 %, of: dev}, tax: {share_of_lines: 20 %}}\n"
    sums = with_lines("{dev: {share: 10 %}}", other).bill.by("stage")
    assert float(sums["dev"]) == pytest.approx(103)
    assert float(sums["support"]) == pytest.approx(10.3)
    assert float(sums["tax"]) == pytest.approx(0.2 * (1_030 + 103 + 10.3))
    case = with_lines("{dev: {share: 10 %}}", other)
    own = 103 + 10.3 + 0.2 * (103 + 10.3)
    assert float(case.bill.environments) == pytest.approx(own)
    plain = with_lines("{}", "other: {tax: {share_of_lines: 20 %}}\n").bill.total
    assert float(case.bill.total - case.bill.environments) == pytest.approx(float(plain))
    assert case.bill.apart.endswith("$136: dev, with its part of support and tax.")


def test_it_behaves_as_what_it_is_a_share_of() -> None:
    plain = with_lines("{}").bill.by("behaves")
    case = with_lines(
        "{dev: {share: 10 %, of: [inference, gateway]}, qa: {share: 10 %, of: check}}"
    )
    behaves = case.bill.by("behaves")
    assert plain == pytest.approx({"usage": 800, "capacity": 730, "fixed": 40})
    assert behaves == pytest.approx({"usage": 840, "capacity": 803, "fixed": 44})
    assert sum(behaves.values()) == pytest.approx(float(case.bill.total))
    dev, qa = (c for c in case.bill.charges if c.driver == ENVIRONMENTS)
    assert (dev.behaves, qa.behaves) == ("capacity", "usage")
    assert ac.user_margins(case).per_request == pytest.approx(0.84)


def test_no_request_of_it_is_one_of_users() -> None:
    """Neither the time, nor the machines, nor the requests of production know of it."""
    plain, held = with_lines("{}"), with_lines("{load: {share: 1000 %}}")
    plain_s, held_s = ([*ac.latency(case).rows().rows] for case in (plain, held))
    assert [row.cells for row in plain_s] == [row.cells for row in held_s]
    assert float(held.bill.requests) == float(plain.bill.requests)
    units = [c.quantity for case in (plain, held) for c in case.bill.charges if c.item == "pool"]
    assert units[0] == units[1]


def test_a_range_is_drawn_and_a_sweep_is_its_bills() -> None:
    case = with_lines("{dev: {share: 5 % to 15 %}}")
    assert np.std(case.draw(64).bill.environments) > 0
    swept = case.at({"environments.dev.share": [0.0, 0.1], "users": [100, 300]}).bill
    alone = [
        float(case.at({"environments.dev.share": s, "users": u}).bill.total)
        for s, u in ((0.0, 100), (0.1, 300))
    ]
    assert swept.total == pytest.approx(alone, rel=1e-12)


def test_what_is_set_otherwise_is_checked_like_a_file() -> None:
    case = with_lines("{dev: {share: 5 %}}")
    with pytest.raises(ScenarioError, match="no caching is billed"):
        case.at({"environments.dev.component": "caching"})
    with pytest.raises(ScenarioError, match="the file is built around it"):
        case.at({"environments.dev.of": "answer"})


def test_a_stage_on_machines_is_billed_as_those() -> None:
    with pytest.raises(ScenarioError, match="no part 'read' is billed"):
        with_lines("{dev: {share: 5 %, of: read}}")


def test_names_are_those_of_components_groups_and_lines() -> None:
    scenario = with_lines("{}").scenario
    way, every = scenario.pipeline, parts(scenario.pipeline, scenario.pools, scenario.other)
    assert every == [
        ("answer", "inference"),
        ("check", "inference"),
        ("people", "human review"),
        ("boxes", "inference"),
        ("gateway", "hosting"),
    ]
    known = ["inference", "human review", "hosting", *(name for name, _ in every)]
    assert called(way, every) == known
    assert falls_under(way, "", ("boxes", "inference"))
    assert not falls_under(way, "", ("people", "human review"))
    dev = Environment(name="dev", share=0.1, of=("people", "check"))
    assert shared(dev, way, every) == [("check", "inference"), ("people", "human review")]
    assert shown_as(dev, way, every) == ("dev", "hosting")
    assert share_words(dev) == "people and check"
