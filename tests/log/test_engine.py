"""One table of calls, whatever engine holds the rows."""

from datetime import datetime
from typing import Any

import duckdb
import pandas as pd
import pytest

from aicost.log.columns import COLUMNS
from aicost.log.engine import PANDAS, collected, conform

ROWS = {
    "model": ["openai/gpt-5", None],
    "moment": [datetime(2026, 11, 2, 9), datetime(2026, 11, 2, 9, 0, 1)],
    "input_tokens": [1_200, 3],
    "colour": ["red", "blue"],
}


def in_duckdb(rows: dict[str, Any]) -> Any:
    frame = pd.DataFrame(rows)
    return duckdb.connect().from_df(frame)


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
