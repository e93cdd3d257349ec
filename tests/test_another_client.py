"""Every notebook runs for another client, and shows that client no figure of anybody else's."""

import itertools
import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from notebook_run import LESSON, prose, read_for, shown
from places import SAMPLES
from test_notebooks import NOTEBOOKS

from aicost import load
from aicost.show.review.chapter_choice import lacking, needs
from aicost.values.formatting import money

OTHERS = [path for path in SAMPLES if "-billed" not in path.stem]


def test_every_notebook_runs_and_speaks_of_this_client_alone() -> None:
    told = {path.stem: [*marks(path)] for path in SAMPLES}
    cases = list(zip(NOTEBOOKS, itertools.cycle(OTHERS)))
    with multiprocessing.get_context("spawn").Pool(1) as pool:  # what they set is theirs alone
        read = pool.starmap(read_for, cases)
    found = [
        f"{path.stem} for {sample.stem}: {mark}"
        for (path, sample), text in zip(cases, read, strict=True)
        if not [*lacking(load(sample), needs(path))]  # else a review leaves it out
        for mark in strangers(text, sample.stem, told)
    ]
    assert found == []


def marks(path: Path) -> Iterator[str]:
    """Yield what nobody but this client should read: its name, its bill, its largest line.

    Of the amounts those with four digits or more: with three, a price may read the same.
    """
    case = load(path)
    yield case.scenario.name
    largest = max(float(charge.usd) for charge in case.bill.charges)
    yield from (money(usd) for usd in (float(case.bill.total), largest) if usd >= 1_000)


def strangers(text: str, client: str, told: dict[str, list[str]]) -> list[str]:
    """Return the marks of other clients in a text."""
    others = {mark for stem, theirs in told.items() if stem != client for mark in theirs}
    own = "\n".join(told[client])
    return sorted(mark for mark in others if mark not in own and mark in text)


def test_marks_of_another_client_are_found(tmp_path: Path) -> None:
    told = {"desk": ["Help desk", "$9,000"], "mail": ["Help desk for mail", "$8"]}
    book = new_notebook()
    book.cells = [new_markdown_cell("Help desk for mail"), new_code_cell("'a bill of $9,000'")]
    nbformat.write(book, tmp_path / "book.ipynb")
    assert strangers(read_for(tmp_path / "book.ipynb", Path("x")), "mail", told) == ["$9,000"]
    book.cells[1].metadata["tags"] = [LESSON]
    nbformat.write(book, tmp_path / "book.ipynb")
    assert strangers(read_for(tmp_path / "book.ipynb", Path("x")), "mail", told) == []
    assert (prose(tmp_path / "book.ipynb"), shown(tmp_path / "book.ipynb")) == (
        ["Help desk for mail"],
        {},
    )
