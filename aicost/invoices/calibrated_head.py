"""What the comments above a calibrated copy say of the invoice that it was calibrated to."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

CALIBRATED = "Calibrated to "
BEFORE = "before that: "
MOVED = "; a range, for nobody counted it"
UNCOVERED = ": of the invoice, on no line of the bill before"
MOST = 40  # lines, more than a calibration writes


def told_of(file: Path | None) -> tuple[str, ...]:
    """The lines of a copy that say to what it was calibrated, and what was moved for that.

    The last calibration is told, which stands first; nothing where a file has none.

    Parameters
    ----------
    file : a scenario. [Path]
    """
    if file is None or not file.is_file():
        return ()
    text = file.read_text(encoding="utf-8-sig", errors="replace")
    head = takewhile(lambda line: line.startswith("# "), text.splitlines())
    first, *rest = [*(line.removeprefix("# ") for line in head), ""]
    if not first.startswith(CALIBRATED):
        return ()
    own = takewhile(lambda line: not line.startswith(CALIBRATED), rest)
    ours = (
        line for line in own if line.startswith(BEFORE) or line.endswith(MOVED) or UNCOVERED in line
    )
    return (first, *ours)[:MOST]
