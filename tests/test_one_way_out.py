"""What is cleaned before a person reads it leaves by one way each: terminal, sheet, page."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from places import PACKAGE

#: Who may call what prints or writes, by module; "show/workshop/" are a notebook's own cells,
#: whose output is cleaned where a page is made of it.
ALLOWED = {
    "echo": {"cli/common.py"},
    "print": {"show/charts/renderer.py", "show/workshop/"},
    "input": {"cli/system.py"},
    "write": {"values/new_file.py", "show/review/"},
    "write_text": {"show/review/", "show/export/files.py"},
    "write_bytes": {"book/refresh.py", "show/export/files.py"},
    "to_csv": {"values/cells.py"},
    "to_html": set(),
    "to_excel": set(),
    "DictWriter": {"book/refresh.py"},
    "writer": set(),
    "writelines": set(),
}
BUILT_IN = {"print", "input"}


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and name of each call of something in the table."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            own = isinstance(called, ast.Name) and called.id not in BUILT_IN
            name = getattr(called, "attr", None) or getattr(called, "id", "")
            if name in ALLOWED and not own:
                yield node.lineno, name


def complaints(package: Path) -> list[str]:
    """Return a line for each call that leaves by another way."""
    found = []
    for path in sorted(package.rglob("*.py")):
        here = path.relative_to(package).as_posix()
        for line, name in calls(path):
            if not any(here == ok or (ok[-1] == "/" and ok in here) for ok in ALLOWED[name]):
                found.append(f"{package.name}/{here}:{line}: calls {name}")
    return found


def test_nothing_is_printed_or_written_elsewhere() -> None:
    assert complaints(PACKAGE) == []


@pytest.mark.parametrize(
    "line",
    ["print('x')", "typer.echo('x')", "frame.to_csv(p)", "csv.writer(f)", "p.write_text('')"],
)
def test_the_checker_finds_what_it_is_for(tmp_path: Path, line: str) -> None:
    (tmp_path / "aicost").mkdir()
    (tmp_path / "aicost" / "new.py").write_text(f"x = 1\n{line}\n")
    assert complaints(tmp_path / "aicost")[0].startswith("aicost/new.py:2: calls ")
