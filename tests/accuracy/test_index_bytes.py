"""Topic `index-bytes`: the formulas are of the indexes that were measured."""

import csv
from pathlib import Path

import pytest
from places import TESTS

from aicost.accuracy.index_bytes import FORMULAS, hold

MEASURED = TESTS / "data" / "vector_index_measured.csv"


def test_each_formula_was_measured_and_each_index_has_one() -> None:
    with MEASURED.open(encoding="utf-8", newline="") as file:
        kinds = {(row["library"], row["index"]) for row in csv.DictReader(file)}
    assert kinds == set(FORMULAS)


def test_an_error_is_a_share_of_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(
        "library,index,params,n,dim,bytes_serialized\nfaiss,flat,,1000,25,100000\n"
        "faiss,sq8,,1000,100,200000\n"
    )
    flat, coded, every = hold(path).parts
    assert flat.errors == [pytest.approx(0.0, abs=1e-3)]
    assert coded.errors == [pytest.approx(0.5, abs=5e-3)]
    assert every.errors == [*flat.errors, *coded.errors]
    assert not flat.failed
    assert "instead of 200,000" in coded.failed[0]
