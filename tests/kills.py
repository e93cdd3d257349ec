"""Kill reviews at random moments and see what they leave: python tests/kills.py [KILLS] [SECONDS]

Each of KILLS runs (50) of `aicost review` is ended by SIGKILL at a moment of its own within the
first SECONDS (20) or, in the last tenth of them, once its draft is complete. Words behind a `--`
go to the command, such as --chapters. What is typed into the notes meanwhile has to be there
afterwards, and each file of the earlier or the new review, and nothing beside the folder once
another run has come to its end.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from places import SAMPLES

MADE = ("index.html", "bill.csv", "bill.xlsx", "focus.csv", "review.json")
STRANGER = "photo.jpg"


def command(out: Path, *more: str) -> list[str]:
    (file,) = (path for path in SAMPLES if path.stem == "claims-review")
    return [sys.executable, "-m", "aicost", "review", str(file), "--out", str(out), *more]


def sums(folder: Path) -> dict[str, str]:
    """The checksum of every file of a folder, but for the notes."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "notes.md"
    }


def main(kills: int, seconds: float, more: Sequence[str]) -> None:
    luck, faults, ended, away = random.Random(20261126), 0, 0, 0
    with tempfile.TemporaryDirectory() as kept:
        desk = Path(kept, "desk")
        subprocess.run(command(desk), check=True, capture_output=True)
        (desk / STRANGER).write_bytes(b"a photo")
        typed = ""
        for number in range(kills):
            before = sums(desk)
            run = subprocess.Popen(command(desk, *more), stdout=subprocess.DEVNULL, text=True)
            time.sleep(luck.uniform(0, seconds))
            if desk.exists():
                typed = f"What was typed before kill {number}."
                (desk / "notes.md").write_text(typed, encoding="utf-8")
            for _ in range(2_000 if number % 10 == 9 else 0):  # wait for the swap to be near
                if run.poll() is not None or [*Path(kept).glob(".making-*/new/bill.csv")]:
                    break
                time.sleep(0.01)
            run.kill()
            ended += run.wait() == 0
            away += not desk.exists()
            fault = desk.exists() and not whole(desk, before)
            subprocess.run(command(desk), check=True, capture_output=True)
            left = [path.name for path in Path(kept).iterdir() if path != desk]
            said = (desk / "notes.md").read_text(encoding="utf-8")
            page = (desk / "index.html").read_text(encoding="utf-8")
            if (
                fault
                or left
                or said != typed
                or typed not in page
                or not (desk / STRANGER).exists()
            ):
                faults += 1
                print(f"kill {number}: {'not whole' if fault else ''} {left} {said!r}")
    print(f"{kills} kills, {ended} too late, {away} between the renames, {faults} faults")
    sys.exit(bool(faults))


def whole(desk: Path, before: dict[str, str]) -> bool:
    """Say whether a folder holds the review from before, or a whole new one, and the stranger."""
    now = sums(desk)
    return now == before or ({*MADE, STRANGER} <= {*now} and now[STRANGER] == before[STRANGER])


if __name__ == "__main__":
    words = [*sys.argv[1:], "--"]
    given, passed = words[: words.index("--")], words[words.index("--") + 1 : -1]
    given += ["50", "20"][len(given) :]
    main(int(given[0]), float(given[1]), passed)
