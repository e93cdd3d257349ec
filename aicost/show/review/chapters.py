"""The notebooks behind a review: run without a screen, each to a page that needs no internet."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from papermill.inspection import inspect_notebook
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from papermill.utils import any_tagged_cell
from tqdm import tqdm  # type: ignore[import-untyped]
from traitlets.config import Config

from aicost.paths import notebooks_dir
from aicost.show.review.chapter_page import INJECTED, LESSON, chapter_page, heading
from aicost.show.review.leftovers import scratch
from aicost.values.suggest import instead

MOST_SECONDS_TO_START, MOST_SECONDS_A_CELL = 120, 600
MOST_BYTES_OF_A_SOCKET = 90  # of its path; a system takes some 100
T = TypeVar("T")


class NotebookError(ValueError):
    """Notebooks that cannot be run as asked, one line per problem; no page was written."""


@dataclass(frozen=True)
class ChapterError:
    """Where a chapter stopped, and why; `cell` counts its code cells from 1, 0 is before them."""

    notebook: str
    cell: int
    line: str
    message: str

    def __str__(self) -> str:
        where = f"code cell {self.cell} ({self.line})" if self.cell else "before its first cell"
        return f"{self.notebook}: {where}: {self.message}"


@dataclass(frozen=True)
class Chapter:
    """A notebook made into a page, whole or up to the cell where it stopped."""

    title: str
    path: Path
    seconds: float
    error: ChapterError | None


def run_chapters(
    notebooks: Sequence[Path] | None,
    *,
    parameters: Mapping[str, object],
    out: Path,
    offered: Mapping[str, object] | None = None,
    progress: bool = True,
    most_at_once: int = 2,
) -> list[Chapter]:
    """Run notebooks (None: all that are shipped) with parameters and write their pages to `out`.

    What is `offered` reaches the notebooks that have such a parameter. A Path reaches a notebook
    as an absolute one; a page shows no more of it than the file's name. Cells tagged `lesson`
    are neither run nor shown. A chapter that fails still gets a page, which says so.
    Raises NotebookError before anything runs, also when a notebook lacks a parameter, and as soon
    as a kernel cannot start.
    """
    paths = sorted(notebooks_dir().glob("*.ipynb")) if notebooks is None else list(notebooks)
    books = _read(paths, _plain(parameters), _plain(offered or {}))
    titles = [heading(book) or path.stem for path, book in zip(paths, books, strict=True)]
    total = sum(len(book.cells) for book in books)
    off = None if progress else True  # None: off where stderr is no terminal
    with tqdm(total=total, desc="chapters", unit="cell", disable=off, leave=False) as bar:
        ran = _in_a_thread(_run_all(paths, books, most_at_once, bar))
    out.mkdir(parents=True, exist_ok=True)
    chapters = []
    for path, book, title, (seconds, error) in zip(paths, books, titles, ran, strict=True):
        page = chapter_page(
            book,
            path=path,
            title=title,
            siblings=[p.stem for p in paths],
            error=str(error) if error else None,
        )
        chapters.append(Chapter(title, out / f"{path.stem}.html", seconds, error))
        chapters[-1].path.write_text(page, encoding="utf-8", newline="\n")
    return chapters


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    """Values as a notebook in any folder can take them."""
    return {k: str(v.resolve()) if isinstance(v, Path) else v for k, v in values.items()}


def _read(
    paths: Sequence[Path], given: Mapping[str, object], offered: Mapping[str, object]
) -> list[Any]:
    """Read notebooks and put the parameters in, or raise NotebookError with all that is wrong."""
    books, wrong = [], []
    for path in paths:
        try:
            book = load_notebook_node(str(path))
            wrong += [f"{path}: {problem}" for problem in _problems(book, given)]
        except (OSError, ValueError) as error:
            wrong.append(f"{path}: cannot be read as a notebook ({_last_line(str(error))})")
        else:
            books.append(book)
    if wrong:
        raise NotebookError("\n".join(wrong))
    return [_with_parameters(book, given, offered) for book in books]


def _with_parameters(book: Any, given: Mapping[str, object], offered: Mapping[str, object]) -> Any:
    """A notebook with what is given, and with what is offered where it has that."""
    has = inspect_notebook(book)
    wanted = {name: value for name, value in offered.items() if name in has}
    return parameterize_notebook(book, {**given, **wanted})


def _problems(book: Any, given: Mapping[str, object]) -> Iterator[str]:
    """Yield why a notebook cannot take the parameters: papermill would warn and go on."""
    if not any_tagged_cell(book, "parameters"):
        yield "no cell is tagged 'parameters'; tag the one that sets them"
        return
    has = inspect_notebook(book)
    for name in given:
        if name not in has:
            remedy = instead(name, has) if has else "its cell tagged 'parameters' sets none"
            yield f"{name}: not a parameter of this notebook; {remedy}"


def _in_a_thread(work: Coroutine[Any, Any, T]) -> T:
    """Run asynchronous work beside whatever loop the caller has; Ctrl-C ends its kernels too."""
    running: list[asyncio.Task[Any]] = []

    async def cancellable() -> T:
        running.extend(asyncio.all_tasks())
        return await work

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(asyncio.run, cancellable())
        try:
            return done.result()
        except BaseException:  # a signal, too
            for task in running if not done.done() else ():
                with suppress(RuntimeError):  # it has come to its end meanwhile
                    task.get_loop().call_soon_threadsafe(task.cancel)
            raise


Ran = tuple[float, ChapterError | None]


async def _run_all(
    paths: Sequence[Path], books: Sequence[Any], at_once: int, bar: Any
) -> list[Ran]:
    """Run notebooks, a few at a time, each in a kernel of its own.

    From one process: two spawned ones took half as long again, for their imports.
    """
    turns = asyncio.Semaphore(at_once)

    async def run(path: Path, book: Any) -> Ran:
        async with turns:
            began = time.perf_counter()
            error = await _execute(path, book, bar)
            return time.perf_counter() - began, error

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(run(*pair)) for pair in zip(paths, books, strict=True)]
    except ExceptionGroup as several:
        raise several.exceptions[0] from None
    return [task.result() for task in tasks]


async def _execute(path: Path, book: Any, bar: Any) -> ChapterError | None:
    """Run one notebook in place; one that fails is cut behind the cell where it did."""
    for last in (False, True):  # a machine under load may be late once
        try:
            return await _run_once(path, book, bar)
        except NotebookError:  # of the kernel: none of the others would start
            if last:
                raise
    return None


async def _run_once(path: Path, book: Any, bar: Any) -> ChapterError | None:
    started = 0

    def on_start(cell: Any, cell_index: int) -> None:
        nonlocal started
        started = cell_index + 1
        bar.update()

    try:
        async with _kernel(path.resolve().parent) as (kernel, its_client):
            client = NotebookClient(
                book,
                km=kernel,
                timeout=MOST_SECONDS_A_CELL,
                on_cell_start=on_start,
                skip_cells_with_tag=LESSON,
                store_widget_state=False,
                record_timing=False,
            )
            client.kc = its_client
            await client.async_execute()
    except NotebookError:
        raise
    except Exception as error:  # of whatever kind, the other chapters shall come out
        bar.update(len(book.cells) - started)
        del book.cells[started:]
        return _stopped(path, book, error)
    return None


@asynccontextmanager
async def _kernel(folder: Path) -> AsyncIterator[tuple[AsyncKernelManager, AsyncKernelClient]]:
    """Start a kernel of this very Python, in the folder where Jupyter would, and end it.

    It is spoken to through files rather than the network, where the system has that.
    """
    with scratch() as beside:
        sockets = os.name == "posix" and len(os.fsencode(beside)) < MOST_BYTES_OF_A_SOCKET
        kernel = AsyncKernelManager(
            config=Config(KernelManager={"transport_encryption": "auto"}),  # no warning of TCP
            connection_file=str(Path(beside, "k.json")),
            kernel_name="python3",
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),  # none but this Python's own
            transport="ipc" if sockets else "tcp",
        )
        said = Path(beside, "said")
        client: AsyncKernelClient | None = None
        try:
            try:
                with said.open("wb") as words:
                    await kernel.start_kernel(
                        cwd=str(folder),
                        env={**os.environ, "PYTHONHASHSEED": "0"},  # sets are printed alike
                        extra_arguments=["--HistoryManager.hist_file=:memory:"],
                        stderr=words,
                    )
                client = kernel.client()
                client.allow_stdin = False
                client.start_channels()
                await client.wait_for_ready(timeout=MOST_SECONDS_TO_START)
            except Exception as problem:
                why = _last_line(said.read_text(errors="replace")) or _last_line(str(problem))
                raise NotebookError(
                    f"chapters: no notebook can run, for no kernel of Python starts ({why}); "
                    "see whether `jupyter execute` runs one, or leave --chapters away"
                ) from None
            yield kernel, client
        finally:
            if client is not None:
                client.stop_channels()
            if kernel.has_kernel:
                await kernel.shutdown_kernel(now=True)


def _stopped(path: Path, book: Any, error: Exception) -> ChapterError:
    """Where a notebook, cut behind the cell that was started last, stopped."""
    code = [c for c in book.cells if c.cell_type == "code" and INJECTED not in c.metadata.tags]
    line = code[-1].source.strip().partition("\n")[0] if code else ""
    if isinstance(error, CellExecutionError):
        kind, words = error.ename, error.evalue
    else:
        kind, words = type(error).__name__, str(error)
    message = ": ".join(part for part in (kind, _last_line(words)) if part)
    return ChapterError(path.name, len(code), line, message)


def _last_line(text: str) -> str:
    """The last line that says something."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
