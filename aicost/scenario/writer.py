"""From a scenario to the file that says the same: what was stated, no more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from aicost.components.stage import Stage, kind_word
from aicost.components.traffic import FLAT
from aicost.scenario.head import HEAD_WORDS
from aicost.scenario.invoiced_reader import AMOUNT
from aicost.scenario.kinds import kind_tree, profiles
from aicost.scenario.pipeline import Loop, Part, stages_of
from aicost.scenario.scenario import Scenario
from aicost.scenario.sections import Option
from aicost.values.money import DOLLARS, speaking, spoken
from aicost.values.named import Named
from aicost.values.quantities import Spread, Value
from aicost.values.section import Origin, Section
from aicost.values.spelling import spelled

WIDTH = 96
NAMED = ("pools", "other", "environments", "plans")
BY_NAME = ("pipeline", *NAMED, "options")  # whose entries stand on lines of their own
Keys = dict[str, Any]  # of a file: text, or keys of its own


def scenario_text(scenario: Scenario) -> str:
    """The text of a scenario file; what the kind and the kit supplied is left to them."""
    with speaking(scenario.money):
        return "\n".join([*key_lines(_keys(scenario), 0), ""])


def _keys(scenario: Scenario) -> Keys:
    """All keys of a file that says what a scenario says."""
    keys: Keys = {"name": _quoted(scenario.name)}
    head = scenario.head
    keys |= {key: _quoted(said) for key in HEAD_WORDS if (said := getattr(head, key))}
    keys |= {"kind": scenario.kind} if scenario.kind else {}
    keys |= {"as_of": scenario.as_of.isoformat()} if scenario.as_of else {}
    keys |= {"currency": scenario.money.code} if scenario.money != DOLLARS else {}
    keys["traffic"] = _traffic(scenario)
    for prefix in ("month", "corpus"):
        keys |= _unless_empty(prefix, getattr(scenario, prefix))
    keys["pipeline"] = dict(_pipeline(scenario))
    for prefix in NAMED:
        parts = {part.name: _section(part) for part in getattr(scenario, prefix)}
        keys |= {prefix: parts} if parts else {}
    keys |= _unless_empty("observed", scenario.observed)
    goals = _section(scenario.goals)
    if scenario.goals.abandonment:
        curve = scenario.goals.abandonment
        goals["abandonment"] = {f"{at:.15g} s": f"{part * 100:.15g} %" for at, part in curve}
    keys |= {"goals": goals} if goals else {}
    for prefix in ("growth", "constraints", "limits"):
        keys |= _unless_empty(prefix, getattr(scenario, prefix))
    keys["confirm"] = {path: _quoted(who) for path, who in head.confirm.items()}
    keys["published"] = {name: _quoted(text) for name, text in scenario.published.items()}
    held = scenario.invoiced.items()
    keys["invoiced"] = {name: spelled(value, AMOUNT, scenario.money) for name, value in held}
    keys["options"] = {one.name: _option(one) for one in scenario.options}
    return {key: inner for key, inner in keys.items() if inner != {}}


def _option(option: Option) -> Keys | str:
    texts = {path: _quoted(text) for path, text in option.settings.items()}
    return _quoted(option.file) if option.file else texts


def _unless_empty(prefix: str, part: Section | None) -> Keys:
    found = _section(part) if part is not None else {}
    return {prefix: found} if found else {}


def _traffic(scenario: Scenario) -> Keys:
    traffic = scenario.traffic
    keys = _section(traffic)
    if traffic.users is not None and "users" not in keys:
        keys = {"users": "unknown", **keys}  # the kind stands in only where that is said
    if scenario.profile != profiles().get(traffic.profile, FLAT):
        keys["profile"] = list(map(_number, scenario.profile.hours))
    return keys


def _number(hour: float) -> str:
    return f"{hour:.15g}"


# ---- sections


def _section(part: Section) -> Keys:
    """The keys of a section: what was written or set, and what differs though nobody said so."""
    keys: Keys = {}
    for name, meaning in part.quantities().items():
        value = getattr(part, name)
        if value is not None and _is_own(part, name):
            keys[name] = _value(value, meaning)
    for name in part.nested():
        inner = getattr(part, name)
        if isinstance(inner, Named):
            keys |= {name: _named(inner)} if inner.parts else {}
        elif inner is not None:
            keys[name] = _section(inner)
    return keys


def _named(parts: Named) -> Keys:
    """The keys of sections by name; a plain value where one has nothing but that."""
    found = {name: _section(part) for name, part in parts.parts.items()}
    short = parts.short
    return {n: keys[short] if keys.keys() == {short} else keys for n, keys in found.items()}


def _is_own(part: Section, name: str) -> bool:
    """Say whether a field is the client's, not of the kind and not a default."""
    origin: Origin | None = part.origins.get(name)
    return part.differs(name) if origin is None else origin.basis != "listed" and _said(origin)


