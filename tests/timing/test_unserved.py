"""Calls that a limit or machines leave undone are counted, and what the rest costs is said."""

import pytest
from cases import written
from timed_systems import CALL

from aicost.timing.unserved import unserved, unserved_problems

MODEL = "model: openai/gpt-5-mini, input_tokens: 1_000, output_tokens: 300, thinking_tokens: 0"


def test_what_a_limit_refuses_is_on_the_bill_and_said() -> None:
    head = "traffic: {requests_per_month: 4_000_000}\npipeline:\n"
    answer = f"is: inference, {MODEL}, limits: {{requests_per_minute: 60}}"
    case = written(f"{head}  answer: {{{answer}}}\n")
    found = unserved(case)
    assert found is not None
    served = 60 * 60 * 730 / 4e6  # flat traffic, the hours of a month
    assert found.calls == pytest.approx(4e6 * (1 - served), rel=2e-3)
    assert found.served_usd == pytest.approx(3_400 * served, rel=2e-3)
    (problem,) = unserved_problems(case)
    assert problem.key == "answer.limits"
    assert "leaves 1,400,000 of the 4,000,000 calls of a month unserved (34.3 %)" in problem.wrong
    assert "of what is served alone it is about $2,23" in problem.wrong
    assert unserved(case.at({"traffic.requests_per_month": 2_000_000})) is None


def test_machines_that_cannot_be_more_leave_calls_too() -> None:
    text = "traffic: {requests_per_month: 730_000}\npipeline:\n"
    text += f"  answer: {{is: inference, pool: p, {CALL}, input_tokens: 9}}\n"
    text += "pools: {p: {price_per_hour: 1, carries: 500, at_most: 1}}\n"
    found = unserved(written(text))
    assert found is not None
    assert found.sentence.startswith("p: its machines leave 360,000 of the 730,000 calls")
    assert found.served_usd == pytest.approx(found.usd)  # machines cost the same, busy or not
    (problem,) = unserved_problems(written(text))
    assert problem.key == "pools.p.at_most"
