"""What runs leave beside the folder of a review, and how the dead are told from the living.

A run makes its review in `.making-XXXXXXXX`, and holds a lock in it for as long as it lives.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PREFIX = ".making-"
#: In such a folder: that it is one, and which review it is for.
MARK, MARKED = ".aicost", b"aicost review\n"
MOST_SECONDS_TO_WAIT = 10.0
#: Where a run keeps its kernels' sockets and copies of files, among everybody's temporary files.
SCRATCH = "aicost-"
SECONDS_UNTIL_LEFT = 60.0  # a folder that was made just now may not be locked yet


def marked(making: Path, name: str) -> int:
    """Say in a folder what it is for, and hold it until it is closed or this process ends."""
    mark = os.open(making / MARK, os.O_RDWR | os.O_CREAT, 0o600)
    os.write(mark, MARKED + os.fsencode(name))
    with suppress(OSError):  # a disk without locks
        _lock(mark)
    return mark


def clear_leftovers(parent: Path) -> None:
    """Put right what killed runs left; what is not known to be theirs is not touched."""
    for making in parent.glob(f"{PREFIX}*"):
        if not re.fullmatch(rf"{PREFIX}[a-z0-9_]{{8}}", making.name) or making.is_symlink():
            continue
        with suppress(OSError):
            held = {path.name for path in making.iterdir()}
            if not held:
                making.rmdir()
            elif held <= {MARK, "new", "old"} and MARK in held:
                mark = os.open(making / MARK, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
                try:
                    _lock(mark)
                    said = os.read(mark, 10_000)
                except OSError:
                    os.close(mark)  # a run that goes on
                    continue
                name = os.fsdecode(said.removeprefix(MARKED))
                if said.startswith(MARKED) and Path(name).name == name:
                    finish(making, parent / name, mark)
                elif held == {MARK} and not said:  # killed before it could say more
                    finish(making, None, mark)
                else:
                    os.close(mark)


def finish(making: Path, folder: Path | None, mark: int) -> None:
    """Remove what a run made, but first bring back a review that it had put aside."""
    old = making / "old"
    if folder is not None and old.exists():
        if not os.path.lexists(folder):
            old.rename(folder)
        elif (making / "new").exists():  # somebody made a folder of that name: keep both
            os.close(mark)
            return
    for part in (old, making / "new"):
        _remove(part)
    os.close(mark)
    (making / MARK).unlink()  # last: until then the next run can go on here
    making.rmdir()


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for as long as it is needed; those that killed runs left are removed first."""
    _clear_scratch(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=SCRATCH, ignore_cleanup_errors=True) as made:
        if sys.platform == "win32":  # a folder cannot be locked there
            yield Path(made)
            return
        door = os.open(made, os.O_RDONLY)
        try:
            with suppress(OSError):  # a disk without locks
                _lock(door)
            yield Path(made)
        finally:
            os.close(door)


def _clear_scratch(parent: Path) -> None:
    if sys.platform == "win32":
        return
    for left in parent.glob(f"{SCRATCH}????????"):
        with suppress(OSError):  # somebody else's, or in use
            about = left.lstat()
            young = time.time() - about.st_mtime < SECONDS_UNTIL_LEFT
            if young or about.st_uid != os.getuid() or not stat.S_ISDIR(about.st_mode):
                continue
            door = os.open(left, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                _lock(door)
                _remove(left)
            finally:
                os.close(door)


def _remove(folder: Path) -> None:
    """Remove a folder, and folders in it that forbid it, too."""
    shutil.rmtree(folder, ignore_errors=True)
    for at, folders, _ in os.walk(folder):
        for name in folders:
            if not (path := Path(at, name)).is_symlink():
                path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def turn(parent: Path) -> Iterator[None]:
    """Wait until no other run makes, swaps or removes anything in this folder."""
    if sys.platform == "win32":  # a folder cannot be locked there
        yield
        return
    door = os.open(parent, os.O_RDONLY)
    try:
        late = time.monotonic() + MOST_SECONDS_TO_WAIT
        while True:
            try:
                _lock(door)
                break
            except BlockingIOError:
                if time.monotonic() > late:
                    raise BlockingIOError(errno.EWOULDBLOCK, "another run is writing") from None
                time.sleep(0.02)
            except OSError:  # a disk without locks
                break
        yield
    finally:
        os.close(door)


def _lock(descriptor: int) -> None:
    """Lock an open file until it is closed. Raises BlockingIOError where another process has it."""
    if sys.platform == "win32":
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            raise BlockingIOError from None
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
