"""One call, written as every source writes it, is one row; on DuckDB and without it."""

import csv
import gzip
import io
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_formats import FORMATS, Call, bedrock, langfuse, litellm

from aicost.log.engine import collected
from aicost.log.layouts import LogError
from aicost.log.read import Log, read_log
from aicost.log.sources import fields_of

NOW = datetime(2026, 11, 27)
ANY: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
}
COUNT = st.one_of(st.just(0), st.integers(1, 100_000))
CALLS = st.lists(
    st.builds(
        Call,
        number=st.just(0),
        moment=st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 1)),
        model=st.sampled_from(["gpt-5", "claude-sonnet-5-5", "Modell \u00e4 \u732b"]),
        fresh=COUNT,
        read=COUNT,
        written=COUNT,
        seen=COUNT,
        thought=COUNT,
        whole_ms=st.integers(0, 90_000),
        failed=st.booleans(),
    ),
    min_size=1,
    max_size=40,
).map(lambda calls: [replace(one, number=n) for n, one in enumerate(calls)])


@pytest.fixture(params=["duckdb", "pandas"])
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "pandas":
            patch.setattr("aicost.log.sources.connection", lambda: None)
        yield request.param


def expected(calls: list[Call], untold: frozenset[str]) -> list[dict[str, Any]]:
    """The rows of calls; what a source cannot tell apart stays where it is counted."""
    rows = []
    for one in calls:
        row = one.row
        if "thinking_tokens" in untold:
            row["output_tokens"] += one.thought
        rows.append({name: value for name, value in row.items() if name not in untold})
    return rows


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=2, **ANY)
@given(CALLS)
def test_a_call_is_the_same_row_whoever_wrote_it(
    name: str, engine: str, tmp_path: Path, calls: list[Call]
) -> None:
    write, untold = FORMATS[name]
    path = tmp_path / "log.json"
    path.write_text(write(calls), encoding="utf-8")
    log = read_log(path, now=NOW)
    assert log.source == name.partition(",")[0]
    rows = expected(calls, untold)
    found = collected(log.calls).sort_index()
    assert log.good == len(calls)
    assert log.read - log.good == len(log.set_aside)
    got = found[[*rows[0]]].to_dict("records")
    assert sorted(got, key=_order) == sorted(rows, key=_order)


def _order(row: dict[str, Any]) -> list[str]:
    return [*map(str, row.values())]


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "parquet", "jsonl"])
@pytest.mark.parametrize("write", [litellm, langfuse])
def test_a_table_of_any_kind_has_the_same_calls(
    kind: str, write: Any, engine: str, tmp_path: Path
) -> None:
    start = datetime(2026, 3, 1, 12)
    calls = [
        Call(n, start + timedelta(minutes=n), "gpt-5", n, 2 * n, 3, 5 * n, 6, 700 * n, n % 4 == 0)
        for n in range(40)
    ]
    path = tmp_path / f"log.{kind}"
    rows = [write(one) for one in calls]
    if kind == "jsonl":
        path.write_text("\n".join(map(json.dumps, rows)))
    elif kind == "parquet":
        _parquet(rows, path)
    else:
        held = io.StringIO()
        writer = csv.DictWriter(held, rows[0])
        writer.writeheader()
        writer.writerows(
            {k: json.dumps(v) if isinstance(v, dict) else v for k, v in row.items()} for row in rows
        )
        text = held.getvalue().encode()
        path.write_bytes(gzip.compress(text) if kind == "csv.gz" else text)
    if kind == "parquet" and engine == "pandas":
        with pytest.raises(LogError, match="Parquet is read by duckdb; pip install"):
            read_log(path, now=NOW)
        return
    log = read_log(path, now=NOW)
    found = collected(log.calls).sort_values("moment")
    assert found[[*calls[0].row]].to_dict("records") == [one.row for one in calls]
    assert found["whole_s"].to_list() == [one.whole_ms / 1_000 for one in calls]
    assert found["status"].to_list() == ["error" if one.failed else "ok" for one in calls]


def _parquet(rows: list[dict[str, Any]], path: Path) -> None:
    lines = path.with_suffix(".tmp")
    lines.write_text("\n".join(map(json.dumps, rows)))
    duckdb.connect().execute(f"COPY (FROM read_json_auto('{lines}')) TO '{path}' (FORMAT parquet)")
    lines.unlink()


# ---- what is broken


