"""Measure prefill and decode on the GPU at hand, with models of random weights.

    python benchmarks/measure_gpu.py OUT.csv        about three minutes on an H100

Needs PyTorch and a GPU, and nothing of this kit: copy the file to the machine and run it. No
weights are fetched; how long a product of matrices takes does not depend on what is in them. One
GPU, bf16, no server in front: what is measured are the two times that every estimate of serving
rests on, a prompt read in one pass and one step of a whole batch. Both are replayed as CUDA
graphs, as engines do. Each row is the median of its repeats; where memory does not suffice the
point is left out and said. `aicost accuracy serving OUT.csv` holds the formulas against the rows.
"""

from __future__ import annotations

import csv
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import torch
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

DTYPE, DEVICE = torch.bfloat16, "cuda"
PROMPTS = (128, 512, 2048, 8192, 32768)
BATCHES = (1, 4, 16, 64, 256)
CONTEXTS = (512, 2048, 8192)
ALWAYS = ("source", "source_version", "gpu", "weight_dtype", "kv_dtype", "n_gpus", "tp", "note")
WHERE = ("isl", "osl", "concurrency", "scenario")
FOUND = ("tokens_per_s", "tokens_kind", "ttft_ms", "tpot_ms")
torch._dynamo.config.recompile_limit = 64  # one form a function and shape, not eight


@dataclass(frozen=True)
class Shape:
    """What of a model's configuration its speed depends on."""

    name: str
    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    intermediate: int
    vocabulary: int


SHAPES = (
    Shape("llama-3.2-1b", 16, 2048, 32, 8, 64, 8192, 128_256),
    Shape("llama-3.1-8b", 32, 4096, 32, 8, 128, 14336, 128_256),
    Shape("qwen2.5-32b", 64, 5120, 40, 8, 128, 27648, 152_064),
)


@torch.compile(dynamic=True)
def normed(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    wide = x.float()
    return (wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + 1e-5)).to(x.dtype) * weight


@torch.compile(dynamic=True)
def gated(x: torch.Tensor) -> torch.Tensor:
    gate, up = x.chunk(2, -1)
    return functional.silu(gate) * up


@torch.compile(dynamic=True)
def turned(x: torch.Tensor, cosine: torch.Tensor, sine: torch.Tensor) -> torch.Tensor:
    first, second = x.chunk(2, -1)
    return torch.cat((first * cosine - second * sine, second * cosine + first * sine), -1)


