"""Which stage of a scenario each part of a log is, by its name, else by what it does."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from aicost.components.stage import kind_word
from aicost.log.parts import IS, Part
from aicost.scenario.scenario import Scenario
from aicost.values.suggest import instead


def stages_of_parts(
    parts: Sequence[Part],
    scenario: Scenario,
    said: Sequence[str] = (),
    again: Collection[str] = (),
) -> dict[str, str]:
    """The stage of each part that has one; several parts may be one stage.

    Parameters
    ----------
    parts : those of a log.
    scenario : the system.
    said : which is which, as STAGE=PART, before all that names tell.
    again : parts that come more than once in a request: a stage of a loop may be called so in it.

    Raises
    ------
    ValueError : a stage or a part that is not there.
    """
    names, paths = [stage.name for stage in scenario.stages], [part.path for part in parts]
    found: dict[str, str] = {}
    for words in said:
        name, equals, path = (word.strip() for word in words.partition("="))
        if not equals:
            raise ValueError(f"--stage {words}: write STAGE=PART, such as {names[-1]}={paths[0]}")
        if name not in names:
            raise ValueError(f"--stage {words}: no such stage in the file; {instead(name, names)}")
        if path not in paths:
            raise ValueError(f"--stage {words}: no such part in the log; {instead(path, paths)}")
        found[path] = name
    for part in parts:
        spelled = (part.path, part.path.replace("/", " "), part.branch, part.name)
        for name in spelled:
            if name in names and part.path not in found:
                found[part.path] = name
            inner = in_loops(scenario, name) if part.path in again else []
            if len(inner) == 1 and part.path not in found and inner[0] not in found.values():
                found[part.path] = inner[0]
    for does in ("embedding", "rerank", "chat"):
        kind = [s.name for s in scenario.stages if kind_word(type(s)) == IS[does]]
        free = [name for name in kind if name not in found.values()]
        left = [part for part in parts if part.does == does and part.path not in found]
        if len(free) == 1 and len(kind) == 1:
            found |= {part.path: free[0] for part in left}
    return found


def in_loops(scenario: Scenario, name: str) -> list[str]:
    """Stages of loops that are called so within them.

    Parameters
    ----------
    scenario : the system.
    name : without that of the loop.
    """
    inner = [f"{loop.name}/{name}" for loop in scenario.pipeline.loops]
    return [stage.name for stage in scenario.stages if stage.name in inner]
