"""Every notebook runs for another client, and shows that client no figure of anybody else's."""

import asyncio
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from places import SAMPLES
from test_notebooks import LESSON, NOTEBOOKS
from traitlets.config import Config

from aicost import load
from aicost.show.review.chapter_choice import lacking, needs
from aicost.values.formatting import money

OTHERS = [path for path in SAMPLES if "-billed" not in path.stem]


def test_every_notebook_runs_and_speaks_of_this_client_alone() -> None:
    """Two kernels at a time."""
    told = {path.stem: [*marks(path)] for path in SAMPLES}
    cases = list(zip(NOTEBOOKS, itertools.cycle(OTHERS)))
    assert [line for found in asyncio.run(_all(cases, told)) for line in found] == []


def marks(path: Path) -> Iterator[str]:
    """Yield what nobody but this client should read: its name, its bill, its largest line.

    Of the amounts those with four digits or more: with three, a price may read the same.
    """
    case = load(path)
    yield case.scenario.name
    largest = max(float(charge.usd) for charge in case.bill.charges)
    yield from (money(usd) for usd in (float(case.bill.total), largest) if usd >= 1_000)


def shown(book: Any) -> str:
    """Return what a review shows of a notebook: prose and outputs, but for lessons."""
    cells = [c for c in book.cells if LESSON not in c.metadata.get("tags", [])]
    prose = [c.source for c in cells if c.cell_type == "markdown"]
    outputs = [o for c in cells if c.cell_type == "code" for o in c.outputs]
    return "\n".join([*prose, *map(str, outputs)])


async def _all(cases: list[tuple[Path, Path]], told: dict[str, list[str]]) -> list[list[str]]:
    turns = asyncio.Semaphore(2)

    async def run(path: Path, sample: Path) -> list[str]:
        book = load_notebook_node(str(path))
        client = NotebookClient(
            ready := parameterize_notebook(book, {"scenario": str(sample)}),
            config=Config(KernelManager={"transport_encryption": "auto"}),
            timeout=120,
            kernel_name="python3",
            resources={"metadata": {"path": str(path.parent)}},
        )
        async with turns:
            try:
                await client.async_execute()
            except CellExecutionError as error:
                return [f"{path.stem} for {sample.stem}: {error.evalue}"]
        if [*lacking(load(sample), needs(path))]:
            return []  # a review leaves it out; a reader is shown a sample's
        foreign = strangers(shown(ready), sample.stem, told)
        return [f"{path.stem} for {sample.stem}: {mark}" for mark in foreign]

    return list(await asyncio.gather(*(run(*case) for case in cases)))


def strangers(text: str, client: str, told: dict[str, list[str]]) -> list[str]:
    """Return the marks of other clients in a text."""
    others = {mark for stem, theirs in told.items() if stem != client for mark in theirs}
    own = "\n".join(told[client])
    return sorted(mark for mark in others if mark not in own and mark in text)


def test_marks_of_another_client_are_found() -> None:
    told = {"desk": ["Help desk", "$9,000"], "mail": ["Help desk for mail", "$8"]}
    book = new_notebook(cells=[new_markdown_cell("Help desk for mail"), new_code_cell()])
    book.cells[1].outputs = [new_output("stream", text="a bill of $9,000")]
    assert strangers(shown(book), "mail", told) == ["$9,000"]
    book.cells[1].metadata["tags"] = [LESSON]
    assert strangers(shown(book), "mail", told) == []
