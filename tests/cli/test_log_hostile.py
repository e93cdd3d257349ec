"""Logs that are meant to break `aicost log`: each ends in a right figure or in one clear line."""

import csv
import gzip
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import pytest
from commands import one_line, refused, run, said

Rows = Callable[..., Path]
DAYS = ("--before", "2026-10-01..2026-10-14", "--after", "2026-10-15..2026-10-28")
EVERY = (("price",), ("explain",), ("quality",), ("calibrate",), ("change", *DAYS))


def call(number: int, **said: object) -> dict[str, object]:
    """A call of a log, one day after the other of four weeks."""
    return {
        "moment": f"2026-10-{1 + number % 28:02d}T09:00:00",
        "call": f"c{number}",
        "request": f"r{number}",
        "feature": "chat",
        "stage": "answer",
        "provider": "openai",
        "model": "gpt-6-sol",
        "input_tokens": 1_000 + number,
        "output_tokens": 100,
        "quality": "",
        **said,
    }


@pytest.fixture
def log(tmp_path: Path) -> Rows:
    def written(rows: Iterable[dict[str, object]], name: str = "log.csv") -> Path:
        path = tmp_path / name
        rows = [*rows]
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        return path

    return written


def test_names_with_line_breaks_and_escapes_stay_in_their_row(log: Rows) -> None:
    bad = ("line\nbreak", "\x1b[31mred", "\u202eturned", "=1+1", "a\u2028b", "c\r\nd")
    path = log(call(i, feature=bad[i % len(bad)]) for i in range(60))
    text = said("log", "price", path, "--by", "feature")
    rows = [line for line in text.splitlines() if line.endswith("%")]
    assert len(rows) == len(bad) + 1  # and the sum
    assert "line[U+000A]break" in text
    assert not {"\x1b", "\u202e", "\u2028"} & {*text}


def test_a_part_without_a_name_is_measured(log: Rows) -> None:
    path = log(call(i, feature="", stage="" if i % 2 else "answer") for i in range(400))
    assert "answer" in said("log", "calibrate", path)


@pytest.mark.parametrize("words", EVERY)
def test_what_is_set_aside_is_said(log: Rows, words: tuple[str, ...]) -> None:
    marks = (0.4, 0.6, "good")
    path = log(call(i, quality=marks[i % 3]) for i in range(600))
    found = run("log", words[0], path, *words[1:])
    assert found.exit_code == 0
    assert "200 marks of quality cannot be read; their calls are without one" in found.stderr
    path = log((call(i, input_tokens="x" if i % 3 else i + 9) for i in range(600)), "b.csv")
    found = run("log", words[0], path, *words[1:])
    assert "400 set aside: input_tokens is not a number (400, b.csv:2)" in found.stderr


@pytest.mark.parametrize("words", EVERY)
def test_a_log_without_a_call_is_refused_with_the_reason(log: Rows, words: tuple[str, ...]) -> None:
    path = log(call(i, input_tokens="1e400") for i in range(5))
    text = refused("log", words[0], path, *words[1:])
    assert "0 calls, 5 set aside: input_tokens is not a number (5, log.csv:1)" in text
    assert text.count("\n") == 1


def test_calls_without_a_price_are_said_of_requests(log: Rows) -> None:
    path = log(call(i, model="gpt-0" if i % 2 else "gpt-6-sol") for i in range(40))
    assert "20 calls without a price or a moment are in no row" in one_line(
        said("log", "explain", path)
    )
    assert "request 'r1' has no price: model unknown" in refused("log", "explain", path, "r1")
    none = log((call(i, model="gpt-0") for i in range(40)), "none.csv")
    text = refused("log", "explain", none)
    assert text.startswith("none.csv") or "none.csv: no call has a price" in text
    assert text.count("\n") == 1


@pytest.mark.parametrize("marks", [(0.5,), (0.4,), (0.0,), (1.0,)])
@pytest.mark.parametrize("number", [1, 60])
def test_marks_that_are_all_alike_show_no_chance(
    log: Rows, marks: tuple[float, ...], number: int
) -> None:
    path = log(call(i, quality=marks[0]) for i in range(number))
    text = one_line(said("log", "quality", path))
    assert "All marks are alike: how small a drop they would show cannot be told." in text
    assert "nan" not in text
    assert "1 days" not in text


