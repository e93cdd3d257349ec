"""What an invoice shows of a month: amounts by component, which draws then agree with."""

from __future__ import annotations

from collections.abc import Sequence

from aicost.components.stage import Stage
from aicost.scenario.section_reader import Filler
from aicost.scenario.yaml_tree import Node
from aicost.values.charge import COMPONENTS
from aicost.values.quantities import Quantity, Range, Value
from aicost.values.suggest import instead

AMOUNT = Quantity("what was invoiced", "USD/month")


def read_invoiced(reader: Filler, node: Node | None, stages: Sequence[Stage]) -> dict[str, Value]:
    """The amounts that `node` says, of the month, of components, or of a stage."""
    if node is None:
        return {}
    if not node.entries:
        reader.note(node.line, "invoiced", "needs amounts", "write invoiced: {inference: 5_180}")
    found: dict[str, Value] = {}
    known = ["month", *COMPONENTS, *(stage.name for stage in stages)]
    for name, entry in node.entries.items():
        path = f"invoiced.{name}"
        for part in [name] if name in known else name.split(" + "):
            if part not in COMPONENTS and part != name:
                reader.note(entry.line, path, f"no component {part!r}", instead(part, COMPONENTS))
            elif part not in known:
                reader.note(entry.line, path, "no part of the bill", instead(part, known))
        value, _ = reader.read(entry, AMOUNT, path)
        if value is None:
            if entry.text == "unknown":
                reader.note(entry.line, path, "an amount that nobody knows", "remove the key")
        elif not (value.low if isinstance(value, Range) else value) > 0:
            reader.note(entry.line, path, "nothing was invoiced", "remove the key")
        else:
            found[name] = value
    return found
