"""docs/names.md lists every argument of a formula once, and nothing else."""

import inspect
import re
from collections import Counter, defaultdict

from places import ROOT
from test_docstrings import BRACKETED, arguments, entries, is_formula, modules, public, sections

NAMES = ROOT / "docs" / "names.md"
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def used() -> dict[str, dict[str, str]]:
    """Return every argument of a formula: formula → unit that its docstring states."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for module in modules():
        for name, thing in public(module):
            if inspect.isfunction(thing) and is_formula(name, thing):
                words = entries(sections(thing.__doc__ or "").get("Parameters", ""))
                for argument in arguments(thing):
                    stated = BRACKETED.findall(words.get(argument.name, ""))
                    found[argument.name][name] = stated[-1][1:-1] if stated else ""
    return found


def rows() -> list[tuple[str, str, str]]:
    """Return name, unit and meaning of the table's rows, in its order."""
    return ROW.findall(NAMES.read_text(encoding="utf-8"))


def listed() -> list[str]:
    """Return the names of the table, in its order."""
    return [name for name, _, _ in rows()]


def test_table_is_read_whole() -> None:
    lines = NAMES.read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line.startswith("|")][2:]) == len(rows())


def test_every_argument_is_listed() -> None:
    found = used()
    assert "retry" in found
    missing = {name: [*where] for name, where in found.items() if name not in listed()}
    assert missing == {}


def test_a_name_has_one_unit() -> None:
    units = {name: unit for name, unit, _ in rows()}
    other = [
        f"{formula}: {name!r} is in [{unit}], docs/names.md says {units[name]}"
        for name, formulas in used().items()
        for formula, unit in formulas.items()
        if name in units and unit != units[name]
    ]
    assert other == []


def test_every_listed_name_is_an_argument() -> None:
    assert sorted(set(listed()) - used().keys()) == []


def test_each_name_stands_once_and_in_order() -> None:
    assert [name for name, times in Counter(listed()).items() if times > 1] == []
    assert listed() == sorted(listed())
