"""The core, everything the bill stands on, stays small enough to be read.

What turns a file into a scenario stands beside it: the bill never reads a file. It is counted and
printed too, so that neither shrinks by moving into the other.
"""

import ast
import io
import tokenize
from collections.abc import Callable
from pathlib import Path

import pytest
from test_layers import PACKAGE, core_modules, imports

AT_MOST = 3_000
READER_AT_MOST = 1_000
NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def docstring_lines(tree: ast.AST) -> set[int]:
    """Return the lines that docstrings take."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if first is not None and ast.get_docstring(node, clean=False) is not None:
                lines |= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return lines


def code_lines(text: str) -> int:
    """Count the lines that hold code: no blanks, no comments, no docstrings."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in NO_CODE:
            lines |= set(range(token.start[0], token.end[0] + 1))
    return len(lines - docstring_lines(ast.parse(text)))


def stands_on(top: str) -> set[str]:
    """Return a module and all that it imports, at first hand or further down."""
    met: set[str] = set()
    todo = [top]
    while todo:
        module = todo.pop()
        if module not in met:
            met.add(module)
            for file in files_of(module):
                names = [name for _, name in imports(file, PACKAGE)]
                todo += [name[1] for name in names if name[0] == PACKAGE.name and len(name) > 1]
    return met


def files_of(module: str) -> list[Path]:
    path = PACKAGE / f"{module}.py"
    return [path] if path.exists() else sorted((PACKAGE / module).rglob("*.py"))


def size(modules: set[str]) -> int:
    return sum(code_lines(f.read_text(encoding="utf-8")) for m in modules for f in files_of(m))


def test_core_is_small(record_property: Callable[[str, object], None]) -> None:
    core = stands_on("bill")
    assert {"paths", "quantities", "book", "components", "scenario"} <= core
    reader = stands_on("loading") - core
    formulas = set(core_modules()) - core - reader
    words = f"core: {size(core):,} lines of code, at most {AT_MOST:,}; beside it the file reader "
    words += f"{size(reader):,} (at most {READER_AT_MOST:,}), formulas the bill does not use "
    record_property("figure", f"{words}{size(formulas):,}")
    assert size(core) <= AT_MOST
    assert size(reader) <= READER_AT_MOST


def test_the_bill_reads_no_file() -> None:
    assert not stands_on("bill") & {"filling", "kinds", "loading", "spelling", "stages"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"""Doc."""\n\n# Why.\nx = 1  # here\n', 1),
        ('def f():\n    """Doc\n\n    more.\n    """\n    return (\n        1\n    )\n', 4),
        ('x = """a\n\nb"""\n', 3),
    ],
)
def test_counter_counts_code(text: str, expected: int) -> None:
    assert code_lines(text) == expected
