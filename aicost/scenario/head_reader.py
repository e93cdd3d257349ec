"""The head of a file, read and held against the system below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aicost.scenario.head import HEAD_WORDS, Head
from aicost.scenario.scenario import Scenario
from aicost.scenario.section_reader import Filler
from aicost.scenario.yaml_tree import Node

HEAD_KEYS = (*HEAD_WORDS, "confirm")
MOST_LETTERS = 120
LOGOS = (".png", ".jpg", ".jpeg", ".svg")


def read_head(reader: Filler, top: Mapping[str, Node]) -> Head:
    """Read the head of a file; what is too long, or no picture beside it, is noted."""
    words = {key: _word(reader, top.get(key), key) for key in HEAD_WORDS}
    if words["logo"] and (wrong := odd_logo(words["logo"])):
        reader.note(top["logo"].line, "logo", wrong, "name a PNG, JPEG or SVG beside this file")
    node = top.get("confirm", Node(1, {}))
    if "confirm" in top and not node.entries:
        remedy = 'write confirm: {answer.input_tokens: "Ms Rossi, 12 Dec"}'
        reader.note(node.line, "confirm", "needs inputs, each with who confirms it", remedy)
    by = {key: _word(reader, one, f"confirm.{key}") for key, one in node.entries.items()}
    return Head(**words, confirm=by)


def _word(reader: Filler, node: Node | None, path: str) -> str:
    text = reader.text(node, path)
    if node is not None and len(text) > MOST_LETTERS:
        wrong = f"{len(text):,} letters are more than a line of a page"
        reader.note(node.line, path, wrong, f"write {MOST_LETTERS} at most")
    return text


def odd_logo(name: str) -> str:
    """What is wrong with the name of a logo, or nothing."""
    if any(mark in name for mark in "/\\:") or name.startswith("."):
        return f"{name!r} is no plain name of a file"
    if not name.lower().endswith(LOGOS):
        return f"{name!r} is no PNG, JPEG or SVG"
    return ""


def odd_confirm(head: Head, scenario: Scenario) -> Iterator[tuple[str, str, str]]:
    """Yield each input that somebody is to confirm and that the system does not have."""
    for path in head.confirm:
        try:
            scenario.resolved(path)
        except KeyError as problem:
            wrong, _, remedy = str(problem.args[0]).removeprefix(f"{path}: ").partition("; ")
            yield f"confirm.{path}", wrong, remedy or "`aicost show` lists what is there"
