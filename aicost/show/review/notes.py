"""The notes of a review: a file that a person writes, read whatever wrote it."""

from __future__ import annotations

import codecs
import re
import stat
from pathlib import Path

from aicost.show.review.folder import FolderError

MOST_BYTES = 1_000_000
MOST_BRACKETS = 5_000  # in one paragraph: the time that links take grows with their square
#: The longest first: the mark of UTF-32 begins as that of UTF-16 does.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_notes(path: Path, shown: Path) -> str:
    """The text of the notes; nothing where there are none.

    Parameters
    ----------
    path : where they are. [Path]
    shown : what an error calls them. [Path]

    Raises
    ------
    FolderError
        It is no file, it is no text, or more than a page holds.

    Notes
    -----
    A byte-order mark says what it is; without one it is UTF-8 or, where that cannot be, the
    cp1252 of an older Windows, which is latin-1 but for the quotes.
    """
    try:
        about = path.stat()
    except FileNotFoundError:
        if path.is_symlink():
            raise FolderError(f"{shown}: it is a link to no file; mend or remove it") from None
        return ""
    if not stat.S_ISREG(about.st_mode):
        raise FolderError(f"{shown}: it is no file; notes of a review are a text in Markdown")
    if about.st_size > MOST_BYTES:
        raise FolderError(
            f"{shown}: {about.st_size / 1e6:,.1f} MB of notes are more than a page holds; "
            f"keep {MOST_BYTES / 1e6:,.0f} MB here, and the rest in a file of another name"
        )
    text = _text(path.read_bytes())
    if text is None:
        raise FolderError(f"{shown}: it is no text; save it as UTF-8")
    if max(part.count("[") for part in re.split(r"\n\s*\n", text)) > MOST_BRACKETS:
        raise FolderError(
            f"{shown}: more than {MOST_BRACKETS:,} opening brackets in one paragraph; "
            "put blank lines into it"
        )
    return text


def _text(raw: bytes) -> str | None:
    """Bytes as text, None where they are none."""
    encoding = next((name for mark, name in MARKS if raw.startswith(mark)), "")
    try:
        text = raw.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        if encoding:
            return None
        text = raw.decode("cp1252", errors="replace")
    return None if "\0" in text else text
