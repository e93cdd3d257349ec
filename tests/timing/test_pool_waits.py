"""Machines of one's own: a pool in the busiest hour is a queue, however it is bought."""

from __future__ import annotations

import pytest
from cases import written

from aicost.timing.call_times import timed
from aicost.timing.checks import doubts
from aicost.timing.percentiles import speeds
from aicost.timing.pool_waits import pool_uses
from aicost.timing.report import latency


def boxes(
    pool: str, calls: int = 438_000, call: str = "ttft: 240, tpot: 0.06", more: str = ""
) -> str:
    return f"""
traffic: {{users: 1, requests_per_user_month: {calls}, profile: flat}}
pipeline:
  a: {{is: inference, input_tokens: 1_000, output_tokens: 100, {call}, streams: no, pool: slots}}
{more}pools:
  slots: {{price_per_hour: 1, {pool}}}
"""


def use_of(text: str):
    (use,) = pool_uses(timed(written(text)).point.scenario)
    return use


def test_a_pool_nearly_full_waits_as_erlang_says() -> None:
    use = use_of(boxes("carries: 14.634"))
    assert (use.units, round(use.places, 1), round(use.load, 2)) == (42, 42.0, 41.0)
    assert use.waits == pytest.approx(0.825, abs=0.001)
    assert use.mean_wait_s == pytest.approx(203, abs=1)
    times = latency(written(boxes("carries: 14.634")))
    assert times is not None
    assert times.stages[0].mean == pytest.approx(times.now.answer.whole.mean, rel=0.01)
    assert "42 machines are 97.6 % busy; 82.5 % of calls wait" in use.sentence


def test_units_that_work_on_many_calls_at_once_are_as_many_places() -> None:
    """100 calls an hour of 246 s: 6.8 at once a unit, so 41 busy of the places of 7 units."""
    use = use_of(boxes("carries: 100"))
    assert use.units == 6 + 1 * (use.calls_per_hour > 600)
    assert use.load == pytest.approx(41, rel=0.001)
    assert use.places == pytest.approx(use.units * 100 * use.call_s / 3_600)


def test_stages_on_one_pool_wait_in_one_queue() -> None:
    other = (
        "  b: {is: inference, input_tokens: 1, output_tokens: 1, ttft: 60, tpot: 0, pool: slots}\n"
    )
    use = use_of(boxes("carries: 20", more=other))
    assert use.stages == ("a", "b")
    assert use.calls_per_hour == pytest.approx(1_200)
    assert use.call_s == pytest.approx((245.94 + 60) / 2, rel=0.01)


def test_a_full_pool_and_one_that_cannot_grow_have_no_percentiles() -> None:
    (full,) = speeds(written(boxes("carries: 15")), [1])
    assert [(over.served, over.what) for over in full.over] == [(1.0, "machines")]
    assert "grows without end; one more machine (spare: 1)" in full.over[0].sentence
    small = written(boxes("carries: 15, at_most: 30"))
    (short,) = speeds(small, [1])
    assert short.served == pytest.approx(0.75)
    assert "machines serve 75.0 % of the calls of the busiest hour" in short.over[0].sentence
    times = latency(small)
    assert times is not None
    (row,) = [row for row in times.rows().rows if "today" in row.cells[0]]
    assert row.cells[1:] == (0.75, "none", "none", "none")
    assert small.bill.charges[0].quantity == pytest.approx(30 * 730)


def test_check_says_how_busy_a_pool_is_and_its_remedy_works() -> None:
    text = boxes("carries: 14.634")
    (doubt,) = doubts(written(text))
    assert doubt.wrong.startswith("busy 97.6 % of the busiest hour with 42 machines: 82.5 % of")
    assert doubt.remedy == "write spare: 1, and it is 83 s"
    more = written(text.replace("carries: 14.634", "carries: 14.634, spare: 1"))
    use = next(pool_uses(timed(more).point.scenario))
    assert round(use.mean_wait_s) == 83
    (short,) = doubts(written(boxes("carries: 15, at_most: 30")))
    assert "30 machines carry 75 % of the 600 calls an hour at the peak" in short.wrong


def test_a_machine_more_is_a_remedy_with_its_price() -> None:
    times = latency(written(boxes("carries: 14.634")))
    assert times is not None
    now, more = times.remedies[0], times.remedies[-1]
    assert more.name == "slots: one machine more (spare: 1)"
    assert more.whole[1] < 0.75 * now.whole[1]
    assert more.usd - now.usd == pytest.approx(730)
