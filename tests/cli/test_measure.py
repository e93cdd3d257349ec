"""`aicost measure`: what it reads, prints and refuses."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from commands import one_line, refused, run, said
from places import ROOT
from served import Served, served

from aicost.billing.case import load
from aicost.book.embedders import Embedder
from aicost.cli.measured import loads_of, progress
from aicost.scenario.served_pools import working
from aicost.values.quantities import Spread

VLLM = {
    "model_id": "llama",
    "request_rate": "inf",
    "max_concurrency": 16,
    "completed": 200,
    "total_input_tokens": 200_000,
    "total_output_tokens": 40_000,
    "output_throughput": 792.0,
    "mean_ttft_ms": 80.0,
    "mean_tpot_ms": 19.5,
}


@pytest.fixture
def result(tmp_path: Path) -> str:
    path = tmp_path / "result.json"
    path.write_text(json.dumps(VLLM))
    return str(path)


def test_a_result_is_read_and_the_formulas_stand_beside_it(result: str) -> None:
    text = said("measure", "results", result)
    assert "vLLM bench serve, result.json: 1 load of llama" in text
    assert "16 at once" in text
    text = said("measure", "results", result, "--model", "llama-3.1-8b", "--chip", "h100-sxm")
    assert "times what the fitted constants say" in one_line(text)
    assert all(len(line) <= 80 for line in text.splitlines())


def test_its_rows_as_csv(result: str) -> None:
    head, row = said("measure", "results", result, "--csv").splitlines()
    assert head.startswith("load,requests,failed,input_tokens,output_tokens,tokens_per_s,first_s")
    assert row.startswith("16 at once,200.0,0.0,1000.0,200.0,792.0,0.08,")


def test_what_cannot_be_is_one_line(result: str) -> None:
    half = refused("measure", "results", result, "--model", "llama-3.1-8b")
    assert half == "--model alone; name --model and --chip, or neither\n"
    wrong = refused("measure", "results", result, "--model", "llama-9", "--chip", "h100-sxm")
    assert "no architecture of 'llama-9'" in wrong
    Path(result).write_text("{}")
    assert refused("measure", "results", result).count("\n") == 1


DESK = ROOT / "data" / "scenarios" / "help-desk.yaml"
QUICK = ("--at-once", "1,2", "--requests", "3", "--input-tokens", "50", "--output-tokens", "5")
SECRET = "sk-very-secret-7"


@pytest.fixture
def server() -> Iterator[Served]:
    with served(first_s=0.01, token_s=0.002) as one:
        yield one


def test_an_endpoint_is_measured_and_kept(
    server: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", SECRET)
    desk, out = tmp_path / "desk.yaml", tmp_path / "run.json"
    desk.write_bytes(DESK.read_bytes())
    words = ("--key-from", "MY_KEY", "--yes", "--write", desk, "--stage", "answer", "--out", out)
    done = run("measure", "endpoint", server.url, "--model", "m", *QUICK, *words)
    assert done.exit_code == 0, done.output
    assert "m: 8 requests of about 50 tokens in and at most 5 out" in one_line(done.stderr)
    assert "1 at once: from request 2 of 8" in done.stderr
    assert "2 loads of m" in one_line(done.stdout)
    copy = tmp_path / "desk-measured.yaml"
    assert f"written into {copy}: answer.ttft, answer.tpot, as measured with 1 at once" in one_line(
        done.stdout
    )
    assert SECRET not in done.output
    assert server.heads[0]["Authorization"] == f"Bearer {SECRET}"
    stage = load(copy).scenario.stage("answer")
    first = stage.ttft.p50 if isinstance(stage.ttft, Spread) else stage.ttft  # all may be alike
    assert first >= 0.01
    assert stage.basis("ttft") == stage.basis("tpot") == "stated"
    assert desk.read_bytes() == DESK.read_bytes()
    assert "2 loads of m" in one_line(said("measure", "results", out))
    again = refused("measure", "endpoint", server.url, "--model", "m", "--out", out)
    assert "is there already; name another" in again


@pytest.mark.parametrize(("text", "goes_on"), [("y\n", True), ("n\n", False), ("", False)])
def test_it_asks_before_the_first_request(server: Served, text: str, goes_on: bool) -> None:
    done = run("measure", "endpoint", server.url, "--model", "m", *QUICK, text=text)
    assert (done.exit_code == 0) is goes_on
    assert len(server.asked) == (8 if goes_on else 0)
    if not goes_on:
        assert "nothing was asked" in done.stderr


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (("--most-requests", "7"), "8 requests are more than --most-requests 7"),
        (("--priced-as", "openai/gpt-6-sol", "--most-usd", "0"), "more than --most-usd 0"),
        (("--priced-as", "openai/gpt-99"), "gpt-99"),
        (("--key-from", "NO_SUCH_KEY"), "no such variable is set"),
        (("--at-once", "1;2"), "write whole numbers with commas"),
        (("--at-once", "0"), "write up to 12 numbers of 1 to 256"),
        (("--out", "run.txt"), "name it with .json or .csv"),
        (("--out", "nowhere/run.csv"), "no such folder"),
        (("--stage", "answer"), "name the scenario too"),
        (("--write", DESK), "--stage: none is named"),
        (("--write", DESK, "--stage", "anser"), "did you mean 'answer'"),
        (("--write", DESK, "--stage", "retrieval"), "has no ttft; name a stage that has"),
    ],
)
def test_nothing_is_asked_where_something_is_wrong(
    server: Served, words: tuple[str, ...], wrong: str
) -> None:
    told = refused("measure", "endpoint", server.url, "--model", "m", *QUICK, "--yes", *words)
    assert wrong in told
    assert told.count("\n") == 1
    assert server.asked == []


def test_an_endpoint_that_fails_is_one_line() -> None:
    with served(way="500") as server:
        told = run("measure", "endpoint", server.url, "--model", "m", *QUICK, "--yes")
    assert told.exit_code == 2
    assert told.stderr.splitlines()[-1].startswith("it answered 500")
    assert told.stdout == ""


def test_loads_are_taken_in_order_and_once() -> None:
    assert loads_of("8, 1,8,2") == (1, 2, 8)


def test_progress_is_a_line_a_load_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with progress(9) as told:
        for done in range(1, 10):
            told(done, 9, "1 at once" if done < 5 else "2 at once")
    said = capsys.readouterr().err
    assert said == "1 at once: from request 1 of 9\n2 at once: from request 5 of 9\n"


def test_progress_is_a_bar_on_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("tqdm", reason="[kit] is not installed")
    monkeypatch.setattr("aicost.cli.progress.sys.stderr.isatty", lambda: True)
    with progress(2) as told:
        told(1, 2, "1 at once")
        told(2, 2, "1 at once")
    assert "1 at once:  50%" in capsys.readouterr().err


def test_questions_are_played_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def embed(texts: Sequence[str]) -> np.ndarray:
        return np.array([[text[0] == "a", text[0] != "a"] for text in texts], np.float32)

    toy = Embedder("toy", "toy 1.0", 2, embed, lambda texts: [1 for _ in texts])
    monkeypatch.setattr("aicost.measure.questions.embedder", lambda name: toy)
    monkeypatch.setattr("aicost.measure.questions.SPENT_S", 0.001)
    desk, file = tmp_path / "desk.yaml", tmp_path / "q.csv"
    desk.write_bytes(DESK.read_bytes())
    file.write_text("question,answer\na1,x\na2,x\nb1,y\na3,z\nb2,y\n")
    text = one_line(said("measure", "questions", file, "--write", desk, "--stage", "cache"))
    assert "5 questions with 3 answers" in text
    assert "cache.hit_share, cache.wrong_share, as measured from a cosine of 0.9 on" in text
    stage = load(tmp_path / "desk-measured.yaml").scenario.stage("cache")
    assert (stage.hit_share, stage.wrong_share) == (0.6, 0.333)
    assert stage.basis("hit_share") == stage.basis("wrong_share") == "stated"
    head, *rows = said("measure", "questions", file, "--csv").splitlines()
    assert head == "threshold,hit_share,wrong_share"
    assert len(rows) == 6
    other = refused("measure", "questions", file, "--write", DESK, "--stage", "answer")
    assert "--stage answer has no hit_share; name a stage that has" in other


POOL = """name: own
traffic: {requests_per_month: 300_000}
pipeline: {answer: {is: inference, pool: gpus, input_tokens: 1_000, output_tokens: 200}}
pools:
  gpus: {serves: llama-3.1-8b, chip: h100-sxm, weights: fp8, price_per_hour: 3}
  plain: {carries: 100, price_per_hour: 1}
