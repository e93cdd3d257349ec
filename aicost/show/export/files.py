"""The files beside the page of a review, written together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aicost.billing.case import Case
from aicost.show.export.tables import focus_frame, lines_frame
from aicost.values.cells import csv_of

SHEET, LINES, FOCUS, FIGURES = "bill.xlsx", "bill.csv", "focus.csv", "review.json"
FILES = (SHEET, LINES, FOCUS, FIGURES)
NO_SHEET = "There is no bill.xlsx: it takes xlsxwriter; run: pip install 'aicost-kit[kit]'"


def write_files(folder: Path, case: Case, figures: Mapping[str, Any], command: str) -> bool:
    """Write the bill as a sheet and as tables, and all figures, into a folder.

    Parameters
    ----------
    folder : a new one, in which none of the files is.
    case : the system.
    figures : what a review says, in the shape of docs/review.schema.json.
    command : what makes the review again.

    Returns
    -------
    Whether there is a sheet; without xlsxwriter there is none.
    """
    for name, frame in ((LINES, lines_frame(case)), (FOCUS, focus_frame(case))):
        (folder / name).write_text(csv_of(frame), encoding="utf-8", newline="\n")
    said = json.dumps(figures, indent=1, ensure_ascii=False)
    (folder / FIGURES).write_text(f"{said}\n", encoding="utf-8", newline="\n")
    try:
        from aicost.show.export.workbook import workbook

        (folder / SHEET).write_bytes(workbook(case, command))
    except ImportError:
        return False
    return True
