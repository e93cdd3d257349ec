"""The scenario file as a JSON Schema: what an editor completes and checks while one types."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from aicost.components.flow import Rounds
from aicost.components.stage import registry
from aicost.scenario.kinds import kind_names
from aicost.scenario.reference import BY_NAME, SECTIONS, TOP, first_line
from aicost.values.named import Named
from aicost.values.quantities import Quantity
from aicost.values.section import Section

DRAFT = "https://json-schema.org/draft/2020-12/schema"
NUMBER: dict[str, Any] = {"type": ["number", "string"]}  # 5, 5 %, 2 to 6, about 4, unknown
WORD: dict[str, Any] = {"type": "string"}
SWITCH: dict[str, Any] = {"enum": ["yes", "no", True, False]}  # as YAML reads them
LEFT_OUT: dict[str, Any] = {"const": "none"}


def schema() -> dict[str, Any]:
    """The schema of a scenario file.

    It holds keys, choices and shapes; what a text may say as a number, `aicost check` tells.
    """
    top: dict[str, Any] = {key: {"description": words} for key, words in TOP.items()}
    top["kind"] = {"enum": list(kind_names())}
    top |= {key: _section(cls) for key, cls in SECTIONS.items()}
    top |= {key: _by_name(_section(cls)) for key, cls in BY_NAME.items()}
    top["confirm"] = _by_name(WORD)
    top["published"] = _by_name(NUMBER)
    top["invoiced"] = _by_name(NUMBER)
    top["goals"]["properties"]["abandonment"] = _by_name(NUMBER)
    top["traffic"]["properties"]["profile"] = {"anyOf": [WORD, _list(24)]}
    top["pipeline"] = _by_name({"anyOf": [LEFT_OUT, _stage(after=True), *_groups()]})
    changes = _by_name({"anyOf": [NUMBER, SWITCH, _spread()]})
    top["options"] = _by_name({"anyOf": [WORD, changes]}) | top["options"]
    head = {"$schema": DRAFT, "title": "aicost scenario"}
    return {**head, **_object(top)}


def _groups() -> list[dict[str, Any]]:
    """What may stand in place of a stage."""
    steps = _by_name({"anyOf": [LEFT_OUT, _stage()]})
    after = {"after": WORD}
    loop = _section(Rounds)
    loop["properties"]["steps"] = steps
    shapes = {"route": steps, "parallel": steps, "loop": loop}
    return [_object({name: shape, **after}, needed=[name]) for name, shape in shapes.items()]


def _stage(*, after: bool = False) -> dict[str, Any]:
    """A stage that says what it is, or one of the kind's, which need not."""
    more = {"after": WORD} if after else {}
    every: dict[str, Any] = {}
    for cls in registry().values():
        every |= _keys(cls)
    return {"anyOf": [*_stages(more), _object(every | more)]}


def _stages(more: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    return [
        _object({"is": {"const": word}, **_keys(cls), **(more or {})}, needed=["is"])
        for word, cls in registry().items()
    ]


def _section(cls: type[Section], skip: Container[str] = ("name",)) -> dict[str, Any]:
    return _object(_keys(cls, skip)) | {"description": first_line(cls)}


def _keys(cls: type[Section], skip: Container[str] = ("name",)) -> dict[str, Any]:
    """The keys of a section and those of the sections inside it."""
    keys = {name: _value(m) for name, m in cls.quantities().items() if name not in skip}
    for name, inner in cls.nested().items():
        doc = {"description": cls.__dataclass_fields__[name].metadata["doc"]}
        if issubclass(inner, Named):
            mixes = [_spread()] if inner.of.quantities()[inner.short].spread else []
            keys[name] = _by_name({"anyOf": [NUMBER, *mixes, _section(inner.of)]}) | doc
        else:
            keys[name] = _section(inner) | doc
    return keys


def _value(meaning: Quantity) -> dict[str, Any]:
    unit = f" [{meaning.unit}]" if meaning.unit else ""
    told = {"description": f"{meaning.doc}{unit}"}
    if meaning.flag:
        return {**SWITCH, **told}
    if meaning.choices:
        numbers = [int(one) for one in meaning.choices if one.isdigit()]  # as YAML reads them
        return {"enum": [*meaning.choices, *numbers], **told}
    if meaning.several:
        return {"anyOf": [WORD, {"type": "array", "items": WORD, "minItems": 1}], **told}
    if not meaning.unit:
        return {**WORD, **told}
    return {"anyOf": [NUMBER, _spread()], **told} if meaning.spread else {**NUMBER, **told}


def _spread() -> dict[str, Any]:
    return _object({"p50": NUMBER, "p95": NUMBER}, needed=["p50", "p95"])


def _object(keys: Mapping[str, Any], needed: list[str] | None = None) -> dict[str, Any]:
    must = {"required": needed} if needed else {}
    shape = {"type": "object", "properties": dict(keys), "additionalProperties": False}
    return {**shape, **must}


def _by_name(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": dict(one)}


def _list(length: int) -> dict[str, Any]:
    return {"type": "array", "items": NUMBER, "minItems": length, "maxItems": length}
