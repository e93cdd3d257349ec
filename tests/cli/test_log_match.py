"""`aicost log match`: what it prints, and files that are meant to break it."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from commands import one_line, refused, run, said
from exported import calls, openai_usage


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    calls(1, many=1_500).to_csv(path, index=False)
    return path


def test_a_cause_is_named_with_its_amount(log: Path, tmp_path: Path) -> None:
    billed = calls(1, many=1_500)
    lost = log.with_name("lost.csv")
    frame = pd.read_csv(log)
    frame["input_tokens"] += frame["cache_read_tokens"]
    frame.to_csv(lost, index=False)
    export = openai_usage(billed, tmp_path / "usage.json")
    text = one_line(said("log", "match", lost, export))
    assert "The export (OpenAI usage, 2026-10-01 to 2026-10-28) comes to $" in text
    assert "Causes: cache −$" in text
    assert "what a cache read or wrote is counted in the log's" in text
    assert "the export more requests" in text
    assert "prices: book " in text
    rows = said("log", "match", lost, export, "--csv").splitlines()
    assert rows[0] == "cause,label,usd"
    assert rows[1].startswith("cache,")


def test_the_same_is_the_same(log: Path, tmp_path: Path) -> None:
    export = openai_usage(calls(1, many=1_500), tmp_path / "usage.json")
    assert "the same within 0.1 %. No cause is seen." in one_line(said("log", "match", log, export))


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "it is empty"),
        (b"{}", "no export that is known here"),
        (b"PK\x03\x04\x00", "names no columns"),
        (b"\xff\xfe{", "no export that is known here"),
        (b'{"data": [{"start_time": "soon", "num_model_requests": 1}]}', "start is not a moment"),
        (b'{"num_model_requests": 1, "start_time": 1e400}', "start is not a moment"),
        (b"PAR1", "it is no whole Parquet file"),
    ],
)
def test_a_broken_export_is_one_line(log: Path, tmp_path: Path, raw: bytes, why: str) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(raw)
    text = refused("log", "match", log, path)
    assert why in text
    assert text.count("\n") == 1


def test_a_log_in_place_of_an_export_is_refused(log: Path) -> None:
    assert "no export that is known here" in refused("log", "match", log, log)


def test_an_export_in_place_of_a_log_says_what_to_do(log: Path, tmp_path: Path) -> None:
    export = openai_usage(calls(1, many=300), tmp_path / "usage.json")
    assert "hold a log against it with `aicost log match`" in refused("log", "price", export)


def test_names_of_a_hostile_export_stay_in_their_row(log: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    billed = calls(1, many=1_500)
    names = np.array(["gpt\x1b[31m", "a\nb", "=1+1", "\u202egpt"])
    billed["model"] = np.where(rng.random(1_500) < 0.1, rng.choice(names, 1_500), billed["model"])
    export = openai_usage(billed, tmp_path / "usage.json")
    text = run("log", "match", log, export)
    assert text.exit_code == 0
    assert not {"\x1b", "\u202e"} & {*text.stdout}


def test_spans_that_overlap_are_refused(log: Path, tmp_path: Path) -> None:
    page = json.loads(openai_usage(calls(1, many=300), tmp_path / "usage.json").read_text())
    page["data"][1]["start_time"] -= 3_600
    path = tmp_path / "overlap.json"
    path.write_text(json.dumps(page))
    text = refused("log", "match", log, path)
    assert "overlap; export one width alone" in text
    assert text.count("\n") == 1


def test_a_century_of_days_is_refused(log: Path, tmp_path: Path) -> None:
    used = {"num_model_requests": 1, "input_tokens": 1, "model": "gpt-4o-mini"}
    days = [{"start_time": at, "end_time": at + 60, "results": [used]} for at in (0, 10**9)]
    path = tmp_path / "far.json"
    path.write_text(json.dumps({"data": days}))
    assert "spans; name fewer days" in refused("log", "match", log, path)
