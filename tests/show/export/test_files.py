"""The files beside a page."""

import json
import sys
from pathlib import Path

import pytest
from cases import sample

from aicost.show.export.files import FILES, write_files


def test_all_are_written(tmp_path: Path) -> None:
    assert write_files(tmp_path, sample("help-desk"), {"name": "Härte"}, "aicost review FILE")
    assert {path.name for path in tmp_path.iterdir()} == set(FILES)
    assert json.loads((tmp_path / "review.json").read_text(encoding="utf-8")) == {"name": "Härte"}
    assert (tmp_path / "bill.xlsx").read_bytes()[:2] == b"PK"


def test_without_xlsxwriter_there_is_no_sheet_and_all_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    assert not write_files(tmp_path, sample("help-desk"), {}, "aicost review FILE")
    assert {path.name for path in tmp_path.iterdir()} == set(FILES) - {"bill.xlsx"}
