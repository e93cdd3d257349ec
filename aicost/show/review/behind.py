"""The notebooks behind a review: those it has something for, run for this very system."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from nbformat import read

from aicost.billing.case import Case
from aicost.scenario.load import load
from aicost.scenario.writer import scenario_text
from aicost.show.review.chapter_choice import Behind, choices
from aicost.show.review.chapter_page import heading
from aicost.show.review.chapters import NotebookError, run_chapters
from aicost.show.review.leftovers import scratch


def behind(case: Case, plan: Case | None, out: Path, log: Path | None = None) -> Behind:
    """Run the notebooks that a system has something for, and write their pages to `out`.

    With a log of its requests, the one that is about logs too. Raises NotebookError where not one
    comes out.
    """
    every = choices(case, logged=log is not None)
    with scratch() as made:
        given = {"scenario": _file_of(case, Path(made, "system"))}
        if case.book.overlay:
            given["prices"] = _readable(case.book.overlay, Path(made, "prices"))
        offered = {"plan": _file_of(plan, Path(made, "plan"))} if plan else {}
        if log is not None:
            offered["log"] = _linked(log, Path(made, "log"))
        chapters = run_chapters(
            [choice.path for choice in every if not choice.lacks],
            parameters=given,
            out=out,
            offered=offered,
        )
    stopped = [str(chapter.error) for chapter in chapters if chapter.error]
    if len(stopped) == len(chapters):
        raise NotebookError(f"chapters: not one came out, the first for this: {stopped[0]}")
    whole = [chapter for chapter in chapters if not chapter.error]
    return Behind(
        tuple({"href": f"{out.name}/{c.path.name}", "title": c.title} for c in whole),
        tuple(
            {"title": _title(c.path), "lacks": " and no ".join(c.lacks)} for c in every if c.lacks
        ),
        tuple(stopped),
    )


def _title(notebook: Path) -> str:
    return heading(read(notebook, as_version=4)) or notebook.stem  # type: ignore[no-untyped-call]


def _file_of(case: Case, folder: Path) -> Path:
    """The file of a system; one is written where the system was made or changed in code."""
    path = case.scenario.path
    if path and path.is_file() and scenario_text(load(path)) == scenario_text(case.scenario):
        return _readable(path, folder)
    folder.mkdir()
    name = path.stem if path else re.sub(r"\W+", "-", case.name.lower()).strip("-")
    return case.write(folder / f"{_plain(name) or 'system'}.yaml")


def _readable(path: Path, folder: Path) -> Path:
    """A file under a name that a notebook can hold: its own, or that of a copy."""
    if str(path) == _plain(str(path)):
        return path
    folder.mkdir()
    return Path(shutil.copy(path, folder / _plain(path.name)))


def _linked(log: Path, folder: Path) -> Path:
    """A log, or a folder of them, under a name that a notebook can hold; it may be large."""
    if str(log) == _plain(str(log)):
        return log
    folder.mkdir()
    link = folder / _plain(log.name)
    link.symlink_to(log.resolve())
    return link


def _plain(name: str) -> str:
    """A name without bytes that are no text, and without line breaks."""
    return "".join(c if c.isprintable() else "_" for c in name)
