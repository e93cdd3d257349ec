"""The hours of a day's requests: a profile by name, 24 weights, or what is usual for the kind."""

from __future__ import annotations

from dataclasses import replace

from aicost.components.traffic import FLAT, Profile, Traffic
from aicost.scenario.kinds import kind_words, profiles
from aicost.scenario.section_reader import Filler
from aicost.scenario.yaml_tree import Node
from aicost.values.quantities import Quantity
from aicost.values.section import Origin
from aicost.values.suggest import instead

PATH = "traffic.profile"


def read_profile(filler: Filler, traffic: Traffic, node: Node | None) -> tuple[Traffic, Profile]:
    """The hours that `node` says, and the traffic that names them; the kind's where it is silent.

    Parameters
    ----------
    filler : takes what is wrong. traffic : the rest of it, as read.
    node : what stands under `profile`, if anything does.
    """
    known = profiles()
    if node is not None and isinstance(node.value, list):
        return traffic, _hours(filler, node.line, node.value)
    if node is None or node.text == "unknown":
        name, origin = usual_profile(filler.kind)
        origins = {**traffic.origins, "profile": origin}
        return replace(traffic, profile=name, origins=origins), known[name]
    if traffic.profile not in known:
        wrong = f"no profile {traffic.profile!r}"
        filler.note(node.line, PATH, wrong, instead(traffic.profile, known))
    return traffic, known.get(traffic.profile, FLAT)


def usual_profile(kind: str) -> tuple[str, Origin]:
    """The profile taken for a kind until somebody says another, and why; flat without a kind."""
    usual = kind_words(kind, "traffic").get("profile")
    name = usual or "flat"
    why = f"kind {kind}" if usual else "no kind says when it is used"
    return name, Origin("assumed", f"{why}; {name} is: {profiles()[name].source}")


def _hours(filler: Filler, line: int, nodes: list[Node]) -> Profile:
    """Read the 24 weights of a day's hours."""
    before = len(filler.problems)
    hours = [filler.read(node, Quantity("", "requests"), PATH)[0] for node in nodes]
    plain = [hour for hour in hours if isinstance(hour, float)]
    if len(plain) == len(hours) == 24 and sum(plain) > 0:
        return Profile(tuple(plain))
    if len(filler.problems) == before:
        wrong = f"{len(hours)} entries, {len(plain)} plain numbers, sum {sum(plain):g}"
        filler.note(line, PATH, wrong, "write 24 plain numbers, not all of them 0")
    return FLAT
