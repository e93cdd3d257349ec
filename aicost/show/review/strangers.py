"""What others keep in the folder of a review: it goes to the next one."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from aicost.paths import notebooks_dir
from aicost.show.export.files import FILES

PAGE = "index.html"
PDF, CHAPTERS = "review.pdf", "chapters"


def carry(here: Path, there: Path, within: str = "") -> None:
    """Bring what no review made to another folder: as a link to the same bytes, else as a copy."""
    with os.scandir(here) as entries:
        for entry in entries:
            place, new = f"{within}{entry.name}", there / entry.name
            if entry.is_dir(follow_symlinks=False):
                found = new.exists()
                new.mkdir(exist_ok=True)
                carry(Path(entry.path), new, f"{place}/")
                if place == CHAPTERS and not found:
                    with suppress(OSError):  # it holds more than pages
                        new.rmdir()
                elif not found:
                    shutil.copystat(entry.path, new)
            elif place not in _made_by_a_review():
                _link(Path(entry.path), new)


def _made_by_a_review() -> set[str]:
    """The files of a review, chapters or not."""
    chapters = {f"{CHAPTERS}/{path.stem}.html" for path in notebooks_dir().glob("*.ipynb")}
    return {PAGE, PDF, *FILES, *chapters}


def _link(file: Path, other: Path) -> None:
    """Have the same file at another place, too."""
    try:
        os.link(file, other, follow_symlinks=False)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # a disk without links, a file of somebody else
        shutil.copy2(file, other, follow_symlinks=False)
