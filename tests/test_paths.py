"""Shipped files are found from any folder; a reader's own come first."""

from pathlib import Path

import pytest

from aicost.paths import data_dir, find

SAMPLE = Path("data/scenarios/help-desk.yaml")


def test_a_sample_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find(SAMPLE) == data_dir() / "scenarios" / "help-desk.yaml"


def test_the_reader_s_own_file_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own = tmp_path / SAMPLE
    own.parent.mkdir(parents=True)
    own.touch()
    assert find(SAMPLE).resolve() == own
    assert find(own) == own


def test_a_file_that_is_nowhere_keeps_its_name() -> None:
    assert find("clients/none.yaml") == Path("clients/none.yaml")
