"""Measured points of served models, read from a case file as arrays for the formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeVar

import numpy as np

from aicost.accuracy.report import read_cases
from aicost.book.machines import WEIGHT_BYTES, architecture, chip, constants, families
from aicost.book.rows import BookError
from aicost.formulas.serving.shapes import Architecture, Chip, Layout
from aicost.values.table_file import Record

COLUMNS = (
    *("model", "gpu", "weight_dtype", "kv_dtype", "n_gpus", "tp", "isl", "osl", "concurrency"),
    *("tokens_per_s", "ttft_ms", "tpot_ms", "scenario", "source", "source_version"),
)
#: Scenarios of a case file: what is measured there, and under which load.
FULL, CLOSED, OPEN = ("offline_max", "static_batch", "batch"), "closed_loop", "online_rate"
ALONE, STEP = ("first_token_latency", "prefill"), "decode_step"
KNOWN = (*FULL, CLOSED, OPEN, *ALONE, STEP)
MOST_CHIPS = 8  # of one node; between nodes another network counts
#: InferenceX draws lengths evenly from 0.8 to 1 of what it states.
DRAWN = {"InferenceX": 0.9}
NAMES = {"h100": "h100-sxm"}  # of chips, where a file's is not the book's


Shape = TypeVar("Shape", Architecture, Chip)


@dataclass(frozen=True)
class Cases:
    """Points of a file, one place an array: what was served, how it was asked, what was seen."""

    pair: np.ndarray
    family: np.ndarray
    engine: np.ndarray
    scenario: np.ndarray
    group: np.ndarray
    model: Architecture
    chip: Chip
    layout: Layout
    input_tokens: np.ndarray
    output_tokens: np.ndarray
    concurrency: np.ndarray
    rate: np.ndarray
    tokens_per_s: np.ndarray
    first_s: np.ndarray
    token_s: np.ndarray
    left_out: tuple[str, ...] = ()

    def where(self, rows: np.ndarray) -> Cases:
        """Some of the points."""
        values = (getattr(self, one.name) for one in fields(self)[:-1])
        return Cases(*(v.where(rows) if hasattr(v, "where") else v[rows] for v in values))

    def __len__(self) -> int:
        return len(self.pair)


def read(path: Path) -> Cases:
    """The points of a file that the formulas can answer, and why the others are left out.

    Raises TableError, a ValueError, for a header or a row that cannot be read.
    """
    known = families()
    found = [(row, _left_out(row, known)) for row in read_cases(path, *COLUMNS)]
    rows = [row for row, reason in found if not reason]
    return _arrays(rows, tuple(reason for _, reason in found if reason))


def _left_out(row: Record, known: Mapping[str, str]) -> str:
    """Why a row is not held; nothing where it is."""
    if row["scenario"] not in KNOWN:
        return f"scenario {row['scenario']!r} states no lengths or is not known"
    if row.number("n_gpus", low=1) > MOST_CHIPS:
        return f"more than {MOST_CHIPS} chips: several nodes"
    if _chip(row) not in known:
        return f"chip {row['gpu']!r} is not in serving_constants.csv"
    if row["weight_dtype"] not in WEIGHT_BYTES:
        return f"weights in {row['weight_dtype']!r}"
    if row["kv_dtype"] and row["kv_dtype"] not in WEIGHT_BYTES:
        return f"a cache in {row['kv_dtype']!r}"
    if _chips(row) != row.number("n_gpus"):
        return "tp x dp x pp is not n_gpus"
    try:
        architecture(row["model"])
    except BookError as error:
        return error.wrong
    return ""


def _chips(row: Record) -> float:
    """Chips by its split; all of them where it says nothing of tensor parallelism."""
    each = (row.number(name, low=1) if row.get(name) else 1.0 for name in ("dp", "pp", "tp"))
    return float(np.prod([*each])) if row["tp"] else row.number("n_gpus")


def _chip(row: Record) -> str:
    return NAMES.get(row["gpu"].lower(), row["gpu"].lower())


def _arrays(rows: list[Record], left_out: tuple[str, ...]) -> Cases:
    at = constants()
    by_family, engines = [*at["multiply_share"]], [*at["weights_share"]]
    family_of = families()
    drawn = np.array([next((s for w, s in DRAWN.items() if w in r["source"]), 1.0) for r in rows])
    wide = np.array([WEIGHT_BYTES[r["weight_dtype"]] for r in rows])

    def column(name: str, blank: float = np.nan, low: float = 0.0) -> np.ndarray:
        return np.array([r.number(name, low=low) if r.get(name) else blank for r in rows], float)

    kept = np.array([WEIGHT_BYTES.get(r["kv_dtype"], np.nan) for r in rows], float)
    kept = np.where(np.isnan(kept), np.where(wide < 2.0, 1.0, 2.0), kept)
    data, pipeline = column("dp", 1.0, 1.0), column("pp", 1.0, 1.0)
    tensor = column("tp", 0.0, 1.0)
    tensor = np.where(tensor > 0.0, tensor, column("n_gpus") / (data * pipeline))
    return Cases(
        pair=np.array([f"{r['model']} on {r['gpu']}" for r in rows]),
        family=np.array([by_family.index(family_of[_chip(r)]) for r in rows], int),
        engine=np.array([engines.index(_engine(r, engines)) for r in rows], int),
        scenario=np.array([r["scenario"] for r in rows]),
        group=np.array([f"{r['model']} {r['gpu']} {r['scenario']}" for r in rows]),
        model=_stacked([r["model"] for r in rows], architecture, Architecture),
        chip=_stacked([_chip(r) for r in rows], chip, Chip),
        layout=Layout(wide, kept, tensor, data, pipeline),
        input_tokens=column("isl", low=1) * drawn,
        output_tokens=np.maximum(column("osl", low=0) * drawn, 1.0),
        concurrency=np.array([_concurrency(r) for r in rows], float),
        rate=np.array([_rate(r) for r in rows], float),
        tokens_per_s=column("tokens_per_s"),
        first_s=column("ttft_ms") / 1e3,
        token_s=column("tpot_ms") / 1e3,
        left_out=left_out,
    )


def _concurrency(row: Record) -> float:
    """Requests at once; max is as many as fit, and of a rate nobody says it."""
    if row["concurrency"] == "max":
        return np.inf
    return 1.0 if row["scenario"] == OPEN else row.number("concurrency", low=1)


def _rate(row: Record) -> float:
    """Requests a second; INF is all at once, none a scenario without a rate."""
    said = row.get("request_rate", "")
    return np.inf if said == "INF" else row.number("request_rate", low=0) if said else np.nan


def _engine(row: Record, engines: list[str]) -> str:
    """The engine a row names; dstack's batches are vLLM's, NVIDIA's own tables TensorRT-LLM's.

    Where no engine stands in front, kernels are PyTorch's, as vLLM's are at heart.
    """
    said = row["source_version"].lower()
    named = next((engine for engine in engines if said.startswith(engine)), "")
    return named or ("vllm" if row["scenario"] in ("batch", "prefill", STEP) else "trtllm")


def _stacked(names: list[str], made: Callable[[str], Shape], kind: type[Shape]) -> Shape:
    """One shape of arrays out of those that names stand for."""
    each = {name: made(name) for name in {*names}}
    columns = ([getattr(each[name], f.name) for name in names] for f in fields(kind))
    return kind(*(np.array(column, float) for column in columns))
