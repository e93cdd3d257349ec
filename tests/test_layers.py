"""Imports go one way: what a module may read stands below it in one table."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from places import PACKAGE

# Lowest first. A module reads rows below its own; modules of one row never read each other.
# A folder stands here by its name and is one module.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("paths",),
    ("quantities",),
    ("charge", "reading", "rows", "spelling"),
    ("calendars", "section", "words"),
    ("book", "double_review", "latency", "queueing", "reuse", "sampling", "vectors"),
    ("compute", "flow", "rates", "rerank_quality", "staffing"),
    ("encoders", "kinds", "review_policy"),
    ("components", "filling"),
    ("scenario", "stages"),
    ("loading",),
    ("bill",),
    (
        "amounts",
        "between",
        "checks",
        "crossings",
        "exports",
        "figures",
        "sample_vectors",
        "services",
        "slips",
    ),
    ("differences", "goals", "invoice", "review_desk"),
    ("chances", "timing"),
    ("inflection",),
    ("reconcile",),
    (
        "bridge",
        "scaling",
        "uncertainty",
        "levers",
        "portability",
        "store_choice",
        "log",
        "price_import",
        "prices",
    ),
    ("accuracy", "price_refresh", "show"),
    ("terminal",),
    ("cli_prices",),
    ("cli",),
    ("__main__",),
)
CORE_ENDS_WITH = "bill"
LAST_READ = {"log": "loading", "price_import": "book"}  # beside the bill, not on it
REEXPORTS_UP_TO = "portability"  # what `import aicost` may load: neither charts nor the CLI

# Inside components/ the stages are strangers, but for these.
SHARED_COMPONENTS = {"base"}
ALLOWED_BETWEEN_COMPONENTS = {
    ("retrieval", "stores"),
    ("retrieval", "meters"),
    ("meters", "stores"),
}

FORMULAS = (
    "components",
    "compute",
    "double_review",
    "latency",
    "queueing",
    "rerank_quality",
    "reuse",
    "review_policy",
    "sampling",
    "staffing",
    "vectors",
)
READS_FILES = {"csv", "gzip", "importlib.resources", "io", "json", "os", "pathlib", "yaml"}


def rank(module: str) -> int | None:
    """Return the row of LAYERS that a module stands in."""
    return next((i for i, row in enumerate(LAYERS) if module in row), None)


def core_modules() -> list[str]:
    """Return the modules that the kit promises to keep small: all up to the bill."""
    last = rank(CORE_ENDS_WITH)
    assert last is not None
    return [module for row in LAYERS[: last + 1] for module in row]


def dotted(path: Path, package: Path) -> tuple[str, ...]:
    """Return ('components', 'stores') for components/stores.py, ('show',) for show/__init__.py."""
    parts = path.relative_to(package).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts


def imports(path: Path, package: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield line and dotted name of each import, the package's own name in front where it is."""
    here = (package.name, *path.relative_to(package).with_suffix("").parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, tuple(alias.name.split("."))) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = here[: -node.level] if node.level else ()
            base += tuple(node.module.split(".")) if node.module else ()
            yield from ((node.lineno, (*base, alias.name)) for alias in node.names)


def wrong_import(here: tuple[str, ...], there: tuple[str, ...]) -> str | None:
    """Say why module `here` may not import `there`, both dotted, without the package's name."""
    own, other = here[0], there[0]
    target = rank(other)
    if target is None:
        return f"imports {other!r}, which stands in no row of LAYERS"
    if own == "__init__":
        last = rank(REEXPORTS_UP_TO)
        return f"loads {other}, which is not core" if target > last else None
    if own == other:
        return wrong_component(here, there) if own == "components" else None
    last = rank(LAST_READ[own]) if own in LAST_READ else rank(own) - 1
    if target > last:
        return f"imports {other}, which does not stand below {own} in LAYERS"
    return None


def wrong_component(here: tuple[str, ...], there: tuple[str, ...]) -> str | None:
    """Say why one module of components/ may not import another."""
    if len(here) == 1 or here[1] in SHARED_COMPONENTS:  # what is shared may gather them
        return None
    if len(there) == 1:
        return "imports the components package; import the module that defines it"
    pair = (here[1], there[1])
    if pair[1] in SHARED_COMPONENTS or pair in ALLOWED_BETWEEN_COMPONENTS:
        return None
    return f"imports its sibling {there[1]}; components share only {sorted(SHARED_COMPONENTS)}"


def complaints(package: Path) -> list[str]:
    """Return one line per import that goes the wrong way and per module not in the table."""
    lines = []
    for path in sorted(package.rglob("*.py")):
        where = f"{package.name}/{path.relative_to(package).as_posix()}"
        here = dotted(path, package)
        if rank(here[0]) is None and here != ("__init__",):
            lines.append(f"{where}: {here[0]!r} stands in no row of LAYERS (tests/test_layers.py)")
            continue
        for line, name in imports(path, package):
            if name[0] == package.name and len(name) > 1:
                wrong = wrong_import(here, name[1:])
                lines += [f"{where}:{line}: {wrong}"] if wrong else []
            elif here[0] in FORMULAS and {name[0], ".".join(name)} & READS_FILES:
                lines.append(f"{where}:{line}: a formula imports {name[0]}; formulas read no files")
    return lines


def test_imports_go_one_way() -> None:
    assert complaints(PACKAGE) == []


def test_table_names_each_module_once() -> None:
    names = [module for row in LAYERS for module in row]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("rates.py", "from aicost.bill import Bill", "imports bill, which does not stand below"),
        ("prices.py", "import aicost.show.charts", "imports show, which does not stand below"),
        ("rates.py", "def f():\n    from . import kinds", ":2: imports kinds"),
        ("prices.py", "from .book import Book", None),
        ("prices.py", "from aicost import Bill", "imports 'Bill', which stands in no row"),
        ("stray.py", "", "'stray' stands in no row of LAYERS"),
        ("log/read.py", "from aicost.bill import Bill", "imports bill, which does not stand below"),
        ("log/read.py", "from ..scenario import Scenario\nfrom . import price", None),
        ("bridge.py", "from aicost.log import read", "imports log"),
        ("__init__.py", "from aicost.show import page", "loads show, which is not core"),
        ("__init__.py", "from .bill import Bill\nfrom aicost.scaling import sweep", None),
        ("components/caching.py", "from .inference import usd", "its sibling inference"),
        ("components/caching.py", "from aicost.components import inference", "its sibling"),
        ("components/retrieval.py", "from .stores import usd\nfrom .base import Stage", None),
        ("components/stores.py", "import aicost.components", "imports the components package"),
        ("components/__init__.py", "from . import stores\nfrom .base import Stage", None),
        ("components/stores.py", "from pathlib import Path", "formulas read no files"),
        ("cli.py", "import yaml\nfrom aicost.show import page", None),
    ],
)
def test_checker_finds_what_it_is_for(
    tmp_path: Path, file: str, text: str, expected: str | None
) -> None:
    package = tmp_path / "aicost"
    (package / file).parent.mkdir(parents=True)
    (package / file).write_text(text)
    found = complaints(package)
    if expected is None:
        assert not found
    else:
        assert len(found) == 1
        assert expected in found[0]
