"""The text of a scenario: keys, text and line numbers, and problems that name them.

YAML's own typing is never used: a value is the text as it stands in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

from aicost.scenario.problems import Problem, ScenarioError
from aicost.values.hidden import hidden, look

MOST_BYTES = 1_000_000
MOST_LEVELS = 24
MOST_KEYS = 1_000  # of a file: of a hundred stages, and more than anybody has
MOST_LETTERS = 200
#: The parser of libyaml, some ten times as quick, where PyYAML has it.
QUICK: Any = getattr(yaml, "CSafeLoader", None)


@dataclass(frozen=True, slots=True)
class Foreign:
    """What a program wrote and no file could hold: how it looks, and what to write instead."""

    shown: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Node:
    """A text, a mapping or a list, and the line of its key."""

    line: int
    value: str | dict[str, Node] | list[Node] | Foreign

    @property
    def text(self) -> str | None:
        return self.value if isinstance(self.value, str) else None

    @property
    def entries(self) -> dict[str, Node]:
        return self.value if isinstance(self.value, dict) else {}


def odd_text(text: str) -> tuple[str, str] | None:
    """What is wrong with a text as a key or a value, and what to do about it."""
    if len(text) > MOST_LETTERS:
        return f"{len(text):,} letters long", "shorten it"
    if any(letter in text for letter in "\n\r\x85\u2028\u2029"):
        return "a line break", "write it on one line"
    if unseen := hidden(text):
        return f"a character that does not print, {unseen}", "remove it"
    return None


def read_tree(path: Path) -> Node:
    """Read a YAML file into nodes. Raises ScenarioError with the line that is wrong."""
    return tree_of(_Builder(str(path)).read(path), str(path))


def tree_of(text: str, file: str) -> Node:
    """The nodes of a text. Raises ScenarioError with the line of `file` that is wrong.

    >>> tree_of("{p50: 1, p95: 2}", "--set").entries["p95"].text
    '2'
    """
    if QUICK and not {"\t", "?"} & {*text}:  # letters that it takes where PyYAML does not
        with suppress(yaml.YAMLError):  # why it does not is said in PyYAML's words
            return _Builder(file).build(text, QUICK)
    builder = _Builder(file)
    try:
        return builder.build(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        builder.note(*_why_no_yaml(error))
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        wrong = f"a character that does not print, {hidden(chr(error.character)) or 'no letter'}"
        builder.note(line, "file", wrong, "remove it")
    except ScenarioError:
        raise
    except (OverflowError, ValueError):  # PyYAML, at "\UFFFFFFFF"
        line = builder.loader.line + 1
        builder.note(line, "file", "an escape for no character", "write the character itself")
    raise ScenarioError(builder.problems)


#: What PyYAML says, in our words; `@` marks what is reported on the line where it was opened.
_YAML_WORDS = (
    (r"found character '\\t'", "a tab", "indent with spaces"),
    (r"found character (.+) that cannot", "a value cannot start with {0}", "put it in quotes"),
    (r"escape", "a backslash that means nothing", "write two of them"),
    (r"@scanning a quoted scalar", "a quote that is not closed", "close it on the same line"),
    (
        r"@parsing a flow",
        "a bracket that is not closed, or a comma too many or too few",
        "check brackets and commas from here on",
    ),
    (r"@could not find expected ':'", "a line without a colon", "write key: value"),
    (
        r"mapping values are not",
        "a second colon, or a line that is indented too far",
        "put text that holds a colon in quotes, and align the keys",
    ),
    (r"but found '(?:<scalar>|\}|\])'", "more after a value's end", "check brackets and quotes"),
    (r"but found '-'", "a list among keys", "write key: value"),
    (r"expected <block end>", "a line indented like none above", "align the keys of a section"),
)


def _why_no_yaml(error: yaml.MarkedYAMLError) -> tuple[int, str, str, str]:
    """Line, key, what is wrong and remedy of a text that is not YAML."""
    said = f"{error.context or ''} {error.problem or ''}"
    marks = error.context_mark, error.problem_mark
    opened, met = (mark.line + 1 if mark else 1 for mark in marks)
    for pattern, wrong, remedy in _YAML_WORDS:
        found = re.search(pattern.lstrip("@"), said)
        if found:
            line = opened if pattern[0] == "@" else met
            return line, "file", wrong.format(*found.groups()), remedy
    return met, "file", f"not YAML ({said.strip()})", "check indentation, colons and quotes"


class _Builder:
    """Builds nodes from YAML events, refusing what a scenario has no use for."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.loader: Any = None
        self.keys = 0

    def note(self, line: int, key: str, wrong: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, line, key, wrong, remedy))

    def stop(self, line: int, key: str, wrong: str, remedy: str) -> NoReturn:
        self.note(line, key, wrong, remedy)
        raise ScenarioError(self.problems)

    def read(self, path: Path) -> str:
        try:
            if path.exists() and not (path.is_file() or path.is_dir()):
                self.stop(1, "file", "it is no file on a disk", "name one")
            raw = path.read_bytes()
        except IsADirectoryError:
            self.stop(1, "file", "it is a folder", "name a file in it")
        except OSError as error:
            self.stop(1, "file", (error.strerror or "cannot be read").lower(), "check the path")
        if len(raw) > MOST_BYTES:
            size = f"{len(raw):,} bytes, more than 1 MB"
            self.stop(1, "file", size, "keep one system per file")
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            self.stop(line, "file", "not UTF-8 text", "save it as UTF-8")

    def build(self, text: str, parser: Any) -> Node:
        self.loader = parser(text)
        self.events: Iterator[Any] = iter(self.loader.get_event, None)
        next(self.events)  # stream start
        empty = isinstance(next(self.events), yaml.StreamEndEvent)
        root = Node(1, "") if empty else self._node(next(self.events), 0, "file")
        if root.value == "":
            self.stop(root.line, "file", "it is empty", "start with name: and kind:")
        next(self.events)  # document end
        event = next(self.events)
        if not isinstance(event, yaml.StreamEndEvent):
            line = _line(event)
            self.note(line, "file", "a second document starts here", "keep one system per file")
        if not isinstance(root.value, dict):
            self.note(root.line, "file", "not a list of keys", "start with name: and kind:")
        if self.problems:
            raise ScenarioError(self.problems)
        return root

    def _node(self, event: Any, level: int, key: str) -> Node:
        line = _line(event)
        if level > MOST_LEVELS:
            self.stop(line, key, f"nested more than {MOST_LEVELS} deep", "write it flatter")
        if isinstance(event, yaml.AliasEvent):
            self.note(line, key, f"an alias (*{event.anchor})", "write the value out")
            return Node(line, "")
        if getattr(event, "anchor", None):
            self.note(line, key, f"an anchor (&{event.anchor})", "write the value out")
        if getattr(event, "tag", None):
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.note(line, key, f"a tag ({tag})", "write the value alone")
        if isinstance(event, yaml.ScalarEvent):
            return Node(line, self._text(event, key))
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
                items.append(self._node(event, level + 1, key))
            return Node(line, items)
        return Node(line, self._mapping(level, key))

    def _text(self, event: Any, key: str) -> str:
        """The text of a key or value, refusing what neither can need."""
        text: str = event.value.strip()
        if odd := odd_text(text):
            self.note(_line(event), key, *odd)
        return text

    def _mapping(self, level: int, path: str) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        seen: dict[str, str] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            line = _line(event)
            self.keys += 1
            if self.keys > MOST_KEYS:
                self.stop(line, path, f"more than {MOST_KEYS:,} keys", "keep one system per file")
            if not isinstance(event, yaml.ScalarEvent):
                self.stop(line, path, "a key that is not a word", "write key: value")
            key = self._text(event, path)[:MOST_LETTERS]
            here = key if level == 0 else f"{path}.{key}"
            node = self._node(next(self.events), level + 1, here)
            last = entries[name] if (name := next(reversed(entries), "")) else None
            if last is not None and _cut(last, key, node):
                entries[name] = Node(last.line, f"{last.value},{key}")
            elif not key:
                self.note(line, path, "a value without a key", "write key: value")
            elif key in entries:
                first = entries[key].line
                self.note(line, here, f"written twice, first on line {first}", "keep one")
            elif twin := seen.get(look(key)):
                wrong = f"looks like {twin!r} on line {entries[twin].line}"
                self.note(line, here, wrong, "name them apart, or keep one")
            else:
                entries[key], seen[look(key)] = Node(line, node.value), key
        return entries


def _cut(last: Node, key: str, node: Node) -> bool:
    """Say whether a comma within braces cut a number in two: {users: 20,000}."""
    return (
        node.value == ""
        and last.text is not None
        and re.search(r"\d$", last.text) is not None
        and re.match(r"\d", key) is not None
    )


def _line(event: Any) -> int:
    return event.start_mark.line + 1
