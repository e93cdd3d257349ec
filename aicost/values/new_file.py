"""A file that is written whole or not at all, and never over another."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def write_new(path: Path, text: str) -> None:
    """Write a file of text; nothing of it stays where a disk is full or the program is ended.

    Parameters
    ----------
    path : where nothing is yet, not even a link. [Path]
    text : what the file will hold, lines ending in a line feed.

    Raises
    ------
    OSError
        FileExistsError where there is something, another where it cannot be written.
    """
    raw = text.encode("utf-8", errors="replace")
    with path.open("xb") as file:
        try:
            file.write(raw)
            file.flush()
        except BaseException as error:
            with suppress(OSError):
                path.unlink()
            if isinstance(error, OSError):
                error.filename = str(path)  # a full disk names none
            raise
