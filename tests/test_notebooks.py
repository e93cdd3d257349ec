"""The notebooks keep their form, hold no figure of one client in prose, and run for another."""

import ast
import importlib
import itertools
import re
import statistics
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from notebook_run import NOTEBOOKS
from places import PACKAGE

from aicost import Book

CURATED = Book.load(layers=["curated"])
MODELS = {
    name.rpartition("/")[2]
    for name in CURATED.items()
    if "/" in name and (CURATED.in_force(name, "input") or CURATED.in_force(name, "search_unit"))
}

LINES, WIDTH, USUAL_WIDTH = 5, 88, 70  # nine lines in ten keep within the last
SHORT = 12  # letters of a paragraph that may come again
EXERCISES = 3
FILES = ("scenario", "plan", "prices", "log")  # parameters that are no what-if
WHAT_IFS = 4
MOST_MODULES, MEDIAN_MODULES = 2, 1  # of aicost beside its face
GOLD, LESSON, PARAMETERS = "nbval-check-output", "lesson", "parameters"
TAGS = {GOLD, LESSON, PARAMETERS}
AT_THE_END = "## Try this on your client"

#: Money or a percentage, as prose would spell it.
FIGURE = re.compile(r"\$\s?\d[\d.,]*\d|\$\s?\d|\d[\d.,]*\s?%")
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)

#: Figures in prose that belong to no client: made-up numbers of an example, a tolerance.
ALLOWED = {
    "05_human_review": {"$57.14", "$40", "30 %", "85 %", "$2", "$50", "$3", "$120"},
    "10_inflection_point": {"$1,825", "5 %"},
}


def complaints(book: Any, name: str) -> list[str]:
    """Return what is wrong with a notebook, one line per cell and rule."""
    return [*_whole(book, name), *(f"{c.id}: {w}" for c in book.cells for w in _cell(c, name))]


def _whole(book: Any, name: str) -> Iterator[str]:
    """Yield what is wrong with the order, the balance and the store of its cells."""
    code = [c for c in book.cells if c.cell_type == "code"]
    prose = [c for c in book.cells if c.cell_type == "markdown"]
    first, last = book.cells[0], [c for c in prose if c.source.startswith("#")][-1]
    head = rf"# {name[:2]} · [A-Z0-9].*\n\n\*\*[^*]+\?\*\*"
    if first.cell_type != "markdown" or not re.match(head, first.source):
        yield "the first cell is not '# NN · Title' with one question in bold below"
    if not last.source.startswith(AT_THE_END):
        yield f"the last heading is not '{AT_THE_END}'"
    if not code or _tags(code[0]) != [PARAMETERS] or sum(PARAMETERS in _tags(c) for c in code) > 1:
        yield "the first code cell, and no other, is tagged 'parameters'"
    yield from _needed(code)
    if not any(LESSON in _tags(c) for c in code):
        yield "no exercise: no code cell is tagged 'lesson'"
    yield from _exercises(code)
    widths = sorted(len(line) for c in code for line in _lines(c))
    if (usual := widths[int(0.9 * (len(widths) - 1))]) > USUAL_WIDTH:
        yield f"one line in ten is longer than {usual - 1}; {USUAL_WIDTH} is usual"
    if not any(re.search(r"^> \*\*You may skip this", c.source, re.MULTILINE) for c in prose):
        yield "no '> **You may skip this**' box"
    parts = [part for c in prose for part in c.source.split("\n\n") if len(part) > SHORT]
    twice = sorted({part for part in parts if parts.count(part) > 1})
    if twice:
        yield f"said twice: {twice}"
    if len(prose) < len(code):
        yield f"{len(prose)} cells of prose, {len(code)} of code; at least half is prose"
    words, typed = (sum(len(c.source) for c in part) for part in (prose, code))
    if words < typed:
        yield f"{words} letters of prose, {typed} of code; at least half is prose"
    if not any(GOLD in _tags(c) for c in code):
        yield f"no cell is tagged '{GOLD}'"
    if set(book.metadata) - {"aicost"} != {"kernelspec", "language_info"}:
        yield f"metadata hold {sorted(book.metadata)}, not kernelspec, language_info and aicost"
    if [c.id for c in book.cells] != [f"c{i:02d}" for i in range(1, len(book.cells) + 1)]:
        yield "cell ids are not c01, c02, …"


