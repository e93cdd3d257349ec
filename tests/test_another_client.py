"""Every notebook runs for another client, and shows that client no figure of anybody else's."""

import itertools
import multiprocessing
import re
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


def test_every_notebook_speaks_of_this_client_alone_and_in_round_figures() -> None:
    told = {path.stem: [*marks(path)] for path in SAMPLES}
    cases = list(zip(NOTEBOOKS, itertools.cycle(OTHERS)))
    with multiprocessing.get_context("spawn").Pool(1) as pool:  # what they set is theirs alone
        read = pool.starmap(read_for, cases)
    found = [
        f"{path.stem} for {sample.stem}: {mark}"
        for (path, sample), text in zip(cases, read, strict=True)
        if not [*lacking(load(sample), needs(path))]  # else a review leaves it out
        for mark in (*strangers(text, sample.stem, told), *long_figures(text))
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


def long_figures(text: str) -> list[str]:
    """Return the figures in sentences that nobody would say: 96.951 ms, 431.1 %, +$0.00.

    Tables, sources in quotes and the making of a figure, which is worked out again, keep theirs.
    """
    found = []
    for line in text.splitlines():
        words = re.findall(r"[A-Za-z]{2,}", line)
        if len(words) < 3 or re.search(r"[<\"{|]|,\S*,\S| x .* = ", line):
            continue
        found += re.findall(r"[+−-][$€£]0\.?0*(?![\d.])", line)
        for figure in re.findall(r"(?<!arXiv )(?<![\w$€£.,/:-])\d[\d,]*\.\d+(?![\w.])", line):
            plain = figure.replace(",", "")
            if float(plain) >= 100 or len(plain.replace(".", "").lstrip("0")) > 4:
                found.append(f"{figure} in {line}")
    return found


def test_long_figures_are_found() -> None:
    assert long_figures("It takes 97 ms, or 3.37 of $13,503.21, see arXiv 2604.06183") == []
    assert long_figures("40,983.7 tokens x 12 calls a month = $9") == []
    for said in ("A question takes 96.951 ms.", "That is 431.1 % of it.", "It costs +$0.00 more."):
        assert len(long_figures(said)) == 1, said


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
