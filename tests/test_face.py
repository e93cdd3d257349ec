"""The face of the package: few names, each loaded when it is used, none in a module's way."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from places import PACKAGE
from test_docstrings import modules
from test_install import python

import aicost

HEAVY = {"pandas", "altair", "papermill", "scipy"}


def packages() -> list[ModuleType]:
    """Return the package itself and every package in it."""
    return [aicost, *(module for module in modules() if hasattr(module, "__path__"))]


def hidden(package: ModuleType) -> Iterator[str]:
    """Yield the modules of a package in whose place its `__init__` hands on something else."""
    for found in pkgutil.iter_modules(package.__path__):
        handed_on = vars(package).get(found.name)
        if handed_on is not None and not isinstance(handed_on, ModuleType):
            yield f"{package.__name__}.{found.name}"


def test_the_face_has_its_names_and_no_other() -> None:
    assert dir(aicost) == sorted(aicost.__all__)
    assert len(aicost.__all__) == len(set(aicost.__all__))
    assert [name for name in aicost.__all__ if getattr(aicost, name, None) is None] == []


def test_completion_stays_the_same_whatever_is_imported() -> None:
    code = "import aicost; before = dir(aicost)[:]; import aicost.billing.walk, aicost.show"
    code += "; aicost.load; print(before == dir(aicost), *before)"
    said, *names = python(code).split()
    assert said == "True"
    assert names == sorted(aicost.__all__)


@pytest.mark.parametrize("name", ["bill", "Bill", "Scenario", "numpy", "lod"])
def test_what_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(AttributeError, match=f"module 'aicost' has no attribute '{name}'"):
        getattr(aicost, name)


def test_import_loads_nothing_heavy() -> None:
    loaded = set(python("import aicost, sys; print(*sys.modules)").split())
    assert loaded & HEAVY == set()
    assert {name for name in loaded if name.startswith("aicost.")} == set()


def test_charts_are_there_before_anything_else_is_loaded() -> None:
    assert "time_curves" in python("import aicost; print(aicost.charts.__all__)")


def test_a_type_checker_reads_the_names_where_they_are_loaded_from() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    (typed,) = [node for node in tree.body if isinstance(node, ast.If)]
    told = {
        alias.name: (node.module or "").removeprefix("aicost.")
        for node in typed.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert told == aicost._LIVES_IN
    assert told.keys() | {"__version__"} == set(aicost.__all__)


def test_no_package_hands_on_the_name_of_one_of_its_modules() -> None:
    assert [name for package in packages() for name in hidden(package)] == []
    here = {found.name for found in pkgutil.iter_modules(aicost.__path__)}
    assert here & set(aicost.__all__) == set()


def test_import_as_gives_a_module() -> None:
    for name in aicost.__all__:
        getattr(aicost, name)  # what was loaded stands in the way of no module
    others = []
    for name in [module.__name__ for module in modules()]:
        given: dict[str, object] = {}
        exec(f"import {name} as given", given)
        if given["given"] is not importlib.import_module(name):
            others.append(name)
    assert others == []


def test_checker_finds_what_it_is_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    folder = tmp_path / "hiding_place"
    folder.mkdir()
    (folder / "price.py").write_text("def price(): ...\n")
    (folder / "bill.py").write_text("def bills(): ...\n")
    lines = "from hiding_place.price import price\nfrom hiding_place.bill import bills\n"
    (folder / "__init__.py").write_text(lines)
    assert [*hidden(importlib.import_module("hiding_place"))] == ["hiding_place.price"]
