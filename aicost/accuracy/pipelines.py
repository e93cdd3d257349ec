"""Latency trees held against pipelines computed and simulated elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from aicost.accuracy.report import Part, Report, read_cases
from aicost.formulas import latency
from aicost.formulas.latency import Latency
from aicost.values.quantities import Spread
from aicost.values.table_file import Record

BAR = 2e-4
STANDARD_ERRORS = 4.0
LEAST = 1e-9  # of a time or an error that something is divided by. [ms]
FIGURES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
COLUMNS = [f"{kind}{name}_ms" for kind in ("", "se_", "grid_") for name in (*FIGURES, "mean")]


def hold(path: Path) -> Report:
    """Hold `Latency` against p50, p95, p99 and mean of pipelines written as JSON trees, in ms.

    Rows with `grid_` columns have to agree with them to 0.02 % (relative error); the others with
    the simulated columns to four of their standard errors (error in standard errors).
    """
    rows = read_cases(path, "case_id", "name", "pipeline", *COLUMNS)
    by_grid = [row for row in rows if row["grid_p50_ms"]]
    by_draws = [row for row in rows if not row["grid_p50_ms"]]
    parts = (
        _part("against a grid, relative", by_grid, _relative, BAR),
        _part("against a simulation, standard errors", by_draws, _in_errors, STANDARD_ERRORS),
    )
    return Report("pipelines", path.name, "0.02 %, or 4 standard errors of a simulation", parts)


def _relative(found: float, row: Record, figure: str) -> float:
    return abs(found / row.number(f"grid_{figure}_ms", low=LEAST) - 1)


def _in_errors(found: float, row: Record, figure: str) -> float:
    stated, error = row.number(f"{figure}_ms"), row.number(f"se_{figure}_ms", low=LEAST)
    return abs(found - stated) / error


def _part(
    name: str,
    rows: Sequence[Record],
    off: Callable[[float, Record, str], float],
    bar: float,
) -> Part:
    errors, failed = [], []
    for row in rows:
        tree = _tree(row)
        found = dict(zip(FIGURES, tree.quantile([*FIGURES.values()]), strict=True))
        for figure, value in (found | {"mean": tree.mean}).items():
            errors.append(off(1e3 * value, row, figure))
            if not errors[-1] <= bar:
                where = f"case {row['case_id']} {row['name']}, {figure}"
                failed.append(f"{where}: {1e3 * value:.8g} ms, off by {errors[-1]:.3g}")
    return Part(name, errors, failed=failed)


def _tree(row: Record) -> Latency:
    """The pipeline of a row. Raises TableError with the node that cannot be read."""
    try:
        return tree_of(json.loads(row["pipeline"]))
    except json.JSONDecodeError as error:
        wrong = f"no JSON, from letter {error.pos + 1} on"
    except KeyError as missing:
        wrong = f"a node without {missing}"
    except RecursionError:
        wrong = "nested too deep"
    except (ValueError, TypeError, AttributeError, ArithmeticError, LookupError) as error:
        wrong = f"a node that cannot be read: {error}"
    raise row.error("pipeline", wrong, 'write such as {"lognormal": [600, 1500]}')


def _lognormal(pair: Sequence[float]) -> Latency:
    return latency.lognormal(p50=pair[0] / 1e3, p95=pair[1] / 1e3)


def tree_of(written: Mapping[str, Any]) -> Latency:
    """The latency tree of a pipeline written as JSON, in ms.

    Raises
    ------
    ValueError : a node of no known type.
    """
    if not isinstance(written, dict) or len(written) != 1:
        raise ValueError(f"{written!r:.40} is no node with one name")
    kind, it = next(iter(written.items()))
    node = tree_of(it["node"]) if isinstance(it, dict) and "node" in it else latency.const(0)
    made: dict[str, Callable[[], Latency]] = {
        "lognormal": lambda: _lognormal(it),
        "gamma": lambda: latency.gamma(p50=it[0] / 1e3, p95=it[1] / 1e3),
        "const": lambda: latency.const(it / 1e3),
        "llm": lambda: latency.llm(
            _lognormal(it["ttft"]),
            tokens=Spread(*it["tokens"]),
            tpot=Spread(*(np.asarray(it["tpot"]) / 1e3).tolist()),
        ),
        "series": lambda: latency.series(*map(tree_of, it)),
        "all": lambda: latency.slowest(*map(tree_of, it)),
        "any": lambda: latency.fastest(*map(tree_of, it)),
        "quorum": lambda: latency.quorum(node, k=it["k"], n=it["n"]),
        "branch": lambda: latency.mixture([p for p, _ in it], [tree_of(part) for _, part in it]),
        "retry": lambda: latency.retried(
            node, retry=it["p_fail"], tries=it["max_attempts"], backoff_s=it["backoff"] / 1e3
        ),
        "timeout": lambda: latency.timeout(
            node, after_s=it["after"] / 1e3, fallback=tree_of(it["fallback"])
        ),
        "hedge": lambda: latency.hedge(node, after_s=it["after"] / 1e3),
        "repeat": lambda: latency.repeat(node, counts=it["counts"], shares=it["p"]),
        "shared": lambda: latency.slow_day(node, factor=Spread(*it["factor"])),
    }
    if kind not in made:
        raise ValueError(f"no pipeline node {kind!r}; there is {', '.join(made)}")
    return made[kind]()