def asked(code: list[Any]) -> list[str]:
    """Return the names of the exercises that a notebook checks, in their order."""
    found = (_asked_in(ast.parse(c.source)) for c in code)
    return [str(call.args[0].value) for calls in found for call in calls]  # type: ignore[attr-defined]


def _asked_in(tree: ast.AST) -> list[ast.Call]:
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
    return [c for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr == "check"]


def _exercises(code: list[Any]) -> Iterator[str]:
    """Yield what is wrong with exercises: too few, or an answer in the cell that asks."""
    if len(asked(code)) < EXERCISES:
        yield f"{len(asked(code))} exercises; at least {EXERCISES}"
    for cell in code:
        tree = ast.parse(cell.source)
        for call in _asked_in(tree):
            if len(call.args) != 2 or call.keywords:
                yield f"{cell.id}: check takes a name and what the reader puts there, no answer"
            elif ast.unparse(call.args[1]) not in _left_open(tree):
                yield f"{cell.id}: check takes what is None, or an empty function, above"
            if LESSON not in _tags(cell):
                yield f"{cell.id}: an exercise outside of a cell tagged '{LESSON}'"


def _left_open(tree: ast.Module) -> set[str]:
    """Return the names that are None in a cell, and the functions that do nothing."""
    names = set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.value) in ("None", "..."):
            names |= {ast.unparse(target) for target in node.targets}
        elif isinstance(node, ast.FunctionDef) and ast.unparse(node.body[-1]) in (
            "...",
            "return ...",
        ):
            names.add(node.name)
    return names


def _needed(code: list[Any]) -> Iterator[str]:
    """Yield names that only a lesson sets and other cells use: a review has no lesson."""
    names: dict[tuple[bool, type], set[str]] = {}
    for cell in code:
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Name):
                names.setdefault((LESSON in _tags(cell), type(node.ctx)), set()).add(node.id)
            elif isinstance(node, ast.alias):
                name = (node.asname or node.name).partition(".")[0]
                names.setdefault((LESSON in _tags(cell), ast.Store), set()).add(name)
    there = {key: names.get(key, set()) for key in itertools.product((0, 1), (ast.Load, ast.Store))}
    gone = (there[1, ast.Store] - there[0, ast.Store]) & there[0, ast.Load]
    if gone:
        yield f"only a lesson sets {sorted(gone)}, which a review needs"


def _cell(cell: Any, name: str) -> Iterator[str]:
    """Yield what is wrong with one cell."""
    if set(cell.metadata) - {"tags"} or set(_tags(cell)) - TAGS:
        yield f"metadata beyond the tags {sorted(TAGS)}"
    if cell.cell_type == "markdown":
        yield from _prose(cell.source, ALLOWED.get(name, set()))
    else:
        yield from _code(cell)
        yield from _stored(cell)
        if PARAMETERS in _tags(cell):
            yield from _parameters(cell.source)


def _prose(text: str, allowed: set[str]) -> Iterator[str]:
    words = CODE.sub("", text)
    found = set(FIGURE.findall(words)) - allowed
    if found:
        yield f"figures in prose: {sorted(found)}; let the code compute them"
    named = sorted(m for m in MODELS if m in words)
    if named:
        yield f"models in prose: {named}; let the code name them"


def _lines(cell: Any) -> list[str]:
    return [line for line in cell.source.splitlines() if line.strip()]


def _code(cell: Any) -> Iterator[str]:
    lines = _lines(cell)
    if not 1 <= len(lines) <= LINES and PARAMETERS not in _tags(cell):
        yield f"{len(lines)} lines of code; 1 to {LINES}"
    if any(len(line) > WIDTH for line in lines):
        yield f"a line is longer than {WIDTH}"
    nodes = list(ast.walk(ast.parse(cell.source)))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    if any(isinstance(n, kinds) for n in nodes) and LESSON not in _tags(cell):
        yield "a definition; it belongs into the library"
    if any(isinstance(n, ast.Name) and n.id == "print" for n in nodes):
        yield "print(); say() does not break within a word"
    if any(isinstance(n, ast.Constant) and str(n.value).startswith("http") for n in nodes):
        yield "an address; nothing is fetched while it runs"


