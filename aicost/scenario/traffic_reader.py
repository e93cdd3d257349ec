"""The traffic of a file: users and what each asks, or the requests of a month or a day."""

from __future__ import annotations

from dataclasses import replace

from aicost.components.traffic import BY_REQUEST, Traffic
from aicost.scenario.agreement import MISSING
from aicost.scenario.kinds import kind_words
from aicost.scenario.section_reader import Filler
from aicost.scenario.yaml_tree import Node
from aicost.values.periods import period
from aicost.values.section import Origin

BY_USER = ("users", "requests_per_user_month")


def read_traffic(filler: Filler, node: Node | None) -> Traffic:
    """The traffic that `node` says, of which one way to count is enough, but for its profile.

    Parameters
    ----------
    filler : takes what is wrong.
    node : what stands under `traffic`, if anything does.
    """
    if node is None:
        how = "traffic: {users: 1_000}" if filler.has_lines else "users=1_000"
        filler.missing(1, "traffic", "it is missing", f"write {how}")
        return Traffic(users=1.0)
    node = _counted(node)
    written = node.entries
    by_request = [key for key in BY_REQUEST if key in written]
    beside = [key for key in (*BY_USER, *by_request[1:]) if key in written]
    if by_request and beside:
        key, wrong = by_request[0], f"stands beside {' and '.join(beside)}"
        filler.note(written[key].line, f"traffic.{key}", wrong, "keep one of the two")
    # The kind stands in for users only where they are said to be unknown.
    leave = BY_USER if by_request else BY_USER[: "users" not in written]
    traffic: Traffic = filler.section(Traffic, node, "traffic", what="traffic", leave=leave)
    usual = kind_words(filler.kind, "traffic")
    if "each_once" not in written and "each_once" in usual:
        origins = {**traffic.origins, "each_once": Origin("assumed", f"kind {filler.kind}")}
        traffic = replace(traffic, each_once=usual["each_once"] == "yes", origins=origins)
    meant = [key for key in BY_REQUEST if f"traffic.{key}" in filler.meant]
    for key in by_request or meant or BY_USER:
        entry = written.get(key, node)
        if getattr(traffic, key) is None and (entry is node or entry.text == "unknown"):
            wrong, remedy = MISSING
            remedy += "" if filler.kind or key == "users" else "; or name a kind"
            filler.missing(entry.line, f"traffic.{key}", wrong, remedy)
    return traffic


def _counted(node: Node) -> Node:
    """Requests under the key of the period that is said with them: `requests: 5_000 per day`."""
    found: dict[str, Node] = {}
    for key, entry in node.entries.items():
        said = period(entry.text or "")[1] if key in ("requests", *BY_REQUEST) else ""
        meant = f"requests_per_{said}"
        if key == "requests" and said and meant not in BY_REQUEST:
            meant = BY_REQUEST[0]  # which says what that comes to
        found[meant if meant in BY_REQUEST and meant not in node.entries else key] = entry
    return Node(node.line, found) if node.entries else node