"""


def test_a_pool_is_corrected_by_a_benchmark_of_its_own(result: str, tmp_path: Path) -> None:
    """A step takes longer than the constants say, so a unit carries less, and more are needed."""
    file = tmp_path / "own.yaml"
    file.write_text(POOL)
    text = one_line(said("measure", "results", result, "--write", file, "--pool", "gpus"))
    assert "pools.gpus.reached, as measured by result.json" in text
    case, was = load(tmp_path / "own-measured.yaml"), load(file)
    reached = case.scenario.get("pools.gpus.reached")
    assert 0.4 < reached < 0.9
    pool = next(one for one in case.scenario.pools if one.name == "gpus")
    assert pool.basis("reached") == "stated"
    before, after = (float(np.mean(working(one.point.scenario)[0].carries)) for one in (was, case))
    assert after < before


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (("--pool", "gpus"), "--pool gpus: name the scenario too, with --write SCENARIO"),
        (("--write", "own.yaml"), "--pool: none is named in own.yaml"),
        (("--write", "own.yaml", "--pool", "gpu"), "did you mean 'gpus'"),
        (("--write", "own.yaml", "--pool", "plain"), "--pool plain serves no model"),
        (
            ("--model", "llama-3.1-8b", "--chip", "h200", "--pool", "gpus"),
            "--pool says model and chip itself",
        ),
    ],
)
def test_a_pool_that_cannot_be_corrected(
    result: str, tmp_path: Path, words: tuple[str, ...], wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.yaml").write_text(POOL)
    told = refused("measure", "results", result, *words)
    assert wrong in told
    assert told.count("\n") == 1
    assert not Path("own-measured.yaml").exists()
