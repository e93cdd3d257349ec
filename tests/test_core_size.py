"""The core, everything up to the bill, stays small enough to be read."""

import ast
import io
import tokenize
from collections.abc import Callable

import pytest
from test_layers import PACKAGE, core_modules, dotted

AT_MOST = 3_000
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


def test_core_is_small(record_property: Callable[[str, object], None]) -> None:
    core = set(core_modules())
    counted = {
        path: code_lines(path.read_text(encoding="utf-8"))
        for path in PACKAGE.rglob("*.py")
        if dotted(path, PACKAGE)[0] in core
    }
    assert {"paths.py", "quantities.py", "book.py"} <= {path.name for path in counted}
    total = sum(counted.values())
    record_property("figure", f"core: {total:,} lines of code, at most {AT_MOST:,}")
    assert total <= AT_MOST


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