def _stored(cell: Any) -> Iterator[str]:
    if GOLD in _tags(cell):
        if not cell.outputs or cell.execution_count is None or not all(map(_is_text, cell.outputs)):
            yield "a gold cell is stored with the text that it shows, and its number"
    elif cell.outputs or cell.execution_count is not None:
        yield "stored with outputs; only gold cells have them"


def _is_text(output: Any) -> bool:
    """Say whether an output is printed, or a sentence with its Markdown."""
    return output.get("name") == "stdout" or set(output.get("data", ())) == {
        "text/markdown",
        "text/plain",
    }


def _parameters(source: str) -> Iterator[str]:
    names = []
    for line in source.splitlines():
        found = re.fullmatch(r"(\w+) = (.+?)  # (\S.*)", line)
        if not found:
            yield f"not 'name = value  # unit: as the scenario says': {line}"
            continue
        names.append(found[1])
        if found[1] != "scenario" and ast.literal_eval(found[2]) is not None:
            yield f"{found[1]} is not None: as the scenario says"
    if names[:1] != ["scenario"] or "prices" not in names:
        yield "no scenario first, or no prices"
    if len(set(names) - set(FILES)) > WHAT_IFS:
        yield f"more than {WHAT_IFS} what-ifs"


def _tags(cell: Any) -> list[str]:
    return list(cell.metadata.get("tags", []))


def names(paths: list[Path]) -> list[str]:
    return [path.stem for path in paths]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=names(NOTEBOOKS))
def test_form(path: Path) -> None:
    assert complaints(nbformat.read(path, as_version=4), path.stem) == []


# ---- what it takes to read one


def imported(book: Any) -> dict[str, set[str]]:
    """Return the modules of aicost that a notebook imports, with the names it takes from each."""
    found: dict[str, set[str]] = {}
    for cell in book.cells:
        for node in ast.walk(ast.parse(cell.source if cell.cell_type == "code" else "")):
            if isinstance(node, ast.Import):
                found |= {alias.name: found.get(alias.name, set()) for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    found.setdefault(_module(node.module, alias.name), set()).add(alias.name)
    return {name: taken for name, taken in found.items() if name.split(".")[0] == PACKAGE.name}


def _module(source: str, name: str) -> str:
    """Return what `from source import name` reads: the module itself, where the name is one."""
    if source.split(".")[0] != PACKAGE.name:
        return source
    module = importlib.import_module(source)
    if not hasattr(module, name):
        importlib.import_module(f"{source}.{name}")
    thing = getattr(module, name)
    return thing.__name__ if isinstance(thing, ModuleType) else source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=names(NOTEBOOKS))
def test_a_notebook_takes_the_face_and_little_beside_it(path: Path) -> None:
    found = imported(nbformat.read(path, as_version=4))
    assert PACKAGE.name in found
    assert len(found.keys() - {PACKAGE.name}) <= MOST_MODULES, found
    assert not found[PACKAGE.name]  # import aicost as ac


def test_most_notebooks_take_one_module_beside_the_face() -> None:
    books = [nbformat.read(path, as_version=4) for path in NOTEBOOKS]
    beside = [len(imported(book).keys() - {PACKAGE.name}) for book in books]
    assert statistics.median(beside) <= MEDIAN_MODULES, dict(
        zip(names(NOTEBOOKS), beside, strict=True)
    )


# ---- for another client


# ---- the checks find what they are for


EXERCISE = """mine = other = None
ask.check("one", mine)
ask.check("two", other)
def third(users): ...
ask.check("three", third)"""


