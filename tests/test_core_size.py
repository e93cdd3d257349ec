"""The core, what makes a scenario into a bill, stays small enough to be read.

Beside it stand what turns a file into a scenario (the bill never reads a file), and the formulas
of queues and indexes that stages call: pure functions of numbers, each to be read alone. All are
counted, bounded and printed, so that none shrinks by moving into another.
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
FORMULAS_AT_MOST = 600
FORMULAS = {"compute", "queueing", "staffing", "vectors"}
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
    bill = stands_on("bill")
    core, called = bill - FORMULAS, bill & FORMULAS
    assert {"paths", "quantities", "book", "components", "scenario"} <= core
    assert called == FORMULAS
    reader = stands_on("loading") - bill
    others = set(core_modules()) - bill - reader
    words = f"core: {size(core):,} lines of code, at most {AT_MOST:,}; beside it formulas it calls "
    words += f"{size(called):,} (at most {FORMULAS_AT_MOST:,}), the file reader {size(reader):,} "
    words += f"(at most {READER_AT_MOST:,}), formulas the bill does not use {size(others):,}"
    record_property("figure", words)
    assert size(core) <= AT_MOST
    assert size(called) <= FORMULAS_AT_MOST
    assert size(reader) <= READER_AT_MOST


def test_formulas_beside_the_core_know_nothing_of_it() -> None:
    """They stand on values alone."""
    for module in FORMULAS:
        assert stands_on(module) <= FORMULAS | {"quantities"}


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
