"""What is installed is what is imported: the base for a bill and a page, [kit] behind a guard."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from places import PACKAGE, ROOT
from test_install import python

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
#: Modules that only running notebooks and sliders load: a page alone needs nothing they import.
GUARDED = {
    "show/review/behind.py",
    "show/review/chapter_page.py",
    "show/review/chapters.py",
    "show/workshop/slider.py",
}
#: Of [kit], what a person starts, with where they are told to.
NOT_IMPORTED = {"jupyterlab": "README.md"}
#: What a refresh of prices reads, where a developer has it.
DEV_ONLY = {"genai-prices": {"book/genai_prices.py", "book/genai_names.py"}}


def named(lines: list[str]) -> set[str]:
    """Return the names of requirements."""
    return {re.split(r"[<>=!~;\[ ]", line)[0].lower() for line in lines}


BASE, KIT = named(PROJECT["dependencies"]), named(PROJECT["optional-dependencies"]["kit"])


def imported(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield the top name of each module that a file imports, and whether at its top level."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = {id(n) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], id(node) not in inner) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0], id(node) not in inner
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "importlib.import_module":
            words = ast.unparse(node.args[0])
            if words.startswith("'"):  # a name, not one that is put together
                yield words.strip("'").split(".")[0], id(node) not in inner


def distributions() -> dict[str, set[tuple[str, bool]]]:
    """Return every package of others with where it is imported, and whether at the top level."""
    known, found = packages_distributions(), dict[str, set[tuple[str, bool]]]()
    for path in PACKAGE.rglob("*.py"):
        for name, top in imported(path):
            if name not in sys.stdlib_module_names and name not in (PACKAGE.name, "__future__"):
                package = known.get(name, [name])[0].lower().replace("_", "-")
                here = path.relative_to(PACKAGE).as_posix()
                found.setdefault(package, set()).add((here, top))
    return found


FOUND = distributions()


def test_what_is_imported_is_declared_and_nothing_else() -> None:
    assert set(FOUND) - set(DEV_ONLY) == (BASE | KIT) - set(NOT_IMPORTED)
    assert not BASE & KIT
    for package, where in DEV_ONLY.items():
        assert package in named(PROJECT["optional-dependencies"]["dev"])
        assert FOUND[package] == {(here, False) for here in where}


def test_what_is_not_imported_is_used_by_its_name() -> None:
    for package, file in NOT_IMPORTED.items():
        assert package in KIT
        assert package in (ROOT / file).read_text(encoding="utf-8")


def test_the_kit_is_imported_behind_a_guard_alone() -> None:
    for package in KIT & set(FOUND):
        assert [here for here, top in FOUND[package] if top and here not in GUARDED] == []
    for package in BASE:
        assert any(here not in GUARDED for here, _ in FOUND[package])


def test_without_the_kit_everything_else_is_there() -> None:
    """And each way to what is missing says what to install."""
    tops = {top for top, of in packages_distributions().items() if of[0].lower() in KIT}
    tops |= {"vl_convert", "bs4", "jupyter_client", "jupyterlab"}
    code = f"""
import importlib, pkgutil, sys
sys.modules.update(dict.fromkeys({sorted(tops)}))
import aicost
for found in pkgutil.walk_packages(aicost.__path__, "aicost."):
    if found.name.endswith("__main__"):
        continue
    try:
        importlib.import_module(found.name)
    except ImportError as problem:
        print(found.name)
"""
    lost = {f"{name.removeprefix('aicost.').replace('.', '/')}.py" for name in python(code).split()}
    assert lost == GUARDED
