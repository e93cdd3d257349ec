"""The folder of a review: made aside, put in place whole, and nothing of anybody else's lost.

A run makes its review in `.making-XXXXXXXX` beside the folder. The swap is two renames inside it:
the earlier review becomes its `old`, then its `new` becomes the review. Whenever a run is killed,
one of the two is whole, and the next run finds out which: a lock tells the dead from the living.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from aicost.show.export.files import FIGURES
from aicost.show.review.leftovers import PREFIX, clear_leftovers, finish, marked, turn
from aicost.show.review.signals import cleaned_up_at_the_end
from aicost.show.review.strangers import carry

NOTES = "notes.md"
MOST_BYTES_OF_FIGURES = 10_000_000
KINDS = (
    (stat.S_ISREG, "file"),
    (stat.S_ISFIFO, "pipe"),
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISCHR, "device"),
    (stat.S_ISBLK, "device"),
)


class FolderError(ValueError):
    """A folder that a review cannot be written to, in one line; what is there stays."""


@dataclass(frozen=True)
class Draft:
    """A review while it is made: `new` holds it, `folder` is where it will stand."""

    out: Path
    folder: Path
    making: Path
    system: str
    made_from: str

    @property
    def new(self) -> Path:
        """The folder that the files of the review are written to."""
        return self.making / "new"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Turn what a disk or its rights refuse into one line that names the folder."""
        with _in_one_line(self.out):
            yield

    def refuse_unfit(self) -> None:
        """Raise FolderError where the folder is none that this review may replace."""
        out, other = self.out, "name another folder with --out"
        try:
            mode = self.folder.stat().st_mode
        except FileNotFoundError:
            return
        if not stat.S_ISDIR(mode):
            kind = next((word for test, word in KINDS if test(mode)), "no folder")
            raise FolderError(f"{out}: it is a {kind}; {other}")
        here = Path.cwd()
        if self.folder in (here, *here.parents):
            raise FolderError(f"{out}: you are in it; name one inside it, such as --out review")
        held = sorted(path.name for path in self.folder.iterdir() if path.name != NOTES)
        if held and FIGURES not in held:
            what = ", ".join(held[:3])
            raise FolderError(f"{out}: it holds {what} and no review; move that, or {other}")
        earlier = _reviewed(self.folder / FIGURES) if held else (self.system, "")
        if earlier is None:
            raise FolderError(f"{out}: its {FIGURES} is none that a review wrote; {other}")
        name, made_from = earlier
        if name != self.system:
            raise FolderError(
                f"{out}: it holds the review of {name!r}, and this is {self.system!r}; {other}"
            )
        if made_from and self.made_from and made_from != self.made_from:
            raise FolderError(
                f"{out}: it holds the review of another file that is called {name!r}, too; {other}"
            )

    def put_in_place(self, write_page: Callable[[Path], None]) -> None:
        """Swap the earlier review for this one, which takes over what is not of a review's making.

        `write_page` gets the path of the notes as they are at this moment. Raises FolderError
        where the folder may not be replaced any more; the earlier review then stays.
        """
        with self.writing(), turn(self.folder.parent):
            self.refuse_unfit()
            shown = _stamp(self.folder / NOTES)
            write_page(self.folder / NOTES)
            old = self.making / "old"
            had = self.folder.is_dir()
            try:
                if had:
                    self.folder.rename(old)
                    if _stamp(old / NOTES) != shown:
                        write_page(old / NOTES)
                    carry(old, self.new)
                    shutil.copymode(old, self.new)
                self.new.rename(self.folder)
            except BaseException:
                if had and not os.path.lexists(self.folder):
                    old.rename(self.folder)
                raise


@contextmanager
def drafted(out: Path, system: str, made_from: str = "") -> Iterator[Draft]:
    """Make room for a review of a system, and remove what is left of it in the end.

    What killed runs left beside it is put right first. Raises FolderError where `out` is no
    folder, or holds no review but other files, or the review of another system: one of another
    name or, where `made_from` is given, of a system of that name in another file.
    """
    with cleaned_up_at_the_end():
        with _in_one_line(out):
            folder = Path(os.path.realpath(out))
            if wrong := next((p for p in folder.parents if p.exists() and not p.is_dir()), None):
                raise FolderError(f"{out}: {wrong.name} is no folder; name another with --out")
            folder.parent.mkdir(parents=True, exist_ok=True)
            with turn(folder.parent):
                clear_leftovers(folder.parent)
                draft = Draft(out, folder, folder.parent, system, made_from)
                draft.refuse_unfit()
                making = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder.parent))
                mark = marked(making, folder.name)
        try:
            draft = replace(draft, making=making)
            with draft.writing():
                draft.new.mkdir()
            yield draft
        finally:
            with suppress(OSError, FolderError), turn(folder.parent):
                finish(making, folder, mark)


def _reviewed(figures: Path) -> tuple[str, str] | None:
    """The system that an earlier review is of, and what of its file; None where none can be."""
    about = figures.stat()
    if not stat.S_ISREG(about.st_mode) or about.st_size > MOST_BYTES_OF_FIGURES:
        return None
    try:
        said = json.loads(figures.read_bytes())
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not {"a_month", "usd_a_month"} & said.keys():
        return None
    name, made_from = said.get("name"), said.get("made_from", "")
    return (name, made_from) if isinstance(name, str) and isinstance(made_from, str) else None


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes in a file whenever it is written; None where there is none."""
    try:
        about = path.lstat()
    except FileNotFoundError:
        return None
    return about.st_ino, about.st_size, about.st_mtime_ns


@contextmanager
def _in_one_line(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        why = (problem.strerror or str(problem)).lower()
        raise FolderError(
            f"{out}: no review can be written there ({why}); what is there stays as it is, "
            "and --out names another folder"
        ) from None
