"""What a log has measured stands in a copy of a scenario, and its bill is what the log cost."""

import os
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from aicost import load
from aicost.book.book import Book
from aicost.components.traffic import DAYS_PER_MONTH
from aicost.log.calibrate import MeasuredValues, measured_values
from aicost.log.placed import Placed, left_lines, placed_values, stages_for, usd_of_parts
from aicost.log.price import price_calls
from aicost.log.sample import Sample, frames
from aicost.log.traffic import TRAFFIC, WEEK
from aicost.measure.record import measured_copy
from aicost.scenario.scenario import Scenario
from aicost.values.quantities import ends, mean

AT = date(2026, 11, 23)
LOGS = int(os.environ.get("AICOST_WRITTEN", "2"))
WHERE = [f"{name}={name}: answer" for name in ("chat", "search", "agent", "report")]
OTHER = """
as_of: 2026-11-23
traffic: {users: 100, requests_per_user_month: 3, profile: office}
pipeline:
  chat: {is: inference, model: mistral/mistral-large-4, input_tokens: 100, output_tokens: 50}
  search: {is: inference, share: 5 %, of: requests, model: openai/gpt-6-luna, input_tokens: 100,
           output_tokens: {p50: 9, p95: 90}}
  agent: {is: inference, of: requests, model: anthropic/claude-sonnet-5-5, input_tokens: 100,
          output_tokens: 50, retry: 20 %}
  report: {is: inference, of: requests, model: openai/gpt-6-sol, input_tokens: 100,
           output_tokens: 50, thinking_tokens: 2_000}
"""


def log(seed: int) -> pd.DataFrame:
    sample = Sample(rows=40_000, days=28, seed=seed, causes=())
    return pd.concat(frames(sample), ignore_index=True)


def scenario_of(folder: Path, text: str) -> Scenario:
    file = folder / "other.yaml"
    file.write_text(text)
    return load(file).scenario


def written(folder: Path, text: str, found: MeasuredValues, said: list[str]) -> tuple[Placed, Path]:
    file = folder / "system.yaml"
    file.write_text(text)
    case = load(file)
    scenario = case.point.scenario
    result = placed_values(found, scenario, stages_for(found, scenario, said))
    copy = folder / "copy.yaml"
    copy.write_text(measured_copy(case, result.values, result.hours))
    return result, copy


@pytest.mark.parametrize("seed", range(10, 10 + LOGS))
def test_a_log_written_into_another_scenario_is_its_bill(seed: int, tmp_path: Path) -> None:
    frame = log(seed)
    found = measured_values(frame)
    result, copy = written(tmp_path, OTHER, found, WHERE)
    case = load(copy)
    seen = 0
    for one in found.values:
        stage = one.part.partition(":")[0]
        path = f"{stage}.{'repeat' if one.field == 'rounds' else one.field}"
        if path in result.values and not (one.part != TRAFFIC and ": answer" not in one.part):
            value, near = case.scenario.get(path), 1e-3  # it is written with four digits
            if len(ends(value)) > 1:
                true = one.mean or one.value
                assert float(mean(value)) == pytest.approx(true, rel=near), path
            else:
                each = zip(one.low, ends(value), one.high, strict=True)
                assert all(a * (1 - near) <= v <= b * (1 + near) for a, v, b in each), path
            seen += 1
    assert seen == len(result.values)
    assert case.scenario.profile.hours == result.hours
    answers = frame[frame["stage"] == "answer"]
    month = float(price_calls(answers, Book.load(), at=AT).total_usd) / 28 * DAYS_PER_MONTH
    assert float(case.bill.total) == pytest.approx(month, rel=0.03)


def test_a_mix_whose_percentiles_are_moved_is_told() -> None:
    result = Placed(off={"answer.input_tokens": -0.25})
    assert [*left_lines(result, {})] == [
        "answer.input_tokens: kept at the log's mean; its 95th percentile is 25 % below the log's"
    ]


def small(stages: tuple[str, ...] = ("cache", "answer"), days: int = 21) -> pd.DataFrame:
    """Two hundred requests a day, a fifth of them answered from a cache."""
    rows = [
        (pd.Timestamp("2026-11-02") + pd.Timedelta(days=day, minutes=n), f"r{day}-{n}", stage, n)
        for day in range(days)
        for n in range(200)
        for stage in stages
    ]
    frame = pd.DataFrame(rows, columns=["moment", "request", "stage", "n"])
    return frame.assign(
        user=[f"u{n}" for n in frame["n"]],
        feature="chat",
        model="gpt-5",
        provider="openai",
        input_tokens=1_000,
        output_tokens=100,
        from_cache=frame["n"] % 5 == 0,
    )


