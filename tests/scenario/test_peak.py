"""The peak: busiest hour of a mean day x busiest day x busiest week x burst."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from cases import written

from aicost.billing.case import Case
from aicost.scenario.checks import warnings
from aicost.scenario.kinds import defaults
from aicost.scenario.problems import ScenarioError
from aicost.timing import limits_reached, night, peak_waits
from aicost.timing.report import latency, load_words, notes

POOLED = """pools: {gpu: {price_per_hour: 4, carries: 300}}
pipeline:
  answer: {is: inference, pool: gpu, input_tokens: 900, output_tokens: 200, seconds: 3}
"""
DESK = """pipeline:
  answer: {is: inference, model: openai/gpt-5.4, input_tokens: 900, output_tokens: 200,
           limits: {requests_per_minute: 90}}
  people: {is: human_review, share: 20 %, minutes: 4, role: us/paralegal, when: before_answer,
           answer_within: 1 min}
"""
CROWD = "busiest_day: 1.3, busiest_week: 1.5, burst: 1.2"


def case_of(rest: str, more: str = "", profile: str = "office") -> Case:
    """A system of 90,000 requests a month, and what is said of its traffic."""
    said = f", {more}" if more else ""
    return written(f"traffic: {{requests_per_month: 90_000, profile: {profile}{said}}}\n{rest}")


def peak(case: Case) -> float:
    """Requests an hour at the peak."""
    point = case.point.scenario
    return float(point.world.peak(point.requests()).value)


def test_the_peak_is_the_product() -> None:
    assert peak(case_of(POOLED, CROWD)) == pytest.approx(peak(case_of(POOLED)) * 1.3 * 1.5 * 1.2)
    point = case_of(POOLED).point.scenario
    assert peak(case_of(POOLED)) == point.world.busiest_hour(point.requests()).value


def test_five_even_days_are_seven_with_a_busiest_day_of_seven_fifths() -> None:
    office = [float(w) for w in case_of(POOLED).scenario.profile.hours]
    every = case_of(POOLED, "busiest_day: 1.4", profile=str(office))
    assert peak(every) == pytest.approx(peak(case_of(POOLED)))


def test_machines_are_bought_for_it_and_nothing_else_on_the_bill_moves() -> None:
    usual, crowded = case_of(POOLED), case_of(POOLED, CROWD)
    units = [np.ceil(peak(case) / 300) for case in (usual, crowded)]
    assert float(crowded.bill.total / usual.bill.total) == pytest.approx(units[1] / units[0])
    plain, busy = case_of(DESK), case_of(DESK, CROWD)
    assert float(busy.bill.total) == pytest.approx(float(plain.bill.total), rel=1e-12)


def test_limits_are_nearer_by_it_and_waits_longer() -> None:
    usual, crowded = case_of(DESK), case_of(DESK, CROWD)
    (far,), (near,) = limits_reached(usual), limits_reached(crowded)
    assert far.at is not None
    assert near.at is not None
    assert far.at / near.at == pytest.approx(1.3 * 1.5 * 1.2, rel=1e-3)
    waits = [peak_waits(c.point.scenario)["answer"].mean for c in (usual, crowded)]
    assert waits[0] <= waits[1]


def test_a_night_holds_the_busiest_day_but_no_burst() -> None:
    goal = "goals: {done_within: 8 h}\n"
    usual, crowded = night(case_of(DESK + goal)), night(case_of(DESK + goal, CROWD))
    assert usual is not None
    assert crowded is not None
    assert crowded.requests == pytest.approx(usual.requests * 1.3 * 1.5)


def test_it_is_said() -> None:
    times = latency(case_of(DESK, CROWD))
    assert times is not None
    assert "x 1.3 on the busiest day" in load_words(times)
    rows = [row.of for row in case_of(DESK, CROWD).scenario.rows().rows]
    assert {"traffic.busiest_day", "traffic.busiest_week", "traffic.burst"} <= {*rows}
    assert "mean day" not in load_words(latency(case_of(DESK)))  # type: ignore[arg-type]


def test_a_day_cannot_hold_more_than_its_week() -> None:
    case = case_of(DESK, "busiest_day: 6")
    (line,) = [p for p in warnings(case.scenario, case.book) if "busiest_day" in p.key]
    assert "the 5 on which anybody asks" in line.wrong
    with pytest.raises(ScenarioError, match="busiest_day"):
        case_of(DESK, "busiest_day: 8")


def test_a_burst_is_counted_only_where_it_is_asked_for() -> None:
    assert case_of(DESK).scenario.traffic.burst == 1.0
    asked = case_of(DESK, "burst: unknown").scenario.traffic
    row = defaults()["any", "traffic.burst"]
    assert (asked.burst.low, asked.burst.high) == (row.low, row.high)  # type: ignore[union-attr]
    assert asked.origins["burst"].source == row.source


def test_what_is_usual_for_a_burst_is_what_public_traces_hold(reference_dir: Path) -> None:
    folder = reference_dir / "traces"
    with (folder / "azure2023_conv.csv").open() as file:
        stamps = [row["TIMESTAMP"][:26] for row in csv.DictReader(file)]
    azure = np.array([datetime.fromisoformat(stamp).timestamp() for stamp in stamps])
    with gzip.open(folder / "mooncake_conversation.jsonl.gz", "rt") as file:
        mooncake = np.array([json.loads(line)["timestamp"] / 1_000 for line in file])
    found = []
    for times in (azure, mooncake):
        windows = np.bincount(((times - times.min()) // 300).astype(int))[:11]
        found.append(round(float(windows.max() / windows.mean()), 2))
    row = defaults()["any", "traffic.burst"]
    assert sorted(found) == [row.low, row.high]


def test_who_asks_again_makes_a_request_of_its_own() -> None:
    usual, again = case_of(POOLED), case_of(POOLED, "asked_again: 20 %")
    assert again.bill.requests == pytest.approx(1.2 * 90_000)
    assert peak(again) == pytest.approx(1.2 * peak(usual))
    call = "answer: {is: inference, model: openai/gpt-5.4, input_tokens: 900, output_tokens: 200"
    calls = (f"pipeline: {{{call}}}}}\n", f"pipeline: {{{call}, repeat: 1.2}}}}\n")
    asked = case_of(calls[0]), case_of(calls[0], "asked_again: 20 %"), case_of(calls[1])
    times = [latency(case) for case in asked]
    firsts = [found.now.first[1] for found in times if found is not None]
    assert firsts[1] < 1.1 * firsts[0] < firsts[2]


def test_retrieval_and_search_are_asked_again_with_it() -> None:
    one, again = (
        written(f"kind: rag-chat\ntraffic: {{users: 900, requests_per_user_month: 30{more}}}\n")
        for more in ("", ", asked_again: 50 %")
    )
    by, more = one.bill.by("stage"), again.bill.by("stage")
    assert float(more["answer"]) == pytest.approx(1.5 * float(by["answer"]))
    assert float(more["reranking"]) == pytest.approx(1.5 * float(by["reranking"]))


def test_a_repeat_of_what_streams_names_what_may_be_meant() -> None:
    call = "{is: inference, model: openai/gpt-5.4, input_tokens: 9, output_tokens: 9"
    for rest, named in (("}", False), (", repeat: 1.2}", True)):
        times = latency(case_of(f"pipeline: {{answer: {call}{rest}}}\n"))
        assert times is not None
        assert any("asked_again" in note for note in notes(times)) == named
