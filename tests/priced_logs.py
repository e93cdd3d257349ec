"""Logs made for tests of prices, and one table on several engines."""

from collections.abc import Callable, Mapping
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest


def in_duckdb(frame: pd.DataFrame) -> Any:
    """Return a table of DuckDB, in a connection of its own."""
    connection = duckdb.connect()
    connection.register("held", frame)
    return connection.table("held")


def in_polars(frame: pd.DataFrame) -> Any:
    """Return a frame of Polars that is not yet run."""
    lists = {n: [None if pd.isna(v) else v for v in frame[n].tolist()] for n in frame.columns}
    return pl.DataFrame(lists, strict=False).lazy()


def in_ibis(frame: pd.DataFrame) -> Any:
    """Return a table of Ibis over one of DuckDB; the test is skipped where Ibis is missing."""
    ibis = pytest.importorskip("ibis", reason="needs the extra [ibis]")
    connection = duckdb.connect()
    connection.register("held", frame)
    return ibis.duckdb.from_connection(connection).table("held")


ENGINES: Mapping[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "DuckDB": in_duckdb,
    "Polars": in_polars,
    "Ibis": in_ibis,
}
