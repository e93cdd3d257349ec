"""Topic `index-bytes`: closed formulas against the files that index libraries wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from aicost.accuracy.report import Part, Report, read_cases
from aicost.formulas import vectors
from aicost.values.quantities import Numeric
from aicost.values.table_file import Record

MEAN, WORST = 1e-3, 1e-2
COLUMNS = ("library", "index", "params", "n", "dim", "bytes_serialized")
WIDTH = {"": 4, "f32": 4, "f16": 2, "i8": 1}  # bytes of a number by its dtype

Params = Mapping[str, str]
Formula = Callable[[int, int, Params], Numeric]


def _ivf(name: str) -> Formula:
    def size(n: int, d: int, p: Params) -> Numeric:
        code = 4 * d if name == "ivf_flat" else d
        return vectors.ivf_bytes(vectors=n, dimensions=d, lists=int(p["nlist"]), code_bytes=code)

    return size


def _graph(of: Callable[..., Numeric], width: int | None = None) -> Formula:
    def size(n: int, d: int, p: Params) -> Numeric:
        each = width or WIDTH[p.get("dtype", "")]
        return of(vectors=n, dimensions=d, links=int(p["M"]), bytes_per_dimension=each)

    return size


def _pq(n: int, d: int, p: Params) -> Numeric:
    lists, code = int(p["nlist"]), int(p["m"])
    return vectors.ivf_pq_bytes(vectors=n, dimensions=d, lists=lists, code_bytes=code)


FORMULAS: dict[tuple[str, str], Formula] = {
    ("faiss", "flat"): lambda n, d, _: vectors.flat_bytes(vectors=n, dimensions=d),
    ("faiss", "sq8"): lambda n, d, _: vectors.sq8_bytes(vectors=n, dimensions=d),
    ("faiss", "rabitq"): lambda n, d, _: vectors.rabitq_bytes(vectors=n, dimensions=d),
    ("faiss", "ivf_flat"): _ivf("ivf_flat"),
    ("faiss", "ivf_sq8"): _ivf("ivf_sq8"),
    ("faiss", "ivf_pq"): _pq,
    ("faiss", "hnsw_flat"): _graph(vectors.hnsw_faiss_bytes, 4),
    ("faiss", "hnsw_sq8"): _graph(vectors.hnsw_faiss_bytes, 1),
    ("hnswlib", "hnsw"): _graph(vectors.hnsw_bytes, 4),
    ("usearch", "hnsw"): _graph(vectors.hnsw_bytes),
}


def _size(row: Record, formula: Formula) -> float:
    """The bytes of a row's index. Raises TableError for parameters that it cannot have."""
    n, dim = (row.whole(column, low=1) for column in ("n", "dim"))
    pairs = [pair.partition("=") for pair in row["params"].split(";") if pair]
    try:
        return float(formula(n, dim, {name: value for name, _, value in pairs}))
    except KeyError as missing:
        wrong = f"there is no {missing}" if missing.args[0] else "a value is missing"
    except (ValueError, ArithmeticError) as error:
        wrong = f"{row['params']!r}: {error}"
    raise row.error("params", wrong, "write such as nlist=1024;m=16, or M=16;dtype=f16")


def hold(path: Path) -> Report:
    """Hold the bytes of each index against the file written; errors are relative."""
    found: dict[tuple[str, str], list[tuple[float, str]]] = {}
    strange: list[str] = []
    for row in read_cases(path, *COLUMNS):
        kind = row["library"], row["index"]
        label = f"{' '.join(kind)} {row['params']}, {row['n']} x {row['dim']}"
        if kind not in FORMULAS:
            strange.append(f"{label}: no formula")
            continue
        written = row.whole("bytes_serialized", low=1)
        size = _size(row, FORMULAS[kind])
        text = f"{label}: {size:,.0f} B instead of {written:,}"
        found.setdefault(kind, []).append((abs(size / written - 1), text))
    parts = [
        Part(" ".join(kind), [e for e, _ in rows], failed=[t for e, t in rows if not e < WORST])
        for kind, rows in found.items()
    ]
    errors = [e for part in parts for e in part.errors]
    mean = float(np.mean(errors)) if errors else np.nan
    failed = [] if mean <= MEAN else [f"mean {mean:.3g} instead of at most {MEAN}"]
    parts.append(Part(f"all, mean {mean:.2g}", errors, strange, failed))
    return Report("index-bytes", path.name, "mean 0.1 %, worst below 1 %", tuple(parts))
