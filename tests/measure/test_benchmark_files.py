"""Results of other tools: each shape read as what it says, each other file refused in one line."""

import json
import math
import os
import random
from pathlib import Path
from typing import Any

import pytest

from aicost.measure.benchmark_files import read_benchmark
from aicost.measure.loads import Load

VLLM: dict[str, Any] = {
    "backend": "vllm",
    "model_id": "meta-llama/Llama-3.1-8B-Instruct",
    "num_prompts": 200,
    "request_rate": "inf",
    "max_concurrency": 16,
    "duration": 50.0,
    "completed": 198,
    "failed": 2,
    "total_input_tokens": 198_000,
    "total_output_tokens": 39_600,
    "request_throughput": 3.96,
    "output_throughput": 792.0,
    "total_token_throughput": 4752.0,
    "mean_ttft_ms": 80.0,
    "median_ttft_ms": 75.0,
    "p99_ttft_ms": 200.0,
    "mean_tpot_ms": 19.5,
    "median_tpot_ms": 19.0,
    "p95_tpot_ms": 24.0,
    "mean_itl_ms": 19.6,
}


def spread(mean: float) -> dict[str, Any]:
    of = {"mean": mean, "median": 0.9 * mean, "percentiles": {"p50": 0.9 * mean, "p95": 2 * mean}}
    return {"successful": of, "total": {**of, "mean": 99 * mean}}


def guide(strategy: dict[str, Any], at: str = "config") -> dict[str, Any]:
    metrics = {
        "request_totals": {"successful": 60, "errored": 1, "incomplete": 3, "total": 64},
        "requests_per_second": spread(2.0),
        "request_concurrency": spread(7.9),
        "prompt_token_count": spread(512.0),
        "output_token_count": spread(256.0),
        "output_tokens_per_second": spread(512.0),
        "time_to_first_token_ms": spread(45.0),
        "time_per_output_token_ms": spread(17.0),
        "inter_token_latency_ms": spread(15.4),
    }
    return {at: {"strategy": strategy}, "metrics": metrics}


PERF: dict[str, Any] = {
    "request_throughput": {"unit": "requests/sec", "avg": 2.0},
    "request_latency": {"unit": "ms", "avg": 4_000.0, "p50": 3_900.0},
    "request_count": {"unit": "requests", "avg": 50.0},
    "time_to_first_token": {"unit": "ms", "avg": 50.0, "p50": 49.0, "p95": 60.0},
    "inter_token_latency": {"unit": "ms", "avg": 2.8, "p50": 2.7, "p95": 3.0},
    "output_token_throughput": {"unit": "tokens/sec", "avg": 600.0},
    "output_sequence_length": {"unit": "tokens", "avg": 300.0},
    "input_sequence_length": {"unit": "tokens", "avg": 1_000.0},
    "input_config": {"loadgen": {"concurrency": 8}, "endpoint": {"model_names": ["qwen"]}},
}
CSV = """Metric,avg,min,max,p50,p95
Time to First Token (ms),50.0,40,70,49.0,60.0
Inter Token Latency (ms),2.8,2.6,2.9,2.7,3.0
Request Latency (ms),"4,000.00",3900,4100,3900,4050
Output Sequence Length (tokens),300.0,300,300,300,300
Input Sequence Length (tokens),"1,000.00",1000,1000,1000,1000

Metric,Value
Output Token Throughput (tokens/sec),600.00
Request Throughput (per sec),2.00
Request Count (count),50.00
"""


def written(tmp_path: Path, content: Any, name: str = "result.json") -> Path:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def only(path: Path) -> Load:
    (load,) = read_benchmark(path).each
    return load


def test_vllm(tmp_path: Path) -> None:
    found = read_benchmark(written(tmp_path, VLLM))
    assert found.model == "meta-llama/Llama-3.1-8B-Instruct"
    (load,) = found.each
    assert (load.requests, load.failed, load.concurrency) == (198, 2, 16)
    assert (load.input_tokens, load.output_tokens, load.tokens_per_s) == (1_000, 200, 792)
    assert load.first[:2] == pytest.approx((0.08, 0.075))
    assert math.isnan(load.first.p95)
    assert load.token == pytest.approx((0.0195, 0.019, 0.024))
    assert math.isnan(load.requests_per_s)


