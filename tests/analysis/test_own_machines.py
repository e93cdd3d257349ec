"""Machines for a stage: each choice is the bill of a file that says it, cheapest first."""

from __future__ import annotations

from pathlib import Path

import pytest
from cases import written
from served_oracle import an_hour

from aicost.analysis.alternatives.machine_choices import Choice
from aicost.analysis.alternatives.own_machines import own_machines
from aicost.analysis.alternatives.served_stages import same_model
from aicost.billing.case import Case, load
from aicost.book.book import Book
from aicost.scenario.pool_section import Pool
from aicost.values.quantities import Range, at_means

QUESTION = """
traffic: {requests_per_month: 374_400, profile: office}
pools:
  gpus: {serves: llama-3.3-70b, chip: h100-sxm, first_word_within: 3 s, token_within: 50 ms}
pipeline:
  answer: {is: inference, pool: gpus, input_tokens: 5_875, output_tokens: 339}
"""


@pytest.fixture(scope="module")
def asked() -> Case:
    return written(QUESTION.replace("h100-sxm,", "h100-sxm, chips: 2, weights: fp8,"))


def test_the_four_tools_question_has_answers_that_agree_with_a_bill(asked: Case) -> None:
    """Between $1,400 and $30,000 a month, and for two H100 what the file's own bill says."""
    found = own_machines(asked)
    assert [c.usd for c in found.choices] == sorted(c.usd for c in found.choices)
    by_unit = {c.unit: c for c in found.choices}
    two = by_unit["fp8 on 2 x h100-sxm"]
    assert two.units == 1
    assert two.usd == pytest.approx(float(asked.bill.total))
    assert two.low < two.usd < two.high
    assert (two.first_s, two.token_s) < (3.0, 0.05)
    assert len({c.usd for c in found.choices}) > 20
    assert found.choices[0].usd > 1_000
    assert found.choices[-1].usd < 80_000
    for unit in ("bf16 on 4 x h100-sxm", "fp4 on 1 x b200"):
        one = by_unit[unit]
        pool = one.pool
        hour = an_hour(pool, 5_875.0, 339.0, 3.0, 0.05)
        assert float(pool.carries) == pytest.approx(hour * float(at_means(Range(0.696, 1.33))))
        setting = {f"pools.gpus.{f}": getattr(pool, f) for f in ("chip", "chips", "weights")}
        assert float(asked.at(setting).bill.total) == pytest.approx(one.usd)


def test_what_is_ruled_out_says_why(asked: Case) -> None:
    found = own_machines(asked)
    whys = {one.why for one in found.ruled_out}
    assert "no rent on demand is known" in whys
    assert "its tokens come too slowly" in whys
    huge = own_machines(asked, model="llama-3.1-405b")
    assert any("not even 8 chips hold" in one.why for one in huge.ruled_out)
    assert huge.choices[0].usd > found.choices[0].usd

    assert found.choices[0].doubts
    assert "Of those whose speed is well known it is 1 unit" in found.sentence
    assert "yes" in found.rows().text()


def test_limits_nobody_can_keep_are_said() -> None:
    none = written(
        "traffic: {requests_per_month: 9}\ngoals: {first_word_p95: 30 ms}\npipeline:\n"
        "  answer: {is: inference, model: groq/llama-3.3-70b-versatile, input_tokens: 90_000, "
        "output_tokens: 300}\n"
    )
    assert "No machine does it in time" in own_machines(none, model="llama-3.3-70b").sentence


def test_a_stage_is_named_and_calls_a_model_that_is_to_be_had() -> None:
    case = load(Path("data/scenarios/contract-search-billed.yaml"))
    with pytest.raises(ValueError, match=r"list of ours has the weights of .*; name the model"):
        own_machines(case)
    with pytest.raises(ValueError, match="no architecture of 'lama'"):
        own_machines(case, model="lama")
    with pytest.raises(ValueError, match="calls no model that writes"):
        own_machines(case, "people", "llama-3.1-8b")
    found = own_machines(case, model="llama-3.3-70b")
    assert "4,139 tokens read" in found.asked  # as Llama counts what Claude counts 5,875 of


def test_a_call_longer_than_the_model_holds_is_refused(asked: Case) -> None:
    with pytest.raises(ValueError, match="is more than the 4,096 that llama-2-70b holds"):
        own_machines(asked, model="llama-2-70b")


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (900.0, 1_300.0, "2 units of llama-3.3-70b (fp8) on 2 x h200, vllm: $1,000 a month ($900"),
        (1_000.0, 1_000.0, "on 2 x h200, vllm: $1,000 a month, 40 % busy at the peak"),
    ],
)
def test_a_range_without_width_is_one_figure(low: float, high: float, said: str) -> None:
    pool = Pool(name="x", serves="llama-3.3-70b", chip="h200", chips="2", weights="fp8")
    assert said in Choice(pool, 2.0, 0.4, 0.5, 0.02, 1_000.0, low, high).sentence


def test_the_same_model_is_known_by_its_published_name() -> None:
    found = same_model("llama-3.3-70b", Book.load())
    assert len(found) > 10
    assert all("70b" in item.lower() for item in found)
    assert all(0 < price <= 20 for pair in found.values() for price in pair)


def test_nobody_waits_for_a_word_of_a_nights_work() -> None:
    asked = "traffic: {requests_per_month: 40_000_000, profile: flat}\n"
    call = "pipeline: {a: {is: inference, model: x, price: {input: 1, output: 1}, "
    call += "input_tokens: 3_000, output_tokens: 300}}\n"
    soon = own_machines(written(f"{asked}{call}"), model="llama-3.3-70b")
    case = written(f"{asked}{call}goals: {{done_within: 8 h}}\n")
    night = own_machines(case, model="llama-3.3-70b")
    assert "whenever it is done (goals.done_within: nobody waits for a word)" in night.sentence
    assert night.choices[0].usd < soon.choices[0].usd
    timed = written(f"{asked}{call}goals: {{done_within: 8 h, first_word_p95: 3 s}}\n")
    assert "first word within 1 s" in own_machines(timed, model="llama-3.3-70b").sentence
