"""What is kept of a measurement: read again as it was, and measured in the copy of a scenario."""

from pathlib import Path

import pytest
from places import ROOT

from aicost.billing.case import load
from aicost.measure.benchmark_files import read_benchmark
from aicost.measure.loads import Load, Loads, Seen
from aicost.measure.record import copy_path, file_text, measured_copy, times_of
from aicost.values.quantities import Spread

DESK = ROOT / "data" / "scenarios" / "help-desk.yaml"
FOUND = Loads(
    "measured at localhost",
    "m",
    (
        Load(20.0, 1_000.0, 200.0, 1.0, tokens_per_s=90.0, first=Seen(0.05, 0.0412345, 0.09)),
        Load(
            40.0, 1_000.0, 200.0, 8.0, tokens_per_s=300.0, token=Seen(0.011, 0.01, 0.01), failed=1.0
        ),
    ),
)


def test_a_file_of_it_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(file_text(FOUND, ".json"))
    again = read_benchmark(path)
    assert again.model == "m"
    assert repr(again.each) == repr(FOUND.each)


def test_a_sheet_of_it_has_a_line_a_load() -> None:
    head, *rows = file_text(FOUND, ".csv").splitlines()
    assert head.startswith("load,requests,failed,input_tokens")
    assert [row.split(",")[0] for row in rows] == ["1 at once", "8 at once"]


def test_times_of_a_load_are_fields_of_a_stage() -> None:
    assert times_of(FOUND.each[0], "answer") == {"answer.ttft": Spread(0.0412, 0.09)}
    assert times_of(FOUND.each[1], "answer") == {"answer.tpot": 0.01}


def test_they_are_measured_in_the_copy(tmp_path: Path) -> None:
    text = measured_copy(load(DESK), times_of(FOUND.each[0], "answer"))
    path = tmp_path / "copy.yaml"
    path.write_text(text)
    stage = load(path).scenario.stage("answer")
    assert stage.ttft == Spread(0.0412, 0.09)
    assert stage.basis("ttft") == "stated"


def test_a_field_that_is_not_there_has_a_nearest() -> None:
    with pytest.raises(KeyError, match=r"did you mean 'answer.ttft'"):
        measured_copy(load(DESK), {"anser.ttft": 0.3})


def test_the_copy_stands_beside_the_file() -> None:
    assert copy_path(Path("a/b.yml")) == Path("a/b-measured.yml")
