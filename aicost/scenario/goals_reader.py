"""The goals of a file, and the curve of those who give up waiting."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from aicost.scenario.section_reader import Filler
from aicost.scenario.sections import FIRST_S, Goals
from aicost.scenario.yaml_tree import Node
from aicost.values.quantities import Quantity


def read_goals(reader: Filler, node: Node) -> Goals:
    """The goals that `node` says."""
    entries = dict(node.entries)
    known = [*Goals.quantities(), "abandonment"]
    for key in [key for key in entries if key not in known]:
        reader.stray("goals.", key, entries.pop(key), known)
    curve = entries.pop("abandonment", None)
    whole = Node(node.line, entries) if node.entries else node
    goals: Goals = reader.section(Goals, whole, "goals")
    return goals if curve is None else replace(goals, abandonment=_abandonment(reader, curve))


def _abandonment(reader: Filler, node: Node) -> tuple[tuple[float, float], ...]:
    """Read the share that is lost at given seconds, {3 s: 10 %, 8 s: 40 %}."""
    path, remedy = "goals.abandonment", "write {3 s: 10 %, 8 s: 40 %}"
    if not node.entries:
        reader.note(node.line, path, "needs seconds and shares", remedy)
    points = []
    for seconds, entry in node.entries.items():
        at = reader.read(
            Node(entry.line, seconds), Quantity("", "s", low=1e-3, plain=FIRST_S), path
        )[0]
        share = reader.read(entry, Quantity("", "share", high=1.0), f"{path}.{seconds}")[0]
        if isinstance(at, float) and isinstance(share, float):
            points.append((at, share))
        elif "unknown" in (seconds, entry.text):
            reader.note(entry.line, path, "a point that nobody knows", "leave it out")
        elif at is not None and share is not None:
            reader.note(entry.line, path, "a range", "write plain numbers")
    if any(a[0] == b[0] for a, b in pairwise(sorted(points))):
        reader.note(node.line, path, "the same seconds twice", "keep one of them")
    elif sorted(points) != points or any(a[1] > b[1] for a, b in pairwise(points)):
        wrong = "who has waited longer is not less likely to be gone"
        reader.note(node.line, path, wrong, "let seconds and shares rise")
    return tuple(points)
