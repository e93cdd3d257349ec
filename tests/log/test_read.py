"""A log as it is read: calls, what is set aside and why, how tokens are counted."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from aicost.log.engine import collected
from aicost.log.layouts import LogError
from aicost.log.read import AGAIN, Log, read_log

NOW = datetime(2026, 11, 27)


@pytest.fixture(params=["duckdb", "pandas"], autouse=True)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it holds with duckdb, and without it as in a browser."""
    if request.param == "pandas":
        monkeypatch.setattr("aicost.log.sources.connection", lambda: None)


def spend(number: int, **changed: Any) -> dict[str, Any]:
    """A row of LiteLLM: 1,000 tokens of input, 100 of them from a cache; 50 of output."""
    return {
        "request_id": f"r{number}",
        "call_type": "acompletion",
        "custom_llm_provider": "openai",
        "model": "gpt-5",
        "prompt_tokens": 1_000,
        "completion_tokens": 50,
        "total_tokens": 1_050,
        "spend": 0.01,
        "startTime": "2026-11-02T10:00:00+01:00",
        "endTime": "2026-11-02T09:00:02.500Z",
        "session_id": f"s{number // 2}",
        "metadata": {"usage_object": {"prompt_tokens_details": {"cached_tokens": 100}}},
        "status": "success",
        "cache_hit": "False",
        **changed,
    }


#: A row that is broken, and why it is set aside.
BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"prompt_tokens": -3}, "input_tokens is negative, or less than a cache has of it"),
    ({"completion_tokens": -1}, "output_tokens is negative, or less than thinking has of it"),
    ({"completion_tokens": "many"}, "output_tokens is not a number"),
    ({"completion_tokens": 1.5}, "output_tokens is not whole"),
    ({"prompt_tokens": 2e9}, "input_tokens is more than one call can have"),
    ({"startTime": "2031-01-01T00:00:00Z"}, "a date in the future"),
    ({"startTime": 0}, "a date before 2015"),
    ({"startTime": "yesterday"}, "moment is not a moment"),
    ({"startTime": None}, "it says no time"),
    ({"endTime": "2026-11-02T08:59:00Z"}, "whole_s is negative"),
    ({"cache_hit": "perhaps"}, "from_cache is neither true nor false"),
    ({"request_id": "r101"}, AGAIN),
    ({"call_type": "invoke_agent"}, "wraps other calls, and its tokens are theirs"),
]


def log_of(tmp_path: Path, rows: Sequence[Any], end: str = "", **columns: str) -> Log:
    path = tmp_path / "log.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + end, encoding="utf-8")
    return read_log(path, columns, NOW)


@pytest.mark.parametrize("said", ["None", "False", "", None])
def test_a_cache_that_was_not_asked_answered_nothing(tmp_path: Path, said: str | None) -> None:
    """LiteLLM's own code writes None as text where no cache is set up."""
    log = log_of(tmp_path, [spend(n, cache_hit=said) for n in range(2)])
    assert log.good == 2
    assert not collected(log.calls)["from_cache"].fillna(False).any()


def test_a_log_becomes_calls_in_buckets_apart(tmp_path: Path) -> None:
    log = log_of(tmp_path, [spend(n) for n in range(4)])
    assert (log.source, log.read, log.good) == ("LiteLLM", 4, 4)
    calls = collected(log.calls)
    assert calls["input_tokens"].to_list() == [900] * 4
    assert calls["cache_read_tokens"].to_list() == [100] * 4
    assert calls["request"].to_list() == ["s0", "s0", "s1", "s1"]
    assert calls["moment"].to_list() == [datetime(2026, 11, 2, 9)] * 4
    assert calls["whole_s"].to_list() == [2.5] * 4
    assert calls["status"].to_list() == ["ok"] * 4
    assert calls["operation"].to_list() == ["chat"] * 4
    assert calls["from_cache"].to_list() == [False] * 4
    assert "4 show it so, 0 otherwise" in " ".join(log.notes)


def test_what_litellm_writes_as_a_text_within_is_read(tmp_path: Path) -> None:
    """Its own code stores metadata as JSON in a text, the details under another name."""
    usage = {"additional_usage_values": {"prompt_tokens_details": {"cached_tokens": 100}}}
    log = log_of(tmp_path, [spend(0, metadata=json.dumps(usage))])
    (found,) = collected(log.calls).to_dict("records")
    assert (found["input_tokens"], found["cache_read_tokens"]) == (900, 100)