def test_a_step_of_marks_without_noise_is_dated(log: Rows) -> None:
    path = log(call(i, quality=0.8 if i % 28 < 14 else 0.6) for i in range(2_800))
    assert "fell by 20.0 points of 100 on Thursday, 2026-10-15" in one_line(
        said("log", "quality", path)
    )


def test_marks_of_100_are_refused_until_it_is_said(log: Rows) -> None:
    path = log(call(i, quality=60 + i % 40) for i in range(600))
    assert "marks from 60 to 99 are not 0 to 1; if they are of 100: --column" in refused(
        "log", "quality", path
    )
    text = one_line(said("log", "quality", path, "--column", "quality=quality [%]"))
    assert "mean 79.5" in text


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (("model=nothing",), "no record has that; the first has 'moment', 'call'"),
        (("model=",), "no record has that"),
        (("tenant=feature>name",), "no record has that"),
        (("model=stage", "model=model"), "--column model=model: model is told twice; keep one"),
    ],
)
def test_a_column_that_is_nowhere_is_refused(log: Rows, said: tuple[str, ...], why: str) -> None:
    path = log(call(i) for i in range(5))
    text = refused("log", "price", path, *(w for one in said for w in ("--column", one)))
    assert why in text
    assert text.count("\n") == 1


def test_a_column_far_down_is_found(tmp_path: Path) -> None:
    head = '{"moment": "2026-10-01", "model": "gpt-6-sol", "input_tokens": 9, "output_tokens": 1'
    lines = [f'{head}, "call": "{i}"}}' for i in range(300)] + [f'{head}, "who": "x"}}']
    path = tmp_path / "log.jsonl"
    path.write_text("\n".join(lines))
    words = "--column", "moment=moment", "--column", "tenant=who", "--by", "tenant"
    assert "x" in said("log", "price", path, *words)
    assert "no record has that" in refused("log", "price", path, "--column", "tenant=whom")


