"""A new file is whole, or not there; what was there stays."""

import signal
import sys
from pathlib import Path

import pytest

from aicost.values.new_file import write_new


def test_a_file_is_written_once(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    write_new(file, "users: 5 # Größe\n")
    assert file.read_bytes() == "users: 5 # Größe\n".encode()
    with pytest.raises(FileExistsError):
        write_new(file, "users: 6\n")
    assert file.read_bytes() == "users: 5 # Größe\n".encode()


@pytest.mark.skipif(sys.platform == "win32", reason="links and limits of Unix")
def test_neither_a_link_nor_half_a_file_is_written(tmp_path: Path) -> None:
    import resource

    (tmp_path / "link.yaml").symlink_to("far.yaml")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "link.yaml", "users: 5\n")
    assert not (tmp_path / "far.yaml").exists()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))  # as a disk that is full
    try:
        with pytest.raises(OSError, match=r"File too large: .*b\.yaml"):  # it names the file
            write_new(tmp_path / "b.yaml", "# a line\n" * 10_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert not (tmp_path / "b.yaml").exists()
