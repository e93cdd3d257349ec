"""`aicost log`: what it reads, prints and refuses."""

import json
from pathlib import Path

import pytest
from commands import one_line, refused, said

SPAN = {
    "traceId": "t1",
    "spanId": "s1",
    "name": "answer",
    "startTimeUnixNano": "1793606400000000000",
    "endTimeUnixNano": "1793606402500000000",
    "attributes": [
        {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
        {"key": "gen_ai.request.model", "value": {"stringValue": "gpt-5"}},
        {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "1200"}},
        {"key": "gen_ai.usage.output_tokens", "value": {"intValue": "70"}},
    ],
    "status": {},
}


@pytest.fixture
def spans(tmp_path: Path) -> Path:
    path = tmp_path / "spans.json"
    path.write_text(json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [SPAN]}]}]}))
    return path


def test_ready_says_what_a_log_answers_and_what_it_lacks(spans: Path) -> None:
    text = one_line(said("log", "ready", spans))
    assert "as OpenTelemetry GenAI writes it: 1 row read, 1 call, none set aside." in text
    assert 'span.set_attribute("app.feature", "search")' in text
    head, *rows = said("log", "ready", spans, "--csv").splitlines()
    assert head == "question,answered,share,lacks"
    assert rows[0] == "what a request costs,yes,1.0,"
    assert len(rows) == 10


def test_what_cannot_be_read_is_one_line(tmp_path: Path, spans: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"colour": "red"}')
    assert "say where its columns are: --column moment=" in refused("log", "ready", other)
    assert refused("log", "ready", tmp_path / "none.json").count("\n") == 1
    for asked, wrong in (
        (("--rows", "7"), "--rows: 7 is less than 1,000\n"),
        (("--days", "3"), "--days: 3 is not between 28 and 364\n"),
        (("--cause", "x"), "--cause: no 'x' can be planted; use one of: "),
        (("--cause", "none", "--cause", "lost cache"), "--cause none: say it alone"),
    ):
        assert refused("log", "sample", tmp_path / "a.csv", *asked).startswith(wrong)
    wrong = refused("log", "ready", spans, "--column", "model")
    assert wrong == "--column model: write FIELD=WHERE, such as model=engine\n"


def test_a_sample_is_written_and_its_quality_read(tmp_path: Path) -> None:
    out = tmp_path / "log.csv"
    text = said("log", "sample", out, "--rows", "40000", "--scored", "0.9")
    assert text.splitlines()[0].endswith("calls of 42 days")
    key = json.loads((tmp_path / "log.key.json").read_text())
    (drop,) = [row for row in key["causes"] if row["cause"] == "quality drop"]
    words = one_line(said("log", "quality", out))
    assert f"on Tuesday, {drop['from']}" in words
    assert "The judge changed on Monday, 2026-10-26, from rubric-1 to rubric-2: marks fell" in words
    head, *rows = said("log", "quality", out, "--csv").splitlines()
    assert head == "day,slice,n0,n1,mean0,mean1,points,part,alarm"
    assert any("feature search" in row for row in rows)


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("calls") / "log.parquet"
    said("log", "sample", out, "--rows", "3000", "--days", "28", "--cause", "none")
    return out


def test_values_of_a_scenario_are_measured(calls: Path) -> None:
    text = said("log", "calibrate", calls)
    assert "output_tokens p95" in text
    head, *rows = said("log", "calibrate", calls, "--csv").splitlines()
    assert head == "part,field,value,low,high,n,unit"
    assert any(row.startswith("search: answer,hit_share,") for row in rows)


def test_calibrate_writes_a_copy_and_lists_what_has_no_place(calls: Path, tmp_path: Path) -> None:
    out, file = calls, tmp_path / "own.yaml"
    file.write_text(
        "traffic: {users: 5, requests_per_user_month: 3}\n"
        "pipeline:\n"
        "  find: {is: inference, model: openai/gpt-6-luna, input_tokens: 9, output_tokens: 9}\n"
    )
    before = file.read_text()
    words = ("log", "calibrate", out, "--write", file, "--stage", "find=search:answer")
    text = one_line(said(*words))
    assert f"written into {tmp_path / 'own-measured.yaml'}: traffic.users, " in text
    assert "not written: chat: judge ($0.0" in text
    assert "say --stage NAME='chat: judge'" in text
    assert file.read_text() == before
    assert "input_tokens: {p50: " in (tmp_path / "own-measured.yaml").read_text()
    assert "is there already" in refused(*words)
    other = tmp_path / "other.yaml"
    assert "written into" not in said(*words, "--out", other, "--csv")
    assert other.read_text() == (tmp_path / "own-measured.yaml").read_text()
    assert "name the scenario too" in refused("log", "calibrate", out, "--stage", "find=search")
    assert "no such stage" in refused(
        *words[:-1], "fin=search:answer", "--out", tmp_path / "a.yaml"
    )


def test_a_sample_refuses_what_cannot_be(tmp_path: Path) -> None:
    out = tmp_path / "log.csv"
    assert "between 28 and 364" in refused("log", "sample", out, "--days", "3")
    assert "did you mean 'lost cache'" in refused("log", "sample", out, "--cause", "lost cash")
    said("log", "sample", out, "--rows", "2000", "--cause", "none")
    assert "something is there" in refused("log", "sample", out, "--rows", "2000")
    none = json.loads((tmp_path / "log.key.json").read_text())
    assert none["causes"] == []
