"""Columns that have a type of their own, as Parquet has them."""

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from aicost.log.engine import collected
from aicost.log.layouts import LogError, layouts
from aicost.log.read import read_log
from aicost.log.scan import scanned

NOW = datetime(2026, 11, 27)


def parquet(tmp_path: Path, select: str) -> Path:
    path = tmp_path / "log.parquet"
    duckdb.connect().execute(f"COPY (SELECT {select}) TO '{path}' (FORMAT parquet)")
    return path


@pytest.mark.parametrize(
    ("column", "name", "expected"),
    [
        ("TIMESTAMP '2026-03-01 09:00:00'", "moment", datetime(2026, 3, 1, 9)),
        ("TIMESTAMPTZ '2026-03-01 09:00:00+02'", "moment", datetime(2026, 3, 1, 7)),
        ("TIMESTAMP_NS '2026-03-01 09:00:00'", "moment", datetime(2026, 3, 1, 9)),
        ("DATE '2026-03-01'", "moment", datetime(2026, 3, 1)),
        ("1772355600000", "moment", datetime(2026, 3, 1, 9)),
        ("'2026-03-01T09:00:00Z'", "moment", datetime(2026, 3, 1, 9)),
        ("7::UBIGINT", "input_tokens", 7),
        ("7.0::DOUBLE", "input_tokens", 7),
        ("7::DECIMAL(9, 2)", "input_tokens", 7),
        ("'7'", "input_tokens", 7),
        ("true", "batch", True),
        ("1", "batch", True),
        ("'no'", "batch", False),
        ("4::BIGINT", "model", "4"),
        ("UUID '00000000-0000-0000-0000-000000000001'", "model", f"{1:032x}"),
    ],
)
def test_a_typed_column_is_read_by_its_type(
    tmp_path: Path, column: str, name: str, expected: Any
) -> None:
    usual = {"moment": "TIMESTAMP '2026-03-01'", "model": "'m'", "input_tokens": "1"}
    select = ", ".join(f"{sql} AS {key}" for key, sql in {**usual, name: column}.items())
    log = read_log(parquet(tmp_path, select), now=NOW)
    (found,) = collected(log.calls)[name].to_list()
    assert (found.replace("-", "") if isinstance(found, str) else found) == expected


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ("'many'", "input_tokens is not a number"),
        ("'nan'::DOUBLE", "input_tokens is not a number"),
        ("-4", "input_tokens is negative, or less than a cache has of it"),
        ("DATE '2026-03-01'", "input_tokens is not a number"),
        ("9e9", "input_tokens is more than one call can have"),
    ],
)
def test_what_a_column_cannot_mean_is_set_aside(tmp_path: Path, column: str, reason: str) -> None:
    select = f"TIMESTAMP '2026-03-01' AS moment, 'm' AS model, {column} AS input_tokens"
    log = read_log(parquet(tmp_path, select), now=NOW)
    assert log.set_aside["reason"].to_list() == [reason]


def test_names_that_are_code_are_names(tmp_path: Path) -> None:
    name = """a"b'); DROP TABLE x; --"""
    quoted = name.replace('"', '""')
    select = f"""'2026-03-01' AS moment, 'm' AS model, 3 AS "{quoted}" """
    path = parquet(tmp_path, select).rename(tmp_path / "it's a log.parquet")
    log = read_log(path, {"moment": "moment", "input_tokens": name}, NOW)
    assert collected(log.calls)["input_tokens"].to_list() == [3]


def test_a_file_that_is_no_parquet_inside_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    path.write_bytes(b"PAR1 and no more PAR1")
    with pytest.raises(LogError) as problem:
        read_log(path)
    assert "\n" not in str(problem.value)


def test_a_table_is_read_where_every_row_has_its_cells(tmp_path: Path) -> None:
    layout = layouts().read[0]
    for end, expected in (("3,4\n", True), ("3\n", False), ('3,"4\n', False)):
        path = tmp_path / "log.csv"
        path.write_text("moment,model\n1,2\n" + end)
        found = scanned(duckdb.connect(), path, "csv", (",", "moment", "model")).read(layout, 0)
        assert (found is not None) is expected
