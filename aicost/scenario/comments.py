"""The comments of a file, kept where a copy of it is written anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from aicost.scenario.yaml_tree import Node, read_tree, tree_of

Keys = tuple[str, ...]  # from the top of a file to a key


def with_comments(text: str, original: Path) -> str:
    """A file written anew, with the comments of the one it was made of.

    Each stands above the key that it stood above or behind, or above what that key is in; what
    stood below all keys stands below them again.

    Parameters
    ----------
    text : of the new file. [YAML]
    original : the file that it was made of. [Path]

    Raises
    ------
    ScenarioError : the original is no scenario file.
    """
    before = original.read_text(encoding="utf-8-sig", errors="replace")
    there = list(_places(read_tree(original)))
    now = dict(_places(tree_of(text, str(original))))
    lines = text.splitlines()
    above: dict[int, list[str]] = {}
    for at, comment, alone in _comments(before):
        ahead = (keys for keys, line in there if (line >= at if alone else line == at))
        keys = next(ahead, ())
        while keys and keys not in now:
            keys = keys[:-1]
        behind = len(lines) + 1 if not keys else now[keys]
        above.setdefault(behind, []).append(comment)
    found: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        indent = line[: len(line) - len(line.lstrip())]
        found += [f"{indent}{comment}" for comment in above.get(number, ())]
        found += [line] if number <= len(lines) else []
    return "\n".join([*found, ""])


def _places(node: Node, ahead: Keys = ()) -> Iterator[tuple[Keys, int]]:
    """Yield every key with its line, in the order of the file."""
    for key, inner in node.entries.items():
        yield (*ahead, key), inner.line
        yield from _places(inner, (*ahead, key))


def _comments(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield each comment with its line, and whether it stands there alone."""
    tokens = [one for one in yaml.scan(text) if isinstance(one, yaml.ScalarToken)]
    spans = [(one.start_mark.index, one.end_mark.index) for one in tokens]
    start = 0
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        for at, letter in enumerate(line):
            is_one = letter == "#" and (at == 0 or line[at - 1] in " \t")
            if is_one and not any(low <= start + at < high for low, high in spans):
                yield number, line[at:].rstrip(), not line[:at].strip()
                break
        start += len(line)
