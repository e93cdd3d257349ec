"""Docstrings are read by a machine: one sentence, every argument with its unit, a doctest.

Everything public says in one sentence what it is. A *formula* says more: each argument under
Parameters with a `[unit]` (or, where it has none, its type: `[Path]`), Returns, and a doctest.
A formula is any public function of FORMULA_MODULES, and elsewhere each that takes keywords only.
A section of the scenario says what each of its fields means.
"""

import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

import aicost
from aicost.values.section import Section

FORMULA_MODULES = re.compile(
    r"aicost\.(formulas\.(?!crossings\b)|"
    r"components\.(?!(stage|flow|unit_prices|thinking|modalities|call_fees|beside_price|"
    r"large_calls|cache_doubts)\b)\w+)\b"
)
PLUMBING = re.compile(r"aicost\.(show|log|cli|scenario|__main__)\b")  # one sentence will do
BRACKETED = re.compile(r"\[[^\]\s][^\]]*\]")


def modules() -> list[ModuleType]:
    """Return every module of the package."""
    found = pkgutil.walk_packages(aicost.__path__, "aicost.")
    return [importlib.import_module(m.name) for m in found if not m.name.endswith("__main__")]


def public(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Yield name and object of what a module defines for others."""
    for name, thing in vars(module).items():
        defined_here = getattr(thing, "__module__", None) == module.__name__
        if (
            defined_here
            and not name.startswith("_")
            and (inspect.isclass(thing) or inspect.isroutine(inspect.unwrap(thing)))
        ):
            yield f"{module.__name__}.{name}", thing


def arguments(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """Return a function's parameters, `self` and `cls` aside."""
    taken = inspect.signature(function).parameters.values()
    return [p for p in taken if p.name not in ("self", "cls")]


def is_formula(name: str, function: Callable[..., Any]) -> bool:
    """Say whether a public function owes its units."""
    taken = arguments(function)
    if not taken or PLUMBING.match(name):
        return False
    keywords_only = all(p.kind is p.KEYWORD_ONLY for p in taken)
    return keywords_only or bool(FORMULA_MODULES.match(name))


def sections(text: str) -> dict[str, str]:
    """Split a docstring at its underlined headings; the part before them is ''."""
    parts = re.split(r"^(\w[\w ]*)\n-{3,}$", inspect.cleandoc(text), flags=re.MULTILINE)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def entries(section: str) -> dict[str, str]:
    """Return the arguments a Parameters section lists, each with its type and description."""
    found: dict[str, str] = {}
    for head, body in re.findall(r"^(\S.*)\n((?:[ \t]+.*\n?|\n)*)", section + "\n", re.MULTILINE):
        names, _, kind = head.partition(":")
        found |= {name.strip(" *"): f"{kind}\n{body}" for name in names.split(",")}
    return found


def summary_faults(text: str | None) -> Iterator[str]:
    """Yield what is wrong with a docstring's first line."""
    first = inspect.cleandoc(text or "").partition("\n")[0]
    if not first:
        yield "has no docstring"
    elif not first.endswith("."):
        yield f"its first line is not a sentence: {first!r}"


def formula_faults(function: Callable[..., Any]) -> Iterator[str]:
    """Yield what a formula's docstring leaves out."""
    parts = sections(function.__doc__ or "")
    listed = entries(parts.get("Parameters", ""))
    names = [p.name for p in arguments(function)]
    for name in names:
        if name not in listed:
            yield f"{name!r} is not listed under Parameters"
        elif not BRACKETED.search(listed[name]):
            yield f"{name!r} has no [unit] under Parameters"
    yield from (f"Parameters lists {n!r}, which it does not take" for n in listed.keys() - names)
    if not BRACKETED.search(parts.get("Returns", "")):
        yield "has no Returns section with a [unit]"
    if ">>> " not in parts.get("Examples", ""):
        yield "has no Examples section with a doctest"


def class_faults(cls: type) -> Iterator[str]:
    """Yield methods without a sentence and, in a section of the scenario, fields without one."""
    for name, member in vars(cls).items():
        function = getattr(member, "__func__", member)
        if name.startswith("_") or not inspect.isfunction(function) or not arguments(function):
            continue
        if not inspect.getdoc(getattr(cls, name)):  # an override may rest on its base's words
            yield f"method {name!r} has no docstring"
    if issubclass(cls, Section):
        own = {f.name for f in dataclasses.fields(cls)} - {
            f.name for f in dataclasses.fields(Section)
        }
        for field in dataclasses.fields(cls):
            plain = field.name == "name"  # every stage has one; the file gives it as the key
            if field.name in own and not plain and not field.metadata.get("doc"):
                yield f"field {field.name!r} has no doc"


def faults(name: str, thing: Any) -> list[str]:
    """Return all that is wrong with one public thing's docstring."""
    found = list(summary_faults(thing.__doc__))
    if inspect.isclass(thing):
        found += class_faults(thing)
    elif is_formula(name, thing):
        found += formula_faults(thing)
    return [f"{name}: {fault}" for fault in found]


def test_every_public_docstring() -> None:
    found = [pair for module in modules() for pair in public(module)]
    names = dict(found)
    some = {"aicost.paths.data_dir", "aicost.values.quantities.mean"}
    assert some | {"aicost.values.section.Section"} <= names.keys()
    wrong = [line for name, thing in found for line in faults(name, thing)]
    assert "\n".join(wrong) == ""


def test_formulas_are_found() -> None:
    every = [pair for module in modules() for pair in public(module)]
    formulas = [n for n, thing in every if inspect.isfunction(thing) and is_formula(n, thing)]
    assert "aicost.components.stage.attempts" in formulas


GOOD = """Return the offered load.

    Parameters
    ----------
    calls_per_hour, peak : scalar or array
        Arrivals. [calls/h]
    hold_s : scalar or array
        Time of one call. [s]

    Returns
    -------
    scalar or array
        Offered load. [erlang]

    Examples
    --------
    >>> 1 + 1
    2
    """


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("", "", None),
        ("load.\n", "load\n", "its first line is not a sentence: 'Return the offered load'"),
        ("hold_s :", "held_s :", "'hold_s' is not listed under Parameters"),
        (" [calls/h]", "", "'peak' has no [unit] under Parameters"),
        (" [erlang]", "", "has no Returns section with a [unit]"),
        ("Returns", "Yields", "has no Returns section with a [unit]"),
        (">>> ", "", "has no Examples section with a doctest"),
        (", peak", ", peak, bottom", "Parameters lists 'bottom', which it does not take"),
    ],
)
def test_checker_finds_what_it_is_for(old: str, new: str, fault: str | None) -> None:
    def load(*, calls_per_hour: float, peak: float, hold_s: float) -> float:
        return calls_per_hour * peak * hold_s

    load.__doc__ = GOOD.replace(old, new)
    found = faults("aicost.anywhere.load", load)
    if fault is None:
        assert found == []
    else:
        assert f"aicost.anywhere.load: {fault}" in found


def test_checker_reads_fields_and_methods() -> None:
    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Desk(Section):
        """A desk."""

        seats: float = 1.0

        def cost(self, wage: float) -> float:
            return self.seats * wage

    assert faults("aicost.desk.Desk", Desk) == [
        "aicost.desk.Desk: method 'cost' has no docstring",
        "aicost.desk.Desk: field 'seats' has no doc",
    ]
