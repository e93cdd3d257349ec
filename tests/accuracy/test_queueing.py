"""Topic `queueing`: every kind of queue in the file is held, and another is left out."""

from pathlib import Path

import pytest
from places import TESTS

from aicost.accuracy.queueing import FIGURES, INPUTS, MODELS, hold

CASES = TESTS / "data" / "queueing_cases.csv"


@pytest.mark.parametrize("model", MODELS)
def test_a_model_alone_is_held(model: str, tmp_path: Path) -> None:
    head, *lines = CASES.read_text(encoding="utf-8").splitlines()
    path = tmp_path / "cases.csv"
    path.write_text("\n".join([head, *(line for line in lines if line.split(",")[1] == model)]))
    report = hold(path)
    assert report.passed
    assert all(part.errors for part in report.parts)


def test_a_column_that_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    columns = ["case_id", "model", *INPUTS, *FIGURES]
    path.write_text(",".join(name for name in columns if name != "p_wait") + "\n")
    with pytest.raises(ValueError, match=r"^cases.csv:1: p_wait: no such column; "):
        hold(path)
