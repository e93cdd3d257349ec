"""Every file that a figure may rest on is there, whole, and in the hash of the book."""

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from aicost.book import book, data_files
from aicost.book.book import Book
from aicost.book.data_files import (
    COMPARED,
    IMPORTED_FILE,
    NAMES_FILE,
    ROW_FILES,
    SCHEDULE_FILE,
    TABLES,
)
from aicost.book.rows import BookError
from aicost.paths import data_dir
from aicost.scenario import kinds

ROWS = [name for names in ROW_FILES.values() for name in names]
EVERY = [*ROWS, SCHEDULE_FILE, *TABLES, "vectors.npz", "kinds/rag-chat.yaml"]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the kit's data, which everything is read from."""
    folder = tmp_path / "data"
    shutil.copytree(data_dir(), folder)
    for module in (book, data_files):
        monkeypatch.setattr(module, "data_dir", lambda: folder)
    yield folder
    kinds.defaults.cache_clear()
    kinds.profiles.cache_clear()


def test_no_file_of_the_kit_is_forgotten() -> None:
    tables = {path.name for path in data_dir().iterdir()} - {"README.md", "kinds", "scenarios"}
    assert tables == {*EVERY} - {"kinds/rag-chat.yaml"}


def cell(path: Path, column: str, text: str) -> str:
    """Return what a table says with another text in a cell of its second line."""
    head, first, *rest = path.read_text(encoding="utf-8").splitlines(keepends=True)
    cells = first.split(",")
    cells[head.strip().split(",").index(column)] = text
    return "".join([head, ",".join(cells), *rest])


def test_each_file_is_in_the_hash_and_has_to_be_there(data: Path) -> None:
    for name in EVERY:
        before, path = Book.load().hash, data / name
        whole = path.read_bytes()
        if name in COMPARED:
            changed = gzip.compress(gzip.decompress(whole).replace(b",8,", b",9,"))
        elif name == NAMES_FILE:
            changed = gzip.compress(gzip.decompress(whole).replace(b"claude", b"cloud"))
        elif name.endswith(".csv"):
            changed = whole.replace(b"2026-11-2", b"2026-11-1")
        else:
            changed = whole + b"\n"
        path.write_bytes(changed)
        assert Book.load().hash != before, name
        if "kinds" not in name:
            path.unlink()
            with pytest.raises(BookError, match=rf"^{name}:1: file: it is not there; install"):
                Book.load()
        path.write_bytes(whole)


def test_no_number_of_the_kit_is_none(data: Path) -> None:
    numbers = ("nan", "1e400", "n/a", "\uff11")
    columns = [(n, "value") for n in ROWS if n not in COMPARED]
    columns += [(n, column) for n in TABLES for column in TABLES[n][1]]
    for i, (name, column) in enumerate(columns):
        path, number = data / name, numbers[i % 4]
        whole = path.read_text(encoding="utf-8")
        path.write_text(cell(path, column, number), encoding="utf-8")
        said = rf"^{name}:2: {column}: '{number}' is not a (plain )?number; write it as 1234.56"
        with pytest.raises(BookError, match=said):
            Book.load()
        path.write_text(whole, encoding="utf-8")
    assert Book.load().hash


@pytest.mark.parametrize("name", ["defaults.csv", "speeds.csv"])
@pytest.mark.parametrize("left", [0, 1])
def test_an_emptied_file_is_said(data: Path, name: str, left: int) -> None:
    path = data / name
    path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:left]), "utf-8")
    with pytest.raises(BookError, match=rf"^{name}:1: file: it (is empty|has no rows); "):
        Book.load()


def test_a_damaged_archive_is_said(data: Path) -> None:
    path = data / IMPORTED_FILE
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(BookError, match=rf"^{IMPORTED_FILE}:1: file: it ends half-way; copy it"):
        Book.load()


def test_lines_may_end_as_windows_ends_them(data: Path) -> None:
    before = Book.load().hash
    for name in ("defaults.csv", "prices.csv", SCHEDULE_FILE):
        (data / name).write_bytes((data / name).read_bytes().replace(b"\n", b"\r\n"))
    assert Book.load().hash == before
