"""A scenario with some of its values set otherwise, read and checked as those of a file are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import takewhile
from typing import Any, NoReturn

import numpy as np

from aicost.book.book import Book
from aicost.components.flow import Rounds
from aicost.components.stage import Stage, kind_word
from aicost.components.traffic import BY_REQUEST
from aicost.scenario.agreement import disagreements
from aicost.scenario.checks import verify
from aicost.scenario.currency import worth_at
from aicost.scenario.in_code import NO_LINE, is_many, node_of
from aicost.scenario.kinds import kind_stage
from aicost.scenario.model_names import named
from aicost.scenario.problems import Problem, ScenarioError, expect
from aicost.scenario.scenario import Scenario, what_if
from aicost.scenario.section_reader import Filler, odd_mix, written
from aicost.scenario.yaml_tree import Node, odd_text, tree_of
from aicost.values.named import Named
from aicost.values.quantities import Quantity, Spread, Value, ends
from aicost.values.section import Origin, Section
from aicost.values.spelling import MOST

#: What the rest of a file is built around, and so cannot be set afterwards.
ONLY_IN_THE_FILE = ("profile", "of", "pool")
UNKNOWN = "unknown"

Place = Callable[[str], str]  # from the key of a setting to where it was written


def changed(
    scenario: Scenario,
    book: Book,
    settings: Mapping[str, Any],
    place: Place = lambda key: "at()",
) -> Scenario:
    """The scenario with fields set to what a file could say of them, or to arrays of one length.

    Raises KeyError for a field that is not there, ScenarioError with one line per problem, each
    at the `place` of its setting; TypeError for what is no mapping.
    """
    expect(settings, Mapping, 'values are set by their paths, as {"users": 9_000}')
    reader = _Reader(_with_room(scenario, settings), book, place)
    for key, value in settings.items():
        reader.set(key, value)
    return reader.changed()


def _with_room(scenario: Scenario, settings: Iterable[str]) -> Scenario:
    """The scenario with nothing under each name that is set in a part of a stage that takes any."""
    for stage in scenario.stages:
        for field in (name for name, cls in stage.nested().items() if issubclass(cls, Named)):
            ahead, held = f"{stage.name}.{field}.", getattr(stage, field)
            names = [str(key)[len(ahead) :] for key in settings if str(key).startswith(ahead)]
            for name in filter(None, (one.partition(".")[0] for one in names)):
                held = held.with_room(name)
            if held is not getattr(stage, field):
                scenario = scenario.with_stage(replace(stage, **{field: held}))
    return scenario


class _Noted(Exception):
    """What is wrong has been noted."""


class _Reader(Filler):
    """Reads settings one by one, and holds what they make together against the rest."""

    def __init__(self, scenario: Scenario, book: Book, place: Place) -> None:
        super().__init__("", has_lines=False)
        self.kind, self.book = scenario.kind, book
        self.worth = worth_at(scenario.money, book)
        self.scenario, self.place = scenario, place
        self.sections = {path: (part, name) for path, part, name, _ in scenario.fields}
        self.values: dict[str, Value] = {}
        self.origins: dict[str, Origin] = {}
        self.places: dict[str, str] = {}

    # ---- one setting

    def set(self, key: str, value: Any) -> None:
        """Read what one field, or one end of a spread, is set to."""
        full, end = self.scenario.resolved(key)
        path = f"{full}.{end}" if end else full
        self.file = self.place(key)
        with suppress(_Noted):
            if why := self._no_effect(full):
                self._refuse(path, *why)
            if path in self.places:
                self._refuse(path, "it is set twice", "keep one")
            value = value.strip() if isinstance(value, str) else value
            self.values[full] = (
                self._with_end(full, end, value) if end else self._field(full, value)
            )
        self.places[path] = self.file

    def _no_effect(self, path: str) -> tuple[str, str] | None:
        """Why a field would be set and then never looked at."""
        if path.rpartition(".")[2] in ONLY_IN_THE_FILE:
            return "the file is built around it", "change it in a copy of the file"
        scale = self.scenario.traffic.scale
        ignored = {
            "users": tuple(f"traffic.{field}" for field in BY_REQUEST),
            "requests_per_month": ("traffic.users", "traffic.requests_per_user_month"),
        }[scale]
        if path in ignored:
            return f"this file counts {scale.partition('_')[0]}", f"set {scale}"
        beside = [f for f in BY_REQUEST if f"traffic.{f}" in {path, *self.places}]
        return (f"{' and '.join(beside)} are set", "keep one") if beside[1:] else None

    def _with_end(self, full: str, end: str, value: Any) -> Spread:
        """A spread with another p50 or p95."""
        path, now = f"{full}.{end}", self.values.get(full, self.scenario.get(full))
        if not isinstance(now, Spread):
            self._refuse(path, "it is one number, not a spread", f"set {full}")
        if isinstance(value, str) and value == UNKNOWN:
            self._refuse(path, "half a mix is unknown", f"set {full} to unknown")
        section, name = self.sections[full]
        meaning = replace(section.quantities()[name], spread=False)
        return replace(now, **{end: self._value(path, value, meaning)})

    def _field(self, full: str, value: Any) -> Value:
        """A whole field; what is unknown is what is usual for the kind."""
        section, name = self.sections[full]
        meaning = section.quantities()[name]
        if isinstance(value, str) and value == UNKNOWN and not meaning.flag:
            return self._usual(full, section, name)
        if isinstance(value, Spread) and meaning.spread:
            one = replace(meaning, spread=False)
            p50, p95 = (
                self._value(f"{full}.{end}", getattr(value, end), one) for end in ("p50", "p95")
            )
            return Spread(p50, p95)
        return self._value(full, value, meaning)

    def _usual(self, full: str, section: Section, name: str) -> Value:
        """What stands in for a field that nobody knows."""
        owner, meaning = full.removesuffix(f".{name}"), section.quantities()[name]
        said = kind_stage(self.kind, owner).get(name) if isinstance(section, Stage) else None
        if said is not None and said.text is not None:
            self.origins[full] = Origin("assumed", f"kind {self.kind}")
            return said.text
        word = kind_word(type(section)) if isinstance(section, Stage) else ""
        owner = f"{owner}.loop" if isinstance(section, Rounds) else owner
        node = Node(NO_LINE, {name: Node(NO_LINE, UNKNOWN)})
        values: dict[str, Value] = {}
        origins: dict[str, Origin] = {}
        before = len(self.problems)
        beside = _said(section) | {k.removeprefix(f"{owner}.") for k in self.values}
        self.fill(type(section), meaning, f"{owner}.{name}", word, node, values, origins, beside)
        if len(self.problems) > before:
            raise _Noted
        self.origins |= {full: origins[name]} if name in origins else {}
        return values[name]

    # ---- values

    def _value(self, path: str, value: Any, meaning: Quantity) -> Value:
        """A value as a file has it, or an array of numbers."""
        if is_many(value):
            return self._array(path, value, meaning)
        if isinstance(value, str) and (odd := odd_text(value)):
            self._refuse(path, *odd)
        braces = isinstance(value, str) and value.startswith("{")
        node = self._braces(path, value) if braces else node_of(value)
        if node.text == "" == meaning.unit and not (meaning.flag or meaning.choices):
            return ""  # as if the name had not been written; a file leaves the key out
        before = len(self.problems)
        found, _ = self.read(node, meaning, path)
        if len(self.problems) > before:
            raise _Noted
        return found

    def _braces(self, path: str, value: str) -> Node:
        """What a file has in braces, such as {p50: 250, p95: 900}."""
        try:
            return tree_of(value, self.file)
        except ScenarioError as error:
            (first, *_) = error.problems
            self._refuse(path, first.wrong, first.remedy)

    def _array(self, path: str, values: Any, meaning: Quantity) -> np.ndarray:
        """An array of numbers that a file could hold one by one."""
        if not meaning.unit:
            self._refuse(path, "a name has one value, not several", "make a case of each")
        try:
            array = np.asarray(values)
        except ValueError:  # rows of several lengths
            array = np.empty((0, 0))
        column = array.ndim == 2 and array.shape[1] == 1  # beside an axis of draws, if any
        if array.ndim != 1 and not column:
            self._refuse(path, "an array of more than one axis", "give a list of numbers")
        if not array.size:
            self._refuse(path, "an empty list", "give it at least one number")
        if array.dtype.kind not in "iuf":
            return np.asarray([self._entry(path, value, meaning) for value in values])
        array = array.astype(float)
        most = 1.0 if meaning.unit == "share" else MOST  # a share above one needs its %
        good = (array >= meaning.low) & (array <= min(meaning.high, most))
        for value in array[~good]:
            self._value(path, value, meaning)
        return array * self.worth("") if meaning.is_money else array

    def _entry(self, path: str, value: Any, meaning: Quantity) -> float:
        """A plain number of a list."""
        found = self._value(path, value, meaning)
        if not isinstance(found, float):
            self._refuse(path, f"{value!r} in a list", "give plain numbers")
        return found

    # ---- all of them together

    def changed(self) -> Scenario:
        """The scenario as it is set, held against itself and its prices."""
        for full, value in self.values.items():
            if isinstance(value, Spread) and (wrong := odd_mix(value.p50, value.p95)):
                self._blame(full, *wrong)
        self.stop()
        scenario = named(self._filled_anew(self.scenario.at(self.values, self._said)), self.book)
        if any(isinstance(value, str) for value in self.values.values()):
            scenario = scenario.recounted(self.scenario)
        self._one_length(scenario)
        self.stop()
        grows = any(path.startswith("growth.") for path in self.values)
        for path, *why in disagreements(scenario):
            if path != "growth" or grows:  # scans ask what today would be, of no plan from there
                self._blame(path, *why)
        self.stop()
        try:
            verify(scenario, self.book)
        except ScenarioError as error:
            for found in error.problems:
                self._blame(found.key, found.wrong, found.remedy)
        self.stop()
        return scenario

    def _filled_anew(self, scenario: Scenario) -> Scenario:
        """The scenario with what stands in for a field, where a setting asks for another."""
        for stage in scenario.stages:
            before = self.scenario.stage(stage.name)
            cls, was, now = type(stage), _said(before), _said(stage)
            for name in cls.nothing_of(_inside(stage)):
                set_here = f"{stage.name}.{name}" in self.values or not _stands_in(stage, name)
                if not set_here and name not in cls.nothing_of(_inside(before)):
                    origins = {k: v for k, v in stage.origins.items() if k != name}
                    stage = replace(stage, origins=origins, **{name: 0.0})  # type: ignore[arg-type]
            for name in stage.quantities():
                usual = cls.usual_field(name, now)
                said = f"{stage.name}.{name}" in self.values or not _stands_in(stage, name)
                if said or usual == cls.usual_field(name, was):
                    continue
                origins = {k: v for k, v in stage.origins.items() if k != name}
                new: dict[str, Any] = {}
                path, word = f"{stage.name}.{name}", kind_word(cls)
                empty = Node(NO_LINE, {})
                self.fill(cls, cls.quantities()[name], path, word, empty, new, origins, now)
                stage = replace(stage, origins=origins, **new)
            scenario = scenario.with_stage(stage)
        return scenario

    def _said(self, path: str) -> Origin:
        value = self.values[path]
        plain = not any(isinstance(end, np.ndarray) for end in ends(value))
        meaning = self.sections[path][0].quantities()[self.sections[path][1]]
        told = replace(what_if(path), written=written(value, meaning) if plain else "")
        return self.origins.get(path, told)

    def _one_length(self, scenario: Scenario) -> None:
        """Note arrays that cannot stand side by side."""
        arrays = list(_arrays(scenario))
        for path, array in arrays:
            for other, beside in arrays:
                if not _fit(array, beside) and path in self.values:
                    wrong = f"{array.shape[0]:,} values beside {beside.shape[0]:,} of {other}"
                    self._blame(path, wrong, "give them one length")
                    return

    def _refuse(self, path: str, wrong: str, remedy: str) -> NoReturn:
        self.note(NO_LINE, path, wrong, remedy)
        raise _Noted

    def _blame(self, path: str, wrong: str, remedy: str) -> None:
        """Note what is wrong at the setting that is nearest to it."""
        near = max(self.places, key=lambda one: _shared(one, path))
        self.problems.append(Problem(self.places[near], NO_LINE, path, wrong, remedy))


def _arrays(scenario: Scenario) -> Iterator[tuple[str, np.ndarray]]:
    """Yield every array of a scenario with the path of its field."""
    for path, _, _, value in scenario.fields:
        yield from ((path, end) for end in ends(value) if isinstance(end, np.ndarray))


def _said(section: Section) -> set[str]:
    """The fields of a section that hold something."""
    return {name for name in section.quantities() if getattr(section, name) is not None}


def _inside(section: Section) -> set[str]:
    """What sections inside a section say, as FIELD.FIELD, or FIELD.NAME."""
    held = {field: getattr(section, field) for field in section.nested()}
    said = {k: v.said if isinstance(v, Named) else _said(v) for k, v in held.items() if v}
    return {f"{field}.{name}" for field, names in said.items() for name in names}


def _stands_in(section: Section, name: str) -> bool:
    """Say whether a field holds what is usual, which nobody said, or its neutral default."""
    origin = section.origins.get(name)
    return origin is None or (origin.basis == "assumed" and origin.line is None)


def _shared(one: str, other: str) -> int:
    """How many parts two paths have in common from the left."""
    pairs = zip(one.split("."), other.split("."), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _fit(one: np.ndarray, other: np.ndarray) -> bool:
    """Say whether two arrays can stand side by side."""
    pairs = zip(one.shape[::-1], other.shape[::-1], strict=False)
    return all(a == b or 1 in (a, b) for a, b in pairs)
