"""Places that commands are run in."""

from pathlib import Path

import pytest
from desk_file import DESK


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A file whose every number can be checked by hand."""
    path = tmp_path / "desk.yaml"
    path.write_text(DESK)
    return path


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