def attended(q: torch.Tensor, keys: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """Attention of a prompt to itself, or of one new token of each to all before it."""
    if q.shape[2] > 1:
        return functional.scaled_dot_product_attention(
            q, keys, values, is_causal=True, enable_gqa=True
        )
    # Queries that share a head's keys read them once, as rows of one product.
    together = q.reshape(q.shape[0], keys.shape[1], -1, q.shape[3])
    with sdpa_kernel(SDPBackend.FLASH_ATTENTION):
        met = functional.scaled_dot_product_attention(together, keys, values)
    return met.reshape(q.shape)


class Decoder:
    """A decoder of the Llama form: grouped queries, rotary positions, a gated feed-forward."""

    def __init__(self, shape: Shape) -> None:
        def random(*size: int) -> torch.Tensor:
            return torch.empty(size, dtype=DTYPE, device=DEVICE).normal_(0.0, size[-1] ** -0.5)

        s = self.shape = shape
        self.embedding = random(s.vocabulary, s.hidden)
        self.head = random(s.vocabulary, s.hidden)
        self.layers = [
            (
                random((s.heads + 2 * s.kv_heads) * s.head_dim, s.hidden),
                random(s.hidden, s.heads * s.head_dim),
                random(2 * s.intermediate, s.hidden),
                random(s.hidden, s.intermediate),
                torch.ones(s.hidden, dtype=DTYPE, device=DEVICE),
            )
            for _ in range(s.layers)
        ]
        turns = 1e-5 ** (torch.arange(0, s.head_dim, 2, device=DEVICE) / s.head_dim)
        angles = torch.outer(torch.arange(max(PROMPTS) + 1, device=DEVICE), turns)
        self.cosine, self.sine = angles.cos().to(DTYPE), angles.sin().to(DTYPE)

    def cache(self, batch: int, tokens: int) -> torch.Tensor:
        s = self.shape
        size = (s.layers, 2, batch, s.kv_heads, tokens, s.head_dim)
        return torch.empty(size, dtype=DTYPE, device=DEVICE).normal_()

    def read(self, ids: torch.Tensor, cache: torch.Tensor, at: int) -> torch.Tensor:
        """Read `ids` from position `at` on; the whole prompt, or the newest token of each."""
        s, (batch, n) = self.shape, ids.shape
        x = functional.embedding(ids, self.embedding)
        cosine, sine = self.cosine[at : at + n], self.sine[at : at + n]
        for (qkv, out, gate_up, down, norm), (keys, values) in zip(self.layers, cache, strict=True):
            parts = (
                functional.linear(normed(x, norm), qkv)
                .view(batch, n, -1, s.head_dim)
                .transpose(1, 2)
            )
            q, k, v = parts.split((s.heads, s.kv_heads, s.kv_heads), 1)
            keys[:, :, at : at + n] = turned(k, cosine, sine)
            values[:, :, at : at + n] = v
            seen = keys[:, :, : at + n], values[:, :, : at + n]
            met = attended(turned(q, cosine, sine), *seen)
            x = x + functional.linear(met.transpose(1, 2).reshape(batch, n, -1), out)
            x = x + functional.linear(gated(functional.linear(normed(x, norm), gate_up)), down)
        return functional.linear(x[:, -1], self.head).argmax(-1)


def milliseconds(run: Callable[[], object], least: int = 5, seconds: float = 0.6) -> float:
    """The median time of a run, after two that are not counted."""
    for _ in range(2):
        run()
    times: list[float] = []
    while len(times) < least or (sum(times) < seconds * 1e3 and len(times) < 50):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        run()
        end.record()
        torch.cuda.synchronize()
        times.append(start.elapsed_time(end))
    return statistics.median(times)


def graph_of(run: Callable[[], object]) -> torch.cuda.CUDAGraph:
    """What a run asks of the GPU, to be replayed without Python between its kernels."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(2):
            run()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        run()
    return graph


def prefill(model: Decoder, tokens: int) -> float:
    ids, cache = torch.randint(0, 1000, (1, tokens), device=DEVICE), model.cache(1, tokens)
    return milliseconds(graph_of(lambda: model.read(ids, cache, 0)).replay)


def step(model: Decoder, batch: int, context: int) -> float:
    ids = torch.randint(0, 1000, (batch, 1), device=DEVICE)
    cache = model.cache(batch, context)
    return milliseconds(graph_of(lambda: model.read(ids, cache, context - 1)).replay)


def points(model: Decoder) -> Iterator[dict[str, object]]:
    for tokens in PROMPTS:
        found = tried(lambda n=tokens: prefill(model, n), f"prompt of {tokens}")
        if found is not None:
            where = {"isl": tokens, "osl": 1, "concurrency": 1, "scenario": "prefill"}
            yield {**where, "ttft_ms": found}
    for context in CONTEXTS:
        for batch in BATCHES:
            words = f"{batch} at {context}"
            found = tried(lambda b=batch, c=context: step(model, b, c), words)
            if found is not None:
                speed = {"tokens_per_s": batch / found * 1e3, "tokens_kind": "output"}
                where = {"isl": context, "osl": 1, "concurrency": batch, "scenario": "decode_step"}
                yield {**where, **speed, "tpot_ms": found}


def tried(run: Callable[[], float], words: str) -> float | None:
    """A time, or nothing where memory does not suffice."""
    try:
        return run()
    except torch.cuda.OutOfMemoryError:
        print(f"  left out, memory: {words}", flush=True)
        return None
    finally:
        torch.cuda.empty_cache()


def main(path: str) -> None:
    name = torch.cuda.get_device_name()
    gpu = next((g for g in ("H100", "H200", "B200", "A100", "L40S", "L4") if g in name), name)
    always = {
        "source": "benchmarks/measure_gpu.py, own measurement",
        "source_version": f"{date.today()}, torch {torch.__version__}",
        "gpu": gpu,
        "weight_dtype": "bf16",
        "kv_dtype": "bf16",
        "n_gpus": 1,
        "tp": 1,
        "note": f"random weights, one {name}",
    }
    with Path(path).open("w", encoding="utf-8", newline="") as file, torch.inference_mode():
        table = csv.DictWriter(file, ("model", *ALWAYS, *WHERE, *FOUND))
        table.writeheader()
        for shape in SHAPES:
            print(shape.name, flush=True)
            model = Decoder(shape)
            for point in points(model):
                row = {k: f"{v:.5g}" if isinstance(v, float) else v for k, v in point.items()}
                print(" ", row, flush=True)
                table.writerow({**always, "model": shape.name, **row})
                file.flush()
            del model
            torch.cuda.empty_cache()


if __name__ == "__main__":
    main(sys.argv[1])