CACHED = """
traffic: {users: 10, requests_per_user_month: 3}
pipeline:
  cache: {is: response_cache, hit_share: 50 %, node_per_month: 100}
  answer: {is: inference, share: 70 %, model: openai/gpt-5, input_tokens: 1, output_tokens: 1,
           thinking_tokens: 0}
"""


def test_a_share_is_that_of_requests_which_arrive(tmp_path: Path) -> None:
    found = measured_values(small(("answer",)))
    said = ["cache=chat:answer", "answer=chat:answer"]
    result, copy = written(tmp_path, CACHED, found, said)
    assert result.values["cache.hit_share"] == pytest.approx(0.2)
    assert result.values["answer.share"] == pytest.approx(1)  # of the four fifths that arrive
    scenario = load(copy).scenario
    assert scenario.traffic.users == 200
    assert scenario.traffic.requests_per_user_month == pytest.approx(DAYS_PER_MONTH, rel=1e-3)
    alone, _ = written(tmp_path, CACHED, found, [])
    reasons = {fields: why for _, fields, why in alone.left}
    assert "fewer requests arrive" in reasons[("share",)]
    assert reasons[("hit_share",)] == "no stage of it has such a field"


def test_what_embeds_is_told_the_mean_of_a_question(tmp_path: Path) -> None:
    frame = log(3)
    text = """
traffic: {users: 10, requests_per_user_month: 3}
pipeline:
  look: {is: embedding, model: openai/text-embedding-3-small, query_tokens: 5}
"""
    result, copy = written(tmp_path, text, measured_values(frame), ["look=chat: embed"])
    asked = frame[(frame["feature"] == "chat") & (frame["stage"] == "embed")]["input_tokens"]
    assert result.values["look.query_tokens"] == pytest.approx(asked.mean(), rel=1e-3)
    assert load(copy).scenario.stages[0].query_tokens == result.values["look.query_tokens"]


def test_parts_are_placed_by_name_or_not_at_all(tmp_path: Path) -> None:
    frame = small()
    both = pd.concat([frame, frame.assign(feature="search", request="s" + frame["request"])])
    one, two = measured_values(frame), measured_values(both)
    scenario = scenario_of(tmp_path, CACHED)
    assert stages_for(one, scenario) == {"chat: cache": ("cache",), "chat: answer": ("answer",)}
    assert stages_for(two, scenario) == {}
    assert stages_for(two, scenario, ["answer=search:answer"]) == {"search: answer": ("answer",)}
    result = placed_values(two, scenario, {})
    usd = usd_of_parts(both, Book.load())
    assert usd["chat: answer"] == pytest.approx(0.8 * 21 * 200 * (1_000 * 1.25 + 100 * 10) / 1e6)
    lines = [line for line in left_lines(result, usd) if "chat: answer" in line]
    assert lines == [
        "not written: chat: answer ($7.56 of the log): 2 parts of the log are called answer; say "
        "--stage NAME='chat: answer'"
    ]
    for said, wrong in (
        (["answer"], "write STAGE=PART, such as answer=chat: answer"),
        (["anser=chat:answer"], "did you mean 'answer'"),
        (["answer=chat:anser"], "did you mean 'chat: answer'"),
        (["answer=chat:answer", "answer=search:answer"], "has a part of the log already"),
    ):
        with pytest.raises(ValueError, match=wrong):
            stages_for(two, scenario, said)


def test_what_would_be_counted_twice_has_no_place(tmp_path: Path) -> None:
    more = "turns: 3, tokens_kept_per_turn: 50,"
    text = CACHED.replace("share: 70 %,", more)
    found = measured_values(small(("answer",)))
    scenario = scenario_of(tmp_path, text).point()
    result = placed_values(found, scenario, {"chat: answer": ("cache", "answer")})
    assert "answer.input_tokens" not in result.values
    assert any("adds passages, tools or earlier turns" in why for _, _, why in result.left)
    again = scenario_of(
        tmp_path, CACHED.replace("users: 10", "users: 10, asked_again: 10 %")
    ).point()
    result = placed_values(found, again, {"chat: answer": ("cache", "answer")})
    assert "traffic.users" not in result.values


