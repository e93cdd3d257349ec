"""Imports run down one chain of packages, and never in a circle inside one."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from places import PACKAGE

# Lowest first. A package reads rows below its own; packages of one row never read each other.
LAYERS = (
    ("paths", "values"),
    ("formulas",),
    ("book",),
    ("components", "accuracy"),
    ("scenario",),
    ("billing", "log"),
    ("timing", "invoices", "measure"),
    ("analysis",),
    ("show",),
    ("cli",),
    ("__main__",),
)
#: What formulas are for: they stand on numbers alone.
READS_FILES = {"csv", "gzip", "importlib.resources", "io", "json", "os", "pathlib", "yaml"}

Dotted = tuple[str, ...]


def rank(package: str) -> int | None:
    """Return the row of LAYERS that a package stands in."""
    return next((i for i, row in enumerate(LAYERS) if package in row), None)


def dotted(path: Path, package: Path) -> Dotted:
    """Return ('components', 'stores') for components/stores.py, ('show',) for show/__init__.py."""
    parts = path.relative_to(package).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def imports(path: Path, package: Path) -> Iterator[tuple[int, Dotted]]:
    """Yield line and dotted name of each import, the package's own name in front where it is."""
    here = (package.name, *path.relative_to(package).with_suffix("").parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, tuple(alias.name.split("."))) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = here[: -node.level] if node.level else ()
            base += tuple(node.module.split(".")) if node.module else ()
            yield from ((node.lineno, (*base, alias.name)) for alias in node.names)


def files(package: Path) -> Iterator[tuple[Path, Dotted]]:
    """Yield every module of the package but the face itself, whose names are loaded when asked."""
    for path in sorted(package.rglob("*.py")):
        if here := dotted(path, package):
            yield path, here


def complaints(package: Path) -> list[str]:
    """Return one line per import that goes the wrong way and per package not in the table."""
    lines = []
    for path, here in files(package):
        where = f"{package.name}/{path.relative_to(package).as_posix()}"
        own = rank(here[0])
        if own is None:
            lines.append(f"{where}: {here[0]!r} stands in no row of LAYERS (tests/test_layers.py)")
            continue
        for line, name in imports(path, package):
            if name[0] != package.name:
                if here[0] == "formulas" and {name[0], ".".join(name)} & READS_FILES:
                    lines.append(f"{where}:{line}: imports {name[0]}; formulas read no files")
                continue
            other = name[1] if len(name) > 1 else ""
            below = rank(other)
            if other != here[0] and (below is None or below >= own):
                lines.append(f"{where}:{line}: imports {other!r}, which is not below {here[0]!r}")
    return lines


def modules_read(package: Path) -> dict[Dotted, set[Dotted]]:
    """Return each module with the modules of this package that it imports."""
    known = {here for _, here in files(package)}
    graph: dict[Dotted, set[Dotted]] = {}
    for path, here in files(package):
        names = (name[1:] for _, name in imports(path, package) if name[0] == package.name)
        found = (next((n[:k] for k in range(len(n), 0, -1) if n[:k] in known), ()) for n in names)
        graph[here] = {there for there in found if there and there != here}
    return graph


def circle(package: Path) -> str:
    """Return a circle of imports in words, or nothing."""
    try:
        TopologicalSorter(modules_read(package)).prepare()
    except CycleError as error:
        return " < ".join(".".join(module) for module in error.args[1])
    return ""


def concrete_components(package: Path) -> set[Dotted]:
    """Return the modules of components/ that define a stage."""
    stages = set()
    for path, here in files(package):
        text = path.read_text(encoding="utf-8")
        if here[0] == "components" and "component: ClassVar[str] = " in text:
            stages.add(here)
    return stages


def test_imports_go_one_way() -> None:
    assert complaints(PACKAGE) == []


def test_there_is_no_circle() -> None:
    assert circle(PACKAGE) == ""


def test_table_names_each_package_once_and_all_are_there() -> None:
    names = [name for row in LAYERS for name in row]
    assert len(names) == len(set(names))
    assert set(names) == {here[0] for _, here in files(PACKAGE)}
    assert len(LAYERS) <= 12


def test_components_are_strangers_to_each_other() -> None:
    graph, stages = modules_read(PACKAGE), concrete_components(PACKAGE)
    assert len(stages) > 6
    assert {stage: read & stages for stage, read in graph.items() if stage in stages} == {
        stage: set() for stage in stages
    }


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("book/rates.py", "from aicost.billing.bill import Bill", "'billing', which is not below"),
        ("book/prices.py", "import aicost.show.charts", "imports 'show', which is not below"),
        ("book/rates.py", "def f():\n    from .. import scenario", ":2: imports 'scenario'"),
        ("book/prices.py", "from .book import Book", None),
        ("billing/walk.py", "from aicost import Bill", "imports 'Bill', which is not below"),
        ("billing/walk.py", "from ..scenario import Scenario\nfrom . import bill", None),
        ("stray.py", "", "'stray' stands in no row"),
        ("timing/walk.py", "from aicost.invoices import published", "imports 'invoices'"),
        ("formulas/bytes.py", "from pathlib import Path", "formulas read no files"),
        ("cli/app.py", "import yaml\nfrom aicost.show import page", None),
    ],
)
def test_checker_finds_what_it_is_for(
    tmp_path: Path, file: str, text: str, expected: str | None
) -> None:
    package = tmp_path / "aicost"
    (package / file).parent.mkdir(parents=True, exist_ok=True)
    (package / file).write_text(text)
    found = complaints(package)
    if expected is None:
        assert not found
    else:
        assert len(found) == 1
        assert expected in found[0]


def test_checker_finds_a_circle(tmp_path: Path) -> None:
    package = tmp_path / "aicost"
    (package / "book").mkdir(parents=True)
    (package / "book" / "a.py").write_text("from aicost.book.b import x")
    (package / "book" / "b.py").write_text("def f():\n    from aicost.book import a")
    assert circle(package) == "book.a < book.b < book.a"
