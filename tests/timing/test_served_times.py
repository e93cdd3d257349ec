"""How fast a model answers on machines of one's own, at the load of their units."""

from __future__ import annotations

import pytest
from cases import written

from aicost.book.machines import within
from aicost.formulas.serving import at_rate
from aicost.scenario.served_pools import machine_of
from aicost.timing.call_times import timed
from aicost.timing.ceilings import overloads
from aicost.timing.percentiles import speeds
from aicost.timing.pool_waits import pool_uses
from aicost.timing.report import latency
from aicost.timing.served_times import served_times

TEXT = """
traffic: {requests_per_month: 374_400, profile: office}
pools:
  gpus:
    serves: llama-3.3-70b
    chip: h100-sxm
    chips: 2
    weights: fp8
    first_word_within: 3 s
    token_within: 50 ms
    price_per_hour: 6
    reached: 1
pipeline:
  answer: {is: inference, pool: gpus, input_tokens: 5_875, output_tokens: 339}
"""


def test_times_are_those_of_the_formulas_at_the_load_of_a_unit() -> None:
    case = written(TEXT)
    (use,) = pool_uses(timed(case).point.scenario)
    alone = at_rate(
        machine=machine_of(case.scenario.pools[0]),
        input_tokens=5_875.0,
        output_tokens=339.0,
        requests_per_s=use.calls_per_hour / use.units / 3_600,
    )
    (value, origin) = served_times(case.point.scenario)["answer"]["ttft"]
    low, high = within()["first_within"]
    assert value.p50.low == pytest.approx(float(alone.first_s) * low)
    assert value.p50.high == pytest.approx(float(alone.first_s) * high)
    assert value.p95.low == 3 * value.p50.low
    assert origin.basis == "assumed"
    assert "llama-3.3-70b (fp8) on 2 x h100-sxm, vllm, at 1,9" in origin.source


def test_no_call_waits_twice_and_the_load_of_each_size_is_its_own() -> None:
    case = written(TEXT)
    times = latency(case)
    assert times is not None
    (pool,) = times.pools
    assert pool.waits == 0.0
    assert pool.sentence.endswith("1 machine is 46.4 % busy of what it serves in time.")
    few, now = speeds(case, [1_000, 374_400])
    assert few.first[0] < now.first[0]
    assert few.whole[0] < now.whole[0]


def test_a_stated_time_stays() -> None:
    case = written(TEXT.replace("339}", "339, ttft: 0.4, tpot: 0.02}"))
    assert timed(case).scenario.stage("answer").ttft == 0.4


def test_too_few_units_are_said_and_serve_a_share() -> None:
    case = written(TEXT.replace("reached: 1", "reached: 1\n    at_most: 1"))
    many = case.at({"requests_per_month": 4e6})
    (over,) = overloads(timed(many).point.scenario)
    assert 0 < over.served < 0.5
