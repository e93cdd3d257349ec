"""A small table put beside a large one, on whatever engine holds that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
from narwhals.dtypes import DType

if TYPE_CHECKING:
    import pandas as pd


def beside(frame: nw.LazyFrame[Any], table: pd.DataFrame) -> nw.LazyFrame[Any]:
    """A small table on the engine of a frame, to be joined with it.

    Parameters
    ----------
    frame : a frame of DuckDB, Polars, pandas, Spark or Ibis.
    table : a table of at most some thousand rows: moments, text, whole numbers, numbers, flags.

    Returns
    -------
    A frame of the engine, and of the connection, of `frame`.
    """
    engine, native = frame.implementation, frame.to_native()
    if engine is nw.Implementation.PANDAS:
        return nw.from_native(table).lazy()
    if engine is nw.Implementation.DUCKDB:  # reads pandas by the name that it has here
        small_table = table  # noqa: F841
        return nw.from_native(native.query("calls", "SELECT * FROM small_table")).lazy()
    types = {name: _type(kind) for name, kind in nw.from_native(table).schema.items()}
    lists = {name: [_plain(cell) for cell in table[name]] for name in types}
    if engine.is_spark_like():
        rows = [*zip(*lists.values(), strict=True)]
        spark = ", ".join(f"`{name}` {_IN_SPARK[kind]}" for name, kind in types.items())
        return nw.from_native(native.sparkSession.createDataFrame(rows, spark)).lazy()
    if engine is nw.Implementation.IBIS:
        return nw.from_native(nw.get_native_namespace(frame).memtable(table)).lazy()
    return nw.from_dict(lists, types, backend=engine).lazy()


def _type(kind: DType) -> DType:
    return next(one for one in _IN_SPARK if kind == one or kind.base_type() is one.base_type())


#: What a column is of in Spark; moments say no zone.
_IN_SPARK: dict[DType, str] = {
    nw.Datetime("us"): "timestamp_ntz",
    nw.String(): "string",
    nw.Int64(): "bigint",
    nw.Float64(): "double",
    nw.Boolean(): "boolean",
}


def _plain(cell: Any) -> Any:
    """A cell as Python has it; what is not there is None."""
    import pandas as pd

    if pd.isna(cell):
        return None
    if isinstance(cell, pd.Timestamp):
        return cell.to_pydatetime()
    return cell.item() if hasattr(cell, "item") else cell
