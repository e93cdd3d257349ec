"""One code over many engines: a frame of any of them, as a table of calls that is not yet run."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

import narwhals as nw

from aicost.log.columns import BY_NAME, COLUMNS, Column, Kind

if TYPE_CHECKING:
    import pandas as pd

PANDAS: Mapping[Kind, Any] = {
    "moment": "datetime64[us]",
    "text": "string",
    "count": "Int64",
    "number": "Float64",
    "flag": "boolean",
}


def conform(frame: Any) -> nw.LazyFrame[Any]:
    """Give a frame of calls all columns that a log can have, in order, each of its own type.

    Parameters
    ----------
    frame : a table of DuckDB, Polars, pandas, Spark or Ibis, with some of the columns.

    Returns
    -------
    A frame of the same engine, not yet run. What the table lacks is null; what else it has goes.
    Moments of a time zone are held in UTC.

    Raises
    ------
    ValueError : a connection of DuckDB counts moments in another zone, which no cast can undo.

    Examples
    --------
    >>> import pandas as pd
    >>> calls = conform(pd.DataFrame({"model": ["openai/gpt-5"], "output_tokens": [12.0]}))
    >>> collected(calls.select("model", "input_tokens", "output_tokens"))
              model  input_tokens  output_tokens
    0  openai/gpt-5          <NA>             12
    """
    frame = nw.to_native(frame, pass_through=True)
    if nw.dependencies.is_pandas_dataframe(frame):
        return nw.from_native(_in_pandas(frame)).lazy()
    lazy = nw.from_native(frame).lazy()
    schema = lazy.collect_schema()
    zone = getattr(schema.get("moment"), "time_zone", None)
    if lazy.implementation is nw.Implementation.DUCKDB and zone not in (None, "UTC", "Etc/UTC"):
        raise ValueError(f"moment: the connection counts in {zone}; say SET TimeZone = 'UTC' on it")
    return lazy.select(*(_column(column, set(schema.names())) for column in COLUMNS))


def collected(frame: nw.LazyFrame[Any]) -> pd.DataFrame:
    """Run a frame, and hold what comes out in pandas, where whole numbers may be null."""
    if frame.implementation in (nw.Implementation.POLARS, nw.Implementation.IBIS):
        # One would hand pandas over by pyarrow, the other whole numbers beside nulls as floats.
        import pandas as pd

        whole = {name for name, kind in frame.collect_schema().items() if kind.is_integer()}
        lists = frame.collect().to_dict(as_series=False)
        columns = {n: pd.array(c, dtype="Int64") if n in whole else c for n, c in lists.items()}
        return _typed(pd.DataFrame(columns))
    return _typed(frame.collect(backend="pandas").to_native())


def held(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Run a frame that is asked many things, and hold it on its engine; DuckDB would run it anew.

    >>> import pandas as pd
    >>> held(nw.from_native(pd.DataFrame({"model": ["gpt-5"]})).lazy()).collect().shape
    (1, 1)
    """
    if frame.implementation is not nw.Implementation.DUCKDB:
        return frame
    native, name = frame.to_native(), f"held_{next(_NUMBERS)}"
    native.create(name)
    return nw.from_native(native.query("calls", f"SELECT * FROM {name}")).lazy()


_NUMBERS = count()


def _in_pandas(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of calls; pandas has types of its own for whole numbers that may be null."""
    calls = frame.reindex(columns=[*BY_NAME])
    if getattr(calls["moment"].dtype, "tz", None) is not None:
        calls["moment"] = calls["moment"].dt.tz_convert(None)
    return _typed(calls)


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    known = [name for name in frame.columns if name in BY_NAME]
    return frame.astype({name: PANDAS[BY_NAME[name].kind] for name in known})


def _column(column: Column, held: set[str]) -> nw.Expr:
    there = nw.col(column.name) if column.name in held else nw.lit(None)
    return there.cast(column.dtype).alias(column.name)
