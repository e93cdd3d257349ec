"""A scenario with some of its values set otherwise, spelled as in the file: `users=20_000`."""

from __future__ import annotations

from collections.abc import Iterable

from aicost.billing.case import Case
from aicost.scenario.checks import verify
from aicost.scenario.problems import ScenarioError
from aicost.scenario.scenario import Scenario
from aicost.values.quantities import Quantity, Spread, Value
from aicost.values.spelling import ValueProblem, read_value
from aicost.values.suggest import instead

#: What the rest of a file is built around, and so cannot be set afterwards.
ONLY_IN_THE_FILE = ("profile", "of", "pool")


class WhatIfError(ValueError):
    """A setting that cannot be made, in one line."""


def what_if(case: Case, settings: Iterable[str]) -> Case:
    """The case with each `PATH=VALUE` set.

    Raises
    ------
    WhatIfError : an unknown path, a value that cannot be read, or one that would have no effect.
    """
    scenario, changes = case.scenario, dict[str, Value]()
    for text in settings:
        path, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not path:
            raise WhatIfError(f"{text}: not a setting; write PATH=VALUE, such as users=20_000")
        full, meaning = _field(scenario, path)
        _has_effect(scenario, full)
        try:
            changes[full] = _read(value, meaning)
        except ValueProblem as problem:
            raise WhatIfError(f"{path}: {problem}") from None
    try:
        changed = scenario.at(changes)
    except ScenarioError as error:
        (wrong,) = error.problems
        raise WhatIfError(f"{wrong.key}: {wrong.wrong}; {wrong.remedy}") from None
    verify(changed, case.book)
    return case.of(changed)


def _field(scenario: Scenario, path: str) -> tuple[str, Quantity]:
    """The full path a setting means, and what is written there."""
    stem, _, part = path.rpartition(".")
    stem = stem if part in ("p50", "p95") else path
    known = {p: (section.quantities()[f], value) for p, section, f, value in scenario.fields()}
    found = [p for p in known if p == stem] or [p for p in known if p.endswith(f".{stem}")]
    if len(found) > 1:
        raise WhatIfError(f"{stem}: this may be {', '.join(found)}; write one of them")
    if not found:
        near = instead(stem, [*known, *(p.rpartition(".")[2] for p in known)])
        near = near if near.startswith("did") else "`aicost show` lists what is there"
        raise WhatIfError(f"{stem}: no such field in {scenario.name}; {near}")
    meaning, whole = known[found[0]]
    if stem != path and not isinstance(whole, Spread):
        raise WhatIfError(f"{path}: it is one number, not a spread; set {stem}")
    return found[0] + path.removeprefix(stem), meaning


def _read(text: str, meaning: Quantity) -> Value:
    """Read a value as the file would."""
    if meaning.flag:
        if text not in ("yes", "no"):
            raise ValueProblem(f"{text!r} is neither yes nor no", "write yes or no")
        return text == "yes"
    if not meaning.unit:
        if not text or (meaning.choices and text not in meaning.choices):
            choice = f"use one of: {', '.join(meaning.choices)}" if meaning.choices else "write it"
            raise ValueProblem(f"{text!r} is no name for it", choice)
        return text
    value, _ = read_value(text, meaning)
    if value is None:
        raise ValueProblem("what is not known cannot be set", "write a number or a range")
    return value


def _has_effect(scenario: Scenario, path: str) -> None:
    """Refuse what would be set and then never looked at."""
    if path.rpartition(".")[2] in ONLY_IN_THE_FILE:
        raise WhatIfError(f"{path}: the file is built around it; change it in a copy of the file")
    asked = scenario.traffic.scale
    ignored = {
        "users": ("requests_per_month",),
        "requests_per_month": ("users", "requests_per_user_month"),
    }[asked]
    if path.startswith("traffic.") and path.removeprefix("traffic.") in ignored:
        raise WhatIfError(f"{path}: this file counts {asked}; set {asked}")
