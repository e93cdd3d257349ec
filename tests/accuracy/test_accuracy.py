"""Accuracy runs: they pass on true cases, fail on a wrong one, and say which and why."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from aicost.accuracy import Part, Report, run
from aicost.accuracy.pipelines import COLUMNS
from aicost.accuracy.prices import DEPARTURES
from aicost.accuracy.queueing import FIGURES, INPUTS

HEADER = (
    "case_id,provider,model,date,price_context,input_tokens,output_tokens,cache_read_tokens,"
    "cache_write_tokens,cache_write_1h_tokens,expected_usd"
)
TRUE = "1,anthropic,claude-haiku-4-5,2026-11-23T12:00:00Z,,1000,500,100,200,300,0.00376"
WEEKEND = "2,deepseek,deepseek-v4-pro,2026-11-22T02:00:00Z,,1000,500,0,0,0,0.0033"


def cases(path: Path, *lines: str, header: str = HEADER) -> Path:
    """Write a case file."""
    (path / "cases.csv").write_text("\n".join([header, *lines]) + "\n")
    return path / "cases.csv"


def test_reference_cases(
    reference_dir: Path, record_property: Callable[[str, object], None]
) -> None:
    path = reference_dir / "pricing_cases.csv"
    report = run("prices", path)
    record_property("figure", f"accuracy {report}")
    assert report.passed
    with path.open() as file:
        total = len(list(csv.DictReader(file)))
    layer, whole = report.parts
    assert len(layer.errors) == total
    assert max(layer.errors) == 0
    assert len(whole.errors) + len(whole.left_out) == total


def test_disjoint_buckets_and_departures(tmp_path: Path) -> None:
    report = run("prices", cases(tmp_path, TRUE, WEEKEND))
    layer, whole = report.parts
    assert report.passed
    assert (len(layer.errors), len(layer.left_out)) == (2, 0)
    assert (len(whole.errors), len(whole.left_out)) == (1, 1)
    assert DEPARTURES["deepseek/deepseek-v4-pro"] in whole.left_out[0]
    assert "case 2 deepseek/deepseek-v4-pro 2026-11-22T02:00:00Z" in str(report)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (TRUE[:-1] + "8", "0.00376 instead of 0.00378"),
        (TRUE + "0000001", "0.00376 instead of 0.003760000001"),
        (TRUE.replace("haiku-4-5", "haiku-4-6"), "no 'anthropic/claude-haiku-4-6' in the book"),
    ],
)
def test_a_wrong_case_fails(tmp_path: Path, line: str, why: str) -> None:
    report = run("prices", cases(tmp_path, line))
    assert not report.passed
    assert [why in part.failed[0] for part in report.parts] == [True, True]
    assert "NOT passed" in str(report)


def test_an_empty_file_does_not_pass(tmp_path: Path) -> None:
    assert not run("prices", cases(tmp_path)).passed


@pytest.mark.parametrize(
    ("topic", "file", "message"),
    [
        ("price", "cases.csv", "no accuracy topic 'price'; did you mean 'prices'?"),
        ("prices", "nowhere.csv", "nowhere.csv:1: file: no such file or directory"),
        ("prices", "cases.csv", "cases.csv:1: model: no such column; add it"),
    ],
)
def test_refusals(tmp_path: Path, topic: str, file: str, message: str) -> None:
    cases(tmp_path, header=HEADER.replace("model,", ""))
    with pytest.raises(ValueError, match=r"^\S") as problem:
        run(topic, tmp_path / file)
    assert message in str(problem.value)


def test_figures_of_a_part() -> None:
    part = Part("all", [0.0] * 10 + [0.5], left_out=["x"])
    assert part.line() == "all: n 11, left out 1, median 0, p90 0, worst 0.5, past the bar 0"
    assert Report("t", "f", "b", (part,)).passed
    assert not Report("t", "f", "b", (Part("all", [0.0, float("nan")]),)).passed
    assert not Report("t", "f", "b", (Part("all", [0.0], judged=False),)).passed
    assert "NOT passed, no row was held" in str(Report("t", "f", "b", (Part("all", []),)))
    assert Part("none", []).line().startswith("none: n 0")


INDEX_HEADER = "library,version,index,params,n,dim,bytes_serialized"
GROWTH_HEADER = "kind,system,config,n,filter_ratio,qps,recall"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("faiss,1,flat,,10000,96,3800000", "faiss flat , 10000 x 96: 3,840,000 B instead of 3,8"),
        ("faiss,1,flat,,10000,96,3850000", "mean 0.0026 instead of at most 0.001"),
    ],
)
def test_wrong_bytes_fail(tmp_path: Path, line: str, why: str) -> None:
    report = run("index-bytes", cases(tmp_path, line, header=INDEX_HEADER))
    assert not report.passed
    assert why in str(report)


def test_an_index_without_a_formula_is_left_out(tmp_path: Path) -> None:
    lines = ["faiss,1,flat,,10000,96,3840045", "other,1,tree,,10000,96,1"]
    report = run("index-bytes", cases(tmp_path, *lines, header=INDEX_HEADER))
    assert report.passed
    assert "left out: other tree , 10000 x 96: no formula" in str(report)


def growth(path: Path, *larger: str) -> Report:
    """Hold rows at ten million against a curve of two points at one million."""
    small = [
        f"vdbbench_search,A,x,1000000,,{qps},{recall}"
        for qps, recall in ((1000, 0.92), (250, 0.96))
    ]
    more = ["vdbbench_search,A,x,10000000,0.5,9,0.95", "bigann,A,x,10000000,,9,0.95"]
    return run("query-growth", cases(path, *small, *more, *larger, header=GROWTH_HEADER))


def test_growth_is_held_at_the_same_recall(tmp_path: Path) -> None:
    """At recall 0.94 the curve stands at 500, half way in logs; filtered rows do not count."""
    report = growth(tmp_path, "vdbbench_search,A,x,10000000,0.0,500,0.94")
    assert report.parts[5].errors == pytest.approx([0.0])  # no growth at all
    assert not report.passed
    assert report.parts[0].failed


def test_what_has_no_match_is_left_out(tmp_path: Path) -> None:
    lines = ["vdbbench_search,A,x,10000000,0.0,500,0.97", "vdbbench_search,B,,1000000,,9,0.9"]
    report = growth(tmp_path, *lines)
    assert not report.passed  # nothing was held
    assert report.parts[0].left_out == [
        "A x at 10,000,000: recall 0.97 is not on the curve at 1,000,000",
        "B: stands at one size",
    ]


PIPE_HEADER = ",".join(["case_id", "name", "pipeline", *COLUMNS])
STATED = ",".join(["1"] * len(COLUMNS))
QUEUE_HEADER = ",".join(["case_id", "model", *INPUTS, *FIGURES])


def pipe(text: str) -> str:
    """Return a row of a pipeline written as JSON."""
    return f'm1,one,"{text.replace(chr(34), chr(34) * 2)}",{STATED}'


@pytest.mark.parametrize(
    ("topic", "header", "line", "said"),
    [
        ("prices", HEADER, TRUE.replace("1000", "n/a"), ":2: input_tokens: 'n/a' is not a number"),
        ("prices", HEADER, TRUE.replace("0.00376", "nan"), ":2: expected_usd: 'nan' is not a num"),
        ("prices", HEADER, TRUE.replace("1000", "500"), ":2: input_tokens: fewer than its cached"),
        (
            "prices",
            HEADER,
            TRUE.replace("2026-11-23T", "soon"),
            ":2: date: 'soon12:00:00Z' is no m",
        ),
        ("prices", HEADER, "1,anthropic", ":2: row: 2 fields where the header has 11"),
        (
            "index-bytes",
            INDEX_HEADER,
            "faiss,1,flat,,nan,96,1",
            ":2: n: 'nan' is not a number; wri",
        ),
        (
            "index-bytes",
            INDEX_HEADER,
            "faiss,1,flat,,9,96,0",
            ":2: bytes_serialized: 0 is too smal",
        ),
        (
            "index-bytes",
            INDEX_HEADER,
            "faiss,1,ivf_flat,x,9,96,9",
            ":2: params: there is no 'nlist'",
        ),
        ("index-bytes", INDEX_HEADER, "faiss,1,ivf_flat,nlist=a,9,96,9", ":2: params: 'nlist=a': "),
        (
            "query-growth",
            GROWTH_HEADER,
            "vdbbench_search,A,x,9,,n/a,1",
            ":2: qps: 'n/a' is not a n",
        ),
        ("query-growth", GROWTH_HEADER, "vdbbench_search,A,x,9,,9,7", ":2: recall: 7 is too large"),
        (
            "pipelines",
            PIPE_HEADER,
            pipe('{"retry": {"node": {"const": 1}, "p_fail": 0.1}}'),
            "a node",
        ),
        (
            "pipelines",
            PIPE_HEADER,
            pipe('{"retry": {"node": {"const": 1}}}'),
            "without 'p_fail'; wr",
        ),
        (
            "pipelines",
            PIPE_HEADER,
            pipe('{"llm": {"ttft": [1, 2], "tokens": 9}}'),
            ":2: pipeline: a n",
        ),
        (
            "pipelines",
            PIPE_HEADER,
            pipe("{"),
            ":2: pipeline: no JSON, from letter 2 on; write such",
        ),
        (
            "pipelines",
            PIPE_HEADER,
            pipe("[]"),
            ":2: pipeline: a node that cannot be read: [] is no",
        ),
        (
            "pipelines",
            PIPE_HEADER,
            pipe("[" * 9999),
            ":2: pipeline: nested too deep; write such as",
        ),
        (
            "queueing",
            QUEUE_HEADER,
            "1,MMc,nan,60,e,1,1,,,1,1,1,1,1,1",
            ":2: arrivals_per_hour: 'nan'",
        ),
        (
            "queueing",
            QUEUE_HEADER,
            "1,MMc,9,60,e,1,1.5,9,,1,1,1,1,1,1",
            ":2: servers: 1.5 is not whole",
        ),
        (
            "queueing",
            QUEUE_HEADER,
            "1,MMc,9,60,e,1,1,9,,n/a,1,1,1,1,1",
            ":2: p_wait: 'n/a' is not a",
        ),
    ],
)
def test_a_row_that_cannot_be_held_is_one_line(
    tmp_path: Path, topic: str, header: str, line: str, said: str
) -> None:
    with pytest.raises(ValueError, match=r"^cases\.csv:2: ") as problem:
        run(topic, cases(tmp_path, line, header=header))
    assert said in str(problem.value)
    assert str(problem.value).isprintable()
    assert "; " in str(problem.value)


@pytest.mark.parametrize(
    ("topic", "header"),
    [
        ("prices", HEADER),
        ("index-bytes", INDEX_HEADER),
        ("query-growth", GROWTH_HEADER),
        ("pipelines", PIPE_HEADER),
        ("queueing", QUEUE_HEADER),
    ],
)
def test_no_rows_do_not_pass(tmp_path: Path, topic: str, header: str) -> None:
    report = run(topic, cases(tmp_path, header=header))
    assert not report.passed
    assert "NOT passed, no row was held" in str(report)
    for column in header.split(","):
        if column in ("n", "recall", "pipeline", "expected_usd", "servers", "p50_ms"):
            less = ",".join(name for name in header.split(",") if name != column)
            with pytest.raises(ValueError, match=rf"^cases.csv:1: {column}: no such column; "):
                run(topic, cases(tmp_path, header=less))