def good() -> Any:
    """Return a small notebook that keeps every rule."""
    gold = new_code_cell("say(len(scenario))", execution_count=2, metadata={"tags": [GOLD]})
    gold.outputs = [new_output("stream", name="stdout", text="1\n")]
    parameters = "scenario = 'x'  # file\nprices = None  # file\nusers = None  # users"
    cells = [
        new_markdown_cell(
            f"# 00 · Good\n\n**Is it?**\n\n{'Plain words, and enough of them. ' * 16}"
        ),
        new_code_cell(parameters, metadata={"tags": [PARAMETERS]}),
        new_markdown_cell("> **You may skip this.** It costs `$5`, or `5 %`."),
        gold,
        new_markdown_cell("## Exercise", metadata={"tags": [LESSON]}),
        new_code_cell(EXERCISE, metadata={"tags": [LESSON]}),
        new_markdown_cell(AT_THE_END),
    ]
    for number, cell in enumerate(cells, start=1):
        cell.id = f"c{number:02d}"
    kernel = {"name": "python3", "display_name": "Python 3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return new_notebook(cells=cells, metadata=metadata)


def test_a_good_notebook_has_no_complaint() -> None:
    assert complaints(good(), "00_good") == []


@pytest.mark.parametrize(
    ("cell", "source", "expected"),
    [
        (0, "# 01 · Other\n\n**Is it?**" + " words" * 60, "first cell is not"),
        (0, "# 00 · Good\n\nNo question." + " words" * 60, "first cell is not"),
        (0, "# 00 · Good\n\n**Is it?**", "letters of prose"),
        (
            5,
            EXERCISE.replace(")\n", "); x = 12" + "; x = 1" * 6 + "\n"),
            "one line in ten is longer",
        ),
        (1, "scenario = 'x'  # file\nprices = None  # file\nusers = None", "not 'name = value"),
        (1, "scenario = 'x'  # file\nprices = None  # file\nusers = 5  # users", "is not None"),
        (1, "scenario = 'x'  # file", "no prices"),
        (2, "## Box", "You may skip this"),
        (2, "> **You may skip this.** It costs $5,138.64.", "['$5,138.64']"),
        (2, "> **You may skip this.** It is 43 % of it.", "['43 %']"),
        (2, "> **You may skip this.** gpt-6-sol is dear.", "models in prose: ['gpt-6-sol']"),
        (3, "def f(): pass", "a definition"),
        (3, "say([type('A', (), {}) for _ in 'ab'])\nclass B: ...", "a definition"),
        (3, "print(len(scenario))", "does not break"),
        (5, f"{EXERCISE}\nx = 1", "6 lines of code"),
        (3, "x = '" + "y" * 85 + "'", "longer than 88"),
        (3, "open('https://example.org')", "an address"),
        (5, EXERCISE.replace('ask.check("two", other)', ""), "2 exercises; at least 3"),
        (5, EXERCISE.replace("mine)", "mine, 7)"), "no answer"),
        (5, EXERCISE.replace("mine)", "mine, tolerance=0.1)"), "no answer"),
        (5, EXERCISE.replace("= None", "= 7").replace("other)", "third)"), "above"),
        (5, EXERCISE.replace("users): ...", "users): return 2"), "above"),
        (6, "## The end", "the last heading is not"),
        (2, "> **You may skip this.** Box.\n\n> **You may skip this.** Box.", "said twice"),
    ],
)
def test_a_bad_cell_is_found(cell: int, source: str, expected: str) -> None:
    book = good()
    book.cells[cell].source = source
    found = complaints(book, "00_good")
    assert len(found) == 1, found
    assert expected in found[0]


def test_stored_outputs_are_found() -> None:
    book = good()
    book.cells[5].execution_count = 3
    book.cells[3].outputs = []
    book.cells[0].metadata["collapsed"] = True
    book.metadata["papermill"] = {}
    found = " ".join(complaints(book, "00_good"))
    for words in ("only gold cells", "with the text that it shows", "beyond the tags", "papermill"):
        assert words in found


def test_what_only_a_lesson_sets_is_found() -> None:
    book = good()
    book.cells[5].source = EXERCISE.replace("mine", "guess")
    book.cells[3].source = "say(len(scenario), guess)"
    (found,) = complaints(book, "00_good")
    assert found == "only a lesson sets ['guess'], which a review needs"


def test_a_missing_exercise_and_missing_gold_are_found() -> None:
    book = good()
    book.cells[5].metadata["tags"] = []
    book.cells[3].metadata["tags"] = []
    found = " ".join(complaints(book, "00_good"))
    for words in ("no exercise", "no cell is tagged", "only gold cells"):
        assert words in found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import aicost as ac\nimport numpy as np", {"aicost"}),
        ("import aicost.paths\nfrom aicost.paths import find", {"aicost.paths"}),
        ("from aicost import Book, paths", {"aicost", "aicost.paths"}),
        (
            "from aicost import Book\nfrom aicost.show.workshop import (\n    say,\n)",
            {"aicost", "aicost.show.workshop"},
        ),
    ],
)
def test_imports_are_counted_by_module(source: str, expected: set[str]) -> None:
    book = good()
    book.cells[5].source = source
    assert imported(book).keys() == expected
