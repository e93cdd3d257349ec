"""Groups of calls: how many, what they cost, how long they took, on whatever engine holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import narwhals as nw

#: Shares of calls whose time is told, by the name of its column.
PERCENTILES: Mapping[str, float] = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
#: What percentiles are; some warehouses that Ibis reaches have no exact ones.
EXACT, APPROXIMATE = "exact", "approximate"


class Groups(NamedTuple):
    """Groups that are not yet run, and whether their percentiles are exact or approximate."""

    frame: nw.LazyFrame[Any]
    percentiles: str


def groups(
    frame: nw.LazyFrame[Any],
    keys: Sequence[str],
    *,
    sums: Sequence[str] = (),
    percentiles_of: str = "",
) -> Groups:
    """Calls by some columns: their number, sums of columns, percentiles of one.

    Parameters
    ----------
    frame : a table of calls.
    keys : what they are grouped by.
    sums : columns that are summed, under their own names.
    percentiles_of : the column of which `PERCENTILES` are told, none if not said.

    Notes
    -----
    A percentile lies between two values where it falls between two calls, in proportion.
    """
    if not percentiles_of:
        every = (nw.len().alias("calls"), *(nw.col(name).sum() for name in sums))
        return Groups(frame.group_by(*keys).agg(*every), EXACT)
    engine = frame.implementation
    if engine is nw.Implementation.DUCKDB:
        return Groups(_in_duckdb(frame, keys, sums, percentiles_of), EXACT)
    if engine is nw.Implementation.IBIS and not _has_exact(frame):
        return Groups(_approximate(frame, keys, sums, percentiles_of), APPROXIMATE)
    told = (
        nw.col(percentiles_of).quantile(share, "linear").alias(name)
        for name, share in PERCENTILES.items()
    )
    every = (nw.len().alias("calls"), *(nw.col(name).sum() for name in sums), *told)
    return Groups(frame.group_by(*keys).agg(*every), EXACT)


def _in_duckdb(
    frame: nw.LazyFrame[Any], keys: Sequence[str], sums: Sequence[str], of: str
) -> nw.LazyFrame[Any]:
    """All percentiles out of one sorted list of each group, in half the time of three."""
    shares = ", ".join(map(str, PERCENTILES.values()))
    every = [*(f'"{key}"' for key in keys), "count(*) AS calls"]
    every += [f'sum("{name}") AS "{name}"' for name in sums]
    every.append(f'quantile_cont("{of}", [{shares}]) AS told')
    found = nw.from_native(frame.to_native().aggregate(", ".join(every))).lazy()
    told = (nw.col("told").list.get(n).alias(name) for n, name in enumerate(PERCENTILES))
    return found.with_columns(*told).drop("told")


def _has_exact(frame: nw.LazyFrame[Any]) -> bool:
    """Whether the engine behind Ibis has exact percentiles."""
    exact = nw.get_native_namespace(frame).expr.operations.Quantile
    return bool(frame.to_native().get_backend().has_operation(exact))


def _approximate(
    frame: nw.LazyFrame[Any], keys: Sequence[str], sums: Sequence[str], of: str
) -> nw.LazyFrame[Any]:
    """Percentiles as an engine behind Ibis has them where it has no exact ones."""
    native = frame.to_native()
    told = {name: native[of].approx_quantile(share) for name, share in PERCENTILES.items()}
    every = {"calls": native.count(), **{name: native[name].sum() for name in sums}, **told}
    return nw.from_native(native.group_by([*keys]).aggregate(**every)).lazy()