def _said(origin: Origin) -> bool:
    return origin.line is not None or origin.source in ("", "what-if")


def _value(value: Value, meaning: Any) -> Any:
    if isinstance(value, Spread):
        return {"p50": _value(value.p50, meaning), "p95": _value(value.p95, meaning)}
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return [*map(_quoted, value)] if len(value) > 1 else _quoted(value[0])
    return _quoted(value) if isinstance(value, str) else spelled(value, meaning, spoken())


# ---- the pipeline


def _pipeline(scenario: Scenario) -> Iterator[tuple[str, Keys | str]]:
    """Yield each part by name; one that the kind does not have says where it stands."""
    kind = kind_tree(scenario.kind)["pipeline"].entries if scenario.kind else {}
    before = "start"
    for part in scenario.pipeline.parts:
        theirs = kind[part.name].entries if part.name in kind else {}
        keys = _part(part, theirs)
        if kind and part.name not in kind:
            keys["after"] = before
        if keys or part.name not in kind:
            yield part.name, keys
        before = part.name
    there = {part.name for part in scenario.pipeline.parts}
    yield from ((name, "none") for name in kind if name not in there)


def _part(part: Part, theirs: Mapping[str, Any]) -> Keys:
    if isinstance(part, Stage):
        return _stage(part, theirs)
    if isinstance(part, Loop):
        loop = theirs["loop"].entries if "loop" in theirs else {}
        steps = loop["steps"].entries if "steps" in loop else {}
        inner = _members(part, {name: node.entries for name, node in steps.items()})
        return {"loop": {**_section(part.rounds), "steps": inner}}
    return {part.form: _members(part, {})}


def _members(part: Part, theirs: Mapping[str, Mapping[str, Any]]) -> Keys:
    """The stages of a group by the names that they have inside it."""
    names = {stage.name.removeprefix(f"{part.name}/"): stage for stage in stages_of(part)}
    keys: Keys = {name: _stage(stage, theirs.get(name, {})) for name, stage in names.items()}
    return {**keys, **{name: "none" for name in theirs if name not in names}}


def _stage(stage: Stage, theirs: Mapping[str, Any]) -> Keys:
    """The keys of a stage: what it is, unless the kind says so, and what differs from the kind."""
    word = kind_word(type(stage))
    same = "is" in theirs and theirs["is"].text == word
    keys: Keys = {} if same else {"is": word}
    own = _section(stage)
    for name, meaning in stage.quantities().items():
        value, said = getattr(stage, name), theirs.get(name) if same else None
        if said is not None and value is not None and _value(value, meaning) != said.text:
            own[name] = _value(value, meaning)
    return {**keys, **own}


# ---- as text


def _quoted(text: str) -> str:
    """A text as YAML takes it, in quotes where it needs them."""
    plain = re.fullmatch(r"[A-Za-z0-9_][\w ./@+%()-]*", text) and not text.endswith(" ")
    return text if plain else json.dumps(text, ensure_ascii=False)


def key_lines(keys: Keys, deep: int) -> Iterator[str]:
    """Yield keys as lines; what fits on one line stands on one."""
    room = "  " * deep
    for key, inner in keys.items():
        line = f"{room}{_quoted(key)}: {_flow(inner)}"
        if isinstance(inner, dict) and inner and (key in BY_NAME or len(line) > WIDTH):
            yield f"{room}{_quoted(key)}:"
            yield from key_lines(inner, deep + 1)
        else:
            yield line


def _flow(inner: Any) -> str:
    if isinstance(inner, dict):
        return f"{{{', '.join(f'{_quoted(key)}: {_flow(value)}' for key, value in inner.items())}}}"
    return f"[{', '.join(inner)}]" if isinstance(inner, list) else str(inner)
