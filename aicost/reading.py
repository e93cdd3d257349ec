"""The text of a scenario: keys, text and line numbers, and problems that name them.

YAML's own typing is never used: a value is the text as it stands in the file.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

MOST_BYTES = 1_000_000
MOST_LEVELS = 24


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file, and what to do about it."""

    file: str
    line: int
    key: str
    wrong: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.wrong}; {self.remedy}"


class ScenarioError(ValueError):
    """A scenario that cannot be used, one line per independent problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.file, p.line)))
        super().__init__("\n".join(str(p) for p in self.problems))


@dataclass(frozen=True, slots=True)
class Node:
    """A text, a mapping or a list, and the line it starts on."""

    line: int
    value: str | dict[str, Node] | list[Node]

    @property
    def text(self) -> str | None:
        return self.value if isinstance(self.value, str) else None

    @property
    def entries(self) -> dict[str, Node]:
        return self.value if isinstance(self.value, dict) else {}


def nearest(word: str, names: Iterable[str]) -> str:
    """Return `did you mean …?` for the nearest name, or the names themselves.

    >>> nearest("modle", ["model", "price"])
    "did you mean 'model'?"
    """
    known = list(names)
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    shown = ", ".join(known[:24])
    return f"use one of: {shown}" if known else "remove it"


def read_tree(path: Path) -> Node:
    """Read a YAML file into nodes. Raises ScenarioError with the line that is wrong."""
    file = str(path)

    def fail(line: int, key: str, wrong: str, remedy: str) -> ScenarioError:
        return ScenarioError([Problem(file, line, key, wrong, remedy)])

    try:
        raw = path.read_bytes()
    except OSError as error:
        what = error.strerror or "cannot be read"
        raise fail(1, "file", what.lower(), "check the path") from None
    if len(raw) > MOST_BYTES:
        raise fail(1, "file", f"{len(raw):,} bytes, more than 1 MB", "keep one system per file")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise fail(line, "file", "not UTF-8 text", "save it as UTF-8") from None
    try:
        return _Builder(file).build(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        wrong = (error.problem or "not YAML").replace("\n", " ")
        remedy = "check indentation, colons and quotes"
        raise fail(line, "file", f"not readable as YAML ({wrong})", remedy) from None
    except yaml.YAMLError as error:
        position = getattr(error, "position", 0)
        line = text[:position].count("\n") + 1
        remedy = "remove characters that do not print"
        raise fail(line, "file", "a character YAML does not allow", remedy) from None


def _line(event: Any) -> int:
    return event.start_mark.line + 1


class _Builder:
    """Builds nodes from YAML events, refusing what a scenario has no use for."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def build(self, text: str) -> Node:
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=yaml.SafeLoader))
        next(self.events)  # stream start
        event = next(self.events)
        if isinstance(event, yaml.StreamEndEvent):
            self._fail(1, "file", "it is empty", "start with name: and kind:")
        root = self._node(next(self.events), 0, "file")
        next(self.events)  # document end
        event = next(self.events)
        if not isinstance(event, yaml.StreamEndEvent):
            line = _line(event)
            self._note(line, "file", "a second document starts here", "keep one system per file")
        if not isinstance(root.value, dict):
            self._note(root.line, "file", "not a list of keys", "start with name: and kind:")
        if self.problems:
            raise ScenarioError(self.problems)
        return root

    def _note(self, line: int, key: str, wrong: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, line, key, wrong, remedy))

    def _fail(self, line: int, key: str, wrong: str, remedy: str) -> None:
        self._note(line, key, wrong, remedy)
        raise ScenarioError(self.problems)

    def _node(self, event: Any, level: int, key: str) -> Node:
        line = _line(event)
        if level > MOST_LEVELS:
            self._fail(line, key, f"nested more than {MOST_LEVELS} deep", "write it flatter")
        if isinstance(event, yaml.AliasEvent):
            self._note(line, key, f"an alias (*{event.anchor})", "write the value out")
            return Node(line, "")
        if getattr(event, "anchor", None):
            self._note(line, key, f"an anchor (&{event.anchor})", "write the value out")
        if getattr(event, "tag", None):
            self._note(line, key, f"a tag ({event.tag})", "write the value alone")
        if isinstance(event, yaml.ScalarEvent):
            return Node(line, event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
                items.append(self._node(event, level + 1, key))
            return Node(line, items)
        return Node(line, self._mapping(level, key))

    def _mapping(self, level: int, path: str) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                line = _line(event)
                self._fail(line, path, "a key that is not a word", "write key: value")
            key, line = event.value, _line(event)
            here = key if level == 0 else f"{path}.{key}"
            node = self._node(next(self.events), level + 1, here)
            if key in entries:
                first = entries[key].line
                self._note(line, here, f"written twice, first on line {first}", "keep one")
            else:
                entries[key] = Node(line, node.value) if node.text is not None else node
        return entries
