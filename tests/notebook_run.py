"""Runs what a client's review runs of a notebook, in this process, and keeps what it shows."""

import ast
import contextlib
import functools
import gc
import hashlib
import io
import json
import multiprocessing
import re
import shutil
from collections.abc import Iterator, Mapping
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

import altair as alt
import nbformat
import pandas as pd
from places import ROOT

import aicost.paths

LESSON, GOLD, PARAMETERS = "lesson", "nbval-check-output", "parameters"
#: The columns that hold a file's numbers, where they do not stand in `value`.
NUMBERS = {
    "answer_cache_points": ("hit_share", "hits_first_100", "hits_last_1000", "wrong_share"),
    "defaults": ("low", "high"),
    "profiles": ("weight",),
    "prompt_cache_points": ("read_share", "written_share"),
    "search_points": ("queries_per_s",),
    "serving_tools": ("chips", "first_word_s", "usd_per_month", "input_tokens"),
    "throughput": ("low", "high"),
}
FILES = sorted(path.stem for path in (ROOT / "data").glob("*.csv"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def called(number: str) -> Path:
    """Return the notebook of a number."""
    return next(path for path in NOTEBOOKS if path.stem.startswith(number))


def shown(
    path: Path, parameters: Mapping[str, Any] | None = None, *, lessons: bool = False
) -> dict[str, str]:
    """Return what each code cell outside of lessons shows, by its id; `lessons` may run as well."""
    found: dict[str, str] = {}
    book = nbformat.read(path, as_version=4)
    space: dict[str, Any] = {"display": _display}
    for cell in book.cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "code" and (lessons or LESSON not in tags):
            said = _run(cell.source, space)
            found |= {cell.id: said} if LESSON not in tags else {}
            if PARAMETERS in tags:
                space.update(parameters or {})
    return found


def _display(*things: Any) -> None:
    for thing in things:
        print(text_of(thing))


def _run(source: str, space: dict[str, Any]) -> str:
    tree, out = ast.parse(source), io.StringIO()
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(out):
        exec(compile(tree, "cell", "exec"), space)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), space)
            print(text_of(value), end="")
    return out.getvalue().strip()


def text_of(thing: Any) -> str:
    """Return what a reader sees of a result, as text."""
    if thing is None:
        return ""
    if isinstance(thing, pd.DataFrame | pd.Series):
        return str(thing.to_csv())
    if isinstance(thing, alt.TopLevelMixin):
        return json.dumps(thing.to_dict(validate=False), default=str)
    html = getattr(thing, "_repr_html_", None)
    return str(html()) if html else re.sub(r" at 0x[0-9a-f]+", "", repr(thing))


def gold(path: Path) -> dict[str, str]:
    """Return the stored texts of a notebook's gold cells, by id."""
    cells = nbformat.read(path, as_version=4).cells
    return {c.id: _stored(c) for c in cells if GOLD in c.metadata.get("tags", [])}


def _stored(cell: Any) -> str:
    texts = (o.text if o.output_type == "stream" else o.data["text/plain"] for o in cell.outputs)
    return "\n".join(text.strip() for text in texts)


def read_for(path: Path, scenario: Path) -> str:
    """Return what a client reads of a notebook that ran, with its lessons, for their file."""
    parameters = {"scenario": str(scenario)}
    return "\n".join([*prose(path), *shown(path, parameters, lessons=True).values()])


def told(path: Path, what_if: Mapping[str, Any]) -> str:
    """Return what a notebook shows of its own sample with a what-if, charts left out."""
    return "\n".join(x for x in shown(path, what_if).values() if not x.startswith("{"))


def prose(path: Path) -> list[str]:
    """Return the words of a notebook that a client reads: those of no lesson."""
    cells = nbformat.read(path, as_version=4).cells
    words = (c for c in cells if c.cell_type == "markdown")
    return [c.source for c in words if LESSON not in c.metadata.get("tags", [])]


def shown_with(path: Path, data: Path) -> dict[str, str]:
    """Return what a notebook shows with another folder of data, run in another process."""
    return _other_process().apply(_elsewhere, (path, data))


@functools.cache
def _other_process() -> Pool:
    """One process for all of them: most of the time of a new one goes into imports.

    It is no fork: a converter that has drawn before would wait there for ever.
    """
    return multiprocessing.get_context("spawn").Pool(1)


def _elsewhere(path: Path, data: Path) -> dict[str, str]:
    pd.reset_option("all")
    aicost.paths._PACKAGE = data.parent / "aicost"
    for thing in gc.get_objects():
        if isinstance(thing, functools._lru_cache_wrapper):
            thing.cache_clear()
    return shown(path)


def unsigned(text: str) -> str:
    """Return what a cell shows without the price book's hash, which any file of data moves."""
    return re.sub(r"book [0-9a-f]{12}", "book", text)


def changed_data(folder: Path, file: str, factor: float = 1.1) -> Path:
    """Copy data/ into a folder, the numbers of one file multiplied; return the copy."""
    (folder / "aicost").mkdir()
    data = Path(shutil.copytree(ROOT / "data", folder / "data"))
    (folder / "notebooks").symlink_to(ROOT / "notebooks")
    table = _uncorrected(pd.read_csv(data / f"{file}.csv", dtype=str, keep_default_na=False))
    for column in NUMBERS.get(file, ("value",)):
        if column in table:
            units = table.get("unit", pd.Series("", table.index))
            pairs = zip(table[column], units, strict=True)
            table[column] = [_times(text, factor, unit) for text, unit in pairs]
    table.to_csv(data / f"{file}.csv", index=False)
    return data


def _uncorrected(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a file without those that another corrects, whose ids hang on their values."""
    if "corrects" not in table or not table["corrects"].any():
        return table
    named = ["item", "parameter", "context", "tier_gt", "schedule", "value", "unit", "currency"]
    parts = table[[*named, "valid_from", "valid_to"]].replace({"tier_gt": {"": "0"}})
    ids = ["|".join(row) for row in parts.itertuples(index=False)]
    gone = {word for words in table["corrects"] for word in words.split()}
    kept = [hashlib.sha256(text.encode()).hexdigest()[:10] not in gone for text in ids]
    assert len(table) - sum(kept) == len(gone)
    return table[kept].assign(corrects="")


def _times(text: str, factor: float, unit: str) -> str:
    """A number multiplied: whole where it was, and a share below one where it was.

    Bits name a format of numbers: there is no chip of 8.8 bits.
    """
    if unit == "bits" or not re.fullmatch(r"-?\d+(\.\d+)?", text):
        return text
    value = float(text) * factor
    if unit == "share":
        return f"{min(value, 0.99 if float(text) < 1 else 1.0):g}"
    return f"{value:.10g}" if "." in text or abs(value) < 50 else f"{round(value)}"


def blind(path: Path, folder: Path) -> Iterator[str]:
    """Yield the files whose change is shown somewhere in a notebook, but in no gold cell."""
    usual, kept = shown_with(path, ROOT / "data"), gold(path)
    for file in FILES:
        part = folder / file
        part.mkdir()
        new = shown_with(path, changed_data(part, file))
        moved = [cell for cell in usual if unsigned(usual[cell]) != unsigned(new[cell])]
        shutil.rmtree(part)
        if moved and not set(moved) & set(kept):
            yield f"{file}: shown in {', '.join(moved)}"
