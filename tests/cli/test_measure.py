"""`aicost measure`: what it reads, prints and refuses."""

import json
from pathlib import Path

import pytest
from commands import one_line, refused, said

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