def broken(row: dict[str, Any], how: int) -> str:
    """A row of LiteLLM with one thing wrong with it, as a line."""
    text = json.dumps(row)
    wrong: list[Any] = [
        text[: len(text) // 2],
        json.dumps({**row, "prompt_tokens": "many"}),
        json.dumps({**row, "completion_tokens": -5}),
        json.dumps({**row, "startTime": "2094-01-01T00:00:00Z", "endTime": None}),
        json.dumps({**row, "request_id": "call0"}),
        "\ufeff" + text[1:],
        "[1, 2]",
    ]
    return wrong[how % len(wrong)]


@pytest.mark.parametrize("seed", range(3))
def test_good_and_set_aside_are_all_that_was_read(seed: int, engine: str, tmp_path: Path) -> None:
    rng = random.Random(seed)
    start = datetime(2026, 3, 1)
    calls = [
        Call(n, start + timedelta(minutes=n), "gpt-5", 9 + n, n % 7, 0, 5, 2, 70, False)
        for n in range(1_000)
    ]
    at_fault = sorted(rng.sample(range(1, 1_000), 10))
    told = [json.dumps(litellm(one)).encode() for one in calls]
    for i, n in enumerate(at_fault):
        told[n] = broken(litellm(calls[n]), seed + i).encode()
    told[at_fault[0]] = b'{"model": "\xe4\xf6"}'  # another encoding
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + b"\n".join(told))
    log = read_log(path, now=NOW)
    assert (log.read, log.good, len(log.set_aside)) == (1_000, 990, 10)
    again = log.set_aside["reason"].str.startswith("the same call").sum()
    places = set(log.set_aside["row"])
    assert places <= {n + 1 for n in at_fault} | {1}  # of two alike the last is kept
    assert (1 in places) == bool(again)
    assert (log.set_aside["reason"].str.len() > 0).all()
    kept = collected(log.calls)
    assert set(kept["call"]) == {f"call{n}" for n in range(1_000) if n not in at_fault}
    assert len(kept) == 990


def test_a_broken_row_of_a_table_takes_no_other_with_it(engine: str, tmp_path: Path) -> None:
    head = b"moment,call,model,input_tokens,output_tokens\n"
    rows = [b"2026-03-01,c%d,m,%d,1\n" % (n, n) for n in range(50)]
    rows[7] = b'2026-03-01,"c7,m,7,1\n'
    rows[20] = b"2026-03-01,c20,m\n"
    rows[30] = b"2026-03-01,c\xe4,m,30,1\n"
    path = tmp_path / "log.csv"
    path.write_bytes(head + b"".join(rows))
    log = read_log(path, now=NOW)
    assert (log.read, log.good) == (50, 47)
    assert log.set_aside["row"].to_list() == [8, 21, 31]
    assert collected(log.calls)["input_tokens"].sum() == sum(range(50)) - 57


# ---- DuckDB and Python read a text alike


#: Of every kind, those that are no space for one of the two among them.
SPACES = [9, 10, 32, 0xA0, 0x1680, 0x2000, 0x200A, 0x200B, 0x202F, 0x205F, 0x3000, 0xFEFF]
ODD = st.one_of(
    st.text(max_size=12),
    st.floats().map(repr),
    st.integers(-(10**20), 10**20).map(str),
    st.datetimes(datetime(1600, 1, 1), datetime(2200, 1, 1)).map(str),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()).map(str),
    st.sampled_from(
        ["2026-01-02 09:00", "2026-01-02T09:00:00 UTC", "2026-02-30", "TRUE", "f", " 1 ", "1e5"]
    ),
    st.sampled_from(
        [".5", "5.", "+3", "-0", "1_0", "\u0661", "{}", "[]", "'", '"', "1793610000000"]
    ),
    st.sampled_from(
        ["2026-01-02 09:00:00+02", "2026-01-02 09:00:00-0530", "2026-01-02T09", "2026-01-02T25:00"]
    ),
    st.sampled_from([f"{blank}1{blank}" for blank in map(chr, SPACES)] + [*map(chr, SPACES)]),
)


@settings(max_examples=8, **ANY)
@given(st.lists(st.tuples(ODD, ODD, ODD, ODD), min_size=1, max_size=60))
def test_duckdb_and_python_read_a_text_alike(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    names = ("moment", "model", "input_tokens", "batch")
    path = tmp_path / "log.jsonl"
    first = {"moment": "2026-01-01", "model": "m", "input_tokens": 1, "batch": True}
    told = [first, *(dict(zip(names, row, strict=True)) for row in rows)]
    path.write_text("\n".join(map(json.dumps, told)))
    both: list[pd.DataFrame] = []
    for on in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            if not on:
                patch.setattr("aicost.log.sources.connection", lambda: None)
            frame = fields_of(path, {"moment": "moment"}).frame.sort("place").collect("pandas")
        held = frame.to_native()[["place", "problem", *names]].astype(object)
        both.append(held.where(held.notna(), None))
    assert both[0].to_dict("records") == both[1].to_dict("records")


def test_two_logs_of_the_same_name_in_a_folder_are_told_apart(tmp_path: Path) -> None:
    call = Call(1, datetime(2026, 3, 1), "m", 1, 0, 0, 1, 0, 1, False)
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "log.json").write_text(json.dumps(bedrock(call)))
    log: Log = read_log(tmp_path, now=NOW)
    assert (log.read, log.good) == (2, 1)
