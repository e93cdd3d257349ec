"""One table of calls, whatever engine holds the rows."""

from datetime import datetime, timedelta, timezone
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from aicost.log.columns import COLUMNS
from aicost.log.engine import PANDAS, collected, conform

ROWS = {
    "model": ["openai/gpt-5", None],
    "moment": [datetime(2026, 11, 2, 9), datetime(2026, 11, 2, 9, 0, 1)],
    "input_tokens": [1_200, 3],
    "colour": ["red", "blue"],
}


def in_duckdb(rows: dict[str, Any], zone: str = "UTC") -> Any:
    frame, connection = pd.DataFrame(rows), duckdb.connect()
    connection.execute(f"SET TimeZone = '{zone}'")
    return connection.from_df(frame)


@pytest.mark.parametrize("made", [pd.DataFrame, in_duckdb])
def test_a_frame_of_any_engine_has_the_columns_of_calls(made: Any) -> None:
    calls = conform(made(ROWS))
    found = collected(calls)
    assert [*found] == calls.collect_schema().names() == [column.name for column in COLUMNS]
    assert found["input_tokens"].to_list() == [1_200, 3]
    assert found["model"].fillna("none").to_list() == ["openai/gpt-5", "none"]
    assert found["moment"].to_list()[0] == datetime(2026, 11, 2, 9)
    assert found["output_tokens"].isna().all()
    assert {column.name: PANDAS[column.kind] for column in COLUMNS} == found.dtypes.to_dict()


@pytest.mark.parametrize("made", [pd.DataFrame, pl.DataFrame, in_duckdb])
def test_moments_of_a_time_zone_are_held_in_utc(made: Any) -> None:
    tokyo = datetime(2026, 11, 2, 18, tzinfo=timezone(timedelta(hours=9)))
    found = collected(conform(made(ROWS | {"moment": [tokyo, tokyo]})))
    assert found["moment"].to_list()[0] == datetime(2026, 11, 2, 9)
    with pytest.raises(ValueError, match="the connection counts in Asia/Tokyo; say SET TimeZone"):
        conform(in_duckdb(ROWS | {"moment": [tokyo, tokyo]}, "Asia/Tokyo"))
