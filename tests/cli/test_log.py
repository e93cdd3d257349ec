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
    wrong = refused("log", "ready", spans, "--column", "model")
    assert wrong == "--column model: write FIELD=WHERE, such as model=engine\n"
