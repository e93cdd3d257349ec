"""Options that a file names: fields of it set otherwise, or another file beside it."""

from __future__ import annotations

from collections.abc import Iterator

from aicost.scenario.section_reader import Filler
from aicost.scenario.sections import Option
from aicost.scenario.yaml_tree import Node

#: What the system of the file itself is called beside its options.
AS_IT_IS = "as it is"
FILES = (".yaml", ".yml")


def read_options(reader: Filler, node: Node | None) -> Iterator[Option]:
    """Yield every option that is named; whether it can be, only the prices tell."""
    if node is None:
        return
    if not node.entries:
        reader.note(node.line, "options", "needs names", "write options: {NAME: {PATH: VALUE}}")
    for name, entry in node.entries.items():
        path = f"options.{name}"
        if name == AS_IT_IS:
            reader.note(entry.line, path, "that is the file itself", "name it otherwise")
        if not isinstance(entry.value, dict):
            yield Option(name, entry.line, file=_file(reader, entry, path))
            continue
        if not entry.entries:
            reader.note(entry.line, path, "it changes nothing", "write PATH: VALUE in it")
        texts = {key: _text(reader, one, path, key) for key, one in entry.entries.items()}
        lines = {key: one.line for key, one in entry.entries.items()}
        yield Option(name, entry.line, settings=texts, lines=lines)


def _file(reader: Filler, node: Node, path: str) -> str:
    """The path of another file."""
    file = reader.text(node, path)
    if file and not file.endswith(FILES):
        remedy = "write {PATH: VALUE}, or the path of a .yaml"
        reader.note(node.line, path, f"{file!r} is neither changes nor a file", remedy)
    return file


def _text(reader: Filler, node: Node, path: str, key: str) -> str:
    """What a field is set to, a mix of requests in braces; no keys of keys."""
    inner = node.entries
    if not inner:
        return reader.text(node, f"{path}.{key}")
    if stray := [name for name in inner if name not in ("p50", "p95")]:
        remedy = f"write {key}.{stray[0]} as one word"
        reader.note(inner[stray[0]].line, f"{path}.{key}", "keys of its own", remedy)
        return ""
    ends = (f"{end}: {reader.text(one, f'{path}.{key}.{end}')}" for end, one in inner.items())
    return f"{{{', '.join(ends)}}}"