@pytest.mark.parametrize("raw", [b"PK\x03\x04\rab\x00c\r\n1", b"\x7fELF\rx,y\n", b"a\rb\rc"])
def test_what_is_no_text_is_one_line(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(raw)
    text = refused("log", "price", path)
    assert "log.csv: its first line names no columns; save it as CSV, JSON or Parquet" in text


def test_a_letter_is_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    letter = "Dear Ms Example, this is what I have been meaning to ask you for years\n"
    path.write_text(2 * letter)
    text = refused("log", "price", path)
    assert "say where its columns are" in text
    assert "meaning" not in text


def test_the_index_that_pandas_writes_is_no_trouble(log: Rows) -> None:
    path = log({"": i, **call(i)} for i in range(5))
    assert "5 calls: $" in said("log", "price", path)


def test_columns_that_differ_in_case_alone_are_refused(log: Rows) -> None:
    path = log({**call(i), "MODEL": "x"} for i in range(5))
    assert "column 'model' stands twice; remove one" in refused("log", "price", path)


@pytest.mark.parametrize(
    "words",
    [
        ("log", "quality", "calls.csv"),
        ("log", "forecast", "calls.csv"),
        ("log", "against", "own.yaml", "calls.csv"),
        ("new", "drawn", "--log", "calls.csv"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_what_a_log_lacks_is_said_with_its_file(here: Path, words: tuple[str, ...]) -> None:
    """And with the columns to map, or the log to name instead."""
    Path("calls.csv").write_text("moment,model,input_tokens\n2026-11-02T10:00:00,gpt-0,5\n")
    Path("own.yaml").write_text(
        "traffic: {users: 5, requests_per_user_month: 5}\npipeline:\n  answer: {is: inference, "
        "model: openai/gpt-5, input_tokens: 5, output_tokens: 5, thinking_tokens: 0}\n"
    )
    text = refused(*words)
    assert "calls.csv: " in text
    assert re.search(r"map the column|name one of", text), text


def test_a_trace_of_lengths_is_no_log(here: Path) -> None:
    """Mooncake's: its times begin at 0, it names no model."""
    row = '{"timestamp": 0, "input_length": 6758, "output_length": 500, "hash_ids": [0, 1]}\n'
    Path("trace.jsonl").write_text(row)
    names = ["moment=timestamp", "input_tokens=input_length", "output_tokens=output_length"]
    for more in ([], [word for name in names for word in ("--column", name)]):
        text = refused("log", "price", "trace.jsonl", "--cache", "5m", *more)
        assert "trace.jsonl: a trace of lengths and of blocks of prompts" in text


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    os.mkfifo(path)
    assert "a pipe or a device; save it as a file" in refused("log", "price", path)
    assert "a pipe or a device" in refused("log", "price", Path("/dev/null"))


def test_days_beyond_all_logs_are_refused(log: Rows) -> None:
    path = log(call(i) for i in range(56))
    first = "--before", "2026-10-01..2026-10-14"
    text = refused("log", "change", path, *first, "--after", "2026-10-15..9999-12-31")
    assert "2026-10-15 to 9999-12-31 is more than ten years; name days of the log" in text
    text = refused("log", "change", path, *first, "--after", "9999-12-31")
    assert "no call on 9999-12-31 has a price and a moment" in text


def test_a_bill_that_did_not_move_did_not_rise(log: Rows) -> None:
    path = log(call(i) for i in range(56))
    text = one_line(said("log", "change", path, path))
    assert text.startswith("The bill did not move, from $")
    assert "rose" not in text


def test_a_bomb_is_read_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "log.csv.gz"
    with gzip.open(path, "wb") as file:
        for _ in range(64):
            file.write(bytes(1 << 20))
    assert path.stat().st_size < 1 << 20
    assert refused("log", "price", path).count("\n") == 1


def test_a_sample_goes_into_any_folder_that_is_there(tmp_path: Path) -> None:
    text = refused("log", "sample", tmp_path / "none" / "log.csv")
    assert f"there is no folder {tmp_path / 'none'}; make it first" in text
    quoted = tmp_path / "it's"
    quoted.mkdir()
    said("log", "sample", quoted / "log.csv", "--rows", "1000", "--cause", "none")
    assert (quoted / "log.csv").exists()


def test_a_name_is_no_pattern(log: Rows) -> None:
    log((call(i, call=f"other{i}") for i in range(9)), "log1.csv")
    for name in ("log[1].csv", "lo*.csv", "log?.csv"):
        path = log((call(i) for i in range(5)), name)
        assert said("log", "price", path).startswith("5 calls: $")


def test_a_query_that_is_broken_off_is_no_trace(log: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off(*_: object) -> None:
        raise RuntimeError("Query interrupted")

    path = log(call(i) for i in range(5))
    monkeypatch.setattr("aicost.log.read.read_log", broken_off)
    found = run("log", "price", path)
    assert found.exit_code != 0
    assert isinstance(found.exception, SystemExit)


def test_a_mark_that_is_none_costs_no_call(log: Rows) -> None:
    path = log(call(i, quality=(0.4, "good")[i % 2]) for i in range(60))
    found = run("log", "price", path)
    assert "60 calls: $" in found.stdout
    assert "30 marks of quality cannot be read" in found.stderr


def test_names_of_any_length_fit_a_screen(log: Rows) -> None:
    path = log(call(i, feature=f"a{i % 2}{'x' * 300}end") for i in range(20))
    text = said("log", "price", path, "--by", "feature")
    assert max(map(len, text.splitlines())) <= 80
    assert "a0xxx" in text
    assert "…" in text
    assert f"a0{'x' * 300}end" in said("log", "price", path, "--by", "feature", "--csv")


def test_damaged_parquet_is_one_line_of_ours(log: Rows, tmp_path: Path) -> None:
    text = log(call(i) for i in range(4_000))
    path = tmp_path / "log.parquet"
    duckdb.sql(f"COPY (SELECT * FROM read_csv('{text}')) TO '{path}' (FORMAT parquet)")
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    half = refused("log", "price", path)
    assert "log.parquet: it is no whole Parquet file; copy it again" in half
    path.write_bytes(raw[:200] + bytes(len(raw) // 2) + raw[200 + len(raw) // 2 :])
    found = refused("log", "price", path)
    assert "Parquet" in found
    assert found.count("\n") == 1


def test_a_log_in_place_of_an_invoice_says_what_to_do(log: Rows) -> None:
    path = log(call(i) for i in range(5))
    text = refused("reconcile", "data/scenarios/contract-search-planned.yaml", path)
    assert "it is a log of requests, no invoice; `aicost log price`" in text
    assert text.count("\n") == 1