@pytest.mark.parametrize(
    ("cells", "at_once", "rate"),
    [
        ({"request_rate": 4.0}, math.nan, 4.0),
        ({"request_rate": 40.0}, 16.0, math.nan),  # it served no more than 4 of them
        ({"max_concurrency": None}, 198.0, math.nan),  # all came at once
        ({"max_concurrency": None, "request_rate": 4.1}, math.nan, 4.1),
        ({"max_concurrency": None, "request_rate": float("inf")}, 198.0, math.nan),
    ],
)
def test_the_load_is_what_bound(
    tmp_path: Path, cells: dict[str, Any], at_once: float, rate: float
) -> None:
    load = only(written(tmp_path, VLLM | cells))
    assert (load.concurrency, load.requests_per_s) == pytest.approx((at_once, rate), nan_ok=True)


def test_several_results_one_a_line(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps(VLLM | {"max_concurrency": n}) for n in (1, 4))
    found = read_benchmark(written(tmp_path, lines))
    assert [load.concurrency for load in found.each] == [1, 4]
    assert "2 loads of meta-llama" in found.sentence


@pytest.mark.parametrize("at", ["config", "args"])
def test_guidellm(tmp_path: Path, at: str) -> None:
    strategies = [
        ({"type_": "synchronous"}, 7.9, math.nan),
        ({"type_": "concurrent", "streams": 8}, 8.0, math.nan),
        ({"type_": "throughput", "max_concurrency": 512}, 7.9, math.nan),
        ({"type_": "constant", "rate": 2.0}, math.nan, 2.0),
        ({"type_": "poisson", "rate": 64.0}, 7.9, math.nan),
    ]
    every = [guide(strategy, at) for strategy, *_ in strategies]
    report = {"metadata": {"version": 2}, "benchmarks": every}
    found = read_benchmark(written(tmp_path, report)).each
    for load, (_, at_once, rate) in zip(found, strategies, strict=True):
        asked = (load.concurrency, load.requests_per_s)
        assert asked == pytest.approx((at_once, rate), nan_ok=True)
        assert (load.requests, load.failed) == (60, 1)
        assert (load.input_tokens, load.output_tokens, load.tokens_per_s) == (512, 256, 512)
        assert load.first == pytest.approx((0.045, 0.0405, 0.09))
        assert load.token == pytest.approx((0.0154, 0.01386, 0.0308))  # without the first


@pytest.mark.parametrize(
    "config",
    [
        {"loadgen": {"concurrency": 8}},
        {"perf_analyzer": {"stimulus": {"concurrency": 8}}},
        {"concurrency": 8, "request_rate": None},
        {},  # by Little's law: two a second, four seconds each
    ],
)
def test_aiperf_and_what_it_was_before(tmp_path: Path, config: dict[str, Any]) -> None:
    load = only(written(tmp_path, PERF | {"input_config": config}))
    assert (load.requests, load.concurrency, load.tokens_per_s) == (50, 8, 600)
    assert (load.input_tokens, load.output_tokens) == (1_000, 300)
    assert load.first == pytest.approx((0.05, 0.049, 0.06))
    assert load.token == pytest.approx((0.0028, 0.0027, 0.003))


def test_its_csv_says_the_same(tmp_path: Path) -> None:
    load = only(written(tmp_path, CSV, "profile_export_aiperf.csv"))
    assert load == only(written(tmp_path, PERF))