def test_a_broken_row_is_set_aside_with_its_reason(tmp_path: Path) -> None:
    good = [spend(n) for n in range(100, 200)]
    log = log_of(tmp_path, [*(spend(n, **row) for n, (row, _) in enumerate(BROKEN)), *good])
    assert log.read == len(BROKEN) + 100
    assert log.set_aside.sort_values("row").to_dict("records") == [
        {"file": "log.jsonl", "row": n, "reason": reason}
        for n, (_, reason) in enumerate(BROKEN, start=1)
    ]
    assert collected(log.calls)["call"].to_list() == [row["request_id"] for row in good]
    shown = {row.cells[0].removeprefix("aside: ") for row in log.rows().rows}
    assert {reason for _, reason in BROKEN} <= shown


def test_what_is_no_record_is_set_aside_where_it_stands(tmp_path: Path) -> None:
    log = log_of(tmp_path, [spend(0), 7, spend(1), {"hello": "you"}], '\n\n{"request_id": "r9"')
    aside = dict(zip(log.set_aside["row"], log.set_aside["reason"], strict=True))
    assert aside == {
        2: "no record, but a single value",
        4: "no call of a model",
        5: "no whole JSON in UTF-8",
    }


def test_rows_that_show_another_convention_are_read_by_it(tmp_path: Path) -> None:
    beside = {"prompt_tokens": 60, "custom_llm_provider": "anthropic"}
    rows = [spend(n) for n in range(3)] + [spend(n, **beside) for n in range(3, 6)]
    log = log_of(tmp_path, rows)
    assert collected(log.calls)["input_tokens"].to_list() == [900] * 3 + [60] * 3
    assert "The rows of anthropic show it beside, and are read so." in " ".join(log.notes)


def test_one_broken_row_in_a_hundred_turns_no_other(tmp_path: Path) -> None:
    log = log_of(tmp_path, [spend(0, prompt_tokens=60), *(spend(n) for n in range(1, 100))])
    assert log.good == 99
    assert set(collected(log.calls)["input_tokens"]) == {900}


def test_a_log_without_traces_says_so(tmp_path: Path) -> None:
    log = log_of(tmp_path, [spend(n, session_id=None) for n in range(2)])
    assert collected(log.calls)["request"].to_list() == ["r0", "r1"]
    assert "It has no traces" in " ".join(log.notes)


def test_any_table_is_read_by_where_its_columns_are(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text('when;engine;"in";out;took\n2026-11-02 09:00;m;1200;7;1500\n', encoding="utf-8")
    columns = {
        "moment": "when",
        "model": "engine",
        "input_tokens": "in",
        "output_tokens": "out",
        "whole_s": "took [ms]",
    }
    (call,) = collected(read_log(path, columns, NOW).calls).to_dict("records")
    assert (call["input_tokens"], call["output_tokens"], call["whole_s"]) == (1_200, 7, 1.5)
    assert (call["call"], call["request"], call["model"]) == ("row 1", "row 1", "m")


def test_several_files_are_one_log(tmp_path: Path) -> None:
    for part in range(2):
        text = "\n".join(json.dumps(spend(2 * part + n)) for n in range(2))
        (tmp_path / f"part{part}.jsonl").write_text(text + "\n[broken")
    log = read_log(tmp_path, now=NOW)
    assert (log.read, log.good) == (6, 4)
    assert log.set_aside[["file", "row"]].to_numpy().tolist() == [
        ["part0.jsonl", 3],
        ["part1.jsonl", 3],
    ]


def test_no_prompt_is_copied_anywhere(tmp_path: Path) -> None:
    secret = "my name is Ada"
    rows = [
        spend(0, messages=[{"role": "user", "content": secret}], response=secret),
        spend(1, prompt_tokens=secret),
        spend(2, model={"content": secret}),
    ]
    log = log_of(tmp_path, rows)
    assert secret not in repr(log) + log._repr_html_() + collected(log.calls).to_csv()
    assert secret not in log.set_aside.to_csv()


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="no file in it"):
        read_log(tmp_path)
