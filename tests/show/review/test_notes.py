"""Notes are read whatever wrote them, or refused in one line; their bytes stay."""

from __future__ import annotations

import contextlib
import os
import random
import sys
import time
from pathlib import Path

import pytest

from aicost.show.review.folder import FolderError
from aicost.show.review.notes import MOST_BYTES, read_notes
from aicost.show.review.shell import notes_html

FUZZ = int(os.environ.get("AICOST_FUZZ", "300"))
TEXT = "# Größe\n\nWhat is “five” × 3 €?\n"


def read(path: Path) -> str:
    return read_notes(path, Path("desk/notes.md"))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "utf-16-le", "utf-16-be"]
)
def test_encodings(encoding: str, tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    raw = mark + TEXT.encode(encoding)
    notes.write_bytes(raw)
    assert read(notes) == TEXT
    assert notes.read_bytes() == raw


def test_latin_1_is_read(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_bytes("Größe ± 5".encode("latin-1"))
    assert read(tmp_path / "notes.md") == "Größe ± 5"


def test_no_notes_are_no_notes(tmp_path: Path) -> None:
    assert read(tmp_path / "notes.md") == ""
    (tmp_path / "notes.md").touch()
    assert read(tmp_path / "notes.md") == ""


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of Unix")
def test_a_link_is_followed_and_what_is_no_text_refused(tmp_path: Path) -> None:
    notes, far = tmp_path / "notes.md", tmp_path / "far.md"
    notes.symlink_to("far.md")
    with pytest.raises(FolderError, match=r"^desk/notes\.md: it is a link to no file; mend or"):
        read(notes)
    far.write_text(TEXT, encoding="utf-8")
    assert read(notes) == TEXT
    for raw, said in (
        (b"\xff\xfea", "it is no text; save it as UTF-8"),
        (TEXT.encode("utf-16-le"), "it is no text; save it as UTF-8"),
        (b"x" * (MOST_BYTES + 1), "1.0 MB of notes are more than a page holds; keep 1 MB here"),
    ):
        far.write_bytes(raw)
        with pytest.raises(FolderError, match=said):
            read(notes)
    far.unlink()
    for make in (far.mkdir, lambda: os.mkfifo(notes)):
        make()
        with pytest.raises(FolderError, match="it is no file"):
            read(notes)
        notes.unlink()
    notes.symlink_to("/dev/zero")
    with pytest.raises(FolderError, match="it is no file"):
        read(notes)


@pytest.mark.parametrize(
    "part", ["`", "``` `` ", "*a_ ", "> ", "- ", "<!--", "<a>", "&#", "\\", "|a|\n|-|\n"]
)
def test_notes_of_one_pattern_take_no_minutes(part: str) -> None:
    began = time.process_time()
    notes_html(part * (20_000 // len(part)))
    assert time.process_time() - began < 5


def test_brackets_that_would_take_minutes_are_refused(tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text("- [ ] ask\n\n" * 10_000)
    assert read(notes)
    notes.write_text("[" * 100_000)
    with pytest.raises(FolderError, match="more than 5,000 opening brackets in one paragraph"):
        read(notes)


def refused(notes: Path) -> bool:
    """Say whether notes are refused, which can only be for the reason that bytes give."""
    with contextlib.suppress(FolderError):
        read(notes)
        return False
    with pytest.raises(FolderError, match=r"^desk/notes\.md: it is no text; save it as UTF-8$"):
        read(notes)
    return True


def test_any_bytes_are_text_or_one_clear_line(tmp_path: Path) -> None:
    """Hold the reader against pieces of Markdown, HTML and bytes in any order."""
    luck, notes = random.Random(20261126), tmp_path / "notes.md"
    pieces = [b"# ", b"\n", b"\r", b"* a", b"[x](", b"javascript:x)", b"<script>", b"|", b"---"]
    pieces += [b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe9", b"\x81", "é€🙂".encode(), b"![", b"`"]
    pieces += [b"<img src=x onerror=y>", b"&lt;", b"\xed\xa0\x80", b"\xfe\xff", b"\x1b[31m", b"> "]
    read_as_text = 0
    for _ in range(FUZZ):
        raw = b"".join(luck.choices(pieces, k=luck.randrange(30)))
        notes.write_bytes(raw)
        if refused(notes):
            continue
        html = notes_html(read(notes))
        read_as_text += 1
        html.encode()
        assert not any(tag in html for tag in ("<script", "<img src=x", 'href="javascript'))
        assert notes.read_bytes() == raw
    assert read_as_text > FUZZ / 4