def test_times_are_in_the_unit_that_stands_beside_them(tmp_path: Path) -> None:
    seconds = {"unit": "s", "avg": 0.05, "p50": 0.049, "p95": 0.06}
    load = only(written(tmp_path, PERF | {"time_to_first_token": seconds}))
    assert load.first == pytest.approx((0.05, 0.049, 0.06))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "it is empty"),
        ("not at all", "neither JSON"),
        ("[1, 2]", "no benchmark that is known here: a list; take a JSON of `vllm bench serve`"),
        ("3", "no benchmark that is known here: a single value"),
        ("{}", "an object with nothing in it"),
        ("[" * 100_000, "nested too deep"),
        ({"speed": 3, "unit": "tok/s"}, "an object with 'speed', 'unit'"),
        ({"elapsed_time": 3.0, "num_requests": 5}, "it looks like vLLM's bench throughput"),
        ({"experiments": [], "version": "1"}, "it looks like a log of single requests of GenAI"),
        ({"results_ttft_s_mean": 3}, "it looks like LLMPerf"),
        ({"benchmarks": []}, "it has no load in it"),
        ({"benchmarks": {}}, "it has no load in it"),
        ({"benchmarks": [3]}, "load 1: no metrics>time_to_first_token_ms in it"),
        ({"benchmarks": [guide({}), {}]}, "load 2: no metrics>time_to_first_token_ms"),
        (VLLM | {"completed": 0}, "completed: no request was answered"),
        (VLLM | {"completed": "many"}, "completed: it is not a number"),
        (VLLM | {"total_output_tokens": 0}, "total_output_tokens: no output tokens"),
        (VLLM | {"mean_ttft_ms": -4}, "mean_ttft_ms: -4 cannot be"),
        (VLLM | {"mean_ttft_ms": [4]}, "mean_ttft_ms: it is not a number"),
        (VLLM | {"mean_ttft_ms": True}, "mean_ttft_ms: it is not a number"),
        (VLLM | {"mean_tpot_ms": 1e12}, "mean_tpot_ms: 1e+12 cannot be"),
        (
            VLLM | {"output_throughput": 0, "mean_ttft_ms": 0, "mean_tpot_ms": 0},
            "output_throughput: neither tokens a second nor a time",
        ),
        (
            PERF | {"time_to_first_token": {"unit": "fortnights", "avg": 3}},
            "time_to_first_token>avg: a time in 'fortnights'; write it in ms, or s",
        ),
        ("Metric,avg\nTime to First Token (ms),1,2,3\n", "more cells than its header has"),
        ("Metric,avg\nRequest Latency (ms),3\n", "no benchmark that is known here"),
    ],
)
def test_what_is_no_result_is_one_line(tmp_path: Path, content: Any, said: str) -> None:
    with pytest.raises(ValueError, match=r"^result.json:\d+: ") as error:
        read_benchmark(written(tmp_path, content))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such file"):
        read_benchmark(tmp_path / "none.json")


def mutated(tree: Any, chance: random.Random) -> Any:
    """A copy with some of it lost, of another type, or another number."""
    if chance.random() < 0.02:
        return chance.choice([None, [], {}, "x", "inf", -1, 1e300, float("nan"), True, "1,5", 0])
    if isinstance(tree, dict):
        return {k: mutated(v, chance) for k, v in tree.items() if chance.random() > 0.01}
    return [mutated(v, chance) for v in tree] if isinstance(tree, list) else tree


def test_no_file_at_random_brings_it_down(tmp_path: Path) -> None:
    """Read as something that can be, or refused in one line."""
    report = {"benchmarks": [guide({"streams": 8}), guide({"rate": 2.0})]}
    chance, read, lines = random.Random(7), 0, []
    for turn in range(int(os.environ.get("AICOST_FUZZ", "90"))):
        text = json.dumps(mutated([VLLM, report, PERF][turn % 3], chance))
        text = (
            CSV.replace(chance.choice(CSV), chance.choice(",\n x9"), 3) if turn % 7 == 0 else text
        )
        text = text[: chance.randrange(len(text))] if chance.random() < 0.05 else text
        path = written(tmp_path, text)
        try:
            found = read_benchmark(path)
        except ValueError as problem:
            lines.append(str(problem))
            continue
        read += 1
        for load in found.each:
            assert load.requests >= 1
            assert load.input_tokens >= 1
            assert load.output_tokens >= 1
            assert load.concurrency >= 1 or load.requests_per_s > 0
            assert any(v > 0 for v in (load.tokens_per_s, load.first.mean, load.token.mean))
        assert found.rows().text(found.sentence)
    assert read > 10
    assert [line for line in lines if "\n" in line or not line.startswith("result.json:")] == []