def test_hours_of_five_days_a_week_are_those_of_all_seven(tmp_path: Path) -> None:
    frame = small(("answer",))
    office = frame[[moment.weekday() < 5 for moment in frame["moment"]]]
    found = measured_values(office)
    assert found.of(TRAFFIC, "days_per_week").value == 5 < WEEK
    result, copy = written(tmp_path, CACHED, found, [])
    hours = office["moment"].dt.hour.value_counts(normalize=True)
    assert result.hours == pytest.approx([hours.get(n, 0.0) for n in range(24)], abs=1e-4)
    a_month = office["request"].nunique() / 21 * DAYS_PER_MONTH
    per_day = office.groupby(office["moment"].dt.date)["request"].nunique().max()
    case = load(copy)
    assert float(case.bill.requests) == pytest.approx(a_month, rel=1e-3)
    busiest = float(mean(case.scenario.traffic.busiest_day)) * a_month / DAYS_PER_MONTH
    assert busiest == pytest.approx(per_day, rel=2e-3)  # as many as its busiest day had
    counted = CACHED.replace("users: 10, requests_per_user_month: 3", "requests_per_month: 9")
    by_request = scenario_of(tmp_path, counted)
    result = placed_values(found, by_request.point(), {})
    assert result.values == {
        "traffic.requests_per_day": pytest.approx(200 * 5 / 7, rel=1e-3),
        "traffic.busiest_day": pytest.approx(7 / 5, rel=1e-3),
    }


LOOPED = """
traffic: {users: 10, requests_per_user_month: 3}
pipeline:
  rank: {is: reranking, model: voyageai/rerank-2.5, documents: 20, passage_tokens: 5}
  work:
    loop:
      rounds: 9
      steps:
        answer: {is: inference, model: openai/gpt-5, input_tokens: 1, output_tokens: 1,
                 thinking_tokens: 0}
  people: {is: human_review, of: requests, share: 50 %, minutes: 1, role: us/paralegal,
           when: after_answer}
"""


def test_rounds_what_is_ranked_and_what_people_see_have_their_places(tmp_path: Path) -> None:
    once = small(("answer",)).assign(from_cache=False, reviewed=False)
    answers = pd.concat([once, once, once.assign(reviewed=once["n"] % 10 == 0)])
    ranked = small(("rank",)).assign(from_cache=False, input_tokens=8_000, output_tokens=0)
    ranked = ranked.assign(model="rerank-2.5", provider="voyageai", operation="rerank")
    # What a person said of an answer stands on its second look too: it is one request.
    judged = once.assign(stage="judge", reviewed=once["n"] % 10 == 0)
    found = measured_values(pd.concat([answers, ranked, judged]))
    assert stages_for(found, scenario_of(tmp_path, LOOPED))["chat: answer"] == ("work/answer",)
    result, copy = written(tmp_path, LOOPED, found, [])  # its calls repeat, as those of a loop
    assert result.values["work.rounds"] == 3
    assert result.values["people.share"] == pytest.approx(0.1)
    assert result.values["rank.passage_tokens"] == 8_000 / 20
    assert not [fields for _, fields, _ in result.left if "rounds" in fields]
    case = load(copy)
    (calls,) = (c for c in case.bill.charges if (c.stage, c.item) == ("work/answer", "output"))
    a_month = 200 * DAYS_PER_MONTH
    assert float(calls.usd) == pytest.approx(3 * a_month * 100 * 10 / 1e6, rel=2e-3)
    rank = sum(float(c.usd) for c in case.bill.charges if c.stage == "rank")
    one = Book.load().find("voyageai/rerank-2.5", "input").value
    assert rank == pytest.approx(a_month * 8_000 * float(one) / 1e6, rel=2e-3)


def test_calls_that_come_once_are_no_stage_of_a_loop_unless_it_is_said(tmp_path: Path) -> None:
    found, scenario = measured_values(small(("answer",))), scenario_of(tmp_path, LOOPED)
    assert stages_for(found, scenario) == {}
    (why,) = (w for part, _, w in placed_values(found, scenario, {}).left if part != TRAFFIC)
    assert why == (
        "no call of a request comes twice, as those of work/answer would; if it is that, "
        "say --stage work/answer='chat: answer'"
    )
