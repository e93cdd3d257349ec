"""Every key of the schema with what it cannot hold: one clear line each, that names the key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from aicost.scenario.json_schema import NUMBER, schema
from aicost.scenario.load import load
from aicost.scenario.problems import Problem, ScenarioError

Node = dict[str, Any]

LINE = re.compile(r"[^\n]+?:\d+: \S[^\n]*?: \S[^\n;]*(?:;[^\n;]+)*; \S[^\n]*")
GOOD = {"as_of": "2026-11-23", "traffic": {"users": 1_000}}


def places(node: Node, trail: tuple[str, ...] = (), is_a: str = "") -> Iterator[Any]:
    """Every object that a file may hold: where it stands, in which stage, and its keys."""
    keys = node.get("properties", {})
    is_a = keys.get("is", {}).get("const", is_a)
    untold = trail == ("pipeline", "one") and not {"is", "route", "parallel", "loop"} & set(keys)
    if keys and not untold:
        at = ".".join((*trail, is_a)) if is_a else ".".join(trail)
        yield pytest.param(trail, is_a, keys, id=at or "top")
    for key, inner in keys.items():
        if key not in ("route", "parallel", "steps") and not untold:
            yield from places(inner, (*trail, key), is_a)
    for inner in node.get("anyOf", ()):
        yield from places(inner, trail, is_a)
    if isinstance(node.get("additionalProperties"), dict):
        yield from places(node["additionalProperties"], (*trail, "one"), is_a)


#: What an option holds are inputs of a file that is right: test_option_reader.py.
PLACES = [place for place in places(schema()) if place.values[0][:1] != ("options",)]


def numeric(node: Node) -> bool:
    return NUMBER["type"] == node.get("type") or any(map(numeric, node.get("anyOf", ())))


def written(trail: tuple[str, ...], is_a: str, inner: Node) -> Node:
    """A good file but for one object at its place."""
    for depth in reversed(range(len(trail))):
        if is_a and trail[: depth + 1] == ("pipeline", "one"):
            inner = {"is": is_a, **inner}
        inner = {trail[depth]: inner}
    return {**GOOD, **inner}


def told(path: Path, file: Node) -> tuple[Problem, ...]:
    path.write_text(yaml.safe_dump(file, sort_keys=False), encoding="utf-8")
    try:
        load(path)
    except ScenarioError as error:
        return error.problems
    return ()


@pytest.mark.parametrize(("trail", "is_a", "keys"), PLACES)
def test_a_key_with_what_it_cannot_hold_is_named(
    tmp_path: Path, trail: tuple[str, ...], is_a: str, keys: Node
) -> None:
    for bad, wrong in (
        ({"two": {"ripe": "bananas"}}, [key for key in keys if key != "is"]),
        ("two bananas", [key for key in keys if numeric(keys[key])]),
    ):
        found = told(tmp_path / "bad.yaml", written(trail, is_a, dict.fromkeys(wrong, bad)))
        for problem in found:
            assert LINE.fullmatch(str(problem)), str(problem)
        named = {word for problem in found for word in re.split(r"[./]", problem.key)}
        assert set(wrong) - named == set(), "\n".join(map(str, found))
